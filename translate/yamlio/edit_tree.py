"""One document of a text as parts that know where their characters start and end, comments excluded."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
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
from yaml.tokens import BlockEntryToken

from translate.yamlio.nodes import field_name
from translate.yamlio.stream import LINE_BREAK, Span, events, tokens

_BREAKS = r"(?>\r\n|[\r\n\x85\u2028\u2029])"
_TRAILING = re.compile(rf"{_BREAKS}(?:[ \t]*{_BREAKS})*[ ]*\Z")
_LAST_BREAK = re.compile(rf"{_BREAKS}[ ]*\Z")
_KEEP = re.compile(r"[|>][0-9]*\+").match
_HEAD_COMMENT = re.compile(r"\A([|>][-+0-9]*)[ \t]+#[^\r\n\x85\u2028\u2029]*")
_COMMENT = re.compile(r"[ \t]+#[^\r\n\x85\u2028\u2029]*|(?<=[\r\n\x85\u2028\u2029])#[^\r\n\x85\u2028\u2029]*")
_BLANK_LINES = re.compile(rf"({_BREAKS})(?:[ \t]*{_BREAKS})+")


@dataclass(slots=True, eq=False)
class Part:
    """A value or a key: its characters from ``start`` to ``end``, and its ``entries`` or ``items`` or ``scalar``.

    ``marked`` parts have an anchor or a tag; an alias is a part of its own and ``target`` what it stands for.
    """

    start: int
    end: int
    flow: bool = False
    marked: bool = False
    entries: list[tuple[Part, Part]] | None = None
    items: list[Part] | None = None
    scalar: ScalarEvent | None = None
    target: Part | None = None

    @property
    def name(self) -> str | None:
        """The field this key names; None for merge keys and aliases."""
        if self.scalar is None:
            return None
        name, merging = field_name(self.scalar)
        return None if merging else name

    def add(self, part: Part, keys: list[Part]) -> None:
        """Take the next part inside this collection; ``keys`` holds a key that waits for its value."""
        if self.items is not None:
            self.items.append(part)
        elif not keys:
            keys.append(part)
        elif self.entries is not None:
            self.entries.append((keys.pop(), part))
        self.end = max(self.end, part.end)


@dataclass(slots=True, eq=False)
class Lines:
    """A text and where its lines start."""

    text: str
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in LINE_BREAK.finditer(self.text))]

    def start(self, index: int) -> int:
        """Where the line of the character at ``index`` starts."""
        return self.starts[bisect_right(self.starts, index) - 1]

    def end(self, index: int) -> int:
        """Where the line after the one of ``index`` starts, or the text ends."""
        following = bisect_right(self.starts, index)
        return self.starts[following] if following < len(self.starts) else len(self.text)

    def column(self, index: int) -> int:
        """How many characters stand before ``index`` on its line."""
        return index - self.start(index)

    def alone(self, index: int) -> bool:
        """Whether only blanks stand before ``index`` on its line."""
        return not self.text[self.start(index) : index].strip()


@dataclass(slots=True, eq=False)
class Outline:
    """The parts of one document, its scalars and aliases in order, the dashes of its lists, and its anchors."""

    lines: Lines
    root: Part
    leaves: list[tuple[int, int]]
    dashes: list[int]
    anchors: list[int]

    def dash(self, item: Part) -> int:
        """Where the dash of an item of a block list stands."""
        return self.dashes[bisect_left(self.dashes, item.start) - 1]

    def before(self, index: int) -> int:
        """Where the last scalar or alias before ``index`` ends."""
        found = bisect_left(self.leaves, (index, index)) - 1
        return self.leaves[found][1] if found >= 0 else 0

    def anchored(self, start: int, end: int) -> bool:
        """Whether an anchor is set between two places."""
        return bisect_left(self.anchors, start) < bisect_left(self.anchors, end)

    def bare(self, start: int, end: int) -> str:
        """The text between two places without its comments and blank lines."""
        return "".join(self._bare(start, end))

    def _bare(self, start: int, end: int) -> Iterator[str]:
        text = self.lines.text
        inside = range(bisect_left(self.leaves, (start, start)), bisect_left(self.leaves, (end, end)))
        for leaf, stop in map(self.leaves.__getitem__, inside):
            yield _gap(text[start:leaf])
            yield _HEAD_COMMENT.sub(r"\1", text[leaf:stop])
            start = stop
        yield _gap(text[start:end])


def outline(lines: Lines, characters: str, span: Span) -> Outline | None:
    """The document at ``span`` of ``characters`` (``lines.text`` as a YAML parser can read it); InputError."""
    builder = _Builder(lines.text, span.start)
    source = characters[span.start : span.end]
    for event in events(source, file=""):
        if isinstance(event, DocumentEndEvent):
            break
        builder.feed(event)
    found = tokens(source, file="")
    dashes = [span.start + token.start_mark.index for token in found if isinstance(token, BlockEntryToken)]
    if builder.root is None:
        return None
    return Outline(lines, builder.root, builder.leaves, dashes, builder.anchors)


class _Builder:
    """Makes parts of events whose marks count from ``offset``."""

    def __init__(self, text: str, offset: int) -> None:
        self.root: Part | None = None
        self.leaves: list[tuple[int, int]] = []
        self.anchors: list[int] = []
        self._text = text
        self._offset = offset
        self._stack: list[tuple[Part, list[Part]]] = []
        self._named: dict[str, Part] = {}

    def feed(self, event: Event) -> None:
        """Take the next event of the document."""
        if isinstance(event, CollectionEndEvent):
            part, _ = self._stack.pop()
            if part.flow:
                part.end = self._index(event, end=True)
            self._put(part)
        elif isinstance(event, AliasEvent | ScalarEvent | CollectionStartEvent):
            part = self._part(event)
            if isinstance(event, CollectionStartEvent):
                self._stack.append((part, []))
                return
            if part.end > part.start:
                self.leaves.append((part.start, part.end))
            self._put(part)

    def _part(self, event: AliasEvent | ScalarEvent | CollectionStartEvent) -> Part:
        start, end = self._index(event), self._index(event, end=True)
        if isinstance(event, AliasEvent):
            return Part(start, end, target=self._named.get(event.anchor or ""))
        part = Part(start, end, marked=event.anchor is not None or event.tag is not None)
        if event.anchor is not None:
            self._named[event.anchor] = part
            self.anchors.append(start)
        if isinstance(event, ScalarEvent):
            part.scalar = event
            if event.style in ("|", ">"):
                part.end = start + len(_block_scalar(self._text[start:end]))
            return part
        part.flow = bool(event.flow_style)
        part.end = start
        if isinstance(event, MappingStartEvent):
            part.entries = []
        else:
            part.items = []
        return part

    def _index(self, event: Event, *, end: bool = False) -> int:
        mark = event.end_mark if end else event.start_mark
        return self._offset + (mark.index if mark is not None else 0)

    def _put(self, part: Part) -> None:
        if self._stack:
            parent, keys = self._stack[-1]
            parent.add(part, keys)
        else:
            self.root = part


def _block_scalar(text: str) -> str:
    """A block scalar without the line breaks after it that do not count."""
    return (_LAST_BREAK if _KEEP(text) else _TRAILING).sub("", text)


def _gap(text: str) -> str:
    """What stands between two scalars, without comments and blank lines."""
    return _BLANK_LINES.sub(r"\1", _COMMENT.sub("", text))
