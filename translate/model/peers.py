"""Peers: who is at the other end of a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from translate.core.origin import NOWHERE, Origin
from translate.model.selectors import Selector


@dataclass(frozen=True, slots=True)
class OwnNamespace:
    """The namespace of the policy itself."""


OWN_NAMESPACE = OwnNamespace()


class Reach(Enum):
    """Which addresses an IP range can match on the engine that reads it."""

    ADDRESS = "any address, those of pods and nodes included"
    OUTSIDE = "only addresses outside the cluster"
    OPEN = "outside addresses; whether pods and nodes count is left to the engine"


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every peer: pods, nodes, outside addresses."""

    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Workloads:
    """Pods whose labels match ``pods`` in namespaces that match ``namespaces``; never nodes.

    ``sets``: labelled address sets and host endpoints (Calico's NetworkSet, HostEndpoint) with such labels match as
    well.
    """

    namespaces: Selector | OwnNamespace
    pods: Selector
    sets: bool = False
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Cidr:
    """Addresses inside ``block`` and in none of ``excluding``; canonical, masked CIDR text of one family."""

    block: str
    excluding: tuple[str, ...] = ()
    reach: Reach = Reach.OPEN
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes whose labels match, the subject's own included; with them the host-network pods on them."""

    labels: Selector
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fqdn:
    """Outside addresses that a DNS name of ``pattern`` stands for: an unknown set, equal for equal text."""

    pattern: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


Peer: TypeAlias = Anyone | Workloads | Cidr | Nodes | Fqdn
