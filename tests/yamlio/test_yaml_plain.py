"""Comments found by the lines of plain documents are those found by a tree, and everything else is left to the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import policies
from translate.core.diagnostics import InputError
from translate.yamlio.comments import comments
from translate.yamlio.document_comments import DocumentComments
from translate.yamlio.plain import PlainDocument, PlainLines, plain_document
from translate.yamlio.points import points
from translate.yamlio.read import read

SAMPLES = sorted((Path(__file__).parents[2] / "samples").rglob("*.yaml"))
SMALL = [text for path in SAMPLES if len(text := path.read_text(encoding="utf-8")) < 3000]

PLAIN = (
    *("a: 1\nb: x\n", "a:\n  b: yes\n  c:\n", "a:\n- b: 1\n  c: 2\n- d\n", "a:\n  -   b: 1\n      c: 2\n", "a: 1"),
    *("a:\n- b:\n  - c\nd: 1\n", "# x\n\na: 1 # y\n  # z\n", "---\na: 'x # y'\nb: \"1\"\n'c': 017\n", "- a\n- b: 1\n"),
    *("a: {}\nb: []\nc: [x, 1, 'on']\nd: 1\n", "a:\n- {key: k, operator: In, values: [v, 2]}\n- b\n", "y: 1\n010: 2\n"),
    *("any:k8s.io/a: b:c\n", "a: app == 'b' && has(c)\n", "a: two  words # x\n", "a:\n\n# x\n\n- b\n"),
)

NOT_PLAIN = (
    *("a: &x 1\n", "a: !!str 1\n", "a: |\n  x\n", "a: >-\n  x\n", "a: x\n  y\n", "a: 'x\n  y'\n", "a: [x,\n  b: y]\n"),
    *("a: x\n  - y\n", "a:\n  x\n", "a\n", "? a\n: 1\n", "a:\n- - b\n", "a:\n-\n  b: 1\n", "a: b\n<<: {}\n"),
    *("a: [x, [y]]\n", "a: [x,\n  y]\n", "a: {b: {c: 1}}\n", "a: {b}\n", "a: é\n", 'a: "\\n"\n', "a: 'it''s'\n"),
    *("a: b #\xa0\n", "a: 'b'\r\n", "a: -1\n", "a: ~\n", "--- a\n", "a: #b\n  c\n", "a: 1\n...\n", 'a: [b"c, "d"]\n'),
)


def by_lines(text: str) -> PlainDocument | None:
    """What the lines of a text with one document tell."""
    (document,) = read(text, file="")
    return plain_document(PlainLines(), text, 0, len(text), document.locator.spans[0].start, document.value)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_lines_say_what_stands_where(text: str) -> None:
    found = by_lines(text)
    (document,) = read(text, file="")
    tree = document.locator.tree(0)
    assert found is not None
    assert tree is not None
    assert found.remarks == list(tree.comments(0, len(text)))
    first: dict[object, int] = {}
    for place, path in zip(points(tree).places, points(tree).paths, strict=True):
        first.setdefault(path, place)
    told = found.points
    assert dict(zip(told.paths, told.places, strict=True)) == {path: first[path] for path in told.paths}
    assert told.places == sorted(told.places)


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not_plain_beyond_doubt_is_left_to_the_tree(text: str) -> None:
    assert by_lines(text) is None


MISFITS: tuple[tuple[str, object], ...] = (
    *(
        ("a: 1\nb: 2\n", one)
        for one in ({"a": 1}, {"b": 2, "a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": {"b": 2}}, [1, 2], "a")
    ),
    *(("- a\n- b\n", one) for one in ({"a": 1, "b": 2}, ["a"], ["a", "b", "c"], [["a", "b"]], None)),
    *(("a:\n- b: 1\n", one) for one in ({"a": None}, {"a": [1]}, {"a": [{}]}, {"a": [{"c": 1}]}, {"a": {"b": 1}})),
    ("null: 1\n", {}),
)


@pytest.mark.parametrize(("text", "value"), MISFITS)
def test_lines_that_do_not_come_to_what_was_read_tell_nothing(text: str, value: object) -> None:
    assert plain_document(PlainLines(), text, 0, len(text), 0, value) is None


def found(text: str, *, by_lines: bool) -> list[tuple[DocumentComments, list[object]]]:
    """The comments of each document, and their order."""
    each = [comments(one.locator, one.index, by_lines=by_lines) for one in read(text, file="f")]
    return [(one, list(one.at)) for one in each]


def test_every_sample_has_the_same_comments_by_lines_and_by_its_trees() -> None:
    assert len(SAMPLES) > 100
    for path in SAMPLES:
        text = path.read_text(encoding="utf-8")
        assert found(text, by_lines=True) == found(text, by_lines=False), path


PIECES = st.sampled_from(
    """- |  |\\n|---\\n|\\n---\\n|# x|  # x|\\n# x\\n| # x\\n|"|'|: |:|key: |[]|{}|[a, b]|{a: b}|{a: [b]}|[a,]|||>|&a |*a |!x |! |...\\n|
    |%|\\t|~|null|yes|0x1F|1_0|<<: |? |a b|\\\\|{|}|,|é|\\r\\n|- - a|"a": b|a:b|.inf|-1|=|\x85""".replace(
        "\\n", "\n"
    ).split("|")
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), PIECES), min_size=1, max_size=4)


@given(st.sampled_from(SMALL), EDITS, st.booleans())
def test_a_changed_sample_has_the_same_comments_by_lines_and_by_its_trees(
    text: str, edits: list[tuple[float, int, str]], remarked: bool
) -> None:
    if remarked:
        text = "".join(f"{line}  # {number}\n# {-number}\n" for number, line in enumerate(text.splitlines()))
    for where, lost, piece in edits:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + lost :]
    try:
        by_trees = found(text, by_lines=False)
    except InputError:
        return
    assert found(text, by_lines=True) == by_trees


@pytest.mark.parametrize("tail", [" " * 200_000 + "\x07", "a " * 100_000 + ": ", "# " * 100_000 + "\t", "a:" * 100_000])
def test_a_line_that_is_not_plain_costs_no_more_than_it_is_long(tail: str) -> None:
    assert plain_document(PlainLines(), "a: " + tail, 0, len(tail) + 3, 0, {"a": ""}) is None


def test_what_a_dumper_writes_needs_no_tree_but_for_what_stands_out() -> None:
    texts = [yaml.dump(one, Dumper=yaml.CSafeDumper, sort_keys=False) + "# x\n" for one in policies(100)]
    texts[7] += "extra: |\n  two\n  lines\n"
    locator = read("---\n".join(texts), file="")[0].locator
    told = [locator.plain(number, span.start, span.end) for number, span in enumerate(locator.spans)]
    assert [number for number, one in enumerate(told) if one is None] == [7]


def test_lines_that_are_alike_are_looked_at_once() -> None:
    lines, text = PlainLines(), "a:\n- b: 1\n- b: 1\n- b: 2\n"
    assert plain_document(lines, text, 0, len(text), 0, {"a": [{"b": 1}, {"b": 1}, {"b": 2}]}) is not None
    assert set(lines) == {"a:", "- b: 1", "- b: 2", ""}
