"""Labelled address sets (NetworkSet, GlobalNetworkSet, HostEndpoint as a peer): the target has none, so a peer that
means sets, or a rule's condition on its subject, becomes pods and the ranges of the sets in the input, and an unknown
where it must mean others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_peers, with_rules
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
    Reach,
    Workloads,
    parts,
)
from translate.model.policy import Action, AddressSet, Policy, Rule
from translate.model.selectors import NAMESPACE_NAME, And, Exists, atoms
from translate.model.sets import UnknownLabelsError, meant, pods_of
from translate.model.unknowns import Unknown
from translate.plan.context import Pass, Target
from translate.plan.losing import drop

EXPANDED, DROPPED = "NPT303", "NPT508"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Spell the sets that each peer means as ranges; what a policy means by name is spelled so already."""
    for policy in policies:
        _say(policy.metadata.expanded, policy, report)
    if target.name != target.source.name:
        policies = tuple(_without_refused(policy, target, report) for policy in policies)
    return policies if target.can.sets else expanded(policies, target, report)


def expanded(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Policies whose peers mean no set: its ranges stand for it, and an unknown for those that the input lacks."""

    def fitted(policy: Policy) -> Policy:
        named: dict[str, None] = {}

        def change(peer: Peer) -> Iterable[Peer]:
            if isinstance(peer, Cidr) or (isinstance(peer, Workloads) and _is_of_pods(peer)):
                return (peer,)  # there may be a hundred thousand of them
            for found in _sets(peer, policy, target):
                named[str(found.identity)] = None
            return _expanded(peer, policy, target)

        def condition(rule: Rule) -> Iterator[Rule]:
            peers = rule.subject
            yield (
                rule if peers is None else replace(rule, subject=tuple(part for peer in peers for part in change(peer)))
            )

        result = with_rules(with_peers(policy, change), condition)
        _say(named, policy, report)
        return result

    return tuple(fitted(policy) for policy in policies)


def _say(names: Iterable[str], policy: Policy, report: Report) -> None:
    for name in names:
        report.lose(EXPANDED, Effect.EXACT, said(name, policy), origin=policy.origin, about=policy.called)


def said(name: str, policy: Policy) -> str:
    """What is lost where the ranges of a set are copied."""
    return f"the ranges of {name} stand in {policy.called} itself: later changes of the set do not reach it"


def _without_refused(policy: Policy, target: Target, report: Report) -> Policy:
    return with_rules(policy, lambda rule: _refused(rule, policy, target, report))


def _refused(rule: Rule, policy: Policy, target: Target, report: Report) -> Iterator[Rule]:
    """Rules that do more than allow are refused for sets which nobody knows: what an allow behind them lets through is
    not known either, so this must not wait until the order is worked out.
    """
    if rule.action is Action.ALLOW:
        yield rule
        return
    kept: list[Peer] = []
    for peer in rule.peers:
        unseen = next(_unseen(peer), None)
        if unseen is None:
            kept.append(peer)
        else:
            what, why, way = str(unseen), unseen.why, unseen.way
            drop(DROPPED, what, rule, policy, target, report, origin=peer.origin, why=why, hint=way)
    if kept or not rule.peers:
        yield replace(rule, peers=tuple(kept)) if len(kept) < len(rule.peers) else rule


def _unseen(peer: Peer) -> Iterator[Unknown]:
    """The sets among what a peer means that the input does not hold."""
    for part in parts(peer):
        match part:
            case Workloads(unseen=unknown) if unknown is not None:
                yield unknown
            case Opaque(unknown) if unknown.is_of_addresses:
                yield unknown


def _is_of_pods(peer: Workloads) -> bool:
    """Whether a peer means pods alone, and asks nothing that each pod answers by being in a namespace."""
    asked = peer.pods if isinstance(peer.namespaces, OwnNamespace) else And((peer.pods, peer.namespaces))
    return peer.sets is None and peer.unseen is None and Exists(NAMESPACE_NAME) not in atoms(asked)


def _sets(peer: Peer, policy: Policy, target: Target) -> Iterator[AddressSet]:
    for part in parts(peer):
        if isinstance(part, Workloads):
            yield from _meant(part, policy, target)


def _meant(peer: Workloads, policy: Policy, target: Target) -> list[AddressSet]:
    """The sets that ``peer`` means; where that is not known the input was refused already."""
    try:
        return list(meant(peer, policy.identity.namespace, target.sets))
    except UnknownLabelsError:
        return []


def _expanded(peer: Peer, policy: Policy, target: Target) -> list[Peer]:
    """Alternatives that together are ``peer``, none of which means a set."""
    match peer:
        case Workloads():
            ranges: list[Peer] = [
                Cidr(block, (), Reach.ADDRESS, peer.origin)
                for found in _meant(peer, policy, target)
                for block in found.blocks
            ]
            pods = pods_of(peer)
            unseen = [] if peer.unseen is None else [Opaque(peer.unseen, peer.origin)]
            return [*([] if pods is None else [pods]), *ranges, *unseen]
        case Both(peers):
            combined: list[tuple[Peer, ...]] = [()]
            for inner in peers:
                combined = [(*left, right) for left in combined for right in _expanded(inner, policy, target)]
            return [Both(found, peer.origin) for found in combined]
        case Except(inner):
            without = tuple(Except(found, peer.origin) for found in _expanded(inner, policy, target))
            return [without[0] if len(without) == 1 else Both(without, peer.origin)]
        case Anyone() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return [peer]
        case never:
            assert_never(never)


def _broken(policy: Policy, target: Target) -> bool:
    named = (part for rule in rules_of(policy) for peer in (*rule.peers, *(rule.subject or ())) for part in parts(peer))
    return not target.can.sets and any(isinstance(part, Workloads) and part.sets is not None for part in named)


PASS = Pass(
    run,
    needs="sets of the input among the facts of the target",
    guarantees="no peer and no condition on a subject means an address set where the target has none",
    broken=_broken,
)
