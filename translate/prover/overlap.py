"""Where tails apply, without a walk; and which of many boxes may meet one: an index over the axes, so that not all of
them are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from msgspec import Struct, field

from translate.prover.diagram import Constraints, Diagram
from translate.prover.space import bits

NARROW = 16
"""So many atoms of an axis are looked up one by one; a wider mask counts as all of the axis."""


def bounds(diagram: Diagram, tail: int) -> Constraints:
    """A box around a tail: its axes up to where it branches."""
    box: Constraints = {}
    ends: tuple[int, ...] = (tail,)
    while len(ends) == 1 and ends[0] >= 0:
        axis, mask, ends = diagram.tails[ends[0]]
        box[axis] = mask
    return box


def around(diagram: Diagram, tails: Iterable[int]) -> Constraints:
    """A box around several tails; no limits where there are none."""
    boxes = [bounds(diagram, tail) for tail in tails]
    shared = frozenset(boxes[0]).intersection(*boxes[1:]) if boxes else ()
    return {axis: reduce(or_, (box[axis] for box in boxes)) for axis in shared}


def may_meet(diagram: Diagram, box: Constraints, tail: int) -> bool:
    """Whether the box around a tail has a point in common with ``box``."""
    ends: tuple[int, ...] = (tail,)
    while len(ends) == 1 and ends[0] >= 0:
        axis, mask, ends = diagram.tails[ends[0]]
        if axis in box and not mask & box[axis]:
            return False
    return True


def holds(diagram: Diagram, tails: Iterable[int], box: Constraints) -> bool:
    """Whether one of some tails applies to all of ``box``."""

    def covers(tail: int) -> bool:
        if tail < 0:
            return True
        axis, mask, following = diagram.tails[tail]
        return box.get(axis, diagram.space.full[axis]) & ~mask == 0 and any(map(covers, following))

    return any(map(covers, tails))


class BoxIndex(Struct):
    """Boxes by number, in the sequence in which they were added; sets of them are bit masks."""

    count: int = 0
    _confined: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """By axis: the boxes that have a narrow mask on it."""
    _covering: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    """By axis and atom: those of them that hold the atom."""

    def add(self, box: Constraints) -> None:
        """Take in one more box."""
        mine = 1 << self.count
        self.count += 1
        for axis, mask in box.items():
            if mask.bit_count() <= NARROW:
                self._confined[axis] |= mine
                for atom in bits(mask):
                    self._covering[axis, atom] |= mine

    def meeting(self, box: Constraints, before: int) -> Iterator[int]:
        """The numbers below ``before`` of the boxes that may meet ``box``: no other one does."""
        found = (1 << before) - 1
        for axis, mask in box.items():
            if mask.bit_count() <= NARROW:
                covering = ~self._confined.get(axis, 0)
                for atom in bits(mask):
                    covering |= self._covering.get((axis, atom), 0)
                found &= covering
        return (bit.bit_length() - 1 for bit in bits(found))
