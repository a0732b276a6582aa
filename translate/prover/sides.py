"""Two policy sets in one diagram, for one direction: what a proof asks its questions of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from translate.model.facts import Facts
from translate.model.peers import Reach
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import Budget
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import ALLOWED, DENIED, Constraints, Diagram, Tails
from translate.prover.evaluator import Decision, decide
from translate.prover.interpretations import Interpretation, interpretations
from translate.prover.lower import Lowering
from translate.prover.point import Point
from translate.prover.search import find_some
from translate.prover.settled import settled
from translate.prover.space import Space
from translate.prover.witness import concretise
from translate.prover.world_constraints import impossible, possible
from translate.prover.world_constraints_pods import as_told


class Question(NamedTuple):
    """Whether some packet is allowed after and denied before (``looser``), or the other way round, under a reading of
    either side.
    """

    looser: bool
    before: Interpretation
    after: Interpretation


def questions(before: PolicySet, after: PolicySet) -> list[tuple[Question, ...]]:
    """Lists of questions: the sets are the same if one of the lists has no packet for any of its questions.

    Where the input leaves a point open any answer of the output is right: it is looser only if it allows what the most
    generous reading denies. An output that leaves points open is right if it is so for one kind of engine, the input's
    own first. Where both leave them open, one engine reads both, whichever it is.
    """
    mine, theirs = interpretations(before), interpretations(after)
    if before.semantics == after.semantics or (before.semantics.leaves_open and after.semantics.leaves_open):
        both = [reading for reading in Interpretation if reading in mine or reading in theirs]
        return [tuple(Question(looser, r, r) for looser in (True, False) for r in both)]
    if before.semantics.leaves_open:
        return [
            (
                Question(True, Interpretation.MOST, Interpretation.LEAST),
                Question(False, Interpretation.LEAST, Interpretation.LEAST),
            )
        ]
    own = Interpretation.BLOCKS if before.semantics.reach is Reach.ADDRESS else Interpretation.LEAST
    found = sorted(theirs, key=lambda reading: reading is not own)
    return [(Question(True, Interpretation.LEAST, r), Question(False, Interpretation.LEAST, r)) for r in found]


@dataclass(slots=True)
class Sides:
    """The sets ``before`` and ``after``; points that no cluster of ``facts`` has, and those ``aside``, are equal."""

    before: PolicySet
    after: PolicySet
    direction: Direction
    budget: Budget
    facts: Facts
    aside: tuple[Constraints, ...] = ()
    space: Space = field(init=False)
    _settled: list[PolicySet] = field(init=False)
    _lowering: Lowering = field(init=False)
    _out: Tails = field(init=False)
    _tails: dict[tuple[bool, Interpretation], Tails] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._settled = [settled(one) for one in (self.before, self.after)]
        self.space = Space(self._settled, self.direction, self.budget, self.facts)
        self._lowering = Lowering(Diagram(self.space, self.budget))
        self._out = self._lowering.ruled_out([*impossible(self.space, self.facts), *self.aside])

    def points(self, question: Question, *, most: int = 1) -> list[Point]:
        """Up to ``most`` packets that say yes to ``question``. Raises OutOfBudget."""
        wanted = (DENIED, ALLOWED) if question.looser else (ALLOWED, DENIED)
        before, after = self._read(True, question.before), self._read(False, question.after)
        paths = find_some(self._lowering.diagram, before, after, wanted, most=most)
        return [concretise(self.space, path) for path in paths]

    def shows(self, question: Question, point: Point) -> bool:
        """Whether a plain interpreter agrees that ``point`` says yes."""
        verdicts = tuple(decision.allowed for decision in self.decisions(question, point))
        return verdicts == (not question.looser, question.looser) and possible(point, self.facts, self.space)

    def told(self, point: Point) -> Point:
        """``point`` in words of the cluster, as far as facts tell of it."""
        return as_told(point, self.facts, self.space)

    def decisions(self, question: Question, point: Point) -> tuple[Decision, Decision]:
        """What a plain interpreter makes of ``point`` on either side."""
        return decide(self.before, point, question.before), decide(self.after, point, question.after)

    def _read(self, is_before: bool, reading: Interpretation) -> Tails:
        """A side, lowered once for each reading."""
        found = self._tails.get((is_before, reading))
        if found is None:
            policies = self._settled[not is_before]
            steps = verdict_steps(policies, self.direction, reading)
            found = self._out | self._lowering.lower(steps, reading, policies.sets)
            self._tails[is_before, reading] = found
        return found
