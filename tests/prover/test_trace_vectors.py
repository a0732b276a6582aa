"""The trace of one packet ends where the engines do, on every vector that the model has a place for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

import translate
from tests.prover.points import EVERY_CASE
from tests.prover.test_engine_vectors import Tally, cases, enforced, namespaces_of, probes_of
from tests.prover.test_kubernetes_vectors import cluster_of, connection_of, ends, loaded, vectors
from tests.reference.vectors import of_vectors
from translate.model.policy import Action, PolicySet
from translate.model.semantics import Combining
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.near_miss import nearest
from translate.prover.point import Point
from translate.prover.trace import Fate, TierStep, Trace, trace


def faults(policies: PolicySet, point: Point, reading: Interpretation = Interpretation.LEAST) -> Iterator[str]:
    """What is wrong with the trace of a point, beside the evaluator's decision."""
    found, decision = trace(policies, point, reading), decide(policies, point, reading)
    deciding = [
        step for tier in found.tiers for one in tier.policies for step in one.rules if step.fate is Fate.DECIDES
    ]
    if found.decision != decision:
        yield "the decision"
    if [step.rule for step in deciding] != ([decision.rule] if decision.rule is not None else []):
        yield "the deciding rule"
    if found.decision.logged != any(step.fate is Fate.LOGS for one in found.steps for step in one.rules):
        yield "the logs"
    if any((step.fate is Fate.FAILS) != bool(step.misses) for one in found.steps for step in one.rules):
        yield "what fails"
    yield from _of_the_sequence(policies, found)
    yield from _of_the_near_miss(policies, found, reading)


def _of_the_sequence(policies: PolicySet, found: Trace) -> Iterator[str]:
    """In tiers that have an order nothing is looked at behind what decides or passes on."""
    combining = policies.semantics.combining
    over = False
    for tier in found.tiers:
        if combining is Combining.DENY_OVERRIDES or (
            combining is Combining.PERMIT_UNION and tier.tier.name == "default"
        ):
            continue
        passed = False
        for step in (step for one in tier.policies for step in one.rules):
            if (step.fate is Fate.UNREACHED) != (over or passed) and not _is_over_before(found, tier):
                yield "what is reached"
            passed = passed or step.fate is Fate.PASSES
            over = over or step.fate is Fate.DECIDES
        over = over or (bool(tier.ending) and not tier.ending.startswith(("passed", "end of")))


def _is_over_before(found: Trace, tier: TierStep) -> bool:
    """Whether an earlier tier decides, or nothing is asked at all."""
    earlier = found.tiers[: found.tiers.index(tier)]
    decided = any(step.fate is Fate.DECIDES for one in earlier for policy in one.policies for step in policy.rules)
    return decided or not found.tiers[0].policies[0].reached or any(one.ending == found.decision.why for one in earlier)


def _of_the_near_miss(policies: PolicySet, found: Trace, reading: Interpretation) -> Iterator[str]:
    miss = nearest(policies, found, reading)
    if miss is not None and (found.decision.allowed or not miss.misses or miss.rule.action is Action.DENY):
        yield "the nearest miss"
    ways = [step for one in found.steps for step in one.rules if step.fate is Fate.FAILS and step.rule.peers]
    near = any(step.rule.action is Action.ALLOW and step.rule.traffic for step in ways)
    if miss is None and not found.decision.allowed and found.decision.rule is None and near:
        yield "no nearest miss"


@pytest.mark.parametrize(
    ("engine", "expected"),
    of_vectors(shared=[("calico", 9000), ("cilium", 9000)], own=[("calico", 6000), ("cilium", 8000)]),
)
def test_the_trace_says_what_the_engine_says(engine: str, expected: int) -> None:
    tally, wrong, fates = Tally(), [], Counter[Fate]()
    for case in cases(engine):
        try:
            policies = translate.load(enforced(case) + namespaces_of(case), source_engine=engine)
        except translate.Error:
            continue
        for point, allowed, logged in probes_of(case, tally, policies):
            found = trace(policies, point)
            fates.update(step.fate for one in found.steps for step in one.rules)
            is_own = policies.semantics.combining is Combining.FIRST_APPLICABLE
            if found.decision.allowed != allowed or (is_own and engine == "calico" and found.decision.logged != logged):
                wrong.append((case["id"], point, "the engine says otherwise"))
            wrong += [(case["id"], point, fault) for fault in faults(policies, point)]
            tally.counts["points"] += 1
    assert wrong == []
    assert tally.counts["points"] > (expected if EVERY_CASE else 3000), tally.counts
    expected = {Fate.DECIDES, Fate.FAILS} | (
        {Fate.LOGS, Fate.PASSES, Fate.UNREACHED} if engine == "calico" else {Fate.ALSO, Fate.OVERRULED}
    )
    assert expected <= set(fates), fates


def test_the_trace_says_what_the_specification_says() -> None:
    cluster, wrong = cluster_of(vectors()["cluster"]), []
    for case, policies in loaded():
        assert policies is not None
        for probe in case["probes"]:
            for point in ends(cluster, policies, connection_of(probe)):
                for reading in Interpretation:
                    wrong += [(case["name"], probe, fault) for fault in faults(policies, point, reading)]
    assert wrong == []
