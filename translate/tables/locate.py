"""Where the tables are: inside the wheel, or beside the checkout."""

from __future__ import annotations

from pathlib import Path


def root() -> Path:
    """The folder of the tables."""
    package = Path(__file__).parents[1]
    packaged = package / "_mappings"
    return packaged if packaged.is_dir() else package.parent / "mappings"
