"""Order worked out by boxes: what every case of the engines' vectors lets through, and what the engines answered."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import translate
from tests.passes.fitting import target_for
from tests.prover.points import EVERY_CASE
from tests.prover.test_engine_vectors import Tally, cases, enforced, namespaces_of, probes_of
from tests.reference.vectors import of_vectors
from tests.semantics import CILIUM
from translate.core.diagnostics import Report
from translate.model.policy import PolicySet
from translate.plan.passes import address_sets
from translate.plan.regions.boxes import TooManyBoxesError
from translate.plan.regions.flatten import flattened
from translate.prover.compare import prove
from translate.prover.proof import Verdict

NEWEST = "calico=3.32"
"""Order is worked out by one way to sort equal orders; this is the one that the engine of the recordings has."""


def without_sets(policies: PolicySet) -> PolicySet:
    """The policies with the ranges of address sets written out, as they are before order is worked out."""
    target = target_for("kubernetes", policies, sets=policies.sets)
    return replace(policies, policies=address_sets.expanded(policies.policies, target, Report()))


def of_pods(policies: PolicySet) -> PolicySet:
    """The policies as they are for pods: hosts are none that order is worked out for, and what governs them differs."""
    aside = (replace(one, subject=replace(one.subject, hosts=None)) for one in policies.policies)
    return replace(policies, policies=tuple(aside))


@pytest.mark.parametrize(
    ("engine", "expected"),
    of_vectors(shared=[("calico", 200), ("cilium", 600)], own=[("calico", 793), ("cilium", 559)]),
)
def test_flattened_policies_say_the_same(engine: str, expected: int) -> None:
    """Proved, and played on the probes; allows cannot keep out the pod's own node, as denies of Cilium can."""
    tally = Tally()
    for case in cases(engine):
        documents = enforced(case)
        try:
            given = translate.load(documents + namespaces_of(case), source_engine=engine, source_version=NEWEST)
        except translate.Error:
            tally.counts["not read"] += 1
            continue
        try:
            # What is flattened goes to engines without endpoints of their own, or comes from them.
            before = of_pods(replace(given, semantics=replace(given.semantics, has_endpoints=False)))
            after = flattened(without_sets(before))
        except TooManyBoxesError:
            tally.counts["too many pieces"] += 1
            continue
        own_node = before.semantics.name == "cilium" and prove(before, after).verdict is not Verdict.SAME
        verdict = prove(before, after, own_node_aside=own_node).verdict
        tally.counts["own node"] += own_node
        tally.counts[verdict.value] += 1
        if verdict is not Verdict.SAME:
            tally.wrong.append((case["id"], verdict))
        if not own_node:
            tally.compare(case["id"], after, probes_of(case, tally, before))
    assert tally.wrong == [], tally.counts
    assert tally.counts["too many pieces"] == 0
    assert tally.counts["same"] >= (expected if EVERY_CASE else expected // 6), tally.counts
    assert tally.counts["own node"] < tally.counts["same"] / 20, tally.counts


def test_denies_that_stay_say_the_same() -> None:
    """Denies that beat allows, each without what is allowed before it; they alone keep out the pod's own node."""
    tally = Tally()
    for case in cases("calico"):
        try:
            given = translate.load(enforced(case) + namespaces_of(case), source_engine="calico", source_version=NEWEST)
            before = of_pods(given)
            after = replace(flattened(without_sets(before), denies=True), semantics=CILIUM)
        except (translate.Error, TooManyBoxesError) as error:
            tally.counts[type(error).__name__] += 1
            continue
        verdict = prove(before, after, own_node_aside=True).verdict
        tally.counts[verdict.value] += 1
        if verdict is not Verdict.SAME:
            tally.wrong.append((case["id"], verdict))
    assert tally.wrong == [], tally.counts
    assert tally.counts["TooManyBoxesError"] == 0
    assert tally.counts["same"] >= (of_vectors(shared=200, own=793) if EVERY_CASE else 33), tally.counts
