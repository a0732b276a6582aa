"""Comments of a document, attached to the fields and items they stand above or beside."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from msgspec import Struct

from translate.core.origin import Path
from translate.core.patterns import pattern
from translate.yamlio.characters import COMMENT
from translate.yamlio.document_comments import NONE, Comment, DocumentComments
from translate.yamlio.lines import Lines
from translate.yamlio.locate import Locator
from translate.yamlio.plain import Points

_MARKER = pattern(r"(?:\A|(?<=[\r\n\x85\u2028\u2029]))---(?=\s|\Z)")


def comments(locator: Locator, document: int, *, by_lines: bool = True) -> DocumentComments:
    """The comments of one document.

    Lines above a field or item belong to it, text at the end of its line too. The head of a document ends at a blank
    line or at ``---``; what comes after the last value is its tail. A document without a value gives its comments on to
    the next, the last to the one before. ``by_lines``: those of plain documents are found without a tree.
    """
    text, spans = locator.source, locator.spans
    first, last = document == 0, document + 1 == len(spans)
    start = 0 if first else spans[document - 1].end
    own = spans[document].start
    end = len(text) if last else spans[document + 1].start
    if text.find("#", start, end) < 0:
        return NONE
    marker, closed = _marker(text, start, own), _marker(text, spans[document].end, end)
    if first and marker == own:
        given_on, own = [], start
    else:
        given_on = [_said(text, *match.span()) for match in COMMENT.finditer(text, start if first else marker, own)]
    remarks: Iterable[tuple[int, int]]
    plain = locator.plain(document, own, closed) if by_lines else None
    if plain is not None:
        found, remarks = _Gathered(plain.points, locator.lines, own, given_on), plain.remarks
    else:
        from translate.yamlio.points import points  # only for what is not plain

        if (tree := locator.tree(document)) is None:
            return NONE
        found, remarks = _Gathered(points(tree), tree.lines, tree.root.start, given_on), tree.comments(own, closed)
    found.take([_Remark(at, _said(text, at, stop), locator.lines.alone(at)) for at, stop in remarks])
    if last:
        found.tail += [_said(text, *match.span()) for match in COMMENT.finditer(text, closed, end)]
    return found.result()


def _marker(text: str, start: int, end: int) -> int:
    """Where the first document without a value starts between two others; ``end`` if there is none."""
    match = _MARKER.search(text, start, end)
    return match.start() if match is not None else end


def _said(text: str, start: int, end: int) -> str:
    return text[start + 1 : end].removeprefix(" ").rstrip()


class _Remark(Struct, frozen=True):
    """One comment: where its ``#`` stands, what it says, whether it has the line for itself."""

    start: int
    text: str
    alone: bool


class _Gathered:
    """The comments of one document while they are being attached."""

    def __init__(self, points: Points, lines: Lines, root: int, head: list[str]) -> None:
        self.head = head
        self.tail: list[str] = []
        self._points = points
        self._lines = lines
        self._root = root
        self._at: dict[Path, tuple[list[str], list[str]]] = {}

    def take(self, remarks: list[_Remark]) -> None:
        """Attach every comment of the document."""
        places = self._points.places
        first = places[0] if places else self._root
        rest = sum(1 for remark in remarks if remark.start < first)
        if places:  # the lines directly above the first field are its own
            line = self._line(first)
            while rest and remarks[rest - 1].alone and self._line(remarks[rest - 1].start) == line - 1:
                line, rest = line - 1, rest - 1
        self.head += [remark.text for remark in remarks[:rest]]
        for remark in remarks[rest:]:
            (self._take_alone if remark.alone else self._take_beside)(remark)

    def _line(self, index: int) -> int:
        return self._lines.line(index)

    def _take_alone(self, remark: _Remark) -> None:
        index = bisect_left(self._points.places, remark.start)
        if index == len(self._points.places):
            self.tail.append(remark.text)
        else:
            self._of(self._points.paths[index])[0].append(remark.text)

    def _take_beside(self, remark: _Remark) -> None:
        closed, path = self._points.flows.get(self._line(remark.start), (remark.start, ()))
        if closed >= remark.start:
            index = bisect_left(self._points.places, remark.start)
            path = self._points.paths[index - 1] if index else ()
        if path:
            self._of(path)[1].append(remark.text)
        else:
            self.tail.append(remark.text)

    def _of(self, path: Path) -> tuple[list[str], list[str]]:
        return self._at.setdefault(path, ([], []))

    def result(self) -> DocumentComments:
        """What was gathered, as a value."""
        at = {
            path: Comment(tuple(before), "; ".join(filter(None, beside))) for path, (before, beside) in self._at.items()
        }
        return DocumentComments(tuple(self.head), tuple(self.tail), at)
