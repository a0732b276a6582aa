"""What is told never to match decides none of many random packets, whatever else stands beside it."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import points
from tests.properties.strategies import effort
from translate.core.origin import Origin
from translate.model.policy import Action, PolicySet, Section
from translate.model.semantics import Semantics
from translate.prover.evaluator import decide
from translate.prover.interpretations import interpretations
from translate.prover.never import never_matching
from translate.prover.steps import OthersPlace

DICE = st.integers(0, 1 << 32).map(random.Random)


def placed(policies: PolicySet) -> PolicySet:
    """The policies with a place of its own for each rule."""

    def section(found: Section | None, origin: Origin) -> Section | None:
        if found is None:
            return None
        rules = tuple(replace(rule, origin=origin.at(number)) for number, rule in enumerate(found.rules))
        return replace(found, rules=rules)

    found = []
    for number, policy in enumerate(policies.policies):
        at = Origin("p", number)
        ingress, egress = section(policy.ingress, at.at("ingress")), section(policy.egress, at.at("egress"))
        found.append(replace(policy, origin=at, ingress=ingress, egress=egress))
    return replace(policies, policies=tuple(found))


def contradicted(policies: PolicySet) -> PolicySet:
    """The policies, and behind them the same with the opposite actions, which are forestalled where order counts."""
    other = {Action.ALLOW: Action.DENY, Action.DENY: Action.ALLOW, Action.PASS: Action.DENY}

    def section(found: Section | None) -> Section | None:
        if found is None:
            return None
        rules = (replace(rule, action=other[rule.action]) for rule in found.rules if rule.action in other)
        return replace(found, rules=tuple(rules))

    again = [
        replace(
            policy,
            identity=replace(policy.identity, name=f"{policy.identity.name}-again"),
            order=3.0,
            ingress=section(policy.ingress),
            egress=section(policy.egress),
        )
        for policy in policies.policies
    ]
    return replace(policies, policies=(*policies.policies, *again))


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda one: one.name)
def test_no_packet_is_decided_by_it(engine: Semantics) -> None:
    """On no day, and under no reading of what the engine leaves open."""

    @effort(60)
    @given(policy_sets(engine), st.booleans(), DICE)
    def run(drawn: PolicySet, twice: bool, dice: random.Random) -> None:
        policies = placed(contradicted(drawn) if twice and engine is not semantics.KUBERNETES else drawn)
        found = never_matching(policies, explained=100)
        event(f"something found: {bool(found)}, forestalled: {any(one.by for one in found)}")
        rules = {one.rule.origin.place for one in found if one.rule is not None}
        pods = {one.policy.origin.place for one in found if one.rule is None}
        for point in points(dice, 60) if found else ():
            for reading in interpretations(policies):
                for place in OthersPlace:
                    last = place is OthersPlace.LAST
                    decided = decide(policies, point, reading, others_last=last)
                    assert decided.rule is None or decided.rule.origin.place not in rules
                    assert decided.policy is None or decided.policy.origin.place not in pods

    run()
