"""Outputs that are no files to be replaced: devices, pipes, and what this process has open already."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import IO

MOST_LINKS = 40
OPEN_FILES = re.compile(r"/dev/fd|/proc/(?:self|thread-self|\d+)(?:/task/\d+)?/fd")
"""Folders in which a system names what a process has open."""


def is_stream(path: Path) -> bool:
    """Whether ``path`` is written to, never replaced. Raises OSError where that cannot be found out."""
    if _open_file(path) is not None:
        return True
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def write_to(path: Path, text: str) -> None:
    """Write to a stream, behind what was written to it before. Raises OSError."""
    with _opened(path) as stream:
        stream.write(text.encode("utf-8", errors="surrogateescape"))


def _opened(path: Path) -> IO[bytes]:
    found = _open_file(path)
    mine = os.path.realpath("/proc/self/fd")
    if found is None or os.path.dirname(found) not in ("/dev/fd", "/proc/self/fd", mine):
        return open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return open(os.dup(int(os.path.basename(found))), "wb")


def _open_file(path: Path) -> str | None:
    """The name among open files that ``path`` is, or that its links lead to."""
    here = os.path.abspath(path)
    for _ in range(MOST_LINKS):
        here = os.path.join(os.path.realpath(os.path.dirname(here)), os.path.basename(here))
        folder, name = os.path.split(here)
        if OPEN_FILES.fullmatch(folder) and name.isdecimal():
            return here
        if not os.path.islink(here):
            return None
        here = os.path.join(folder, os.readlink(here))
    return None
