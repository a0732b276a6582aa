"""Why a rule does not match a packet: the conditions that fail, each found by asking the same rule with less in it.

Nothing is judged here: every condition is put to ``evaluator_match.rule_matches`` as a rule that asks nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import assert_never

from msgspec.structs import replace

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
)
from translate.model.policy import AddressSet, Policy, Rule
from translate.model.selectors import NOTHING, And, Selector
from translate.model.traffic import ANY_TRAFFIC, Traffic
from translate.prover.evaluator_match import View, rule_matches, selects
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.words import meant, packet, ports, unfulfilled, wanted

PEER, TRAFFIC, OWN_SIDE, SUBJECT, SEQUENCE = "peer", "traffic", "own side", "subject", "sequence"
"""What conditions are about."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One condition that a packet fails: what it is about, and a clause in words."""

    about: str
    text: str


def misses(rule: Rule, policy: Policy, point: Point, view: View, sets: tuple[AddressSet, ...]) -> tuple[Miss, ...]:
    """The conditions that keep ``rule`` from matching: of several peers, or items of traffic, those of the nearest."""

    def holds(asked: Rule) -> bool:
        return rule_matches(asked, policy, point, view, sets)

    return (*_peer(rule, policy, point, holds), *_traffic(rule, point, holds), *_own_side(rule, point, holds))


def unselected(policy: Policy, pod: Pod) -> tuple[Miss, ...]:
    """Why ``policy`` does not select ``pod``."""
    namespaces, found = policy.subject.namespaces, []
    if isinstance(namespaces, OwnNamespace):
        if policy.identity.namespace != pod.namespace:
            found.append(f"is in namespace {pod.namespace}, not {policy.identity.namespace}")
    else:
        found += _unfulfilled(namespaces, pod)
    found += _unfulfilled(policy.subject.pods, pod)
    return tuple(Miss(SUBJECT, text) for text in found)


def _own_side(rule: Rule, point: Point, holds: Callable[[Rule], bool]) -> tuple[Miss, ...]:
    if rule.subject is None or holds(_bare(rule, subject=rule.subject)):
        return ()
    where = f" at {point.subject_address}" if point.subject_address else ""
    side = " or ".join(meant(peer) for peer in rule.subject) or "no pod"
    return (Miss(OWN_SIDE, f"the pod itself{where} is not among those that the rule is for ({side})"),)


def _bare(
    rule: Rule,
    peers: tuple[Peer, ...] = (Anyone(),),
    traffic: tuple[Traffic, ...] = (ANY_TRAFFIC,),
    subject: tuple[Peer, ...] | None = None,
) -> Rule:
    """``rule``, asking nothing but this."""
    return Rule(rule.action, peers, traffic, subject=subject)


def _peer(rule: Rule, policy: Policy, point: Point, holds: Callable[[Rule], bool]) -> tuple[Miss, ...]:
    def is_meant(peer: Peer) -> bool:
        return holds(_bare(rule, peers=(peer,)))

    if any(is_meant(peer) for peer in rule.peers):
        return ()
    if not rule.peers:
        return (Miss(PEER, "it means no peer at all"),)
    if len(rule.peers) > 1 and all(isinstance(peer, Cidr) for peer in rule.peers):
        return (Miss(PEER, f"{_address(point)} is in none of its {len(rule.peers)} ranges"),)
    found = [list(_why_not(peer, policy, point, is_meant)) for peer in rule.peers]
    return tuple(Miss(PEER, text) for text in min(found, key=len))


def _why_not(peer: Peer, policy: Policy, point: Point, is_meant: Callable[[Peer], bool]) -> Iterator[str]:
    """What keeps ``peer`` from being the other end."""
    match peer:
        case Workloads(namespaces, pods):
            yield from _of_pods(namespaces, pods, policy, point)
        case Both(peers):
            for inner in peers:
                if not is_meant(inner):
                    yield from _why_not(inner, policy, point, is_meant)
        case Cidr():
            yield _of_block(peer, point, is_meant)
        case Kinds(kinds):
            yield f"the peer is {_what(point)}, not {' or '.join(kinds) or 'of any kind that it means'}"
        case Nodes(labels):
            yield f"the peer is {_what(point)}, not a node with {wanted(labels)}"
        case Fqdn(pattern):
            yield f"{point.address} is no address of {pattern}"
        case Opaque(unknown):
            yield f"the peer is none of the {unknown}"
        case Except(inner):
            yield f"the peer is excluded ({meant(inner)})"
        case Anyone():
            yield "it means nobody"
        case never:
            assert_never(never)


