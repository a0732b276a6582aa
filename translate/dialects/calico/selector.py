"""Calico's selector language (Calico selector syntax): ``parse``, ``print_selector``, and how to show a mistake."""

from __future__ import annotations

from translate.dialects.calico.selector_lexer import SelectorError, SelectorSyntaxError
from translate.dialects.calico.selector_parser import parse
from translate.dialects.calico.selector_printer import InexpressibleSelectorError, print_selector
from translate.dialects.calico.selector_words import escape

__all__ = [
    "InexpressibleSelectorError",
    "SelectorError",
    "SelectorSyntaxError",
    "parse",
    "pointer",
    "print_selector",
]

_CUT = "..."


def pointer(text: str, offset: int, *, width: int = 72) -> str:
    """Two lines: the part of ``text`` around ``offset``, escaped and at most ``width`` wide, and a caret under it."""
    cells = [escape(character) for character in text]
    place = min(max(offset, 0), len(cells))
    if sum(map(len, cells)) < width:
        return _lines("", cells[:place], cells[place:], "")
    room = (width - 2 * len(_CUT)) // 2
    before = _fitting(cells[:place][::-1], room)[::-1]
    after = _fitting(cells[place:], room)
    return _lines(_CUT if len(before) < place else "", before, after, _CUT if len(after) < len(cells) - place else "")


def _fitting(cells: list[str], room: int) -> list[str]:
    """As many cells from the front as fit into ``room`` columns."""
    for count, cell in enumerate(cells):
        room -= len(cell)
        if room < 0:
            return cells[:count]
    return cells


def _lines(left: str, before: list[str], after: list[str], right: str) -> str:
    """The excerpt and the caret under its first cell after ``before``."""
    start = left + "".join(before)
    return f"{start}{''.join(after)}{right}\n{' ' * len(start)}^"
