"""A question asked for each block of ports alone, with the rules that are about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from translate.prover.diagram import Diagram, Tails

Case: TypeAlias = tuple[int, tuple[Tails, ...]]
"""A block of ports, and what of each side applies to it."""


def port_by_port(diagram: Diagram, sides: tuple[Tails, ...]) -> Iterator[Case]:
    """The question for each block of ports that no rule tells apart, with the rules that are about it."""
    axis = diagram.space.port_axis
    masks: set[int] = set()
    _gather(diagram, frozenset[int]().union(*sides), axis, masks, set())
    blocks = [diagram.space.full[axis]]
    for mask in sorted(masks):
        blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
    for block in blocks:
        known: dict[int, Tails] = {}
        yield block, tuple(_within(diagram, side, axis, block, known) for side in sides)


def _gather(diagram: Diagram, tails: Iterable[int], axis: int, masks: set[int], seen: set[int]) -> None:
    """Add the masks that the tails have on an axis."""
    for tail in tails:
        if tail < 0 or tail in seen:
            continue
        seen.add(tail)
        at, mask, following = diagram.tails[tail]
        if at == axis:
            masks.add(mask)
        elif at < axis:
            _gather(diagram, following, axis, masks, seen)


def _within(diagram: Diagram, tails: Iterable[int], axis: int, block: int, known: dict[int, Tails]) -> Tails:
    """What is left of the tails when an axis is settled: ``block`` is within each of their masks on it, or outside."""
    found: set[int] = set()
    for tail in tails:
        at, mask, following = diagram.tails[tail] if tail >= 0 else (axis + 1, 0, ())
        if at > axis:
            found.add(tail)
        elif at == axis:
            found.update(following if mask & block else ())
        else:
            rest = known.get(tail)
            if rest is None:
                inner = _within(diagram, following, axis, block, known)
                ends = tuple(sorted(inner))
                rest = frozenset((diagram.intern(at, mask, ends, diagram.level(tail)),)) if ends else frozenset()
                known[tail] = rest
            found |= rest
    return frozenset(found)
