"""Whether a rule of the model means a packet, asked plainly: one point, one answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple, assert_never

from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kind,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import AddressSet, Direction, Policy, Rule
from translate.model.selectors import (
    NAMESPACE_NAME,
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
)
from translate.model.traffic import NamedPort, Traffic
from translate.model.unknowns import OwnNodeIn, PodIn
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.point import ENDPOINTS, PODS, PeerClass, Pod, Point


class View(NamedTuple):
    """How an engine reads ranges: what is left open, and whether ranges of outside addresses match nodes and pods."""

    reading: Interpretation = Interpretation.LEAST
    ranges_hold_nodes: bool = False
    ranges_hold_pods: bool = False


def selects_namespace(namespaces: Selector | OwnNamespace, pod: Pod) -> bool:
    """Whether a namespace selector matches the namespace of ``pod``; OwnNamespace is the caller's to resolve."""
    return not isinstance(namespaces, OwnNamespace) and selects(namespaces, pod)


def selects(selector: Selector, pod: Pod) -> bool:
    """Whether ``selector`` is true for ``pod``."""
    return _holds(selector, pod.label)


def selects_labels(selector: Selector, labels: dict[str, str]) -> bool:
    """Whether ``selector`` is true for something that has just ``labels``."""
    return _holds(selector, lambda label: labels.get(label.key))


def _holds(selector: Selector, value_of: Callable[[Label], str | None]) -> bool:
    match selector:
        case And(terms):
            return all(_holds(term, value_of) for term in terms)
        case Or(terms):
            return any(_holds(term, value_of) for term in terms)
        case Not(term):
            return not _holds(term, value_of)
    value = value_of(selector.label)
    if value is None:
        return False
    match selector:
        case In(_, values):
            return value in values
        case Exists():
            return True
        case StartsWith(_, text):
            return value.startswith(text)
        case EndsWith(_, text):
            return value.endswith(text)
        case Contains(_, text):
            return text in value


def rule_matches(rule: Rule, policy: Policy, point: Point, view: View, sets: tuple[AddressSet, ...]) -> bool:
    """Whether a packet is one that ``rule`` means."""
    return (
        any(_traffic_matches(traffic, point) for traffic in rule.traffic)
        and (rule.subject is None or any(_subject_matches(peer, policy, point, sets) for peer in rule.subject))
        and any(_peer_matches(peer, policy, point, view, sets) for peer in rule.peers)
    )


NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)
KINDS = {
    PeerClass.POD_SAME: Kind.PODS,
    PeerClass.POD_OTHER: Kind.PODS,
    PeerClass.OWN_NODE: Kind.OWN_NODE,
    PeerClass.OTHER_NODE: Kind.OTHER_NODES,
    PeerClass.OUTSIDE: Kind.OUTSIDE,
    PeerClass.HEALTH: Kind.HEALTH,
    PeerClass.INGRESS: Kind.INGRESS,
    PeerClass.INIT: Kind.INIT,
    PeerClass.UNMANAGED: Kind.UNMANAGED,
}


def _peer_matches(peer: Peer, policy: Policy, point: Point, view: View, sets: tuple[AddressSet, ...]) -> bool:
    match peer:
        case Anyone():
            return True
        case Workloads():
            if peer.unseen is not None and peer.unseen in point.opaque and point.peer_class not in ENDPOINTS:
                return True
            return _is_workload(peer, policy, point.peer) or any(
                _in_set(peer, policy, found) and any(_found_at(point, block) for block in found.blocks)
                for found in sets
            )
        case Kinds(kinds):
            return KINDS[point.peer_class] in kinds
        case Nodes(labels):
            return point.peer_class in NODES and selects_labels(labels, dict(point.node_labels))
        case Fqdn(pattern):
            return point.peer_class is PeerClass.OUTSIDE and pattern in point.fqdns
        case Opaque(unknown):
            return unknown in point.opaque
        case Both(peers):
            return all(_peer_matches(inner, policy, point, view, sets) for inner in peers)
        case Except(inner):
            return not _peer_matches(inner, policy, point, view, sets)
        case Cidr(block, _, reach) if point.peer_class in ENDPOINTS:
            # Nobody knows their addresses: all addresses mean them where ranges mean pods as well.
            return reach is Reach.OUTSIDE and view.ranges_hold_pods and block.endswith("/0")
        case Cidr(block, excluding, reach):
            outside = point.peer_class is PeerClass.OUTSIDE
            if reach is Reach.OUTSIDE and view.ranges_hold_nodes and point.peer_class in NODES:
                found = view.ranges_hold_pods or not block.endswith("/0")
                return found and _node_has(point, block) and not any(_node_has(point, hole) for hole in excluding)
            if reach is Reach.OUTSIDE and view.ranges_hold_pods and point.peer_class in PODS:
                return _pod_has(point, block) and not any(_pod_has(point, hole) for hole in excluding)
            if not outside and (reach is Reach.OUTSIDE or (reach is Reach.OPEN and view.reading not in WITH_PODS)):
                return False
            return _inside(point.address, block) and not any(_inside(point.address, hole) for hole in excluding)


