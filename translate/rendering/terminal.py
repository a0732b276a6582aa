"""Text that is safe and fit for the stream it goes to: control characters escaped, colour and symbols only where they
work.
"""

from __future__ import annotations

import os
from typing import IO, Literal

from msgspec import Struct

from translate.core.shown import safe as safe

STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2"}
WIDTH, NARROWEST = 80, 30
PLAIN = str.maketrans({"✔": "+", "✘": "x", "→": "->", "·": "|", "…": "..."})


class Terminal(Struct, frozen=True):
    """A stream people read: ``colour`` and ``symbols`` say what it can show, ``width`` how wide tables may be.

    ``wraps``: sentences are broken at the width, too. Where somebody may search the lines, a log say, they are not.
    """

    stream: IO[str]
    colour: bool
    symbols: bool
    width: int = WIDTH
    wraps: bool = False

    def line(self, text: str, style: str = "") -> None:
        """One line, escaped; colour is never the only sign of anything."""
        text = safe(text)
        text = text if self.symbols else text.translate(PLAIN)
        self.stream.write(f"\x1b[{STYLES[style]}m{text}\x1b[0m\n" if style and self.colour else text + "\n")

    def prose(self, text: str, style: str = "", *, indent: int = 0, hang: int = 0) -> None:
        """A sentence: one line, or on a terminal as many as it takes; the further ones hang deeper."""
        margin = " " * indent
        if not self.wraps:
            self.line(margin + text, style)
            return
        import textwrap  # only on a terminal, like the next

        for line in textwrap.wrap(
            safe(text),
            self.width,
            initial_indent=margin,
            subsequent_indent=margin + " " * hang,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.line(line, style)


def terminal(stream: IO[str], colour: Literal["auto", "always", "never"] = "auto") -> Terminal:
    """What ``stream`` can show: the flag decides, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a
    terminal.
    """
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    drawn = stream.isatty()
    width = _columns() if drawn else WIDTH
    return Terminal(stream, _coloured(stream, colour), encoding.startswith("utf"), width, drawn)


def _coloured(stream: IO[str], colour: str) -> bool:
    if colour != "auto":
        return colour == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def _columns() -> int:
    import shutil  # loads four compressors

    return max(NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)
