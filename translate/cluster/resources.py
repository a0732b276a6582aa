"""What is asked of a cluster: the kinds of objects that decide about traffic, and those that tell of the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from translate.dialects import get, names, those
from translate.dialects.protocol import Dialect
from translate.frontend.bystanders import decides
from translate.tables import load

CORE = {"Namespace": False, "Node": False, "Pod": True, "Service": True}
"""The kinds that tell of the cluster itself, and whether their objects lie in namespaces."""
NAMES = re.compile(r"[a-z0-9.-]*/[A-Za-z0-9]+")
"""What a group and a kind are spelled with; files are called by them."""


@dataclass(frozen=True, slots=True)
class ApiResource:
    """A kind of objects as the API serves it; with a ``name`` only the one object in ``namespace``."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = False
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        """As kubectl and roles spell it."""
        whole = f"{self.plural}.{self.group}" if self.group else self.plural
        return f"{whole} {self.namespace}/{self.name}" if self.name else whole

    @property
    def api_version(self) -> str:
        """Group and version, as in an object."""
        return f"{self.group}/{self.version}" if self.group else self.version


def plural(kind: str, group: str = "") -> str:
    """The name of a kind in the API, where nobody asked the server: the rule, unless the tables know better."""
    table = load.kinds().get(group)
    if table is not None and kind in table.plurals:
        return table.plurals[kind]
    word = kind.lower()
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def core() -> Iterator[ApiResource]:
    """The kinds of the core API."""
    for kind, namespaced in CORE.items():
        yield ApiResource("", "v1", kind, plural(kind), namespaced)


def versions(group: str, kind: str) -> tuple[str, ...]:
    """The versions in which a dialect reads a kind, the best first; none where none does."""
    table = load.kinds().get(group)
    return table.read.get(kind, ()) if table is not None else ()


def is_policy(value: Mapping[str, Any]) -> bool:
    """Whether an object is of a kind that a dialect reads, whatever its version, or that decides about traffic."""
    group, kind = str(value.get("apiVersion")).rpartition("/")[0], str(value.get("kind"))
    return bool(NAMES.fullmatch(f"{group}/{kind}")) and (bool(versions(group, kind)) or decides(group, kind))


def installed() -> tuple[Dialect, ...]:
    """The dialects whose engines can be found in a cluster."""
    return those(lambda dialect: dialect.installed is not None)


def policy_kinds() -> Iterator[tuple[str, str]]:
    """Group and kind of all that dialects read, and of what else in their groups decides about traffic."""
    for name in names():
        for group in groups_of(name):
            table = load.kinds()[group]
            yield from ((group, kind) for kind in table.names if kind in table.read or decides(group, kind))


def groups_of(dialect: str) -> tuple[str, ...]:
    """The API groups of a dialect, the one that people use first."""
    from translate.dialects import BUILT_IN

    return BUILT_IN[dialect].groups if dialect in BUILT_IN else get(dialect).groups


def once(served: Iterable[ApiResource]) -> Iterator[ApiResource]:
    """Each kind once: where two groups of a dialect serve the same objects, those of the first."""
    rank = {group: (name, place) for name in names() for place, group in enumerate(groups_of(name))}
    best: dict[tuple[str, str], ApiResource] = {}
    rest: list[ApiResource] = []
    for one in served:
        if one.group not in rank:
            rest.append(one)
            continue
        key = (rank[one.group][0], f"{one.kind} {one.namespace}/{one.name}")
        if key not in best or rank[one.group][1] < rank[best[key].group][1]:
            best[key] = one
    yield from best.values()
    yield from rest
