"""A plain interpreter of the model: one point in, one verdict out, with the rule that decided.

It re-checks every witness of the symbolic engine and shares nothing with it but the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from msgspec.structs import replace

from translate.model.ordering import policy_order, tier_order
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
from translate.model.policy import Action, AddressSet, Direction, Engine, Policy, PolicySet, Rule, Section
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
from translate.verify.point import PeerClass, Pod, Point
from translate.verify.readings import Reading


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the policy and rule that gave it (None: no rule, ``why`` says what instead), and whether it was
    logged.
    """

    allowed: bool
    policy: Policy | None
    rule: Rule | None
    why: str
    logged: bool = False


def decide(policies: PolicySet, point: Point, reading: Reading = Reading.LEAST) -> Decision:
    """What the engine of ``policies`` does with ``point`` under ``reading``."""
    if policies.engine is Engine.CALICO and _own_node_is_exempt(policies, point, reading):
        return Decision(True, None, None, "the pod's own node is always let in")
    if policies.engine is Engine.CILIUM:
        return _decide_flat(policies, point, reading)
    return _decide_tiers(policies, point, reading)


def _own_node_is_exempt(policies: PolicySet, point: Point, reading: Reading) -> bool:
    if point.peer_class is not PeerClass.OWN_NODE:
        return False
    if point.direction is Direction.INGRESS:
        return policies.engine is not Engine.CILIUM
    return policies.engine is Engine.KUBERNETES and reading is Reading.MOST


def _decide_tiers(policies: PolicySet, point: Point, reading: Reading) -> Decision:
    logged = False
    for tier in tier_order(policies):
        selecting: Policy | None = None
        passed = False
        for policy, section in _applying(policies, point):
            if policy.tier != tier.name:
                continue
            if section.isolates and selecting is None:
                selecting = policy
            for rule in section.rules:
                if not _rule_matches(rule, policy, point, reading, policies.sets):
                    continue
                if rule.action is Action.LOG:
                    logged = True
                elif rule.action is Action.PASS:
                    passed = True
                    break
                else:
                    return Decision(rule.action is Action.ALLOW, policy, rule, rule.action.value, logged)
            if passed:
                break
        if not passed and selecting is not None and tier.default_action is Action.DENY:
            if _own_node_is_exempt(policies, point, reading):
                return Decision(True, None, None, "a NetworkPolicy never cuts off the pod's own node", logged)
            return Decision(False, selecting, None, "isolated, and no rule allows it", logged)
    return Decision(True, None, None, "no policy denies it", logged)


def _decide_flat(policies: PolicySet, point: Point, reading: Reading) -> Decision:
    applying = list(_applying(policies, point))

    def matching(action: Action, wanted: Callable[[Rule], Rule | None]) -> tuple[Policy, Rule] | None:
        for policy, section in applying:
            for rule in section.rules:
                part = wanted(rule) if rule.action is action else None
                if part is not None and _rule_matches(part, policy, point, reading, policies.sets):
                    return policy, rule
        return None

    denied = matching(Action.DENY, lambda rule: rule)
    if denied is not None:
        return Decision(False, *denied, "Deny")
    asking = matching(Action.ALLOW, _unasked)
    if asking is not None:
        # What a rule looks at on layer 7 is decided there, unless one of the very same peer and port asks nothing.
        met = matching(Action.ALLOW, lambda rule: _with_traffic(rule, tuple(t for t in rule.traffic if t.condition)))
        met = met or matching(Action.ALLOW, lambda rule: _beside(rule, applying))
        if met is not None:
            return Decision(True, *met, "Allow")
        return Decision(False, *asking, "what it asks for on layer 7 does not hold")
    allowed = matching(Action.ALLOW, lambda rule: rule)
    if allowed is not None:
        return Decision(True, *allowed, "Allow")
    if point.direction is Direction.INGRESS and point.peer_class is PeerClass.OWN_NODE:
        return Decision(True, None, None, "the pod's own node is let in unless a rule denies it")
    for policy, section in applying:
        if section.isolates:
            return Decision(False, policy, None, "isolated, and no rule allows it")
    return Decision(True, None, None, "no policy denies it")


