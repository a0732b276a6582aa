"""The space of all points as a product of axes, each cut into the atoms that the two sides can tell apart.

A set of atoms of one axis is a Python integer used as a bit mask. The order of the axes is the order in which a
diagram decides; peers are split into classes first because most axes exist only for some of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

from translate.model.peers import Cidr, Fqdn, Nodes, OwnNamespace, Workloads
from translate.model.policy import Direction, PolicySet, Rule
from translate.model.selectors import NAMESPACE_NAME, Atom, In, Label, Scope, Selector, atoms
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP, WITH_PORTS, NamedPort, PortRange
from translate.verify.budget import Budget
from translate.verify.point import PeerClass, Point
from translate.verify.values import Constants, examples, gather, holds, legal

V6 = 1 << 32
"""Addresses are one line of numbers: IPv4 below this, IPv6 above."""
LAST_ADDRESS = V6 + (1 << 128) - 1
LAST_PORT = 65535
OTHER_PROTOCOLS = (47, 50, 51, *range(254, 0, -1))
"""Candidates for the protocol that stands for all that nobody mentions: GRE, ESP, AH, then any."""

CLASSES = tuple(PeerClass)
CLASS_BIT = {peer_class: 1 << index for index, peer_class in enumerate(CLASSES)}
POD_MASK = CLASS_BIT[PeerClass.POD_SAME] | CLASS_BIT[PeerClass.POD_OTHER]
ALL_CLASSES = (1 << len(CLASSES)) - 1


@dataclass(frozen=True, slots=True)
class Interval:
    """Masks over the atoms of a line of numbers that is cut at ``cuts`` (the first atom begins at 0)."""

    cuts: tuple[int, ...]

    def mask(self, first: int, last: int) -> int:
        """The atoms from ``first`` to ``last``; both ends must be cuts."""
        low, high = bisect_right(self.cuts, first) - 1, bisect_right(self.cuts, last)
        return ((1 << (high - low)) - 1) << low

    def atom(self, number: int) -> int:
        """The index of the atom that holds ``number``."""
        return bisect_right(self.cuts, number) - 1


class Space:
    """All axes for the policies of both sides, and how constants become masks on them."""

    def __init__(self, sides: Iterable[PolicySet], direction: Direction, budget: Budget) -> None:
        self.direction = direction
        subject: dict[Label, list[Atom]] = {}
        peer: dict[Label, list[Atom]] = {}
        names: set[str] = set()
        addresses = {0, V6}
        ports = {0}
        protocols = [TCP, UDP, SCTP, ICMP, ICMPV6]
        named: dict[tuple[int, str], None] = {}
        for policies in sides:
            for policy in policies.policies:
                section = policy.section(direction)
                if section is None:
                    continue
                if policy.identity.namespace is not None:
                    names.add(policy.identity.namespace)
                _collect(policy.subject.pods, subject)
                _collect(policy.subject.namespaces, subject)
                for rule in section.rules:
                    _collect_rule(rule, subject, peer, addresses, ports, named, protocols)
        namespace_atoms = subject.pop(NAMESPACE_NAME, []) + peer.pop(NAMESPACE_NAME, [])
        namespace_atoms += [In(NAMESPACE_NAME, (name,)) for name in sorted(names)]
        self._mentioned = {NAMESPACE_NAME: namespace_atoms}
        constants = gather(namespace_atoms)
        exact = frozenset(name for name in constants.exact if _namespace_name(name))
        constants = Constants(exact, constants.prefixes, constants.suffixes, constants.infixes)
        self.names = [name for name in examples(constants, budget) if name]
        self.name_bit = {name: 1 << index for index, name in enumerate(self.names)}
        self.loose_names = sum(bit for name, bit in self.name_bit.items() if name not in exact)
        """Classes of names that hold more than one namespace: two different namespaces may both be in one."""
        self.axes: list[tuple[str, object]] = [("class", None), ("subject name", None)]
        self._label_axes(subject, Scope.NAMESPACE, "subject")
        self._label_axes(subject, Scope.POD, "subject")
        self.peer_name_axis = len(self.axes)
        self.axes.append(("peer name", None))
        self._label_axes(peer, Scope.NAMESPACE, "peer")
        self._label_axes(peer, Scope.POD, "peer")
        self._label_axes(peer, Scope.NODE, "node")
        self.address_axis = len(self.axes)
        fqdns = {
            item.pattern: None for rule in _rules(sides, direction) for item in rule.peers if isinstance(item, Fqdn)
        }
        self.axes += [("address", None), ("protocol", None), ("port", None), *(("named", key) for key in named)]
        self.axes += [("fqdn", pattern) for pattern in fqdns]
        self.index = {axis: number for number, axis in enumerate(self.axes)}
        self.other_namespace = CLASS_BIT[PeerClass.POD_OTHER]
        self.protocol_axis, self.port_axis = self.address_axis + 1, self.address_axis + 2
        self.address = Interval(tuple(sorted(addresses)))
        self.port = Interval(tuple(sorted(ports)))
        self.other_protocol: int = next(number for number in OTHER_PROTOCOLS if number not in protocols)
        self.protocols: tuple[int, ...] = (*protocols, self.other_protocol)
        self.values: dict[Label, list[str]] = {}
        for label in {**subject, **peer}:
            self._mentioned[label] = subject.get(label, []) + peer.get(label, [])
            self.values[label] = examples(gather(self._mentioned[label]), budget)
        self.full = [self._full(axis) for axis in self.axes]
        self._masks: dict[Atom, int] = {}
        self._indices: dict[Label, dict[str, int]] = {}

    def _label_axes(self, labels: dict[Label, list[Atom]], scope: Scope, end: str) -> None:
        self.axes += [(end, label) for label in sorted(labels, key=lambda x: x.key) if label.scope is scope]

    def _full(self, axis: tuple[str, object]) -> int:
        kind, key = axis
        size = {
            "class": len(CLASSES),
            "subject name": len(self.names),
            "peer name": len(self.names),
            "address": len(self.address.cuts),
            "protocol": len(self.protocols),
            "port": len(self.port.cuts),
            "named": 2,
            "fqdn": 2,
        }.get(kind)
        if size is None:
            assert isinstance(key, Label)
            size = 1 + len(self.values[key])
        return (1 << size) - 1

    def axis(self, kind: str, key: object = None) -> int:
        """The number of an axis."""
        return self.index[kind, key]

    def label_axis(self, end: str, label: Label) -> int:
        """The axis of ``label`` at one end (``subject`` or ``peer``)."""
        if label == NAMESPACE_NAME:
            return self.index[f"{end} name", None]
        return self.index[end, label]

    def atom_mask(self, atom: Atom) -> int:
        """The values for which ``atom`` is true; bit 0 of a label axis is "absent" (a namespace always has a name)."""
        mask = self._masks.get(atom)
        if mask is None:
            is_name = atom.label == NAMESPACE_NAME
            values = self.names if is_name else self.values[atom.label]
            if isinstance(atom, In):
                places = self._places(atom.label, values)
                mask = sum({1 << places[value] for value in atom.values if value in places}) << (not is_name)
            else:
                mask = sum(1 << index for index, value in enumerate(values) if holds(atom, value)) << (not is_name)
            self._masks[atom] = mask
        return mask

    def _places(self, label: Label, values: list[str]) -> dict[str, int]:
        """The index of each example among the values of ``label``: a mentioned value is an example of its own."""
        places = self._indices.get(label)
        if places is None:
            places = self._indices[label] = {value: index for index, value in enumerate(values)}
        return places

    def name_mask(self, name: str) -> int:
        """The namespace called ``name``; 0 if no namespace can have that name."""
        return self.name_bit.get(name, 0)

    def cidr_mask(self, cidr: Cidr) -> int:
        """The addresses of a range without its holes."""
        mask = self.address.mask(*bounds(cidr.block))
        for hole in cidr.excluding:
            mask &= ~self.address.mask(*bounds(hole))
        return mask

    def atoms(self, point: Point) -> dict[int, int]:
        """The atom of ``point`` on every axis, as single-bit masks."""
        found = {
            0: CLASS_BIT[point.peer_class],
            self.address_axis: 1 << self.address.atom(place(point.address)),
            self.protocol_axis: 1 << self._protocol_index(point.protocol),
            self.port_axis: 1 << self.port.atom(point.port or 0),
        }
        for axis, (kind, key) in enumerate(self.axes):
            if kind == "named":
                found[axis] = 2 if key in point.names else 1
            elif kind == "fqdn":
                found[axis] = 2 if key in point.fqdns else 1
            elif kind == "node" and isinstance(key, Label):
                found[axis] = self._label_atom(key, dict(point.node_labels).get(key.key))
            elif kind in ("subject", "subject name", "peer", "peer name"):
                pod = point.subject if kind.startswith("subject") else point.peer
                label = key if isinstance(key, Label) else NAMESPACE_NAME
                found[axis] = self._label_atom(label, pod.label(label) if pod else None)
        return found

    def _protocol_index(self, protocol: int) -> int:
        return self.protocols.index(protocol if protocol in self.protocols else self.other_protocol)

    def _label_atom(self, label: Label, value: str | None) -> int:
        if value is None:
            return 1
        is_name = label == NAMESPACE_NAME
        values = self.names if is_name else self.values[label]
        marks = [tuple(holds(atom, x) for atom in self._mentioned[label]) for x in (value, *values)]
        return 1 << (marks.index(marks[0], 1) - 1 + (not is_name))

    def port_mask(self, ports: PortRange | None) -> int:
        """The ports of a range, all of them for None."""
        return self.full[self.port_axis] if ports is None else self.port.mask(ports.first, ports.last)

    def protocol_mask(self, protocol: int | None) -> int:
        """One protocol, all of them for None."""
        return self.full[self.protocol_axis] if protocol is None else 1 << self.protocols.index(protocol)


def _rules(sides: Iterable[PolicySet], direction: Direction) -> Iterator[Rule]:
    for policies in sides:
        for policy in policies.policies:
            section = policy.section(direction)
            yield from section.rules if section else ()


@lru_cache(maxsize=65536)
def bounds(block: str) -> tuple[int, int]:
    """First and last address of a CIDR on the line of addresses."""
    network = ip_network(block)
    base = V6 if network.version == 6 else 0
    return base + int(network.network_address), base + int(network.broadcast_address)


def place(address: str) -> int:
    """An address on the line of addresses."""
    parsed = ip_address(address)
    return int(parsed) + (V6 if parsed.version == 6 else 0)


def _collect(selector: Selector | OwnNamespace, into: dict[Label, list[Atom]]) -> None:
    if isinstance(selector, OwnNamespace):
        return
    for atom in atoms(selector):
        into.setdefault(atom.label, []).append(atom)


def _collect_rule(
    rule: Rule,
    subject: dict[Label, list[Atom]],
    peer: dict[Label, list[Atom]],
    addresses: set[int],
    ports: set[int],
    named: dict[tuple[int, str], None],
    protocols: list[int],
) -> None:
    for item in rule.peers:
        if isinstance(item, Workloads):
            _collect(item.namespaces, peer)
            _collect(item.pods, peer)
            # A peer of the subject's own namespace has the subject's namespace labels: they need axes at both ends.
            for selector in (item.pods, *(() if isinstance(item.namespaces, OwnNamespace) else (item.namespaces,))):
                for atom in atoms(selector):
                    if atom.label.scope is not Scope.POD:
                        subject.setdefault(atom.label, []).append(atom)
        elif isinstance(item, Nodes):
            _collect(item.labels, peer)
        elif isinstance(item, Cidr):
            for block in (item.block, *item.excluding):
                first, last = bounds(block)
                addresses.update((first, last + 1) if last < LAST_ADDRESS else (first,))
    for traffic in rule.traffic:
        if traffic.protocol is not None and traffic.protocol not in protocols:
            protocols.append(traffic.protocol)
        if isinstance(traffic.port, PortRange):
            # Nobody sends to port 0: a range from 1 on begins where the line does.
            ports.add(traffic.port.first if traffic.port.first > 1 else 0)
            if traffic.port.last < LAST_PORT:
                ports.add(traffic.port.last + 1)
        elif isinstance(traffic.port, NamedPort):
            for protocol in WITH_PORTS if traffic.protocol is None else (traffic.protocol,):
                named[protocol, traffic.port.name] = None


def _namespace_name(text: str) -> bool:
    return text != "" and legal(text) and text == text.lower() and not {".", "_"} & set(text)


def bits(mask: int) -> Iterator[int]:
    """The single-bit masks of ``mask``, lowest first."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
