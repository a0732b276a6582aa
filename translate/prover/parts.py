"""What two sets decide differently as disjoint parts: boxes of ends and packets, merged, the most general first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

from translate.prover.axes import Fixed, Line, PortName
from translate.prover.diagram import Constraints
from translate.prover.differing import Differing
from translate.prover.reduced import DIFFERING, Reduced
from translate.prover.space import Space

MOST_BOXES = 20_000
"""So many boxes are taken from a diagram at most, the most general ones; the rest is counted."""

MANY_RANGES = 4

Rank: TypeAlias = tuple[Any, ...]
"""Where a part stands among others; no two of one place are equal."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the differences, who talks to whom (a box without axes of packets), and on what: disjoint boxes."""

    effect: int
    ends: Constraints
    packets: tuple[Constraints, ...]

    @property
    def boxes(self) -> Iterator[Constraints]:
        """The disjoint boxes that the part is made of."""
        return ({**self.ends, **packets} for packets in self.packets)


@dataclass(slots=True)
class _Picking:
    """Boxes of a diagram, the least narrow first."""

    reduced: Reduced
    _least: dict[int, int | None] = field(default_factory=dict)
    _counts: dict[int, int] = field(default_factory=dict)
    _edges: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def count(self, node: int) -> int:
        """How many boxes there are."""
        if node < 0:
            return int(node in DIFFERING)
        found = self._counts.get(node)
        if found is None:
            found = self._counts[node] = sum(self.count(child) for _, child in self.reduced.nodes[node][1])
        return found

    def least(self, node: int) -> int | None:
        """How narrow the least narrow of them is; None if there is none."""
        if node < 0:
            return 0 if node in DIFFERING else None
        if node not in self._least:
            costs = [cost + rest for _, child, cost in self.edges(node) if (rest := self.least(child)) is not None]
            self._least[node] = min(costs, default=None)
        return self._least[node]

    def edges(self, node: int) -> list[tuple[int, int, int]]:
        """The masks of a node, each with what is behind it and how narrow it is."""
        found = self._edges.get(node)
        if found is None:
            axis, edges, impossible = self.reduced.nodes[node]
            wider = _widened([mask for mask, _ in edges], impossible, axis, self.reduced.space)
            found = self._edges[node] = [
                (mask, child, narrowness(self.reduced.space, axis, mask))
                for mask, (_, child) in zip(wider, edges, strict=True)
            ]
        return found

    def boxes(self, roots: Iterable[tuple[Constraints, int]]) -> Iterator[tuple[int, Constraints]]:
        """All boxes with their leaf."""
        number = count()
        heap: list[tuple[int, int, int, int, Constraints]] = []
        for box, node in roots:
            least = self.least(node)
            if least is not None:
                cost = sum(narrowness(self.reduced.space, axis, mask) for axis, mask in box.items())
                heapq.heappush(heap, (cost + least, next(number), cost, node, box))
        while heap:
            _, _, cost, node, box = heapq.heappop(heap)
            if node < 0:
                yield node, box
                continue
            axis = self.reduced.nodes[node][0]
            for mask, child, more in self.edges(node):
                rest = self.least(child)
                if rest is not None:
                    entry = (cost + more + rest, next(number), cost + more, child, {**box, axis: mask})
                    heapq.heappush(heap, entry)


def parts_of(found: Differing, view: Callable[[int], int], most: int = MOST_BOXES) -> tuple[list[Part], int]:
    """The parts of what differs in a ``view`` (today, later), and how many more boxes there are."""
    space, picking = found.diagram.space, _Picking(found.reduced)
    blocks: dict[int, int] = {}
    for ports, node, _ in found.roots:
        seen = view(node)
        blocks[seen] = blocks.get(seen, 0) | ports
    everything = space.full[space.port_axis]
    roots = [({} if ports == everything else {space.port_axis: ports}, node) for node, ports in blocks.items()]
    total = sum(picking.count(node) for _, node in roots)
    boxes = [box for box, _ in zip(picking.boxes(roots), range(most), strict=False)]
    return _parts(merged(boxes, space), space), total - len(boxes)


