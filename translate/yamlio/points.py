"""The places of a document that a comment can belong to, in the order of the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from translate.core.origin import Path
from translate.yamlio.nodes import Node
from translate.yamlio.stream import LineColumn

Dashes = dict[int, list[int]]
"""Column -> lines of the dashes that open list items."""


@dataclass(slots=True)
class Points:
    """``places`` in ascending order and the ``paths`` they belong to; ``flows`` are lists and mappings in brackets."""

    places: list[LineColumn] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    flows: dict[int, tuple[LineColumn, Path]] = field(default_factory=dict)  # line of the closing bracket -> its place


def points(root: Node, dashes: Dashes) -> Points:
    """Where the fields, items and single values of a document start; what stands behind an alias counts once."""
    found = Points()
    pairs: list[tuple[LineColumn, Path]] = []
    seen: set[int] = set()
    todo: list[tuple[Node, Path, bool]] = [(root, (), False)]
    while todo:
        node, path, in_flow = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.flow and not in_flow:
            found.flows[node.end[0]] = node.end, path
        if path and (node.flow or (node.fields is None and node.items is None)):
            pairs.append((node.start, path))
        below = list(_below(node, path, dashes))
        pairs += [(at, inner) for at, inner, _ in below]
        pairs += [(at, path) for at in node.merges if path]
        # The first child is taken from the stack first: an anchor must be met where it stands before its aliases.
        todo += [(child, inner, in_flow or node.flow) for _, inner, child in reversed(below)]
    pairs.sort(key=lambda pair: pair[0])
    found.places = [at for at, _ in pairs]
    found.paths = [path for _, path in pairs]
    return found


def _below(node: Node, path: Path, dashes: Dashes) -> Iterator[tuple[LineColumn, Path, Node]]:
    for name, entry in (node.fields or {}).items():
        if not entry.elsewhere:
            yield entry.place, (*path, name), entry.node
    for index, (item, at) in enumerate(zip(node.items or [], _item_places(node, dashes), strict=True)):
        yield at, (*path, index), item


def _item_places(node: Node, dashes: Dashes) -> list[LineColumn]:
    """Where the items of a list start: at their dashes, within brackets at themselves."""
    items = node.items or []
    if node.flow or not items:
        return [max(item.start, node.start) for item in items]
    # The dashes of one list share a column, and lists inside it stand further right. The list may start with an anchor.
    line, column = min(at for at in map(partial(_next_dash, node.start), dashes.items()) if at is not None)
    lines = dashes[column]
    first = bisect_left(lines, line)
    return [(line, column) for line in lines[first : first + len(items)]]


def _next_dash(start: LineColumn, column: tuple[int, list[int]]) -> LineColumn | None:
    """The first dash of a column that does not stand before ``start``."""
    number, lines = column
    index = bisect_left(lines, start[0] if number >= start[1] else start[0] + 1)
    return (lines[index], number) if index < len(lines) else None
