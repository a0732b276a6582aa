"""The files that a folder holds, with all that is below it if that is asked for, and what of it cannot be read."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import NamedTuple


class Held(NamedTuple):
    """What a folder holds: its files, and the folders that cannot be read, each with why."""

    files: list[Path]
    unread: list[tuple[Path, str]]


def held(folder: Path, *, recursive: bool) -> Held:
    """What ``folder`` holds; each folder once, by its own name if it is below, so links may lead in circles."""
    found = Held([], [])

    def wrong(error: OSError) -> None:
        found.unread.append((Path(error.filename or folder), error.strerror or str(error)))

    waiting, seen = deque([str(folder)]), set[str]()
    while waiting:
        for here, folders, names in os.walk(waiting.popleft(), onerror=wrong):
            place = os.path.realpath(here)
            if place not in seen:
                found.files.extend(Path(here, name) for name in names)
            if place in seen or not recursive:
                folders.clear()
            seen.add(place)
            folders.sort()
            waiting.extend(path for path in (os.path.join(here, one) for one in folders) if os.path.islink(path))
    return found
