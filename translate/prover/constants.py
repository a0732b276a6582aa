"""All that the policies of both sides mention in one direction: what no policy mentions, none can tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct, field

from translate.core.ranges import LAST_ADDRESS, V6, bounds
from translate.model.conditions import Condition
from translate.model.facts import NO_FACTS, Facts, PodObject
from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Workloads,
    endpoints_named,
    parts,
)
from translate.model.policy import AddressSet, Direction, PolicySet, Rule
from translate.model.selectors import NAMESPACE_NAME, SERVICE_ACCOUNT_NAME, Atom, In, Label, Scope, Selector, atoms
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP, WITH_PORTS, NamedPort, PortRange, Traffic
from translate.model.unknowns import Unknown

LAST_PORT = 65535
CODES = 256
"""ICMP types and codes are one line of numbers: type times this, plus code."""


class Constants(Struct):
    """Atoms per label and end, and the numbers at which lines of addresses and ports are cut."""

    subject: dict[Label, list[Atom]] = field(default_factory=dict)
    peer: dict[Label, list[Atom]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    addresses: set[int] = field(default_factory=lambda: {0, V6})
    subject_addresses: set[int] = field(default_factory=set)
    protocols: dict[int, None] = field(default_factory=lambda: dict.fromkeys((TCP, UDP, SCTP, ICMP, ICMPV6)))
    ports: set[int] = field(default_factory=lambda: {0})
    source_ports: set[int] = field(default_factory=set)
    icmp: set[int] = field(default_factory=set)
    named: dict[tuple[int, str], None] = field(default_factory=dict)
    fqdns: dict[str, None] = field(default_factory=dict)
    opaque: dict[Unknown, None] = field(default_factory=dict)
    conditions: dict[Condition, None] = field(default_factory=dict)
    endpoints: bool = False
    """Whether some rule means endpoints of an engine's own for themselves."""


def constants_of(sides: Iterable[PolicySet], direction: Direction, facts: Facts = NO_FACTS) -> Constants:
    """What the policies of all ``sides`` say of ``direction``, and the facts where these meet it."""
    found = Constants()
    for policies in sides:
        for policy in policies.policies:
            section = policy.section(direction)
            if section is None:
                continue
            if policy.identity.namespace is not None:
                found.names.add(policy.identity.namespace)
            _selector(policy.subject.pods, found.subject)
            _selector(policy.subject.namespaces, found.subject)
            for rule in section.rules:
                _rule(rule, found, policies.sets)
        for item in policies.sets:
            for block in item.blocks:
                _block(block, found.addresses)
    _facts(facts, found)
    return found


def _facts(facts: Facts, found: Constants) -> None:
    """Ranges cut the line of addresses; a namespace and its labels must be told from all others."""
    stated = (*facts.pods, *facts.nodes, *facts.services, *facts.api_servers)
    for block in (*stated, *facts.nobody, *facts.everybody):
        _block(block, found.addresses)
    for namespace in facts.namespaces:
        found.names.add(namespace.name)
        for key, value in namespace.labels:
            label = Label(Scope.NAMESPACE, key)
            for atoms_of in (found.subject, found.peer):
                if label in atoms_of and label != NAMESPACE_NAME:
                    atoms_of[label].append(In(label, (value,)))
    if facts.are_all("Pod"):
        _pods(facts.pod_objects, found)


def _pods(pods: tuple[PodObject, ...], found: Constants) -> None:
    """Their labels must be told apart where policies ask for any, and their ports where a port has a name."""
    found.names.update(pod.namespace for pod in pods)
    told = [labels_of(pod) for pod in pods]
    for atoms_of in (found.subject, found.peer):
        for label, asked in atoms_of.items():
            values = dict.fromkeys(labels.get(label) for labels in told)
            asked += (In(label, (value,)) for value in values if value is not None)
    wanted = set(found.named)
    found.ports.update(
        cut
        for pod in pods
        for protocol, name, number in pod.ports or ()
        if (protocol, name) in wanted
        for cut in (number, number + 1)
    )


def labels_of(pod: PodObject) -> dict[Label, str]:
    """The labels of a pod, and the name of its account; others are not its own."""
    return {SERVICE_ACCOUNT_NAME: pod.account, **{Label(Scope.POD, key): value for key, value in pod.labels}}


