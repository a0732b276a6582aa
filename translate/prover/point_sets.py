"""What is left of both sides as sets of points, each one integer, where few points are left: decided all at once.

A walk looks at each remainder of the rules by itself. Where rules overlap at random these are many, though the points
that the rules tell apart are few. Then a rule is a set of points, and a decision list a handful of operations on such
sets: of the levels that apply at a point the lowest decides, unless a Pass left its tier. Nothing is left out of it, so
where no point is as wanted a walk finds none; where one is, the walk says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, assert_never

from msgspec import Struct, field

from translate.model.policy import Action
from translate.prover.diagram import ALLOWED, Diagram, Goal, Level, Tails

MOST_POINTS = 1 << 18
"""More are left to the walk, which looks only at what rules do together."""
OF_A_STEP = 1 << 20
"""So many points are looked at in the time of a step."""


class NumberedPoints(Struct):
    """The points that tails of ``diagram`` tell apart but for an ``axis``: the cells of each other axis, none of which
    a mask cuts, and how far apart two neighbours of it are numbered (``strides``).
    """

    diagram: Diagram
    axis: int
    cells: Mapping[int, list[int]]
    strides: Mapping[int, int]
    count: int
    _of_tails: dict[int, dict[int, int]] = field(default_factory=dict)
    _of_masks: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """All points."""
        return (1 << self.count) - 1

    def of(self, tail: int) -> dict[int, int]:
        """The points where a tail, or a terminal, applies, by the masks of the axis that it asks for there."""
        if tail < 0:
            return {self.diagram.space.full[self.axis]: self.everything}
        found = self._of_tails.get(tail)
        if found is None:
            at, mask, following = self.diagram.tails[tail]
            inside = self.everything if at == self.axis else self._inside(at, mask)
            found = self._of_tails[tail] = {}
            for end in following:
                for behind, points in self.of(end).items():
                    both = behind & mask if at == self.axis else behind
                    found[both] = found.get(both, 0) | points & inside
            self.diagram.budget.spend(self.count // OF_A_STEP)
        return found

    def _inside(self, axis: int, mask: int) -> int:
        """The points whose atom of an axis is in ``mask``."""
        found = self._of_masks.get((axis, mask))
        if found is None:
            cells, stride = self.cells[axis], self.strides[axis]
            assert all(cell & mask in (0, cell) for cell in cells), "each cell is within a mask, or outside"
            ones = (1 << stride) - 1
            found = sum(ones << number * stride for number, cell in enumerate(cells) if cell & mask)
            period, times = stride * len(cells), 1
            while times * period < self.count:
                # The pattern begins anew with each period: twice what there is, up to the end.
                more = min(times, self.count // period - times)
                found |= found << more * period
                times += more
            self._of_masks[axis, mask] = found
        return found


class _Applying(NamedTuple):
    """Where a level of a side applies: at these places of the axis, at these points."""

    level: Level
    mask: int
    points: int


class BothSides:
    """Two sides at points; each block of their axis is decided at once."""

    def __init__(self, points: NumberedPoints, before: Tails, after: Tails) -> None:
        self._points = points
        self._before, self._after = self._along(before), self._along(after)

    def hold(self, block: int, wanted: Goal) -> bool:
        """Whether there is a point at ``block``, which no mask of the axis cuts, that both sides decide as ``wanted``,
        None for differently. Raises OutOfBudget.
        """
        self._points.diagram.budget.spend()
        mine, theirs = self._allowed(self._before, block), self._allowed(self._after, block)
        if wanted is None:
            return mine != theirs
        every = self._points.everything
        mine, theirs = (
            found if terminal == ALLOWED else every ^ found
            for found, terminal in zip((mine, theirs), wanted, strict=True)
        )
        return mine & theirs != 0

    def _along(self, side: Tails) -> list[_Applying]:
        """What of a side applies where, by rank."""
        found: list[_Applying] = []
        for tail in side:
            level = self._points.diagram.level(tail)
            found += (_Applying(level, mask, points) for mask, points in self._points.of(tail).items() if points)
        return sorted(found, key=lambda one: one.level.rank)

    def _allowed(self, side: list[_Applying], block: int) -> int:
        """The points of a block that a side allows; what nothing decides is allowed."""
        allowed, undecided = 0, self._points.everything
        left: dict[int | None, int] = {}
        looked_at = 0
        for level, mask, points in side:
            if not mask & block:
                continue
            looked_at += 1
            met = points & undecided
            if left:
                met &= ~(left.get(level.tier, 0) | left.get(level.part, 0))
            match level.action:
                case Action.ALLOW:
                    allowed |= met
                    undecided ^= met
                case Action.DENY:
                    undecided ^= met
                case Action.PASS:
                    left[level.left] = left.get(level.left, 0) | met
                case Action.LOG:
                    raise AssertionError("no level logs: the lists leave Log rules out or turn them into decisions")
                case never:
                    assert_never(never)
            if not undecided:
                break
        self._points.diagram.budget.spend(looked_at * self._points.count // OF_A_STEP)
        return allowed | undecided


def both_sides(
    diagram: Diagram, before: Tails, after: Tails, axis: int, domains: Mapping[int, int]
) -> BothSides | None:
    """Two sides at all points that they tell apart but for ``axis``, None where these are too many.

    ``domains``: what of an axis is possible, if not all of it. Raises OutOfBudget.
    """
    masks = _masks(diagram, before | after)
    cells: dict[int, list[int]] = {}
    strides: dict[int, int] = {}
    count = 1
    for number in sorted(masks.keys() - {axis}):
        blocks = [domains.get(number, diagram.space.full[number])]
        for mask in masks[number]:
            blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
            if len(blocks) * count > MOST_POINTS:
                return None
        cells[number], strides[number] = blocks, count
        count *= len(blocks)
    return BothSides(NumberedPoints(diagram, axis, cells, strides, count), before, after)


def _masks(diagram: Diagram, tails: Iterable[int]) -> dict[int, set[int]]:
    """All masks that stand on an axis, of some tails and what follows on them."""
    found: dict[int, set[int]] = {}
    seen: set[int] = set()
    left = list(tails)
    while left:
        tail = left.pop()
        if tail >= 0 and tail not in seen:
            seen.add(tail)
            axis, mask, following = diagram.tails[tail]
            found.setdefault(axis, set()).add(mask)
            left += following
    return found
