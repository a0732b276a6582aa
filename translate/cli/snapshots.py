"""Folders of ``collect`` among the inputs: they bring their facts along, and say what they do not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from translate.core.snapshot_marks import FACTS, MARK, SCHEMA_LINE

INPUTS = ("files", "more_files", "before", "after")
"""The parameters of commands that name inputs."""


def named_inputs() -> tuple[str, ...]:
    """All inputs that the command line of this run names, in order; none where no command runs."""
    context = click.get_current_context(silent=True)
    given = context.params if context is not None else {}
    values = (given.get(key) or () for key in INPUTS)  # the second input of a matrix may be missing
    return tuple(name for value in values for name in ((value,) if isinstance(value, str) else value))


def is_snapshot(folder: Path) -> bool:
    """Whether ``folder`` is one that ``collect`` wrote."""
    mark = folder / MARK
    try:
        if not mark.is_file():  # a pipe may give nothing ever
            return False
        with mark.open("rb") as file:
            return file.read(len(SCHEMA_LINE)) == SCHEMA_LINE.encode()
    except OSError:
        return False


def tells_only(file: Path) -> bool:
    """Whether ``file`` tells of a snapshot and its cluster, and holds no policy."""
    return file.name in (MARK, FACTS) and is_snapshot(file.parent)


def facts_of_snapshot(names: Iterable[str]) -> Path | None:
    """The facts of the one snapshot among inputs; of two, nobody knows whose cluster is meant."""
    found = [Path(name) for name in dict.fromkeys(names) if is_snapshot(Path(name))]
    return found[0] / FACTS if len(found) == 1 else None


def remarks(given: Mapping[str, Any]) -> Iterator[str]:
    """What a reader of results must know of the snapshots among the inputs."""
    found = [Path(name) for name in dict.fromkeys(named_inputs()) if is_snapshot(Path(name))]
    for folder in found:
        yield from _partial(folder)
    if given.get("facts") is None and found:
        if len(found) > 1:
            yield f"note: {len(found)} snapshots, and the facts of none are used: name those that count (--facts)"
        elif given.get("verbose"):
            yield f"facts: {found[0] / FACTS}"


def _partial(folder: Path) -> Iterator[str]:
    """The kinds that a snapshot does not hold, as its marks say."""
    import yaml  # only where there is a snapshot

    try:
        told = yaml.safe_load((folder / MARK).read_text(encoding="utf-8"))
        unseen = [str(one["resource"]) for one in told.get("unseen") or ()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError):
        yield f"note: {folder / MARK} cannot be read: what the snapshot does not hold is not known"
        return
    if unseen:
        yield f"note: {folder} is a partial snapshot: it does not know {', '.join(unseen)} ({folder / MARK} says why)"
