"""``--cache`` and ``-j``: how a run goes about its work, whatever it is; its answer is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from translate.cli.choices import PLACE
from translate.core.several import processors

F = TypeVar("F", bound=Callable[..., Any])

MOST_JOBS = 8
"""So many processes work at once if nothing is said: more find little to do."""


def proof_cache(function: F) -> F:
    """--cache."""
    return click.option(
        "--cache",
        type=PLACE,
        metavar="DIR",
        help="Keep proofs in this folder, and take from it what is proved already (-v says so); nothing else changes.",
    )(function)


def jobs(function: F) -> F:
    """-j."""
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        default=lambda: min(processors(), MOST_JOBS),
        help="How many processes a large input may take (default: one for each processor, but no more than "
        f"{MOST_JOBS}). The answer is the same.",
    )(function)
