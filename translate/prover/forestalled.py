"""Rules of a list that decide nothing: all of their packets are decided before they are asked.

Policies that are not given are left aside: they only decide more, so what is forestalled without them is so on any day.
A rule that decides packets counts, whether or not the verdict would be another without it: that may matter once other
policies stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import OwnNamespace
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule
from translate.model.semantics import Semantics
from translate.prover.blocks import OF_A_STEP
from translate.prover.budget import Budget
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import ALLOWED, ALWAYS_ALLOWED, DENIED, Diagram, Level, Tails
from translate.prover.evaluator_match import View, rule_matches, selects, selects_namespace
from translate.prover.interpretations import Interpretation
from translate.prover.lower import Lowering
from translate.prover.overlap import BoxIndex, bounds, may_meet
from translate.prover.point import PeerClass, Point
from translate.prover.search import find
from translate.prover.settled import settled
from translate.prover.space import Space
from translate.prover.steps import Clause, OthersClause, OwnNodeClause
from translate.prover.witness import concretise
from translate.prover.world_constraints import impossible

Position: TypeAlias = tuple[int, int]
"""A clause of a list: its step, and its place among the clauses of that."""

Place: TypeAlias = tuple[str, float | None, Identity]
"""The tier and the order of the policy of a rule, and which policy that is."""

MOST_NAMED = 3
"""So many clauses are looked for that decide the packets of a rule before it."""


class Decider(NamedTuple):
    """A policy that decides packets, and how: by a rule, or with None at the end of its tier."""

    action: Action
    policy: Policy
    rule: Rule | None


class DecisionList:
    """The list of a direction under a reading, each clause with its tails."""

    def __init__(
        self, policies: PolicySet, direction: Direction, reading: Interpretation, facts: Facts, budget: Budget
    ) -> None:
        self.policies, self.direction, self.reading = policies, direction, reading
        self.facts, self.budget = facts, budget
        # As the plain interpreter reads it: with the ranges that the policies say.
        self.plain = verdict_steps(policies, direction, reading)
        self.steps = verdict_steps(settled(policies), direction, reading)
        # What the rules are lowered into, and the points that no cluster has: made when a rule is first looked at.
        self._lowered_into: tuple[Lowering, Tails] | None = None
        # The tails of the index, with where their rules stand, and how many of them stand before each step.
        self._index, self._starts = BoxIndex(), [0]
        self._indexed: list[tuple[int, Place | None]] = []
        self._tails: dict[tuple[Position, Action], Tails] = {}

    @property
    def _base(self) -> tuple[Lowering, Tails]:
        if self._lowered_into is None:
            space = Space((settled(self.policies),), self.direction, self.budget, self.facts)
            lowering = Lowering(Diagram(space, self.budget))
            self._lowered_into = lowering, lowering.ruled_out(impossible(space, self.facts))
        return self._lowered_into

    @property
    def _lowering(self) -> Lowering:
        return self._base[0]

    @property
    def _impossible(self) -> Tails:
        return self._base[1]

    def rules(self) -> Iterator[tuple[Position, Clause]]:
        """The rules and where they stand; what an allow asks for on layer 7 denies, and is no rule of its own."""
        for rank, step in enumerate(self.plain):
            for place, clause in enumerate(step.clauses):
                if isinstance(clause, Clause) and clause.rule is not None and clause.rule.action is step.action:
                    yield (rank, place), clause

    def are_first(self, positions: list[Position]) -> bool:
        """Whether nothing stands before any of some rules, and nothing is stated: none of them is forestalled."""
        return self.facts == NO_FACTS and not any(rank for rank, _ in positions)

    def is_forestalled(self, position: Position) -> bool | None:
        """Whether no possible packet of a rule gets as far as it; None if there is no such packet whatever is decided
        and stated. Raises OutOfBudget.
        """
        mine = self._of(position, Action.DENY)
        if not mine:
            return None
        if position[0] == 0 and not self._impossible:
            return False
        before: set[int] = set()
        for tail in mine:
            meeting = self._before(position, tail)
            if not (meeting or self._impossible):
                return False
            before |= meeting
        # What is decided before is allowed here, what the rule decides is denied.
        tails = self._impossible | mine | before
        return find(self._lowering.diagram, tails, ALWAYS_ALLOWED, (DENIED, ALLOWED)) is None

    def is_impossible(self, position: Position) -> bool:
        """Whether facts alone leave no packet of a rule possible. Raises OutOfBudget."""
        if not self._impossible:
            return False
        tails = self._impossible | self._of(position, Action.DENY)
        return find(self._lowering.diagram, tails, ALWAYS_ALLOWED, (DENIED, ALLOWED)) is None

    def by(self, position: Position) -> tuple[tuple[Decider, ...], bool]:
        """The clauses of policies that decide the packets of a rule that is forestalled, and whether there are more;
        none where the engine decides all of them. Raises OutOfBudget.
        """
        found: list[Position] = []
        while (point := self._decided_by_others(position, found)) is not None:
            first = None if len(found) == MOST_NAMED else self._first(position, point)
            if first is None or first in found:
                return tuple(map(self._decider, sorted(found))), True
            found.append(first)
        return tuple(map(self._decider, sorted(found))), False

    def clause(self, position: Position) -> Clause:
        """The rule at a place, or what stands at the end of a tier."""
        found = self.plain[position[0]].clauses[position[1]]
        assert isinstance(found, Clause)  # what the engine decides is not looked for
        return found

    def _decider(self, position: Position) -> Decider:
        clause = self.clause(position)
        return Decider(self.plain[position[0]].action, clause.policy, clause.rule)

    def _before(self, position: Position, mine: int) -> set[int]:
        """All that stands before a rule and may meet a tail of it, as allows; a Pass leaves its tier, and what stands
        there is then not asked.
        """
        place = self._place(position)
        found = set()
        self._take_in(position[0])
        diagram = self._lowering.diagram
        box = bounds(diagram, mine)
        for number in self._index.meeting(box, self._starts[position[0]]):
            tail, other = self._indexed[number]
            if not _are_tied(place, other) and may_meet(diagram, box, tail):
                found.add(tail)
        self.budget.spend(1 + (self._starts[position[0]] + len(found)) // OF_A_STEP)
        return found

    def _take_in(self, rank: int) -> None:
        """Have the clauses of all steps before ``rank`` in the index: those that nothing is asked behind never are."""
        for earlier in range(len(self._starts) - 1, rank):
            action = Action.PASS if self.steps[earlier].action is Action.PASS else Action.ALLOW
            for number in range(len(self.steps[earlier].clauses)):
                position = earlier, number
                for tail in self._of(position, action):
                    self._indexed.append((tail, self._place(position)))
                    self._index.add(bounds(self._lowering.diagram, tail))
            self._starts.append(self._index.count)

    def _earlier(self, position: Position) -> Iterator[Position]:
        """What stands before a rule whichever way ties are broken."""
        place = self._place(position)
        for rank, step in enumerate(self.plain[: position[0]]):
            for number in range(len(step.clauses)):
                if not _are_tied(place, self._place((rank, number))):
                    yield rank, number

    def _place(self, position: Position) -> Place | None:
        """Where a rule stands, None where that says nothing."""
        clause = self.plain[position[0]].clauses[position[1]]
        if not (self.policies.semantics.has_order and isinstance(clause, Clause) and clause.rule is not None):
            return None
        return clause.policy.tier, clause.policy.order, clause.policy.identity

    def _of(self, position: Position, action: Action) -> Tails:
        """The tails of a clause as if it decided so, at the place of its step."""
        found = self._tails.get((position, action))
        if found is None:
            found = self._tails[position, action] = self._lowered(position, position[0], action)
        return found

    def _lowered(self, position: Position, place: int, action: Action) -> Tails:
        rank, number = position
        step = self.steps[rank]
        level = Level(place, action, step.tier)
        return frozenset(self._lowering.tails_of(step.clauses[number], level, self.reading, self.policies.sets))

    def _decided_by_others(self, position: Position, found: list[Position]) -> Point | None:
        """A possible packet of a rule that something before it decides that is not ``found``."""
        tier = self.steps[position[0]].tier
        tails = set(self._impossible)
        last = 0
        for last, earlier in enumerate(self._earlier(position), 1):
            step = self.plain[earlier[0]]
            known = earlier in found or not isinstance(step.clauses[earlier[1]], Clause)
            passes = step.action is Action.PASS and step.tier != tier
            action = Action.PASS if passes else Action.ALLOW if known else Action.DENY
            tails |= self._lowered(earlier, last, action)
        diagram = self._lowering.diagram
        rest = diagram.terminal(Level(last + 2, Action.DENY, tier))
        mine = self._lowered(position, last + 1, Action.ALLOW) | {rest}
        path = find(diagram, frozenset(tails), mine, (DENIED, ALLOWED))
        return None if path is None else concretise(self._lowering.space, path)

    def _first(self, position: Position, point: Point) -> Position | None:
        """What decides ``point`` before a rule is asked, in the eyes of the plain interpreter."""
        left: set[int] = set()
        for earlier in self._earlier(position):
            step = self.plain[earlier[0]]
            if step.tier in left or not self._meets(step.clauses[earlier[1]], point):
                continue
            if step.action is not Action.PASS or step.tier == self.plain[position[0]].tier:
                return earlier
            left.add(step.tier)
        return None

    def _meets(self, clause: Clause | OwnNodeClause | OthersClause, point: Point) -> bool:
        if isinstance(clause, OthersClause):
            return False
        if isinstance(clause, OwnNodeClause):
            own = point.peer_class is PeerClass.OWN_NODE
            return own and (clause.policy is None or _governs(clause.policy, point))
        if clause.rule is None:
            return _governs(clause.policy, point)
        view = _view(self.policies.semantics, self.reading)
        return _governs(clause.policy, point) and rule_matches(
            clause.rule, clause.policy, point, view, self.policies.sets
        )


def _are_tied(one: Place | None, other: Place | None) -> bool:
    """Whether only how an engine breaks ties says which of two rules comes first."""
    return one is not None and other is not None and one != other and one[:2] == other[:2]


def _view(semantics: Semantics, reading: Interpretation) -> View:
    return View(reading, semantics.ranges_hold_nodes, semantics.ranges_hold_pods)


def _governs(policy: Policy, point: Point) -> bool:
    namespaces = policy.subject.namespaces
    if isinstance(namespaces, OwnNamespace):
        inside = policy.identity.namespace == point.subject.namespace
    else:
        inside = selects_namespace(namespaces, point.subject)
    return inside and selects(policy.subject.pods, point.subject)
