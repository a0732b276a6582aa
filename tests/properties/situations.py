"""Points at random, each of them possible in a cluster."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from msgspec.structs import replace

from tests.properties.packets import CONDITIONS
from tests.properties.policies import PATTERNS, SERVICES, UNSEEN
from tests.properties.strategies import KEYS, NAMESPACES, NUMBERS, VALUES
from translate.model.peers import endpoints_named
from translate.model.policy import Direction, PolicySet
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP, WITH_PORTS
from translate.prover.point import ENDPOINTS, PODS, Others, PeerClass, Pod, Point

ADDRESSES = {
    4: ("10.1.2.3", "10.1.2.4", "10.1.9.9", "10.9.9.9", "8.8.8.8"),
    6: ("fd00:1::1", "fd00:2::1", "2001:db8::1"),
}
PROTOCOLS = {4: (TCP, TCP, UDP, SCTP, ICMP, ICMP, ICMPV6, 47, 50), 6: (TCP, TCP, UDP, SCTP, ICMP, ICMPV6, 47, 50)}
Item = TypeVar("Item")
MESSAGES = ((0, 0), (8, 0), (8, 3), (8, 4), (254, 255), (128, 0))


def points(dice: Random, many: int, *sides: PolicySet) -> list[Point]:
    """Situations at random that a comparison of ``sides`` is about, with other policies than those that are given."""
    classes = {way: [one for one in PeerClass if is_there(one, way, *sides)] for way in Direction}
    return [_point(dice, way, classes[way]) for way in (dice.choice(list(Direction)) for _ in range(many))]


def today(some: list[Point]) -> list[Point]:
    """The same without other policies."""
    return [replace(point, others=Others.NOTHING) for point in some]


def is_there(peer_class: PeerClass, direction: Direction, *sides: PolicySet) -> bool:
    """Whether there are such peers: endpoints of an engine's own where all sides have such, or some rule of the
    direction names one.
    """
    if peer_class not in ENDPOINTS or all(one.semantics.has_endpoints for one in sides):
        return True
    sections = (policy.section(direction) for one in sides for policy in one.policies)
    return any(endpoints_named(rule.peers) for section in sections if section is not None for rule in section.rules)


def _point(dice: Random, direction: Direction, classes: list[PeerClass]) -> Point:
    """Both ends are of one address family; only what has ports is given ports, only ICMP a type."""
    names = [*NAMESPACES, "another", "third"]
    subject = _pod(dice, dice.choice(names), _labels(dice, "env"))
    peer_class = dice.choice([*PODS, *PODS, *classes])
    peer = None
    if peer_class is PeerClass.POD_SAME:
        peer = _pod(dice, subject.namespace, subject.namespace_labels)
    elif peer_class is PeerClass.POD_OTHER:
        peer = _pod(dice, dice.choice([name for name in names if name != subject.namespace]), _labels(dice, "env"))
    family = dice.choice([4, 4, 6])
    protocol = dice.choice(PROTOCOLS[family])
    port = dice.choice([*NUMBERS, 1, 79, 85, 91, 65535]) if protocol in WITH_PORTS else None
    nameable = port is not None and (direction is Direction.INGRESS or peer is not None)
    nodes = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)
    return Point(
        direction=direction,
        subject=subject,
        peer_class=peer_class,
        peer=peer,
        address=dice.choice(ADDRESSES[family]),
        protocol=protocol,
        port=port,
        names=frozenset((protocol, name) for name in ("http", "dns") if nameable and dice.random() < 0.5),
        node_labels=_labels(dice, "zone") if peer_class in nodes else (),
        fqdns=_some(dice, PATTERNS) if peer_class is PeerClass.OUTSIDE else frozenset(),
        source_port=None if port is None else dice.choice([1, 79, 80, 81, 40000, 65535]),
        icmp=dice.choice(MESSAGES) if protocol in (ICMP, ICMPV6) else None,
        subject_address=dice.choice(ADDRESSES[family]),
        opaque=_some(dice, (*SERVICES, *UNSEEN)),
        conditions=_some(dice, CONDITIONS),
        others=dice.choice(list(Others)),
    )


def _pod(dice: Random, namespace: str, namespace_labels: tuple[tuple[str, str], ...]) -> Pod:
    accounts = _labels(dice, "team", "projectcalico.org/name")
    return Pod(namespace, namespace_labels, _labels(dice, *KEYS), accounts)


def _some(dice: Random, items: tuple[Item, ...]) -> frozenset[Item]:
    return frozenset(item for item in items if dice.random() < 0.5)


def _labels(dice: Random, *keys: str) -> tuple[tuple[str, str], ...]:
    values = [*VALUES, "ba", "bab", "other"]
    return tuple((key, dice.choice(values)) for key in keys if dice.random() < 0.7)
