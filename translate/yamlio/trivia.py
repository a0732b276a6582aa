"""The comments of a text as they lie in the gaps between its tokens; a ``#`` inside a token is data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yaml.tokens import BlockEntryToken, ScalarToken

from translate.yamlio.stream import LINE_BREAK, LineColumn, place, tokens

_COMMENT = re.compile("#([^\n\r\x85\u2028\u2029]*)")
_BLOCK_HEAD = re.compile("[|>][-+0-9]*[ \t]+(?=#)")


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment: where its ``#`` stands, its text without ``#`` and one blank, whether it has the line for itself."""

    place: LineColumn
    text: str
    alone: bool


@dataclass(slots=True)
class Gaps:
    """What the tokens of a text show and its events do not: the comments, and the dashes of lists by column."""

    remarks: list[Remark] = field(default_factory=list)
    dashes: dict[int, list[int]] = field(default_factory=dict)  # column -> lines


def gaps(text: str) -> Gaps:
    """Comments and dashes of ``text`` in their order; InputError where it is no YAML."""
    found = Gaps()
    end, line, column = 0, 1, 1
    for token in tokens(text, file=""):
        start, stop = token.start_mark, token.end_mark
        if start.index > end:
            _scan(text, end, start.index, (line, column), found.remarks)
        if isinstance(token, BlockEntryToken):
            at = place(start)
            found.dashes.setdefault(at[1], []).append(at[0])
        elif isinstance(token, ScalarToken) and token.style in ("|", ">"):
            head = _BLOCK_HEAD.match(text, start.index)
            if head is not None:
                at = place(start)
                _scan(text, head.end(), head.end() + 1, (at[0], at[1] + head.end() - start.index), found.remarks)
        if stop.index >= end:
            end, (line, column) = stop.index, place(stop)
    return found


def _scan(text: str, start: int, stop: int, at: LineColumn, remarks: list[Remark]) -> None:
    """Add the comments that begin in ``text[start:stop]``, whose first character stands at ``at``."""
    position, (line, column) = start, at
    while (match := _COMMENT.search(text, position)) is not None and match.start() < stop:
        for line_break in LINE_BREAK.finditer(text, position, match.start()):
            line, column, position = line + 1, 1, line_break.end()
        column += match.start() - position
        before = text[match.start() - column + 1 : match.start()]
        remarks.append(Remark((line, column), match[1].removeprefix(" ").rstrip(), not before.strip()))
        column += match.end() - match.start()
        position = match.end()
