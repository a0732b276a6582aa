"""How much one input may ask of the machine."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Caps on one input; what goes beyond is refused with one clear message instead of eating the machine.

    ``text`` counts bytes (characters of a ``str``), ``scalar`` the characters of one value, ``nodes`` the values of the
    stream, every alias counted as often as it is used, ``depth`` nested collections, ``documents`` those not empty.
    """

    text: int = 64 << 20
    scalar: int = 1 << 20
    nodes: int = 4_000_000
    depth: int = 100
    documents: int = 100_000


DEFAULT = Limits()

MANY_CHARACTERS = 20_000
"""From so many on it pays to read texts piece by piece, and to remember lines from one to the next."""
WORTH_A_PROCESS = 1_500_000
"""So many characters are read in more time than a process takes to begin, and to tell what it read."""
