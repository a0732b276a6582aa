"""What rules say of packets beside protocol and the number of a destination port: names of ports, source ports, ICMP
types, address families, layer 7, and what they leave out.

Ports that are left out become the ranges around them. What the target has no word for is dropped: it loses access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.conditions import Condition, Proxy
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, Peer, Reach, Workloads
from translate.model.policy import Direction, Policy, Rule
from translate.model.traffic import ICMP, ICMPV6, WITH_PORTS, NamedPort, PortRange, Traffic
from translate.plan.context import Pass, Target
from translate.plan.losing import direction_of, drop, not_sent

DROPPED, UNASKED = "NPT509", "NPT510"
HINT = "--on-loss loosen --accept NPT510 keeps the ports, whatever is asked"
UNPROVEN = "--on-loss loosen --accept NPT510 keeps the ports, and asks nobody to prove who they are"
LAST_PORT = 65535
WHOLE_FAMILY = {4: "0.0.0.0/0", 6: "::/0"}


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Spell all traffic with the words that the target has."""
    items = (item for policy in policies for rule in rules_of(policy) for item in rule.traffic)
    has_names = target.can.port_names
    if all(item.is_plain and (has_names or not isinstance(item.port, NamedPort)) for item in items):
        return policies

    def fitted(policy: Policy) -> Policy:
        return with_rules(policy, lambda rule: _rules(rule, policy, target, report))

    return tuple(fitted(policy) for policy in policies)


def _rules(rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Rule]:
    by_family: dict[int | None, list[Traffic]] = {}
    for item in rule.traffic:
        for said in _items(item, rule, policy, target, report):
            by_family.setdefault(None if target.can.families or _is_icmp(said) else said.family, []).append(said)
    for family, traffic in by_family.items():
        if family is None:
            yield replace(rule, traffic=tuple(traffic))
            continue
        peers = tuple(_peers(rule, family, policy, target, report))
        if peers:
            yield replace(rule, peers=peers, traffic=tuple(replace(item, family=None) for item in traffic))


def _is_icmp(item: Traffic) -> bool:
    """Whether the protocol itself is of the family."""
    return (item.protocol, item.family) in ((ICMP, 4), (ICMPV6, 6))


def _items(item: Traffic, rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Traffic]:
    """``item`` without what the target cannot say; nothing if that is all of it."""
    if item.condition and not (target.can.conditions and target.name == target.source.name):
        if not target.loosens(UNASKED, item.origin, policy):
            what, why = _conditional(item.condition, target)
            hint = UNPROVEN if _only_authenticates(item.condition) else HINT
            drop(DROPPED, what, rule, policy, target, report, origin=item.origin, why=why, hint=hint, lost=not_sent)
            return
        _unconditional(item, item.condition, rule, policy, report)
        item = replace(item, condition=None)
    what = _unsayable(item, target)
    if what:
        drop(DROPPED, what, rule, policy, target, report, origin=item.origin, lost=not_sent)
        return
    left_out = {excluded.protocol for excluded in item.excluding if _is_protocol(excluded)}
    if target.can.exclusions and len(left_out) <= 1:
        yield item
        return
    if target.can.exclusions and item.protocol is not None:
        if item.protocol not in left_out:
            yield replace(item, excluding=tuple(x for x in item.excluding if not _is_protocol(x)))
        return
    if item.protocol is None and left_out:
        from translate.plan.lost_packets import family_left  # only where some protocols are left out

        family = family_left(rule, policy)
        what = _others(left_out, target) + (f" over IPv{family}" if family else "")
        drop(DROPPED, what, rule, policy, target, report, origin=item.origin, lost=not_sent)
        for number, of_icmp in (*((number, None) for number in WITH_PORTS), *_icmp(target)):
            if number not in left_out:
                rest = tuple(excluded for excluded in item.excluding if not _is_protocol(excluded))
                one = replace(item, protocol=number, family=of_icmp or item.family, excluding=rest)
                yield from _items(one, rule, policy, target, report)
        return
    remaining = [replace(item, excluding=())]
    for excluded in item.excluding:
        remaining = [part for one in remaining for part in _without(one, excluded)]
    yield from remaining


def _others(left_out: set[int | None], target: Target) -> str:
    """The packets that no protocol is named for, where one is left out of all."""
    if target.can.icmp != "none":
        return "packets of other protocols than TCP, UDP, SCTP and ICMP"
    ping = "" if ICMP in left_out and ICMPV6 in left_out else " (ping among them)"
    return f"packets of other protocols than TCP, UDP and SCTP{ping}"


def _is_protocol(item: Traffic) -> bool:
    """Whether the item is all packets of one protocol."""
    return item.protocol is not None and item == Traffic(item.protocol)


def _icmp(target: Target) -> tuple[tuple[int, int], ...]:
    return () if target.can.icmp == "none" else ((ICMP, 4), (ICMPV6, 6))


def _only_authenticates(condition: Condition) -> bool:
    return bool(condition.authentication) and condition.proxy is None


