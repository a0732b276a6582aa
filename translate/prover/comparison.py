"""Two sets of which more than one thing is asked: lowered once for which Denies are missed, and for the proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from translate.core.origin import Place
from translate.model.facts import Facts
from translate.model.policy import Action, Direction, PolicySet
from translate.prover import unjudged
from translate.prover.budget import UNFINISHED, Budget, in_proportion
from translate.prover.compare import prove
from translate.prover.evaluator import decide
from translate.prover.point import Others
from translate.prover.proof import Proof
from translate.prover.questions import Question, asked_of, questions
from translate.prover.sides import Sides, sides_of
from translate.prover.steps import OthersPlace

MOST_AT_ONCE = 64
"""So many packets are looked at for each question."""


class Missed(NamedTuple):
    """Deny rules of the set before whose packets the set after lets through: not all, but some if there are any and the
    steps suffice. ``today``: whether some get through without another policy; ``is_shown``: whether by these packets
    alone no proof can say that the set after is not looser, today or later.
    """

    rules: frozenset[Place]
    today: bool = False
    is_shown: bool = False


class Comparison:
    """``before`` and ``after`` in clusters of ``facts``; ``own_node_aside``: but for what a pod's own node sends to it.

    ``steps`` bounds each answer; what was done for an earlier one is there for the next and does not count again.
    """

    def __init__(self, before: PolicySet, after: PolicySet, facts: Facts, *, own_node_aside: bool, steps: int) -> None:
        self.before, self.after, self.facts = before, after, facts
        self.own_node_aside, self.steps = own_node_aside, steps
        self._sides: list[Sides] = []
        self._budget = Budget(self._most)

    @property
    def _most(self) -> int:
        """The steps that each answer may take."""
        return in_proportion(self.steps, len(self.before.policies) + len(self.after.policies))

    def missed(self, *, today: bool = False) -> Missed:
        """The Denies that are missed, today or once there is another policy (with ``today`` not then)."""
        asked = questions(self.before, self.after, self.facts)
        question = asked[0][0]
        when = (Others.NOTHING,) if today else asked_of(question)
        found: set[Place] = set()
        is_today = is_shown = False
        try:
            for side in self._both():
                if not side.points(question):
                    continue
                side.begin_anew()  # what is supposed of others may make it plainer
                for rule, others in _denied(side, question, when):
                    found.add(rule)
                    is_today = is_today or others is Others.NOTHING
            # Of several readings of the set after another may be the same; what cannot be judged is never looser.
            is_shown = bool(found) and len(asked) == 1 and not self._is_out_of_reach()
        except UNFINISHED:
            pass
        return Missed(frozenset(found), is_today, is_shown)

    def proof(self) -> Proof:
        """How the sets compare."""
        sides = self._sides if len(self._sides) in (0, len(Direction)) else None
        begin_anew(self._sides, self._most)
        return prove(
            self.before,
            self.after,
            facts=self.facts,
            own_node_aside=self.own_node_aside,
            steps=self.steps,
            sides=sides,
        )

    def lent(self, before: PolicySet, after: PolicySet, facts: Facts, steps: int) -> list[Sides]:
        """What was lowered of both directions, for a proof of another set after: all of it where that is read as the
        one here, else what serves for both; none where there is nothing, or questions differ.
        """
        from translate.prover.read_alike import read_alike  # only where there was a choice

        found = self._sides
        if len(found) != len(Direction) or self.before is not before or self.facts != facts or self.own_node_aside:
            return []
        if read_alike(self.after, after):
            for side in found:
                side.tell_of(after)
        else:
            found = [side.about(after) for side in found]
        begin_anew(found, in_proportion(steps, len(before.policies) + len(after.policies)))
        return found

    def forget(self) -> None:
        """Free what an answer took; the next one begins anew."""
        self._budget = Budget(self._most)
        self._sides.clear()

    def _both(self) -> Iterator[Sides]:
        for number, direction in enumerate(Direction):
            if number == len(self._sides):
                args = (self.before, self.after, direction, self._budget, self.facts, self.own_node_aside)
                self._sides.append(sides_of(*args))
            yield self._sides[number]

    def _is_out_of_reach(self) -> bool:
        """Whether a proof is undecided, whatever packets there are. Raises OutOfBudget."""
        if self.before.unknown or self.after.unknown or unjudged.difference(self.before, self.after):
            return True
        return any(side.nothing_left() for side in self._sides)


def begin_anew(sides: Sequence[Sides], steps: int) -> None:
    """Let the next question about ``sides`` have so many steps, whatever was found out before."""
    for side in sides:
        side.budget.renew(steps)
        side.begin_anew()


def _denied(side: Sides, question: Question, when: tuple[Others, ...]) -> Iterator[tuple[Place, Others]]:
    """The Denies that decide packets of ``question`` in the set before."""
    last = question.place is OthersPlace.LAST
    for others in when:
        for point in side.points(question, others, most=MOST_AT_ONCE):
            decided = decide(side.before, point, question.before, others_last=last, ties=question.ties[0])
            if decided.rule is not None and decided.rule.action is Action.DENY:
                yield decided.rule.origin.place, others
