"""A text document by document: the plain ones by their lines, the others by the parser, with one outcome for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from translate.core.diagnostics import InputError
from translate.core.patterns import pattern
from translate.yamlio.limits import Limits
from translate.yamlio.plain import NotPlainError, PlainReader
from translate.yamlio.refusals import may_be_odd
from translate.yamlio.stream import Span

_BARE_MARKER = pattern(r"--- *+(?:\n|\Z)")
_REMARKS = pattern(r"(?: *+(?:#[^\n]*+)?\n)*+")
_BREAKS = ("\r", "\x85", "\u2028", "\u2029")

Parsed = tuple[list[Any], list[Span], int]
"""Values that are not empty, where they stand, and how many values are in them."""


def plain_stream(text: str, limits: Limits, parsed: Callable[[str], Parsed]) -> tuple[list[Any], list[Span]] | None:
    """What ``text`` holds, by lines where they are plain, else as ``parsed`` reads a part.

    None where only the whole can be read: what is wrong is told with its place in the whole.
    """
    if _is_never_plain(text):
        return None
    reader = PlainReader(limits)
    found: list[Any] = []
    spans: list[Span] = []
    size = line = 0
    bounds = [0, *_markers(text), len(text)]
    for number, (start, end) in enumerate(pairwise(bounds)):
        below = text.count("\n", start, end)
        size += 2 * below + 2 + sum(text.count(mark, start, end) for mark in ",[{")
        try:
            own, content = (start, _behind(text, start)) if number else (_begun(text),) * 2
            one = reader.value(text[content:end])
            if one is not None:
                found.append(one)
                spans.append(Span(own, end, line + text.count("\n", start, own)))
        except NotPlainError:
            try:
                more, places, inside = parsed(text[start:end])
            except InputError:
                return None
            size += inside
            found += more
            spans += [Span(one.start + start, one.end + start, one.line + line) for one in places]
        line += below
        if size > limits.nodes or len(found) > limits.documents:
            return None
    return found, spans


def _is_never_plain(text: str) -> bool:
    """Whether there may be directives or ends of documents, which bear on the next one, breaks that are none to a line
    reader, or what is refused for how it is written.
    """
    odd = any(f"\n{mark}" in text or text.startswith(mark) for mark in ("%", "..."))
    return odd or any(mark in text for mark in _BREAKS) or may_be_odd(text)


def _markers(text: str) -> Iterator[int]:
    """Where documents are set apart from what is before them."""
    at = 0 if text.startswith("---") else text.find("\n---") + 1 or -1
    while at >= 0:
        if text[at + 3 : at + 4] in ("", " ", "\t", "\n"):
            yield at
        at = text.find("\n---", at) + 1 or -1


def _behind(text: str, marker: int) -> int:
    """Where the lines behind a marker begin. Raises NotPlainError where it has more on its own line."""
    match = _BARE_MARKER.match(text, marker)
    if match is None:
        raise NotPlainError
    return match.end()


def _begun(text: str) -> int:
    """Where a first document without a marker begins: remarks before it are none of its own."""
    match = _REMARKS.match(text)
    return match.end() if match is not None else 0
