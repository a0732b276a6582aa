"""The interpreters that ours are compared with stand alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MODULES = sorted(Path(__file__).parent.glob("*.py"))


def imported(module: Path) -> set[str]:
    """The packages at the top that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(".".join(node.module.split(".")[:2]) if node.module.startswith("tests.") else node.module)
    return {name if name.startswith("tests.") else name.partition(".")[0] for name in found}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_nothing_of_ours_is_imported(module: Path) -> None:
    """Neither the package nor other folders of tests, which import it."""
    ours = {name for name in imported(module) if name.startswith(("translate", "netpol_translate", "tests"))}
    assert ours <= {"tests.reference"}
