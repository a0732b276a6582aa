"""Rows of text as a table that fits its width, or one below the other where that is narrow."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from translate.rendering.terminal import safe

NARROW = 60
"""Below so many columns a table would be a heap of words: each row is a list of its cells then."""
GAP = 2


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, lists: bool = False) -> list[str]:
    """The lines of a table that is at most ``width`` wide, or with ``lists``, and below NARROW, of a list of each row.

    Cells are escaped.
    """
    cells = [[safe(cell) for cell in row] for row in rows]
    return list(_lists(header, cells, width) if lists or width < NARROW else _table(header, cells, width))


def _table(header: Sequence[str], rows: list[list[str]], width: int) -> Iterator[str]:
    widths = _fitted([max(map(len, column)) for column in zip(header, *rows, strict=True)], width)
    wrapped = [[_wrap(cell, size) for cell, size in zip(row, widths, strict=True)] for row in [list(header), *rows]]
    spaced = any(len(cell) > 1 for row in wrapped[1:] for cell in row)
    for number, row in enumerate(wrapped):
        if spaced and number:
            yield ""
        for line in range(max(map(len, row))):
            parts = (cell[line] if line < len(cell) else "" for cell in row)
            yield (" " * GAP).join(f"{part:<{size}}" for part, size in zip(parts, widths, strict=True)).rstrip()


def _fitted(widths: list[int], width: int) -> list[int]:
    """Widths of columns that fit together: the widest give way."""
    room = width - GAP * (len(widths) - 1)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        rest = sorted(widths)[-2] if len(widths) > 1 else 1
        widths[widest] -= max(1, min(sum(widths) - room, widths[widest] - rest))
    return widths


def _lists(header: Sequence[str], rows: list[list[str]], width: int) -> Iterator[str]:
    size = max(map(len, header)) + GAP
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, cell in zip(header, row, strict=True):
            for line, text in enumerate(_wrap(cell, max(1, width - size))):
                yield f"{name if not line else '':<{size}}{text}".rstrip()


def _wrap(text: str, width: int) -> list[str]:
    width = max(1, width)
    # A name is only cut, at a hyphen if it has one, where it does not fit at all.
    too_long = any(len(word) > width for word in text.split(" "))
    return textwrap.wrap(text, width, break_on_hyphens=too_long) or [""]
