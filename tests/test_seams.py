"""What is known of one dialect or engine stands in its folder: elsewhere nothing asks for one by name."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ROOT / "translate"
NAME = re.compile(r"calico|cilium|kubernetes|k8s", re.IGNORECASE)

ARGUED = {
    "api/resource_list.py": (2, "annotations of those who run functions, which are of no dialect"),
    "cli/files.py": (2, "the hint for somebody who types nothing shows two whole commands"),
    "cli/options.py": (3, "help texts in the words of users"),
    "cluster/api_server.py": (1, "the variable by which a pod knows that it runs in a cluster"),
    "cluster/rbac.py": (1, "the API group of roles"),
    "model/facts.py": (1, "a kind of one dialect of which a user may state that all are told"),
    "model/ordering.py": (2, "kinds as an engine spells them in the names that it sorts by"),
    "model/selectors.py": (2, "labels that hold the name of a namespace and of an account, as clusters spell them"),
    "plan/passes/told_values.py": (1, "a label that charts give to pods"),
    "probing/values.py": (1, "the label of the cluster's DNS, as every distribution spells it"),
    "rendering/testplan_script.py": (2, "a name that every cluster's DNS knows, and a hint for who looks who enforces"),
    "tables/records.py": (2, "what an implicit label may mean, as the table spells it"),
    "yamlio/refusals.py": (1, "what goes wrong for whom, in a message"),
}
"""Files outside of ``dialects`` that name one all the same: on how many lines, and why."""


def lines_that_name_one(path: Path) -> Iterator[int]:
    """The lines of code, docstrings and comments apart, with the name of a dialect in them."""
    text = path.read_text(encoding="utf-8")
    prose = {line for node in ast.walk(ast.parse(text)) for line in _docstring(node)}
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT and token.start[0] not in prose:
            found |= {token.start[0] + n for n, part in enumerate(token.string.split("\n")) if NAME.search(part)}
    yield from sorted(found)


def _docstring(node: ast.AST) -> Iterator[int]:
    for child in getattr(node, "body", None) or () if not isinstance(node, ast.Lambda | ast.IfExp) else ():
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and isinstance(child.value.value, str):
            yield from range(child.lineno, (child.end_lineno or child.lineno) + 1)


def test_no_dialect_is_named_outside_of_its_folder() -> None:
    found = {}
    for path in sorted(CODE.rglob("*.py")):
        if "dialects" not in path.relative_to(CODE).parts:
            lines = list(lines_that_name_one(path))
            if lines:
                found[path.relative_to(CODE).as_posix()] = lines
    assert {name: len(lines) for name, lines in found.items()} == {name: most for name, (most, _) in ARGUED.items()}
