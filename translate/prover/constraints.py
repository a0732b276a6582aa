"""Boxes of constraints, as the lowering of rules puts them together."""

from __future__ import annotations

from collections.abc import Sequence

from translate.prover.budget import Budget
from translate.prover.diagram import Constraints


def meet(left: Constraints, right: Constraints) -> Constraints | None:
    """Both boxes at once; None where they do not meet."""
    both = dict(left)
    for axis, mask in right.items():
        mask &= both.get(axis, mask)
        if mask == 0:
            return None
        both[axis] = mask
    return both


def product(left: list[Constraints], right: list[Constraints]) -> list[Constraints]:
    """What lies in a box of either list, pair by pair."""
    return [both for one in left for two in right if (both := meet(one, two)) is not None]


def union(parts: list[list[Constraints]]) -> list[Constraints]:
    """All boxes of ``parts``; those that constrain the same single axis become one."""
    lone: dict[int, int] = {}
    rest: list[Constraints] = []
    for box in (box for part in parts for box in part):
        if len(box) == 1:
            ((axis, mask),) = box.items()
            lone[axis] = lone.get(axis, 0) | mask
        else:
            rest.append(box)
    return [{axis: mask} for axis, mask in lone.items()] + rest


def complement(boxes: list[Constraints], full: Sequence[int], budget: Budget) -> list[Constraints]:
    """Everything outside all of ``boxes``; ``full`` has all values of each axis. Raises OutOfBudget.

    A box is left at its first axis that does not hold: a constraint on an axis that exists only for some values of
    an earlier one (labels for pods, say) stays behind that earlier one.
    """
    result: list[Constraints] = [{}]
    for box in boxes:
        outside: list[Constraints] = []
        inside: Constraints = {}
        for axis in sorted(box):
            rest = full[axis] & ~box[axis]
            if rest:
                outside.append({**inside, axis: rest})
            inside[axis] = box[axis]
        result = product(result, outside)
        budget.spend(len(result))
    return result
