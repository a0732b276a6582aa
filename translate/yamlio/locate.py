"""Where in the text the value or the key at a path stands, worked out only when something is reported."""

from __future__ import annotations

from collections.abc import Sequence

from translate.core.diagnostics import InputError
from translate.core.origin import Path
from translate.yamlio.build import build
from translate.yamlio.limits import DEFAULT
from translate.yamlio.nodes import Entry, Node, tree
from translate.yamlio.stream import LineColumn, Span, decode, events


class Locator:
    """Places in one text; reads a document again when the first question about it comes, and keeps its tree.

    ``spans`` are the documents as a reading found them; without them the text is read first (InputError).
    """

    __slots__ = ("_roots", "_spans", "_text")

    def __init__(self, text: str | bytes, spans: Sequence[Span] | None = None) -> None:
        if spans is None or not isinstance(text, str):
            text, _, spans = build(decode(text, file=""), "", DEFAULT)
        self._text = text
        self._spans = spans
        self._roots: dict[int, Node] = {}

    def value(self, document: int, path: Path) -> LineColumn:
        """Line and column of the value at ``path``, or of the deepest value on the way to it."""
        return self._entry(document, path).node.start

    def key(self, document: int, path: Path) -> LineColumn:
        """Line and column of the key (or list item) at ``path``, or of the deepest one on the way to it."""
        return self._entry(document, path).place

    def text(self, document: int) -> str:
        """The text of one document as it stands in the input, with the comments before it."""
        start = self._spans[document - 1].end if document else 0
        return self._text[start : self._spans[document].end]

    def _entry(self, document: int, path: Path) -> Entry:
        root = self._root(document)
        here = Entry(root.start, root)
        for step in path:
            below = _child(here.node, step)
            if below is None:
                break
            here = below
        return here

    def _root(self, document: int) -> Node:
        if document not in self._roots:
            span = self._spans[document]
            try:
                root = tree(events(self._text[span.start : span.end], file=""), span.line)
            except InputError:  # JSON may hold what no YAML parser takes, such as keys of more than 1,024 characters
                root = None
            start = (span.line + 1, 1)
            self._roots[document] = root or Node(start, start)
        return self._roots[document]


def locate(text: str | bytes, document_index: int, path: Path) -> LineColumn:
    """Line and column of the value at ``path``; a ``Locator`` reads the text once for many questions."""
    return Locator(text).value(document_index, path)


def locate_key(text: str | bytes, document_index: int, path: Path) -> LineColumn:
    """Line and column of the key (or list item) at ``path``; a ``Locator`` reads the text once for many questions."""
    return Locator(text).key(document_index, path)


def _child(node: Node, step: str | int) -> Entry | None:
    if isinstance(step, str):
        return (node.fields or {}).get(step)
    if node.items is None or not -len(node.items) <= step < len(node.items):
        return None
    return Entry(node.items[step].start, node.items[step])
