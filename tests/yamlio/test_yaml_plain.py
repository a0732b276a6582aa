"""Plain documents are read by their lines to what a YAML parser reads, and everything else is left to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import policies
from translate.core.diagnostics import InputError
from translate.yamlio.comments import comments
from translate.yamlio.limits import DEFAULT, Limits
from translate.yamlio.plain import NotPlainError, PlainReader
from translate.yamlio.plain_stream import Parsed, plain_stream
from translate.yamlio.read import Document, read

SAMPLES = sorted((Path(__file__).parents[2] / "samples").rglob("*.yaml"))
SMALL = [text for path in SAMPLES if len(text := path.read_text(encoding="utf-8")) < 3000]

PLAIN: dict[str, Any] = {
    "a: 1\nb: x\n": {"a": 1, "b": "x"},
    "a:\n  b: yes\n  c:\n": {"a": {"b": True, "c": None}},
    "a:\n- b: 1\n  c: 2\n- d\n": {"a": [{"b": 1, "c": 2}, "d"]},
    "a:\n  -   b: 1\n      c: 2\n": {"a": [{"b": 1, "c": 2}]},
    "a:\n- b:\n  - c\nd: 1\n": {"a": [{"b": ["c"]}], "d": 1},
    "# x\n\na: 1 # y\n  # z\n": {"a": 1},
    "---\na: 'x y'\nb: \"1\"\n'c': 017\n": {"a": "x y", "b": "1", "c": 15},
    "a: {}\nb: []\nc: [x, 1, 'on']\n": {"a": {}, "b": [], "c": ["x", 1, "on"]},
    "a:\n- {key: k, operator: In, values: [v, 2]}\n": {"a": [{"key": "k", "operator": "In", "values": ["v", 2]}]},
    "any:k8s.io/a: b:c\n": {"any:k8s.io/a": "b:c"},
    "a: app == 'b' && has(c)\n": {"a": "app == 'b' && has(c)"},
    "a: two  words # x\n": {"a": "two  words"},
    "y: 1\n": {"true": 1},
    "a: 1": {"a": 1},
}

NOT_PLAIN = (
    *("a: &x 1\n", "a: *x\n", "a: !!str 1\n", "a: |\n  x\n", "a: >-\n  x\n", "a: x\n  y\n", "a: 'x\n  y'\n"),
    *("a: x\n  - y\n", "a:\n  x\n", "- a\n", "a\n", "? a\n: 1\n", "a:\n- - b\n", "a:\n-\n  b: 1\n", "<<: {}\n"),
    *("a: [x, [y]]\n", "a: [x,\n  y]\n", "a: {b: {c: 1}}\n", "a: {b}\n", "a: é\n", 'a: "\\n"\n', "a: 'it''s'\n"),
    *("a: 1\na: 2\n", "a: {b: 1, b: 2}\n", " a: 1\nb: 2\n", "a: 1\n  b: 2\n", "a:\t1\n", "a: -1\n", "a: ~\n"),
    *("a: 1 # \x07\n", "a: x: y\n", "a: 'b' c\n", "a: .inf\n", "--- a\n", "a: x #y\n  z\n", "a: #b\n  c\n"),
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_lines_say_what_the_cluster_reads(text: str) -> None:
    def parsed(part: str) -> Parsed:
        raise AssertionError(f"left to the parser: {part}")

    found = plain_stream(text, DEFAULT, parsed)
    assert found is not None
    assert found[0] == [PLAIN[text]]
    assert [one.value for one in read(text, file="", by_lines=False)] == [PLAIN[text]]


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not_plain_beyond_doubt_is_left_to_the_parser(text: str) -> None:
    with pytest.raises(NotPlainError):
        PlainReader(DEFAULT).value(text)


@pytest.mark.parametrize(
    "text", ["%YAML 1.1\n---\na: 1\n", "a: 1\n...\n---\nb: 1\n", "a: 1\r\n", "a: 1\x85", "a: ! x\n"]
)
def test_some_marks_leave_the_whole_text_to_the_parser(text: str) -> None:
    assert plain_stream(text, DEFAULT, lambda part: ([], [], 0)) is None


def outcome(text: str, *, by_lines: bool, limits: Limits = DEFAULT) -> object:
    """All that reading tells: values with the types and the order of their fields, places; or what is wrong, and where."""
    try:
        found = read(text, file="f", limits=limits, by_lines=by_lines)
    except InputError as error:
        return error.problems
    return repr([one.value for one in found]), [one.locator.spans[one.index] for one in found]


def remarks(documents: list[Document], *, by_lines: bool) -> list[object]:
    """The comments of each document, in their order."""
    found = [comments(one.locator, one.index, by_lines=by_lines) for one in documents]
    return [(one, list(one.at)) for one in found]


def assert_read_alike(text: str) -> None:
    assert outcome(text, by_lines=True) == outcome(text, by_lines=False)
    try:
        documents = read(text, file="f")
    except InputError:
        return
    assert remarks(documents, by_lines=True) == remarks(documents, by_lines=False)


def test_every_sample_is_read_alike_by_lines_and_by_the_parser() -> None:
    assert len(SAMPLES) > 100
    for path in SAMPLES:
        assert_read_alike(path.read_text(encoding="utf-8"))


PIECES = st.sampled_from(
    """- |  |\\n|---\\n|\\n---\\n|# x|  # x|\\n# x\\n|"|'|: |:|key: |[]|{}|[a, b]|{a: b}|{a: [b]}|[a,]|||>|&a |*a |!x |! |...\\n|
    |%|\\t|~|null|yes|0x1F|1_0|<<: |? |a b|\\\\|{|}|,|é|\\r\\n|- - a|"a": b|a:b|.inf|-1|=|\x85""".replace(
        "\\n", "\n"
    ).split("|")
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), PIECES), min_size=1, max_size=4)


@given(st.sampled_from(SMALL), EDITS)
def test_a_changed_sample_is_read_alike_by_lines_and_by_the_parser(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    for where, lost, piece in edits:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + lost :]
    assert_read_alike(text)


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(nodes=20), "a: [" + "b, " * 30 + "c]\n"),
        (Limits(nodes=20), "a: 1\nb: 2\n---\n" * 15),
        (Limits(depth=6), "a:\n b:\n  c:\n   d:\n    e:\n     f:\n      g: {h: [1]}\n"),
        (Limits(scalar=10), f"a: {'b' * 11}\n"),
        (Limits(scalar=10), f"{'b' * 11}: 1\n"),
        (Limits(documents=2), "a: 1\n---\n" * 3),
    ],
)
def test_limits_hold_for_plain_lines(limits: Limits, text: str) -> None:
    told = outcome(text, by_lines=True, limits=limits)
    assert isinstance(told, tuple)
    assert told[0].__class__.__name__ == "Problem"
    assert told == outcome(text, by_lines=False, limits=limits)


@pytest.mark.parametrize("tail", [" " * 200_000 + "\x07", "a " * 100_000 + ": ", "# " * 100_000 + "\t", "a:" * 100_000])
def test_a_line_that_is_not_plain_costs_no_more_than_it_is_long(tail: str) -> None:
    with pytest.raises(NotPlainError):
        PlainReader(DEFAULT).value("a: " + tail)


def test_what_a_dumper_writes_needs_no_parser_but_for_what_stands_out() -> None:
    texts = [yaml.dump(one, Dumper=yaml.CSafeDumper, sort_keys=False) for one in policies(100)]
    texts[7] += "extra: |\n  two\n  lines\n"
    left: list[str] = []

    def parsed(part: str) -> Parsed:
        left.append(part)
        return [], [], 0

    assert plain_stream("---\n".join(texts), DEFAULT, parsed) is not None
    assert left == [f"---\n{texts[7]}"]


def test_lines_that_are_alike_are_looked_at_once() -> None:
    reader = PlainReader(DEFAULT)
    text = "a:\n- b: 1\n- b: 1\n- b: 2\n"
    assert reader.value(text) == {"a": [{"b": 1}, {"b": 1}, {"b": 2}]}
    assert len(reader.lines) == len({"a:", "- b: 1", "- b: 2", ""})


def test_brackets_are_never_shared_by_two_places() -> None:
    (document,) = read("a: [x]\nb: [x]\nc: {}\nd: {}\n", file="")
    value: Any = document.value
    value["a"].append("y")
    value["c"]["z"] = 1
    assert value == {"a": ["x", "y"], "b": ["x"], "c": {"z": 1}, "d": {}}