def _found_at(point: Point, block: str) -> bool:
    """Whether the peer is found by a range; endpoints of an engine's own never are."""
    return point.peer_class not in ENDPOINTS and _inside(point.address, block)


def _inside(address: str, block: str) -> bool:
    return _address(address) in _network(block)


_address, _network = lru_cache(maxsize=4096)(ip_address), lru_cache(maxsize=4096)(ip_network)


def _pod_has(point: Point, block: str) -> bool:
    """Whether Cilium finds a pod by a range: by its address of either family, and a packet shows one of them."""
    if (":" in point.address) == (":" in block):
        return _inside(point.address, block)
    return PodIn(block) in point.opaque


def _node_has(point: Point, block: str) -> bool:
    """Whether Cilium finds a node by a range: by any address of the own one."""
    elsewhere = point.peer_class is PeerClass.OWN_NODE and OwnNodeIn(block) in point.opaque
    return elsewhere or _inside(point.address, block)


def _is_workload(peer: Workloads, policy: Policy, pod: Pod | None) -> bool:
    if pod is None or not selects(peer.pods, pod):
        return False
    if isinstance(peer.namespaces, OwnNamespace):
        return pod.namespace == policy.identity.namespace
    return selects(peer.namespaces, pod)


def _in_set(peer: Workloads, policy: Policy, found: AddressSet) -> bool:
    """Whether a labelled address set is meant; labels of its namespace that nobody told count as absent."""
    if peer.sets is None:
        return False

    def value(label: Label) -> str | None:
        if label == NAMESPACE_NAME:
            return found.identity.namespace
        labels = {Scope.POD: found.labels, Scope.NAMESPACE: found.namespace_labels or ()}
        return dict(labels.get(label.scope, ())).get(label.key)

    if not _holds(peer.sets, value):
        return False
    if isinstance(peer.namespaces, OwnNamespace):
        return found.identity.namespace == policy.identity.namespace
    return _holds(peer.namespaces, value)


def _subject_matches(peer: Peer, policy: Policy, point: Point, sets: tuple[AddressSet, ...]) -> bool:
    """A rule's own condition on the subject."""
    address = point.subject_address or ("::" if ":" in point.address else "0.0.0.0")
    if (":" in address) != (":" in point.address):
        address = "::" if ":" in point.address else "0.0.0.0"
    match peer:
        case Workloads():
            return _is_workload(peer, policy, point.subject) or any(
                _in_set(peer, policy, found) and any(_inside(address, block) for block in found.blocks)
                for found in sets
            )
        case Cidr(block, excluding):
            return _inside(address, block) and not any(_inside(address, hole) for hole in excluding)
        case Both(peers):
            return all(_subject_matches(inner, policy, point, sets) for inner in peers)
        case Except(inner):
            return not _subject_matches(inner, policy, point, sets)
        case Anyone() | Nodes() | Fqdn() | Kinds() | Opaque():
            return True
        case never:
            assert_never(never)


def _traffic_matches(traffic: Traffic, point: Point) -> bool:
    if traffic.protocol is not None and traffic.protocol != point.protocol:
        return False
    if traffic.family is not None and (traffic.family == 6) != (":" in point.address):
        return False
    if traffic.icmp is not None:
        kind, code = point.icmp or (0, 0)
        if traffic.icmp.type != kind or traffic.icmp.code not in (None, code):
            return False
    condition = traffic.condition
    if condition is not None and not condition.always_holds and condition not in point.conditions:
        return False
    if traffic.source is not None and not _within(point.source_port, traffic.source.first, traffic.source.last, point):
        return False
    if any(_traffic_matches(excluded, point) for excluded in traffic.excluding):
        return False
    if traffic.port is None:
        return True
    if isinstance(traffic.port, NamedPort):
        destination_is_pod = point.direction is Direction.INGRESS or point.peer is not None
        return point.port is not None and destination_is_pod and (point.protocol, traffic.port.name) in point.names
    return _within(point.port, traffic.port.first, traffic.port.last, point)


def _within(port: int | None, first: int, last: int, point: Point) -> bool:
    """Whether a packet that has ports has one from ``first`` to ``last``; nobody sends to or from port 0."""
    if point.port is None:
        return False
    return first <= max(port or 0, 1) <= last
