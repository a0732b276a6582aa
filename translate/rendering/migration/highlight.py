"""YAML in colours that are worked out beforehand: a page needs no script for them.

A look at single lines: what is in a block of text may be coloured as if it were fields. Nothing is ever lost of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Colored: TypeAlias = tuple[str, str]
"""What a piece of a line is (empty: nothing special), and the piece."""
KEY = re.compile(r"""^(\s*(?:-\s+)*)("[^"]*"|'[^']*'|[^\s#"'\[\]{},][^#"'\[\]{},:]*)(:)(?=\s|$)""")
PIECE = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|((?:^|(?<=\s))\#.*$)|(^---\s*$)""")
LONGEST = 2000
"""A longer line is not looked at."""


def spans(line: str) -> Iterator[Colored]:
    """The pieces of a line."""
    if len(line) > LONGEST:
        yield "", line
        return
    found = KEY.match(line)
    if found is not None:
        before, name, colon = found.groups()
        yield from (one for one in (("", before), ("key", name), ("", colon)) if one[1])
        line = line[found.end() :]
    yield from _rest(line)


def _rest(line: str) -> Iterator[Colored]:
    at = 0
    for found in PIECE.finditer(line):
        if found.start() > at:
            yield "", line[at : found.start()]
        text, comment, _ = found.groups()
        yield "text" if text else "comment" if comment else "mark", found[0]
        at = found.end()
    if at < len(line):
        yield "", line[at:]
