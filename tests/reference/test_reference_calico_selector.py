"""Calico's selector language: what is read, what it means, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import calico_selector as selector

SAMPLES = [{}, {"a": "x"}, {"a": ""}, {"a": "xyz", "b": "1"}, {"in": "x", "all": "x"}]
SELECTORS = [  # text, canonical text, and the samples that satisfy it
    ("", "all()", "01234"),
    (" \t", "all()", "01234"),
    ("all( )", "all()", "01234"),
    ("global()", "global()", "01234"),
    ("!all()", "!all()", ""),
    ("has( a )", "has(a)", "123"),
    ("! has(a)", "!has(a)", "04"),
    ("!!has(a)", "has(a)", "123"),
    ("a=='x'", 'a == "x"', "1"),
    ("a != 'x'", 'a != "x"', "0234"),
    ("a == ''", 'a == ""', "2"),
    ("!a == 'x'", '!a == "x"', "0234"),
    ("a in{'z','x','x'}", 'a in {"x", "z"}', "1"),
    ("a in { 'x', }", 'a in {"x"}', "1"),
    ("a in {}", "a in {}", ""),
    ("a not in {}", "a not in {}", "01234"),
    ("a notin {'x'}", 'a not in {"x"}', "0234"),
    ("a not\tin {'x'}", 'a not in {"x"}', "0234"),
    ("a contains 'y'", 'a contains "y"', "3"),
    ("a starts  with 'x'", 'a starts with "x"', "13"),
    ("a startswith ''", 'a starts with ""', "123"),
    ("a ends with 'z'", 'a ends with "z"', "3"),
    ("a endswith 'z'", 'a ends with "z"', "3"),
    ("!(a contains 'y')", '!a contains "y"', "0124"),
    ("in in {'x'}", 'in in {"x"}', "4"),
    ("all == 'x'", 'all == "x"', "4"),
    ("b=='1'&&  a in {'z','xyz'}", '(b == "1" && a in {"xyz", "z"})', "3"),
    ("has(b) || has(a) && a == 'x'", '(has(b) || (has(a) && a == "x"))', "13"),
    ("(has(b) || has(a)) && a == 'x'", '((has(b) || has(a)) && a == "x")', "1"),
    ("a == 'say \"x\"'", "a == 'say \"x\"'", ""),
    ("a/b.c-d_/ == 'x'", 'a/b.c-d_/ == "x"', ""),
    ("a == 'x\n'", 'a == "x\n"', ""),
    ("k" * 512 + " == 'x'", "k" * 512 + ' == "x"', ""),
]
NO_SELECTORS = [
    "a",
    "app = 'x'",
    "'x' == a",
    "a == x",
    "a == 1",
    "has (a)",
    "has()",
    "has(a",
    "all",
    "all(a)",
    "a == 'x'\n",
    "a in ['x']",
    "a in ('x')",
    "a in {,}",
    "a in {'x' 'y'}",
    "a in {'x'",
    "a inx",
    "a in 'x'",
    "a not 'x'",
    "a containsx 'y'",
    "a == 'x' &&",
    "|| has(a)",
    "a == 'x' and has(a)",
    "has(a) has(b)",
    "exists(a)",
    "a == 'it\\'s'",
    "a == 'x",
    "(a == 'x'",
    "a == 'x')",
    "()",
    "!",
    "a & b",
    "a > '1'",
    "k" * 513 + " == 'x'",
]


@pytest.mark.parametrize(("text", "canonical", "satisfied"), SELECTORS)
def test_selectors_are_read_and_evaluated(text: str, canonical: str, satisfied: str) -> None:
    """A selector has its canonical text and holds for exactly the samples said."""
    node = selector.parse(text)
    assert node.text() == canonical
    assert "".join(str(at) for at, labels in enumerate(SAMPLES) if node.matches(labels)) == satisfied


@pytest.mark.parametrize("text", NO_SELECTORS)
def test_what_is_no_selector_is_refused(text: str) -> None:
    """Anything outside the grammar is an error."""
    with pytest.raises(selector.SelectorError):
        selector.parse(text)


def test_prefixes_reach_every_label() -> None:
    """A prefix is put before every label name and nowhere else."""
    text = "has(a) && !(b == 'c' || d in {'e'}) && all()"
    expected = '(has(pcns.a) && !(pcns.b == "c" || pcns.d in {"e"}) && all())'
    assert selector.parse(text).prefixed("pcns.").text() == expected


NAMES = st.sampled_from(["a", "b", "in", "has", "x/y"])
VALUES = st.text("xyz'1 ", max_size=3)
TESTS = st.one_of(
    st.builds(selector.Has, NAMES),
    st.builds(selector.Comparison, NAMES, st.sampled_from(["==", "!=", "contains"]), st.tuples(VALUES)),
    st.builds(selector.Comparison, NAMES, st.sampled_from(["in", "not in"]), st.lists(VALUES, max_size=3).map(tuple)),
)
NODES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(selector.Not, inner),
        st.builds(selector.Group, st.sampled_from(["&&", "||"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@given(NODES, st.dictionaries(NAMES, VALUES))
def test_canonical_text_means_the_same(node: selector.Node, labels: dict[str, str]) -> None:
    """Reading back what was written changes neither meaning nor text."""
    again = selector.parse(node.text())
    assert again.matches(labels) == node.matches(labels)
    assert selector.parse(again.text()).text() == again.text()
