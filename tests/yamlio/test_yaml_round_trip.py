"""The second way of editing: what the text has no place for goes through ruamel.yaml, line by line where it changes."""

from __future__ import annotations

from typing import Any

import pytest

from translate.yamlio.edit import EditedText, Insertion, edited
from translate.yamlio.edit_item import Layout
from translate.yamlio.read import read
from translate.yamlio.round_trip import MOST, LostError, RuamelEdit

Steps = tuple[str | int, ...]
LAYOUT = Layout()


def logged(text: str, *paths: Steps) -> EditedText | None:
    """The text with a Log rule before the rule at each path."""
    insertions = []
    for path in paths:
        value: Any = read(text, file="")[0].value
        for step in path:
            value = value[step]
        index = path[-1]
        assert isinstance(index, int)
        insertions.append(Insertion(0, path[:-1], index, {**value, "action": "Log"}, index))
    return edited(text, insertions)


SHARED = """\
# head
--- # x
a:   [ 1,2 ]   # wide
i: &r
  # first
  - action: Allow

  - action: "Deny"   # no
    nets: [ '10.0.0.0/8' ]
on:   08
k: *r   # the same
"""
EDITED = {
    "behind an alias": (
        SHARED,
        ("k", 1),
        SHARED.replace(
            "k: *r   # the same\n",
            "k:\n  - action: Allow\n  - action: \"Log\"\n    nets: ['10.0.0.0/8']\n"
            "  - action: \"Deny\"\n    nets: ['10.0.0.0/8']\n        # the same\n",
        ),
    ),
    "what a merge key brings": (
        "a: &a\n  # i\n  i: [ {action: Deny, p: 'x'} ]   # wide\nb:\n  <<: *a\n  z:   on\n",
        ("b", "i", 0),
        "a: &a\n  # i\n  i: [ {action: Deny, p: 'x'} ]   # wide\n"
        "b:\n  i: [{action: Log, p: 'x'}, {action: Deny, p: 'x'}]\n  z:   on\n",
    ),
    "what a merge key takes away": (
        'a: &a\n  i:\n  - {action: Deny}\n  j: "q"\nb:\n  <<: *a\n  z:   1\n',
        ("a", "i", 0),
        'a: &a\n  i:\n  - {action: Log}\n  - {action: Deny}\n  j: "q"\n'
        'b:\n  i:\n  - {action: Deny}\n  j: "q"\n  z:   1\n',
    ),
    "several merged at once": (
        "a: &a {i: [{action: Deny}]}\nb: &b {j: 1}\nc:\n  <<: [*a, *b]\n  z:   1\n",
        ("c", "i", 0),
        "a: &a {i: [{action: Deny}]}\nb: &b {j: 1}\nc:\n  i: [{action: Log}, {action: Deny}]\n  j: 1\n  z:   1\n",
    ),
    "a dash after a dash": (
        "- - action: Deny   # d\n    p:   08\n",
        (0, 0),
        "- - action: Log\n    p: 08\n  - action: Deny   # d\n    p:   08\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "path", "expected"), EDITED.values(), ids=EDITED)
def test_only_what_changes_is_laid_out_anew(text: str, path: Steps, expected: str, newline: str) -> None:
    found = logged(text.replace("\n", newline), path)
    assert found == EditedText(expected.replace("\n", newline), relaid=True)


def test_two_lists_of_one_anchor_get_items_of_their_own() -> None:
    text = "i: &r\n- {action: Allow}\n- {action: Deny}\nk: *r\n"
    found = logged(text, ("i", 0), ("k", 1))
    assert found == EditedText(
        "i: &r\n- {action: Log}\n- {action: Allow}\n- {action: Deny}\nk:\n- {action: Allow}\n- {action: Log}\n- {action: Deny}\n",
        relaid=True,
    )


def test_other_documents_keep_every_byte() -> None:
    others = "a:   1\n---\n", "\n---\n# last\nb:   *no\n".replace("*no", "2")
    found = edited(others[0] + "i: &r [{action: Deny}]\nk: *r" + others[1], [Insertion(1, ("k",), 0, {"a": 1})])
    assert found == EditedText(
        others[0] + "i: &r [{action: Deny}]\nk: [{a: 1}, {action: Deny}]" + others[1], relaid=True
    )


SPELLED = {
    "texts that need quotes": ({"a": "yes", "b": "12", "y": "x"}, "- a: 'yes'\n  b: '12'\n  'y': x\n"),
    "in double quotes": ({"a": "x == 'y'", "b": "\n"}, '- a: "x == \'y\'"\n  b: "\\n"\n'),
    "what is no text": (
        {"a": True, "b": None, "c": 1, "d": 0, "e": 1.5, "f": False},
        "- a: true\n  b: null\n  c: 1\n  d: 0\n  e: 1.5\n  f: false\n",
    ),
    "lists and mappings": (
        {"a": [1, "x"], "b": {"c": {}}, "d": []},
        "- a:\n  - 1\n  - x\n  b:\n    c: {}\n  d: []\n",
    ),
}


@pytest.mark.parametrize(("value", "expected"), SPELLED.values(), ids=SPELLED)
def test_new_items_are_spelled_as_the_cluster_reads_them(value: dict[str, Any], expected: str) -> None:
    text = "i: &r\n- 1\nk: *r\n"
    found = edited(text, [Insertion(0, ("i",), 1, value)])
    assert found == EditedText(f"i: &r\n- 1\n{expected}k:\n- 1\n", relaid=True)


def test_an_item_is_spelled_like_another_where_it_says_the_same() -> None:
    text = "i: &r\n- action: \"Deny\"  # c\n  m: 08\n  s: 'x'\n  t: [ 1 ]\n  u: {v: 'w'}\nk: *r\n"
    new = {"action": "Log", "m": 8, "s": "y", "t": [2], "u": {"v": "w"}, "z": "a"}
    found = edited(text, [Insertion(0, ("k",), 0, new, 0)])
    assert found is not None
    assert (
        "k:\n- action: \"Log\"\n  m: 08\n  s: 'y'\n  t: [2]\n  u: {v: 'w'}\n  z: a\n- action: \"Deny\"\n" in found.text
    )


KEPT = [
    "a: yes\nb: 08\nc: 017\nd: 1e3\ne: 12:30\nf: 2001-01-01\ng: ~\nh:\ni: null\nj: 1_000\nk: .inf\ny: on\n1: 2\n",
    "a: &x {b: 1}   # x\nc:\n  <<: *x\n  d: 'e'\n",
    "a: |+\n  x\n\n\nb: >-\n  y\n  z\n",
    "# top\n\n# x\na: 1\n\n\nb: 2 # y\n# end\n",
    "a:\nb: {c: , d: null, e: '', f: \"\"}\ng: [{h: }, i]\nj: {k: {l: , m: ~}}\n",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_touched_comes_out_as_it_went_in(text: str) -> None:
    assert RuamelEdit(text, LAYOUT).written() == text


def bomb(levels: int) -> str:
    """A few lines of aliases that stand for ten times as many values with each line."""
    lines = ["l0: &l0 [1]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join([*lines, "i: &i [{action: Deny}]", "k: *i", ""])


def test_hostile_text_is_refused_before_it_is_loaded() -> None:
    deep = "i: &i\n- {action: Deny}\nk: *i\nd: " + "[" * 101 + "]" * 101 + "\n"
    insertion = Insertion(0, ("k",), 0, {"action": "Log"}, 0)
    assert edited(deep, [insertion]) is None
    assert edited(bomb(9), [insertion]) is None
    found = edited(bomb(4), [insertion])
    assert found is not None
    assert found.relaid


def test_a_large_document_is_not_loaded() -> None:
    text = "i: &i\n- {action: Deny}\nk: *i\nd: '" + "x" * MOST + "'\n"
    assert edited(text, [Insertion(0, ("k",), 0, {"action": "Log"}, 0)]) is None
    with pytest.raises(LostError):
        RuamelEdit(text, LAYOUT)


def test_only_so_much_of_one_text_is_loaded() -> None:
    document = "i: &i\n- {action: Deny}\nk: *i\nd: '" + "x" * (MOST - 60) + "'\n"
    insertions = [Insertion(number, ("k",), 0, {"action": "Log"}, 0) for number in range(5)]
    assert edited("---\n".join([document] * 5), insertions) is None
    assert edited("---\n".join([document] * 5), insertions[:2]) is not None


@pytest.mark.parametrize("path", [("a", "b"), ("a", 0), (0,), ("x",), ("l", 1), ("l", "0")])
def test_places_that_are_not_there(path: Steps) -> None:
    loaded = RuamelEdit("a: 1\nl: [1]\n", LAYOUT)
    with pytest.raises(LostError):
        loaded.written(path)
    with pytest.raises(LostError):
        loaded.insert(path, [])
    with pytest.raises(LostError):
        loaded.insert(("a",), [])


@pytest.mark.parametrize("text", ["a: [\n", "a: 1\na: 2\n", "a: *b\n", "a: 1\n---\nb: 2\n"])
def test_what_ruamel_does_not_read(text: str) -> None:
    with pytest.raises(LostError):
        RuamelEdit(text, LAYOUT)
