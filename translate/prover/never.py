"""Rules and policies of a set that never do anything, with the reason: nothing meets them, or all that does is decided
before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from translate.core.origin import Place
from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.empty_rules import Why, governs_nobody, why_empty
from translate.prover.interpretations import interpretations_of

if TYPE_CHECKING:
    from translate.prover.forestalled import Decider, DecisionList, Position

_Positions: TypeAlias = "dict[tuple[Place, Place], list[Position]]"


class Never(Struct, frozen=True):
    """A rule that no packet is decided by, or with ``rule`` None a policy that governs no pod.

    ``why``: no packet is what it asks for. Else ``by`` decides its packets first, with ``more`` besides that is not
    looked for; where neither is there, the engine does without asking policies.
    """

    policy: Policy
    rule: Rule | None
    direction: Direction | None = None
    why: Why | None = None
    by: tuple[Decider, ...] = ()
    more: bool = False


def never_matching(
    policies: PolicySet, facts: Facts = NO_FACTS, *, steps: int = MAX_STEPS, explained: int = 10
) -> tuple[Never, ...]:
    """What of ``policies`` decides no packet on any day, as far as ``steps`` suffice to see it; for the first
    ``explained`` of those that others forestall it is said by what.
    """
    if policies.unknown:
        return ()
    budget = Budget(steps)
    found: list[Never] = []
    try:
        found += _of_nothing(policies, budget)
        if _has_sequence(policies):
            for direction in Direction:
                found += _forestalled(policies, direction, facts, budget, explained - len(found))
    except UNFINISHED:
        pass
    return tuple(found)


def _has_sequence(policies: PolicySet) -> bool:
    """Whether anything but an allow stands before anything else, and it is known where."""
    tiers = {policy.tier for policy in policies.policies}
    if len(tiers) > 1 and (policies.assumed or _passes_by_tie(policies)):
        return False
    rules = (rule for policy in policies.policies for rule in rules_of(policy))
    return len(tiers) > 1 or any(rule.action.cuts for rule in rules)


def _passes_by_tie(policies: PolicySet) -> bool:
    """Whether it is left to how ties are broken what leaves a tier."""
    places = Counter((policy.tier, policy.order) for policy in policies.policies)
    return any(
        places[policy.tier, policy.order] > 1 and any(rule.action is Action.PASS for rule in rules_of(policy))
        for policy in policies.policies
    )


def _of_nothing(policies: PolicySet, budget: Budget) -> Iterator[Never]:
    """What can be met by nothing, each rule once; one that is lifted to several must be so in all of them."""
    kinds: dict[tuple[Place, Place], list[Never | None]] = {}
    for policy in policies.policies:
        if governs_nobody(policy, policies, budget):
            yield Never(policy, None, why=Why.SUBJECT)
            continue
        for direction in Direction:
            section = policy.section(direction)
            for rule in section.rules if section is not None else ():
                why = why_empty(policy, rule, direction, policies, budget)
                one = Never(policy, rule, direction, why) if why is not None else None
                kinds.setdefault((policy.origin.place, rule.origin.place), []).append(one)
    for ones in kinds.values():
        told = [one for one in ones if one is not None]
        if len(told) == len(ones):
            yield told[0]


def _forestalled(
    policies: PolicySet, direction: Direction, facts: Facts, budget: Budget, explained: int
) -> Iterator[Never]:
    """The rules that are forestalled however the policies are read."""
    from translate.prover.forestalled import DecisionList  # only where the list has something that cuts

    made = (DecisionList(policies, direction, one, facts, budget) for one in interpretations_of(policies, direction))
    first = next(made)
    others = ((one, _by_place(one)) for one in made)
    elsewhere: list[tuple[DecisionList, _Positions]] = []
    count = 0
    for key, positions in _by_place(first).items():
        if first.are_first(positions):
            continue
        position = _forestalled_of(first, positions)
        if position is None:
            continue
        elsewhere += others
        if any(_forestalled_of(one, found[key]) is None for one, found in elsewhere):
            continue
        clause = first.clause(position)
        told = Never(clause.policy, clause.rule, direction)
        if first.is_impossible(position):
            told = replace(told, why=Why.STATED)
        elif count < explained:
            by, more = first.by(position)
            told = replace(told, by=by, more=more)
        count += 1
        yield told


def _by_place(found: DecisionList) -> _Positions:
    """Where the rules of a list stand, by the places of policy and rule: some are lifted to several."""
    positions: _Positions = {}
    for position, clause in found.rules():
        assert clause.rule is not None
        positions.setdefault((clause.policy.origin.place, clause.rule.origin.place), []).append(position)
    return positions


def _forestalled_of(found: DecisionList, positions: list[Position]) -> Position | None:
    """One of ``positions`` that is forestalled, if no packet gets as far as any of them. Raises OutOfBudget."""
    answers = {position: found.is_forestalled(position) for position in positions}
    if False in answers.values():
        return None
    return next((position for position, answer in answers.items() if answer), None)
