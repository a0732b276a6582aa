"""One concrete situation: two ends and the packet that opens a connection between them."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from translate.model.conditions import Condition
from translate.model.policy import Direction
from translate.model.selectors import NAMESPACE_NAME, Label, Scope
from translate.model.unknowns import Unknown


class PeerClass(Enum):
    """What kind of thing the peer is, seen from the subject pod."""

    POD_SAME = "pod of the same namespace"
    POD_OTHER = "pod of another namespace"
    OWN_NODE = "the node the subject runs on"
    OTHER_NODE = "another node"
    OUTSIDE = "an address outside the cluster"
    HEALTH = "the endpoint of health checks"
    INGRESS = "the ingress proxy (gateway)"
    INIT = "an endpoint without labels yet"
    UNMANAGED = "a pod that the engine does not manage"


class Others(Enum):
    """What all policies of the shared API that are not in a set do to a packet, together."""

    NOTHING = "none concerns the pod"
    ISOLATE = "one isolates the pod"
    ALLOW = "one isolates the pod and allows the packet"


PODS = (PeerClass.POD_SAME, PeerClass.POD_OTHER)
ENDPOINTS = (PeerClass.HEALTH, PeerClass.INGRESS, PeerClass.INIT, PeerClass.UNMANAGED)
"""Endpoints of an engine's own: they have addresses, and no range means them."""


class Pod(Struct, frozen=True):
    """A pod with the labels that matter; a label that is not listed is absent."""

    namespace: str
    namespace_labels: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    account_labels: tuple[tuple[str, str], ...] = ()
    """Of its service account, whose name is the label ``projectcalico.org/name``."""

    def label(self, label: Label) -> str | None:
        """The value of ``label`` on this pod, its namespace or its service account, None if absent."""
        if label == NAMESPACE_NAME:
            return self.namespace
        if label.scope is Scope.POD:
            pairs = self.labels
        else:
            pairs = self.namespace_labels if label.scope is Scope.NAMESPACE else self.account_labels
        for key, value in pairs:
            if key == label.key:
                return value
        return None


class Point(Struct, frozen=True):
    """``subject`` is judged; ``port`` is the destination's, None where ``protocol`` (an IP protocol number) has none.

    ``address`` is the peer's, ``node_labels`` are those of a peer that is a node, ``fqdns`` the patterns of DNS names
    that stand for the address of an outside peer. ``names`` are the (protocol, name) pairs by which the destination
    pod calls ``port``. ``icmp`` is the type and code of an ICMP message. ``opaque`` holds what of the unknown sets the
    packet is in, ``conditions`` those of its conditions that hold. ``others`` is what policies do that are not given.
    ``endpoint``: what ``subject`` stands for, where that is no pod but an endpoint of an engine's own.
    """

    direction: Direction
    subject: Pod
    peer_class: PeerClass
    peer: Pod | None
    address: str
    protocol: int
    port: int | None
    names: frozenset[tuple[int, str]] = frozenset()
    node_labels: tuple[tuple[str, str], ...] = ()
    fqdns: frozenset[str] = frozenset()
    source_port: int | None = None
    icmp: tuple[int, int] | None = None
    subject_address: str = ""
    opaque: frozenset[Unknown] = frozenset()
    conditions: frozenset[Condition] = frozenset()
    others: Others = Others.NOTHING
    endpoint: PeerClass | None = None
