"""A document as a light tree of places: the slow reading behind messages, locations and comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from translate.yamlio.scalars import LONG_TAG, ScalarType, key, resolve, tagged
from translate.yamlio.stream import LineColumn, place

MERGE_TAG = LONG_TAG + "merge"
NULL_TAG = LONG_TAG + "null"


@dataclass(slots=True, eq=False)
class Node:
    """One value: where it starts and ends, its ``fields`` by name or ``items`` in order or ``scalar``."""

    start: LineColumn
    end: LineColumn
    flow: bool = False
    fields: dict[str, Entry] | None = None
    items: list[Node] | None = None
    merges: list[LineColumn] = field(default_factory=list)
    scalar: ScalarEvent | None = None

    @property
    def null(self) -> bool:
        """Whether the value is null, as of a document that is empty."""
        event = self.scalar
        if event is None:
            return False
        return event.tag == NULL_TAG or (event.implicit[0] and resolve(event.value)[0] is ScalarType.NULL)


@dataclass(slots=True, eq=False)
class Entry:
    """One field of a mapping: where its key stands, its value; ``elsewhere`` if a merge key took it from an alias."""

    place: LineColumn
    node: Node
    elsewhere: bool = False


class _Key(NamedTuple):
    """A key that waits for its value."""

    place: LineColumn
    name: str
    merging: bool


def field_name(event: ScalarEvent) -> tuple[str | None, bool]:
    """The name a scalar gives to a field (None if it cannot) and whether it is a merge key."""
    if event.tag is not None:
        if event.tag == MERGE_TAG and event.value == "<<":
            return "<<", True
        try:
            return key(*tagged(event.tag, event.value)), False
        except ValueError:
            return None, False
    if not event.implicit[0]:
        return event.value, False
    kind, value = resolve(event.value)
    return key(kind, value), kind is ScalarType.MERGE


class Tree:
    """Builds the node tree of one document from its events; ``first_line`` is added to every line."""

    def __init__(self, first_line: int = 0) -> None:
        self.root: Node | None = None
        self._offset = first_line
        self._stack: list[tuple[Node, _Key | None]] = []  # collection, and the key that waits for its value
        self._anchors: dict[str, Node] = {}

    def fields(self) -> dict[str, Entry]:
        """The fields read so far of the innermost mapping that is still open."""
        return (self._stack[-1][0].fields if self._stack else None) or {}

    def feed(self, event: Event) -> None:
        """Take the next event of the document."""
        if isinstance(event, CollectionEndEvent):
            node, _ = self._stack.pop()
            node.end = self._place(event, end=True)
            self._put(node)
        elif isinstance(event, AliasEvent):
            at = self._place(event)
            self._put(self._anchors.get(event.anchor or "", Node(at, at)), at)
        elif isinstance(event, CollectionStartEvent | ScalarEvent):
            node = Node(self._place(event), self._place(event, end=True))
            if event.anchor is not None:
                self._anchors[event.anchor] = node
            if isinstance(event, ScalarEvent):
                node.scalar = event
                self._put(node)
                return
            node.flow = bool(event.flow_style)
            if isinstance(event, MappingStartEvent):
                node.fields = {}
            else:
                node.items = []
            self._stack.append((node, None))

    def _place(self, event: Event, *, end: bool = False) -> LineColumn:
        line, column = place(event.end_mark if end else event.start_mark)
        return line + self._offset, column

    def _put(self, node: Node, at: LineColumn | None = None) -> None:
        if not self._stack:
            self.root = node
            return
        parent, waiting = self._stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif waiting is None:
            name, merging = field_name(node.scalar) if node.scalar is not None else (None, False)
            self._stack[-1] = parent, _Key(at or node.start, name or "", merging)
        else:
            self._stack[-1] = parent, None
            _set(parent, waiting, node)


def _set(parent: Node, key: _Key, value: Node) -> None:
    fields = parent.fields
    if fields is None:
        return
    if not key.merging:
        fields.setdefault(key.name, Entry(key.place, value))
        return
    parent.merges.append(key.place)
    for source in value.items if value.items is not None else [value]:
        for name, entry in (source.fields or {}).items():
            fields.setdefault(name, Entry(entry.place, entry.node, entry.elsewhere or source.start < key.place))


def tree(stream: Iterable[Event], first_line: int = 0) -> Node | None:
    """The node tree of the first document of ``stream``."""
    builder = Tree(first_line)
    for event in stream:
        if isinstance(event, DocumentEndEvent):
            break
        builder.feed(event)
    return builder.root
