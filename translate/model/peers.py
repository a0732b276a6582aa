"""Peers: who is at the other end of a connection."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin
from translate.model.selectors import Selector


class OwnNamespace(Struct, frozen=True, gc=False):
    """The namespace of the policy itself."""


OWN_NAMESPACE = OwnNamespace()


class Reach(StrEnum):
    """Which addresses an IP range can match on the engine that reads it."""

    ADDRESS = "any address, those of pods and nodes included"
    OUTSIDE = "only addresses outside the cluster"
    OPEN = "outside addresses; whether pods and nodes count is left to the engine"


class Anyone(Struct, frozen=True, gc=False):
    """Every peer: pods, nodes, outside addresses."""

    origin: Origin = NOWHERE


class Workloads(Struct, frozen=True, gc=False):
    """Pods whose labels match ``pods`` in namespaces that match ``namespaces``; never nodes.

    ``sets``: labelled address sets and host endpoints (Calico's NetworkSet, HostEndpoint) with such labels match as
    well.
    """

    namespaces: Selector | OwnNamespace
    pods: Selector
    sets: bool = False
    origin: Origin = NOWHERE


class Cidr(Struct, frozen=True, gc=False):
    """Addresses inside ``block`` and in none of ``excluding``; canonical, masked CIDR text of one family.

    ``holes`` is the origin of the list of what is excluded.
    """

    block: str
    excluding: tuple[str, ...] = ()
    reach: Reach = Reach.OPEN
    origin: Origin = NOWHERE
    holes: Origin = NOWHERE


class Nodes(Struct, frozen=True, gc=False):
    """Nodes whose labels match, the subject's own included; with them the host-network pods on them."""

    labels: Selector
    origin: Origin = NOWHERE


class Fqdn(Struct, frozen=True, gc=False):
    """Outside addresses that a DNS name of ``pattern`` stands for: an unknown set, equal for equal text."""

    pattern: str
    origin: Origin = NOWHERE


Peer: TypeAlias = Anyone | Workloads | Cidr | Nodes | Fqdn
