"""Patterns of DNS names, as ``Fqdn`` holds them."""

from __future__ import annotations

import re
from functools import lru_cache

EVERY = "*"
_LABEL, _LABELS = "[-a-z0-9_]*", r"(?:[-a-z0-9_]+\.)+"


def stands_for(pattern: str, name: str) -> bool:
    """Whether ``pattern`` means ``name``: a star is a part of a label, ``**.`` in front one label or more, a star alone
    every name.
    """
    return _expression(pattern).fullmatch(name.lower().rstrip(".")) is not None


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    if pattern == EVERY:
        return re.compile(".*")
    front = _LABELS if pattern.startswith("**.") else ""
    rest = pattern.removeprefix("**.")
    return re.compile(front + _LABEL.join(re.escape(part) for part in rest.split("*")))
