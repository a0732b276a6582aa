"""From a path through a diagram to one concrete, small point that a plain interpreter confirms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address

from msgspec.structs import replace

from translate.core.ranges import V6, family
from translate.model.conditions import Condition
from translate.model.policy import Direction
from translate.model.selectors import Scope
from translate.model.traffic import ICMP, ICMPV6, TCP, UDP, WITH_PORTS
from translate.model.unknowns import Unknown
from translate.prover.addresses import place
from translate.prover.axes import SUBJECT_LINES, DnsName, End, LabelOf, Line, PortName
from translate.prover.constants import CODES
from translate.prover.label_classes import fresh
from translate.prover.point import PODS, PeerClass, Pod, Point
from translate.prover.search import Branch
from translate.prover.space import CLASSES, Space, bits

FAMILIAR_PORTS = (80, 443, 8080, 53)
NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)
SAMPLES = {
    PeerClass.POD_SAME: ("10.244.0.10", "fd00:244::10"),
    PeerClass.POD_OTHER: ("10.244.1.10", "fd00:244::1:10"),
    PeerClass.OWN_NODE: ("172.18.0.2", "fd00:18::2"),
    PeerClass.OTHER_NODE: ("172.18.0.3", "fd00:18::3"),
    PeerClass.OUTSIDE: ("203.0.113.10", "2001:db8::10"),
    PeerClass.HEALTH: ("10.244.0.200", "fd00:244::200"),
    PeerClass.INGRESS: ("10.244.0.201", "fd00:244::201"),
    PeerClass.INIT: ("10.244.0.202", "fd00:244::202"),
    PeerClass.UNMANAGED: ("10.244.0.203", "fd00:244::203"),
}
"""Addresses shown where the path leaves the address open."""
PRIVATE = ("10.0.0.10", "172.16.0.10", "192.168.0.10", "100.64.0.10")
MORE_SAMPLES = {
    PeerClass.POD_SAME: PRIVATE,
    PeerClass.POD_OTHER: PRIVATE,
    PeerClass.OWN_NODE: PRIVATE,
    PeerClass.OTHER_NODE: PRIVATE,
    PeerClass.OUTSIDE: ("198.51.100.10", "192.0.2.10", "8.8.8.8"),
}
"""Others that are tried where none of these will do."""


def concretise(space: Space, path: Branch) -> Point:
    """A point inside every block of ``path``; where the path leaves a choice, the plainest value."""
    blocks = [path.get(axis, full) for axis, full in enumerate(space.full)]
    peer_class = CLASSES[(blocks[0] & -blocks[0]).bit_length() - 1]
    name, peer_name = _names(space, blocks, peer_class)
    subject = _pod(space, blocks, End.SUBJECT, name)
    peer = None
    if peer_class in PODS:
        peer = _pod(space, blocks, End.PEER, peer_name)
        if peer_class is PeerClass.POD_SAME:
            peer = replace(peer, namespace_labels=subject.namespace_labels)
    address = _address(space, blocks, peer_class)
    protocol = _protocol(space, blocks, address)
    port = _port(space, blocks) if protocol in WITH_PORTS else None
    chosen = [axis for axis, block in zip(space.axes, blocks, strict=True) if not block & 1]
    names = [axis for axis in chosen if isinstance(axis, PortName) and axis.protocol == protocol]
    nodes = _labels(space, blocks, End.NODE)[Scope.NODE] if peer_class in NODES else []
    outside = peer_class is PeerClass.OUTSIDE
    return Point(
        direction=space.direction,
        subject=subject,
        peer_class=peer_class,
        peer=peer,
        address=address,
        protocol=protocol,
        port=port,
        names=frozenset((axis.protocol, axis.name) for axis in names),
        node_labels=tuple(nodes),
        fqdns=frozenset(axis.pattern for axis in chosen if outside and isinstance(axis, DnsName)),
        source_port=_rare(space, blocks, Line.SOURCE_PORT) if port is not None else None,
        icmp=_icmp(space, blocks) if protocol in (ICMP, ICMPV6) else None,
        subject_address=_subject_address(space, blocks, address),
        opaque=frozenset(axis for axis in chosen if isinstance(axis, Unknown)),
        conditions=frozenset(axis for axis in chosen if isinstance(axis, Condition)),
    )


def _rare(space: Space, blocks: list[int], line: Line) -> int | None:
    """The first number of the first piece a path allows on a line that few policies mention."""
    if line not in space.lines:
        return None
    block = blocks[space.axis(line)]
    return space.lines[line].cuts[(block & -block).bit_length() - 1]


def _icmp(space: Space, blocks: list[int]) -> tuple[int, int] | None:
    found = _rare(space, blocks, Line.ICMP)
    return None if found is None else divmod(found, CODES)


def _subject_address(space: Space, blocks: list[int], address: str) -> str:
    """The address of the subject, of the same family as its peer's; empty where no policy asks for it."""
    if space.lines.keys().isdisjoint(SUBJECT_LINES.values()):
        return ""
    mine = SUBJECT_LINES[family(address)]
    if mine not in space.lines:
        return SAMPLES[PeerClass.POD_SAME][":" in address]
    line, allowed = space.lines[mine], blocks[space.axis(mine)]
    for sample in SAMPLES[PeerClass.POD_SAME]:
        if (":" in sample) == (":" in address) and allowed & 1 << line.atom(place(sample)):
            return sample
    first = line.cuts[(allowed & -allowed).bit_length() - 1]
    return str(IPv4Address(first)) if first < V6 else str(IPv6Address(first - V6))


