"""A text before it is parsed: its characters, lines and documents, and where something in it stands.

A line that begins with ``---`` ends a document wherever it stands: no scalar, no list and no mapping goes on behind it,
and no anchor. What else may say where documents end or how they are read (``...``, directives, other line breaks than
``\n``) makes a text one that is read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from msgspec import Struct

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.core.patterns import pattern
from translate.yamlio.limits import DEFAULT, Limits

LineColumn = tuple[int, int]
"""Line and column, both counted from 1."""

CONTROL = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
COMMENT = pattern("#[^\r\n\x85\u2028\u2029]*")
LINE_BREAK = pattern("\r\n|[\r\n\x85\u2028\u2029]")
MARK = "---"
BREAKS = "\x85\u2028\u2029\ufeff"
OTHER_MARKS = ("%", "...")


def decode(text: str | bytes, *, file: str, limits: Limits = DEFAULT) -> str:
    """The characters of ``text`` without a byte order mark; InputError for other encodings and above the size limit."""
    if len(text) > limits.text:
        unit = "bytes" if isinstance(text, bytes) else "characters"
        fail(f"the input is larger than {limits.text:,} {unit}", file)
    if isinstance(text, str):
        return str(text).removeprefix("\ufeff")
    bom, encoding = next((known for known in _BOMS if text.startswith(known[0])), (b"", "utf-8"))
    body = text[len(bom) :]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        bad = " ".join(f"0x{byte:02X}" for byte in body[error.start : error.end][:4])
        at = place_at(before, len(before))
        fail(f"the input is not valid {encoding.upper()}: {bad} stands for no character", file, at)


class Span(Struct, frozen=True):
    """Where a document that is not empty lies in its text, and how many lines come before it."""

    start: int
    end: int
    line: int


def place_at(text: str, index: int) -> LineColumn:
    """Line and column of the character at ``index``, lines broken as YAML 1.1 breaks them."""
    line, start = 1, 0
    for match in LINE_BREAK.finditer(text, 0, index):
        line, start = line + 1, match.end()
    return line, index - start + 1


def fail(message: str, file: str, at: LineColumn = (1, 1), document: int = -1) -> NoReturn:
    """Raise InputError with one problem at a line and column."""
    raise InputError([Problem(message=message, origin=Origin(file, document), line=at[0], column=at[1])])


def bounds_of(text: str) -> list[int] | None:
    """Where the pieces of a text begin, each of which holds one document at most, and where the last one ends; None
    where that is not certain.
    """
    return None if _is_uncertain(text) else [0, *_marks(text), len(text)]


def _is_uncertain(text: str) -> bool:
    # Each of these looks for one text at the speed of memchr; a pattern for all would take as long as reading JSON.
    if text.startswith(OTHER_MARKS) or any(f"\n{mark}" in text for mark in OTHER_MARKS) or "\r" in text:
        return True
    begin = next((at for at, character in enumerate(text) if character not in " \t\n"), len(text))
    return text.startswith(("{", "["), begin) or not (text.isascii() or not any(one in text for one in BREAKS))


def _marks(text: str) -> Iterator[int]:
    """Where lines begin that say that a document does, but for the first line."""
    at = text.find(f"\n{MARK}")
    while at >= 0:
        end = at + 1 + len(MARK)
        if text[end : end + 1] in ("", " ", "\t", "\n"):
            yield at + 1
        at = text.find(f"\n{MARK}", end)
