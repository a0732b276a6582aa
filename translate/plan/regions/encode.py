"""Rules of the model as boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import assert_never

from translate.core.ranges import LAST_ADDRESS, V6, bounds
from translate.model.facts import Facts
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
from translate.model.policy import Policy, Rule
from translate.model.rewrite import Literal, disjuncts
from translate.model.selectors import (
    NAMESPACE_NAME,
    Exists,
    In,
    Selector,
    conjunction,
)
from translate.model.traffic import WITH_PORTS, PortRange, Traffic
from translate.plan.regions.boxes import (
    ADDRESS,
    KIND,
    MOST_BOXES,
    PEER,
    PORT,
    PROTOCOL,
    SUBJECT,
    TEST,
    Box,
    BoxAxis,
    PeerIs,
    SubjectIs,
    TooManyBoxesError,
    inside,
    tidy,
    without,
)
from translate.plan.regions.sets import AxisSet, IntervalSet, ValueSet

LAST_PORT = 65_535
MOST_BRANCHES = 64
KINDS: BoxAxis = (KIND, None)
ADDRESSES: BoxAxis = (ADDRESS, None)
PROTOCOLS: BoxAxis = (PROTOCOL, None)
PORTS: BoxAxis = (PORT, None)
TRUE = ValueSet(frozenset((True,)), negated=False, absent=False)


def kinds(*found: Kind) -> ValueSet:
    """Peers of some kinds."""
    return ValueSet(frozenset(found), negated=False, absent=False)


def subject(policy: Policy) -> list[Box]:
    """The pods that a policy governs."""
    where = policy.subject.namespaces
    return list(_selected(_with_namespace(where, policy.subject.pods, policy), SUBJECT))


def own_boxes(rule: Rule, policy: Policy) -> list[Box]:
    """The pods that a policy governs, as far as they are what a rule asks of them."""
    found = subject(policy)
    if rule.subject is None:
        return found
    own = [box for peer in rule.subject for box in _composed(peer, lambda part: _own(part, policy))]
    return [both for box in own for both in inside(found, box)]


def rule_boxes(rule: Rule, policy: Policy) -> list[Box]:
    """What a rule matches, its subject included."""
    peers = tidy(box for peer in rule.peers for box in peer_boxes(peer, policy))
    return put_together(tidy(own_boxes(rule, policy)), peers, packet_boxes(rule.traffic))


def put_together(who: Iterable[Box], peers: Iterable[Box], packets: Iterable[Box]) -> list[Box]:
    """What is in one box of each. Raises TooManyBoxesError."""
    whole: list[Box] = []
    for one, peer, packet in product(who, peers, packets):
        whole += [both for end in inside([one], peer) for both in inside([end], packet)]
        if len(whole) > MOST_BOXES:
            raise TooManyBoxesError
    return whole


def _with_namespace(namespaces: Selector | OwnNamespace, pods: Selector, policy: Policy) -> Selector:
    if isinstance(namespaces, OwnNamespace):
        return conjunction(In(NAMESPACE_NAME, (policy.identity.namespace or "",)), pods)
    return conjunction(namespaces, pods)


def _selected(selector: Selector, end: int) -> Iterator[Box]:
    branches = disjuncts(selector, MOST_BRANCHES)
    if branches is None:
        raise TooManyBoxesError
    for branch in branches:
        boxes: list[Box] = [{}]
        for literal in branch:
            boxes = inside(boxes, _test(literal, end))
        yield from boxes


def _test(literal: Literal, end: int) -> Box:
    atom, positive = literal
    side: AxisSet
    if isinstance(atom, In):
        side = ValueSet(frozenset(atom.values), negated=False, absent=False)
    elif isinstance(atom, Exists):
        side = ValueSet(frozenset(), negated=True, absent=False)
        if atom.label == NAMESPACE_NAME:
            side = ValueSet()  # every namespace has a name
    else:
        return {(end, atom): TRUE if positive else TRUE.rest()}
    if atom.label == NAMESPACE_NAME:
        side = ValueSet(side.listed, side.negated, absent=False) if isinstance(atom, In) else side
    return {(end, atom.label): side if positive else side.rest()}


def _own(peer: Peer, policy: Policy) -> list[Box]:
    """A rule's own condition on the subject; one on its address is an unknown."""
    if isinstance(peer, Workloads):
        return list(_selected(_with_namespace(peer.namespaces, peer.pods, policy), SUBJECT))
    return [{}] if isinstance(peer, Anyone) else [{(TEST, SubjectIs(peer)): TRUE}]


