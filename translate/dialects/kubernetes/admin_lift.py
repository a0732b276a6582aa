"""What ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy mean: ordered rules in tiers around
NetworkPolicies.

They never isolate: what no rule matches goes on to the NetworkPolicies, then to the baseline, then is allowed
(network-policy-api, API overview). Read for comparisons; no target of a translation takes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.names import cidr, label_key_problem, shown
from translate.core.origin import Origin
from translate.dialects.base import BeyondError, Lifted
from translate.dialects.kubernetes.admin_manifest import (
    AdminEgressPeer,
    AdminEgressRule,
    AdminIngressRule,
    AdminNamespacedPod,
    AdminNetworkPolicy,
    AdminPolicy,
    AdminPort,
    AdminSubject,
    BaselineAdminNetworkPolicy,
    BaselineEgressPeer,
    BaselineEgressRule,
    BaselineIngressRule,
    ClusterEgressRule,
    ClusterIngressRule,
    ClusterNetworkPolicy,
    EgressPeer,
    NamespacedPod,
    Protocol,
    ProtocolPorts,
)
from translate.dialects.kubernetes.admin_manifest import Subject as ManifestSubject
from translate.dialects.kubernetes.lift import selector
from translate.dialects.kubernetes.manifest import LabelSelector
from translate.dialects.shared_reading import AdminReading
from translate.model.peers import Cidr, Fqdn, Nodes, Peer, Reach, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, Rule, Section, Subject, Tier
from translate.model.rewrite import rewrite
from translate.model.selectors import EVERYTHING, NOTHING, Atom, Scope, Selector
from translate.model.traffic import (
    ANY_TRAFFIC,
    PROTOCOL_NUMBERS,
    SCTP,
    TCP,
    UDP,
    WITH_PORTS,
    NamedPort,
    PortRange,
    Traffic,
)

ACTIONS = {"Accept": Action.ALLOW, "Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}


def lift_admin(policy: AdminPolicy, origin: Origin, reading: AdminReading) -> Lifted:
    """The policy and the tier it stands in; of two policies of one priority the API leaves the sequence open.

    Raises BeyondError for what the engine does not read, or what we do not know how it reads.
    """
    if policy.kind not in reading.kinds:
        raise BeyondError(f"a {policy.kind} on {reading.title} is beyond the part that is read", origin)
    tier, priority = _place(policy, reading)
    place = origin.at("spec")
    namespaces, pods = _who(policy.spec.subject, place.at("subject"), reading)
    lifted = Policy(
        identity=Identity(policy.kind, None, policy.metadata.name),
        subject=Subject(namespaces, pods, place.at("subject")),
        ingress=_section(policy, Direction.INGRESS, place, reading),
        egress=_section(policy, Direction.EGRESS, place, reading),
        tier=tier.name,
        order=float(priority),
        origin=origin,
        tie=reading.tie,
    )
    return Lifted((lifted,), (tier,))


def _place(policy: AdminPolicy, reading: AdminReading) -> tuple[Tier, int]:
    match policy:
        case ClusterNetworkPolicy(spec=spec):
            return (reading.admin if spec.tier == "Admin" else reading.baseline), spec.priority
        case AdminNetworkPolicy(spec=admin):
            return reading.admin, admin.priority
        case BaselineAdminNetworkPolicy():
            return reading.baseline, 0


def _section(policy: AdminPolicy, direction: Direction, place: Origin, reading: AdminReading) -> Section | None:
    where = place.at(direction.value)
    rules: list[Rule] = []
    incoming: tuple[ClusterIngressRule | AdminIngressRule | BaselineIngressRule, ...] = policy.spec.ingress
    outgoing: tuple[ClusterEgressRule | AdminEgressRule | BaselineEgressRule, ...] = policy.spec.egress
    if direction is Direction.INGRESS:
        for index, rule in enumerate(incoming):
            here = where.at(index)
            sources: tuple[ManifestSubject | AdminSubject, ...] = rule.from_
            peers: tuple[Peer, ...] = tuple(_pods(peer, here.at("from", i), reading) for i, peer in enumerate(sources))
            ports = rule.protocols if isinstance(rule, ClusterIngressRule) else rule.ports
            rules.append(Rule(ACTIONS[rule.action], peers, _traffic(ports, here), here))
    else:
        for index, out in enumerate(outgoing):
            here = where.at(index)
            targets: tuple[EgressPeer | AdminEgressPeer | BaselineEgressPeer, ...] = out.to
            peers = tuple(x for i, peer in enumerate(targets) for x in _anything(peer, here.at("to", i), reading))
            wanted = out.protocols if isinstance(out, ClusterEgressRule) else out.ports
            rules.append(Rule(ACTIONS[out.action], peers, _traffic(wanted, here), here))
    return Section(False, tuple(rules), where) if rules else None


def _who(subject: ManifestSubject | AdminSubject, place: Origin, reading: AdminReading) -> tuple[Selector, Selector]:
    if subject.namespaces is not None:
        return _asked(subject.namespaces, Scope.NAMESPACE, place.at("namespaces"), reading), EVERYTHING
    assert subject.pods is not None
    return _in_namespaces(subject.pods, place.at("pods"), reading)


def _in_namespaces(
    pods: NamespacedPod | AdminNamespacedPod, place: Origin, reading: AdminReading
) -> tuple[Selector, Selector]:
    namespaces = _asked(pods.namespaceSelector, Scope.NAMESPACE, place.at("namespaceSelector"), reading)
    return namespaces, _asked(pods.podSelector, Scope.POD, place.at("podSelector"), reading)


def _asked(terms: LabelSelector, scope: Scope, place: Origin, reading: AdminReading) -> Selector:
    """A selector as the engine reads it; nothing has a label whose key is none."""

    def known(atom: Atom) -> Selector:
        if label_key_problem(atom.label.key) is None:
            return atom
        if not reading.any_keys:
            key = shown(atom.label.key)
            message = f"{key}, which is no label key, on {reading.title}, is beyond the part that is read"
            raise BeyondError(message, atom.origin)
        return NOTHING

    return reading.selectors(rewrite(selector(terms, scope, place), known))


def _pods(peer: ManifestSubject | AdminSubject, place: Origin, reading: AdminReading) -> Workloads:
    return Workloads(*_who(peer, place, reading), reading.sets if peer.namespaces is not None else None, place)


def _anything(
    peer: EgressPeer | AdminEgressPeer | BaselineEgressPeer, place: Origin, reading: AdminReading
) -> Iterator[Peer]:
    """Networks match pods and nodes as well: the API compares addresses here."""
    if peer.namespaces is not None:
        yield Workloads(_asked(peer.namespaces, Scope.NAMESPACE, place, reading), EVERYTHING, reading.sets, place)
    elif peer.pods is not None:
        yield Workloads(*_in_namespaces(peer.pods, place, reading), origin=place)
    elif peer.networks is not None:
        for index, text in enumerate(peer.networks):
            yield Cidr(cidr(text).canonical, (), Reach.ADDRESS, place.at("networks", index))
    elif not reading.words:
        message = f"a peer that is nodes or a DNS name, on {reading.title}, is beyond the part that is read"
        raise BeyondError(message, place)
    elif peer.nodes is not None:
        yield Nodes(_asked(peer.nodes, Scope.NODE, place.at("nodes"), reading), place)
    else:
        names = () if isinstance(peer, BaselineEgressPeer) else peer.domainNames or ()
        for index, pattern in enumerate(names):
            yield Fqdn(_names(pattern), place.at("domainNames", index))


def _names(pattern: str) -> str:
    """The pattern in the grammar of the model: a star alone is one label, here it is one or more (API, DomainName)."""
    name = pattern.lower().rstrip(".")
    return f"*{name}" if name.startswith("*.") else name


def _traffic(ports: tuple[Protocol | AdminPort, ...] | None, place: Origin) -> tuple[Traffic, ...]:
    """Without ports every packet; a port name takes the protocol of the container port."""
    if not ports:
        return (ANY_TRAFFIC,)
    return tuple(traffic for port in ports for traffic in _port(port, place))


def _port(port: Protocol | AdminPort, place: Origin) -> Iterator[Traffic]:
    if isinstance(port, Protocol):
        for number, given in ((TCP, port.tcp), (UDP, port.udp), (SCTP, port.sctp)):
            if given is not None:
                yield Traffic(number, _destination(given), place)
        name = port.destinationNamedPort
    else:
        name = port.namedPort
        if port.portNumber is not None:
            single = port.portNumber
            yield Traffic(PROTOCOL_NUMBERS.get(single.protocol, 0), PortRange(single.port, single.port), place)
        if port.portRange is not None and port.portRange.start <= port.portRange.end:
            span = port.portRange
            yield Traffic(PROTOCOL_NUMBERS.get(span.protocol, 0), PortRange(span.start, span.end), place)
    if name is not None:
        yield from (Traffic(number, NamedPort(name), place) for number in WITH_PORTS)


def _destination(ports: ProtocolPorts) -> PortRange | None:
    where = ports.destinationPort
    if where is None:
        return None
    if where.number is not None:
        return PortRange(where.number, where.number)
    return PortRange(where.range.start, where.range.end) if where.range is not None else None
