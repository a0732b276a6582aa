"""New documents at the end of a YAML stream, separated as its author separates them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from translate.yamlio.characters import LINE_BREAK

_MARKER = re.compile(r"^(---|\.\.\.)(?=\s|\Z)", re.MULTILINE)
_START = re.compile(r"\A---[ \t]*\r?\n")
_BLANK_BEFORE = re.compile(r"\n[ \t]*\r?\n\Z")


def appended_to(text: str, documents: Sequence[str], newline: str) -> str:
    """``text`` with the documents at its end; it ends with a line break if it did so before."""
    if not documents:
        return text
    ended = not text.strip() or LINE_BREAK.search(text[-1]) is not None
    given = text if ended else text + newline
    closing = _closing(text, newline)
    whole = given + _between(given, newline) + _body(documents[0], newline) + closing
    # What comes behind the first of them is separated alike: the text may be long, and they many.
    between = _between(whole, newline)
    whole += "".join(between + _body(document, newline) + closing for document in documents[1:])
    return whole if ended else whole.removesuffix(newline)


def _between(text: str, newline: str) -> str:
    """What separates the next document from ``text``: nothing where that is empty or ends with a separator."""
    markers = list(_MARKER.finditer(text))
    if not text.strip() or (markers and markers[-1][1] == "---" and not text[markers[-1].end() :].strip()):
        return ""
    separators = [match for match in markers if match[1] == "---" and text[: match.start()].strip()]
    spaced = bool(separators) and _BLANK_BEFORE.search(text, 0, separators[-1].start()) is not None
    blank = newline if spaced and not _BLANK_BEFORE.search(text) else ""
    return f"{blank}---{newline}"


def _closing(text: str, newline: str) -> str:
    """The end marker, if the stream closes its last document with one."""
    markers = list(_MARKER.finditer(text))
    return f"...{newline}" if markers and markers[-1][1] == "..." else ""


def _body(document: str, newline: str) -> str:
    lines = LINE_BREAK.split(_START.sub("", document).rstrip("\r\n"))
    return newline.join(lines) + newline
