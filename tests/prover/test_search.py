"""A question asked axis by axis or port by port has one answer; and all Deny rules that are missed are found at once."""

from __future__ import annotations

import random
from typing import Any

import pytest

import translate
from translate.core.origin import Place
from translate.model.facts import NO_FACTS
from translate.model.policy import PolicySet
from translate.plan.regions.flatten import flattened
from translate.prover import blocks
from translate.prover.budget import Patience
from translate.prover.compare import prove
from translate.prover.comparison import Comparison
from translate.prover.proof import Verdict


def rules(count: int, seed: int) -> list[dict[str, Any]]:
    """Rules that overlap in labels and ports."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        selector = dice.choice(
            [f"app == 'a{dice.randrange(20)}'", f"tier != 't{dice.randrange(4)}'", f"has(k{dice.randrange(8)})"]
        )
        first = dice.randrange(1, 900)
        found.append(
            {
                "action": dice.choice(["Allow", "Deny"]),
                "protocol": dice.choice(["TCP", "UDP"]),
                "source": {"selector": selector},
                "destination": {"ports": [f"{first}:{first + dice.randrange(90)}"]},
            }
        )
    return found


def policy(ingress: list[dict[str, Any]]) -> PolicySet:
    """One Calico policy."""
    spec = {"selector": "all()", "types": ["Ingress"], "ingress": ingress}
    identity = {"name": "p", "namespace": "x"}
    kind = {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy"}
    return translate.load([kind | {"metadata": identity, "spec": spec}])


@pytest.mark.parametrize("seed", range(6))
def test_port_by_port_the_answer_is_the_same(seed: int) -> None:
    """Whatever the patience, the verdict is that of a walk from axis to axis."""
    some = rules(12, seed)
    before = policy(some)
    others = [policy(some), policy(some[1:]), policy([*some[::-1]]), policy([*some[:6], *some[7:]])]
    expected = [prove(before, after).verdict for after in others]
    none = Patience(always=0, each=0)
    assert [prove(before, after, patience=none).verdict for after in others] == expected
    assert expected[0] is Verdict.SAME


def test_overlapping_rules_are_within_the_budget() -> None:
    """Axis by axis they are not: the rules leave more remainders than there are steps."""
    before = policy(rules(50, 2))
    after = flattened(before)
    assert prove(before, after, steps=10_000).verdict is Verdict.SAME
    endless = Patience(always=1 << 30, each=0)
    assert prove(before, after, steps=10_000, patience=endless).verdict is Verdict.UNDECIDED


def missed_denies(before: PolicySet, after: PolicySet) -> frozenset[Place]:
    return Comparison(before, after, NO_FACTS, own_node_aside=False, steps=100_000).missed().rules


def test_all_denies_that_are_missed_are_found() -> None:
    """Of disjoint denies each lets through a packet of its own."""
    denies = [
        {"action": "Deny", "protocol": "TCP", "destination": {"ports": [port]}, "source": {"selector": "all()"}}
        for port in range(1, 31)
    ]
    allow = {"action": "Allow"}
    before = policy([*denies, allow])
    found = missed_denies(before, policy([allow]))
    assert {path for _, _, path in found} == {("spec", "ingress", number) for number in range(30)}
    assert missed_denies(before, before) == frozenset()


def blocks_of(found: list[tuple[int, list[int], list[int]]]) -> dict[tuple[frozenset[int], frozenset[int]], int]:
    """Blocks by what covers them; what is covered alike is one."""
    together: dict[tuple[frozenset[int], frozenset[int]], int] = {}
    for block, before, after in found:
        key = frozenset(before), frozenset(after)
        assert not together.get(key, 0) & block
        together[key] = together.get(key, 0) | block
    return together


@pytest.mark.parametrize("seed", range(20))
def test_an_axis_is_cut_alike_in_both_ways(seed: int) -> None:
    """Mask after mask, and from edge to edge."""
    dice = random.Random(seed)
    size = dice.choice([1, 5, 64, 200])
    domain = (1 << size) - 1 if seed % 2 else dice.getrandbits(size) | 1
    several = {dice.getrandbits(size) & domain: ([number], [-number]) for number in range(1, dice.randrange(2, 30))}
    several.pop(0, None)
    base = ([1000], [2000])
    cut, swept = (blocks_of(way(domain, base, several)) for way in (blocks._cut, blocks._swept))
    assert cut == swept
    assert sum(cut.values()) == domain
