"""Where sequence means something: tier by tier, rule by rule, the first that applies decides."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count, groupby
from typing import TYPE_CHECKING, assert_never

from translate.model.ordering import policy_order, tier_order
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet
from translate.model.semantics import Enforcement, OwnNode, Semantics, TieBreak
from translate.model.ties import FOR_EACH_PACKET
from translate.prover.interpretations import Interpretation
from translate.prover.steps import (
    ALLOWED_BY_OTHERS,
    OWN_NODE_OF_OTHERS,
    Clause,
    OthersPlace,
    OwnNodeClause,
    Step,
    closing,
    isolated_by,
    own_node_rule,
    rules_in,
)

if TYPE_CHECKING:
    from translate.prover.any_first import Listed


def tiered(
    policies: PolicySet,
    direction: Direction,
    reading: Interpretation,
    place: OthersPlace | None,
    ties: TieBreak | None,
    *,
    union: bool,
) -> Iterator[Step]:
    """Tier by tier; with ``union`` the allows of the default tier add up."""
    tiers = tier_order(policies)
    own = own_node_rule(policies.semantics, direction, reading)
    # Alone, an exemption goes first: there is nothing but allows before the isolation.
    first = own is OwnNode.EXEMPT and union and len(tiers) == 1
    within = own in (OwnNode.EXEMPT, OwnNode.UNLESS_DENIED) and not first
    if first or own is OwnNode.ALWAYS:
        yield Step(Action.ALLOW, 0, (OwnNodeClause(),))
    applying = [policy for policy in policy_order(policies, ties) if policy.section(direction) is not None]
    parts = count(len(tiers))
    for number, tier in enumerate(tiers):
        members = [policy for policy in applying if policy.tier == tier.name]
        rules = [Clause(policy, rule) for policy in members for rule in rules_in(policy, direction)]
        others = place if tier.name == DEFAULT_TIER else None
        if union and tier.name == DEFAULT_TIER:
            yield Step(Action.ALLOW, number, (*map(_adding, rules), *((ALLOWED_BY_OTHERS,) if others else ())))
        elif ties in FOR_EACH_PACKET and others is None:
            from translate.prover.any_first import any_first  # only where equal orders are told apart for each packet

            groups = _by_order(members, direction)
            for one in (one for group in groups for one in any_first(group, ties, number, parts)):
                yield Step(one.action, number, (one.item,), one.part, one.leaves)
        else:
            before = len(rules) if others is None else _before_others(rules, policies.semantics, others)
            yield from (_one(clause, number) for clause in rules[:before])
            if others is not None:
                yield Step(Action.ALLOW, number, (ALLOWED_BY_OTHERS,))
            yield from (_one(clause, number) for clause in rules[before:])
        if tier.default_action is Action.DENY:
            isolated = isolated_by(members, direction)
            if within:
                let_in = tuple(OwnNodeClause(clause.policy) for clause in isolated)
                yield Step(Action.ALLOW, number, (*let_in, *((OWN_NODE_OF_OTHERS,) if others else ())))
            everywhere = tier.name == DEFAULT_TIER and policies.semantics.enforcement is Enforcement.EVERYWHERE
            yield Step(Action.DENY, number, closing(isolated, everywhere=everywhere, others=others is not None))


def _by_order(members: list[Policy], direction: Direction) -> Iterator[list[Listed[Clause]]]:
    """The rules of policies of one order, one after the other."""
    for _, group in groupby(members, key=lambda policy: policy.order):
        yield [[(rule.action, Clause(policy, rule)) for rule in rules_in(policy, direction)] for policy in group]


def _adding(clause: Clause) -> Clause:
    """The clause of a rule that allows; what another would do where allows add up is not known."""
    assert clause.rule is not None
    match clause.rule.action:
        case Action.ALLOW:
            return clause
        case Action.DENY | Action.PASS | Action.LOG:
            raise ValueError(f"nothing is known of what a rule that says {clause.rule.action} does where allows add up")
        case never:
            assert_never(never)


def _one(clause: Clause, tier: int) -> Step:
    assert clause.rule is not None
    return Step(clause.rule.action, tier, (clause,))


def _before_others(rules: list[Clause], semantics: Semantics, place: OthersPlace) -> int:
    """How many of the rules of a tier stand before those of policies that are not given."""
    assert semantics.shared is not None
    limit = semantics.shared.order
    last = place is OthersPlace.LAST
    orders = (math.inf if clause.policy.order is None else clause.policy.order for clause in rules)
    return sum(order < limit or (last and order == limit) for order in orders)
