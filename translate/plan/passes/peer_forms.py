"""Peers that are several things at once, or everyone but somebody: said as one thing where that is the same, else
dropped.

Two ranges at once are their intersection, two selectors their conjunction; a range without others has holes. Pods
within a range of addresses, and everyone but some pods, have no word outside Calico.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.shortened import shortened
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Anyone, Both, Cidr, Except, Kind, Kinds, OwnNamespace, Peer, Reach, Workloads
from translate.model.policy import Policy, Rule
from translate.model.selectors import EVERYTHING, Not, conjunction
from translate.plan.contained import fewest_holes
from translate.plan.context import Pass, Target
from translate.plan.losing import MOST_SHOWN, drop
from translate.tables.records import PeerWord

DROPPED = "NPT508"
FAMILIES = {"0.0.0.0/0": "IPv4", "::/0": "IPv6"}
NO_PODS = tuple(kind for kind in Kind if kind is not Kind.PODS)


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Spell compound peers as plain ones."""
    if target.can.compounds or not any(
        isinstance(peer, (Both, Except, Kinds))
        for policy in policies
        for rule in rules_of(policy)
        for peer in rule.peers
    ):
        return policies

    def fitted(policy: Policy) -> Policy:
        return with_rules(policy, lambda rule: _rule(rule, policy, target, report))

    return tuple(fitted(policy) for policy in policies)


def _rule(rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Rule]:
    peers: list[Peer] = []
    for whole in rule.peers:
        for peer in _as_kinds(whole) if PeerWord.KINDS in target.can.peer_words else (whole,):
            found = _plain(peer)
            if isinstance(found, str):
                hint = "" if target.facts.pods else "state the address ranges of pods (--pods)"
                drop(DROPPED, found, rule, policy, target, report, origin=rule.origin, hint=hint)
            elif found is not None:
                peers.append(found)
    if peers:
        yield rule if tuple(peers) == rule.peers else replace(rule, peers=tuple(peers))


def _as_kinds(peer: Peer) -> Iterator[Peer]:
    """Everyone but some pods is everything that is no pod, and the other pods."""
    if isinstance(peer, Except) and isinstance(peer.peer, Workloads) and peer.peer.namespaces == EVERYTHING:
        yield Kinds(NO_PODS, peer.origin)
        if peer.peer.pods != EVERYTHING:
            yield Workloads(EVERYTHING, Not(peer.peer.pods), None, peer.origin)
    elif isinstance(peer, Kinds) and Kind.PODS in peer.kinds:
        yield Workloads(EVERYTHING, EVERYTHING, None, peer.origin)
        yield from _as_kinds(Kinds(tuple(kind for kind in peer.kinds if kind is not Kind.PODS), peer.origin))
    elif not isinstance(peer, Kinds) or peer.kinds:
        yield peer


def _plain(peer: Peer) -> Peer | str | None:
    """The peer as one thing; None if nobody is meant; else what it is that cannot be said."""
    if isinstance(peer, Except):
        return "everyone but some pods or addresses"
    if not isinstance(peer, Both):
        return peer
    flat = list(_flat(peer))
    ranges = [part for part in flat if isinstance(part, Cidr)]
    pods = [part for part in flat if isinstance(part, Workloads)]
    outs = [part.peer for part in flat if isinstance(part, Except)]
    if ranges and not pods and not outs and any(isinstance(part, Kinds) for part in flat):
        return _of_kinds(ranges, [part for part in flat if isinstance(part, Kinds)])
    others = [part for part in flat if not isinstance(part, (Cidr, Workloads, Except, Anyone))]
    if others or (ranges and pods):
        return _pods_at(pods, ranges) if pods else "peers that are several things at once"
    if ranges and all(isinstance(out, Cidr) for out in outs):
        whole: Cidr | None = ranges[0]
        for other in ranges[1:]:
            whole = _overlap(whole, other)
        return _cut(whole, [out for out in outs if isinstance(out, Cidr)])
    if pods and all(isinstance(out, Workloads) and out.namespaces == pods[0].namespaces for out in outs):
        without = [Not(out.pods) for out in outs if isinstance(out, Workloads)]
        return _together(pods, without)
    return "everyone but some pods or addresses"


def _pods_at(pods: list[Workloads], ranges: list[Cidr]) -> str:
    """Which pods: all but a few are said by those few."""
    who = "all pods" if all(one.namespaces == one.pods == EVERYTHING for one in pods) else "pods"
    blocks = [one.block for one in ranges]
    holes = [text for one in ranges for text in one.excluding]
    if len(blocks) == 1 and blocks[0] in FAMILIES:
        return (
            f"{who} outside {shortened(holes, MOST_SHOWN)}" if holes else f"{who} with {FAMILIES[blocks[0]]} addresses"
        )
    return f"{who} inside {' and '.join(blocks)}"


def _of_kinds(ranges: list[Cidr], found: list[Kinds]) -> Peer | str | None:
    """Addresses of some kinds in a range: those outside the cluster are what a range means where it means no others."""
    if any(Kind.OUTSIDE not in one.kinds for one in found):
        return "nodes in a range of addresses"
    whole: Cidr | None = ranges[0]
    for other in ranges[1:]:
        whole = _overlap(whole, other)
    return None if whole is None else replace(whole, reach=Reach.OUTSIDE)


def _flat(peer: Peer) -> Iterator[Peer]:
    if isinstance(peer, Both):
        for inner in peer.peers:
            yield from _flat(inner)
    else:
        yield peer


def _overlap(left: Cidr | None, right: Cidr) -> Cidr | None:
    if left is None:
        return None
    one, two = ip_network(left.block), ip_network(right.block)
    if one.version != two.version or not one.overlaps(two):
        return None
    inner = left if one.prefixlen >= two.prefixlen else right
    return replace(inner, excluding=tuple(dict.fromkeys(left.excluding + right.excluding)))


def _cut(whole: Cidr | None, holes: list[Cidr]) -> Peer | str | None:
    if whole is None:
        return None
    if any(hole.excluding for hole in holes):
        return "addresses outside a range that has holes itself"
    block = ip_network(whole.block)
    texts = (*whole.excluding, *(hole.block for hole in holes))
    met = [text for text in texts if (hole := ip_network(text)).version == block.version and hole.overlaps(block)]
    if any(ip_network(text).prefixlen <= block.prefixlen for text in met):
        return None
    stood = set(whole.excluding)
    return replace(whole, excluding=fewest_holes([one for one in met if one in stood], met))


def _together(pods: list[Workloads], without: list[Not]) -> Peer | str:
    first = pods[0]
    namespaces = [part.namespaces for part in pods if not isinstance(part.namespaces, OwnNamespace)]
    if len(namespaces) not in (0, len(pods)):
        return "pods of the own namespace and of others at once"
    where = first.namespaces if not namespaces else conjunction(*namespaces)
    return replace(first, namespaces=where, pods=conjunction(*(part.pods for part in pods), *without))


def _broken(policy: Policy, target: Target) -> bool:
    if target.can.compounds or PeerWord.KINDS in target.can.peer_words:
        return False
    return any(isinstance(peer, (Both, Except)) for rule in rules_of(policy) for peer in rule.peers)


PASS = Pass(
    run,
    needs="peers whose parts the target has words for",
    guarantees="no peer is several things at once, or everyone but somebody, where the target has no compounds",
    broken=_broken,
)