def peer_boxes(peer: Peer, policy: Policy) -> list[Box]:
    """Whom a peer means; address sets are ranges by now."""
    return _composed(peer, lambda part: _end(part, policy))


def _composed(peer: Peer, of_part: Callable[[Peer], list[Box]]) -> list[Box]:
    """Whom a peer means that may be made of others."""
    boxes: list[Box] = [{}]
    match peer:
        case Both(peers):
            for part in peers:
                boxes = [both for box in _composed(part, of_part) for both in inside(boxes, box)]
            return boxes
        case Except(part):
            for box in _composed(part, of_part):
                boxes = without(boxes, box)
            return boxes
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return of_part(peer)
        case never:
            assert_never(never)


def _end(peer: Peer, policy: Policy) -> list[Box]:
    """Whom a peer means that is not made of others."""
    match peer:
        case Anyone():
            return [{}]
        case Workloads(namespaces, pods):
            who = _selected(_with_namespace(namespaces, pods, policy), PEER)
            return [{KINDS: kinds(Kind.PODS), **box} for box in who]
        case Kinds(found):
            return [{KINDS: kinds(*found)}] if found else []
        case Cidr(block, excluding, reach):
            outside: Box = {} if reach is Reach.ADDRESS else {KINDS: kinds(Kind.OUTSIDE)}
            return [{**outside, ADDRESSES: _addresses(block, excluding)}]
        case Nodes() | Fqdn() | Opaque() | Both() | Except():
            return [{(TEST, PeerIs(peer)): TRUE}]
        case never:
            assert_never(never)


def _addresses(block: str, excluding: tuple[str, ...]) -> IntervalSet:
    found = span(block)
    for hole in excluding:
        found = found.meet(span(hole).rest())
    return found


def span(block: str) -> IntervalSet:
    """A range on the line of addresses: IPv4, then IPv6."""
    return IntervalSet.of(*bounds(block), LAST_ADDRESS)


def pods_line(facts: Facts) -> IntervalSet:
    """The addresses of pods, as stated."""
    found = IntervalSet((), LAST_ADDRESS)
    for block in facts.pods:
        found = found.rest().meet(span(block).rest()).rest()
    return found


def packet_boxes(items: Iterable[Traffic]) -> list[Box]:
    """What packets some items mean together, in few boxes."""
    return tidy(box for item in items for box in _packets(item))


def _packets(item: Traffic) -> list[Box]:
    """The packets of an item; what is neither protocol nor port is an unknown."""
    box: dict[BoxAxis, AxisSet] = {}
    if item.protocol is not None:
        box[PROTOCOLS] = ValueSet(frozenset((item.protocol,)), negated=False, absent=False)
    if item.family is not None:
        line = (
            IntervalSet.of(0, V6 - 1, LAST_ADDRESS)
            if item.family == 4
            else IntervalSet.of(V6, LAST_ADDRESS, LAST_ADDRESS)
        )
        box[ADDRESSES] = line
    if item.port is not None and item.protocol is None:
        box[PROTOCOLS] = ValueSet(frozenset(WITH_PORTS), negated=False, absent=False)
    if isinstance(item.port, PortRange):
        box[PORTS] = IntervalSet.of(item.port.first if item.port.first > 1 else 0, item.port.last, LAST_PORT)
    elif item.port is not None:
        box[TEST, item.port] = TRUE
    for asked in (item.source, item.icmp, item.condition):
        if asked is not None:
            box[TEST, asked] = TRUE
    boxes: list[Box] = [box]
    for excluded in item.excluding:
        for hole in _packets(excluded):
            boxes = without(boxes, hole)
    return boxes
