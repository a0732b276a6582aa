"""The examples, copied to where they can be changed, and run with the tool of this environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BIN = Path(sys.executable).parent
AUTHOR = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """``shell(command, cwd, **variables)``: with this environment's commands first, a home of its own, and no more."""
    (tmp_path / "home").mkdir()

    def ran(
        command: list[str], cwd: Path, text: str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
        kept = {"PATH": path, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path), "PYTHONUTF8": "1"} | AUTHOR
        return subprocess.run(
            command,
            cwd=cwd,
            env=kept | {"GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1", "COLUMNS": "100"} | variables,
            input=text,
            stdin=None if text is not None else subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return ran


@pytest.fixture
def repository(tmp_path: Path, shell: Shell) -> Path:
    """``examples/repository``, as a git repository with one commit."""
    folder = shutil.copytree(EXAMPLES / "repository", tmp_path / "repository")
    commit(shell, folder)
    return folder


def commit(shell: Shell, folder: Path, *more: str) -> None:
    """All of ``folder`` as a commit of its own."""
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "-m", "all"],
        *([list(more)] if more else []),
    ):
        done = shell(["git", *command], folder)
        assert done.returncode == 0, done.stderr
