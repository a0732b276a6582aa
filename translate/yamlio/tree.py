"""A document as one lossless tree: its values with their first and last characters, and the comments between them.

Places, comments and insertions all come from it. It is built when one of them is asked for; values alone come from
``build``, which is faster.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from translate.core.patterns import pattern
from translate.yamlio.characters import COMMENT, Span
from translate.yamlio.lines import Lines
from translate.yamlio.scalars import field_name
from translate.yamlio.stream import events

_BREAK = r"(?>\r\n|[\r\n\x85\u2028\u2029])"
_TRAILING = pattern(rf"{_BREAK}(?:[ \t]*{_BREAK})*[ ]*\Z")
_LAST_BREAK = pattern(rf"{_BREAK}[ ]*\Z")
_KEEP = pattern(r"[|>][0-9]*\+")
_REST = r"[^\r\n\x85\u2028\u2029]*"
_HEADER = pattern(rf"(?:[&!]\S*(?:[ \t]|{_BREAK}|#{_REST})*)*(?:[|>]{_REST})?")
"""Anchor, tag and the head of a block text: what of a scalar may hold a comment."""


class Scalar(Struct, frozen=True, eq=False):
    """A text, a number or the like; ``plain`` if it is not quoted, ``start`` is where its anchor or tag stands."""

    start: int
    end: int
    text: str
    style: str | None
    plain: bool
    tag: str | None
    anchored: bool

    @property
    def marked(self) -> bool:
        """Whether it has an anchor or a tag."""
        return self.anchored or self.tag is not None


class Alias(Struct, frozen=True, eq=False):
    """An alias and what it stands for; None if its anchor is not before it, or not finished."""

    start: int
    end: int
    target: Value | None


class Pair(Struct, frozen=True, eq=False):
    """A key and its value; the ``name`` is None where the key can be none, ``merging`` if it is a merge key."""

    key: Node
    value: Node
    name: str | None
    merging: bool


class Mapping(Struct, frozen=True, eq=False):
    """Pairs as they are written, and ``fields`` by name, with those that merge keys bring."""

    start: int
    end: int
    pairs: tuple[Pair, ...]
    fields: dict[str, Pair]
    flow: bool
    marked: bool


class Sequence(Struct, frozen=True, eq=False):
    """Items in order."""

    start: int
    end: int
    items: tuple[Node, ...]
    flow: bool
    marked: bool


Value: TypeAlias = Scalar | Mapping | Sequence
Node: TypeAlias = Value | Alias


def value_of(node: Node) -> Value | None:
    """The value itself, or the one that an alias stands for."""
    return node.target if isinstance(node, Alias) else node


class Tree(Struct, frozen=True, eq=False):
    """One document: its root, where its scalars and aliases stand in order, and where its anchors are set.

    ``leaves`` without what may hold comments: anchors, tags and heads of block texts.
    """

    lines: Lines
    root: Node
    leaves: list[tuple[int, int]]
    anchors: list[int]

    def before(self, index: int) -> int:
        """Where the last scalar or alias before ``index`` ends."""
        found = bisect_left(self.leaves, (index, index)) - 1
        return self.leaves[found][1] if found >= 0 else 0

    def leaves_between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The scalars and aliases that start between two places."""
        return self.leaves[bisect_left(self.leaves, (start, start)) : bisect_left(self.leaves, (end, end))]

    def anchored(self, start: int, end: int) -> bool:
        """Whether an anchor is set between two places."""
        return bisect_left(self.anchors, start) < bisect_left(self.anchors, end)

    def comments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where comments begin and end that begin between two places; a ``#`` inside a value is data."""
        text = self.lines.text
        while (at := text.find("#", start, end)) >= 0:
            leaf = bisect_right(self.leaves, (at, len(text))) - 1
            if leaf >= 0 and at < self.leaves[leaf][1]:
                start = self.leaves[leaf][1]
            elif (found := COMMENT.match(text, at)) is not None:
                yield found.span()
                start = found.end()

    def dash(self, item: Node) -> int:
        """Where the dash of an item of a block list stands: between them are blanks and comments only."""
        text, start = self.lines.text, max(self.before(item.start), self.root.start)
        at = start + len(text[start : item.start].rstrip())
        for comment, end in reversed(list(self.comments(start, item.start))):
            if comment < at <= end:
                at = start + len(text[start:comment].rstrip())
        return at - 1


def tree(lines: Lines, characters: str, span: Span) -> Tree | None:
    """The document at ``span`` of ``characters`` (``lines.text`` as a YAML parser can read it); InputError."""
    builder = TreeBuilder(characters, span.start)
    for event in events(characters[span.start : span.end], file=""):
        if isinstance(event, DocumentEndEvent):
            break
        builder.feed(event)
    return Tree(lines, builder.root, builder.leaves, builder.anchors) if builder.root is not None else None


