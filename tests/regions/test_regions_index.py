"""Boxes by the values they list: nothing that has something in common is passed over, and what is tidy stays so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from translate.model.selectors import Label, Scope
from translate.plan.regions.boxes import Box, are_apart, tidy
from translate.plan.regions.index import SideIndex, TidyBoxes
from translate.plan.regions.sets import IntervalSet, ValueSet

APP, ROLE, PORTS = (0, Label(Scope.POD, "app")), (2, Label(Scope.POD, "role")), (5, None)
VALUES = st.builds(ValueSet, st.frozensets(st.sampled_from("abc"), max_size=2), st.booleans(), st.booleans())
RANGES = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: IntervalSet.of(min(ends), max(ends), 9))
SIDES = {APP: VALUES, ROLE: VALUES, PORTS: RANGES}
BOXES = st.fixed_dictionaries({}, optional=SIDES).filter(lambda box: not any(side.is_empty for side in box.values()))


@given(st.lists(BOXES, max_size=8), st.lists(BOXES, max_size=3), st.none() | st.integers(0, 8))
def test_all_that_meet_are_found_in_their_sequence(held: list[Box], asked: list[Box], most: int | None) -> None:
    expected = [
        number
        for number, one in enumerate(held)
        if (most is None or number < most) and not all(are_apart(box, one) for box in asked)
    ]
    assert list(SideIndex(held).meeting(asked, most)) == expected


@given(st.lists(st.lists(BOXES, max_size=3), max_size=6))
def test_boxes_that_come_one_after_the_other_are_as_tidy_as_all_at_once_by_turns(batches: list[list[Box]]) -> None:
    expected: list[Box] = []
    found = TidyBoxes()
    for boxes in batches:
        expected = tidy([*expected, *boxes])
        found.add(boxes)
        assert found.index.boxes == expected
        assert list(found.index.meeting(expected)) == list(range(len(expected)))


@given(st.lists(BOXES, min_size=1, max_size=4), st.lists(BOXES, min_size=1, max_size=4))
def test_what_stood_there_before_stays_there_for_who_looked(first: list[Box], second: list[Box]) -> None:
    boxes = TidyBoxes()
    boxes.add(first)
    index, count = boxes.index, len(boxes.index.boxes)
    before = list(index.boxes)
    boxes.add(second)
    assert index.boxes[:count] == before
