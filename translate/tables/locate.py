"""Where the tables are: inside the wheel, or beside the checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def root() -> Traversable:
    """The folder of the tables."""
    packaged = files("translate").joinpath("_mappings")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "mappings"
