"""Where the fields and items of a plain document stand, and its remarks, found line by line without a second parse.

What a document holds is read by the parser alone. Lines such as nearly all manifests are made of - ``key: value``,
``- item``, remarks - only say where each of its fields and items stands: they must come to just these, in this order.
Everything else - anchors, tags, blocks of text, texts over several lines, brackets in brackets - makes a document one
that needs its tree.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from translate.core.origin import Path
from translate.core.patterns import pattern
from translate.yamlio.scalars import field_name

_QUOTED = r"\"[ !#-\[\]-~]*+\"|'[ -&(-~]*+'"
_SCALAR = r"[A-Za-z0-9_/.](?:[!\"$-9;-~]|:(?=[!-~])| ++(?=[!\"$-~]))*+"
_ENTRY = r"(?:[A-Za-z0-9_/.][A-Za-z0-9_/.-]*+|\"[A-Za-z0-9_/. -]*+\"|'[A-Za-z0-9_/. -]*+')"
_LIST = rf"\[ *+(?:{_ENTRY} *+(?:, *+{_ENTRY} *+)*+)?\]"
_PAIR = rf"{_ENTRY}: ++(?:{_ENTRY}|{_LIST})"
_FLOW = pattern(rf"(?:\{{ *+(?:{_PAIR} *+(?:, *+{_PAIR} *+)*+)?\}}|{_LIST}) *+")
FLOW_TOKEN = pattern(rf"{_ENTRY}|[\[\]{{}}:,]")
"""What a list or mapping in brackets is made of, but for spaces."""
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
MOST_LINES = 1 << 14
"""So many lines are remembered at once."""


class NotPlainError(Exception):
    """A line is not plain, or not what the parser found there."""


Line = tuple[int, int, str | None, bool, int]
"""Columns of the dash and of the key, -1 for none; the field; whether its value may stand below; column of the remark,
or -1.
"""


class PlainLines(dict[str, Line]):
    """What lines say, found once for each of those that are alike."""

    def __missing__(self, text: str) -> Line:
        found = plain_line(text)
        if len(self) >= MOST_LINES:
            self.clear()
        key, value = found[3], found[4]
        name = None if key is None else plain_name(key)
        self[text] = line = found.start(2), found.start(3), name, key is not None and value is None, found.start(5)
        return line


def plain_line(text: str) -> re.Match[str]:
    """The dash, the key, the value and the remark of a line, as groups from 2 on. Raises NotPlainError."""
    found = _LINE.match(text)
    if found is None:
        raise NotPlainError
    dash, key, value, said = found.start(2), found[3], found[4], found[5]
    if key is None and (value is None) is (dash >= 0):
        raise NotPlainError  # a dash before what stands on the next lines, or a text that goes on
    if value is not None and value[0] in "{[" and _FLOW.fullmatch(value) is None:
        raise NotPlainError
    if said is not None and not said.isprintable():
        raise NotPlainError  # a tab, or what a reader might refuse or take for a break
    return found


def plain_name(key: str) -> str:
    """The field that a key names. Raises NotPlainError."""
    if key[0] in "\"'":
        return key[1:-1]
    name, _ = field_name(key, plain=True, tag=None)
    if name is None:
        raise NotPlainError
    return name


class Points(Struct, frozen=True):
    """``places`` in ascending order and the ``paths`` they belong to; ``flows`` are lists and mappings in brackets."""

    places: list[int]
    paths: list[Path]
    flows: dict[int, tuple[int, Path]]
    """Line of the closing bracket -> where it ends, and what it closes."""


class PlainDocument(Struct, frozen=True):
    """The fields and items of a document, and where its remarks begin and end."""

    points: Points
    remarks: list[tuple[int, int]]


def plain_document(
    lines: PlainLines, text: str, start: int, end: int, marker: int, value: object
) -> PlainDocument | None:
    """Where what the parser found in a document stands; None where its lines do not say so beyond doubt.

    ``value`` was read from between ``start`` and ``end``, where a line ``---`` may stand at ``marker``. What stands
    below the field or item that the last remark is followed by is not looked at.
    """
    found, last = _Found(value), text.rfind("#", start, end)
    try:
        for line in text[start:end].split("\n"):
            if start > last >= 0 and found.places and found.places[-1] > last:
                break
            if start != marker or line.rstrip(" ") != "---":
                found.take(lines[line], start, start + len(line))
            start += len(line) + 1
        else:
            if found.due:
                return None
    except NotPlainError:
        return None
    return PlainDocument(Points(found.places, found.paths, {}), found.remarks)


class _Found:
    """What lines told so far, and the fields and items of the value that are due, the next one last."""

    def __init__(self, value: object) -> None:
        self.places: list[int] = []
        self.paths: list[Path] = []
        self.remarks: list[tuple[int, int]] = []
        self.due: list[tuple[Path, Any]] = []
        self._expect((), value)

    def take(self, line: Line, start: int, end: int) -> None:
        """A line of the text and what it says. Raises NotPlainError where something else is due."""
        dash, key, name, opens, remark = line
        if remark >= 0:
            self.remarks.append((start + remark, end))
        if dash >= 0:
            path, value = self._next(start + dash)
            if path[-1].__class__ is not int:
                raise NotPlainError
            if name is not None:
                self._expect(path, value)
        if name is not None:
            path, value = self._next(start + key)
            if path[-1] != name:
                raise NotPlainError
            if opens:
                self._expect(path, value)

    def _next(self, place: int) -> tuple[Path, Any]:
        if not self.due:
            raise NotPlainError
        found = self.due.pop()
        self.places.append(place)
        self.paths.append(found[0])
        return found

    def _expect(self, path: Path, value: Any) -> None:
        """What is in a value that stands below, or behind a dash, is due next."""
        if isinstance(value, dict):
            self.due += [((*path, name), inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            self.due += [((*path, index), value[index]) for index in reversed(range(len(value)))]
