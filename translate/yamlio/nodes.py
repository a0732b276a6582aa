"""A document as a light tree of places: the slow reading behind messages, locations and comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from translate.yamlio.scalars import LONG_TAG, Kind, key, resolve, tagged
from translate.yamlio.stream import Place, place

MERGE_TAG = LONG_TAG + "merge"
NULL_TAG = LONG_TAG + "null"


@dataclass(slots=True, eq=False)
class Node:
    """One value: where it starts and ends, ``fields`` by name or ``items`` in order, ``name`` if it serves as a key."""

    start: Place
    end: Place
    flow: bool = False
    fields: dict[str, Entry] | None = None
    items: list[Node] | None = None
    merges: list[Place] = field(default_factory=list)
    name: str | None = None
    merging: bool = False
    null: bool = False


@dataclass(slots=True, eq=False)
class Entry:
    """One field of a mapping: where its key stands, its value; ``elsewhere`` if a merge key took it from an alias."""

    place: Place
    node: Node
    elsewhere: bool = False


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
    return key(kind, value), kind is Kind.MERGE


class Tree:
    """Builds the node tree of one document from its events; ``first_line`` is added to every line."""

    def __init__(self, first_line: int = 0) -> None:
        self.root: Node | None = None
        self._offset = first_line
        self._stack: list[tuple[Node, Node | None]] = []  # collection, and the key that waits for its value
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
                node.name, node.merging = field_name(event)
                plain_null = event.implicit[0] and resolve(event.value)[0] is Kind.NULL
                node.null = plain_null or event.tag == NULL_TAG
                self._put(node)
                return
            node.flow = bool(event.flow_style)
            if isinstance(event, MappingStartEvent):
                node.fields = {}
            else:
                node.items = []
            self._stack.append((node, None))

    def _place(self, event: Event, *, end: bool = False) -> Place:
        line, column = place(event.end_mark if end else event.start_mark)
        return line + self._offset, column

    def _put(self, node: Node, at: Place | None = None) -> None:
        if not self._stack:
            self.root = node
            return
        parent, waiting = self._stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif waiting is None:
            key_node = Node(at or node.start, node.end, name=node.name or "", merging=node.merging)
            self._stack[-1] = parent, key_node
        else:
            self._stack[-1] = parent, None
            _set(parent, waiting, node)


def _set(parent: Node, key_node: Node, value: Node) -> None:
    fields = parent.fields
    if fields is None:
        return
    if not key_node.merging:
        fields.setdefault(key_node.name or "", Entry(key_node.start, value))
        return
    parent.merges.append(key_node.start)
    for source in value.items if value.items is not None else [value]:
        for name, entry in (source.fields or {}).items():
            elsewhere = entry.elsewhere or source.start < key_node.start
            fields.setdefault(name, Entry(entry.place, entry.node, elsewhere))


def tree(stream: Iterable[Event], first_line: int = 0) -> Node | None:
    """The node tree of the first document of ``stream``."""
    builder = Tree(first_line)
    for event in stream:
        if isinstance(event, DocumentEndEvent):
            break
        builder.feed(event)
    return builder.root
