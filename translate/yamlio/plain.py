"""The lines that nearly all manifests are made of, read without a YAML parser: ``key: value``, ``- item``, remarks.

What one line says is decided by one regular expression, and what it belongs to by its indentation. Everything else -
anchors, tags, blocks of text, brackets in brackets, texts over several lines, values outside of ASCII - is left to the
parser: a line that is not plain beyond doubt makes its document one that is not.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from translate.core.patterns import pattern
from translate.yamlio.limits import Limits
from translate.yamlio.memo import FieldNames, ScalarValues, Slot
from translate.yamlio.refusals import UnreadableError

_QUOTED = r"\"[ !#-\[\]-~]*+\"|'[ -&(-~]*+'"
_SCALAR = r"[A-Za-z0-9_/.](?:[!\"$-9;-~]|:(?=[!-~])| ++(?=[!\"$-~]))*+"
_ENTRY = r"(?:[A-Za-z0-9_/.][A-Za-z0-9_/.-]*+|\"[A-Za-z0-9_/. -]*+\"|'[A-Za-z0-9_/. -]*+')"
_LIST = rf"\[ *+(?:{_ENTRY} *+(?:, *+{_ENTRY} *+)*+)?\]"
_PAIR = rf"{_ENTRY}: ++(?:{_ENTRY}|{_LIST})"
_PAIRS = pattern(rf"({_ENTRY}): ++({_ENTRY}|{_LIST})")
_FLOW = pattern(rf"\{{ *+(?:{_PAIR} *+(?:, *+{_PAIR} *+)*+)?\}}|{_LIST}")
_PERHAPS_FLOW = r"[\[{][A-Za-z0-9_/., :\"'\[\]{}-]*+"
_NAME = r"[A-Za-z0-9_/.][A-Za-z0-9_/.-]{0,250}+(?::[A-Za-z0-9_/.-]{1,250}+){0,2}+"
_QUOTED_NAME = r"\"[ !#-\[\]-~]{0,250}+\"|'[ -&(-~]{0,250}+'"
_LINE = pattern(
    rf"( *+)(- ++)?+(?:({_NAME}|{_QUOTED_NAME}):(?= |\Z))?+(?: *+({_SCALAR}|{_QUOTED}|{_PERHAPS_FLOW}))?+"
    rf" *+(?:(?<![^ ])(#.*+))?+\Z"
)
"""Indentation, dash, key, value and remark. Possessive throughout: a line that is not plain costs as many steps as it
has characters.
"""
_LONGEST_KEY = 1000
"""Parsers look 1,024 characters ahead for the colon."""
_MOST = 1 << 14
"""So many lines are remembered at once."""


class NotPlainError(Exception):
    """A line is not plain, or does not fit those above it: only the parser knows."""


class Flow(Struct, frozen=True):
    """A list or a mapping in brackets; each place gets one of its own."""

    entries: tuple[Any, ...] | dict[str, Any]

    def made(self) -> list[Any] | dict[str, Any]:
        """A new one."""
        if isinstance(self.entries, tuple):
            return list(self.entries)
        return {name: one.made() if isinstance(one, Flow) else one for name, one in self.entries.items()}


AWAITED = Flow(())
"""The value of a key may stand on the next lines."""

Line = tuple[int, int, str | None, Any]
"""Indentation; that of what stands behind a dash, 0 without one; field and value. Nothing is said at -1."""
_NOTHING: Line = (-1, 0, None, None)


class PlainLines(dict[str, Line]):
    """What lines say, found once for each of those that are alike."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._names, self._values = FieldNames(limits.scalar), ScalarValues(limits.scalar)
        self._longest = limits.scalar

    def __missing__(self, text: str) -> Line:
        found = _LINE.match(text)
        if found is None or len(text) > self._longest:
            raise NotPlainError
        if len(self) >= _MOST:
            self.clear()
        blanks, dash, key, value, said = found.groups()
        if said is not None and not said.isprintable():
            raise NotPlainError  # a tab, or what a reader might refuse or take for a break
        self[text] = line = self._line(len(blanks), len(dash or ""), key, value)
        return line

    def _line(self, at: int, dash: int, key: str | None, value: str | None) -> Line:
        if key is None and value is None and not dash:
            return _NOTHING
        if key is None and (value is None or not dash):
            raise NotPlainError  # a dash before what stands on the next lines, or a text that goes on
        try:
            name = None if key is None else self._name(key)
            return at, at + dash if dash else 0, name, AWAITED if value is None else self._value(value)
        except UnreadableError:
            raise NotPlainError from None

    def _name(self, key: str) -> str:
        name = key[1:-1] if key[0] in "\"'" else self._names[key]
        if name is Slot.MERGE:
            raise NotPlainError
        return str(name)

    def _value(self, value: str) -> Any:
        if value[0] in "\"'":
            return value[1:-1]
        if value[0] in "{[":
            return self._flow(value.rstrip(" "))
        return self._values[value]

    def _flow(self, value: str) -> Flow:
        if _FLOW.fullmatch(value) is None:
            raise NotPlainError
        if value[0] == "[":
            inside = value[1:-1].strip()
            return Flow(tuple(self._value(entry.strip()) for entry in inside.split(",")) if inside else ())
        if len(value) > _LONGEST_KEY:
            raise NotPlainError
        pairs = [(self._name(key), self._value(inner)) for key, inner in _PAIRS.findall(value)]
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise NotPlainError
        return Flow(fields)


