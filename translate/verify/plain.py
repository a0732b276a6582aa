"""A plain interpreter of the model: one point in, one verdict out, with the rule that decided.

It re-checks every witness of the symbolic engine and shares nothing with it but the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from translate.model.ordering import policy_order, tier_order
from translate.model.peers import Anyone, Cidr, Fqdn, Nodes, OwnNamespace, Peer, Reach, Workloads
from translate.model.policy import Action, Direction, Engine, Policy, PolicySet, Rule, Section
from translate.model.selectors import And, Contains, EndsWith, Exists, In, Label, Not, Or, Selector, StartsWith
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
                if not _rule_matches(rule, policy, point, reading):
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
    for action in (Action.DENY, Action.ALLOW):
        for policy, section in applying:
            for rule in section.rules:
                if rule.action is action and _rule_matches(rule, policy, point, reading):
                    return Decision(action is Action.ALLOW, policy, rule, action.value)
    if point.direction is Direction.INGRESS and point.peer_class is PeerClass.OWN_NODE:
        return Decision(True, None, None, "the pod's own node is let in unless a rule denies it")
    for policy, section in applying:
        if section.isolates:
            return Decision(False, policy, None, "isolated, and no rule allows it")
    return Decision(True, None, None, "no policy denies it")


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


def _rule_matches(rule: Rule, policy: Policy, point: Point, reading: Reading) -> bool:
    return any(_traffic_matches(traffic, point) for traffic in rule.traffic) and any(
        _peer_matches(peer, policy, point, reading) for peer in rule.peers
    )


def _peer_matches(peer: Peer, policy: Policy, point: Point, reading: Reading) -> bool:
    match peer:
        case Anyone():
            return True
        case Workloads(namespaces, pods):
            if point.peer is None or not selects(pods, point.peer):
                return False
            if isinstance(namespaces, OwnNamespace):
                return point.peer.namespace == policy.identity.namespace
            return selects(namespaces, point.peer)
        case Nodes(labels):
            return point.peer_class in (PeerClass.OWN_NODE, PeerClass.OTHER_NODE) and selects_labels(
                labels, dict(point.node_labels)
            )
        case Fqdn(pattern):
            return point.peer_class is PeerClass.OUTSIDE and pattern in point.fqdns
        case Cidr(block, excluding, reach):
            outside = point.peer_class is PeerClass.OUTSIDE
            if not outside and (reach is Reach.OUTSIDE or (reach is Reach.OPEN and reading is Reading.LEAST)):
                return False
            address = ip_address(point.address)
            return address in ip_network(block) and not any(address in ip_network(hole) for hole in excluding)


def _traffic_matches(traffic: Traffic, point: Point) -> bool:
    if traffic.protocol is not None and traffic.protocol != point.protocol:
        return False
    if traffic.port is None:
        return True
    if point.port is None:
        return False
    if isinstance(traffic.port, NamedPort):
        destination_is_pod = point.direction is Direction.INGRESS or point.peer is not None
        return destination_is_pod and (point.protocol, traffic.port.name) in point.names
    return traffic.port.first <= point.port <= traffic.port.last
