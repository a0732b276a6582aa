"""What of some packets is left by rules and tiers that come before others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from translate.model.policy import Action, Tier
from translate.plan.regions.boxes import Box, inside, without
from translate.plan.regions.cut import Cut
from translate.plan.regions.index import SideIndex, TidyBoxes
from translate.plan.regions.sequence import TierRules


class _Passed(NamedTuple):
    """What a rule passes on: of its boxes what is in none of the ``first`` ones that are denied by then."""

    boxes: list[Box]
    denied: SideIndex
    first: int


class Tiers:
    """Tiers in order, each worked out once for all that comes to it."""

    def __init__(self, tiers: Iterable[TierRules], cut: Cut) -> None:
        self._cut = cut
        self._left = [_Left(tier, cut) for tier in tiers]

    def before(self, boxes: list[Box], number: int) -> list[Box]:
        """What gets through the tiers before one of this number."""
        return self._through(boxes, self._left[:number])

    def behind(self, boxes: list[Box], number: int) -> list[Box]:
        """What gets through the tiers behind it: past the last one there is nothing but the profile, which allows."""
        return self._through(boxes, self._left[number + 1 :])

    def all(self, boxes: list[Box]) -> list[Box]:
        """What gets through all of them."""
        return self._through(boxes, self._left)

    def _through(self, boxes: list[Box], tiers: Sequence[_Left]) -> list[Box]:
        for tier in tiers:
            boxes = tier.of(boxes)
        return boxes


class _Left:
    """One tier: what leaves it for the next one is passed on, of pods that it does not select, or at its end."""

    def __init__(self, tier: TierRules, cut: Cut) -> None:
        self._about: Tier = tier.tier
        self._selected = SideIndex(tier.selected)
        self._cut = cut
        self._passed: list[_Passed] = []
        denied = TidyBoxes()
        for listed in tier.rules:
            match listed.rule.action:
                case Action.PASS:
                    self._passed.append(_Passed(listed.boxes, denied.index, len(denied.index.boxes)))
                case Action.DENY:
                    denied.add(listed.boxes)
                case Action.ALLOW | Action.LOG:
                    pass
                case never:
                    assert_never(never)
        self._denied = denied.index

    def of(self, boxes: list[Box]) -> list[Box]:
        """What of some packets leaves it."""
        found: list[Box] = []
        for passed in self._passed:
            mine = [both for hole in passed.boxes for both in inside(boxes, hole)]
            found += outside(mine, passed.denied, self._cut, most=passed.first)
        rest = outside(boxes, self._denied, self._cut)
        if self._about.default_action is Action.DENY:
            rest = outside(rest, self._selected, self._cut)
        return found + rest


def outside(boxes: list[Box], holes: SideIndex, cut: Cut, *, most: int | None = None) -> list[Box]:
    """What of ``boxes`` is in none of the first ``most`` holes (None: of all)."""
    for number in holes.meeting(boxes, most):
        boxes = without(boxes, holes.boxes[number], cut)
    return boxes
