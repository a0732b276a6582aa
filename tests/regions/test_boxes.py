"""Boxes against the points in them, over small axes."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from translate.plan.regions.boxes import Box, BoxAxis, TooManyBoxesError, inside, meet, tidy, without
from translate.plan.regions.cut import Cut
from translate.plan.regions.sets import AxisSet, IntervalSet, ValueSet

LABEL, KEY, PORT = (0, "label"), (0, "key"), (5, "port")
WORLD: dict[BoxAxis, tuple] = {LABEL: ("a", "b", "other", None), KEY: ("a", "b", "other", None), PORT: tuple(range(6))}
KNOWN = ValueSet(frozenset("a"), negated=False, absent=False)
POINTS = [dict(zip(WORLD, values, strict=True)) for values in product(*WORLD.values())]


def points(boxes: list[Box]) -> set[int]:
    return {
        n for n, point in enumerate(POINTS) if any(all(has(box[axis], point[axis]) for axis in box) for box in boxes)
    }


def has(side: AxisSet, one: Any) -> bool:
    if isinstance(side, IntervalSet):
        return any(first <= one <= last for first, last in side.spans)
    return side.absent if one is None else (one in side.listed) is not side.negated


def some_box(dice: random.Random) -> Box:
    box: dict[BoxAxis, AxisSet] = {}
    for axis in WORLD:
        if dice.random() < 0.6:
            first = dice.randrange(6)
            line = IntervalSet.of(first, dice.randrange(first, 6), 5)
            values = ValueSet(frozenset(dice.sample("ab", dice.randrange(3))), dice.random() < 0.5, dice.random() < 0.5)
            box[axis] = line if axis == PORT else values
    return {} if any(side.is_empty for side in box.values()) else box


@pytest.mark.parametrize("seed", range(150))
def test_boxes_are_sets_of_points(seed: int) -> None:
    dice = random.Random(seed)
    some, hole = [some_box(dice) for _ in range(dice.randrange(1, 6))], some_box(dice)
    both = meet(some[0], hole)
    assert points([] if both is None else [both]) == points(some[:1]) & points([hole])
    assert points(inside(some, hole)) == points(some) & points([hole])
    left = without(some, hole)
    for cut in Cut:
        assert points(without(some, hole, cut)) == points(some) - points([hole])
    tidied = tidy([*some, *left])
    assert points(tidied) == points(some)
    assert len(tidied) <= len(some) + len(left)
    assert tidy(tidied) == tidied
    for one, other in product(tidied, tidied):
        assert one is other or not points([one]) < points([other])


def one(label: str | None = None, ports: tuple[int, int] | None = None, key: str | None = None) -> Box:
    """A box from short words."""
    box: dict[BoxAxis, AxisSet] = {}
    for axis, word in ((LABEL, label), (KEY, key)):
        if word is not None:
            listed = frozenset(word.removeprefix("!").split("|"))
            box[axis] = ValueSet(listed, negated=word.startswith("!"), absent=word.startswith("!"))
    if ports is not None:
        box[PORT] = IntervalSet.of(*ports, 5)
    return box


ADDRESS: BoxAxis = (3, None)
TO_ONE: dict[Cut, list[Box]] = {
    Cut.BY_PEER: [
        {ADDRESS: IntervalSet.of(1, 9, 9)},
        {ADDRESS: IntervalSet.of(0, 0, 9), PORT: IntervalSet.of(1, 5, 5)},
    ],
    Cut.BY_PACKET: [{PORT: IntervalSet.of(1, 5, 5)}, {PORT: IntervalSet.of(0, 0, 5), ADDRESS: IntervalSet.of(1, 9, 9)}],
    Cut.BY_PORT: [{PORT: IntervalSet.of(1, 5, 5)}, {PORT: IntervalSet.of(0, 0, 5), ADDRESS: IntervalSet.of(1, 9, 9)}],
    Cut.WIDE: [{ADDRESS: IntervalSet.of(1, 9, 9)}, {PORT: IntervalSet.of(1, 5, 5)}],
}


@pytest.mark.parametrize("cut", Cut)
def test_into_which_pieces_all_falls_without_one_port_of_one_address(cut: Cut) -> None:
    hole: Box = {ADDRESS: IntervalSet.of(0, 0, 9), PORT: IntervalSet.of(0, 0, 5)}
    assert without([{}], hole, cut) == TO_ONE[cut]


def test_the_labels_of_pods_are_asked_of_pods_alone() -> None:
    kind, label = (1, None), (2, "label")
    hole: Box = {kind: KNOWN, label: KNOWN, PORT: IntervalSet.of(0, 0, 5)}
    labels = [box for box in without([{}], hole, Cut.WIDE) if label in box]
    assert labels == [{kind: KNOWN, label: KNOWN.rest()}]


TIDIED = [
    ([one("a"), one("a")], [one("a")]),
    ([one("a"), one("b")], [one("a|b")]),
    ([one("a"), one("!a")], [{}]),
    ([one("a", (0, 2)), one("a", (3, 5))], [one("a")]),
    ([one("a", (0, 2)), one("b", (0, 2))], [one("a|b", (0, 2))]),
    ([one("a", (0, 2)), one("a")], [one("a")]),
    ([one("a", (0, 2)), one("b", (3, 5))], [one("a", (0, 2)), one("b", (3, 5))]),
    ([one("a", (0, 2)), one("b", (0, 2)), one("a|b", (3, 5))], [one("a|b")]),
    ([one("a"), one(key="a")], [one("a"), one(key="a")]),
    ([], []),
]


@pytest.mark.parametrize(("given", "expected"), TIDIED)
def test_tidy(given: list[Box], expected: list[Box]) -> None:
    assert tidy(given) == expected


def test_a_difference_leaves_at_one_axis_after_the_other() -> None:
    """Each piece negates one literal and keeps those before it."""
    assert without([{}], one("a", (0, 2))) == [one("!a"), one("a", (3, 5))]


def halved(times: int) -> list[Box]:
    """Everything, less so many holes of two axes."""
    pieces: list[Box] = [{}]
    for number in range(times):
        pieces = without(pieces, {(0, f"k{number}"): KNOWN, (2, f"l{number}"): KNOWN})
    return pieces


def test_too_many() -> None:
    """Each hole of two axes doubles the pieces: this ends before anybody waits."""
    assert len(halved(10)) == 1024
    with pytest.raises(TooManyBoxesError):
        halved(60)


def test_many_boxes_are_tidied() -> None:
    """Thousands of different boxes stay; those that belong together become one."""
    assert tidy([{PORT: IntervalSet.of(number, number, 65_535)} for number in range(2_000)]) == [
        {PORT: IntervalSet.of(0, 1_999, 65_535)}
    ]
    apart: list[Box] = [{PORT: IntervalSet.of(2 * n, 2 * n, 65_535), (2, f"k{n}"): KNOWN} for n in range(2_000)]
    assert tidy(apart) == apart
