"""Which of many allows could be added to a set so that more gets through, and nothing that another set keeps out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from translate.core.origin import Place
from translate.model.facts import Facts
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import UNFINISHED, Budget
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import ALLOWED, DENIED, Level, Tails
from translate.prover.search import find
from translate.prover.settled import settled
from translate.prover.sides import Question, Sides, asked_of, questions, sides_of
from translate.prover.space import OTHERS_BIT
from translate.prover.steps import Clause

OPENS = (DENIED, ALLOWED)


class Room(NamedTuple):
    """The places of the rules that can all be added, in the order in which they were found to; whether that are all."""

    rules: tuple[Place, ...] = ()
    is_all: bool = True


def room(
    before: PolicySet,
    wide: PolicySet,
    asked: dict[Direction, tuple[Place, ...]],
    facts: Facts,
    *,
    own_node_aside: bool,
    steps: int,
) -> Room:
    """Of the rules of ``wide`` at the places ``asked``, in this order, those that let more through than those before
    them, and nothing that ``before`` denies and ``wide`` without them as well.

    Rules that allow are no wider together than each by itself. What ``before`` leaves to the engine it does not surely
    let through: nothing is found beside that. ``steps`` bounds the search.
    """
    if before.semantics.leaves_open:
        return Room()
    budget = Budget(steps)
    found: list[Place] = []
    try:
        made = {
            direction: _Direction(
                before, wide, sides_of(before, wide, direction, budget, facts, own_node_aside), places
            )
            for direction, places in asked.items()
        }
        for direction in made.values():
            found += direction.fitting()
    except UNFINISHED:
        return Room(tuple(found), is_all=False)
    return Room(tuple(found))


class _Case(NamedTuple):
    """The set before under one question, the set after without what is asked about, and each of that; as policies that
    are not given do ``others``.
    """

    before: Tails
    after: Tails
    each: dict[Place, Tails]


@dataclass(slots=True)
class _Direction:
    """One direction: what is asked about of it, and by what cases."""

    before: PolicySet
    wide: PolicySet
    sides: Sides
    asked: tuple[Place, ...]
    _cases: list[_Case] = field(default_factory=list)

    def fitting(self) -> Iterator[Place]:
        """The places of what can be added. Raises OutOfBudget."""
        self._cases = [case for case in self._all() if not self._opens(case.before, case.after)]
        if not self._cases:
            return
        grown = [case.after for case in self._cases]
        for place in self.asked:
            each = [case.each[place] for case in self._cases]
            more = [now | tails for now, tails in zip(grown, each, strict=True)]
            if not any(map(self._opens, grown, more, each)):
                continue
            alone = [case.after | tails for case, tails in zip(self._cases, each, strict=True)]
            if any(map(self._opens, (case.before for case in self._cases), alone, each)):
                continue
            grown = more
            yield place

    def _opens(self, before: Tails, after: Tails, by: Tails | None = None) -> bool:
        """Whether a packet gets through ``after``, if any then ``by`` these, that does not get through ``before``."""
        return find(self.sides.diagram, before, after, OPENS, within=by) is not None

    def _all(self) -> Iterator[_Case]:
        for question in dict.fromkeys(
            q for asked in questions(self.before, self.wide, self.sides.facts) for q in asked
        ):
            if not question.looser:
                continue
            before = self.sides.lowered(question)[0]
            after, each = self._apart(question)
            for others in asked_of(question):
                bit = OTHERS_BIT[others]
                yield _Case(
                    self.sides.diagram.supposing(before, bit),
                    self.sides.diagram.supposing(after, bit),
                    {place: self.sides.diagram.supposing(tails, bit) for place, tails in each.items()},
                )

    def _apart(self, question: Question) -> tuple[Tails, dict[Place, Tails]]:
        """The set after without what is asked about, and that rule by rule, each where it stands."""
        policies, lowering = settled(self.wide), self.sides.base.lowering
        kept: set[int] = set()
        each: dict[Place, set[int]] = {place: set() for place in self.asked}
        for rank, step in enumerate(
            verdict_steps(policies, self.sides.direction, question.after, question.place, question.ties[1])
        ):
            level = Level(rank, step.action, step.tier, step.part, step.leaves)
            for clause in step.clauses:
                rule = clause.rule if isinstance(clause, Clause) else None
                found = kept if rule is None else each.get(rule.origin.place, kept)
                found |= lowering.tails_of(clause, level, question.after, policies.sets)
        return self.sides.base.out | kept, {place: frozenset(tails) for place, tails in each.items()}
