"""Where the configuration of a run is: the nearest file of its name, from a folder upwards."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

OWN, PROJECT = ".netpol-translate.yaml", "pyproject.toml"
TABLE = re.compile(rb"""\[\s*tool\s*\.\s*["']?netpol-translate\b""")
MOST = 1 << 20
"""So many bytes of a configuration are read."""


def nearest(folder: Path) -> Path | None:
    """The configuration for a run in ``folder``: of it, or of the nearest folder above it in the same git checkout.

    A ``pyproject.toml`` is one if it has the table; beside a file of our own it is not asked.
    """
    for here in (folder, *folder.parents):
        if os.path.lexists(here / OWN):
            return here / OWN
        if _has_table(here / PROJECT):
            return here / PROJECT
        if os.path.lexists(here / ".git"):
            return None
    return None


def _has_table(path: Path) -> bool:
    """Whether the text of a file names our table; no TOML is read for that."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with path.open("rb") as file:
            return TABLE.search(file.read(MOST)) is not None
    except OSError:
        return False
