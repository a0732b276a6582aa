"""Many boxes, of which few have anything to do with another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from translate.plan.regions.boxes import Box, BoxAxis, are_apart, tidy, trimmed
from translate.plan.regions.sets import AxisSet, ValueSet


class SideIndex:
    """Boxes in their sequence; each has a bit, and by the values that they list most that are apart from another one
    are passed over at once.
    """

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self.boxes: list[Box] = []
        self._listing: dict[BoxAxis, int] = {}
        self._having: dict[BoxAxis, dict[object, int]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        """Put a box behind the others."""
        bit = 1 << len(self.boxes)
        self.boxes.append(box)
        for axis, side in box.items():
            values = _listed(side)
            if values is None:
                continue
            self._listing[axis] = self._listing.get(axis, 0) | bit
            having = self._having.setdefault(axis, {})
            for value in values:
                having[value] = having.get(value, 0) | bit

    def meeting(self, boxes: Sequence[Box], most: int | None = None) -> Iterator[int]:
        """The numbers of those, or of the first ``most``, that meet one of ``boxes``, ascending."""
        near = 0
        for box in boxes:
            near |= self._near(box)
        if most is not None:
            near &= (1 << most) - 1
        while near:
            lowest = near & -near
            near ^= lowest
            number = lowest.bit_length() - 1
            if not all(are_apart(box, self.boxes[number]) for box in boxes):
                yield number

    def _near(self, box: Box) -> int:
        """Those that are not apart by what is listed."""
        near = (1 << len(self.boxes)) - 1
        for axis, side in box.items():
            values, listing = _listed(side), self._listing.get(axis, 0)
            if values is None or not listing:
                continue
            having, alike = self._having[axis], 0
            for value in values:
                alike |= having.get(value, 0)
            near &= ~listing | alike
        return near


class TidyBoxes:
    """Boxes that come one after the other, at any time as ``tidy`` leaves them, by which they go together if needed."""

    def __init__(self) -> None:
        self.index = SideIndex()
        self._rests: set[tuple[BoxAxis, frozenset[object]]] = set()

    def add(self, boxes: Sequence[Box]) -> None:
        """Put some boxes behind the others. What neither meets nor adjoins one of them is not held against the rest."""
        before = list(self.index.boxes)
        for box in map(trimmed, boxes):
            rests = _rests(box)
            if not self._rests.isdisjoint(rests) or next(self.index.meeting([box]), None) is not None:
                self._begin_with(tidy([*before, *boxes]))
                return
            self.index.add(box)
            self._rests |= rests

    def _begin_with(self, boxes: Sequence[Box]) -> None:
        self.index = SideIndex(boxes)
        self._rests = {rest for box in boxes for rest in _rests(box)}


def _rests(box: Box) -> set[tuple[BoxAxis, frozenset[object]]]:
    """What is left of a box without one of its axes: two boxes of which that is the same are one box."""
    return {(axis, frozenset(item for item in box.items() if item[0] != axis)) for axis in box}


def _listed(side: AxisSet) -> frozenset[object] | None:
    """The values that a side consists of, None if it has others as well."""
    return None if not isinstance(side, ValueSet) or side.negated or side.absent else side.listed
