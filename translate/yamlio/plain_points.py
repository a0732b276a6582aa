"""The places of a plain document that a remark can belong to, and its remarks, found line by line."""

from __future__ import annotations

from msgspec import Struct

from translate.core.origin import Path
from translate.yamlio.plain import AWAITED, NotPlainError, PlainLines, remark
from translate.yamlio.points import Points


class PlainDocument(Struct, frozen=True):
    """The fields and items of a document, and where its remarks begin and end."""

    points: Points
    remarks: list[tuple[int, int]]


def plain_document(lines: PlainLines, text: str, start: int, end: int, marker: int) -> PlainDocument | None:
    """What stands between two places, a line ``---`` at ``marker`` left out; None where only the parser knows.

    Only for a document that was read: what is wrong in one is not looked for.
    """
    reader = _Reader(lines, marker)
    try:
        for line in text[start:end].split("\n"):
            reader.take(line, start)
            start += len(line) + 1
    except NotPlainError:
        return None
    return PlainDocument(Points(reader.places, reader.paths, {}), reader.remarks)


class _Reader:
    """What was read so far, and what is still open: as ``PlainReader`` reads it, with paths in place of values."""

    def __init__(self, lines: PlainLines, marker: int) -> None:
        self.places: list[int] = []
        self.paths: list[Path] = []
        self.remarks: list[tuple[int, int]] = []
        self._lines = lines
        self._marker = marker
        self._outer: list[tuple[int, Path, int]] = []
        # Column, path and number of items of the innermost list or mapping; a mapping has -1 items.
        self._column, self._items = -1, -1
        self._path: Path = ()
        self._key: Path | None = None  # the last one, if its value may stand on the next lines

    def take(self, line: str, start: int) -> None:
        """The next line, which starts at ``start``. Raises NotPlainError."""
        if start == self._marker and line.rstrip(" ") == "---":
            return
        at, inner, name, value = self._lines[line]
        if "#" in line and (found := remark(line)) >= 0:
            self.remarks.append((start + found, start + len(line)))
        if at < 0:
            return
        if inner:
            self._item(at, start)
            if name is None:
                return
            self._open(inner, self.paths[-1], -1)
        elif at != self._column or self._items >= 0:
            self._field(at)
        path = (*self._path, str(name))
        self.places.append(start + (inner or at))
        self.paths.append(path)
        self._key = path if value is AWAITED else None

    def _item(self, at: int, start: int) -> None:
        """A dash: the list is the value of the last key, or is open."""
        if self._key is not None and at >= self._column:
            self._open(at, self._key, 0)
        else:
            while self._column > at:
                self._column, self._path, self._items = self._outer.pop()
            if self._column != at or self._items < 0:
                raise NotPlainError
        self.places.append(start + at)
        self.paths.append((*self._path, self._items))
        self._items += 1
        self._key = None

    def _field(self, at: int) -> None:
        """A key of another mapping than the one before: of one that is the value of the last key, or is open."""
        if self._column < 0 or (self._key is not None and at > self._column):
            self._open(at, self._key or (), -1)
            return
        while self._column > at or (self._column == at and self._items >= 0):
            self._column, self._path, self._items = self._outer.pop()
        if self._column != at:
            raise NotPlainError

    def _open(self, at: int, path: Path, items: int) -> None:
        self._outer.append((self._column, self._path, self._items))
        self._column, self._path, self._items = at, path, items
