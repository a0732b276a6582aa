"""Labelled address sets (NetworkSet, GlobalNetworkSet, HostEndpoint as a peer): the target has none, so a peer that
means sets, or a rule's condition on its subject, becomes pods and the ranges of the sets in the input.
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
from translate.model.policy import AddressSet, Policy, Rule
from translate.model.rewrite import rewrite
from translate.model.selectors import EVERYTHING, NAMESPACE_NAME, NOTHING, Atom, Exists, Selector
from translate.model.sets import UnknownLabelsError, meant
from translate.plan.context import Pass, Target

EXPANDED = "NPT303"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Spell the sets that each peer means as ranges; what a policy means by name is spelled so already."""
    for policy in policies:
        _say(policy.metadata.expanded, policy, report)
    if target.can.sets:
        return policies

    def fitted(policy: Policy) -> Policy:
        said: dict[str, None] = {}

        def change(peer: Peer) -> Iterator[Peer]:
            yield from _expanded(peer, policy, target)
            for found in _sets(peer, policy, target):
                said[str(found.identity)] = None

        def condition(rule: Rule) -> Iterator[Rule]:
            peers = rule.subject
            yield (
                rule if peers is None else replace(rule, subject=tuple(part for peer in peers for part in change(peer)))
            )

        result = with_rules(with_peers(policy, change), condition)
        _say(said, policy, report)
        return result

    return tuple(fitted(policy) for policy in policies)


def _say(names: Iterable[str], policy: Policy, report: Report) -> None:
    for name in names:
        message = f"the ranges of {name} stand in {policy.identity} itself: later changes of the set do not reach it"
        report.lose(EXPANDED, Effect.EXACT, message, origin=policy.origin, object=str(policy.identity))


def _sets(peer: Peer, policy: Policy, target: Target) -> Iterator[AddressSet]:
    match peer:
        case Workloads():
            yield from _meant(peer, policy, target)
        case Both(peers):
            for inner in peers:
                yield from _sets(inner, policy, target)
        case Except(inner):
            yield from _sets(inner, policy, target)


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
            return [*_pods(peer), *ranges]
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


def _pods(peer: Workloads) -> list[Peer]:
    """The pods among what a selector means: each is in a namespace, whatever the selector asks of that."""
    pods = rewrite(peer.pods, _in_a_namespace)
    namespaces: Selector | OwnNamespace = peer.namespaces
    if not isinstance(namespaces, OwnNamespace):
        namespaces = rewrite(namespaces, _in_a_namespace)
    if NOTHING in (pods, namespaces):
        return []
    return [replace(peer, namespaces=namespaces, pods=pods, sets=None)]


def _in_a_namespace(atom: Atom) -> Selector:
    return EVERYTHING if atom == Exists(NAMESPACE_NAME) else atom


def _broken(policy: Policy, target: Target) -> bool:
    named = (part for rule in rules_of(policy) for peer in (*rule.peers, *(rule.subject or ())) for part in parts(peer))
    return not target.can.sets and any(isinstance(part, Workloads) and part.sets is not None for part in named)


PASS = Pass(
    run,
    needs="sets of the input among the facts of the target",
    guarantees="no peer and no condition on a subject means an address set where the target has none",
    broken=_broken,
)
