"""Both directions of a proof, asked one after the other, or by two processes at once where there is much to ask.

Either way the same steps are counted in the same order, and what ends a proof ends it at the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct, field

from translate.core.several import at_once, workers
from translate.prover.allowance import left_over, resumed
from translate.prover.budget import UNFINISHED
from translate.prover.questions import Question
from translate.prover.sides import Sides

A = TypeVar("A")
AskedTogether: TypeAlias = "tuple[Question, ...]"
WORTH_A_PROCESS = 1_000
"""So many policies, both sides counted, take longer to compare than a process takes to begin."""


class _Found(Struct, Generic[A]):
    """What a list of questions found: the steps of getting ready, None if they did not suffice; each answer with the
    steps that were taken until then, and all that were taken.
    """

    ready: int | None = None
    answers: list[tuple[A, int]] = field(default_factory=list)
    steps: int = 0


class _Ahead(Struct, Generic[A], frozen=True):
    """What one direction came to: whether nothing is left of it, and the steps of that; what the lists of questions
    found up to the first that found nothing; and what ended the last of them early.
    """

    nothing_left: tuple[str, int] | None = None
    found: tuple[_Found[A], ...] = ()
    error: BaseException | None = None


class Directions(Generic[A]):
    """The ``sides`` of both directions, which share a budget; ``answers`` asks one of them a list of questions."""

    def __init__(
        self,
        sides: Sequence[Sides],
        lists: Sequence[AskedTogether],
        answers: Callable[[Sides, AskedTogether], Iterable[A]],
    ) -> None:
        self.sides, self.lists, self._answers = sides, lists, answers
        self._ahead: list[_Ahead[A]] = [_Ahead() for _ in sides]
        if workers() > 1 and sum(len(side.policies) for side in (sides[0].before, sides[0].after)) >= WORTH_A_PROCESS:
            self._ask_at_once()

    def nothing_left(self) -> str:
        """Why no answer can be had in a cluster of the facts; empty where one can. Raises what ends a proof."""
        for side, ahead in zip(self.sides, self._ahead, strict=True):
            if ahead.nothing_left is None and ahead.error is not None:
                raise ahead.error
            reason, steps = ahead.nothing_left or (side.nothing_left(), 0)
            side.budget.spend(steps)
            if reason:
                return reason
        return ""

    def find(self, number: int, found: list[A]) -> None:
        """Put what the list of this number finds in both directions into ``found``. Raises what ends a proof."""
        asked = self.lists[number]
        for side, ahead in zip(self.sides, self._ahead, strict=True):
            if len(ahead.found) <= number:
                _prepare(side, asked)
            elif (ready := ahead.found[number].ready) is not None:
                side.budget.spend(ready)
            elif ahead.error is not None:
                raise ahead.error
        for side, ahead in zip(self.sides, self._ahead, strict=True):
            if len(ahead.found) <= number:
                found += self._answers(side, asked)
                continue
            mine = ahead.found[number]
            spent = mine.ready or 0
            for answer, steps in mine.answers:  # what one process would not have come to is none of it
                side.budget.spend(steps - spent)
                found.append(answer)
                spent = steps
            if ahead.error is not None and number == len(ahead.found) - 1:
                raise ahead.error
            side.budget.spend(mine.steps - spent)

    def _ask_at_once(self) -> None:
        budget = self.sides[0].budget
        at_first, allowance = budget.steps, left_over()
        here, *there = self.sides
        works = [partial(self._asked, here), *(partial(self._asked_elsewhere, side, allowance) for side in there)]
        self._ahead = at_once(works)
        budget.renew(at_first)

    def _asked_elsewhere(self, side: Sides, allowance: float | None) -> _Ahead[A]:
        with resumed(allowance):
            side.budget.renew(side.budget.steps)
            return self._asked(side)

    def _asked(self, side: Sides) -> _Ahead[A]:
        budget = side.budget
        nothing_left: tuple[str, int] | None = None
        told: list[_Found[A]] = []
        before = budget.steps
        try:
            nothing_left = side.nothing_left(), before - budget.steps
            for asked in self.lists if not nothing_left[0] else ():
                before = budget.steps
                told.append(_Found())
                _prepare(side, asked)
                told[-1].ready = before - budget.steps
                told[-1].answers += ((answer, before - budget.steps) for answer in self._answers(side, asked))
                told[-1].steps = before - budget.steps
                if not told[-1].answers:
                    break
        except UNFINISHED as error:
            return _Ahead(nothing_left, tuple(told), error)
        return _Ahead(nothing_left, tuple(told))


def _prepare(side: Sides, asked: AskedTogether) -> None:
    """Lower all that is asked about, before any of it is walked, unless it is shown without."""
    if not all(side.is_alike(one) for one in asked):
        _ = side.base
