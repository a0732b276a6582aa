"""Lists in sentences that stay short."""

from __future__ import annotations

from collections.abc import Iterable


def shortened(texts: Iterable[object], most: int, rest: str = "more") -> str:
    """The first ``most`` of a list, and how many more there are: ``a, b and 3 more``."""
    names = [str(text) for text in texts]
    listed = ", ".join(names[:most])
    return f"{listed} and {len(names) - most} {rest}" if len(names) > most else listed
