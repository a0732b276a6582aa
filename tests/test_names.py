"""One word, one type: what is called alike in two modules is one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

CODE = Path(__file__).parents[1] / "translate"


def type_name(node: ast.stmt) -> str:
    """The name of the class or alias that a statement makes; "_" for any other."""
    match node:
        case ast.ClassDef(name):
            return name
        case ast.AnnAssign(target, ast.Name("TypeAlias")):
            return ast.unparse(target)
        case _:
            return "_"


def test_types_have_names_of_their_own() -> None:
    """But for manifests: these spell names as their APIs do."""
    homes = defaultdict(list)
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body if "manifest" not in path.stem else ():
            name = type_name(node)
            if not name.startswith("_"):
                homes[name].append(path.relative_to(CODE).as_posix())
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}