def _with_traffic(rule: Rule, traffic: tuple[Traffic, ...]) -> Rule | None:
    return replace(rule, traffic=traffic) if traffic else None


def _unasked(rule: Rule) -> Rule | None:
    """What a rule asks on layer 7, without the question."""
    return _with_traffic(rule, tuple(replace(item, condition="") for item in rule.traffic if item.condition))


def _beside(rule: Rule, applying: list[tuple[Policy, Section]]) -> Rule | None:
    """What a rule allows unasked of peers and ports that some other rule asks."""
    for _, section in applying:
        for other in section.rules:
            asked = _unasked(other) if other.action is Action.ALLOW else None
            peers = tuple(peer for peer in rule.peers if asked is not None and peer in asked.peers)
            traffic = tuple(item for item in rule.traffic if asked is not None and item in asked.traffic)
            if peers and traffic:
                return replace(rule, peers=peers, traffic=traffic)
    return None


def _applying(policies: PolicySet, point: Point) -> Iterator[tuple[Policy, Section]]:
    """The policies that govern the subject in the direction of ``point``, in the order of their engine."""
    for policy in policy_order(policies):
        section = policy.section(point.direction)
        if section is None or not selects(policy.subject.pods, point.subject):
            continue
        namespaces = policy.subject.namespaces
        own = isinstance(namespaces, OwnNamespace)
        if (
            policy.identity.namespace == point.subject.namespace
            if own
            else selects_namespace(namespaces, point.subject)
        ):
            yield policy, section


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


def _rule_matches(rule: Rule, policy: Policy, point: Point, reading: Reading, sets: tuple[AddressSet, ...]) -> bool:
    return (
        any(_traffic_matches(traffic, point) for traffic in rule.traffic)
        and (rule.subject is None or any(_subject_matches(peer, policy, point, sets) for peer in rule.subject))
        and any(_peer_matches(peer, policy, point, reading, sets) for peer in rule.peers)
    )


KINDS = {
    PeerClass.POD_SAME: Kind.PODS,
    PeerClass.POD_OTHER: Kind.PODS,
    PeerClass.OWN_NODE: Kind.OWN_NODE,
    PeerClass.OTHER_NODE: Kind.OTHER_NODES,
    PeerClass.OUTSIDE: Kind.OUTSIDE,
}


def _peer_matches(peer: Peer, policy: Policy, point: Point, reading: Reading, sets: tuple[AddressSet, ...]) -> bool:
    match peer:
        case Anyone():
            return True
        case Workloads():
            return _is_workload(peer, policy, point.peer) or any(
                _in_set(peer, policy, found) and any(_inside(point.address, block) for block in found.blocks)
                for found in sets
            )
        case Kinds(kinds):
            return KINDS[point.peer_class] in kinds
        case Nodes(labels):
            return point.peer_class in (PeerClass.OWN_NODE, PeerClass.OTHER_NODE) and selects_labels(
                labels, dict(point.node_labels)
            )
        case Fqdn(pattern):
            return point.peer_class is PeerClass.OUTSIDE and pattern in point.fqdns
        case Opaque(what, name):
            return (what, name) in point.opaque
        case Both(peers):
            return all(_peer_matches(inner, policy, point, reading, sets) for inner in peers)
        case Except(inner):
            return not _peer_matches(inner, policy, point, reading, sets)
        case Cidr(block, excluding, reach):
            outside = point.peer_class is PeerClass.OUTSIDE
            if not outside and (reach is Reach.OUTSIDE or (reach is Reach.OPEN and reading is Reading.LEAST)):
                return False
            return _inside(point.address, block) and not any(_inside(point.address, hole) for hole in excluding)


def _inside(address: str, block: str) -> bool:
    return ip_address(address) in ip_network(block)


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
        case _:
            return True


def _traffic_matches(traffic: Traffic, point: Point) -> bool:
    if traffic.protocol is not None and traffic.protocol != point.protocol:
        return False
    if traffic.family is not None and (traffic.family == 6) != (":" in point.address):
        return False
    if traffic.icmp is not None:
        kind, code = point.icmp or (0, 0)
        if traffic.icmp.type != kind or traffic.icmp.code not in (None, code):
            return False
    if traffic.condition and traffic.condition not in point.conditions:
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
