"""Peers: who is at the other end of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeAlias, assert_never

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin
from translate.model.selectors import Selector, conjunction
from translate.model.unknowns import Unknown


class OwnNamespace(Struct, frozen=True, gc=False):
    """The namespace of the policy itself."""


OWN_NAMESPACE = OwnNamespace()


def asked_together(namespaces: Selector | OwnNamespace, pods: Selector) -> Selector:
    """What is asked of pods and of their namespaces as one selector; the own namespace asks nothing more."""
    return pods if isinstance(namespaces, OwnNamespace) else conjunction(namespaces, pods)


class Reach(StrEnum):
    """Which addresses an IP range can match on the engine that reads it."""

    ADDRESS = "any address, those of pods and nodes included"
    OUTSIDE = "only addresses outside the cluster"
    OPEN = "outside addresses; whether pods and nodes count is left to the engine"


class Anyone(Struct, frozen=True, gc=False):
    """Every peer: pods, nodes, outside addresses, endpoints of an engine's own."""

    origin: Origin = NOWHERE


class Workloads(Struct, frozen=True, gc=False):
    """Pods whose labels match ``pods`` in namespaces that match ``namespaces``; never nodes.

    ``sets``: what the labels of an address set (Calico's NetworkSet, GlobalNetworkSet, HostEndpoint) must match for
    its addresses to be meant as well, None where no set ever is. A set outside namespaces has no namespace labels.
    ``unseen``: the addresses of sets that the input does not hold, None where it is supposed that there are none; a
    condition on the subject of a rule has none.
    """

    namespaces: Selector | OwnNamespace
    pods: Selector
    sets: Selector | None = None
    origin: Origin = NOWHERE
    unseen: Unknown | None = None


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


class Kind(StrEnum):
    """What sort of thing an address belongs to, seen from the subject."""

    PODS = "pods"
    OWN_NODE = "own node"
    OTHER_NODES = "other nodes"
    OUTSIDE = "outside"
    HEALTH = "health checks"
    INGRESS = "ingress proxy"
    INIT = "initializing endpoint"
    UNMANAGED = "unmanaged endpoint"


ENDPOINTS = (Kind.HEALTH, Kind.INGRESS, Kind.INIT, Kind.UNMANAGED)
"""Endpoints that some engines have of their own: no pod that others know, no node, no address outside."""
COMMON_KINDS = tuple(kind for kind in Kind if kind not in ENDPOINTS)
"""What there is on every engine."""


class Kinds(Struct, frozen=True, gc=False):
    """Whoever is of one of ``kinds``."""

    kinds: tuple[Kind, ...]
    origin: Origin = NOWHERE


class Opaque(Struct, frozen=True, gc=False):
    """Packets that only the cluster knows, like those to the endpoints of a Service."""

    unknown: Unknown
    origin: Origin = NOWHERE


class Both(Struct, frozen=True, gc=False):
    """Whoever is all of ``peers`` at once."""

    peers: tuple[Peer, ...]
    origin: Origin = NOWHERE


class Except(Struct, frozen=True, gc=False):
    """Whoever is not ``peer``."""

    peer: Peer
    origin: Origin = NOWHERE


Peer: TypeAlias = Anyone | Workloads | Cidr | Nodes | Fqdn | Kinds | Opaque | Both | Except
COMPOUNDS = (Both, Except)
"""What is made of other peers."""


def told_apart(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The endpoints of an engine's own that ``kinds`` means for themselves: not where all of them are among others."""
    found = set(kinds)
    own = tuple(kind for kind in ENDPOINTS if kind in found)
    return () if own == ENDPOINTS and len(found) > len(own) else own


def endpoints_named(peers: Iterable[Peer]) -> tuple[Kind, ...]:
    """The endpoints of an engine's own that ``peers``, those of one rule, mean for themselves."""
    plain: list[Kind] = []
    named: list[Kind] = []
    for peer in peers:
        if isinstance(peer, Cidr):  # there may be a hundred thousand of them
            continue
        if isinstance(peer, Kinds):
            plain += peer.kinds
        elif isinstance(peer, COMPOUNDS):
            for part in parts(peer):
                named += told_apart(part.kinds) if isinstance(part, Kinds) else ()
    return tuple(dict.fromkeys((*told_apart(plain), *named))) if plain or named else ()


def is_nobody(peer: Peer) -> bool:
    """Whether ``peer`` says by itself that it means nobody."""
    if isinstance(peer, Kinds):
        return not peer.kinds
    return isinstance(peer, Both) and any(map(is_nobody, peer.peers))


def parts(peer: Peer) -> Iterable[Peer]:
    """The peers that ``peer`` is made of, itself if it is none of several."""
    return _parts(peer) if isinstance(peer, COMPOUNDS) else (peer,)


def _parts(peer: Peer) -> Iterator[Peer]:
    match peer:
        case Both(peers):
            for inner in peers:
                yield from _parts(inner)
        case Except(inner):
            yield from _parts(inner)
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            yield peer
        case never:
            assert_never(never)
