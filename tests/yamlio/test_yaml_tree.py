"""The one tree of a document: no character of the text is outside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from translate.yamlio.read import read
from translate.yamlio.tree import Alias, Mapping, Node, Scalar, Sequence, Tree, value_of

FILES = [
    *sorted((Path(__file__).parents[2] / "samples").rglob("*.yaml")),
    *sorted((Path(__file__).parents[3] / "shared" / "corpus").glob("*/*")),
]
STRUCTURE = re.compile(r"(?:[\s\-?:,\[\]{}|>+0-9]|[&!*][^\s,\[\]{}]*|---|\.\.\.|%[^\n]*)*").fullmatch
"""What a document has beside values and comments."""


def trees(text: str) -> list[Tree]:
    found = [one.locator.tree(one.index) for one in read(text, file="")]
    return [tree for tree in found if tree is not None]


def tree(text: str) -> Tree:
    (found,) = trees(text)
    return found


def described(node: Node, text: str) -> object:
    """Nodes by the characters that they stand on."""
    match node:
        case Scalar() | Alias():
            return text[node.start : node.end]
        case Mapping():
            return {described(pair.key, text): described(pair.value, text) for pair in node.pairs}
        case Sequence():
            return [described(item, text) for item in node.items]


WHOLE = {
    "a block": ("a:\n- b: 1   # c\n  d: 'x'\n", {"a": [{"b": "1", "d": "'x'"}]}),
    "brackets": ('{"a": [1, {b: }] } # c\n', {'"a"': ["1", {"b": ""}]}),
    "an anchor, a tag and an alias": ("a: &x !!str  1\nb: *x\n", {"a": "&x !!str  1", "b": "*x"}),
    "a block text": ("a: |+  # c\n  x # y\n\n\nb: >-\n  z\n\n", {"a": "|+  # c\n  x # y\n\n", "b": ">-\n  z"}),
    "a merge": ("a: &x {b: 1}\nc:\n  <<: *x\n", {"a": {"b": "1"}, "c": {"<<": "*x"}}),
    "nothing": ("a:\n- \n", {"a": [""]}),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE)
def test_nodes(text: str, expected: object) -> None:
    assert described(tree(text).root, text) == expected


COMMENTS = {
    "beside, above and at the end": ("# a\nb: 1 # c\n# d\n", ["# a", "# c", "# d"]),
    "between an anchor and its value": ("a: &x # c\n  b # d\n", ["# c", "# d"]),
    "at the head of a block text": ("a: | # c\n  # text\n", ["# c"]),
    "within brackets": ("a: [1,# c\n  'x # y' # d\n]\n", ["# c", "# d"]),
    "number signs that are data": ("a: b#c\nd: '# e'\n? \"# f\"\n", []),
}


@pytest.mark.parametrize(("text", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_comments(text: str, expected: list[str]) -> None:
    assert [text[at:end] for at, end in tree(text).comments(0, len(text))] == expected


DASHES = {
    "one after the other": ("- - a\n  - b\n", [0]),
    "on a line of its own, with a comment": ("-  # - c\n  # - d\n  a: 1\n- b\n", [0, 24]),
    "behind an anchor of the list": ("i: &l-\n- &m- a\n", [7]),
    "without a value": ("-\n-\n", [0, 2]),
}


@pytest.mark.parametrize(("text", "expected"), DASHES.values(), ids=DASHES)
def test_dashes(text: str, expected: list[int]) -> None:
    document = tree(text)
    root = document.root
    items = root if isinstance(root, Sequence) else root.pairs[0].value if isinstance(root, Mapping) else None
    assert isinstance(items, Sequence)
    assert [document.dash(item) for item in items.items] == expected


def test_an_alias_stands_for_the_last_anchor_of_its_name_that_is_finished() -> None:
    root = tree("a: &x\n  b: &x 1\nc: *x\n").root
    assert isinstance(root, Mapping)
    value = value_of(root.fields["c"].value)
    assert isinstance(value, Scalar)
    assert value.text == "1"


def test_every_character_is_a_value_a_comment_or_structure() -> None:
    for path in FILES:
        for document in trees(path.read_bytes().decode("utf-8-sig")):
            text, at = document.lines.text, document.root.start
            spans = [*document.leaves, *document.comments(document.root.start, document.root.end)]
            for start, end in sorted(spans):
                assert STRUCTURE(text[at:start]), (path.name, text[at:start])
                at = max(at, end)
