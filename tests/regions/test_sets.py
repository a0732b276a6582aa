"""Sets along one axis: closed under meeting and complement, whatever is in them."""

from __future__ import annotations

from itertools import product

import pytest

from translate.plan.regions.boxes import PORT, PROTOCOL, BoxAxis, are_apart, meet_sides
from translate.plan.regions.sets import IntervalSet, ValueSet

WORLD = ("a", "b", "other", None)
"""Values that are listed somewhere, one that never is, and no value at all."""
LISTS = [frozenset(listed) for listed in ((), ("a",), ("b",), ("a", "b"))]
VALUES = [ValueSet(listed, negated, absent) for listed, negated, absent in product(LISTS, (False, True), (False, True))]
END = 7
AXIS: BoxAxis = (PORT, None)
OTHER: BoxAxis = (PROTOCOL, None)
LINES = [
    IntervalSet(spans, END)
    for spans in ((), ((0, 7),), ((0, 0),), ((7, 7),), ((2, 4),), ((0, 1), (3, 3)), ((1, 2), (4, 5), (7, 7)))
]


def members(side: ValueSet | IntervalSet) -> set:
    if isinstance(side, IntervalSet):
        return {number for first, last in side.spans for number in range(first, last + 1)}
    return {one for one in WORLD if (side.absent if one is None else (one in side.listed) is not side.negated)}


def everything(side: ValueSet | IntervalSet) -> set:
    return set(range(END + 1)) if isinstance(side, IntervalSet) else set(WORLD)


@pytest.mark.parametrize("side", [*VALUES, *LINES])
def test_rest(side: ValueSet | IntervalSet) -> None:
    assert members(side.rest()) == everything(side) - members(side)
    assert side.rest().rest() == side
    assert side.is_empty is (not members(side))
    assert side.is_full is (members(side) == everything(side))


@pytest.mark.parametrize(("left", "right"), [*product(VALUES, VALUES), *product(LINES, LINES)])
def test_meet(left: ValueSet | IntervalSet, right: ValueSet | IntervalSet) -> None:
    assert members(meet_sides(left, right)) == members(left) & members(right)


@pytest.mark.parametrize(("left", "right"), [*product(VALUES, VALUES), *product(LINES, LINES)])
def test_apart(left: ValueSet | IntervalSet, right: ValueSet | IntervalSet) -> None:
    """Said of what is met, without making it."""
    assert are_apart({AXIS: left}, {AXIS: right}) is (not members(left) & members(right))


@pytest.mark.parametrize(("left", "right"), [*product(VALUES, VALUES)])
def test_values_within_others(left: ValueSet, right: ValueSet) -> None:
    assert left.is_within(right) is (members(left) <= members(right))


@pytest.mark.parametrize(("left", "right"), [*product(LINES, LINES)])
def test_intervals_within_others(left: IntervalSet, right: IntervalSet) -> None:
    assert left.is_within(right) is (members(left) <= members(right))


def test_boxes_are_apart_at_any_axis() -> None:
    some = IntervalSet.of(2, 4, END)
    assert not are_apart({AXIS: some}, {})
    assert not are_apart({AXIS: some}, {OTHER: some})
    assert are_apart({AXIS: some}, {OTHER: IntervalSet((), END)}), "what is empty meets nothing"
    assert are_apart({AXIS: some, OTHER: some}, {AXIS: some, OTHER: IntervalSet.of(5, 7, END)})
    with pytest.raises(TypeError, match="of different axes"):
        are_apart({AXIS: some}, {AXIS: ValueSet()})
