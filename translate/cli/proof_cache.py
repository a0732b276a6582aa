"""``--cache``: where proofs are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def proof_cache(function: F) -> F:
    """--cache."""
    return click.option(
        "--cache",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Keep proofs in this folder, and take from it what is proved already (-v says so); nothing else changes.",
    )(function)
