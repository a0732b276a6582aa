"""Where in the text the value or the key at a path stands, worked out only when something is reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from translate.core.diagnostics import InputError
from translate.core.origin import Path
from translate.yamlio.characters import LineColumn, Span

if TYPE_CHECKING:
    from translate.yamlio.lines import Lines
    from translate.yamlio.plain import PlainDocument, PlainLines
    from translate.yamlio.tree import Tree


class Locator:
    """One text and the trees of its documents, each built when the first question about it comes, and kept.

    ``characters`` is the text as a YAML parser can read it, ``spans`` are the documents as a reading found them, and
    ``values`` what they hold, if that is known.
    """

    __slots__ = ("_characters", "_lines", "_plain_lines", "_trees", "_values", "source", "spans")

    def __init__(self, text: str, characters: str, spans: Sequence[Span], values: Sequence[object] = ()) -> None:
        self.source = text
        self.spans = spans
        self._characters = characters
        self._lines: Lines | None = None
        self._trees: dict[int, Tree | None] = {}
        self._plain_lines: PlainLines | None = None
        self._values = values

    @property
    def lines(self) -> Lines:
        """The lines of the text."""
        if self._lines is None:
            from translate.yamlio.lines import Lines  # only to say where something is, and for comments

            self._lines = Lines(self.source)
        return self._lines

    def plain(self, document: int, start: int, end: int) -> PlainDocument | None:
        """What stands where in one document, and the remarks between two places; None where that takes a tree."""
        from translate.yamlio.plain import PlainLines, plain_document  # only for comments

        if not self._values:
            return None
        if self._plain_lines is None:
            self._plain_lines = PlainLines()
        value, marker = self._values[document], self.spans[document].start
        return plain_document(self._plain_lines, self.source, start, end, marker, value)

    def value(self, document: int, path: Path) -> LineColumn:
        """Line and column of the value at ``path``, or of the deepest value on the way to it."""
        return self.lines.place(self._found(document, path)[1])

    def key(self, document: int, path: Path) -> LineColumn:
        """Line and column of the key (or list item) at ``path``, or of the deepest one on the way to it."""
        return self.lines.place(self._found(document, path)[0])

    def begins_flow(self, document: int, path: Path) -> bool:
        """Whether the value at ``path`` is written in flow style: ``{a: 1}``."""
        return self.source.startswith(("{", "["), self._found(document, path)[1])

    def region(self, document: int) -> tuple[int, int]:
        """Where the text of one document starts and ends, with the comments before it."""
        return self.spans[document - 1].end if document else 0, self.spans[document].end

    def text(self, document: int) -> str:
        """The text of one document as it stands in the input, with the comments before it."""
        start, end = self.region(document)
        return self.source[start:end]

    def tree(self, document: int) -> Tree | None:
        """The tree of one document; None for JSON that no YAML parser takes, with keys of 1,024 characters, say."""
        from translate.yamlio.tree import tree  # only to say where something is, and for comments

        if document not in self._trees:
            try:
                found = tree(self.lines, self._characters, self.spans[document])
            except InputError:
                found = None
            self._trees[document] = found
        return self._trees[document]

    def begun(self, document: int, path: Path, line: int) -> tuple[Path, ...] | None:
        """The paths of what begins on a line of the value at ``path``, without what is inside of these; None where the
        line is not one of the value.
        """
        from translate.yamlio.tree_paths import begun, node_at  # only to say where something is

        top = self.tree(document)
        node = None if top is None else node_at(top.root, path)
        start, end = self.spans[document].start, self.spans[document].end
        if node is not None:
            start, end = node.start, node.end
        if not self.lines.line(start) <= line <= self.lines.line(end):
            return None
        if self.lines.line(start) == line:
            return (path,)
        return () if node is None else tuple(begun(node, path, line, self.lines))

    def _found(self, document: int, path: Path) -> tuple[int, int]:
        """Where the key and the value of the deepest field or item on the way start."""
        from translate.yamlio.tree_paths import starts  # only to say where something is

        top = self.tree(document)
        if top is None:
            return self.spans[document].start, self.spans[document].start
        return starts(top.root, path)
