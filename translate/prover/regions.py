"""Where tails apply, without a walk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TypeAlias

from translate.prover.diagram import Diagram, Tails
from translate.prover.search import Branch

Bounds: TypeAlias = dict[int, int]
"""Axis to the atoms beyond which something does not apply."""


def bounds_of(diagram: Diagram, tails: Iterable[int]) -> Bounds:
    """A box that holds all points where some tails apply."""
    found = [_bounds(diagram, tail) for tail in tails]
    shared = frozenset(found[0]).intersection(*found[1:]) if found else ()
    return {axis: reduce(or_, (one[axis] for one in found)) for axis in shared}


def _bounds(diagram: Diagram, tail: int) -> Bounds:
    if tail < 0:
        return {}
    axis, mask, following = diagram.tails[tail]
    return {**bounds_of(diagram, following), axis: mask}


def near(diagram: Diagram, tails: Iterable[int], bounds: Bounds) -> Tails:
    """Those of some tails that may apply inside a box."""

    def meets(tail: int) -> bool:
        if tail < 0:
            return True
        axis, mask, following = diagram.tails[tail]
        return mask & bounds.get(axis, mask) != 0 and any(map(meets, following))

    return frozenset(filter(meets, tails))


def is_within(diagram: Diagram, branch: Branch, tails: Iterable[int]) -> bool:
    """Whether one of some tails applies to all that a branch went through."""

    def covers(tail: int) -> bool:
        if tail < 0:
            return True
        axis, mask, following = diagram.tails[tail]
        return branch.get(axis, diagram.space.full[axis]) & ~mask == 0 and any(map(covers, following))

    return any(map(covers, tails))
