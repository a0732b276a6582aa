"""How long words of selectors may be, and how messages show them."""

from __future__ import annotations

LONGEST_LABEL = 512
"""The most bytes that a label has (Calico selector syntax); all of them are ASCII, so bytes are characters."""

_QUOTED_AT_MOST = 40
"""How much of a wrong word a message repeats."""


def cut(text: str) -> str:
    """A text fit for a message: control characters escaped, only the beginning if it is long."""
    shown = text[:_QUOTED_AT_MOST] + "..." if len(text) > _QUOTED_AT_MOST else text
    return escape(shown)


def escape(text: str) -> str:
    """Printable ASCII as it is, every other character as Python's escape, so that a caret below it stays in place."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
