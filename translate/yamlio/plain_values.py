"""What a plain document holds, read line by line: in a third of the time that a parser takes for its events.

The lines are those of which ``translate.yamlio.plain`` says where they stand, and the meaning of each text is looked up
as the parser's is. Whatever is not plain, or does not fit the lines before it, is left to the parser, and so is every
fault: what is read here it would read alike (a property test, and every file of the corpus).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec import Struct

from translate.yamlio.characters import MARK, Span, bounds_of
from translate.yamlio.limits import Limits
from translate.yamlio.memo import ScalarValues
from translate.yamlio.plain import FLOW_TOKEN, MOST_LINES, NotPlainError, plain_line, plain_name
from translate.yamlio.refusals import UnreadableError, may_be_odd

DEEPEST, IN_BRACKETS = 50, 3
"""Documents that are nested deeper are left to the parser, which has a limit for it; brackets may add so much."""
ValueLine = tuple[int, int, str | None, bool, Any, bool, int]
"""Columns of the dash and of the key, -1 for none; the field; whether its value may stand below; else the value, and
whether that is one to be copied; and how many values the line adds to what holds them.
"""
NOTHING: ValueLine = (-1, -1, None, False, None, False, 0)


class PlainValue(Struct, frozen=True):
    """The value of a document, None for none; how many lines come before it, and how many values there are in it."""

    value: Any
    line: int
    size: int

    def begins(self, text: str) -> tuple[int, int]:
        """Where in its text the document begins, and how many lines come before that: with its mark, or else with its
        first field.
        """
        line = 0 if text.startswith(MARK) else self.line
        start = 0
        for _ in range(line):
            start = text.index("\n", start) + 1
        return start, line


class PlainReader(dict[str, ValueLine]):
    """Reads documents; what lines say is found once for each of those that are alike."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._deepest = min(limits.depth, DEEPEST) - IN_BRACKETS
        self._values = ScalarValues(limits.scalar)

    def __missing__(self, text: str) -> ValueLine:
        found = plain_line(text)
        dash, key, value = found.start(2), found[3], found[4]
        if len(text) > self._limits.scalar:
            raise NotPlainError
        if len(self) >= MOST_LINES:
            self.clear()
        line = NOTHING
        if dash >= 0 or key is not None:
            name = None if key is None else plain_name(key)
            held, is_flow, size = (None, False, 0) if value is None else self._held(value)
            size += (dash >= 0) + (key is not None)
            line = dash, found.start(3), name, key is not None and value is None, held, is_flow, size
        self[text] = line
        return line

    def _held(self, text: str) -> tuple[Any, bool, int]:
        """What stands behind a key or a dash, whether that is a collection, and how many values it has."""
        if text[0] in "\"'":
            return text[1:-1], False, 0
        if text[0] not in "{[":
            return self._values[text], False, 0
        tokens = FLOW_TOKEN.findall(text)
        value, size = self._list(tokens, 1) if text[0] == "[" else self._mapping(tokens)
        return value, True, size

    def _list(self, tokens: list[str], at: int) -> tuple[list[Any], int]:
        """The items of a list in brackets, the first of which stands at a token, and how many there are."""
        items: list[Any] = []
        while tokens[at] != "]":
            if tokens[at] != ",":
                items.append(self._entry(tokens[at]))
            at += 1
        return items, len(items)

    def _mapping(self, tokens: list[str]) -> tuple[dict[str, Any], int]:
        """The fields of a mapping in brackets, and how many values there are in it."""
        fields: dict[str, Any] = {}
        at, size = 1, 0
        while tokens[at] != "}":
            if tokens[at] == ",":
                at += 1
            name, at = plain_name(tokens[at]), at + 2  # a colon stands between
            if name in fields:
                raise NotPlainError
            if tokens[at] == "[":
                fields[name], inside = self._list(tokens, at + 1)
                at, size = tokens.index("]", at) + 1, size + inside
            else:
                fields[name], at = self._entry(tokens[at]), at + 1
        return fields, size + len(fields)

    def _entry(self, token: str) -> Any:
        return token[1:-1] if token[0] in "\"'" else self._values[token]

    def read(self, text: str) -> PlainValue | None:
        """What a text of one document holds, behind a line ``---`` if there is one; None if that is not plain."""
        lines = text.split("\n")
        if lines[0].rstrip(" ") == "---":
            lines[0] = ""
        try:
            return self._read(lines)
        except (NotPlainError, UnreadableError, IndexError):
            return None

    def _read(self, lines: list[str]) -> PlainValue:
        # Runs once per line, a million times for a large file: the innermost container, its column and whether it is a
        # list are locals, those around it are on the stack; ``due`` is the field whose value may stand below.
        root: Any = None
        box: Any = None
        column, is_list, size, begins, deepest = -1, False, 0, 0, self._deepest
        due: str | None = None
        around: list[tuple[int, Any, bool]] = []
        for number, text in enumerate(lines):
            dash, at, name, opens, value, is_flow, count = self[text]
            if not count:
                continue
            size += count
            here = dash if dash >= 0 else at
            if root is None:
                root = box = [] if dash >= 0 else {}
                column, is_list, begins = here, dash >= 0, number
            elif due is not None:
                if here > column or (here == column and dash >= 0):
                    inner: Any = [] if dash >= 0 else {}
                    box[due] = inner
                    around.append((column, box, is_list))
                    column, box, is_list = here, inner, dash >= 0
                    if len(around) > deepest:
                        raise NotPlainError
                else:
                    box[due] = None
                due = None
            while here < column:
                column, box, is_list = around.pop()
            if dash >= 0:
                if not is_list or here != column:
                    raise NotPlainError
                if name is None:
                    box.append(_copied(value) if is_flow else value)
                    continue
                fields: dict[str, Any] = {}
                box.append(fields)
                around.append((column, box, True))
                column, box, is_list = at, fields, False
                if len(around) > deepest:
                    raise NotPlainError
            elif is_list and here == column:
                column, box, is_list = around.pop()
            if is_list or at != column or name in box:
                raise NotPlainError
            if opens:
                due = name
            else:
                box[name] = _copied(value) if is_flow else value
        if due is not None:
            box[due] = None
        return PlainValue(root, begins, size)


def _copied(value: Any) -> Any:
    """A collection that stands in one place alone."""
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def plain_documents(text: str, limits: Limits) -> tuple[list[Any], list[Span]] | None:
    """The documents of a text that are not empty, and their places; None if one of them is not plain."""
    bounds = bounds_of(text)
    if bounds is None or may_be_odd(text):
        return None
    reader, values, spans, size, line = PlainReader(limits), [], [], 0, 0
    for start, end in pairwise(bounds):
        piece = text[start:end]
        found = reader.read(piece)
        if found is None:
            return None
        if found.value is not None:
            begin, before = found.begins(piece)
            values.append(found.value)
            spans.append(Span(start + begin, end, line + before))
            size += found.size
        line += piece.count("\n")
    return (values, spans) if size <= limits.nodes and len(values) <= limits.documents else None
