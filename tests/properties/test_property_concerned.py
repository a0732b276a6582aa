"""What a comparison leaves out changes no answer: the walk over whole sets finds a packet if and only if this one does."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.strategies import effort
from translate.model.facts import NO_FACTS
from translate.model.peers import OWN_NAMESPACE
from translate.model.policy import DEFAULT_TIER, Direction, Policy, PolicySet
from translate.model.semantics import Semantics
from translate.prover.budget import Budget
from translate.prover.concerned import concerned
from translate.prover.endpoints import EVERY
from translate.prover.questions import questions
from translate.prover.sides import sides_of

DICE = st.integers(0, 1 << 32).map(random.Random)


def settled_in(policies: PolicySet, dice: random.Random) -> PolicySet:
    """Most policies govern pods of a namespace of their own; some all, or those of another one."""
    found = []
    for number, one in enumerate(policies.policies):
        namespace = dice.choice(["x", "y"])
        identity = replace(one.identity, namespace=namespace, name=f"{one.identity.name}-{number}")
        anywhere = one.subject if dice.random() < 0.5 else EVERY
        subject = replace(one.subject, namespaces=OWN_NAMESPACE) if dice.random() < 0.6 else anywhere
        found.append(replace(one, identity=identity, subject=subject))
    return replace(policies, policies=tuple(found))


def changed(policies: PolicySet, dice: random.Random) -> PolicySet:
    """One policy says something else, is gone, or stands elsewhere."""
    found = list(policies.policies)
    number = dice.randrange(len(found))
    match dice.randrange(4):
        case 0:
            del found[number]
        case 1:
            found[number] = _without_a_rule(found[number])
        case 2:
            found.append(replace(found[number], identity=replace(found[number].identity, namespace="z")))
        case _:
            found.append(found.pop(number))
    return replace(policies, policies=tuple(found))


def _without_a_rule(policy: Policy) -> Policy:
    section = policy.ingress or policy.egress
    if section is None:
        return policy
    fewer = replace(section, rules=section.rules[1:])
    return replace(policy, ingress=fewer) if policy.ingress is not None else replace(policy, egress=fewer)


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda engine: engine.name)
@effort(100)
@given(data=st.data(), dice=DICE)
def test_as_many_packets_are_found(engine: Semantics, data: st.DataObject, dice: random.Random) -> None:
    first, second = data.draw(policy_sets(engine)), data.draw(policy_sets(engine))
    more = tuple(replace(one, tier=DEFAULT_TIER) for one in second.policies if one.tier == DEFAULT_TIER)
    before = settled_in(replace(first, policies=first.policies + more), dice)
    after = changed(before, dice)
    lists = questions(before, after)
    left, right = concerned(before, after, lists)
    event(f"left out: {len(left.policies) < len(before.policies)}")
    for direction in Direction:
        whole, part = (
            sides_of(*sets, direction, Budget(), NO_FACTS, own_node_aside=False)
            for sets in ((before, after), (left, right))
        )
        for question in (one for asked in lists for one in asked):
            found = part.points(question)
            assert bool(found) == bool(whole.points(question))
            for point in found:
                assert [one.allowed for one in whole.decisions(question, point)] == [
                    one.allowed for one in part.decisions(question, point)
                ]