class _Open:
    """A collection that is not finished: what is in it so far, keys and values of a mapping in turn."""

    __slots__ = ("event", "inside", "start")

    def __init__(self, start: int, event: CollectionStartEvent) -> None:
        self.start = start
        self.event = event
        self.inside: list[Node] = []


class TreeBuilder:
    """Makes nodes of the events of one document, whose marks count from ``offset`` of ``text``."""

    def __init__(self, text: str, offset: int = 0) -> None:
        self.root: Node | None = None
        self.leaves: list[tuple[int, int]] = []
        self.anchors: list[int] = []
        self._text = text
        self._offset = offset
        self._stack: list[_Open] = []
        self._named: dict[str, Value | _Open] = {}

    def unfinished(self) -> tuple[Pair, ...]:
        """The pairs so far of the innermost mapping that is still open."""
        return _pairs(self._stack[-1].inside) if self._stack else ()

    def feed(self, event: Event) -> None:
        """Take the next event of the document."""
        if isinstance(event, ScalarEvent):
            node: Node = self._scalar(event)
        elif isinstance(event, CollectionStartEvent):
            opened = _Open(self._start(event), event)
            if event.anchor is not None:
                self._named[event.anchor] = opened
                self.anchors.append(opened.start)
            self._stack.append(opened)
            return
        elif isinstance(event, CollectionEndEvent):
            node = self._closed(self._stack.pop(), event)
        elif isinstance(event, AliasEvent):
            target = self._named.get(event.anchor or "")
            start, end = self._start(event), self._end(event)
            self.leaves.append((start, end))
            node = Alias(start, end, None if isinstance(target, _Open) else target)
        else:
            return
        if self._stack:
            self._stack[-1].inside.append(node)
        else:
            self.root = node

    def _start(self, event: Event) -> int:
        return self._offset + (event.start_mark.index if event.start_mark is not None else 0)

    def _end(self, event: Event) -> int:
        return self._offset + (event.end_mark.index if event.end_mark is not None else 0)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        start, end = self._start(event), self._end(event)
        style, anchor, tag = event.style, event.anchor, event.tag
        content = start
        if style in ("|", ">"):
            whole = self._text[start:end]
            end = start + len((_LAST_BREAK if _KEEP.match(whole) else _TRAILING).sub("", whole))
        if style in ("|", ">") or anchor is not None or tag is not None:
            head = _HEADER.match(self._text, start, end)
            content = head.end() if head is not None else start
        if end > start:
            self.leaves.append((content, end))
        node = Scalar(start, end, event.value, style, event.implicit[0], tag, anchor is not None)
        if anchor is not None:
            self._named[anchor] = node
            self.anchors.append(start)
        return node

    def _closed(self, opened: _Open, event: Event) -> Mapping | Sequence:
        start, inside, flow = opened.start, opened.inside, bool(opened.event.flow_style)
        end = self._end(event) if flow else inside[-1].end if inside else start
        marked = opened.event.anchor is not None or opened.event.tag is not None
        node: Mapping | Sequence
        if isinstance(opened.event, MappingStartEvent):
            pairs = _pairs(inside)
            node = Mapping(start, end, pairs, _fields(pairs), flow, marked)
        else:
            node = Sequence(start, end, tuple(inside), flow, marked)
        name = opened.event.anchor
        if name is not None and self._named.get(name) is opened:  # the last of equal names counts, in their order
            self._named[name] = node
        return node


def _pairs(inside: list[Node]) -> tuple[Pair, ...]:
    return tuple(_pair(*two) for two in zip(inside[::2], inside[1::2], strict=False))


def _pair(written: Node, value: Node) -> Pair:
    name = value_of(written)
    if not isinstance(name, Scalar):
        return Pair(written, value, None, False)
    return Pair(written, value, *field_name(name.text, plain=name.plain, tag=name.tag))


def _fields(pairs: tuple[Pair, ...]) -> dict[str, Pair]:
    """The pairs by name, and what merge keys bring beside them."""
    fields: dict[str, Pair] = {}
    for pair in pairs:
        if pair.merging:
            for source in sources(pair):
                for name, brought in (source.fields if isinstance(source, Mapping) else {}).items():
                    fields.setdefault(name, brought)
        elif pair.name is not None:
            fields.setdefault(pair.name, pair)
    return fields


def sources(pair: Pair) -> list[Value | None]:
    """What a merge key brings together."""
    value = value_of(pair.value)
    return [value_of(item) for item in value.items] if isinstance(value, Sequence) else [value]
