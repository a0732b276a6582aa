"""A text in pieces of one document each, so that a piece that was read before is not read again.

Not every text can be cut (``translate.yamlio.characters``), and every fault makes a text one that is read as a whole:
it is then told as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from translate.core.diagnostics import InputError
from translate.core.several import at_once, shares, workers
from translate.yamlio.characters import Span, bounds_of
from translate.yamlio.limits import WORTH_A_PROCESS, Limits
from translate.yamlio.plain_values import PlainReader
from translate.yamlio.refusals import may_be_odd


class TextPiece(Struct, frozen=True):
    """What a piece of a text holds: a value, None where it is empty; where that lies in the piece, and how many values
    there are in it.
    """

    value: Any
    start: int
    end: int
    line: int
    size: int


EMPTY = TextPiece(None, 0, 0, 0, 0)


class CutText(NamedTuple):
    """A text, where its pieces begin and the last one ends, and the pieces."""

    text: str
    bounds: Sequence[int]
    pieces: Sequence[str]


class Pieces(Protocol):
    """Knows pieces of texts that were read before."""

    def known(self, text: str) -> TextPiece | None:
        """What a piece holds, None where that is not known."""
        ...

    def learn(self, text: str, piece: TextPiece) -> None:
        """Remember what it holds."""
        ...

    def plain(self, limits: Limits) -> PlainReader:
        """What reads plain documents, and remembers their lines."""
        ...


class HeldPieces:
    """Pieces that were read before, by their texts."""

    def __init__(self) -> None:
        self.all: dict[str, TextPiece] = {}
        self._reader: PlainReader | None = None

    def known(self, text: str) -> TextPiece | None:
        """What a piece holds, None where that is not known."""
        return self.all.get(text)

    def learn(self, text: str, piece: TextPiece) -> None:
        """Remember what it holds."""
        self.all[text] = piece

    def forget(self) -> None:
        """Let go of what pieces hold; lines of plain documents stay known."""
        self.all.clear()

    def plain(self, limits: Limits) -> PlainReader:
        """What reads plain documents, and remembers their lines."""
        if self._reader is None:
            self._reader = PlainReader(limits)
        return self._reader


def cut(text: str) -> CutText | None:
    """The pieces of a text, None where it is not certain that each of them can be read alone."""
    bounds = bounds_of(text)
    return None if bounds is None else CutText(text, bounds, [text[start:end] for start, end in pairwise(bounds)])


def read_pieces(found: CutText, file: str, limits: Limits, pieces: Pieces) -> tuple[list[Any], list[Span]] | None:
    """The documents that are not empty, and their places; None where the whole must be read, as something is wrong."""
    for first, last in _unknown(found, pieces):
        if not _learn(found, first, last, file, limits, pieces):
            return None
    values: list[Any] = []
    spans: list[Span] = []
    size = line = counted = 0
    for (start, end), text in zip(pairwise(found.bounds), found.pieces, strict=True):
        piece = pieces.known(text)
        if piece is None or not 0 <= piece.start <= piece.end <= end - start:
            return None
        size += piece.size
        if piece.value is not None:
            line, counted = line + found.text.count("\n", counted, start), start
            values.append(piece.value)
            spans.append(Span(start + piece.start, start + piece.end, line + piece.line))
    if size > limits.nodes or len(values) > limits.documents:
        return None
    return values, spans


def read_by_several(texts: Sequence[CutText], limits: Limits, pieces: Pieces) -> None:
    """Let ``pieces`` know all that can be read of some texts, if these are long and several processes may read them."""
    runs = [(text, *run) for text in texts for run in _unknown(text, pieces)]
    parts = [(text, number) for text, first, last in runs for number in range(first, last)]
    sizes = [text.bounds[number + 1] - text.bounds[number] for text, number in parts]
    count = min(workers(), sum(sizes) // WORTH_A_PROCESS)
    if count < 2:
        return
    works = [partial(_read_apart, parts[share.start : share.stop], limits) for share in shares(sizes, count)]
    read = (one for found in at_once(works) for one in found)
    for (text, number), piece in zip(parts, read, strict=True):
        if piece is not None:
            pieces.learn(text.pieces[number], piece)


def _read_apart(parts: Sequence[tuple[CutText, int]], limits: Limits) -> list[TextPiece | None]:
    """What some pieces of texts hold, given in their order; those that follow one another are read as one text, and are
    None if anything is wrong there.
    """
    found = HeldPieces()
    for _, run in groupby(enumerate(parts), key=lambda one: (id(one[1][0]), one[1][1] - one[0])):
        (_, (text, first)), *rest = run
        _learn(text, first, first + 1 + len(rest), "", limits, found)
    return [found.known(text.pieces[number]) for text, number in parts]


def _unknown(found: CutText, pieces: Pieces) -> Iterator[tuple[int, int]]:
    """The runs of pieces that are not known, each as its first number and the one behind its last."""
    first: int | None = None
    for number, text in enumerate(found.pieces):
        if pieces.known(text) is None:
            first = number if first is None else first
        elif first is not None:
            yield first, number
            first = None
    if first is not None:
        yield first, len(found.pieces)


def _learn(found: CutText, first: int, last: int, file: str, limits: Limits, pieces: Pieces) -> bool:
    """Read some pieces; whether that could be done, and each holds no more than one document."""
    if may_be_odd(found.text[found.bounds[first] : found.bounds[last]]):
        return _parse(found, first, last, file, limits, pieces)
    plain, rest = pieces.plain(limits), list[int]()
    for number in range(first, last):
        text = found.pieces[number]
        value = plain.read(text)
        if value is None:
            rest.append(number)
        else:
            start, line = value.begins(text)
            piece = TextPiece(value.value, start, len(text), line, value.size) if value.value is not None else EMPTY
            pieces.learn(text, piece)
    return all(_parse(found, run[0], run[-1] + 1, file, limits, pieces) for run in _runs(rest))


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Numbers, those that follow one another together."""
    for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0]):
        yield [number for _, number in run]


def _parse(found: CutText, first: int, last: int, file: str, limits: Limits, pieces: Pieces) -> bool:
    """Read some pieces as one text; whether that could be done, and each holds no more than one document."""
    begin = found.bounds[first]
    from translate.yamlio.build import Builder  # only for what is not plain

    builder = Builder(found.text[begin : found.bounds[last]], file, limits)
    try:
        builder.run()
    except InputError:
        return False
    read = iter(zip(builder.values, builder.spans, builder.sizes, strict=True))
    following = next(read, None)
    counted = line = counted_size = 0
    for number in range(first, last):
        start, end = found.bounds[number] - begin, found.bounds[number + 1] - begin
        line, counted = line + found.text.count("\n", begin + counted, begin + start), start
        piece = EMPTY
        if following is not None and following[1].start < end:
            value, span, size = following
            piece = TextPiece(value, span.start - start, span.end - start, span.line - line, size - counted_size)
            counted_size, following = size, next(read, None)
        pieces.learn(found.pieces[number], piece)
    return following is None
