"""IP ranges: Calico compares addresses, so a range covers pods and nodes; Cilium's covers only what is outside the
cluster.

Kubernetes leaves it open, so a range from there fits everywhere. From Calico to Cilium pods and nodes in the range lose
access. From Cilium to Calico they would gain it: the range is dropped, and who is outside loses access. Where the
ranges of pods and nodes are stated, they are cut out or named instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.peers import Cidr, Kind, Kinds, Peer, Reach, Workloads
from translate.model.policy import Action, Policy, Rule
from translate.model.selectors import EVERYTHING
from translate.plan.context import Target
from translate.plan.edit import with_rules
from translate.plan.losing import drop
from translate.plan.ranges import overlap, within

RANGES = "state the ranges of pods and nodes with --facts: they are then cut out of the range"
NARROWER, DROPPED, WIDER = "NPT501", "NPT502", "NPT506"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give every range the reach it has on the target, and name what that changes."""
    reach = Reach[target.can.reach.upper()]

    def rules(policy: Policy, rule: Rule) -> Iterable[Rule]:
        if all(not isinstance(peer, Cidr) or peer.reach is reach for peer in rule.peers):
            return (rule,)
        peers = tuple(made for peer in rule.peers for made in _fit(peer, rule, policy, reach, target, report))
        if peers == rule.peers:
            return (rule,)
        return (replace(rule, peers=peers),) if peers else ()

    return tuple(with_rules(policy, partial(rules, policy)) for policy in policies)


def _fit(peer: Peer, rule: Rule, policy: Policy, reach: Reach, target: Target, report: Report) -> Iterator[Peer]:
    if not isinstance(peer, Cidr) or peer.reach is reach:
        yield peer
    elif peer.reach is Reach.OUTSIDE and reach is Reach.ADDRESS:
        yield from _by_address(peer, rule, policy, target, report)
    elif peer.reach is Reach.ADDRESS and reach is Reach.OUTSIDE:
        yield replace(peer, reach=reach)
        yield from _inside(peer, rule, policy, target, report)
    else:
        yield replace(peer, reach=reach)


def _by_address(peer: Cidr, rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Peer]:
    """A range of outside addresses for a target that compares addresses."""
    facts = target.facts
    name = str(policy.identity)
    if facts.pods and facts.nodes:
        holes = [block for block in (*facts.pods, *facts.nodes) if overlap(block, peer.block)]
        if not any(within(peer.block, block) for block in holes):
            excluding = tuple(dict.fromkeys((*peer.excluding, *holes)))
            yield replace(peer, excluding=excluding, reach=Reach.ADDRESS)
    elif target.loosen:
        message = (
            f"pods and nodes inside {peer.block} gain access to or from {name}: a Cilium range matches only addresses "
            "outside the cluster, a Calico range compares addresses"
        )
        hint = "accept it with --accept NPT506 if no pod and no node has an address in the range"
        report.lose(WIDER, Effect.LOOSER, message, origin=peer.origin, object=name, hint=hint)
        yield replace(peer, reach=Reach.ADDRESS)
    elif rule.action is Action.DENY:
        message = (
            f"pods and nodes inside {peer.block} lose access to or from the pods of {name}: a Calico Deny compares "
            "addresses, the source keeps out only what is outside the cluster"
        )
        report.lose(NARROWER, Effect.TIGHTER, message, origin=peer.origin, object=name, hint=RANGES)
        yield replace(peer, reach=Reach.ADDRESS)
    else:
        what = f"addresses of {peer.block} outside the cluster"
        why = "a Calico range would open it to pods and nodes inside the range as well, which the source does not"
        drop(DROPPED, what, rule, policy, target, report, origin=peer.origin, why=why, hint=RANGES)


def _inside(peer: Cidr, rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Peer]:
    """Pods and nodes in a range, for a target whose ranges hold none: all of them, none of them, or a loss."""
    facts = target.facts
    lost = []
    for word, blocks, everyone in (
        ("pods", facts.pods, Workloads(EVERYTHING, EVERYTHING, None, peer.origin)),
        ("nodes", facts.nodes, Kinds((Kind.OWN_NODE, Kind.OTHER_NODES), peer.origin)),
    ):
        if not blocks:
            lost.append(word)
        elif all(within(block, peer.block) and not _meets(block, peer.excluding) for block in blocks):
            yield everyone
        elif any(overlap(block, peer.block) and not _covered(block, peer.excluding) for block in blocks):
            lost.append(word)
    if lost:
        what = f"{' and '.join(lost)} inside {peer.block}"
        hint = "add selectors or entities for those that are meant, or state the ranges of pods and nodes with --facts"
        why = "the source compares addresses, a Cilium range matches only addresses outside the cluster"
        drop(NARROWER, what, rule, policy, target, report, origin=peer.origin, why=why, hint=hint)


def _meets(block: str, holes: tuple[str, ...]) -> bool:
    return any(overlap(block, hole) for hole in holes)


def _covered(block: str, holes: tuple[str, ...]) -> bool:
    return any(within(block, hole) for hole in holes)
