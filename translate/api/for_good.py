"""Where no allow gives back what is lost: by ranges alone, of which engines mean different addresses.

Nothing but a range tells addresses apart, and all that such a form says otherwise is what its input says. So an allow
of anyone by other words that gives back peers inside a range speaks of the same peers outside of it, too: where the
form lets these through as the input does, it lets those through as well, and nothing of theirs was lost. An allow by a
range gives nothing back where ranges hold nobody inside the cluster; where they hold everyone, it would speak of nodes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from operator import add, lt
from typing import TypeAlias

from translate.core.diagnostics import Effect, Loss
from translate.core.origin import Place
from translate.core.ranges import LAST_ADDRESS, V6, bounds, family
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, Peer, Reach, Workloads, parts
from translate.model.policy import DEFAULT_TIER, Action, Policy, PolicySet
from translate.plan.passes.cidr_reach import DROPPED, NARROWER
from translate.prover.concerned import namespace_of

SIZES = (V6, LAST_ADDRESS + 1 - V6)
"""How many addresses each family has."""
_Range: TypeAlias = tuple[str, tuple[str, ...]]
"""A block, and what it leaves out."""


def lost_for_good(given: PolicySet, losses: Iterable[Loss], reach: Reach, facts: Facts) -> frozenset[Place]:
    """Where the policies are written, or some of them, beside which no allow could let through what is lost.

    ``losses``: of a form for a target with ranges of this ``reach``.
    """
    if reach is Reach.OPEN or given.sets or facts.pods or facts.nodes or facts.everybody:
        return frozenset()
    others = {
        loss.origin.place[:2]
        for loss in losses
        if loss.effect is not Effect.EXACT and loss.code not in (NARROWER, DROPPED)
    }
    namespaces: dict[str | None, list[Policy]] = {}
    for policy in given.policies:
        namespaces.setdefault(namespace_of(policy), []).append(policy)
    # What reaches beyond one namespace decides in each.
    everywhere = _ranges(namespaces.pop(None, []), others, reach)
    if everywhere is None:
        return frozenset()
    everywhere.update((block, ()) for block in facts.nobody)
    held = _held(everywhere)
    return frozenset(
        policy.origin.place
        for policies in namespaces.values()
        if (mine := _ranges(policies, others, reach)) is not None
        and all(map(lt, map(add, held, _held(mine - everywhere)), SIZES))
        for policy in policies
    )


def _ranges(policies: Iterable[Policy], others: Container[tuple[str, int]], reach: Reach) -> set[_Range] | None:
    """The ranges of policies whose rules all allow in one tier, and let in nobody in the cluster but pods where a range
    would hold more of it; None for others, and where a document lost something else.
    """
    found: set[_Range] = set()
    for policy in policies:
        if policy.tier != DEFAULT_TIER or policy.origin.place[:2] in others:
            return None
        for rule in rules_of(policy):
            if rule.action not in (Action.ALLOW, Action.LOG) or rule.subject is not None:
                return None
            for peer in rule.peers:
                if isinstance(peer, Cidr):
                    found.add((peer.block, peer.excluding))
                elif _is_in_the_way(peer, reach):
                    return None
    return found


def _held(ranges: Iterable[_Range]) -> tuple[int, int]:
    """How many addresses of each family some ranges hold at most."""
    held = {4: 0, 6: 0}
    for block, excluding in ranges:
        held[family(block)] += _most(block, excluding)
    return held[4], held[6]


def _is_in_the_way(peer: Peer, reach: Reach) -> bool:
    if reach is Reach.ADDRESS:
        return not isinstance(peer, Workloads)
    return any(isinstance(part, Cidr) for part in parts(peer))


def _most(block: str, excluding: Iterable[str]) -> int:
    """How many addresses a range holds at most."""
    first, last = bounds(block)
    hole = max((end - start + 1 for start, end in map(bounds, excluding)), default=0)
    return last - first + 1 - hole
