"""Every engine as a decision list: levels of rules, the first level that matches decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from translate.model.policy import Action, Direction, Policy, PolicySet
from translate.model.semantics import Combining, Enforcement, OwnNode, TieBreak
from translate.prover.interpretations import Interpretation
from translate.prover.steps import Clause, OthersPlace, OwnNodeClause, Step, own_node_rule, rules_in
from translate.prover.tiered import tiered


class LogWish(Struct, frozen=True):
    """Which denials should be logged; ``explicit_only``: those by a Deny rule, not those at the end of a tier.

    ``keep_logs``: the Log rules that are there already count as wanted.
    """

    directions: tuple[Direction, ...] = tuple(Direction)
    explicit_only: bool = False
    keep_logs: bool = False


def has_logs(policies: PolicySet) -> bool:
    """Whether any rule logs."""
    return any(
        rule.action is Action.LOG
        for policy in policies.policies
        for direction in Direction
        for rule in rules_in(policy, direction)
    )


def verdict_steps(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None = None,
    ties: TieBreak | None = None,
) -> list[Step]:
    """The list that decides whether a packet is let through; what no step matches is allowed.

    ``place``: where policies stand that are not given; None: there are none. ``ties``: how equal orders are told apart.
    """
    found = _steps(policies, direction, reading, place if policies.semantics.shared else None, ties)
    if own_node_rule(policies.semantics, direction, reading) is OwnNode.DROPPED:
        found = chain((Step(Action.DENY, 0, (OwnNodeClause(),)),), found)
    return _merged(step for step in found if step.action is not Action.LOG)


def log_steps(policies: PolicySet, direction: Direction, ties: TieBreak | None = None) -> list[Step]:
    """The list that decides whether a packet is logged: here Deny stands for "logged", Allow and no match for "not".

    A packet is logged if it meets a Log rule before anything decides it, so each Log rule decides here, and each
    deciding rule says "not logged".
    """
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        match step.action:
            case Action.LOG:
                steps.append(replace(step, action=Action.DENY))
            case Action.PASS:
                steps.append(step)
            case Action.ALLOW | Action.DENY:
                steps.append(replace(step, action=Action.ALLOW))
            case never:
                assert_never(never)
    return _merged(steps)


def reach_steps(policies: PolicySet, direction: Direction, wanted: Policy, ties: TieBreak | None = None) -> list[Step]:
    """The list that says which packets meet a Log rule of ``wanted`` that nothing has decided or logged before, as in
    ``log_steps``.
    """
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        mine = any(isinstance(clause, Clause) and clause.policy is wanted for clause in step.clauses)
        if step.action is not Action.PASS:
            step = replace(step, action=Action.DENY if mine and step.action is Action.LOG else Action.ALLOW)
        steps.append(step)
    return _merged(steps)


def wanted_log_steps(
    policies: PolicySet, direction: Direction, wish: LogWish, ties: TieBreak | None = None
) -> list[Step]:
    """The list that says which packets should be logged, as in ``log_steps``: what is denied, and with
    ``wish.keep_logs`` what the policies log already.
    """
    asked = direction in wish.directions
    steps = []
    for step in _steps(policies, direction, Interpretation.LEAST, ties=ties):
        match step.action:
            case Action.LOG:
                steps += [replace(step, action=Action.DENY)] if wish.keep_logs else []
            case Action.DENY:
                by_rule = any(isinstance(clause, Clause) and clause.rule is not None for clause in step.clauses)
                logged = asked and (by_rule or not wish.explicit_only)
                steps.append(step if logged else replace(step, action=Action.ALLOW))
            case Action.ALLOW | Action.PASS:
                steps.append(step)
            case never:
                assert_never(never)
    return _merged(steps)


def _steps(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None = None,
    ties: TieBreak | None = None,
) -> Iterator[Step]:
    match policies.semantics.enforcement:
        case Enforcement.NOWHERE:
            return
        case Enforcement.SELECTED | Enforcement.EVERYWHERE:
            pass
        case never:
            assert_never(never)
    match policies.semantics.combining:
        case Combining.DENY_OVERRIDES:
            from translate.prover.flat import flat  # one of two ways to combine rules

            yield from flat(policies, direction, reading, place)
        case Combining.FIRST_APPLICABLE:
            yield from tiered(policies, direction, reading, place, ties, union=False)
        case Combining.PERMIT_UNION:
            yield from tiered(policies, direction, reading, place, ties, union=True)
        case None:
            raise ValueError(f"nothing is known of how the rules of {policies.semantics.name} combine")
        case other:
            assert_never(other)


def _merged(steps: Iterable[Step]) -> list[Step]:
    """Join neighbours of one action and tier; drop steps without clauses, so that equal lists get equal ranks."""
    return [
        replace(alike[0], clauses=tuple(chain.from_iterable(step.clauses for step in alike)))
        for _, found in groupby((step for step in steps if step.clauses), key=attrgetter("place"))
        for alike in [list(found)]
    ]
