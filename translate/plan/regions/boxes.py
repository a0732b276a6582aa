"""Boxes: a set per axis, an axis that is missing is unconstrained. Their differences are boxes again.

A difference leaves the other box at one axis after the other: what differs at the first, what agrees there and differs
at the second, and so on. Axes that exist only for some values of another (labels, for pods) come behind that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from translate.plan.regions.sets import Line, Side, Values

Axis: TypeAlias = tuple[int, object]
"""Where the axis stands among others, and what it is."""
Box: TypeAlias = Mapping[Axis, Side]
MOST_BOXES = 2_000


class TooManyBoxesError(Exception):
    """A region falls into more boxes than anybody wants to read."""


def meet_sides(left: Side, right: Side) -> Side:
    """What is in both sets of one axis."""
    if isinstance(left, Values) and isinstance(right, Values):
        return left.meet(right)
    if isinstance(left, Line) and isinstance(right, Line):
        return left.meet(right)
    raise TypeError(f"{left} and {right} are of different axes")


def meet(left: Box, right: Box) -> Box | None:
    """What is in both boxes, None if nothing is."""
    both = dict(left)
    for axis, side in right.items():
        side = meet_sides(both[axis], side) if axis in both else side
        if side.is_empty:
            return None
        both[axis] = side
    return both


def without(boxes: Iterable[Box], hole: Box) -> list[Box]:
    """The parts of ``boxes`` outside ``hole``. Raises TooManyBoxesError."""
    found: list[Box] = []
    for box in boxes:
        if meet(box, hole) is None:
            found.append(box)
            continue
        inside: Box | None = box
        for axis in sorted(hole, key=_place):
            if inside is None:
                break
            outside = meet(inside, {axis: hole[axis].rest()})
            if outside is not None:
                found.append(outside)
            inside = meet(inside, {axis: hole[axis]})
    if len(found) > MOST_BOXES:
        raise TooManyBoxesError
    return found


def inside(boxes: Iterable[Box], other: Box) -> list[Box]:
    """The parts of ``boxes`` inside ``other``."""
    return [both for box in boxes if (both := meet(box, other)) is not None]


def tidy(boxes: list[Box]) -> list[Box]:
    """The same region in fewer boxes: those inside another go, two that differ along one axis become one."""
    kept = [_trimmed(box) for box in boxes]
    again = True
    while again:
        again = False
        for number, box in enumerate(kept):
            for other_number in range(number + 1, len(kept)):
                joined = _joined(box, kept[other_number])
                if joined is not None:
                    kept[number] = _trimmed(joined)
                    del kept[other_number]
                    again = True
                    break
            if again:
                break
    return kept


def _trimmed(box: Box) -> Box:
    return {axis: side for axis, side in box.items() if not side.is_full}


def _joined(left: Box, right: Box) -> Box | None:
    """One box for both, if that is exact: one holds the other, or they differ along a single axis."""
    if _holds(left, right):
        return left
    if _holds(right, left):
        return right
    axes = left.keys() | right.keys()
    different = [axis for axis in axes if left.get(axis) != right.get(axis)]
    if len(different) != 1 or different[0] not in left or different[0] not in right:
        return None
    axis = different[0]
    return {**left, axis: meet_sides(left[axis].rest(), right[axis].rest()).rest()}


def _holds(outer: Box, inner: Box) -> bool:
    return all(axis in inner and meet_sides(inner[axis], side) == inner[axis] for axis, side in outer.items())


def _place(axis: Axis) -> tuple[int, str]:
    return axis[0], str(axis[1])
