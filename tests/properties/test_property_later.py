"""A policy that comes later does what the prover supposes of it: the same as if it had stood in the set."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import points, today
from tests.properties.strategies import effort
from tests.prover.symbolic import Symbolic
from translate.model.ordering import policy_order
from translate.model.peers import OWN_NAMESPACE, Anyone
from translate.model.policy import Action, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.semantics import Semantics
from translate.model.traffic import ANY_TRAFFIC
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.point import Others, PeerClass, Pod, Point
from translate.prover.steps import OthersPlace

DICE = st.integers(0, 1 << 32).map(random.Random)
FIRST, LAST = "0", "~"
"""Names before and behind all others: they decide where orders are equal."""


def joined(policies: PolicySet, others: Others, point: Point, name: str) -> PolicySet:
    """The set with a policy of the shared API beside it that does ``others`` to ``point``."""
    if others is Others.NOTHING:
        return policies
    shared = policies.semantics.shared
    assert shared is not None
    rules = (Rule(Action.ALLOW, (Anyone(),), (ANY_TRAFFIC,)),) if others is Others.ALLOW else ()
    section = Section(True, rules)
    one = Policy(
        Identity("NetworkPolicy", point.subject.namespace, name),
        Subject(OWN_NAMESPACE, EVERYTHING),
        section,
        section,
        order=shared.order,
    )
    return replace(policies, policies=(*policies.policies, one))


def moved(policies: PolicySet) -> PolicySet:
    """The set with some policies at the very order of those that come later."""
    shared = policies.semantics.shared
    assert shared is not None
    orders = {-1.0: 1.0, 1.0: shared.order, 2.0: shared.order + 1}
    found = (replace(one, order=orders.get(one.order, one.order) if one.order else None) for one in policies.policies)
    return replace(policies, policies=tuple(found))


@pytest.mark.parametrize("engine", semantics.ENGINES, ids=lambda one: one.name)
def test_a_policy_that_is_added_does_what_was_supposed(engine: Semantics) -> None:
    """Before and behind what is of equal order, under every reading."""

    @effort(40)
    @given(policy_sets(engine), DICE)
    def run(policies: PolicySet, dice: random.Random) -> None:
        policies = moved(policies)
        for point in points(dice, 30):
            (alone,) = today([point])
            for name in (FIRST, LAST):
                whole = joined(policies, point.others, point, name)
                if point.others is not Others.NOTHING and engine.has_order:
                    names = [one.identity.name for one in policy_order(whole) if one.order == whole.policies[-1].order]
                    assert names[0 if name is FIRST else -1] == name
                for reading in Interpretation:
                    added = decide(whole, alone, reading).allowed
                    supposed = decide(policies, point, reading, others_last=name is LAST).allowed
                    assert added == supposed, (point, name)

    run()


def test_an_engine_that_enforces_no_such_policies_is_not_asked_about_them() -> None:
    shut = Policy(Identity("Toy", "a", "shut"), Subject(OWN_NAMESPACE, EVERYTHING), Section(True, ()), None)
    alone = PolicySet(replace(semantics.CALICO, shared=None), (shut,))
    for point in points(random.Random(5), 200):
        assert decide(alone, point).allowed == decide(alone, replace(point, others=Others.NOTHING)).allowed


TABLE = [
    # order, action, allowed if what is added comes first, and if it comes last
    (999.0, Action.DENY, False, False),
    (1000.0, Action.DENY, True, False),
    (1001.0, Action.DENY, True, True),
    (None, Action.DENY, True, True),
    (1000.0, Action.ALLOW, True, True),
]


@pytest.mark.parametrize(("order", "action", "first", "last"), TABLE)
def test_where_what_is_added_stands_among_ordered_policies(
    order: float | None, action: Action, first: bool, last: bool
) -> None:
    every = Section(True, (Rule(action, (Anyone(),), (ANY_TRAFFIC,)),))
    one = Policy(Identity("NetworkPolicy", "a", "p"), Subject(OWN_NAMESPACE, EVERYTHING), every, every, order=order)
    policies = PolicySet(semantics.CALICO, (one,))
    point = replace(points(random.Random(1), 1)[0], subject=Pod("a"), peer=Pod("b"), peer_class=PeerClass.POD_OTHER)
    point = replace(point, others=Others.ALLOW)
    symbolic = Symbolic(policies)
    for place, allowed in ((OthersPlace.FIRST, first), (OthersPlace.LAST, last)):
        assert decide(policies, point, others_last=place is OthersPlace.LAST).allowed is allowed
        assert symbolic.allows(point, place=place) is allowed
