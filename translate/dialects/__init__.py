"""The registry: which dialects there are, which API groups they read, and where their code is.

A dialect may be a package of its own: ``translate.tables.packages`` finds it where this table does not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from translate.core.diagnostics import DialectError
from translate.model.settings import DEFAULTS
from translate.tables.packages import claims, registered

if TYPE_CHECKING:
    from translate.dialects.protocol import Dialect


class Entry(Struct, frozen=True):
    """Where the code of a dialect is, seen from here, and what leads to it."""

    module: str
    groups: tuple[str, ...]
    aliases: tuple[str, ...] = ()


# dialect            module         API groups                                                        aliases
BUILT_IN = {
    "kubernetes": Entry(".kubernetes", ("networking.k8s.io", "extensions", "policy.networking.k8s.io"), ("k8s", "np")),
    "calico":     Entry(".calico",     ("projectcalico.org", "crd.projectcalico.org")),
    "cilium":     Entry(".cilium",     ("cilium.io",)),
}  # fmt: skip
SHARED = "kubernetes"
"""The API that other engines enforce as well; it stands for the engine where none is named."""


def get(name: str) -> Dialect:
    """The dialect called ``name``; its modules are loaded now. Raises KeyError, and DialectError."""
    if name in BUILT_IN:
        return cast("Dialect", import_module(BUILT_IN[name].module, __name__).DIALECT)
    return brought()[name]


def brought() -> Mapping[str, Dialect]:
    """The dialects of other packages. Raises DialectError where one claims what is ours."""
    ours = {claim for name, row in BUILT_IN.items() for claim in claims(name, row.aliases, row.groups)}
    found = cast("Mapping[str, Dialect]", registered())
    for name, dialect in found.items():
        for claim in claims(name, dialect.aliases, dialect.groups):
            if claim in ours:
                raise DialectError(f"{claim} is built in, and a package brings the dialect {name} for it: uninstall it")
    return found


def of_group(group: str) -> str | None:
    """The dialect that owns an API group. Raises DialectError."""
    for name, row in BUILT_IN.items():
        if group in row.groups:
            return name
    if "." not in group:
        return None  # a group of the API server itself, like "apps": no package brings one
    return next((name for name, dialect in brought().items() if group in dialect.groups), None)


def of_object(value: Mapping[str, Any]) -> str | None:
    """The dialect of an object. Raises DialectError."""
    return of_group(str(value.get("apiVersion")).rpartition("/")[0])


def resolved(name: str) -> str | None:
    """The dialect that ``name``, which may be an alias, leads to; None if there is none. Raises DialectError."""
    for known, row in BUILT_IN.items():
        if name == known or name in row.aliases:
            return known
    return next((known for known, dialect in brought().items() if name in (known, *dialect.aliases)), None)


def names() -> tuple[str, ...]:
    """All dialects. Raises DialectError."""
    return (*BUILT_IN, *brought())


def those(can: Callable[[Dialect], bool]) -> tuple[Dialect, ...]:
    """The dialects that can do something; all are loaded. Raises DialectError."""
    return tuple(dialect for dialect in map(get, names()) if can(dialect))


def aliases() -> Iterator[str]:
    """All other names of dialects. Raises DialectError."""
    yield from (alias for row in BUILT_IN.values() for alias in row.aliases)
    yield from (alias for dialect in brought().values() for alias in dialect.aliases)


def engines() -> tuple[str, ...]:
    """The dialects whose engines enforce policies of the shared API. Raises DialectError."""
    ours = tuple(name for name in BUILT_IN if name != SHARED)
    return (*ours, *(name for name, dialect in brought().items() if dialect.shared_reading(DEFAULTS)))


def enforces(name: str) -> bool:
    """Whether policies of the shared API can be read as those of a dialect called ``name``. Raises DialectError."""
    return name in BUILT_IN or name in engines()
