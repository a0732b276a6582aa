"""Whether two decision lists are the same level by level, or one allows no more than the other: shown without a walk
over both, or not shown.

Lists of equal actions in equal places are the same if, level by level, their clauses match the same packets. What a
level matches is what its clauses about pods of one namespace match, those of the next, and those about pods of any: it
is enough that each of these parts is equal. Equal policies are left out of both, the rest is put into a canonical form,
and where a part is not the same in that either, both are lowered into a space of their own. Nothing follows from parts
that differ: a higher level may hide it.

Whether a list allows what the other denies needs less: its levels that allow may match less, those that deny more. A
Pass has to match the same on both sides, so both leave the same tiers; whatever decides behind it for the one list then
decides no later for the other, and alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from translate.model.peers import endpoints_named
from translate.model.policy import Action, Direction, Policy, PolicySet
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.canonical import CanonicalForms
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.level_table import LevelTable, LevelTables, SubjectGroup, group_of
from translate.prover.runs import RunsOfRules
from translate.prover.steps import Step, rules_in
from translate.prover.uncommon import AnyClause, Clauses, policy_of, uncommon

if TYPE_CHECKING:
    from translate.prover.diagram import Diagram, Tails

FOR_A_CLAUSE, FOR_A_PART = 100, 1_000
"""So many steps a part may take for each of its clauses, and besides: one that takes more is left to the walk."""

Readings: TypeAlias = tuple[Interpretation, Interpretation]
Reaches: TypeAlias = tuple[bool, bool]
"""What of two readings tells levels apart: whether open ranges match pods on either side."""
LevelPair: TypeAlias = tuple[Clauses, Clauses]
"""What two levels, or parts of them, are made of."""
SubjectGroups: TypeAlias = "frozenset[SubjectGroup]"
Surplus: TypeAlias = tuple[SubjectGroups, SubjectGroups]
"""Of which pods either level is not shown to match only what the other matches."""
SURELY_NONE: Surplus = (frozenset(), frozenset())
Excess: TypeAlias = tuple[bool, bool]
"""Whether either level may match what the other does not."""
EITHER: Excess = (True, True)


class _Pair(Struct, frozen=True):
    """Clauses of two levels, with their tables by side and by whether open ranges match pods."""

    clauses: LevelPair
    tables: dict[tuple[int, bool], LevelTable] = field(default_factory=dict)


class _Level(Struct, frozen=True):
    """Two levels, and what is known of them: their parts by pods, and by what ranges match the surplus of what is left
    of them, and of all that they say of the pods of that.
    """

    whole: _Pair
    rest: dict[bool, _Pair] = field(default_factory=dict)
    surplus: dict[Reaches, Surplus] = field(default_factory=dict)
    of_all: dict[Reaches, Surplus] = field(default_factory=dict)
    all_of: dict[SubjectGroups, _Pair] = field(default_factory=dict)
    parts: dict[SubjectGroup, LevelPair] = field(default_factory=dict)


class Alike:
    """Compares lists of two settled sets for one direction; what it takes is spent only where it shows something."""

    def __init__(self, sides: Sequence[PolicySet], direction: Direction, budget: Budget) -> None:
        self.sides, self.direction, self.budget = sides, direction, budget
        self.runs = RunsOfRules()
        self._tables = LevelTables(CanonicalForms(), self.runs, budget)
        self._levels: list[_Level] = []
        self._walks: dict[tuple[Reaches, SubjectGroup, tuple[int, ...]], tuple[Excess, ...] | None] = {}
        self._endpoints: bool | None = None

    def shows(self, mine: list[Step], theirs: list[Step], readings: Readings, *, looser: bool) -> bool:
        """Whether it is shown that ``theirs`` allows nothing that ``mine`` denies, or if not ``looser`` the other way
        round. Raises OutOfBudget.
        """
        # What a selector means of address sets is looked up where rules are lowered.
        if any(side.sets for side in self.sides) or [x.place for x in mine] != [x.place for x in theirs]:
            return False
        at_first = self.budget.steps
        try:
            levels = [self._level((one.clauses, other.clauses)) for one, other in zip(mine, theirs, strict=True)]
            minded = [_minded(step.action, looser=looser) for step in mine]
            shown = self._shows(levels, minded, readings)
        except RecursionError:
            shown = False
        if not shown:
            self.budget.renew(at_first)
        return shown

    def _level(self, whole: LevelPair) -> int:
        """The number of two levels: all that is known of them is kept."""
        for number, known in enumerate(self._levels):
            if known.whole.clauses == whole:
                return number
        self._levels.append(_Level(_Pair(whole)))
        return len(self._levels) - 1

    def _shows(self, levels: list[int], minded: list[Excess], readings: Readings) -> bool:
        """Whether no level has an excess that is ``minded``."""
        surplus = [
            self._surplus(self._levels[number], readings, asked) for number, asked in zip(levels, minded, strict=True)
        ]
        odd = {group for found, asked in zip(surplus, minded, strict=True) for group in _of(found, asked)}
        if odd:
            surplus = [self._surplus(self._levels[number], readings, EITHER) for number in levels]
        # What concerns pods of any namespace is looked at first: it says most.
        for group in sorted(odd, key=lambda group: (group is not None, group or "")):
            concerned = [place for place, found in enumerate(surplus) if any(group in one for one in found)]
            excess = self._walked(group, tuple(levels[place] for place in concerned), readings)
            if excess is None:
                return False
            for place, found in zip(concerned, excess, strict=True):
                if any(more and counts for more, counts in zip(found, minded[place], strict=True)):
                    return False
        return True

    def _surplus(self, level: _Level, readings: Readings, asked: Excess) -> Surplus:
        """What either level says more than the other in their canonical form, the other being the same or not; more
        than there is of one that is not ``asked`` for.
        """
        key = _reaches(readings)
        rest = self._rest(level, alike=key[0] is key[1])
        found = level.surplus.get(key)
        if found is None:
            found = level.surplus[key] = self._more(rest, readings)
        # What is equal on both sides may be what makes the rest so.
        if rest is level.whole or not _of(found, asked):
            return found
        if key not in level.of_all:
            level.of_all[key] = self._more(self._all_of(level, found[0] | found[1]), readings)
        return level.of_all[key]

    def _all_of(self, level: _Level, groups: SubjectGroups) -> _Pair:
        """All that the levels say of some pods."""
        if groups not in level.all_of:
            level.all_of[groups] = _Pair(_together(self._parts(level, groups)))
        return level.all_of[groups]

    def _rest(self, level: _Level, *, alike: bool) -> _Pair:
        """The levels but for policies that are equal; as they are where there are none, so tables are made once."""
        if alike not in level.rest:
            found = uncommon(*level.whole.clauses, alike=alike)
            known = [level.whole, *level.rest.values()]
            same = (one for one in known if [*map(len, one.clauses)] == [*map(len, found)])
            # What is left out is the same, or more where readings are alike: so equal numbers are equal clauses.
            level.rest[alike] = next(same, None) or _Pair(found)
        return level.rest[alike]

    def _more(self, pair: _Pair, readings: Readings) -> Surplus:
        if not any(pair.clauses):
            return SURELY_NONE
        mine, theirs = (self._table(pair, side, reading) for side, reading in enumerate(readings))
        return self._tables.beyond(mine, theirs), self._tables.beyond(theirs, mine)

    def _table(self, pair: _Pair, side: int, reading: Interpretation) -> LevelTable:
        key = side, reading in WITH_PODS
        found = pair.tables.get(key)
        if found is None:
            found = pair.tables[key] = self._tables.of(pair.clauses[side], reading)
        return found

    def _parts(self, level: _Level, groups: Iterable[SubjectGroup]) -> list[LevelPair]:
        """All that both levels say about the pods of some namespaces, each apart."""
        missing = {group for group in groups if group not in level.parts}
        if missing:
            mine, theirs = (_by_group(clauses, missing) for clauses in level.whole.clauses)
            level.parts.update({group: (mine[group], theirs[group]) for group in missing})
        return [level.parts[group] for group in groups]

    def _walked(self, group: SubjectGroup, levels: tuple[int, ...], readings: Readings) -> tuple[Excess, ...] | None:
        """What either of two levels says of the pods of ``group`` that the other does not, found by a walk of their
        own; None where it takes too long. Raises OutOfBudget.
        """
        key = _reaches(readings), group, levels
        if key not in self._walks:
            parts = [part for number in levels for part in self._parts(self._levels[number], (group,))]
            self._walks[key] = self._compared(parts, readings)
        return self._walks[key]

    def _compared(self, parts: list[LevelPair], readings: Readings) -> tuple[Excess, ...] | None:
        # Only where something is left that tables do not show, like the search below.
        from translate.prover.diagram import Diagram
        from translate.prover.lower import Lowering
        from translate.prover.space import Space

        count = sum(len(clauses) for part in parts for clauses in part)
        most = min(self.budget.steps, FOR_A_PART + FOR_A_CLAUSE * count)
        budget = Budget(most, patience=self.budget.patience)
        found: list[Excess] = []
        try:
            space = Space(self._only(parts), self.direction, budget, endpoints=self._tell_endpoints())
            lowering = Lowering(Diagram(space, budget), self.runs)
            for part in parts:
                mine, theirs = (
                    lowering.lower([Step(Action.DENY, 0, clauses)], reading)
                    for clauses, reading in zip(part, readings, strict=True)
                )
                found.append(_excess(lowering.diagram, mine, theirs))
        except OutOfBudget as error:
            if error.spent is not None:
                raise
            return None
        self.budget.spend(most - budget.steps)
        return tuple(found)

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


def _excess(diagram: Diagram, mine: Tails, theirs: Tails) -> Excess:
    """Of two unions, what they match being denied, whether either matches more."""
    from translate.prover.diagram import ALLOWED, DENIED
    from translate.prover.search import find

    if find(diagram, mine, theirs) is None:
        return False, False
    return (
        find(diagram, mine, theirs, (DENIED, ALLOWED)) is not None,
        find(diagram, mine, theirs, (ALLOWED, DENIED)) is not None,
    )


def _of(surplus: Surplus, asked: Excess) -> SubjectGroups:
    """The groups of the levels that are asked for."""
    return frozenset(group for groups, counts in zip(surplus, asked, strict=True) if counts for group in groups)


def _reaches(readings: Readings) -> Reaches:
    return readings[0] in WITH_PODS, readings[1] in WITH_PODS


def _minded(action: Action, *, looser: bool) -> Excess:
    """Whether the list after may allow what the one before denies, or not ``looser`` the other way round, where a level
    of the first or of the second matches more.
    """
    match action:
        case Action.ALLOW:
            return not looser, looser
        case Action.DENY:
            return looser, not looser
        case Action.PASS | Action.LOG:
            return True, True
        case never:
            assert_never(never)


def _together(parts: Iterable[LevelPair]) -> LevelPair:
    mine, theirs = (tuple(clause for part in parts for clause in part[number]) for number in (0, 1))
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