def _names(space: Space, blocks: list[int], peer_class: PeerClass) -> tuple[str, str]:
    """Namespace names of both ends: equal for pods of one namespace, different otherwise."""
    subjects = [(space.names[bit.bit_length() - 1], bit) for bit in bits(blocks[1])]
    peers = [(space.names[bit.bit_length() - 1], bit) for bit in bits(blocks[space.peer_name_axis])]
    if peer_class is not PeerClass.POD_OTHER:
        return subjects[0][0], subjects[0][0]
    for name, bit in subjects:
        for peer_name, peer_bit in sorted(peers, key=lambda pair: pair[1] & space.loose_names == 0):
            if bit != peer_bit:
                return name, peer_name
    # Both are in one class of several names: two different namespaces of that class.
    return subjects[0][0], fresh(space.names, subjects[0][0])


def _pod(space: Space, blocks: list[int], end: End, namespace: str) -> Pod:
    found = _labels(space, blocks, end)
    accounts = tuple(found[Scope.SERVICE_ACCOUNT])
    return Pod(namespace, tuple(found[Scope.NAMESPACE]), tuple(found[Scope.POD]), accounts)


def _labels(space: Space, blocks: list[int], end: End) -> dict[Scope, list[tuple[str, str]]]:
    found: dict[Scope, list[tuple[str, str]]] = {scope: [] for scope in Scope}
    for axis, block in zip(space.axes, blocks, strict=True):
        if isinstance(axis, LabelOf) and axis.end is end and not block & 1:
            label, index = axis.label, (block & -block).bit_length() - 2
            found[label.scope].append((label.key, space.values[label][index]))
    return found


def _address(space: Space, blocks: list[int], peer_class: PeerClass) -> str:
    block = blocks[space.address_axis]
    for sample in SAMPLES[peer_class]:
        number = int(IPv4Address(sample)) if "." in sample else V6 + int(IPv6Address(sample))
        if block & 1 << space.address.atom(number):
            return sample
    atom = (block & -block).bit_length() - 1
    first = space.address.cuts[atom]
    if atom + 1 == len(space.address.cuts) or space.address.cuts[atom + 1] > first + 1:
        first += 1  # not the address of the network itself, which nobody has
    return str(IPv4Address(first)) if first < V6 else str(IPv6Address(first - V6))


