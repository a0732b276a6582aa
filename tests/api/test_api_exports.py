"""What a verb takes or returns can be named: every type of ours that is to be had from one is an attribute of the package."""

from __future__ import annotations

import ast
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import translate

VERBS = (
    *("capabilities", "check", "convert", "diff", "dump", "explain", "load", "matrix", "report", "roundtrip"),
    *("testplan", "verify"),
)
ERRORS = ("Error", "InputError", "LossError", "UnsupportedError")


def is_ours(hint: Any) -> bool:
    return isinstance(hint, type) and hint.__module__.startswith("translate.")


def hints_of(found: type) -> dict[str, Any]:
    """The public fields and properties of a type; of an error what it is made of."""
    hints = dict(get_type_hints(found))
    properties = {name: value.fget for name, value in vars(found).items() if isinstance(value, property)}
    hints |= {name: get_type_hints(getter)["return"] for name, getter in properties.items()}
    if issubclass(found, Exception):
        hints |= get_type_hints(found.__init__)
    return {name: hint for name, hint in hints.items() if not name.startswith("_")}


def reached(hint: Any, seen: set[type]) -> set[type]:
    """The types of ours in an annotation, and in those of their fields."""
    for part in get_args(hint):
        reached(part, seen)
    if is_ours(hint) and hint not in seen:
        seen.add(hint)
        for inner in {} if issubclass(hint, Enum) else hints_of(hint).values():
            reached(inner, seen)
    return seen


def test_every_type_that_a_verb_takes_or_returns_is_exported() -> None:
    seen: set[type] = set()
    for verb in VERBS:
        for hint in get_type_hints(getattr(translate, verb)).values():
            reached(hint, seen)
    for error in ERRORS:
        reached(getattr(translate, error), seen)
    assert {found.__name__ for found in seen if getattr(translate, found.__name__, None) is not found} == set()
    assert sorted(translate.__all__) == sorted([*VERBS, *(found.__name__ for found in seen)])


@pytest.mark.parametrize("verb", VERBS)
def test_the_annotations_of_a_verb_can_be_read(verb: str) -> None:
    """As tools that make forms, schemas or documents of functions read them."""
    assert "return" in get_type_hints(getattr(translate, verb))


def test_type_checkers_see_what_is_loaded_on_demand() -> None:
    """The imports that only they read, the table that is read when the program runs, and ``__all__`` are one list."""
    tree = ast.parse(Path(translate.__file__).read_text(encoding="utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in ast.walk(checked) if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    assert {alias.name: node.module for node in imports for alias in node.names} == {
        name: f"translate.{module}" for name, module in translate._HOME.items()
    }
    assert sorted(translate.__all__) == sorted(translate._HOME)
