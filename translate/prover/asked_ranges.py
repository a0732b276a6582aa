"""Which of the assumptions about addresses are about ranges that policies have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from translate.core.ranges import bounds
from translate.model.assume import Assume
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, parts
from translate.model.policy import PolicySet

Spans: TypeAlias = list[tuple[int, int]]


def asked_of(sides: Iterable[PolicySet], facts: Facts) -> tuple[Assume, ...]:
    """Those by which some range of ``sides`` holds no pod and no node, each alone or all together."""
    if not facts.assumed:
        return ()
    ranges = {found for one in sides for found in _ranges(one)}
    found: set[Assume] = set()
    for block, holes in ranges:
        left = _without([bounds(block)], holes)
        alone = [one for one in facts.assumed if _are_deserted(left, one.everybody, one.nobody)]
        together = not alone and _are_deserted(left, facts.everybody, facts.nobody)
        found.update(facts.assumed if together else alone)
    return tuple(one for one in facts.assumed if one in found)


def _are_deserted(left: Spans, everybody: tuple[str, ...], nobody: tuple[str, ...]) -> bool:
    """Whether nobody is in what is ``left`` of a range."""
    rest = _without(left, nobody)
    if not everybody:
        return not rest
    homes = [bounds(home) for home in everybody]
    return not any(first <= end and start <= last for first, last in rest for start, end in homes)


def _without(spans: Spans, blocks: Iterable[str]) -> Spans:
    """What is left of parts of the line of addresses."""
    for start, end in map(bounds, blocks):
        cut = (piece for first, last in spans for piece in ((first, min(last, start - 1)), (max(first, end + 1), last)))
        spans = [(first, last) for first, last in cut if first <= last]
    return spans


def _ranges(policies: PolicySet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """All ranges with their holes, those of sets as well."""
    for rule in (rule for policy in policies.policies for rule in rules_of(policy)):
        for peer in (*rule.peers, *(rule.subject or ())):
            yield from ((part.block, part.excluding) for part in parts(peer) if isinstance(part, Cidr))
    for known in policies.sets:
        yield from ((block, ()) for block in known.blocks)
