"""The space of all points as a product of axes, each cut into the atoms that the two sides can tell apart.

A set of atoms of one axis is a Python integer used as a bit mask. The order of the axes is the order in which a
diagram decides; peers are split into classes first because most axes exist only for some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from translate.core.ranges import V6
from translate.model.conditions import Condition
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Cidr, Kind
from translate.model.policy import Direction, PolicySet
from translate.model.selectors import NAMESPACE_NAME, Atom, In, Label, Scope, holds
from translate.model.traffic import IcmpType, PortRange
from translate.model.unknowns import Unknown
from translate.prover.addresses import Interval, place
from translate.prover.axes import SUBJECT_LINES, Axis, DnsName, End, Fixed, LabelOf, Line, PortName
from translate.prover.budget import Budget
from translate.prover.constants import CODES, Constants, constants_of
from translate.prover.label_classes import ValueConstants, examples, gather, legal
from translate.prover.point import ENDPOINTS, Others, PeerClass, Point

OTHER_PROTOCOLS = (47, 50, 51, *range(254, 0, -1))
"""Candidates for the protocol that stands for all that nobody mentions: GRE, ESP, AH, then any."""

CLASSES = tuple(PeerClass)
"""Those that every engine has come first: the others are only there where a proof may tell them apart."""
CLASS_BIT = {peer_class: 1 << index for index, peer_class in enumerate(CLASSES)}
OTHERS_BIT = {others: 1 << index for index, others in enumerate(Others)}
COMMON_MASK = sum(CLASS_BIT[each] for each in CLASSES if each not in ENDPOINTS)
POD_MASK = CLASS_BIT[PeerClass.POD_SAME] | CLASS_BIT[PeerClass.POD_OTHER]
KIND_MASK = {
    Kind.PODS: POD_MASK,
    Kind.OWN_NODE: CLASS_BIT[PeerClass.OWN_NODE],
    Kind.OTHER_NODES: CLASS_BIT[PeerClass.OTHER_NODE],
    Kind.OUTSIDE: CLASS_BIT[PeerClass.OUTSIDE],
    Kind.HEALTH: CLASS_BIT[PeerClass.HEALTH],
    Kind.INGRESS: CLASS_BIT[PeerClass.INGRESS],
    Kind.INIT: CLASS_BIT[PeerClass.INIT],
    Kind.UNMANAGED: CLASS_BIT[PeerClass.UNMANAGED],
}


class Space:
    """All axes for the policies of both sides, and how constants become masks on them.

    ``endpoints``: those of an engine's own are told apart even if nothing here asks for it.
    """

    def __init__(
        self,
        sides: Iterable[PolicySet],
        direction: Direction,
        budget: Budget,
        facts: Facts = NO_FACTS,
        *,
        endpoints: bool = False,
    ) -> None:
        self.direction = direction
        sides = tuple(sides)
        found = constants_of(sides, direction, facts)
        endpoints = endpoints or _have_endpoints(sides, found)
        self.classes = CLASSES if endpoints else tuple(x for x in CLASSES if x not in ENDPOINTS)
        subject, peer = found.subject, found.peer
        namespace_atoms = subject.pop(NAMESPACE_NAME, []) + peer.pop(NAMESPACE_NAME, [])
        namespace_atoms += [In(NAMESPACE_NAME, (name,)) for name in sorted(found.names)]
        self._mentioned = {NAMESPACE_NAME: namespace_atoms}
        constants = gather(namespace_atoms)
        exact = frozenset(name for name in constants.exact if _namespace_name(name))
        constants = ValueConstants(exact, constants.prefixes, constants.suffixes, constants.infixes)
        self.names = examples(constants, budget, may_be_empty=False)
        self.name_bit = {name: 1 << index for index, name in enumerate(self.names)}
        self.loose_names = sum(bit for name, bit in self.name_bit.items() if name not in exact)
        """Classes of names that hold more than one namespace: two different namespaces may both be in one."""
        self._lay_axes(found)
        self.index = {axis: number for number, axis in enumerate(self.axes)}
        self.other_namespace = CLASS_BIT[PeerClass.POD_OTHER]
        self.address = Interval(tuple(sorted(found.addresses)))
        self.port = Interval(tuple(sorted(found.ports)))
        self.other_protocol: int = next(number for number in OTHER_PROTOCOLS if number not in found.protocols)
        self.protocols: tuple[int, ...] = (*found.protocols, self.other_protocol)
        self.values: dict[Label, list[str]] = {}
        self.constants = {NAMESPACE_NAME: constants}
        for label in {**subject, **peer}:
            self._mentioned[label] = subject.get(label, []) + peer.get(label, [])
            self.constants[label] = gather(self._mentioned[label])
            self.values[label] = examples(self.constants[label], budget)
        self.full = [(1 << self._size(axis)) - 1 for axis in self.axes]
        self._masks: dict[Atom, int] = {}
        self._indices: dict[Label, dict[str, int]] = {}
        self._marks: dict[Label, dict[tuple[bool, ...], int]] = {}

    def _lay_axes(self, found: Constants) -> None:
        """The axes in their order (docs/prover.md), and where those are that others are told apart by."""
        self.axes: list[Axis] = [Fixed.CLASS, Fixed.SUBJECT_NAME]
        for scope in (Scope.NAMESPACE, Scope.POD, Scope.SERVICE_ACCOUNT):
            self._label_axes(found.subject, scope, End.SUBJECT)
        self.peer_name_axis = len(self.axes)
        self.axes.append(Fixed.PEER_NAME)
        for scope in (Scope.NAMESPACE, Scope.POD, Scope.SERVICE_ACCOUNT):
            self._label_axes(found.peer, scope, End.PEER)
        self._label_axes(found.peer, Scope.NODE, End.NODE)
        self.address_axis = len(self.axes)
        ends = {
            line: {cut for cut in found.subject_addresses if (cut >= V6) == (family == 6)}
            for family, line in SUBJECT_LINES.items()
        }
        packet = {Line.SOURCE_PORT: found.source_ports, Line.ICMP: found.icmp}
        self.lines = {line: Interval(tuple(sorted(cuts))) for line, cuts in (ends | packet).items() if cuts}
        # All of the peer comes before all of the packet: a rule is peers first, and traffic behind each of them.
        self.axes += [Fixed.ADDRESS, *(line for line in self.lines if line in ends)]
        self.axes += [*map(DnsName, found.fqdns), *found.opaque]
        self.protocol_axis = len(self.axes)
        self.port_axis = self.protocol_axis + 1
        self.axes += [Fixed.PROTOCOL, Fixed.PORT, *(PortName(protocol, name) for protocol, name in found.named)]
        self.axes += [line for line in self.lines if line in packet]
        self.axes += found.conditions
        self.others_axis = len(self.axes)
        self.axes.append(Fixed.OTHERS)

    def _label_axes(self, labels: dict[Label, list[Atom]], scope: Scope, end: End) -> None:
        self.axes += [LabelOf(end, label) for label in sorted(labels, key=lambda x: x.key) if label.scope is scope]

    def _size(self, axis: Axis) -> int:
        match axis:
            case Fixed.CLASS:
                return len(self.classes)
            case Fixed.SUBJECT_NAME | Fixed.PEER_NAME:
                return len(self.names)
            case Fixed.ADDRESS:
                return len(self.address.cuts)
            case Fixed.PROTOCOL:
                return len(self.protocols)
            case Fixed.PORT:
                return len(self.port.cuts)
            case Fixed.OTHERS:
                return len(Others)
            case Line():
                return len(self.lines[axis].cuts)
            case LabelOf(_, label):
                return 1 + len(self.values[label])
            case PortName() | DnsName() | Unknown() | Condition():
                return 2
            case never:
                assert_never(never)

    def is_cut_like(self, other: Space) -> bool:
        """Whether all axes stand in the same places, and each is cut into the same pieces by the same constants."""
        return self._cuts == other._cuts

    @property
    def _cuts(self) -> tuple[object, ...]:
        lines, names = (self.address, self.port, self.lines), (self.names, self.loose_names)
        return self.axes, self.full, names, lines, self.protocols, self.values, self.constants

    def axis(self, axis: Axis) -> int:
        """The number of an axis."""
        return self.index[axis]

    def label_axis(self, end: End, label: Label) -> int:
        """The axis of ``label`` at one end."""
        if label == NAMESPACE_NAME:
            return self.index[Fixed.SUBJECT_NAME if end is End.SUBJECT else Fixed.PEER_NAME]
        return self.index[LabelOf(end, label)]

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
        return self.lines[Line.ICMP].mask(first + (icmp.code or 0), first + (CODES - 1 if whole else icmp.code or 0))

    def atoms(self, point: Point) -> dict[int, int]:
        """The atom of ``point`` on every axis, as single-bit masks."""
        return {number: self._atom(axis, point) for number, axis in enumerate(self.axes)}

    def _atom(self, axis: Axis, point: Point) -> int:
        match axis:
            case Fixed.CLASS:
                return CLASS_BIT[point.peer_class]
            case Fixed.SUBJECT_NAME:
                return self.value_mask(NAMESPACE_NAME, point.subject.namespace)
            case Fixed.PEER_NAME:
                return self.value_mask(NAMESPACE_NAME, point.peer.namespace if point.peer else None)
            case Fixed.ADDRESS:
                return 1 << self.address.atom(place(point.address))
            case Fixed.PROTOCOL:
                return 1 << self._protocol_index(point.protocol)
            case Fixed.PORT:
                return 1 << self.port.atom(point.port or 0)
            case Fixed.OTHERS:
                return OTHERS_BIT[point.others]
            case Line():
                return 1 << self.lines[axis].atom(_number(axis, point))
            case LabelOf(End.NODE, label):
                return self.value_mask(label, dict(point.node_labels).get(label.key))
            case LabelOf(end, label):
                pod = point.subject if end is End.SUBJECT else point.peer
                return self.value_mask(label, pod.label(label) if pod else None)
            case PortName(protocol, name):
                return 2 if (protocol, name) in point.names else 1
            case DnsName(pattern):
                return 2 if pattern in point.fqdns else 1
            case Unknown():
                return 2 if axis in point.opaque else 1
            case Condition():
                return 2 if axis in point.conditions else 1
            case never:
                assert_never(never)

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
        return 1 << (self._alike(label, values)[self._mark(label, value)] + (not is_name))

    def _alike(self, label: Label, values: list[str]) -> dict[tuple[bool, ...], int]:
        """The index of the first example of which the tests on ``label`` say the same."""
        marks = self._marks.get(label)
        if marks is None:
            marks = self._marks[label] = {}
            for index, value in enumerate(values):
                marks.setdefault(self._mark(label, value), index)
        return marks

    def _mark(self, label: Label, value: str) -> tuple[bool, ...]:
        return tuple(holds(atom, value) for atom in self._mentioned[label])

    def port_mask(self, ports: PortRange | None) -> int:
        """The ports of a range, all of them for None."""
        return self.full[self.port_axis] if ports is None else self.port.mask(ports.first, ports.last)

    def protocol_mask(self, protocol: int | None) -> int:
        """One protocol, all of them for None."""
        return self.full[self.protocol_axis] if protocol is None else 1 << self.protocols.index(protocol)


def _have_endpoints(sides: tuple[PolicySet, ...], found: Constants) -> bool:
    """Whether endpoints of an engine's own are peers: both engines have such, or a rule names them."""
    return found.endpoints or all(one.semantics.has_endpoints for one in sides)


def _number(line: Line, point: Point) -> int:
    """Where ``point`` is on one of the lines that few policies mention."""
    mine = point.subject_address
    match line:
        case Line.SUBJECT_IPV4:
            return place(mine) if mine and ":" not in mine else 0
        case Line.SUBJECT_IPV6:
            return place(mine) if ":" in mine else V6
        case Line.SOURCE_PORT:
            return point.source_port or 0
        case Line.ICMP:
            kind, code = point.icmp or (0, 0)
            return kind * CODES + code
        case never:
            assert_never(never)


def _namespace_name(text: str) -> bool:
    return text != "" and legal(text) and text == text.lower() and not {".", "_"} & set(text)


def bits(mask: int) -> Iterator[int]:
    """The single-bit masks of ``mask``, lowest first."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
