"""What ``check`` says of random policies is so: rules could go, nobody is asked for names, probes are kept out."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import semantics
from tests.properties.policies import policy_sets
from tests.properties.situations import points, today
from tests.properties.strategies import effort
from tests.properties.test_property_never import placed
from translate.model.facts import NO_FACTS
from translate.model.policy import Direction, PolicySet
from translate.model.semantics import Semantics
from translate.model.traffic import TCP, UDP, PortRange, Traffic
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.compare import prove
from translate.prover.evaluator import decide, governs
from translate.prover.interpretations import interpretations
from translate.prover.point import PeerClass
from translate.prover.proof import Verdict
from translate.prover.reachable import Reachable
from translate.prover.redundant import redundant, without
from translate.prover.redundant_policies import redundant_policies

ENGINES = [semantics.KUBERNETES, semantics.CALICO, semantics.CILIUM]
DICE = st.integers(0, 1 << 32).map(random.Random)
DNS = tuple(Traffic(protocol=protocol, port=PortRange(53, 53)) for protocol in (UDP, TCP))


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_all_that_could_go_is_missed_by_nobody(engine: Semantics) -> None:
    """All redundant rules together: the set without them is the same, today and whatever policy is added. Whole
    policies: today, isolation and all. Either way each packet is decided alike.
    """

    @effort(60)
    @given(policy_sets(engine), DICE)
    def run(given: PolicySet, dice: random.Random) -> None:
        policies = placed(given)
        rest, found = policies, redundant(policies)
        whole = redundant_policies(policies, found)
        event(f"{min(len(found), 3)} rules, {min(len(whole), 3)} policies")
        for one in found:
            rest = without(rest, one.policy, one.rule, one.direction)
        proof = prove(policies, rest)
        assert proof.is_same or proof.verdict is Verdict.UNDECIDED, found
        fewer = replace(policies, policies=tuple(one for one in policies.policies if one.identity not in whole))
        for point in points(dice, 40, policies) if found or whole else ():
            for reading in interpretations(policies):
                allowed = decide(policies, point, reading).allowed
                assert decide(rest, point, reading).allowed is allowed, (found, point)
                assert decide(fewer, point, reading).allowed is allowed, (whole, point)

    run()


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_where_no_packet_is_found_there_is_none_and_one_that_is_found_is_decided_so(engine: Semantics) -> None:
    """Names are asked of anybody but the own node; probes come from just that."""

    @effort(40)
    @given(policy_sets(engine), DICE)
    def run(given: PolicySet, dice: random.Random) -> None:
        policies = placed(given)
        asked = {way: Reachable(policies, way, NO_FACTS, Budget(1_000_000), DNS) for way in Direction}
        reading = dice.choice(interpretations(policies))
        some = today(points(dice, 60, policies))
        for policy in policies.policies:
            for way, own_node, allowed in ((w, o, a) for w in Direction for o in (False, True) for a in (False, True)):
                if policy.section(way) is None:
                    continue
                try:
                    found = asked[way].packet(policy, DNS, reading, allowed=allowed, own_node=own_node)
                except OutOfBudget:
                    return
                if found is not None:
                    assert decide(policies, found, reading).allowed is allowed, found
                    assert (found.peer_class is PeerClass.OWN_NODE) is own_node
                    assert governs(policy, found.subject)
                    continue
                for point in some:
                    mine = point.direction is way and (point.peer_class is PeerClass.OWN_NODE) is own_node
                    if mine and point.protocol in (TCP, UDP) and governs(policy, point.subject):
                        same = replace(point, port=53, names=frozenset(), endpoint=None)
                        assert decide(policies, same, reading).allowed is not allowed, same

    run()
