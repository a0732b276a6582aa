"""What of many allows could be added to a set so that more gets through, and nothing that another set keeps out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from translate.core.origin import Place
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.prover.budget import UNFINISHED, Budget
from translate.prover.concerned import governing, namespace_of
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import ALLOWED, DENIED, Level, Tails
from translate.prover.interpretations import Interpretation
from translate.prover.overlap import around, holds, may_meet
from translate.prover.point import Others
from translate.prover.questions import Question, asked_of, questions
from translate.prover.search import Branch, find
from translate.prover.settled import settled, settled_rule
from translate.prover.sides import Sides, sides_of
from translate.prover.space import OTHERS_BIT
from translate.prover.steps import Clause, Step

T = TypeVar("T")
OPENS = (DENIED, ALLOWED)


class Fit(NamedTuple):
    """A rule of one peer and one kind of packets that could be added where another stands."""

    place: Place
    rule: Rule


class Room(NamedTuple):
    """What can be added, all of it at once, in the order in which it was found; and whether that is all."""

    fits: tuple[Fit, ...] = ()
    is_all: bool = True


def room(
    before: PolicySet, wide: PolicySet, asked: Sequence[Place], facts: Facts, *, own_node_aside: bool, steps: int
) -> Room:
    """What of the rules of ``wide`` at the places ``asked``, peer by peer and packets by packets in their order, lets
    through more than ``wide`` without those rules, and nothing that ``before`` denies.

    Rules that allow are no wider together than each by itself. What ``before`` leaves to the engine it does not surely
    let through: nothing is found beside that. ``steps`` bounds the search.
    """
    if before.semantics.leaves_open:
        return Room()
    budget = Budget(steps)
    found: list[Fit] = []
    try:
        for mine, theirs in _parts(before, wide, frozenset(asked)):
            for direction in Direction:
                sides = sides_of(mine, theirs, direction, budget, facts, own_node_aside)
                found += _Direction(mine, theirs, sides, frozenset(asked)).fitting(asked)
    except UNFINISHED:
        return Room(tuple(found), is_all=False)
    return Room(tuple(found))


def _parts(before: PolicySet, wide: PolicySet, asked: frozenset[Place]) -> Iterator[tuple[PolicySet, PolicySet]]:
    """The sets, for each namespace that rules are asked about what governs pods of that, or as they are."""
    namespaces = dict.fromkeys(
        namespace_of(policy) for policy in wide.policies if any(rule.origin.place in asked for rule in rules_of(policy))
    )
    for namespace in (None,) if None in namespaces else namespaces:
        yield (before, wide) if namespace is None else (governing(before, {namespace}), governing(wide, {namespace}))


class _Spot(NamedTuple):
    """Where in a list a rule stands that is asked about."""

    policy: Policy
    rank: int
    step: Step


class _Case(NamedTuple):
    """One question, as policies that are not given do one thing: the set before, and what decides in the set after, as
    if each rule there allowed. Beside that a rule that is asked about is lowered as if it denied: so what is denied is
    what that rule decides, and nothing else of the set after.
    """

    before: Tails
    after: Tails
    reading: Interpretation
    others: int
    spots: dict[Place, list[_Spot]]


@dataclass(slots=True)
class _Direction:
    """One direction: what is asked about, and by what cases."""

    before: PolicySet
    wide: PolicySet
    sides: Sides
    asked: frozenset[Place]
    _cases: list[_Case] = field(default_factory=list)

    def fitting(self, places: Sequence[Place]) -> Iterator[Fit]:
        """What of the rules at ``places`` can be added. Raises OutOfBudget."""
        here = {
            rule.origin.place: rule
            for policy in self.wide.policies
            if (section := policy.section(self.sides.direction)) is not None
            for rule in section.rules
            if rule.origin.place in self.asked
        }
        if here:
            self._cases = list(self._all())
        for place in places if self._cases else ():
            if place in here:
                yield from self._of(place, here[place])

    def _of(self, place: Place, rule: Rule) -> Iterator[Fit]:
        """What of a rule can be added. What opens something is looked for among narrow rules first: then wider ones,
        which would open that as well, need no search.
        """
        cases = [self._near(case, place, rule) for case in self._cases]
        known: list[tuple[int, Branch]] = []
        fits: list[Rule] = []
        for one in reversed(list(self._useful(cases, place, rule))):
            opened = self._opened(cases, place, one, known)
            if opened is None:
                fits.append(one)
            else:
                known.append(opened)
        for one in reversed(fits):
            if self._adds(cases, place, one):
                self._cases, cases = (
                    [case._replace(after=case.after | self._lowered(case, place, one, Action.ALLOW)) for case in some]
                    for some in (self._cases, cases)
                )
                yield Fit(place, one)

    def _near(self, case: _Case, place: Place, rule: Rule) -> _Case:
        """A case with what may apply where a rule does, and nothing else."""
        diagram = self.sides.diagram
        box = around(diagram, self._lowered(case, place, rule, Action.DENY))
        before, after = (
            frozenset(tail for tail in side if may_meet(diagram, box, tail)) for side in (case.before, case.after)
        )
        return case._replace(before=before, after=after)

    def _useful(self, cases: Sequence[_Case], place: Place, rule: Rule) -> Iterator[Rule]:
        """What lets more through of a rule: half of its peers after the other, and then its packets."""
        if not self._adds(cases, place, rule):
            return
        if len(rule.peers) > 1:
            parts = [replace(rule, peers=peers) for peers in _halves(rule.peers)]
        elif len(rule.traffic) > 1:
            parts = [replace(rule, traffic=traffic) for traffic in _halves(rule.traffic)]
        else:
            yield rule
            return
        for part in parts:
            yield from self._useful(cases, place, part)

    def _adds(self, cases: Sequence[_Case], place: Place, rule: Rule) -> bool:
        """Whether a rule decides a packet that the set before lets through, as things are today."""
        today = (case for case in cases if case.others == OTHERS_BIT[Others.NOTHING])
        return any(self._decided(case, self._lowered(case, place, rule, Action.DENY), ALLOWED) for case in today)

    def _opened(
        self, cases: Sequence[_Case], place: Place, rule: Rule, known: Sequence[tuple[int, Branch]]
    ) -> tuple[int, Branch] | None:
        """The number of a case in which a rule decides a packet that the set before denies, and the way to that."""
        lowered = [self._lowered(case, place, rule, Action.DENY) for case in cases]
        seen = next((one for one in known if holds(self.sides.diagram, lowered[one[0]], one[1])), None)
        if seen is not None:
            return seen
        for number, (case, tails) in enumerate(zip(cases, lowered, strict=True)):
            branch = self._decided(case, tails, DENIED)
            if branch is not None:
                return number, branch
        return None

    def _decided(self, case: _Case, rule: Tails, before: int) -> Branch | None:
        """The way to a packet that a rule decides and the set before allows, or denies."""
        return find(self.sides.diagram, case.before, case.after | rule, (before, DENIED), within=rule)

    def _lowered(self, case: _Case, place: Place, rule: Rule, action: Action) -> Tails:
        """What a rule decides at a place, as if it allowed or denied; that denies stands behind what allows there."""
        found: set[int] = set()
        meant, sets = settled_rule(rule, self.wide.semantics), self.wide.sets
        for spot in case.spots.get(place, ()):
            level = _level(spot.rank, spot.step, action)
            found |= self.sides.base.lowering.tails_of(Clause(spot.policy, meant), level, case.reading, sets)
        return self.sides.diagram.supposing(frozenset(found), case.others)

    def _all(self) -> Iterator[_Case]:
        """The cases in which the set after, but for what is asked about, lets nothing through that the one before
        denies.
        """
        diagram, out = self.sides.diagram, self.sides.base.out
        for question in dict.fromkeys(q for one in questions(self.before, self.wide, self.sides.facts) for q in one):
            if not question.looser:
                continue
            before = self.sides.lowered(question)[0]
            steps, spots = self._apart(question)
            lower, sets = self.sides.base.lowering.lower, self.wide.sets
            plain = out | lower(steps, question.after, sets)
            settling = out.union(
                *(
                    self.sides.base.lowering.tails_of(clause, _level(rank, step, Action.ALLOW), question.after, sets)
                    for rank, step in enumerate(steps)
                    for clause in step.clauses
                )
            )
            for others in asked_of(question):
                bit = OTHERS_BIT[others]
                mine = diagram.supposing(before, bit)
                if find(diagram, mine, diagram.supposing(plain, bit), OPENS) is None:
                    yield _Case(mine, diagram.supposing(settling, bit), question.after, bit, spots)

    def _apart(self, question: Question) -> tuple[list[Step], dict[Place, list[_Spot]]]:
        """The steps of the set after, without what is asked about; and where that stood."""
        spots: dict[Place, list[_Spot]] = {}
        policies = settled(self.wide)
        steps = verdict_steps(policies, self.sides.direction, question.after, question.place, question.ties[1])
        rest = []
        for rank, step in enumerate(steps):
            kept = []
            for clause in step.clauses:
                rule = clause.rule if isinstance(clause, Clause) else None
                if isinstance(clause, Clause) and rule is not None and rule.origin.place in self.asked:
                    spots.setdefault(rule.origin.place, []).append(_Spot(clause.policy, rank, step))
                else:
                    kept.append(clause)
            rest.append(replace(step, clauses=tuple(kept)))
        return rest, spots


def _level(rank: int, step: Step, action: Action) -> Level:
    """Where a step stands, as if it did something else; a Pass remains one."""
    action = Action.PASS if step.action is Action.PASS else action
    return Level(2 * rank + (action is Action.DENY), action, step.tier, step.part, step.leaves)


def _halves(items: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    half = len(items) // 2
    return items[:half], items[half:]