def _conditional(condition: Condition, target: Target) -> tuple[str, str]:
    """What a rule lets through that asks more than ports, and why it is lost where that is more than a word."""
    title = target.can.title
    if _only_authenticates(condition):
        return "connections of peers that prove who they are", f"a {title} asks for no authentication"
    if condition.proxy is Proxy.DNS:
        why = f"a {title} cannot say which names may be asked for"
        return (
            "DNS queries that a layer 7 rule lets through",
            f"{why}, so by this rule the pods resolve no name any more",
        )
    if condition.proxy is Proxy.HTTP:
        otherwise = target.can.requests and target.name != target.source.name
        why = f"a {title} asks for requests in other words, which are not translated" if otherwise else ""
        return "HTTP requests that a layer 7 rule lets through", why
    return "connections that a layer 7 rule lets through", ""


def _unconditional(item: Traffic, condition: Condition, rule: Rule, policy: Policy, report: Report) -> None:
    ways = {Direction.INGRESS: "to", Direction.EGRESS: "from", None: "to or from"}
    where = f"{ways[direction_of(rule, policy)]} the pods of {policy.called} on its ports"
    if _only_authenticates(condition):
        message = f"peers that do not prove who they are get through {where}"
        hint = "accept it if something else authenticates them (a mesh)"
    else:
        message = f"whatever is asked on layer 7 gets through {where}"
        hint = "accept it if something else looks at the requests (a mesh, a gateway)"
    report.lose(UNASKED, Effect.LOOSER, message, origin=item.origin, about=policy.called, hint=hint)


def _unsayable(item: Traffic, target: Target) -> str:
    can = target.can
    if isinstance(item.port, NamedPort) and not can.port_names:
        return f"packets to the port called {item.port.name}"
    if item.source is not None and not can.source_ports:
        return "packets from certain source ports"
    # Where there are no codes, type 0 is every type.
    by_type = can.icmp == "types" and item.icmp is not None and item.icmp.code is None and item.icmp.type != 0
    if item.icmp is not None and can.icmp != "codes" and not by_type:
        return "ICMP messages of certain types"
    if any(isinstance(excluded.port, NamedPort) for excluded in item.excluding) and not can.port_names:
        return "packets to all ports but one that has a name"
    if any(excluded.excluding for excluded in item.excluding):
        return "packets with two port names, or two ICMP types, at once"
    if can.exclusions:
        return _left_out_of_two(item)
    for excluded in item.excluding:
        if excluded.protocol is not None and item.protocol is None and not _is_protocol(excluded):
            return "packets of all protocols but some ports of one"
        if excluded.source is not None:
            return "packets from all source ports but some"
        if excluded.icmp is not None:
            return "ICMP messages of all types but some"
        if isinstance(excluded.port, NamedPort) or (excluded.port and isinstance(item.port, NamedPort)):
            return "packets to all ports but one that has a name"
    return ""


def _left_out_of_two(item: Traffic) -> str:
    """What a rule that has one word for each sort of packets to leave out cannot say."""
    if sum(excluded.icmp is not None for excluded in item.excluding) > 1:
        return "ICMP messages of all types but several"
    if any(excluded.port and excluded.protocol not in (None, item.protocol) for excluded in item.excluding):
        return "packets of all protocols but some ports of one"
    return ""


def _without(item: Traffic, excluded: Traffic) -> Iterator[Traffic]:
    """``item`` without the packets of ``excluded``, which is a protocol or a range of ports."""
    if excluded.protocol is not None and excluded.protocol != item.protocol:
        yield item
        return
    if not isinstance(excluded.port, PortRange):
        return
    whole = item.port or PortRange(1, LAST_PORT)
    if item.protocol not in WITH_PORTS or isinstance(whole, NamedPort):
        yield item
        return
    for first, last in (
        (whole.first, min(whole.last, excluded.port.first - 1)),
        (max(whole.first, excluded.port.last + 1), whole.last),
    ):
        if first <= last:
            yield replace(item, port=PortRange(first, last))


def _peers(rule: Rule, family: int, policy: Policy, target: Target, report: Report) -> Iterator[Peer]:
    """The peers as far as they have addresses of one family."""
    for peer in rule.peers:
        families = set(families_of(peer))
        if isinstance(peer, Anyone):
            yield Cidr(WHOLE_FAMILY[family], (), Reach.ADDRESS, peer.origin)
        elif families:
            if families == {family}:
                yield peer
        else:
            what = f"pods over IPv{family}"
            drop(DROPPED, what, rule, policy, target, report, origin=rule.origin)


def families_of(peer: Peer) -> Iterator[int]:
    """The families of the ranges that a peer is within; what it is not within says nothing."""
    match peer:
        case Cidr(block):
            yield 6 if ":" in block else 4
        case Both(peers):
            for inner in peers:
                yield from families_of(inner)
        case Anyone() | Workloads() | Nodes() | Fqdn() | Kinds() | Opaque() | Except():
            return
        case never:
            assert_never(never)


def _broken(policy: Policy, target: Target) -> bool:
    return any(_unsayable(item, target) for rule in rules_of(policy) for item in rule.traffic)


PASS = Pass(
    run,
    needs="peers that the target has words for",
    guarantees="all traffic is of packets that the target can tell apart",
    broken=_broken,
)
