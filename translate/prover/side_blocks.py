"""An axis cut into blocks by what any number of sides have on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from translate.prover.blocks import OF_A_STEP, TailLists, cut_up
from translate.prover.diagram import Diagram, Tails


def blocks_of(
    diagram: Diagram, axis: int, domain: int, sides: Sequence[Tails | None]
) -> Iterator[tuple[int, list[Tails | None]]]:
    """Cut ``domain`` by the masks of all sides; each block with what of each side covers it. Raises OutOfBudget."""
    tails, count = diagram.tails, len(sides)
    base: TailLists = ([], [])
    single: dict[int, TailLists] = {}
    several: dict[int, TailLists] = {}
    for number, side in enumerate(sides):
        for tail in side or ():
            if tail < 0 or tails[tail][0] != axis:
                base[0].append(tail * count + number)
                continue
            _, mask, ends = tails[tail]
            mask &= domain
            if mask:
                group = single if mask & (mask - 1) == 0 else several
                into = base if mask == domain else group.setdefault(mask, ([], []))
                into[0].extend(end * count + number for end in ends)
    blocks, work = cut_up(domain, base, single, several)
    diagram.budget.spend(1 + work // OF_A_STEP)
    for block, items, _ in blocks:
        found: list[set[int] | None] = [None if side is None else set() for side in sides]
        for item in items:
            tail, number = divmod(item, count)
            into_side = found[number]
            assert into_side is not None
            into_side.add(tail)
        yield block, [None if side is None else frozenset(side) for side in found]
