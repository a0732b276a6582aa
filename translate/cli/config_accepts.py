"""The accepts of a configuration: each for a code, of a policy or a line if it names one, until a day if it has one."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from translate.api.accept import Accept, WrittenAt
from translate.cli.accepting import loss_code
from translate.cli.config import Dated
from translate.cli.config_text import ConfigText
from translate.core.diagnostics import Problem
from translate.core.near import near
from translate.core.origin import Path as Steps

FIELDS = ("code", "policy", "file", "line", "reason", "until")
SHAPE = f"a map with {', '.join(FIELDS)}"
STDIN = "-"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def accepts_in(found: ConfigText, folder: Path, problems: list[Problem]) -> tuple[Dated, ...]:
    """The accepts of a configuration in ``folder``; what is wrong with them is added to ``problems``."""
    given = found.given.get("accept", [])
    if not isinstance(given, list):
        problems.append(found.wrong(("accept",), f"must be a list, each of it {SHAPE}"))
        return ()
    accepts = []
    for number, one in enumerate(given):
        reader = _Reader(found, ("accept", number), one)
        accept = reader.accept(folder)
        problems += reader.problems
        if accept is not None:
            accepts.append(accept)
    return tuple(accepts)


class _Reader:
    """Reads one accept and gathers what is wrong with it."""

    def __init__(self, found: ConfigText, path: Steps, given: Any) -> None:
        self._found, self._path = found, path
        self._given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self.problems: list[Problem] = []
        if not isinstance(given, Mapping):
            self._wrong((), f"must be {SHAPE}")
        elif "code" not in given:
            self._wrong((), "has no code")
        for key in self._given:
            if key not in FIELDS:
                text = f"is no key of an accept{near(key, FIELDS)}"
                self.problems.append(found.wrong((*path, key), text, at_key=True))

    def accept(self, folder: Path) -> Dated | None:
        """The accept, None where something is wrong."""
        code, policy, line, until = self._code(), self._text("policy"), self._line(), self._day()
        file, reason = self._file(folder), self._text("reason")
        if self.problems:
            return None
        at = WrittenAt(self._found.name, *self._found.place(self._path))
        named = {"policy": policy, "file": file, "reason": reason}
        try:
            return Dated(Accept(code=code, line=line, written=at, may_be_absent=True, **named), until)
        except ValueError as error:
            self._wrong((), f"is wrong: {error}")
            return None

    def _wrong(self, below: Steps, text: str) -> None:
        self.problems.append(self._found.wrong((*self._path, *below), text))

    def _text(self, key: str) -> str:
        given = self._given.get(key, "")
        if isinstance(given, str) and (given or key not in self._given):
            return given
        self._wrong((key,), "must be a text")
        return ""

    def _code(self) -> str:
        """The code; a number without quotes is one, too."""
        if "code" in self._given:
            try:
                return loss_code(str(self._given["code"]))
            except ValueError as error:
                self._wrong(("code",), f"is wrong: {error}")
        return ""

    def _file(self, folder: Path) -> str:
        """The file as seen from the current folder."""
        text = self._text("file")
        return text if text in ("", STDIN) else os.path.relpath(folder / text)

    def _line(self) -> int:
        given = self._given.get("line", 0)
        if isinstance(given, int) and not isinstance(given, bool) and (given > 0 or "line" not in self._given):
            return given
        self._wrong(("line",), "must be the number of a line, from 1")
        return 0

    def _day(self) -> date | None:
        """TOML has days of its own, YAML as it is read here has texts."""
        given = self._given.get("until")
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        try:
            if isinstance(given, str) and _DAY.fullmatch(given):
                return date.fromisoformat(given)
        except ValueError:
            pass
        if "until" in self._given:
            self._wrong(("until",), "must be a day that there is, as in 2027-01-31")
        return None
