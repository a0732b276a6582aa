"""Ordered rules by the chain: output and work grow with their number, not with its square."""

from __future__ import annotations

import random

import pytest

import translate
from benchmarks.corpus import policies, rewritten
from benchmarks.growth import CHAINS
from translate.model.facts import NO_FACTS
from translate.model.policy import Direction, PolicySet
from translate.plan.regions.flatten import flattened
from translate.prover.budget import Budget, Patience
from translate.prover.compare import prove
from translate.prover.proof import Verdict
from translate.prover.questions import Question, questions
from translate.prover.sides import Sides, sides_of


def translated(chain: str, count: int, to: str) -> tuple[PolicySet, PolicySet, int]:
    """A chain, what became of it, and how many lines that are."""
    rules, arranged = CHAINS[chain]
    result = translate.convert(arranged(rules(count)), to=to, verify=False)
    assert result.before is not None
    return result.before, translate.load(result.text), result.text.count("\n")


# Cilium says a Deny for good as well, in lines of its own.
@pytest.mark.parametrize(("to", "denies"), [("kubernetes", 0), ("cilium", 4)])
@pytest.mark.parametrize(("chain", "lines", "steps"), [("apart", 5, 20), ("nested", 5, 36), ("policies", 17, 20)])
def test_twice_the_rules_are_twice_the_work(chain: str, lines: int, steps: int, to: str, denies: int) -> None:
    """So many lines and steps for each rule, whatever their number; more steps where a later policy tells them apart."""
    for count in (20, 80, 320):
        before, after, written = translated(chain, count, to)
        assert written <= (lines + denies) * count
        assert prove(before, after, steps=steps * count).verdict is Verdict.SAME, count


@pytest.mark.parametrize("count", [50, 200, 800])
def test_policies_that_are_rewritten_are_no_matter_of_a_diagram(count: int) -> None:
    """So many steps for each policy, whatever their number, and no node."""
    originals = policies(count)
    before, after = translate.load(originals), translate.load(rewritten(originals))
    assert prove(before, after, steps=80 * count).verdict is Verdict.SAME
    budget = Budget()
    for direction in Direction:
        side = sides_of(before, after, direction, budget, NO_FACTS, own_node_aside=False)
        assert not [point for asked in questions(before, after) for one in asked for point in side.points(one)]
        assert side.diagram.tails == []


@pytest.mark.parametrize("to", ["cilium", "calico"])
def test_a_translation_that_reads_ranges_otherwise_is_no_matter_of_a_diagram(to: str) -> None:
    """The input may mean pods by its ranges, the output does not, or does: it allows no more, and nothing is walked."""
    for count in (50, 200, 800):
        result = translate.convert(policies(count), to=to, verify=False)
        after = translate.load(result.text)
        assert result.before is not None
        assert prove(result.before, after, steps=80 * count).verdict is Verdict.SAME
        budget = Budget()
        for direction in Direction:
            side = sides_of(result.before, after, direction, budget, NO_FACTS, own_node_aside=False)
            asked = next(found for found in questions(result.before, after) if _is_shown(side, found))
            assert not [point for one in asked for point in side.points(one)]
            assert len(side.diagram.tails) <= 2, "what policies not given do about the own node, and no rule"


def _is_shown(side: Sides, asked: tuple[Question, ...]) -> bool:
    return all(side.is_alike(question) for question in asked)


def overlapping(namespace: str, dice: random.Random) -> list[dict[str, object]]:
    """Policies of one namespace: labels and ports overlap at random, and no other namespace has these ports."""
    first = dice.randrange(1, 60_000)
    found = []
    for name in range(4):
        low = first + dice.randrange(20)
        rule = {
            "action": dice.choice(["Allow", "Deny"]),
            "protocol": "TCP",
            "source": {"selector": dice.choice(["app == 'a'", "has(b)", "c != 'd'"])},
            "destination": {"ports": [f"{low}:{low + dice.randrange(20)}"]},
        }
        spec = {"order": name, "types": ["Ingress"], "ingress": [rule]}
        metadata = {"name": f"p{name}", "namespace": namespace}
        found.append(
            {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
        )
    return found


def test_ports_are_told_apart_for_each_namespace_alone() -> None:
    """So many nodes and blocks for each namespace, whatever the number of those that have ports of their own."""
    for count in (10, 40, 160):
        dice = random.Random(1)
        before = translate.load([one for number in range(count) for one in overlapping(f"n{number:03}", dice)])
        after = flattened(before)
        impatient = Patience(always=0, each=0)
        assert prove(before, after, steps=90 * count, patience=impatient).verdict is Verdict.SAME, count
