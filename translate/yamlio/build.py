"""YAML events as plain values, the way kubectl's reader would see them: one tight loop, rare cases beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from translate.yamlio.characters import LineColumn, Span, fail
from translate.yamlio.json_input import NotJsonError, RepeatedKeyError, as_yaml, read_json
from translate.yamlio.limits import Limits
from translate.yamlio.memo import FieldNames, ScalarValues, Slot, check_length
from translate.yamlio.refusals import UnreadableError, check_odd, check_tag, may_be_odd, tagged_value
from translate.yamlio.scalars import field_name, resolve
from translate.yamlio.stream import TOO_DEEP, VERSION, control_character, explain, parser, place, template_hint


class _Anchor(Struct):
    """An anchored value; ``size`` counts the values in it, 0 while its collection is still open."""

    value: Any
    event: Event
    before: int = 0
    size: int = 0


def build(text: str, file: str, limits: Limits) -> tuple[str, list[Any], list[Span]]:
    """The values of the documents that are not empty, their spans, and the text these count in; InputError."""
    try:
        values, spans = read_json(text, file, limits)
        return as_yaml(text), values, spans
    except RepeatedKeyError:
        text = as_yaml(text)
    except NotJsonError:
        pass
    builder = Builder(text, file, limits)
    builder.run()
    return text, builder.values, builder.spans


class Builder:
    """Reads one text to its end; ``values``, ``spans`` and ``sizes`` are of the documents that are not empty."""

    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.values: list[Any] = []
        self.spans: list[Span] = []
        self.sizes: list[int] = []  # how many values there are up to the end of each
        self._text = text
        self._file = file
        self._limits = limits
        self._start: tuple[int, int] | None = None
        self._anchors: dict[str, _Anchor] = {}
        self._open: dict[int, _Anchor] = {}  # by depth
        self._merge_keys: list[LineColumn] = []

    def run(self) -> None:
        """Read every document; InputError where that is not possible."""
        try:
            source = parser(self._text)
        except (YAMLError, UnicodeError):
            raise control_character(self._text, self._file, -1) from None
        try:
            self._loop(self._checked(source.get_event) if may_be_odd(self._text) else source.get_event)
        except YAMLError as error:
            self._refuse_what_is_before(error)
            raise explain(error, self._text, self._file, len(self.values)) from None
        finally:
            source.dispose()

    def _refuse_what_is_before(self, error: YAMLError) -> None:
        """Parsers look ahead: where one gives up for depth, our own smaller limit was passed before that."""
        mark = getattr(error, "problem_mark", None)
        if mark is not None and TOO_DEEP in str(getattr(error, "problem", "")):
            Builder(self._text[: mark.index], self._file, self._limits).run()

    def _loop(self, next_event: Callable[[], Any]) -> None:
        # Runs once per event, a million times for a large file: locals for attributes and globals, exact classes for
        # isinstance, the usual case first, and Any for the container, since ``slot`` decides what it is.
        scalar, mapping_start, mapping_end = ScalarEvent, MappingStartEvent, MappingEndEvent
        item, key_slot, merge_slot = Slot.ITEM, Slot.KEY, Slot.MERGE
        values, names = ScalarValues(self._limits.scalar), FieldNames(self._limits.scalar)
        opened, deepest, most = self._open, self._limits.depth, self._limits.nodes
        root: list[Any] = []
        container: Any = root
        slot: Any = item
        stack: list[tuple[Any, Any]] = []
        push, pop = stack.append, stack.pop
        size = 0
        event: Any = None
        try:
            while (event := next_event()) is not None:
                kind = type(event)
                if slot is key_slot and kind is scalar:
                    slot = names[event.value] if event.implicit[0] else self._name(event)
                    if slot in container or event.anchor is not None or slot is merge_slot:
                        self._check_key(container, slot, event)
                    event = next_event()
                    kind = type(event)
                if kind is scalar:
                    value = values[event.value] if event.implicit[0] else self._quoted(event)
                    if event.anchor is not None:
                        self._anchors[event.anchor] = _Anchor(value, event, size=1 + len(event.value) // 64)
                elif kind is mapping_start or kind is SequenceStartEvent:
                    push((container, slot))
                    if slot is key_slot or len(stack) > deepest:
                        self._refuse_collection(slot)
                    if kind is mapping_start:
                        container, slot = {}, key_slot
                    else:
                        container, slot = [], item
                    if event.anchor is not None or event.tag is not None:
                        self._open_collection(event, container, len(stack), size)
                    continue
                elif kind is mapping_end or kind is SequenceEndEvent:
                    value = container
                    size += len(value)
                    container, slot = pop()
                    if opened or size > most:
                        self._close_collection(event, len(stack) + 1, size)
                elif kind is AliasEvent:
                    value, size = self._alias(event, size, slot)
                    if slot is key_slot:
                        slot = value
                        self._check_key(container, slot, event)
                        continue
                else:
                    self._document(event, root, size)
                    continue
                if slot is item:
                    container.append(value)
                elif slot is merge_slot:
                    self._merge(container, value, event)
                    slot = key_slot
                else:
                    container[slot] = value
                    slot = key_slot
        except UnreadableError as refusal:
            self._fail(refusal, event)

    def _fail(self, refusal: UnreadableError, event: Event) -> None:
        at = place(event.start_mark)
        hint = template_hint(self._text, at[0], at[0]) if refusal.template else ""
        fail(hint or refusal.message, self._file, at, len(self.values))

    def _document(self, event: Event, root: list[Any], size: int) -> None:
        """A document starts or ends; only those that are not null are kept."""
        if isinstance(event, DocumentStartEvent):
            if event.version is not None and tuple(event.version) != (1, 1):
                raise UnreadableError(VERSION)
            mark = event.start_mark
            self._start = (mark.index - mark.column, mark.line) if mark is not None else (0, 0)
        elif isinstance(event, DocumentEndEvent):
            value = root.pop()
            self._anchors.clear()
            self._open.clear()
            if value is None:
                return
            if len(self.values) == self._limits.documents:
                raise UnreadableError(f"the input holds more than {self._limits.documents:,} documents")
            start, line = self._start or (0, 0)
            self.values.append(value)
            self.sizes.append(size)
            end = event.end_mark.index if event.end_mark is not None else len(self._text)
            self.spans.append(Span(start, end, line))

    def _checked(self, next_event: Callable[[], Any]) -> Callable[[], Any]:
        """The events with each scalar held against its source: slower, and seldom needed."""

        def following() -> Any:
            event = next_event()
            if isinstance(event, ScalarEvent) and event.start_mark is not None and event.end_mark is not None:
                try:
                    check_odd(event, self._text[event.start_mark.index : event.end_mark.index])
                except UnreadableError as refusal:
                    self._fail(refusal, event)
            return event

        return following

    def _quoted(self, event: ScalarEvent) -> Any:
        """The value of a scalar that is quoted, a block or tagged."""
        text = event.value
        check_length(text, self._limits.scalar)
        return text if event.tag is None else tagged_value(event.tag, text)

    def _name(self, event: ScalarEvent) -> Any:
        """The name of a field whose key is quoted or tagged."""
        check_length(event.value, self._limits.scalar)
        if event.tag is not None:
            check_tag(event.tag, event.value)
        name, merging = field_name(event.value, plain=event.implicit[0], tag=event.tag)
        if name is None:
            tagged_value(event.tag or "", event.value)
            raise UnreadableError(f"a mapping key cannot be {event.value or 'empty'}: quote it if it means text")
        return Slot.MERGE if merging else name

    def _refuse_collection(self, slot: Any) -> None:
        if slot is Slot.KEY:
            raise UnreadableError("a mapping key must be one text, not a list or a mapping", template=True)
        raise UnreadableError(f"lists and mappings are nested more than {self._limits.depth} deep")

    def _open_collection(self, event: CollectionStartEvent, container: Any, depth: int, size: int) -> None:
        if event.tag is not None:
            check_tag(event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = self._open[depth] = _Anchor(container, event, before=size)

    def _close_collection(self, event: Event, depth: int, size: int) -> None:
        if size > self._limits.nodes:
            raise UnreadableError(f"the input holds more than {self._limits.nodes:,} values")
        anchor = self._open.pop(depth, None)
        if anchor is not None:
            start, end = anchor.event.start_mark, event.end_mark
            length = end.index - start.index if start is not None and end is not None else 0
            anchor.size = 1 + size - anchor.before + length // 64  # long texts weigh too when they are repeated

    def _alias(self, event: AliasEvent, size: int, slot: Any) -> tuple[Any, int]:
        """The value an alias stands for (its name where a key is due), and the size with all values in it."""
        anchor = self._anchors.get(event.anchor or "")
        if anchor is None:
            raise UnreadableError(
                f'the alias "*{event.anchor}" has no anchor "&{event.anchor}" before it', template=True
            )
        if not anchor.size:
            raise UnreadableError(f'the anchor "&{event.anchor}" contains itself')
        if size + anchor.size > self._limits.nodes:
            raise UnreadableError(f"the aliases expand to more than {self._limits.nodes:,} values")
        if slot is not Slot.KEY:
            return anchor.value, size + anchor.size
        scalar = anchor.event
        if isinstance(scalar, ScalarEvent):
            name, _ = field_name(scalar.value, plain=scalar.implicit[0], tag=scalar.tag)
            if name is not None:
                return name, size
        raise UnreadableError("a mapping key must be one text, not a list or a mapping")

    def _check_key(self, container: dict[str, Any], slot: Any, event: Any) -> None:
        """A key that is a second one, anchored, or a merge key."""
        if slot is Slot.MERGE:
            self._merge_keys.append(place(event.start_mark))
            return
        if isinstance(event, ScalarEvent) and event.anchor is not None:
            value = resolve(event.value)[1] if event.implicit[0] else event.value
            self._anchors[event.anchor] = _Anchor(value, event, size=1)
        if slot in container:
            from translate.yamlio.repeated import given_twice  # reads the text once more, with places

            raise UnreadableError(given_twice(self._text, slot, place(event.start_mark)))

    def _merge(self, target: dict[str, Any], value: Any, event: Event) -> None:
        """Copy the fields of ``value``, a mapping or a list of mappings, into ``target``."""
        at = self._merge_keys.pop()
        sources = value if isinstance(value, list) and not isinstance(event, AliasEvent) else [value]
        for source in sources:
            if not isinstance(source, dict):
                raise UnreadableError('a merge key "<<" needs a mapping or a list of mappings')
            for name, inner in source.items():
                if name in target:
                    from translate.yamlio.repeated import given_twice  # reads the text once more, with places

                    raise UnreadableError(given_twice(self._text, name, at, merging=True))
                target[name] = inner
