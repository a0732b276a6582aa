"""Boxes as rules again, in the words of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from translate.core.ranges import LAST_ADDRESS, V6
from translate.model.conditions import Condition
from translate.model.peers import (
    OWN_NAMESPACE,
    Anyone,
    Both,
    Cidr,
    Except,
    Kind,
    Kinds,
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
    parts,
)
from translate.model.policy import Action, Policy, Rule
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
    StartsWith,
    conjunction,
    disjunction,
)
from translate.model.traffic import WITH_PORTS, IcmpType, NamedPort, PortRange, Traffic
from translate.plan.regions.boxes import PEER, SUBJECT, Box, PeerIs, SubjectIs
from translate.plan.regions.cover import Range, fewest, words
from translate.plan.regions.encode import (
    ADDRESSES,
    KINDS,
    LAST_PORT,
    PORTS,
    PROTOCOLS,
    TRUE,
    span,
    subject,
)
from translate.plan.regions.sets import AxisSet, IntervalSet, ValueSet

EVERY_KIND = frozenset(Kind)
MOST_OWN = 64
"""Of a rule with more ranges than these it is not asked whether its own would do."""


class Decoded(NamedTuple):
    """The pods of a policy that is made for some pods of another."""

    namespaces: Selector | OwnNamespace
    pods: Selector


def as_decided(rule: Rule) -> Rule:
    """The rule with what its action comes to in the end: past the last Pass all is allowed."""
    return rule if rule.action is Action.DENY else replace(rule, action=Action.ALLOW)


def decode(box: Box, rule: Rule, policy: Policy) -> tuple[Decoded | None, Rule]:
    """The rule that decides ``box``, and whom it concerns if that is not all pods of ``policy``."""
    mine = {axis: side for axis, side in box.items() if axis[0] == SUBJECT}
    everyone = [{axis: side for axis, side in one.items() if not side.is_full} for one in subject(policy)]
    whole = everyone == [mine]  # one of several alternatives is not all pods
    who = None if whole else _who(mine, policy)
    own = [_unknown(key.peer, value) for (_, key), value in box.items() if isinstance(key, SubjectIs)]
    condition = (own[0] if len(own) == 1 else Both(tuple(own)),) if own else None
    made = Rule(
        as_decided(rule).action, tuple(_peers(box, rule, policy)), tuple(_traffic(box, rule)), rule.origin, condition
    )
    return who, _as_written(made, rule)


def _as_written(made: Rule, rule: Rule) -> Rule:
    """What did not change keeps its order and its places."""
    peers = rule.peers if set(made.peers) == set(rule.peers) else made.peers
    traffic = rule.traffic if set(made.traffic) == set(rule.traffic) else made.traffic
    return replace(made, peers=peers, traffic=traffic)


def _who(mine: Box, policy: Policy) -> Decoded:
    namespaces, pods = _selectors(mine, SUBJECT)
    own = policy.identity.namespace
    if own is not None and namespaces == In(NAMESPACE_NAME, (own,)):
        return Decoded(OWN_NAMESPACE, pods)
    return Decoded(namespaces, pods)


def _selectors(box: Box, end: int) -> tuple[Selector, Selector]:
    """The terms about namespaces, and all others."""
    about: list[Selector] = []
    others: list[Selector] = []
    for (place, key), side in sorted(box.items(), key=lambda pair: str(pair[0][1])):
        if place != end or not isinstance(side, ValueSet) or side.is_full:
            continue
        if isinstance(key, Label):
            (about if key.scope is Scope.NAMESPACE else others).append(_term(key, side))
        elif isinstance(key, (StartsWith, EndsWith, Contains)):
            (about if key.label.scope is Scope.NAMESPACE else others).append(key if side == TRUE else Not(key))
    return conjunction(*about), conjunction(*others)


def _term(label: Label, side: ValueSet) -> Selector:
    values = tuple(sorted(str(value) for value in side.listed))
    named = label == NAMESPACE_NAME
    if not side.negated:
        listed = In(label, values)
        return (
            disjunction(listed, Not(Exists(label)))
            if side.absent and values and not named
            else (listed if values else Not(Exists(label)))
        )
    others = Not(In(label, values))
    if side.absent or named:
        return others if values else EVERYTHING
    return conjunction(Exists(label), others) if values else Exists(label)


def _peers(box: Box, rule: Rule, policy: Policy) -> Iterator[Peer]:
    side = box.get(KINDS)
    allowed = _kinds(side)
    addresses = box.get(ADDRESSES)
    unknown = [_unknown(key.peer, value) for (_, key), value in box.items() if isinstance(key, PeerIs)]
    ranges = list(_ranges(addresses, rule)) if isinstance(addresses, IntervalSet) else []
    for part in _parts(box, allowed, ranges, policy, rule):
        yield Both((part, *unknown), rule.origin) if unknown else part


def _parts(box: Box, allowed: frozenset[Kind], ranges: list[Cidr], policy: Policy, rule: Rule) -> Iterator[Peer]:
    """Everyone as one peer where all kinds are meant, else pods by their labels and the rest by kind."""
    labels = any(place == PEER and not side.is_full for (place, _), side in box.items())
    if allowed == EVERY_KIND and not labels:
        yield from ranges
        if not ranges:
            yield Anyone(rule.origin)
        return
    if Kind.PODS in allowed:
        pods = _workloads(box, policy, rule)
        yield from [Both((pods, one), rule.origin) for one in ranges] if ranges else [pods]
    rest = tuple(kind for kind in Kind if kind in allowed and kind is not Kind.PODS)
    if not rest:
        return
    if not ranges:
        yield Kinds(rest, rule.origin)
    elif rest == (Kind.OUTSIDE,):
        yield from (replace(one, reach=Reach.OUTSIDE) for one in ranges)
    else:
        yield from (Both((Kinds(rest), one), rule.origin) for one in ranges)


def _kinds(side: object) -> frozenset[Kind]:
    if not isinstance(side, ValueSet):
        return EVERY_KIND
    listed = frozenset(kind for kind in Kind if kind in side.listed)
    return EVERY_KIND - listed if side.negated else listed


def _workloads(box: Box, policy: Policy, rule: Rule) -> Workloads:
    namespaces, pods = _selectors(box, PEER)
    own = policy.identity.namespace
    if own is not None and namespaces == In(NAMESPACE_NAME, (own,)):
        return Workloads(OWN_NAMESPACE, pods, None, rule.origin)
    return Workloads(namespaces, pods, None, rule.origin)


def _unknown(peer: Peer, side: AxisSet) -> Peer:
    return peer if side == TRUE else Except(peer)


def _ranges(line: IntervalSet, rule: Rule) -> Iterator[Cidr]:
    """The addresses as the fewest ranges, and of several such as parts of those that the rule names."""
    for base, last in ((0, V6 - 1), (V6, LAST_ADDRESS)):
        mine = line.meet(IntervalSet.of(base, last, LAST_ADDRESS))
        whole, own = _fewest(mine, base), _in_own(mine, rule, base)
        for block, holes in whole if own is None or words(whole) < words(own) else own:
            yield Cidr(str(block), tuple(map(str, holes)), Reach.ADDRESS, rule.origin)


def _fewest(line: IntervalSet, base: int) -> Sequence[Range]:
    return fewest([(low - base, high - base) for low, high in line.spans], 6 if base else 4)


def _in_own(line: IntervalSet, rule: Rule, base: int) -> Sequence[Range] | None:
    """The addresses in parts of the ranges that the rule names, None if there are others as well."""
    named = [part.block for peer in rule.peers for part in parts(peer) if isinstance(part, Cidr)]
    found: list[Range] = []
    left = line
    for block in dict.fromkeys(named) if len(named) <= MOST_OWN else ():
        found += _fewest(left.meet(span(block)), base)
        left = left.meet(span(block).rest())
    return found if left.is_empty else None


def _traffic(box: Box, rule: Rule) -> Iterator[Traffic]:
    """The packets: an item per protocol and range of ports; what is left out stays left out."""
    base = Traffic(origin=rule.origin)
    excluded: list[Traffic] = []
    for (_, key), side in box.items():
        match key:
            case NamedPort():
                said, both = Traffic(port=key), None if base.port else replace(base, port=key)
            case PortRange():
                said, both = Traffic(source=key), None if base.source else replace(base, source=key)
            case IcmpType():
                said, both = Traffic(icmp=key), None if base.icmp else replace(base, icmp=key)
            case Condition():
                said, both = Traffic(condition=key), None if base.condition else replace(base, condition=key)
            case _:
                continue
        if side != TRUE:
            excluded.append(said)
        elif both is None:
            excluded.append(Traffic(excluding=(said,)))  # holds as well: one item has room for one of a kind
        else:
            base = both
    protocols = box.get(PROTOCOLS)
    ports = box.get(PORTS)
    numbers: list[int | None] = [None]
    if isinstance(protocols, ValueSet) and not protocols.is_full:
        listed = sorted(number for number in protocols.listed if isinstance(number, int))
        if protocols.negated:
            excluded += [Traffic(number) for number in listed]
        else:
            numbers = [*listed]
    for number in numbers:
        item = replace(base, protocol=number, excluding=tuple(excluded))
        if isinstance(ports, IntervalSet) and base.port is not None:
            # A port by its name, and within these numbers.
            gaps = tuple(Traffic(port=_range(*span)) for span in ports.rest().spans if span[1])
            yield replace(item, excluding=(*item.excluding, *gaps))
        elif isinstance(ports, IntervalSet) and not ports.is_full and number in (*WITH_PORTS, None):
            for first, last in ports.spans:
                yield replace(item, port=_range(first, last))
        elif not isinstance(ports, IntervalSet) or ports.is_full:
            yield item


def _range(first: int, last: int) -> PortRange:
    return PortRange(max(1, first), min(last, LAST_PORT))
