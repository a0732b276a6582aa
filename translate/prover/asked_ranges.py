"""Which of the assumptions about addresses are about ranges that policies have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translate.model.assume import Assume
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, parts
from translate.model.policy import PolicySet
from translate.prover.addresses import lies_in, overlap


def asked_of(sides: Iterable[PolicySet], facts: Facts) -> tuple[Assume, ...]:
    """Those that are assumed, and that say something of a range of ``sides``."""
    blocks = [block for one in sides for block in dict.fromkeys(_blocks(one))]
    return tuple(one for one in facts.assumed if any(_is_about(one, block) for block in blocks))


def _is_about(one: Assume, block: str) -> bool:
    inside = not one.everybody or any(lies_in(block, home) for home in one.everybody)
    return not inside or any(overlap(block, empty) for empty in one.nobody)


def _blocks(policies: PolicySet) -> Iterator[str]:
    """All ranges, holes and those of sets included."""
    for rule in (rule for policy in policies.policies for rule in rules_of(policy)):
        for peer in (*rule.peers, *(rule.subject or ())):
            for part in parts(peer):
                if isinstance(part, Cidr):
                    yield from (part.block, *part.excluding)
    for known in policies.sets:
        yield from known.blocks