def _selector(selector: Selector | OwnNamespace, into: dict[Label, list[Atom]]) -> None:
    if isinstance(selector, OwnNamespace):
        return
    for atom in atoms(selector):
        into.setdefault(atom.label, []).append(atom)


def _rule(rule: Rule, found: Constants, sets: tuple[AddressSet, ...]) -> None:
    found.endpoints = found.endpoints or bool(endpoints_named(rule.peers))
    addresses = found.addresses
    for peer in rule.peers:
        if isinstance(peer, Cidr):  # there may be a hundred thousand of them
            for block in (peer.block, *peer.excluding):
                first, last = bounds(block)
                addresses.add(first)
                addresses.add(last + 1)
            continue
        for part in parts(peer):
            _peer(part, found)
    addresses.discard(LAST_ADDRESS + 1)
    for peer in rule.subject or ():
        for part in parts(peer):
            _own(part, found, sets)
    for traffic in rule.traffic:
        _traffic(traffic, found)


def _peer(peer: Peer, found: Constants) -> None:
    match peer:
        case Workloads(namespaces, pods, unseen=unseen):
            if unseen is not None:
                found.opaque[unseen] = None
            _selector(namespaces, found.peer)
            _selector(pods, found.peer)
            # A peer of the subject's own namespace has the subject's namespace labels: they need axes at both ends.
            for selector in (pods, *(() if isinstance(namespaces, OwnNamespace) else (namespaces,))):
                for atom in atoms(selector):
                    if atom.label.scope is Scope.NAMESPACE:
                        found.subject.setdefault(atom.label, []).append(atom)
        case Cidr(block, excluding):
            for each in (block, *excluding):
                _block(each, found.addresses)
        case Nodes(labels):
            _selector(labels, found.peer)
        case Fqdn(pattern):
            found.fqdns[pattern] = None
        case Opaque(unknown):
            found.opaque[unknown] = None
        case Anyone() | Kinds() | Both() | Except():
            pass  # of compounds the parts are looked at
        case never:
            assert_never(never)


def _own(peer: Peer, found: Constants, sets: tuple[AddressSet, ...]) -> None:
    """A condition on the subject of a rule; a selector means addresses of sets there too."""
    match peer:
        case Workloads(namespaces, pods):
            _selector(namespaces, found.subject)
            _selector(pods, found.subject)
            for block in (block for item in sets for block in item.blocks) if peer.sets is not None else ():
                found.subject_addresses.update((0, V6))
                _block(block, found.subject_addresses)
        case Cidr(block, excluding):
            found.subject_addresses.update((0, V6))
            for each in (block, *excluding):
                _block(each, found.subject_addresses)
        case Anyone() | Nodes() | Fqdn() | Kinds() | Opaque() | Both() | Except():
            pass
        case never:
            assert_never(never)


def _block(block: str, into: set[int]) -> None:
    first, last = bounds(block)
    into.update((first, last + 1) if last < LAST_ADDRESS else (first,))


def _traffic(traffic: Traffic, found: Constants) -> None:
    if traffic.protocol is not None:
        found.protocols.setdefault(traffic.protocol)
    if isinstance(traffic.port, PortRange):
        _ports(traffic.port, found.ports)
    elif isinstance(traffic.port, NamedPort):
        for protocol in WITH_PORTS if traffic.protocol is None else (traffic.protocol,):
            found.named[protocol, traffic.port.name] = None
    if traffic.source is not None:
        found.source_ports.add(0)
        _ports(traffic.source, found.source_ports)
    if traffic.icmp is not None:
        first = traffic.icmp.type * CODES + (traffic.icmp.code or 0)
        found.icmp.update((0, first, first + (CODES if traffic.icmp.code is None else 1)))
    if traffic.condition is not None and not traffic.condition.always_holds:
        found.conditions[traffic.condition] = None
    for excluded in traffic.excluding:
        _traffic(excluded, found)


def _ports(ports: PortRange, into: set[int]) -> None:
    # Nobody sends to port 0: a range from 1 on begins where the line does.
    into.add(ports.first if ports.first > 1 else 0)
    if ports.last < LAST_PORT:
        into.add(ports.last + 1)
