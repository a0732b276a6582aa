"""Regular expressions that are compiled when they are first used: a run meets few of the many that there are."""

from __future__ import annotations

import re
from typing import Any, cast


class _Uncompiled:
    """Stands for a pattern; what is asked of it once is asked of the pattern itself from then on."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` returns, later: a text that is no pattern raises ``re.error`` where it is first used."""
    return cast("re.Pattern[str]", _Uncompiled(text, flags))
