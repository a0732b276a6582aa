"""Boxes: a set per axis, an axis that is missing is unconstrained. Their differences are boxes again.

A difference leaves the other box at one axis after the other: what differs at the first, what agrees there and differs
at the second, and so on. Axes that exist only for some values of another (labels, for pods) come behind that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TypeAlias

from msgspec import Struct

from translate.model.conditions import Condition
from translate.model.peers import Opaque, Peer
from translate.model.policy import Policy
from translate.model.selectors import Contains, EndsWith, Label, StartsWith
from translate.model.traffic import IcmpType, NamedPort, PortRange
from translate.plan.regions.cut import Cut
from translate.plan.regions.sets import AxisSet, IntervalSet, ValueSet


class PeerIs(Struct, frozen=True, gc=False):
    """That the other end is one that only the cluster knows."""

    peer: Peer


class SubjectIs(Struct, frozen=True, gc=False):
    """That the subject is one that its labels do not tell."""

    peer: Peer


Test: TypeAlias = Condition | IcmpType | PeerIs | NamedPort | PortRange | SubjectIs
"""An unknown, true or false; a range is one of source ports."""
BoxAxis: TypeAlias = tuple[int, Label | StartsWith | EndsWith | Contains | Test | None]
"""Where the axis stands among others, and what it is; None where no other stands there."""

RANK: dict[type, int] = {
    kind: rank for rank, kind in enumerate((Condition, IcmpType, PeerIs, NamedPort, PortRange, SubjectIs))
}
"""The order of unknowns."""
Box: TypeAlias = Mapping[BoxAxis, AxisSet]
SUBJECT, KIND, PEER, ADDRESS, PROTOCOL, PORT, TEST = range(7)
"""The order of axes: subject labels, the kind of the peer, its labels, its address, the packet."""
TOGETHER = ((SUBJECT,), (KIND, PEER), (ADDRESS,), (PROTOCOL, PORT, TEST))
"""Axes of which a later one says something only where an earlier one allows for it."""
MOST_BOXES = 2_000
A_FEW = 4
"""So few boxes are held against each other one by one."""
FEW = 32
"""So many different sides of an axis are held against each other beforehand."""


class TooManyBoxesError(Exception):
    """A region falls into more boxes than anybody wants to read; ``blamed``: the policies that cut it."""

    def __init__(self, blamed: tuple[Policy, ...] = ()) -> None:
        super().__init__()
        self.blamed = blamed


def meet_sides(left: AxisSet, right: AxisSet) -> AxisSet:
    """What is in both sets of one axis."""
    if isinstance(left, ValueSet) and isinstance(right, ValueSet):
        return left.meet(right)
    if isinstance(left, IntervalSet) and isinstance(right, IntervalSet):
        return left.meet(right)
    raise TypeError(f"{left} and {right} are of different axes")


def is_apart(left: AxisSet, right: AxisSet) -> bool:
    """Whether nothing is in both sets of one axis."""
    if isinstance(left, ValueSet) and isinstance(right, ValueSet):
        return left.is_apart(right)
    if isinstance(left, IntervalSet) and isinstance(right, IntervalSet):
        return left.is_apart(right)
    raise TypeError(f"{left} and {right} are of different axes")


def are_apart(left: Box, right: Box) -> bool:
    """Whether nothing is in both boxes."""
    return any(is_apart(left[axis], side) if axis in left else side.is_empty for axis, side in right.items())


def meet(left: Box, right: Box) -> Box | None:
    """What is in both boxes, None if nothing is."""
    both = dict(left)
    for axis, side in right.items():
        side = meet_sides(both[axis], side) if axis in both else side
        if side.is_empty:
            return None
        both[axis] = side
    return both


def without(boxes: Iterable[Box], hole: Box, cut: Cut = Cut.BY_PEER) -> list[Box]:
    """The parts of ``boxes`` outside ``hole``. Raises TooManyBoxesError."""
    found: list[Box] = []
    groups = _groups(hole, cut)
    for box in boxes:
        if are_apart(box, hole):
            found.append(box)
            continue
        for sides in groups:
            inside = box
            for same, rest in sides:
                outside = meet(inside, rest)
                if outside is not None:
                    found.append(outside)
                both = meet(inside, same)
                assert both is not None
                inside = both
    if len(groups) > 1:
        found = _outermost(found)
    if len(found) > MOST_BOXES:
        raise TooManyBoxesError
    return found


def _groups(hole: Box, cut: Cut) -> list[list[tuple[Box, Box]]]:
    """The sides of a hole, and what is beside each, in the order in which it is left; no group needs another."""
    axes = sorted(hole, key=_place)
    if cut is Cut.BY_PACKET:
        axes.sort(key=lambda axis: axis[0] == ADDRESS)
    if cut is Cut.BY_PORT:
        axes.sort(key=lambda axis: axis[0] < PROTOCOL)
    sides: dict[BoxAxis, tuple[Box, Box]] = {axis: ({axis: hole[axis]}, {axis: hole[axis].rest()}) for axis in axes}
    if cut is not Cut.WIDE:
        return [[*sides.values()]]
    found = [[pair for (place, _), pair in sides.items() if place in group] for group in TOGETHER]
    return [group for group in found if group]


def inside(boxes: Iterable[Box], other: Box) -> list[Box]:
    """The parts of ``boxes`` inside ``other``."""
    return [both for box in boxes if (both := meet(box, other)) is not None]


def tidy(boxes: Iterable[Box]) -> list[Box]:
    """The same region in fewer boxes: those inside another go, those that differ along one axis become one."""
    kept = [trimmed(box) for box in boxes]
    if len(kept) <= 1:
        return kept
    kept = _outermost(kept)
    if len(kept) <= A_FEW and not any(_may_join(one, other) for one, other in combinations(kept, 2)):
        return kept
    while len(kept) > 1:
        before = len(kept)
        for axis in sorted({axis for box in kept for axis in box}, key=_place):
            kept = _joined_along(axis, kept)
        if len(kept) == before:
            break
        kept = _outermost(kept)
    return kept


def _may_join(one: Box, other: Box) -> bool:
    """Whether two boxes differ along one axis alone."""
    return one.keys() == other.keys() and sum(side != other[axis] for axis, side in one.items()) <= 1


def trimmed(box: Box) -> Box:
    """A box without sides that leave nothing out."""
    return {axis: side for axis, side in box.items() if not side.is_full}


def _joined_along(axis: BoxAxis, boxes: list[Box]) -> list[Box]:
    """Boxes that agree but for one axis are one box, in the place of the first."""
    groups: dict[frozenset[object], list[Box]] = {}
    for number, box in enumerate(boxes):
        rest = frozenset(item for item in box.items() if item[0] != axis)
        groups.setdefault(rest if axis in box else frozenset((number,)), []).append(box)
    return [
        trimmed({**group[0], axis: _union(axis, group)}) if len(group) > 1 else group[0] for group in groups.values()
    ]


def _union(axis: BoxAxis, boxes: list[Box]) -> AxisSet:
    outside = boxes[0][axis].rest()
    for box in boxes[1:]:
        outside = meet_sides(outside, box[axis].rest())
    return outside.rest()


def _outermost(boxes: list[Box]) -> list[Box]:
    """The boxes that are in no other; numbers of boxes are bits, so that a box is held against many at once."""
    boxes = list({frozenset(box.items()): box for box in boxes}.values())
    if len(boxes) <= A_FEW:
        return [box for box in boxes if not any(other is not box and _is_in(box, other) for other in boxes)]
    having: dict[BoxAxis, dict[AxisSet, int]] = {}
    for number, box in enumerate(boxes):
        for axis, side in box.items():
            sides = having.setdefault(axis, {})
            sides[side] = sides.get(side, 0) | 1 << number
    held = {(axis, side): _held(side, sides) for axis, sides in having.items() for side in sides}
    gone = 0
    for number, box in enumerate(boxes):
        if gone >> number & 1:
            continue
        inner = (1 << len(boxes)) - 1 & ~(1 << number)
        for item in box.items():
            inner &= held[item]
        wide = [axis for axis in box if len(having[axis]) > FEW]
        while inner:
            other = inner.bit_length() - 1
            inner ^= 1 << other
            if all(_is_inside(boxes[other][axis], box[axis]) for axis in wide):
                gone |= 1 << other
    return [box for number, box in enumerate(boxes) if not gone >> number & 1]


def _is_in(inner: Box, outer: Box) -> bool:
    return all(axis in inner and _is_inside(inner[axis], side) for axis, side in outer.items())


def _held(outer: AxisSet, sides: Mapping[AxisSet, int]) -> int:
    """The boxes whose side is in ``outer``; all of them where there are many different sides, to be looked at later."""
    held = 0
    for inner, boxes in sides.items():
        if len(sides) > FEW or _is_inside(inner, outer):
            held |= boxes
    return held


def _is_inside(inner: AxisSet, outer: AxisSet) -> bool:
    if inner is outer:
        return True
    if isinstance(inner, ValueSet) and isinstance(outer, ValueSet):
        return inner.is_within(outer)
    if isinstance(inner, IntervalSet) and isinstance(outer, IntervalSet):
        return inner.is_within(outer)
    raise TypeError(f"{inner} and {outer} are of different axes")


def _place(axis: BoxAxis) -> tuple[int, int, str]:
    """Any order does, if it is the same for all boxes; unknown sets stand as people read them."""
    place, key = axis
    match key:
        case PeerIs(Opaque(unknown)) | SubjectIs(Opaque(unknown)):
            text = f"Opaque {unknown}"
        case PeerIs(peer) | SubjectIs(peer):
            text = repr(peer)
        case _:
            text = repr(key)
    return place, RANK.get(type(key), 0), text
