"""An axis cut into blocks by the masks on it, each with all that covers it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeAlias

from translate.prover.space import bits

TailLists: TypeAlias = tuple[list[int], list[int]]
CoveredBlock: TypeAlias = tuple[int, list[int], list[int]]
"""Atoms of an axis, with what of either list covers them."""

MANY = 12
"""So many masks are faster looked at along the axis than one after the other."""
OF_A_STEP = 128
"""So many tails are copied from block to block in the time of a step."""


def cut_up(
    domain: int, base: TailLists, single: dict[int, TailLists], several: dict[int, TailLists]
) -> tuple[list[CoveredBlock], int]:
    """The blocks of ``domain`` and the work they took: ``base`` covers all of it, ``single`` the masks of one atom,
    ``several`` those of more.
    """
    blocks = _cut(domain, base, several) if len(several) < MANY else _swept(domain, base, several)
    result: list[CoveredBlock] = []
    for block, left, right in blocks:
        rest = block
        for bit in _inside(single, block):
            rest ^= bit
            result.append((bit, left + single[bit][0], right + single[bit][1]))
        if rest:
            result.append((rest, left, right))
    work = len(several) * len(blocks) + sum(len(left) + len(right) for _, left, right in result)
    return result, work


def _cut(domain: int, base: TailLists, several: dict[int, TailLists]) -> list[CoveredBlock]:
    """The blocks of ``domain`` that the masks cut, with what covers each: one mask after the other."""
    blocks = [(domain, base[0], base[1])]
    for mask, (left, right) in several.items():
        cut: list[CoveredBlock] = []
        for block, in_before, in_after in blocks:
            inside = block & mask
            if inside:
                cut.append((inside, in_before + left, in_after + right))
            if block ^ inside:
                cut.append((block ^ inside, in_before, in_after))
        blocks = cut
    return blocks


def _swept(domain: int, base: TailLists, several: dict[int, TailLists]) -> list[CoveredBlock]:
    """The same along the axis, from one edge of a mask to the next."""
    pairs = list(several.values())
    blocks: list[CoveredBlock] = []
    for numbers, block in swept(domain, several).items():
        before, after = list(base[0]), list(base[1])
        for bit in bits(numbers):
            left, right = pairs[bit.bit_length() - 1]
            before += left
            after += right
        blocks.append((block, before, after))
    return blocks


def swept(domain: int, masks: Iterable[int]) -> dict[int, int]:
    """The parts of ``domain`` that masks tell apart, by which of them cover it: a bit for each, in their sequence."""
    edges: dict[int, int] = {0: 0, domain.bit_length(): 0}
    for number, mask in enumerate(masks):
        for edge in bits(mask ^ (mask << 1)):
            place = edge.bit_length() - 1
            edges[place] = edges.get(place, 0) ^ (1 << number)
    covering = 0
    found: dict[int, int] = {}
    for place, following in pairwise(sorted(edges)):
        covering ^= edges[place]
        inside = domain & ((1 << following) - (1 << place))
        if inside:
            found[covering] = found.get(covering, 0) | inside
    return found


def _inside(single: dict[int, TailLists], block: int) -> list[int]:
    if len(single) < block.bit_count():
        return [bit for bit in single if bit & block]
    return [bit for bit in bits(block) if bit in single]
