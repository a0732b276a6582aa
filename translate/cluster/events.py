"""What a source of objects says, one after the other: what it found, and what it was not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from translate.cluster.resources import ApiResource


@dataclass(frozen=True, slots=True)
class Begun:
    """A kind is listed from here on: what was seen of it before does not count. ``again``: the list had gone stale."""

    resource: ApiResource
    again: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One object of a kind."""

    resource: ApiResource
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KindListed:
    """All objects of a kind were seen, in all namespaces that were asked for."""

    resource: ApiResource


@dataclass(frozen=True, slots=True)
class Withheld:
    """Objects of a kind were not shown, and why."""

    resource: ApiResource
    why: str


ClusterEvent: TypeAlias = Begun | Seen | KindListed | Withheld


class ClusterSource(Protocol):
    """Where objects of a cluster come from."""

    namespaces: tuple[str, ...]
    """Those that were asked for; empty: all."""

    def events(self) -> Iterator[ClusterEvent]:
        """All that it has to say, page by page. Raises InputError where it breaks off."""