def _protocol(space: Space, blocks: list[int], address: str) -> int:
    allowed = [space.protocols[bit.bit_length() - 1] for bit in bits(blocks[space.protocol_axis])]
    odd = ICMPV6 if "." in address else ICMP
    return min(allowed, key=lambda protocol: (protocol == odd, protocol != TCP, allowed.index(protocol)))


def _port(space: Space, blocks: list[int]) -> int:
    block = blocks[space.port_axis]
    for port in FAMILIAR_PORTS:
        if block & 1 << space.port.atom(port):
            return port
    usable = [bit for bit in bits(block) if bit != 1] or [1]
    return max(1, space.port.cuts[usable[0].bit_length() - 1])


def shrink(point: Point, still: Callable[[Point], bool]) -> Point:
    """The plainest packet, then the smallest point found by taking labels away, one at a time, for which ``still``
    holds; a range that nobody knows is best told of an address outside.
    """
    for plainer in _plainer_packets(point):
        if still(plainer):
            point = plainer
            break
    for plainer in _plainer_addresses(point):
        if still(plainer):
            point = plainer
            break
    again = True
    while again:
        again = False
        for smaller in _smaller(point):
            if still(smaller):
                point, again = smaller, True
                break
    return point


def _plainer_packets(point: Point) -> Iterator[Point]:
    """The same ends with packets that a reader sends every day, the plainest first, down to that of ``point``."""
    for protocol in (TCP, UDP):
        for port in FAMILIAR_PORTS:
            if (protocol, port) == (point.protocol, point.port):
                return
            source = point.source_port if point.port is not None else None
            yield replace(point, protocol=protocol, port=port, names=frozenset(), icmp=None, source_port=source)


def _plainer_addresses(point: Point) -> Iterator[Point]:
    """The same with an address of the peer that one of its kind has, unless it has such a one."""
    samples = (*SAMPLES[point.peer_class], *MORE_SAMPLES.get(point.peer_class, ()))
    if point.address not in samples:
        yield from (replace(point, address=one) for one in samples if family(one) == family(point.address))


def _smaller(point: Point) -> Iterator[Point]:
    if point.peer_class is not PeerClass.OUTSIDE and any(unknown.is_of_addresses for unknown in point.opaque):
        yield _from_outside(point)
    for pattern in sorted(point.fqdns):
        yield replace(point, fqdns=point.fqdns - {pattern})
    for pair in point.node_labels:
        yield replace(point, node_labels=tuple(other for other in point.node_labels if other != pair))
    for name in sorted(point.names):
        yield replace(point, names=point.names - {name})
    for key in sorted(point.opaque, key=str):
        yield replace(point, opaque=point.opaque - {key})
    for condition in sorted(point.conditions):
        yield replace(point, conditions=point.conditions - {condition})
    for pod in _fewer_labels(point.subject):
        same = point.peer is not None and point.peer_class is PeerClass.POD_SAME
        peer = replace(point.peer, namespace_labels=pod.namespace_labels) if same and point.peer else point.peer
        yield replace(point, subject=pod, peer=peer)
    if point.peer is not None:
        for pod in _fewer_labels(point.peer):
            if point.peer_class is PeerClass.POD_OTHER or pod.namespace_labels == point.subject.namespace_labels:
                yield replace(point, peer=pod)


def _from_outside(point: Point) -> Point:
    """The same with a peer outside the cluster, whose ports have no names."""
    return replace(
        point,
        peer_class=PeerClass.OUTSIDE,
        peer=None,
        address=SAMPLES[PeerClass.OUTSIDE][":" in point.address],
        node_labels=(),
        names=point.names if point.direction is Direction.INGRESS else frozenset(),
    )


def _fewer_labels(pod: Pod) -> Iterator[Pod]:
    for pair in pod.labels:
        yield replace(pod, labels=tuple(other for other in pod.labels if other != pair))
    for pair in pod.namespace_labels:
        yield replace(pod, namespace_labels=tuple(other for other in pod.namespace_labels if other != pair))
    for pair in pod.account_labels:
        yield replace(pod, account_labels=tuple(other for other in pod.account_labels if other != pair))
