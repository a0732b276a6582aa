"""Whether two decision lists are the same level by level: shown without a walk over both, or not shown.

Lists of equal actions in equal places are the same if, level by level, their clauses match the same packets. What a
level matches is what its clauses about pods of one namespace match, those of the next, and those about pods of any: it
is enough that each of these parts is equal. Where a part is not the same in its canonical form, both are lowered into a
space of their own. Nothing follows from parts that differ: a higher level may hide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from translate.model.peers import OwnNamespace, endpoints_named
from translate.model.policy import Action, Direction, Policy, PolicySet
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.canonical import Canonical
from translate.prover.diagram import Diagram
from translate.prover.interpretations import Interpretation
from translate.prover.level_table import AnyClause, Group, Table, Tables
from translate.prover.lower import Lowering
from translate.prover.search import find
from translate.prover.space import Space
from translate.prover.steps import Clause, OwnNodeClause, Step, rules_in

FOR_A_CLAUSE, FOR_A_PART = 100, 1_000
"""So many steps a part may take for each of its clauses, and besides: one that takes more is left to the walk."""

Read = tuple[list[Step], Interpretation]
"""A list, and how its rules are read."""


@dataclass(slots=True)
class Alike:
    """Compares lists of two settled sets for one direction; what it takes is spent only where it shows something."""

    sides: Sequence[PolicySet]
    direction: Direction
    budget: Budget
    _canonical: Canonical = field(default_factory=Canonical)
    _endpoints: bool | None = None

    def shown(self, before: Read, after: Read) -> bool:
        """Whether it is shown that both lists decide every packet alike. Raises OutOfBudget."""
        (mine, _), (theirs, _) = before, after
        # What a selector means of address sets is looked up where rules are lowered.
        if any(side.sets for side in self.sides) or [x.place for x in mine] != [x.place for x in theirs]:
            return False
        at_first = self.budget.steps
        try:
            shown = self._shown(before, after)
        except RecursionError:
            shown = False
        if not shown:
            self.budget.steps = at_first
        return shown

    def _shown(self, before: Read, after: Read) -> bool:
        tables = Tables(self._canonical, self.budget)
        odd: dict[Group, list[int]] = {}
        for level, (mine, theirs) in enumerate(zip(before[0], after[0], strict=True)):
            for group in _differing(tables, tables.of(mine.clauses, before[1]), tables.of(theirs.clauses, after[1])):
                odd.setdefault(group, []).append(level)
        if not odd:
            return True
        inner = tuple([_by_group(step.clauses) for step in steps] for steps, _ in (before, after))
        return all(
            self._equal(
                [tuple(tuple(found[level].get(group, ())) for found in inner) for level in levels], before[1], after[1]
            )
            for group, levels in odd.items()
        )

    def _equal(
        self, parts: list[tuple[tuple[AnyClause, ...], ...]], before: Interpretation, after: Interpretation
    ) -> bool:
        """Whether the clauses of both sides match the same packets, in each of ``parts``."""
        count = sum(len(clauses) for part in parts for clauses in part)
        most = min(self.budget.steps, FOR_A_PART + FOR_A_CLAUSE * count)
        budget = Budget(most, patience=self.budget.patience)
        try:
            space = Space(self._of(parts), self.direction, budget, endpoints=self._tell_endpoints())
            lowering = Lowering(Diagram(space, budget))
            for mine, theirs in parts:
                left = lowering.lower([Step(Action.DENY, 0, mine)], before)
                right = lowering.lower([Step(Action.DENY, 0, theirs)], after)
                if find(lowering.diagram, left, right) is not None:
                    return False
        except OutOfBudget as error:
            if error.spent is not None:
                raise
            return False
        self.budget.spend(most - budget.steps)
        return True

    def _of(self, parts: list[tuple[tuple[AnyClause, ...], ...]]) -> list[PolicySet]:
        """The sets with no policies but those of the clauses."""
        return [
            replace(side, policies=_policies(clause for part in parts for clause in part[number]))
            for number, side in enumerate(self.sides)
        ]

    def _tell_endpoints(self) -> bool:
        """Whether any rule means endpoints of an engine's own for themselves: then all parts tell them apart."""
        if self._endpoints is None:
            policies = (policy for side in self.sides for policy in side.policies)
            rules = (rule for policy in policies for rule in rules_in(policy, self.direction))
            self._endpoints = any(endpoints_named(rule.peers) for rule in rules)
        return self._endpoints


def _differing(tables: Tables, mine: Table, theirs: Table) -> dict[Group, None]:
    """The parts of a level that are not the same in their canonical form."""
    if mine == theirs:
        return {}
    keys = mine.entries.items() ^ theirs.entries.items()
    more = mine.ranges.items() ^ theirs.ranges.items()
    subjects = sorted({key[0] for key, _ in (*keys, *more)})
    return dict.fromkeys(tables.groups[subject] for subject in subjects)


def _by_group(clauses: Iterable[AnyClause]) -> dict[Group, list[AnyClause]]:
    found: dict[Group, list[AnyClause]] = {}
    for clause in clauses:
        policy = clause.policy if isinstance(clause, (Clause, OwnNodeClause)) else None
        found.setdefault(None if policy is None else group_of(policy), []).append(clause)
    return found


def group_of(policy: Policy) -> Group:
    """The namespace that all pods which a policy governs are of; None where they may be of several."""
    own = isinstance(policy.subject.namespaces, OwnNamespace)
    return (policy.identity.namespace or "") if own else None


def _policies(clauses: Iterable[AnyClause]) -> tuple[Policy, ...]:
    found: list[Policy] = []
    for clause in clauses:
        policy = clause.policy if isinstance(clause, (Clause, OwnNodeClause)) else None
        if policy is not None and (not found or found[-1] is not policy):
            found.append(policy)
    return tuple(found)