def _of_block(peer: Cidr, point: Point, is_meant: Callable[[Peer], bool]) -> str:
    if is_meant(replace(peer, excluding=())):
        return f"{_address(point)} is excepted from {peer.block} ({', '.join(peer.excluding)})"
    if is_meant(replace(peer, block="::/0" if ":" in point.address else "0.0.0.0/0", excluding=())):
        return f"{_address(point)} is not in {peer.block}"
    if (":" in peer.block) != (":" in point.address):
        return f"the packet is IPv{6 if ':' in point.address else 4}, and {peer.block} is not"
    return f"the peer is {_what(point)}, and ranges mean none of these ({peer.block})"


def _address(point: Point) -> str:
    """The address of the peer; where it is no outside one it may be no more than supposed."""
    return point.address if point.peer_class is PeerClass.OUTSIDE else "the address of the peer"


def _of_pods(namespaces: Selector | OwnNamespace, pods: Selector, policy: Policy, point: Point) -> Iterator[str]:
    if point.peer is None:
        yield f"the peer is {_what(point)}, no pod"
        return
    if NOTHING in (namespaces, pods):
        yield f"the peer {unfulfilled(NOTHING, point.peer.label)}"
        return
    if isinstance(namespaces, OwnNamespace):
        if policy.identity.namespace != point.peer.namespace:
            yield f"the peer is in namespace {point.peer.namespace}, not {policy.identity.namespace}"
    else:
        yield from (f"the peer {text}" for text in _unfulfilled(namespaces, point.peer))
    yield from (f"the peer {text}" for text in _unfulfilled(pods, point.peer))


def _unfulfilled(selector: Selector, pod: Pod) -> Iterator[str]:
    """The terms of a selector that are not true for ``pod``, beside what it has instead."""
    for term in selector.terms if isinstance(selector, And) else (selector,):
        if not selects(term, pod):
            yield unfulfilled(term, pod.label)


def _what(point: Point) -> str:
    """What the peer is; its address may be no more than supposed."""
    if point.peer is not None:
        return "a pod"
    return "an address outside" if point.peer_class is PeerClass.OUTSIDE else point.peer_class.value


PARTS = ("protocol", "port", "family", "source", "icmp", "condition", "excluding")


def _traffic(rule: Rule, point: Point, holds: Callable[[Rule], bool]) -> tuple[Miss, ...]:
    if not rule.traffic:
        return (Miss(TRAFFIC, "it means no traffic at all"),)
    found = [(item, _failing(rule, item, holds)) for item in rule.traffic]
    if any(not parts for _, parts in found):
        return ()
    item, parts = min(found, key=lambda one: len(one[1]))
    if parts and set(parts) <= {"port", "protocol"}:
        listed = ports(one for one, _ in found)
        return (Miss(TRAFFIC, f"{packet(point)} is not among its ports ({listed})"),)
    return tuple(Miss(TRAFFIC, text) for text in dict.fromkeys(_told(part, item, point) for part in parts))


def _failing(rule: Rule, item: Traffic, holds: Callable[[Rule], bool]) -> list[str]:
    """The fields of ``item`` that the packet fails, each asked by itself."""
    found = []
    for part in PARTS:
        asked = getattr(item, part)
        if asked == getattr(ANY_TRAFFIC, part):  # every packet has it
            continue
        if not holds(_bare(rule, traffic=(Traffic(**{part: asked}),))):
            found.append(part)
    return found


def _told(part: str, item: Traffic, point: Point) -> str:
    match part:
        case "family":
            return f"the packet is IPv{6 if ':' in point.address else 4}, not IPv{item.family}"
        case "source" if item.source is not None:
            return f"it comes from port {point.source_port}, not {item.source.first}-{item.source.last}"
        case "icmp" if item.icmp is not None:
            code = "" if item.icmp.code is None else f" code {item.icmp.code}"
            return f"{packet(point)} is not type {item.icmp.type}{code}"
        case "condition":
            return f"it asks more than such a packet ({item.condition})"
        case "excluding":
            return f"{packet(point)} is excluded from it ({ports(item.excluding)})"
        case _:
            return f"{packet(point)} is not {ports((item,))}"


def is_a_way(rule: Rule) -> bool:
    """Whether a rule could let a packet through, or on."""
    return rule.action.lets_on and bool(rule.peers) and bool(rule.traffic)
