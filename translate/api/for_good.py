"""Where no allow gives back what is lost: by ranges alone, of which engines mean different addresses.

Nothing but a range tells addresses apart, and all that such a form says otherwise is what its input says. So an allow
of anyone by other words that gives back peers inside a range speaks of the same peers outside of it, too: where the
form lets these through as the input does, it lets those through as well, and nothing of theirs was lost. An allow by a
range gives nothing back where ranges hold nobody inside the cluster; where they hold everyone, it would speak of nodes.
"""

from __future__ import annotations

from collections.abc import Iterable

from translate.core.diagnostics import Effect, Loss
from translate.core.origin import Place
from translate.core.ranges import LAST_ADDRESS, V6, bounds
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, Peer, Reach, Workloads, parts
from translate.model.policy import DEFAULT_TIER, Action, Policy, PolicySet
from translate.plan.passes.cidr_reach import DROPPED, NARROWER
from translate.prover.concerned import namespace_of

FAMILIES = ((0, V6), (V6, LAST_ADDRESS + 1 - V6))
"""The first address of each family, and how many it has."""


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
    everywhere = namespaces.get(None, [])
    return frozenset(
        policy.origin.place
        for namespace, policies in namespaces.items()
        if namespace is not None
        and all(one.origin.place[:2] not in others for one in (*policies, *everywhere))
        and _by_ranges_alone([*policies, *everywhere], reach, facts)
        for policy in policies
    )


def _by_ranges_alone(policies: Iterable[Policy], reach: Reach, facts: Facts) -> bool:
    """Whether all rules allow in one tier, their ranges leave addresses of each family over, and nobody in the cluster
    is allowed but pods where a range would hold more of it.
    """
    ranges: dict[tuple[str, tuple[str, ...]], int] = {(block, ()): _most(block, ()) for block in facts.nobody}
    for policy in policies:
        if policy.tier != DEFAULT_TIER:
            return False
        for rule in rules_of(policy):
            if rule.action not in (Action.ALLOW, Action.LOG) or rule.subject is not None:
                return False
            for peer in rule.peers:
                if isinstance(peer, Cidr):
                    ranges[peer.block, peer.excluding] = _most(peer.block, peer.excluding)
                elif _is_in_the_way(peer, reach):
                    return False
    starts = [(bounds(block)[0], count) for (block, _), count in ranges.items()]
    return all(sum(n for at, n in starts if first <= at < first + count) < count for first, count in FAMILIES)


def _is_in_the_way(peer: Peer, reach: Reach) -> bool:
    if reach is Reach.ADDRESS:
        return not isinstance(peer, Workloads)
    return any(isinstance(part, Cidr) for part in parts(peer))


def _most(block: str, excluding: Iterable[str]) -> int:
    """How many addresses a range holds at most."""
    first, last = bounds(block)
    hole = max((end - start + 1 for start, end in map(bounds, excluding)), default=0)
    return last - first + 1 - hole
