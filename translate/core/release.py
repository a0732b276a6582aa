"""A release of an engine: its major and minor number; patches change nothing that is told apart here."""

from __future__ import annotations

from typing import NamedTuple

from translate.core.patterns import pattern

_RELEASE = pattern(r"v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?")


class Release(NamedTuple):
    """``1.18`` of ``v1.18.3``."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def release(text: str) -> Release | None:
    """The release that ``text`` names, None if it names none."""
    found = _RELEASE.fullmatch(text)
    return Release(int(found[1]), int(found[2])) if found else None
