"""Where new items of a list go in its text, and the layout of what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Many
from itertools import chain
from typing import Any

from msgspec import Struct

from translate.yamlio.edit_item import Layout
from translate.yamlio.tree import Mapping, Node, Sequence, Tree

Edit = tuple[int, str]
"""A place in a text, and what to insert there."""

_COMMENT_LINE = re.compile(r"([ \t]*)#").match
_COMMENT = re.compile(r"(?:\A|(?<=\s))#.*")
_COMPACT = re.compile(r",[ \t]*").fullmatch
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n").search


class UneditableError(Exception):
    """The text offers no place for an insertion."""


class ListTarget(Struct, frozen=True):
    """A list to insert into, the column of its key (0 at the root), its value in the input."""

    document: Tree
    seq: Sequence
    key_column: int
    value: list[Any]

    @property
    def items(self) -> tuple[Node, ...]:
        """The items that are there."""
        return self.seq.items

    @property
    def column(self) -> int:
        """Where the dashes of a block list stand."""
        return self.document.lines.column(self.document.dash(self.items[0]))


def document_layout(document: Tree, newline: str) -> Layout:
    """The layout that a document begins with."""
    step, offset = next(_steps(document, document.root), 2), next(_offsets(document, document.root), 0)
    return Layout(newline, step, max(0, offset), next(_gaps(document, document.root), " "))


def layout(target: ListTarget, newline: str, quoted: bool) -> Layout:
    """The layout around a list: of its items first, else of its document."""
    document, gap, offset = target.document, " ", 0
    if not target.seq.flow:
        dash = document.dash(target.items[0])
        between = document.lines.text[dash + 1 : target.items[0].start]
        gap = between if between and not between.strip(" ") else gap
        offset = target.column - target.key_column
    step = next(chain(_steps(document, target.seq), _steps(document, document.root)), 2)
    return Layout(newline, step, max(0, next(_offsets(document, target.seq), offset)), gap, quoted)


def in_block(target: ListTarget, index: int, new: Many[str], newline: str) -> Iterator[Edit]:
    """Whole lines before the comments of an item, or after the last item and the comments inside the list."""
    lines = target.document.lines
    pad = " " * target.column
    if index < len(target.items):
        dash = target.document.dash(target.items[index])
        if not lines.alone(dash):
            raise UneditableError
        yield above(target.document, dash, first=index == 0), "".join(f"{pad}{item}{newline}" for item in new)
        return
    place = below(target.document, target.seq, target.key_column)
    blank = newline if _spaced(target) else ""
    added = "".join(f"{blank}{pad}{item}{newline}" for item in new)
    ended = lines.start(place) == place
    yield place, added if ended else newline + added.removesuffix(newline)


def in_flow(target: ListTarget, index: int, new: Many[str], newline: str) -> Iterator[Edit]:
    """Items within brackets, on lines of their own where the author has it so."""
    lines, items = target.document.lines, target.items
    if not items:
        yield lines.text.index("[", target.seq.start) + 1, ", ".join(new)
    elif index == len(items):
        yield from _at_end(target, new, newline)
    elif lines.alone(items[index].start):
        at = items[index].start
        pad = lines.text[lines.start(at) : at]
        place = above(target.document, at, first=index == 0)
        yield place, "".join(f"{pad}{item},{newline}" for item in new)
    else:
        yield items[index].start, "".join(f"{item}{_separator(target)}" for item in new)


def _at_end(target: ListTarget, new: Many[str], newline: str) -> Iterator[Edit]:
    lines, last, closing = target.document.lines, target.items[-1], target.seq.end - 1
    if not lines.alone(last.start):
        yield last.end, "".join(f"{_separator(target)}{item}" for item in new)
        return
    pad = lines.text[lines.start(last.start) : last.start]
    following = lines.end(last.end)
    if following > closing:
        yield last.end, "".join(f",{newline}{pad}{item}" for item in new)
        return
    comma = "," if "," in _COMMENT.sub("", lines.text[last.end : closing]) else ""
    if not comma:
        yield last.end, ","
    yield following, f",{newline}".join(f"{pad}{item}" for item in new) + comma + newline


def _separator(target: ListTarget) -> str:
    """What stands between the items of a list on one line."""
    items = target.items
    between = target.document.lines.text[items[0].end : items[1].start] if len(items) > 1 else ""
    return between if _COMPACT(between) else ", "


def above(document: Tree, at: int, *, first: bool) -> int:
    """Where the comments that belong to the item at ``at`` start, or its line.

    Deeper comments right below the item before belong to that one.
    """
    lines = document.lines
    top = lines.start(at)
    bound = document.before(at)
    columns: list[tuple[int, int]] = []
    while top > bound and (comment := _COMMENT_LINE(lines.text, lines.start(top - 1), top)):
        if comment.start() < bound:
            break
        top = comment.start()
        columns.insert(0, (top, len(comment[1])))
    if first or not top or not lines.text[lines.start(top - 1) : top].strip():
        return top
    column = lines.column(at)
    return next((start for start, indent in columns if indent <= column), lines.start(at))


def below(document: Tree, seq: Sequence, key_column: int) -> int:
    """Where the line after the last item of a list starts, and after the comments below it that the list contains."""
    lines = document.lines
    place = lines.end(seq.items[-1].end)
    while (comment := _COMMENT_LINE(lines.text, place)) and len(comment[1]) > key_column:
        place = lines.end(place)
    return place


def _spaced(target: ListTarget) -> bool:
    """Whether a blank line stands between the last two items."""
    if len(target.items) < 2:
        return False
    between = target.document.lines.text[target.items[-2].end : target.document.dash(target.items[-1])]
    return _BLANK_LINE(between) is not None


def _steps(document: Tree, node: Node) -> Iterator[int]:
    """How far mappings inside ``node`` are indented below their keys."""
    for key, value in _inside(node):
        if key is not None and isinstance(value, Mapping) and value.pairs and not value.flow:
            yield document.lines.column(value.pairs[0].key.start) - document.lines.column(key.start)
        yield from _steps(document, value)


def _offsets(document: Tree, node: Node) -> Iterator[int]:
    """How far lists inside ``node`` are indented below their keys."""
    for key, value in _inside(node):
        if key is not None and isinstance(value, Sequence) and value.items and not value.flow:
            yield document.lines.column(document.dash(value.items[0])) - document.lines.column(key.start)
        yield from _offsets(document, value)


def _gaps(document: Tree, node: Node) -> Iterator[str]:
    """What stands between the dashes and the items of block lists inside ``node``."""
    if isinstance(node, Sequence) and not node.flow:
        for item in node.items:
            between = document.lines.text[document.dash(item) + 1 : item.start]
            if between and not between.strip(" "):
                yield between
    for _, value in _inside(node):
        yield from _gaps(document, value)


def _inside(node: Node) -> Iterator[tuple[Node | None, Node]]:
    """The fields of a mapping with their keys, the items of a list without."""
    match node:
        case Mapping():
            yield from ((pair.key, pair.value) for pair in node.pairs)
        case Sequence():
            yield from ((None, item) for item in node.items)
        case _:
            return
