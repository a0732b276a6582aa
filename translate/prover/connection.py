"""A connection as somebody asks of it: two ends, of which not all is known, and one packet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from translate.prover.point import ENDPOINTS, PeerClass


class EndKind(Enum):
    """What an end is."""

    POD = "pod"
    NODE = "node"
    OWN_NODE = "own node"
    OUTSIDE = "outside"
    HEALTH = "health"
    INGRESS = "ingress"
    INIT = "init"
    UNMANAGED = "unmanaged"


CLASSES = {EndKind[peer_class.name]: peer_class for peer_class in ENDPOINTS}
"""The endpoints of an engine's own as peers."""

Labels = tuple[tuple[str, str], ...]
UNPLACED = "?"
"""Which node it is, where that is not known: it may be the pod's own."""


@dataclass(frozen=True, slots=True)
class ConnectionEnd:
    """One end; what is None, or an empty list of addresses, is not known.

    ``called``: its name for people. ``name``: the pod it is, empty where it may be any of several. ``node``: which it
    runs on, or is. ``ports``: (protocol, name, number). ``dns``: names that it was asked for by.
    """

    kind: EndKind
    called: str
    namespace: str = ""
    name: str = ""
    labels: Labels = ()
    namespace_labels: Labels | None = None
    account: str | None = None
    account_labels: Labels | None = None
    ports: tuple[tuple[int, str, int], ...] | None = None
    addresses: tuple[str, ...] = ()
    node: str = ""
    node_labels: Labels | None = None
    dns: tuple[str, ...] = ()

    @property
    def is_pod(self) -> bool:
        """Whether policies for pods judge it."""
        return self.kind is EndKind.POD

    def is_also(self, other: ConnectionEnd) -> bool:
        """Whether both are one and the same pod."""
        mine, theirs = (self.namespace, self.name), (other.namespace, other.name)
        return self.is_pod and other.is_pod and bool(self.name) and mine == theirs


@dataclass(frozen=True, slots=True)
class Connection:
    """From ``source`` to ``destination``: an IP protocol number, its port if it has any, the type and code of ICMP.

    ``names``: by which the destination calls the port, None where its ports tell that. ``source_port``: None, it may be
    any.
    """

    source: ConnectionEnd
    destination: ConnectionEnd
    protocol: int
    port: int | None = None
    names: tuple[str, ...] | None = None
    icmp: tuple[int, int] | None = None
    source_port: int | None = None


def peer_class(subject: ConnectionEnd, peer: ConnectionEnd) -> tuple[PeerClass, ...]:
    """What ``peer`` may be, seen from ``subject``."""
    match peer.kind:
        case EndKind.POD:
            return (PeerClass.POD_SAME if peer.namespace == subject.namespace else PeerClass.POD_OTHER,)
        case EndKind.OUTSIDE:
            return (PeerClass.OUTSIDE,)
        case EndKind.OWN_NODE:
            return (PeerClass.OWN_NODE,)
        case EndKind.NODE if not peer.node:
            return (PeerClass.OTHER_NODE,)
        case EndKind.NODE if subject.node and peer.node != UNPLACED:
            return (PeerClass.OWN_NODE if subject.node == peer.node else PeerClass.OTHER_NODE,)
        case EndKind.NODE:
            return (PeerClass.OTHER_NODE, PeerClass.OWN_NODE)
        case _:
            return (CLASSES[peer.kind],)
