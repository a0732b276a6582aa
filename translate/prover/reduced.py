"""A reduced diagram over the axes of a space: what comes to the same is one node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from translate.prover.point import Others
from translate.prover.space import OTHERS_BIT, Space

SAME, IMPOSSIBLE, UNSEEN = -1, -2, -3
"""Leaves: both sides agree; no cluster has such a point; nobody looked."""
LOOSER, TIGHTER, MAYBE_LOOSER, MAYBE_TIGHTER, MIXED = -4, -5, -6, -7, -8
"""Leaves: they differ, under each reading or just one of them; and both ways, each under some reading."""
DIFFERING = (LOOSER, TIGHTER, MAYBE_LOOSER, MAYBE_TIGHTER, MIXED)

Edges: TypeAlias = tuple[tuple[int, int], ...]
"""Masks of an axis, disjoint, each with the node behind it."""


@dataclass(slots=True)
class Reduced:
    """Nodes (numbers from 0): an axis, its edges, and the atoms that are impossible there. Leaves are below 0."""

    space: Space
    nodes: list[tuple[int, Edges, int]] = field(default_factory=list)
    _known: dict[tuple[int, Edges, int], int] = field(default_factory=dict)

    def node(self, axis: int, edges: Iterable[tuple[int, int]]) -> int:
        """The node of ``edges``; atoms of the axis that they leave out are impossible."""
        masks: dict[int, int] = {}
        rest = self.space.full[axis]
        for mask, child in edges:
            if mask and child != IMPOSSIBLE:
                masks[child] = masks.get(child, 0) | mask
                rest &= ~mask
        if len(masks) < 2:
            return next(iter(masks), IMPOSSIBLE)
        key = axis, tuple(sorted((mask, child) for child, mask in masks.items())), rest
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.nodes)
            self.nodes.append(key)
        return number

    def today(self, node: int) -> int:
        """What differs while no policy concerns the pod but those that are given."""
        return self._altered(node, later=False, known={})

    def later(self, node: int) -> int:
        """What differs only while another policy does something, or differs otherwise then."""
        return self._altered(node, later=True, known={})

    def _altered(self, node: int, *, later: bool, known: dict[int, int]) -> int:
        """The diagram with another end where what other policies do decides."""
        if node < 0:
            return SAME if later and node in DIFFERING else node
        found = known.get(node)
        if found is None:
            axis, edges, _ = self.nodes[node]
            if axis == self.space.others_axis:
                found = self._only_then(edges) if later else _child(edges, Others.NOTHING)
            else:
                children = [(mask, self._altered(child, later=later, known=known)) for mask, child in edges]
                found = self.node(axis, children)
            known[node] = found
        return found

    def _only_then(self, edges: Edges) -> int:
        now = _child(edges, Others.NOTHING)
        then = {others: _child(edges, others) for others in Others if others is not Others.NOTHING}
        return self.node(
            self.space.others_axis,
            ((OTHERS_BIT[others], SAME if _is_alike(child, now) else child) for others, child in then.items()),
        )


def _child(edges: Edges, others: Others) -> int:
    return next((child for mask, child in edges if mask & OTHERS_BIT[others]), IMPOSSIBLE)


def _is_alike(one: int, other: int) -> bool:
    """Whether two leaves differ in how many readings show it, if at all."""
    return one == other or {one, other} in ({LOOSER, MAYBE_LOOSER}, {TIGHTER, MAYBE_TIGHTER})
