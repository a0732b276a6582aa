"""A question asked for each block of ports alone, with the rules that are about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct, field

from translate.prover.blocks import swept
from translate.prover.diagram import Diagram, Tails

Case: TypeAlias = tuple[int, tuple[Tails, ...]]
"""A block of ports, and what of each side applies to it."""
ByPorts: TypeAlias = "dict[int | None, list[int]]"
"""Tails by the ports that they are about; None: they say nothing of ports."""


def port_by_port(
    diagram: Diagram, sides: tuple[Tails, ...], asked: Callable[[int], bool] | None = None
) -> Iterator[Case]:
    """The question for each block of ports that no rule tells apart, with the rules that are about it; ``asked`` says
    of which blocks, None of all.
    """
    about = _Ports(diagram, diagram.space.port_axis)
    sorted_out = [about.sorted_out(side) for side in sides]
    for block in _blocks(diagram.space.full[about.axis], about.masks):
        if asked is None or asked(block):
            known: dict[int, Tails] = {}
            yield block, tuple(about.rest(side, block, known) for side in sorted_out)


def _blocks(domain: int, masks: Iterable[int]) -> list[int]:
    """The parts of ``domain`` that no mask cuts, those inside of the first masks first."""
    found = swept(domain, sorted(masks, reverse=True))
    return [found[covering] for covering in sorted(found, reverse=True)]


class _Ports(Struct):
    """What tails say of one axis, each looked at once; ``masks``: all that stand there."""

    diagram: Diagram
    axis: int
    masks: set[int] = field(default_factory=set)
    _about: dict[int, int | None] = field(default_factory=dict)

    def sorted_out(self, tails: Iterable[int]) -> ByPorts:
        """The tails by what they are about: a block of ports concerns few of them."""
        found: ByPorts = {}
        for tail in tails:
            found.setdefault(self.about(tail), []).append(tail)
        return found

    def about(self, tail: int) -> int | None:
        """The part of the axis that a tail leaves open whichever way it goes on; None where it does not ask."""
        if tail < 0:
            return None
        if tail not in self._about:
            at, mask, following = self.diagram.tails[tail]
            if at == self.axis:
                self.masks.add(mask)
                self._about[tail] = mask
            elif at > self.axis:
                self._about[tail] = None
            else:
                self._about[tail] = self._together(following)
        return self._about[tail]

    def _together(self, tails: Iterable[int]) -> int | None:
        found = [self.about(tail) for tail in tails]
        if all(one is None for one in found):
            return None
        full = self.diagram.space.full[self.axis]
        union = 0
        for one in found:
            union |= full if one is None else one
        return union

    def rest(self, tails: ByPorts, block: int, known: dict[int, Tails]) -> Tails:
        """What is left of the tails when the axis is settled: ``block`` is within each of their masks, or outside."""
        found: set[int] = set()
        for ports, listed in tails.items():
            if ports is None:
                found.update(listed)
            elif ports & block:
                found |= self._within(listed, block, known)
        return frozenset(found)

    def _within(self, tails: Iterable[int], block: int, known: dict[int, Tails]) -> Tails:
        found: set[int] = set()
        for tail in tails:
            ports = self.about(tail)
            if ports is None:
                found.add(tail)
                continue
            at, mask, following = self.diagram.tails[tail]
            if at == self.axis:
                found.update(following if mask & block else ())
                continue
            rest = known.get(tail)
            if rest is None:
                ends = tuple(sorted(self._within(following, block, known))) if ports & block else ()
                level = self.diagram.level(tail)
                rest = frozenset((self.diagram.intern(at, mask, ends, level),)) if ends else frozenset()
                known[tail] = rest
            found |= rest
        return frozenset(found)