def remark(line: str) -> int:
    """Where the remark of a plain line begins, -1 if it has none."""
    found = _LINE.match(line)
    return -1 if found is None else found.start(5)


class PlainReader:
    """Reads plain documents of one text; what a line says is remembered from one to the next."""

    def __init__(self, limits: Limits) -> None:
        self.lines = PlainLines(limits)
        self._deepest = limits.depth - 3  # two more may be in brackets

    def value(self, text: str) -> dict[str, Any] | None:
        """The mapping that the lines of a document are, None if they say nothing. Raises NotPlainError."""
        # Runs once per line, half a million times for a large file: no calls, and the usual case first.
        lines, deepest, awaits, flow, mapping = self.lines, self._deepest, AWAITED, Flow, dict
        root: dict[str, Any] = {}
        column: int = -1
        container: Any = None
        outer: list[tuple[int, Any]] = []
        awaited: str | None = None  # the last key, if its value may stand on the next lines
        for line in text.split("\n"):
            at, inner, name, value = lines[line]
            if inner:
                if awaited is not None and at >= column:
                    items: list[Any] = []
                    container[awaited] = items
                    outer.append((column, container))
                    column, container = at, items
                else:
                    while column > at:
                        column, container = outer.pop()
                    if column != at or container.__class__ is mapping:
                        raise NotPlainError
                awaited = None
                if name is None:
                    container.append(value.made() if value.__class__ is flow else value)
                    continue
                inside: dict[str, Any] = {}
                container.append(inside)
                outer.append((column, container))
                column, container = inner, inside
            elif at != column or container.__class__ is not mapping:
                if at < 0:
                    continue
                if awaited is not None and at > column:
                    container[awaited] = inside = {}
                    outer.append((column, container))
                    column, container = at, inside
                elif column < 0:
                    outer.append((column, container))
                    column, container = at, root
                else:
                    while column > at or (column == at and container.__class__ is not mapping):
                        column, container = outer.pop()
                    if column != at:
                        raise NotPlainError
                if len(outer) > deepest:
                    raise NotPlainError
            if name in container:
                raise NotPlainError
            if value.__class__ is flow:
                awaited = name if value is awaits else None
                container[name] = None if value is awaits else value.made()
            else:
                container[name] = value
                awaited = None
        return root if outer else None
