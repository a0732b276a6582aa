"""Whether two decision lists are the same level by level: shown without a walk over both, or not shown.

Lists of equal actions in equal places are the same if, level by level, their clauses match the same packets. What a
level matches is what its clauses about pods of one namespace match, those of the next, and those about pods of any: it
is enough that each of these parts is equal. Equal policies are left out of both, the rest is put into a canonical form,
and where a part is not the same in that either, both are lowered into a space of their own. Nothing follows from parts
that differ: a higher level may hide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec.structs import replace

from translate.model.peers import endpoints_named
from translate.model.policy import Action, Direction, Policy, PolicySet
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.canonical import CanonicalForms
from translate.prover.diagram import Diagram
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.level_table import LevelTables, SubjectGroup, group_of
from translate.prover.lower import Lowering
from translate.prover.runs import RunsOfRules
from translate.prover.search import find
from translate.prover.space import Space
from translate.prover.steps import Step, rules_in
from translate.prover.uncommon import AnyClause, Clauses, policy_of, uncommon

FOR_A_CLAUSE, FOR_A_PART = 100, 1_000
"""So many steps a part may take for each of its clauses, and besides: one that takes more is left to the walk."""

Readings: TypeAlias = tuple[Interpretation, Interpretation]
LevelPair: TypeAlias = tuple[Clauses, Clauses]
"""What two levels, or parts of them, are made of."""
SubjectGroups: TypeAlias = "frozenset[SubjectGroup]"
ANYWHERE: SubjectGroups = frozenset((None,))
"""Where lists may differ if pods of any namespace are concerned."""


@dataclass(frozen=True, slots=True)
class _Level:
    """Two levels and, by what ranges match on either side, where these differ."""

    whole: LevelPair
    odd: dict[tuple[bool, bool], dict[SubjectGroup, LevelPair]] = field(default_factory=dict)


@dataclass(slots=True)
class Alike:
    """Compares lists of two settled sets for one direction; what it takes is spent only where it shows something."""

    sides: Sequence[PolicySet]
    direction: Direction
    budget: Budget
    runs: RunsOfRules = field(default_factory=RunsOfRules)
    _canonical: CanonicalForms = field(default_factory=CanonicalForms)
    _levels: list[_Level] = field(default_factory=list)
    _endpoints: bool | None = None

    def unlike(self, mine: list[Step], theirs: list[Step], readings: Readings) -> SubjectGroups:
        """The namespaces about whose pods it is not shown that both lists decide every packet alike; None among them
        stands for all. Raises OutOfBudget.
        """
        # What a selector means of address sets is looked up where rules are lowered.
        if any(side.sets for side in self.sides) or [x.place for x in mine] != [x.place for x in theirs]:
            return ANYWHERE
        at_first = self.budget.steps
        try:
            found = self._unlike(
                [(one.clauses, other.clauses) for one, other in zip(mine, theirs, strict=True)], readings
            )
        except RecursionError:
            found = ANYWHERE
        if found:
            self.budget.renew(at_first)
        return found

    def _unlike(self, levels: list[LevelPair], readings: Readings) -> SubjectGroups:
        parts: dict[SubjectGroup, list[LevelPair]] = {}
        for level in levels:
            for group, part in self._odd(level, readings).items():
                parts.setdefault(group, []).append(part)
        return frozenset(group for group, found in parts.items() if not self._walked(found, readings))

    def _odd(self, whole: LevelPair, readings: Readings) -> dict[SubjectGroup, LevelPair]:
        """What levels say where they are not the same in their canonical form; looked for once for readings that mean
        the same.
        """
        level = next((known for known in self._levels if known.whole == whole), None)
        if level is None:
            level = _Level(whole)
            self._levels.append(level)
        key = (readings[0] in WITH_PODS, readings[1] in WITH_PODS)
        found = level.odd.get(key)
        if found is None:
            tables = LevelTables(self._canonical, self.runs, self.budget)
            parts = _parts(whole, tables.differing(uncommon(*whole, alike=key[0] is key[1]), readings))
            # What is equal on both sides may be what makes the rest so.
            odd = tables.differing(_together(parts), readings)
            found = level.odd[key] = {group: part for group, part in parts.items() if group in odd}
        return found

    def _walked(self, parts: list[LevelPair], readings: Readings) -> bool:
        count = sum(len(clauses) for part in parts for clauses in part)
        most = min(self.budget.steps, FOR_A_PART + FOR_A_CLAUSE * count)
        budget = Budget(most, patience=self.budget.patience)
        try:
            space = Space(self._only(parts), self.direction, budget, endpoints=self._tell_endpoints())
            lowering = Lowering(Diagram(space, budget), self.runs)
            for part in parts:
                mine, theirs = (
                    lowering.lower([Step(Action.DENY, 0, clauses)], reading)
                    for clauses, reading in zip(part, readings, strict=True)
                )
                if find(lowering.diagram, mine, theirs) is not None:
                    return False
        except OutOfBudget as error:
            if error.spent is not None:
                raise
            return False
        self.budget.spend(most - budget.steps)
        return True

    def _only(self, parts: list[LevelPair]) -> list[PolicySet]:
        """The sets with no policies but those of the clauses."""
        return [
            replace(side, policies=_policies(part[number] for part in parts)) for number, side in enumerate(self.sides)
        ]

    def _tell_endpoints(self) -> bool:
        """Whether any rule means endpoints of an engine's own for themselves: then all parts tell them apart."""
        if self._endpoints is None:
            policies = (policy for side in self.sides for policy in side.policies)
            rules = (rule for policy in policies for rule in rules_in(policy, self.direction))
            self._endpoints = any(endpoints_named(rule.peers) for rule in rules)
        return self._endpoints


def _parts(level: LevelPair, groups: set[SubjectGroup]) -> dict[SubjectGroup, LevelPair]:
    """All that both levels say about the pods of some namespaces, each apart."""
    if not groups:
        return {}
    mine, theirs = (_by_group(clauses, groups) for clauses in level)
    return {group: (mine[group], theirs[group]) for group in groups}


def _together(parts: dict[SubjectGroup, LevelPair]) -> LevelPair:
    mine, theirs = (tuple(clause for part in parts.values() for clause in part[number]) for number in (0, 1))
    return mine, theirs


def _by_group(clauses: Clauses, groups: set[SubjectGroup]) -> dict[SubjectGroup, Clauses]:
    found: dict[SubjectGroup, list[AnyClause]] = {group: [] for group in groups}
    for clause in clauses:
        policy = policy_of(clause)
        group = None if policy is None else group_of(policy)
        if group in found:
            found[group].append(clause)
    return {group: tuple(listed) for group, listed in found.items()}


def _policies(found: Iterable[Clauses]) -> tuple[Policy, ...]:
    """The policies of clauses, those that follow one another once."""
    listed: list[Policy] = []
    for clauses in found:
        for clause in clauses:
            policy = policy_of(clause)
            if policy is not None and (not listed or listed[-1] is not policy):
                listed.append(policy)
    return tuple(listed)
