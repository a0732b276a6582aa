"""Dialects that other packages bring: each registers one by an entry point, under its name.

    [project.entry-points."netpol_translate.dialects"]
    toy = "toy_dialect:DIALECT"

Looking for them is slow, so nobody does before a name or an API group is met that this package does not know, or all
dialects are listed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Protocol

from translate.core.diagnostics import DialectError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from translate.tables.records import OwnTables

GROUP = "netpol_translate.dialects"


class Registered(Protocol):
    """What is asked of a dialect before it is used; translate.dialects.protocol has the whole of it."""

    name: str
    groups: tuple[str, ...]
    aliases: tuple[str, ...]
    tables: OwnTables | None


@lru_cache(maxsize=1)
def registered() -> Mapping[str, Registered]:
    """The dialects that other packages bring, by name. Raises DialectError for one that cannot be used."""
    if _are_none():
        return {}
    from importlib.metadata import entry_points  # a tenth of a short run

    found: dict[str, Registered] = {}
    owners: dict[str, str] = {}
    for entry in sorted(entry_points(group=GROUP), key=_who):
        found[entry.name] = dialect = _loaded(entry)
        for claim in claims(dialect.name, dialect.aliases, dialect.groups):
            if claim in owners:
                raise DialectError(f"{claim} is claimed twice, by {owners[claim]} and by {_who(entry)}: uninstall one")
            owners[claim] = _who(entry)
    return found


def _are_none() -> bool:
    """Whether surely no package registers a dialect: no list of entry points in the folders of packages has our group.
    False where packages may be elsewhere, in a zip file, say.
    """
    others = (finder for finder in sys.meta_path if hasattr(finder, "find_distributions") and finder is not PathFinder)
    if any(others):
        return False
    try:
        folders = [(folder or os.curdir, os.listdir(folder or os.curdir)) for folder in sys.path if _is_there(folder)]
        return not any(_mentions(os.path.join(folder, name)) for folder, names in folders for name in names)
    except OSError:
        return False


def _is_there(folder: str) -> bool:
    return os.path.exists(folder or os.curdir)


def _mentions(path: str) -> bool:
    """Whether what stands in a folder of packages may be the list of entry points of one that names our group."""
    if not path.lower().endswith((".dist-info", ".egg-info", f"{os.sep}egg-info")):
        return False
    try:
        with open(os.path.join(path, "entry_points.txt"), "rb") as file:
            return GROUP.encode() in file.read()
    except (FileNotFoundError, NotADirectoryError):
        return False


def claims(name: str, aliases: Iterable[str], groups: Iterable[str]) -> Iterator[str]:
    """What no two dialects may have, in words: names and API groups."""
    yield from (f"the name {one}" for one in (name, *aliases))
    yield from (f"the API group {group}" for group in groups)


def _loaded(entry: EntryPoint) -> Registered:
    who = _who(entry)
    try:
        dialect: Registered = entry.load()
        name, groups, tables = dialect.name, dialect.groups, dialect.tables
    except Exception as error:
        raise DialectError(f"{who} cannot be loaded: {type(error).__name__}: {error}") from error
    if name != entry.name:
        raise DialectError(f"{who} calls itself {name}")
    if tables is None or not groups or set(tables.kinds) != set(groups):
        raise DialectError(f"{who} must bring tables with the kinds of its API groups, and of no others")
    return dialect


def _who(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist is not None else entry.value
    return f"the dialect {entry.name} of the package {package}"
