"""The space of all points as a product of axes, each cut into the atoms that the two sides can tell apart.

A set of atoms of one axis is a Python integer used as a bit mask. The order of the axes is the order in which a
diagram decides; peers are split into classes first because most axes exist only for some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Cidr
from translate.model.policy import Direction, PolicySet
from translate.model.selectors import NAMESPACE_NAME, Atom, In, Label, Scope, holds
from translate.model.traffic import IcmpType, PortRange
from translate.prover.addresses import V6, Interval, place
from translate.prover.budget import Budget
from translate.prover.constants import CODES, constants_of
from translate.prover.label_classes import ValueConstants, examples, gather, legal
from translate.prover.point import PeerClass, Point

OTHER_PROTOCOLS = (47, 50, 51, *range(254, 0, -1))
"""Candidates for the protocol that stands for all that nobody mentions: GRE, ESP, AH, then any."""

SUBJECT_ADDRESS = "subject address "
CLASSES = tuple(PeerClass)
CLASS_BIT = {peer_class: 1 << index for index, peer_class in enumerate(CLASSES)}
POD_MASK = CLASS_BIT[PeerClass.POD_SAME] | CLASS_BIT[PeerClass.POD_OTHER]
ALL_CLASSES = (1 << len(CLASSES)) - 1


class Space:
    """All axes for the policies of both sides, and how constants become masks on them."""

    def __init__(
        self, sides: Iterable[PolicySet], direction: Direction, budget: Budget, facts: Facts = NO_FACTS
    ) -> None:
        self.direction = direction
        found = constants_of(sides, direction, facts)
        subject, peer = found.subject, found.peer
        namespace_atoms = subject.pop(NAMESPACE_NAME, []) + peer.pop(NAMESPACE_NAME, [])
        namespace_atoms += [In(NAMESPACE_NAME, (name,)) for name in sorted(found.names)]
        self._mentioned = {NAMESPACE_NAME: namespace_atoms}
        constants = gather(namespace_atoms)
        exact = frozenset(name for name in constants.exact if _namespace_name(name))
        constants = ValueConstants(exact, constants.prefixes, constants.suffixes, constants.infixes)
        self.names = [name for name in examples(constants, budget) if name]
        self.name_bit = {name: 1 << index for index, name in enumerate(self.names)}
        self.loose_names = sum(bit for name, bit in self.name_bit.items() if name not in exact)
        """Classes of names that hold more than one namespace: two different namespaces may both be in one."""
        self.axes: list[tuple[str, object]] = [("class", None), ("subject name", None)]
        for scope in (Scope.NAMESPACE, Scope.POD, Scope.SERVICE_ACCOUNT):
            self._label_axes(subject, scope, "subject")
        self.peer_name_axis = len(self.axes)
        self.axes.append(("peer name", None))
        for scope in (Scope.NAMESPACE, Scope.POD, Scope.SERVICE_ACCOUNT):
            self._label_axes(peer, scope, "peer")
        self._label_axes(peer, Scope.NODE, "node")
        self.address_axis = len(self.axes)
        # Few policies mention these, and they have no axis otherwise. The subject has one line per family, each read
        # with peers of that family only: a packet is of one family at both ends.
        subject_lines = {
            f"{SUBJECT_ADDRESS}{family}": {cut for cut in found.subject_addresses if (cut >= V6) == (family == 6)}
            for family in (4, 6)
        }
        rare = {**subject_lines, "source port": found.source_ports, "icmp": found.icmp}
        self.lines = {name: Interval(tuple(sorted(cuts))) for name, cuts in rare.items() if cuts}
        # All of the peer comes before all of the packet: a rule is peers first, and traffic behind each of them.
        self.axes += [("address", None), *((name, None) for name in self.lines if name in subject_lines)]
        self.axes += [("fqdn", pattern) for pattern in found.fqdns] + [("opaque", key) for key in found.opaque]
        self.protocol_axis = len(self.axes)
        self.port_axis = self.protocol_axis + 1
        self.axes += [("protocol", None), ("port", None), *(("named", key) for key in found.named)]
        self.axes += [(name, None) for name in self.lines if name not in subject_lines]
        self.axes += [("condition", text) for text in found.conditions]
        self.index = {axis: number for number, axis in enumerate(self.axes)}
        self.other_namespace = CLASS_BIT[PeerClass.POD_OTHER]
        self.address = Interval(tuple(sorted(found.addresses)))
        self.port = Interval(tuple(sorted(found.ports)))
        self.other_protocol: int = next(number for number in OTHER_PROTOCOLS if number not in found.protocols)
        self.protocols: tuple[int, ...] = (*found.protocols, self.other_protocol)
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
            "opaque": 2,
            "condition": 2,
        }.get(kind)
        if kind in self.lines:
            size = len(self.lines[kind].cuts)
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
        return self.address.blocks(cidr.block, cidr.excluding)

    def icmp_mask(self, icmp: IcmpType) -> int:
        """The types and codes of ``icmp``."""
        first = icmp.type * CODES
        whole = icmp.code is None
        return self.lines["icmp"].mask(first + (icmp.code or 0), first + (CODES - 1 if whole else icmp.code or 0))

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
            elif kind == "opaque":
                found[axis] = 2 if key in point.opaque else 1
            elif kind == "condition":
                found[axis] = 2 if key in point.conditions else 1
            elif kind in self.lines:
                found[axis] = 1 << self.lines[kind].atom(_number(kind, point))
            elif kind == "node" and isinstance(key, Label):
                found[axis] = self.value_mask(key, dict(point.node_labels).get(key.key))
            elif kind in ("subject", "subject name", "peer", "peer name"):
                pod = point.subject if kind.startswith("subject") else point.peer
                label = key if isinstance(key, Label) else NAMESPACE_NAME
                found[axis] = self.value_mask(label, pod.label(label) if pod else None)
        return found

    def _protocol_index(self, protocol: int) -> int:
        return self.protocols.index(protocol if protocol in self.protocols else self.other_protocol)

    def value_mask(self, label: Label, value: str | None) -> int:
        """The atom of a value of ``label``, None is absent."""
        if value is None:
            return 1
        is_name = label == NAMESPACE_NAME
        values = self.names if is_name else self.values[label]
        known = self._places(label, values).get(value)
        if known is not None:
            return 1 << (known + (not is_name))
        marks = [tuple(holds(atom, x) for atom in self._mentioned[label]) for x in (value, *values)]
        return 1 << (marks.index(marks[0], 1) - 1 + (not is_name))

    def port_mask(self, ports: PortRange | None) -> int:
        """The ports of a range, all of them for None."""
        return self.full[self.port_axis] if ports is None else self.port.mask(ports.first, ports.last)

    def protocol_mask(self, protocol: int | None) -> int:
        """One protocol, all of them for None."""
        return self.full[self.protocol_axis] if protocol is None else 1 << self.protocols.index(protocol)


def _number(line: str, point: Point) -> int:
    """Where ``point`` is on one of the lines that few policies mention."""
    if line.startswith(SUBJECT_ADDRESS):
        first = V6 if line.endswith("6") else 0
        known = point.subject_address and (":" in point.subject_address) == bool(first)
        return place(point.subject_address) if known else first
    if line == "source port":
        return point.source_port or 0
    kind, code = point.icmp or (0, 0)
    return kind * CODES + code


def _namespace_name(text: str) -> bool:
    return text != "" and legal(text) and text == text.lower() and not {".", "_"} & set(text)


def bits(mask: int) -> Iterator[int]:
    """The single-bit masks of ``mask``, lowest first."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
