"""What a plain document holds, read line by line: in half of the time that a parser takes for its events.

The lines are those of which ``translate.yamlio.plain`` says where they stand, and the meaning of each text is looked up
as the parser's is. Whatever is not plain, or does not fit the lines before it, is left to the parser, and so is every
fault: what is read here it would read alike (a property test, and every file of the corpus).
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from translate.core.diagnostics import InputError
from translate.yamlio.build import Builder
from translate.yamlio.limits import Limits
from translate.yamlio.memo import ScalarValues
from translate.yamlio.plain import MOST_LINES, NotPlainError, plain_line, plain_name
from translate.yamlio.refusals import UnreadableError

DEEPEST = 50
"""Documents that are nested deeper are left to the parser, which has a limit for it."""
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


class PlainReader(dict[str, ValueLine]):
    """Reads documents; what lines say is found once for each of those that are alike."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
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
        builder = Builder(text, "", self._limits)
        builder.run()
        return builder.values[0], True, builder.sizes[0]

    def read(self, text: str) -> PlainValue | None:
        """What a text of one document holds, behind a line ``---`` if there is one; None if that is not plain."""
        lines = text.split("\n")
        if lines[0].rstrip(" ") == "---":
            lines[0] = ""
        try:
            return self._read(lines)
        except (NotPlainError, UnreadableError, InputError, IndexError):
            return None

    def _read(self, lines: list[str]) -> PlainValue:
        # Runs once per line, a million times for a large file: the innermost container, its column and whether it is a
        # list are locals, those around it are on the stack; ``due`` is the field whose value may stand below.
        root: Any = None
        box: Any = None
        column, is_list, size, begins = -1, False, 0, 0
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
                    if len(around) > DEEPEST:
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
                if len(around) > DEEPEST:
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
