"""What a NetworkPolicy means: every allow is a union, isolation is per pod and direction (API reference,
NetworkPolicySpec).

The engine that enforces the policy settles what the API leaves open, and departs from it in places: its reading is a
value that lifting is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Report
from translate.core.names import block
from translate.core.origin import NOWHERE, Origin, one
from translate.dialects.base import Idle, Settings, Unread
from translate.dialects.kubernetes.departures import departures
from translate.dialects.kubernetes.manifest import (
    LabelSelector,
    NetworkPolicy,
    NetworkPolicyIngressRule,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicySpec,
    Rule,
)
from translate.dialects.objects import metadata, not_listed
from translate.dialects.shared_reading import SharedReading
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, OwnNamespace, Peer, Reach, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, Section, Subject
from translate.model.policy import Rule as ModelRule
from translate.model.selectors import EVERYTHING, And, Exists, In, Label, Not, Scope, Selector
from translate.model.traffic import ANY_TRAFFIC, PROTOCOL_NUMBERS, NamedPort, PortRange, Traffic

NOT_READ = "NPT202"
SPELLED = {direction: (str(direction), direction.capitalize()) for direction in Direction}
"""The field of a direction, and its name among ``policyTypes``."""


def lift(policy: NetworkPolicy, origin: Origin, settings: Settings, report: Report) -> Policy | None:
    """The meaning of a defaulted, valid NetworkPolicy as ``settings`` say that Kubernetes policies are read; None where
    some of it is not read by the engine of these, and that is refused.
    """
    reading = settings.shared
    meta, spec = policy.metadata, policy.spec
    namespace = meta.namespace or settings.default_namespace
    place = origin.at("spec")
    pods = place.at("podSelector")
    identity = Identity("NetworkPolicy", namespace, meta.name or meta.generateName)
    unread = Unread()
    selected = unread.part(reading.pods, selector(spec.podSelector, Scope.POD, pods))
    ingress = _section(policy, Direction.INGRESS, place, reading, unread)
    egress = _section(policy, Direction.EGRESS, place, reading, unread)
    if selected is None or unread.found:
        for beyond in unread.found:
            report.refuse(NOT_READ, beyond.message, origin=beyond.origin, about=identity)
        return None
    return Policy(
        identity=identity,
        subject=Subject(OWN_NAMESPACE, selected, pods),
        ingress=ingress,
        egress=egress,
        order=reading.order,
        metadata=metadata(meta),
        origin=origin,
        tie=reading.tie,
        departures=() if reading.names_an_engine else departures(policy, identity),
    )


def left_out(spec: NetworkPolicySpec, lifted: Policy) -> Iterator[Idle]:
    """What of ``spec`` does nothing: rules that are not listed, and an empty list of egress that closes none (API
    reference, ``policyTypes``).
    """
    yield from not_listed(lifted, {Direction.INGRESS: spec.ingress, Direction.EGRESS: spec.egress}, "policyTypes")
    if spec.given_egress == () and lifted.egress is None:
        why = "without policyTypes a list without rules closes no egress: policyTypes: [Egress] does"
        yield Idle(lifted.identity, lifted.origin.at("spec", "egress"), why, effect="has no effect")


def _section(
    policy: NetworkPolicy, direction: Direction, place: Origin, reading: SharedReading, unread: Unread
) -> Section | None:
    spec = policy.spec
    name, listed_as = SPELLED[direction]
    rules: tuple[Rule, ...] = spec.ingress if direction is Direction.INGRESS else spec.egress
    if listed_as not in spec.policyTypes and (reading.listed_only or not rules):
        return None
    where = place.at(name)
    lifted = [unread.part(_rule, rule, where.at(i), reading) for i, rule in enumerate(rules)]
    return Section(True, tuple([rule for rule in lifted if rule is not None]), where)


def _rule(rule: Rule, place: Origin, reading: SharedReading) -> ModelRule:
    if isinstance(rule, NetworkPolicyIngressRule):
        peers, side = rule.from_, "from"
    else:
        peers, side = rule.to, "to"
    asked: tuple[Peer, ...] = tuple(
        [lifted_peer(peer, place.at(side, i), reading.reach) for i, peer in enumerate(peers)]
    )
    traffic = tuple([lifted_traffic(port, place.at("ports", i)) for i, port in enumerate(rule.ports)])
    return ModelRule(Action.ALLOW, reading.peers(asked) or (Anyone(place.at(side)),), traffic or (ANY_TRAFFIC,), place)


def lifted_peer(peer: NetworkPolicyPeer, place: Origin, reach: Reach) -> Peer:
    """The pods or the addresses that a valid peer means; ``reach`` is what ranges of the engine match."""
    if peer.ipBlock is not None:
        holes = tuple([_canonical(hole) for hole in peer.ipBlock.except_])
        return Cidr(_canonical(peer.ipBlock.cidr), holes, reach, place.at("ipBlock"), place.at("ipBlock", "except"))
    namespaces: Selector | OwnNamespace = OWN_NAMESPACE
    if peer.namespaceSelector is not None:
        namespaces = selector(peer.namespaceSelector, Scope.NAMESPACE, place.at("namespaceSelector"))
    pods: Selector = EVERYTHING
    if peer.podSelector is not None:
        pods = selector(peer.podSelector, Scope.POD, place.at("podSelector"))
    return Workloads(namespaces, pods, origin=place)


def _canonical(text: str) -> str:
    found = block(text)
    assert found is not None, "validation has let a bad CIDR through"
    return found.canonical


def lifted_traffic(port: NetworkPolicyPort, place: Origin) -> Traffic:
    """The packets that a valid port means."""
    protocol = PROTOCOL_NUMBERS[port.protocol or "TCP"]
    if port.port is None:
        return Traffic(protocol, None, place)
    if isinstance(port.port, str):
        return Traffic(protocol, NamedPort(port.port), place)
    return Traffic(protocol, PortRange(port.port, port.endPort or port.port), place)


def selector(terms: LabelSelector, scope: Scope, place: Origin = NOWHERE) -> Selector:
    """All terms of a LabelSelector; without terms it selects everything (API reference, LabelSelector)."""
    file, document, path = place.file, place.document, (*place.path, "matchLabels")
    found: list[Selector] = [
        In(Label(scope, key), (value,), Origin(file, document, one((*path, key))))
        for key, value in terms.matchLabels.items()
    ]
    for index, term in enumerate(terms.matchExpressions):
        where = place.at("matchExpressions", index)
        label = Label(scope, term.key)
        match term.operator:
            case "In":
                found.append(In(label, tuple(term.values), where))
            case "NotIn":
                found.append(Not(In(label, tuple(term.values), where)))
            case "Exists":
                found.append(Exists(label, where))
            case _:
                found.append(Not(Exists(label, where)))
    return found[0] if len(found) == 1 else And(tuple(found))
