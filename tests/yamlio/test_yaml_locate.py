"""Places of values and keys, in every way a value can get to its path."""

import pytest

from translate.core.origin import Path
from translate.yamlio.read import read

TEXT = """\
# a comment, é
y: é
---
---
base: &base
  name: x
  08: [one, {two: 2}]
copy: *base
more:
  <<: *base
  own:
  - a
  -   b: 1
      c:
nothing:
"""

PLACES = {
    (): ((5, 1), (5, 1)),
    ("base",): ((5, 7), (5, 1)),
    ("base", "name"): ((6, 9), (6, 3)),
    ("base", "8"): ((7, 7), (7, 3)),
    ("base", "8", 0): ((7, 8), (7, 8)),
    ("base", "8", 1, "two"): ((7, 19), (7, 14)),
    ("copy",): ((5, 7), (8, 1)),
    ("copy", "name"): ((6, 9), (6, 3)),
    ("more", "name"): ((6, 9), (6, 3)),
    ("more", "8", 1): ((7, 13), (7, 13)),
    ("more", "own"): ((12, 3), (11, 3)),
    ("more", "own", 1, "b"): ((13, 10), (13, 7)),
    ("more", "own", 1, "c"): ((14, 9), (14, 7)),
    ("nothing",): ((15, 9), (15, 1)),
    ("more", "own", 1, "missing"): ((13, 7), (13, 7)),
    ("more", "own", 9, "b"): ((12, 3), (11, 3)),
    ("more", "missing", "deep"): ((10, 3), (9, 1)),
    ("base", "name", "deep"): ((6, 9), (6, 3)),
}


def locate(text: str, document: int, path: Path) -> tuple[int, int]:
    return read(text, file="a.yaml")[document].place(path)


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_places(path: Path) -> None:
    document = read(TEXT, file="a.yaml")[1]
    assert (document.place(path), document.key_place(path)) == PLACES[path]


def test_places_in_the_first_document() -> None:
    assert locate(TEXT, 0, ("true",)) == (2, 4)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends(newline: str) -> None:
    assert locate(TEXT.replace("\n", newline), 1, ("more", "own", 1, "b")) == (13, 10)


def test_byte_order_mark_takes_no_column() -> None:
    assert locate("\ufeffa: 1\n", 0, ("a",)) == (1, 4)


def test_json_with_tabs_and_several_values() -> None:
    text = '{\n\t"a": {"b": "\\/"}\n}\n\n{"c":\n\t[1, 2]}\n'
    assert locate(text, 0, ("a", "b")) == (2, 13)
    assert locate(text, 1, ("c", 1)) == (6, 6)


def test_json_no_yaml_parser_takes() -> None:
    text = '\n{"' + "k" * 1100 + '": {"a": 1}}\n'
    assert locate(text, 0, ("k" * 1100, "a")) == (2, 1)


BEGUN: dict[tuple[Path, int], tuple[Path, ...] | None] = {
    ((), 4): None,
    ((), 5): ((),),
    ((), 6): (("base", "name"), ("copy", "name"), ("more", "name")),
    ((), 8): (("copy",),),
    ((), 13): (("more", "own", 1),),
    ((), 14): (("more", "own", 1, "c"),),
    (("more", "own"), 11): None,
    (("more", "own"), 12): (("more", "own"),),
    (("more", "own", 1), 14): (("more", "own", 1, "c"),),
    ((), 16): None,
}


@pytest.mark.parametrize(("path", "line"), BEGUN)
def test_what_begins_on_a_line(path: Path, line: int) -> None:
    found = read(TEXT, file="a.yaml")[-1]
    assert found.locator.begun(found.index, path, line) == BEGUN[path, line]