def merged(boxes: list[tuple[int, Constraints]], space: Space) -> list[tuple[int, Constraints]]:
    """The boxes with those that differ on one axis only taken together."""
    plain = ((effect, {axis: mask for axis, mask in box.items() if mask != space.full[axis]}) for effect, box in boxes)
    found = [(effect, box, frozenset(box.items())) for effect, box in plain]
    before = -1
    while len(found) != before:
        before = len(found)
        for axis in sorted({axis for _, box, _ in found for axis in box}, reverse=True):
            full = space.full[axis]
            together: dict[tuple[int, frozenset[tuple[int, int]]], int] = {}
            for effect, box, items in found:
                mask = box.get(axis, full)
                key = effect, items if mask == full else items - {(axis, mask)}
                together[key] = together.get(key, 0) | mask
            if len(together) == len(found):
                continue  # no two of them differ there alone, as nearly always
            joined = (
                (effect, rest if mask == full else rest | {(axis, mask)}) for (effect, rest), mask in together.items()
            )
            found = [(effect, dict(items), items) for effect, items in joined]
    return [(effect, box) for effect, box, _ in found]


def is_of_packet(space: Space, axis: int) -> bool:
    """Whether an axis is of the packet, not of who sends or gets it."""
    return space.protocol_axis <= axis < space.others_axis


def _parts(boxes: list[tuple[int, Constraints]], space: Space) -> list[Part]:
    """The boxes of equal ends taken together."""
    together: dict[tuple[int, frozenset[tuple[int, int]]], list[Constraints]] = {}
    for effect, box in boxes:
        ends = frozenset(item for item in box.items() if not is_of_packet(space, item[0]))
        packets = {axis: mask for axis, mask in box.items() if is_of_packet(space, axis)}
        together.setdefault((effect, ends), []).append(packets)
    return [
        Part(effect, dict(sorted(ends)), tuple(sorted(packets, key=lambda box: sorted(box.items()))))
        for (effect, ends), packets in together.items()
    ]


def rank(space: Space, part: Part) -> Rank:
    """Where a part stands among others: the most general first, looser before tighter."""
    ends = sum(narrowness(space, axis, mask) for axis, mask in part.ends.items())
    packets = min(sum(narrowness(space, axis, mask) for axis, mask in box.items()) for box in part.packets)
    boxes = (part.ends, *part.packets)
    return (ends + packets, ends, -part.effect, space.direction.value, *(sorted(box.items()) for box in boxes))


def narrowness(space: Space, axis: int, mask: int) -> int:
    """How little of an axis is meant: 0 all of it, 1 most, 3 some."""
    full = space.full[axis]
    if mask == full:
        return 0
    if axis == 0:
        return (full & ~mask).bit_count()
    if axis == space.address_axis:
        # A range as wide as a quarter of the IPv4 addresses is most of them; what many ranges are is hard to read.
        return (1 if _count(space, mask) >= 1 << 30 else 3) + (_runs(mask) > MANY_RANGES)
    match space.axes[axis]:
        case PortName() | Line() | Fixed.OTHERS:
            return 1
        case _:
            return 1 if mask & (full ^ (full >> 1)) else 3


def _count(space: Space, mask: int) -> int:
    """How many IPv4 addresses there are in a mask of the line of addresses."""
    cuts, count = space.address.cuts, 0
    left = mask & space.address.family(4)
    while left:  # a run of atoms at a time: they are many, and runs few
        first = left & -left
        behind = left + first
        count += cuts[(behind & -behind).bit_length() - 1] - cuts[first.bit_length() - 1]
        left &= behind
    return count


def _widened(masks: list[int], impossible: int, axis: int, space: Space) -> list[int]:
    """The masks, one of them with the atoms that nothing can have: the one that is said in fewer words then."""
    if not impossible or axis == space.others_axis:
        return masks
    rest = space.full[axis] ^ (space.full[axis] >> 1)
    if axis == space.address_axis or isinstance(space.axes[axis], Line) or axis == space.port_axis:
        gains = [_runs(mask) - _runs(mask | impossible) for mask in masks]
        best = max(range(len(masks)), key=gains.__getitem__)
        if gains[best] < 0:
            return masks
    else:
        best = next((number for number, mask in enumerate(masks) if mask & rest), -1)
        if best < 0:
            best = max(range(len(masks)), key=lambda number: masks[number].bit_count())
    return [mask | impossible if number == best else mask for number, mask in enumerate(masks)]


def _runs(mask: int) -> int:
    return (mask & ~(mask << 1)).bit_count()
