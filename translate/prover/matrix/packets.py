"""Sets of packets as reduced diagrams over the axes of packets: equal sets are equal numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from translate.prover.diagram import Constraints
from translate.prover.parts import merged
from translate.prover.reduced import IMPOSSIBLE, Edges, Reduced
from translate.prover.row_packets import packets_text
from translate.prover.space import Space

NONE, ALL = -10, -11
"""Leaves: no packet, every packet. What is IMPOSSIBLE no cluster has."""


def _through_both(one: int, other: int) -> int | None:
    if IMPOSSIBLE in (one, other):
        return IMPOSSIBLE
    if NONE in (one, other):
        return NONE
    return other if one == ALL else one if other == ALL else None


def _in_each(one: int, other: int) -> int | None:
    if IMPOSSIBLE in (one, other):
        return one if other == IMPOSSIBLE else other
    return None if max(one, other) >= 0 else ALL if one == other == ALL else NONE


def _in_some(one: int, other: int) -> int | None:
    if IMPOSSIBLE in (one, other):
        return one if other == IMPOSSIBLE else other
    return None if max(one, other) >= 0 else NONE if one == other == NONE else ALL


@dataclass(slots=True)
class Packets:
    """The sets of packets of both directions, whose axes are numbered alike."""

    space: Space
    reduced: Reduced = field(init=False)
    _known: dict[tuple[object, int, int], int] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reduced = Reduced(self.space)

    def through_both(self, one: int, other: int) -> int:
        """What is in both sets, that is gets through at both ends; what is impossible at one is impossible."""
        return self._applied(_through_both, one, other)

    def in_each(self, one: int, other: int) -> int:
        """What is in both of two sets of which each is for another case; a case that is impossible says nothing."""
        return self._applied(_in_each, one, other)

    def in_some(self, one: int, other: int) -> int:
        """What is in either of two sets of which each is for another case."""
        return self._applied(_in_some, one, other)

    def _applied(self, rule: Callable[[int, int], int | None], one: int, other: int) -> int:
        if one == other:
            return one
        if one > other:
            one, other = other, one
        known = self._known.get((rule, one, other))
        if known is None:
            known = rule(one, other)
            if known is None:
                known = self._cut(rule, one, other)
            self._known[rule, one, other] = known
        return known

    def _cut(self, rule: Callable[[int, int], int | None], one: int, other: int) -> int:
        axis = min(self.reduced.nodes[node][0] for node in (one, other) if node >= 0)
        found = [
            (mask & theirs, self._applied(rule, child, beside))
            for mask, child in self._edges(axis, one)
            for theirs, beside in self._edges(axis, other)
            if mask & theirs
        ]
        return self.reduced.node(axis, found)

    def _edges(self, axis: int, node: int) -> Edges:
        if node < 0 or self.reduced.nodes[node][0] != axis:
            return ((self.space.full[axis], node),)
        _, edges, rest = self.reduced.nodes[node]
        return (*edges, (rest, IMPOSSIBLE)) if rest else edges

    def boxes(self, node: int) -> list[Constraints]:
        """Disjoint boxes of a set."""
        return [box for _, box in merged([(0, box) for box in self._paths(node)], self.space)]

    def _paths(self, node: int) -> Iterator[Constraints]:
        if node == ALL:
            yield {}
        for mask, child in self.reduced.nodes[node][1] if node >= 0 else ():
            axis = self.reduced.nodes[node][0]
            for box in self._paths(child):
                yield {axis: mask, **box}

    def text(self, node: int) -> str:
        """A set in words, empty for none."""
        found = self._texts.get(node)
        if found is None:
            boxes = self.boxes(node)
            found = self._texts[node] = packets_text(self.space, boxes) if boxes else ""
        return found
