"""Which part of a range may hold pods or nodes, by what is assumed of a cluster whose ranges are not stated."""

from __future__ import annotations

from collections.abc import Iterable

from translate.core.ranges import lies_in, overlap
from translate.model.facts import Facts
from translate.model.peers import Cidr


def may_hold_somebody(where: Cidr, facts: Facts) -> bool:
    """Whether a pod or a node may have an address of ``where``; yes unless something is assumed."""
    if not facts.assumed:
        return True
    homes = facts.everybody
    parts = [home if lies_in(home, where.block) else where.block for home in homes if overlap(home, where.block)]
    return any(_holds_more(part, (*where.excluding, *facts.nobody)) for part in (parts if homes else (where.block,)))


def deserted(where: Cidr, facts: Facts) -> Cidr | None:
    """``where`` without the ranges that all pods and nodes are in; None without such ranges, or if nothing is left."""
    homes = tuple(
        home
        for home in facts.everybody
        if overlap(home, where.block) and not any(lies_in(home, empty) for empty in facts.nobody)
    )
    if not facts.everybody or not _holds_more(where.block, (*where.excluding, *homes)):
        return None
    holes = dict.fromkeys((*where.excluding, *homes))
    kept = tuple(one for one in holes if not any(other != one and lies_in(one, other) for other in holes))
    return Cidr(where.block, kept, where.reach, where.origin)


def _holds_more(block: str, holes: Iterable[str]) -> bool:
    """Whether something is left of a range."""
    met = [hole for hole in holes if overlap(block, hole)]
    if not met:
        return True
    from translate.plan.regions.encode import span  # only where something is assumed

    left = span(block)
    for hole in met:
        left = left.meet(span(hole).rest())
    return not left.is_empty
