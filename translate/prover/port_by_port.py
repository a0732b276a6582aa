"""A question asked for each block of ports alone, with the rules that are about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, field

from translate.prover.diagram import Diagram, Tails

Case: TypeAlias = tuple[int, tuple[Tails, ...]]
"""A block of ports, and what of each side applies to it."""


def port_by_port(diagram: Diagram, sides: tuple[Tails, ...]) -> Iterator[Case]:
    """The question for each block of ports that no rule tells apart, with the rules that are about it."""
    ports = _Ports(diagram, diagram.space.port_axis)
    reached = [[(tail, ports.reached(tail)) for tail in side] for side in sides]
    blocks = [diagram.space.full[ports.axis]]
    for mask in sorted(ports.masks):
        blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
    for block in blocks:
        known: dict[int, Tails] = {}
        # Of many rules few are about a block: the others are not walked through for it.
        yield (
            block,
            tuple(ports.within([tail for tail, mask in side if mask & block], block, known) for side in reached),
        )


class _Ports(Struct):
    """What tails say of an axis: all their masks on it, and which atoms each of them is about at all."""

    diagram: Diagram
    axis: int
    masks: set[int] = field(default_factory=set)
    _reached: dict[int, int] = field(default_factory=dict)

    def reached(self, tail: int) -> int:
        """The atoms that a tail is about; its masks are among those that are known from here on."""
        if tail < 0:
            return self.diagram.space.full[self.axis]
        found = self._reached.get(tail)
        if found is None:
            at, mask, following = self.diagram.tails[tail]
            if at == self.axis:
                self.masks.add(mask)
                found = mask
            elif at > self.axis:
                found = self.diagram.space.full[self.axis]
            else:
                found = 0
                for one in following:
                    found |= self.reached(one)
            self._reached[tail] = found
        return found

    def within(self, tails: list[int] | tuple[int, ...], block: int, known: dict[int, Tails]) -> Tails:
        """What is left of the tails when the axis is settled: ``block`` is within each of their masks, or outside."""
        found: set[int] = set()
        for tail in tails:
            at, mask, following = self.diagram.tails[tail] if tail >= 0 else (self.axis + 1, 0, ())
            if at > self.axis:
                found.add(tail)
            elif at == self.axis:
                found.update(following if mask & block else ())
            elif self._reached[tail] & block:
                rest = known.get(tail)
                if rest is None:
                    inner = self.within(following, block, known)
                    ends = tuple(sorted(inner))
                    rest = frozenset((self.diagram.intern(at, mask, ends, self.diagram.level(tail)),))
                    known[tail] = rest
                found |= rest
        return frozenset(found)
