"""Rules and policies that could go and nothing would change: others of the same step decide all of their packets."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from translate.core.origin import Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.model.ties import telling_pairs
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.decision_list import has_logs, verdict_steps
from translate.prover.diagram import ALLOWED, ALWAYS_ALLOWED, DENIED, Diagram, Level, Tails
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation, interpretations_of
from translate.prover.lower import Lowering
from translate.prover.overlap import BoxIndex, bounds
from translate.prover.point import Others, Point
from translate.prover.search import find
from translate.prover.settled import settled
from translate.prover.space import Space
from translate.prover.steps import Clause
from translate.prover.witness import concretise
from translate.prover.world_constraints import impossible

Key = tuple[Place, Place]
"""The places of a policy and of its rule."""
MOST_TRIED = 40
"""So many single rules are tried for one that holds another by itself."""


class Redundant(Struct, frozen=True):
    """A rule whose packets others decide likewise: ``by`` alone, or with None several together; and one such packet."""

    policy: Policy
    rule: Rule
    direction: Direction
    by: tuple[Policy, Rule] | None
    point: Point


def redundant(policies: PolicySet, facts: Facts = NO_FACTS, *, steps: int = MAX_STEPS) -> tuple[Redundant, ...]:
    """The rules that could go one after the other, as far as ``steps`` suffice to see it: of two that say the same the
    later one. None where it is left open which policy of equal order is first, or where a rule logs, which may then log
    more.
    """
    if policies.unknown or has_logs(policies) or next(telling_pairs(policies), None) is not None:
        return ()
    budget = Budget(steps)
    found: list[Redundant] = []
    try:
        for direction in Direction:
            found += _of_direction(policies, direction, facts, budget)
    except UNFINISHED:
        pass
    return tuple(found)


def _of_direction(policies: PolicySet, direction: Direction, facts: Facts, budget: Budget) -> Iterator[Redundant]:
    """What is redundant however the policies are read: further readings are made only where the first one says so."""
    gone = set[Key]()
    made = (_Reading(policies, direction, one, facts, budget, gone) for one in interpretations_of(policies, direction))
    first, others = next(made), list[_Reading]()
    for key in reversed(first.keys()):
        clauses = first.of(key)
        if not first.is_covered(key):
            continue
        others += made
        if any(not one.is_covered(key) for one in others):
            continue
        point = first.packet(key)
        policy, rule = clauses[0].policy, clauses[0].rule
        assert rule is not None
        if point is None or not _stays(policies, policy, rule, direction, point, first.reading):
            continue
        by = next((one for one in first.alone(key) if all(other.is_covered_by(key, one) for other in others)), None)
        gone.add(key)
        yield Redundant(policy, rule, direction, None if by is None else first.named(by), point)


def _stays(
    policies: PolicySet, policy: Policy, rule: Rule, direction: Direction, point: Point, reading: Interpretation
) -> bool:
    """Whether the plain interpreter decides a packet of the rule the same without it."""
    rest = without(policies, policy, rule, direction)
    return decide(policies, point, reading).allowed is decide(rest, point, reading).allowed


def without(policies: PolicySet, policy: Policy, rule: Rule, direction: Direction) -> PolicySet:
    """The set without one rule, whatever that was lifted to."""

    def less(one: Policy) -> Policy:
        section = one.section(direction)
        if section is None or one.origin.place != policy.origin.place:
            return one
        rules = tuple(kept for kept in section.rules if kept.origin.place != rule.origin.place)
        return replace(one, **{direction.value: replace(section, rules=rules)})

    return replace(policies, policies=tuple(map(less, policies.policies)))


class _Reading:
    """The steps of a direction under one reading, without the rules that have ``gone``."""

    def __init__(
        self,
        policies: PolicySet,
        direction: Direction,
        reading: Interpretation,
        facts: Facts,
        budget: Budget,
        gone: set[Key],
    ) -> None:
        self.policies, self.reading, self.budget, self.gone = policies, reading, budget, gone
        known = settled(policies)
        self._plain = verdict_steps(policies, direction, reading)
        self._steps = verdict_steps(known, direction, reading)
        space = Space((known,), direction, budget, facts)
        self._lowering = Lowering(Diagram(space, budget))
        self._impossible = self._lowering.ruled_out(impossible(space, facts))
        self._places: dict[Key, list[tuple[int, int]]] = {}
        self._indexes: dict[int, tuple[BoxIndex, list[Key]]] = {}
        self._tails: dict[tuple[Key, int, Action], Tails] = {}
        for rank, step in enumerate(self._plain):
            for number, clause in enumerate(step.clauses):
                if isinstance(clause, Clause) and clause.rule is not None and clause.rule.action is step.action:
                    key = clause.policy.origin.place, clause.rule.origin.place
                    self._places.setdefault(key, []).append((rank, number))

    def keys(self) -> list[Key]:
        """The rules that decide, in the sequence of the list."""
        return [key for key, places in self._places.items() if len({rank for rank, _ in places}) == 1]

    def of(self, key: Key) -> list[Clause]:
        """The clauses of a rule."""
        found = (self._plain[rank].clauses[number] for rank, number in self._places[key])
        return [clause for clause in found if isinstance(clause, Clause)]

    def named(self, key: Key) -> tuple[Policy, Rule]:
        """The policy and the rule at their places."""
        clause = self.of(key)[0]
        assert clause.rule is not None
        return clause.policy, clause.rule

    def is_covered(self, key: Key) -> bool:
        """Whether other rules of the step decide all possible packets of a rule that has some. Raises OutOfBudget."""
        if key not in self._places or len({rank for rank, _ in self._places[key]}) != 1:
            return False
        rivals = self._rivals(key)
        return bool(rivals) and self._is_within(key, rivals)

    def is_covered_by(self, key: Key, other: Key) -> bool:
        """Whether one rule decides all possible packets of another. Raises OutOfBudget."""
        return other in self._rivals(key) and self._is_within(key, [other])

    def alone(self, key: Key) -> Iterator[Key]:
        """The rules that cover another by themselves, as far as they are tried."""
        for other in self._rivals(key)[:MOST_TRIED]:
            if self._is_within(key, [other]):
                yield other

    def packet(self, key: Key) -> Point | None:
        """A possible packet of a rule."""
        tails = self._impossible | self._lowered(key, 0, Action.DENY)
        path = find(self._lowering.diagram, tails, ALWAYS_ALLOWED, (DENIED, ALLOWED))
        return None if path is None else replace(concretise(self._lowering.space, path), others=Others.NOTHING)

    def _is_within(self, key: Key, others: list[Key]) -> bool:
        mine = self._lowered(key, 1, Action.DENY)
        if not mine:
            return False
        theirs = frozenset().union(*(self._lowered(other, 0, Action.ALLOW) for other in others))
        tails = self._impossible | mine | theirs
        return find(self._lowering.diagram, tails, ALWAYS_ALLOWED, (DENIED, ALLOWED)) is None

    def _lowered(self, key: Key, place: int, action: Action) -> Tails:
        """What a rule decides at a place, worked out once: most rules are held against several others."""
        known = self._tails.get((key, place, action))
        if known is None:
            level = Level(place, action, 0)
            clauses = (self._steps[rank].clauses[number] for rank, number in self._places[key])
            known = frozenset().union(
                *(self._lowering.tails_of(one, level, self.reading, self.policies.sets) for one in clauses)
            )
            self._tails[key, place, action] = known
        return known

    def _rivals(self, key: Key) -> list[Key]:
        """The rules of the same step that may decide packets of a rule, but for those that have gone."""
        rank = self._places[key][0][0]
        index, keys = self._index(rank)
        met: dict[Key, None] = {}
        for tail in self._lowered(key, 1, Action.DENY):
            for found in index.meeting(bounds(self._lowering.diagram, tail), index.count):
                other = keys[found]
                if other != key and other not in self.gone:
                    met[other] = None
        self.budget.spend(1 + len(met))
        return list(met)

    def _index(self, rank: int) -> tuple[BoxIndex, list[Key]]:
        """The tails of the rules of a step, and of which rule each is."""
        if rank not in self._indexes:
            index, keys = BoxIndex(), list[Key]()
            for key, places in self._places.items():
                if all(place == rank for place, _ in places):
                    for tail in self._lowered(key, 0, Action.ALLOW):
                        index.add(bounds(self._lowering.diagram, tail))
                        keys.append(key)
            self._indexes[rank] = index, keys
        return self._indexes[rank]
