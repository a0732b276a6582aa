"""The command line in this process: what it prints, and how it ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from translate.cli.main import run as run_command_line


@dataclass(frozen=True, slots=True)
class Ran:
    """One finished run."""

    code: int
    out: str
    err: str

    def __iter__(self):
        return iter((self.code, self.out, self.err))


Run = Callable[..., Ran]


class Terminal(io.TextIOWrapper):
    """A stdin that somebody sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the current one."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run(*arguments, stdin=None, today=None)``: stdin is text or bytes that are piped in, None a terminal."""

    def ran(*arguments: str, stdin: str | bytes | None = None, today: date | None = None) -> Ran:
        piped = stdin.encode() if isinstance(stdin, str) else stdin
        stream = Terminal(io.BytesIO()) if piped is None else io.TextIOWrapper(io.BytesIO(piped))
        monkeypatch.setattr(sys, "stdin", stream)
        code = run_command_line(list(arguments), clock=None if today is None else lambda: today)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return ran
