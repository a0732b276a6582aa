"""Which folders are clusters, and what they are called: the name of a folder never leads elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from translate.cli.files import SUFFIXES, real
from translate.cli.folders import held
from translate.cli.snapshots import is_snapshot
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin


@dataclass(frozen=True, slots=True)
class ClusterFolder:
    """A cluster by its name; ``folder`` holds it, None where only ``after`` does; ``after`` is what it becomes."""

    name: str
    folder: str | None
    after: str | None = None


def clusters(names: Sequence[str]) -> tuple[ClusterFolder, ...]:
    """The clusters in ``names``: folders with files of their own, or of which each folder is a cluster.

    Raises InputError for what is no folder or holds nothing, and for two clusters of one name.
    """
    found: dict[str, ClusterFolder] = {}
    problems = []
    for path in map(Path, names):
        try:
            members = [ClusterFolder(_name(one), str(one)) for one in _members(path)]
        except OSError as error:
            problems.append(_problem(path, f"cannot be read: {error.strerror or error}"))
            continue
        if not members:
            kinds = ", ".join(SUFFIXES)
            problems.append(_problem(path, f"holds no cluster: no file that ends in {kinds}, and no folder"))
        for one in members:
            other = found.setdefault(one.name, one)
            if real(other.folder or "") != real(one.folder or ""):
                problems.append(_problem(Path(one.folder or ""), f"has the name of another cluster: {other.folder}"))
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def beside(before: Sequence[ClusterFolder], after: Path) -> tuple[ClusterFolder, ...]:
    """Each cluster with the folder of its name in ``after``, and behind them those that only ``after`` has.

    Raises InputError where that is no folder.
    """
    try:
        there = {one.name: str(one) for one in _folders(after)}
    except OSError as error:
        raise InputError([_problem(after, f"cannot be read: {error.strerror or error}")]) from None
    known = {one.name for one in before}
    both = [ClusterFolder(one.name, one.folder, there.get(one.name)) for one in before]
    return (*both, *(ClusterFolder(name, None, folder) for name, folder in there.items() if name not in known))


def check_output(clusters: Sequence[ClusterFolder], output: Path) -> None:
    """Raise InputError where a cluster would be written into one that is read."""
    read = {real(one.folder): one.folder for one in clusters if one.folder is not None}
    for one in clusters:
        place = real(output / one.name)
        inside = next(
            (name for other, name in read.items() if place == other or place.startswith(other + os.sep)), None
        )
        if inside is not None:
            raise InputError([_problem(output / one.name, f"is in a cluster that is read: {inside}")])


def check_report(path: Path, clusters: Sequence[ClusterFolder], output: Path | None, *, recursive: bool) -> None:
    """Raise InputError where a report would be written over what is read, or among what is written."""
    place = real(path)
    for one in clusters:
        for folder in (one.folder, one.after):
            files = held(Path(folder), recursive=recursive).files if folder is not None else ()
            if any(place == real(file) for file in files if file.suffix in SUFFIXES):
                raise InputError([_problem(path, "is an input, and never written over")])
        if output is not None and place.startswith(real(output / one.name) + os.sep):
            raise InputError([_problem(path, f"is in a folder that is written: {output / one.name}")])


def _members(path: Path) -> Iterator[Path]:
    """``path`` itself where it holds files or is a snapshot, else its folders. Raises OSError."""
    if is_snapshot(path) or any(one.suffix in SUFFIXES and not one.is_dir() for one in path.iterdir()):
        yield path
    else:
        yield from _folders(path)


def _folders(path: Path) -> Iterator[Path]:
    yield from sorted(one for one in path.iterdir() if one.is_dir() and not one.name.startswith("."))


def _name(path: Path) -> str:
    """What a folder is called; ``.`` and ``..`` are called what they are. Raises OSError for the root."""
    name = path.name if path.name not in ("", "..") else Path(real(path)).name
    if not name:
        raise OSError(f"{path} has no name")
    return name


def _problem(path: Path, message: str) -> Problem:
    return Problem(message=message, origin=Origin(str(path)))
