"""On which packets peers of a rule lose access, where other rules beside it let everybody through on some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec.structs import replace

from translate.core.shortened import shortened
from translate.model.peers import Anyone, Cidr, Reach
from translate.model.policy import Action, Direction, Policy, Rule
from translate.model.traffic import ANY_TRAFFIC, ICMP, ICMPV6, PROTOCOL_NAMES, WITH_PORTS, PortRange, Traffic

MOST_SHOWN = 3
NAMED = (*WITH_PORTS, ICMP, ICMPV6)
"""The protocols that are told by name."""
REST = 0
"""Stands for all others."""
FAMILY = {ICMP: 4, ICMPV6: 6}
WHOLE_FAMILIES = {"0.0.0.0/0": 4, "::/0": 6}
ALL_PORTS = (1, 65535)

Ports: TypeAlias = dict[int, list[tuple[int, int]]]
"""Ranges of ports by protocol; where there are no ports all of them, or none."""


def lost_packets(rule: Rule, policy: Policy) -> str:
    """The packets of ``rule`` that no rule beside it lets through for everybody, in words; empty where these are all
    packets, or cannot be told.
    """
    left = _ports(rule.traffic)
    if left is None:
        return ""
    for other in _beside(rule, policy):
        if any(isinstance(peer, Anyone) for peer in other.peers):
            free = _ports(item for item in other.traffic if _ports((item,)) is not None)
            left = {protocol: _without(spans, (free or {}).get(protocol, [])) for protocol, spans in left.items()}
    return _words({protocol: spans for protocol, spans in left.items() if spans})


def family_left(rule: Rule, policy: Policy) -> int | None:
    """The only IP family over which packets of ``rule`` can be lost, as a rule beside it lets all through of the other
    one; None where that may be both.
    """
    found = {
        WHOLE_FAMILIES[peer.block]
        for other in _beside(rule, policy)
        if ANY_TRAFFIC in other.traffic
        for peer in other.peers
        if isinstance(peer, Cidr) and peer.reach is Reach.ADDRESS
        if peer.block in WHOLE_FAMILIES and not peer.excluding
    }
    return 10 - found.pop() if len(found) == 1 else None


def _beside(rule: Rule, policy: Policy) -> Iterator[Rule]:
    """The other allows for the same direction and pods."""
    for direction in Direction:
        section = policy.section(direction)
        if section is not None and any(rule is one for one in section.rules):
            for one in section.rules:
                if one is not rule and one.action is Action.ALLOW and one.subject == rule.subject:
                    yield one


def _ports(items: Iterable[Traffic]) -> Ports | None:
    """What is let through, None where there is more to it than protocols and ports."""
    found: Ports = {}
    for item in items:
        if item.family is not None and FAMILY.get(item.protocol or REST) == item.family:
            item = replace(item, family=None)  # messages of the protocol are of that family
        if not item.is_plain or not (item.port is None or isinstance(item.port, PortRange)):
            return None
        some = WITH_PORTS if item.port is not None else (*NAMED, REST)
        for protocol in some if item.protocol is None else (item.protocol,):
            if protocol not in (*NAMED, REST):
                return None
            span = ALL_PORTS if item.port is None else (item.port.first, item.port.last)
            found.setdefault(protocol, []).append(span)
    return found


def _without(spans: list[tuple[int, int]], free: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for first, last in free:
        parts = [part for low, high in spans for part in ((low, min(high, first - 1)), (max(low, last + 1), high))]
        spans = [(low, high) for low, high in parts if low <= high]
    return spans


def _words(left: Ports) -> str:
    """Ports by protocol, and all protocols but those that are told or free."""
    whole = [protocol for protocol, spans in left.items() if spans == [ALL_PORTS]]
    texts = [f"{PROTOCOL_NAMES[protocol]} {_numbers(left[protocol])}" for protocol in left if protocol not in whole]
    if REST not in whole:
        texts += [PROTOCOL_NAMES[protocol] for protocol in whole]
    elif rest := [PROTOCOL_NAMES[protocol] for protocol in NAMED if protocol not in whole]:
        texts.append(f"protocols other than {', '.join(rest[:-1])}{' and ' if rest[1:] else ''}{rest[-1]}")
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if texts[1:] else texts)


def _numbers(spans: list[tuple[int, int]]) -> str:
    texts = (str(first) if first == last else f"{first}-{last}" for first, last in sorted(spans))
    return shortened(texts, MOST_SHOWN)
