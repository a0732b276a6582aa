"""Both interpreters of the model agree with what the engines of Calico and Cilium answered, for our output too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

import translate
from tests.prover.points import EVERY_CASE, Unknowns, conditions_of, patterns_of, point_of, services_of
from tests.prover.symbolic import Symbolic
from tests.reference.cilium_entries import latest
from tests.reference.vectors import documents_of, lines_of, needs_collection, of_vectors
from tests.reference.world import cluster_from, probe_from
from translate.frontend.facts import facts_of
from translate.model.policy import PolicySet
from translate.model.settings import DEFAULTS, EngineSettings
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.point import Point
from translate.prover.proof import Verdict

FILES = {
    "calico": ("calico-engine.jsonl.gz", "calico-tiers-engine.jsonl"),
    "cilium": ("cilium-engine.jsonl.gz",),
}
STEP = {"calico": 3, "cilium": 3}
"""Without NETPOL_FULL=1 every so many cases of the shared vectors are looked at."""

ELSEWHERE = {("UDP", 4789), (4, None)}
"""Calico drops tunnel packets of pods before any policy (calico.md 5.8)."""

WITHIN = {name for key in ("fqdn", "kubeAPIServer", "nodeSelectorLabels") for name in (key, f"setting {key}")}
WITHIN.add("reserved peer")
"""Settings and features that the model has a place for: what DNS has shown, where the API server is, that nodes have
labels, endpoints of Cilium's own.
"""

STATED = {
    "policyEnforcementMode": ("cilium", "enable-policy"),
    "cidrMatchMode": ("cilium", "policy-cidr-match-mode"),
    "allowLocalhost": ("cilium", "allow-localhost"),
    "clusterDefaultLocal": ("cilium", "policy-default-local-cluster"),
    "defaultEndpointToHostAction": ("calico", "defaultEndpointToHostAction"),
}
"""Settings of the vectors that can be stated as facts, and how."""

CLUSTER_LABEL = "io.cilium.k8s.policy.cluster"

Probes = list[tuple[Point, bool, bool]]
"""The point of each probe, whether the engine lets it through, and whether it logs it."""


@dataclass(slots=True)
class Tally:
    """What was compared and what was left out, and why."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[Any] = field(default_factory=list)

    def compare(
        self,
        title: str,
        policies: PolicySet,
        probes: Probes,
        *,
        logs: bool = False,
    ) -> None:
        """Ask both interpreters for every probe."""
        symbolic = Symbolic(policies)
        for number, (point, allowed, logged) in enumerate(probes):
            decision = decide(policies, point)
            answers = (decision.allowed, symbolic.allows(point), decision.logged if logs else logged)
            self.counts["probes"] += 1
            if answers != (allowed, allowed, logged):
                self.wrong.append((title, number, point, answers, (allowed, logged)))


def cases(engine: str) -> Iterator[Mapping[str, Any]]:
    """The vectors of an engine: all of them or a sample."""
    vectors = [vector for name in FILES[engine] for vector in lines_of(name)]
    yield from vectors[:: 1 if EVERY_CASE else STEP[engine]]


def enforced(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The documents of a case without those that the engine refused, or that a later one of the same name replaces."""
    refused = {item["index"] for item in case.get("rejected", [])}
    found = [document for index, document in enumerate(documents_of(dict(case))) if index not in refused]
    return found if not case.get("engine", "").startswith("cilium") else latest(found)


def namespaces_of(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The namespaces of the cluster as documents: address sets inherit their labels."""
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels)}}
        for name, labels in cluster_from(case["cluster"]).namespaces.items()
    ]


def only_network_policies(documents: list[dict[str, Any]]) -> bool:
    """Whether there is nothing but plain Kubernetes policies."""
    kinds = {(document.get("apiVersion"), document.get("kind")) for document in documents}
    return kinds <= {("networking.k8s.io/v1", "NetworkPolicy")}


def stated(case: Mapping[str, Any]) -> dict[str, Any]:
    """The facts file that states the settings of a case."""
    found: dict[str, Any] = {}
    for name, value in (case["cluster"].get("settings") or {}).items():
        if name in STATED:
            engine, spelled = STATED[name]
            found.setdefault(engine, {})[spelled] = value
    return {"settings": found}


def points_in(
    case: Mapping[str, Any], tally: Tally, policies: PolicySet, settings: EngineSettings = DEFAULTS
) -> Iterator[tuple[int, Point]]:
    """The probes that the model has a place for, by their index; ``settings``: what of the case's is stated."""
    known = WITHIN | {name for key in STATED if settings is not DEFAULTS for name in (key, f"setting {key}")}
    if {*(case["cluster"].get("settings") or ()), *(case.get("uses") or ())} - known:
        tally.counts["cases with settings or features outside the model"] += 1
        return
    cluster = cluster_from(case["cluster"])
    documents = documents_of(dict(case))
    services, conditions = services_of(documents, cluster), conditions_of(policies)
    unknowns = Unknowns(policies, documents, cluster)
    for index, (data, verdict) in enumerate(zip(case["probes"], case["verdicts"], strict=True)):
        probe = probe_from(data)
        tunnel = probe.direction == "egress" and (probe.protocol, probe.port) in ELSEWHERE
        if verdict == "unknown" or tunnel:
            tally.counts["unknown" if verdict == "unknown" else "tunnel packets"] += 1
            continue
        try:
            point = point_of(cluster, probe, patterns_of(policies), services, conditions)
        except ValueError:
            tally.counts["packets of a family that the peer has not"] += 1
            continue
        if point is None:
            tally.counts["probes that no policy judges"] += 1
            assert verdict == "allow"
        else:
            yield index, replace(point, opaque=point.opaque | unknowns.around(probe))


def probes_of(
    case: Mapping[str, Any], tally: Tally, policies: PolicySet, settings: EngineSettings = DEFAULTS
) -> Probes:
    """The probes that the model has a place for, and what the engine says of them."""
    logged = case.get("logged") or [False] * len(case["probes"])
    return [
        (point, case["verdicts"][index] == "allow", logged[index])
        for index, point in points_in(case, tally, policies, settings)
    ]


@pytest.mark.parametrize(
    ("engine", "expected"), of_vectors(shared=[("calico", 109), ("cilium", 149)], own=[("calico", 13), ("cilium", 66)])
)
def test_network_policies_under_an_engine_and_their_translation(engine: str, expected: int) -> None:
    """The verdicts are the engine's; so are those of the translation for that engine, read from its text again."""
    tally = Tally()
    for case in cases(engine):
        documents = enforced(case)
        if not documents or not only_network_policies(documents):
            continue
        if engine == "cilium" and CLUSTER_LABEL in str(documents):
            tally.counts["selectors on the cluster label"] += 1
            continue
        try:
            policies = translate.load(documents, source_engine=engine)
        except translate.Error:
            tally.counts["not read"] += 1
            continue
        probes = probes_of(case, tally, policies)
        tally.counts["cases"] += bool(probes)
        tally.compare(case["id"], policies, probes)
        result = translate.convert(documents, to=engine, source_engine=engine, verify=False)
        if result.open_losses:
            tally.counts["translations with losses"] += 1
            continue
        tally.counts["translations"] += bool(probes)
        tally.compare(f"output of {case['id']}", translate.load(result.text), probes)
    assert tally.wrong == [], tally.counts
    assert (tally.counts["cases"] == expected) if EVERY_CASE else (tally.counts["cases"] > 30), tally.counts


@needs_collection
def test_network_policies_that_name_labels_of_cilium() -> None:
    """Cilium reads `io.cilium.k8s.policy.cluster` in a NetworkPolicy as in its own: every pod of the cluster has it."""
    tally = Tally()
    for case in lines_of(FILES["cilium"][0]):
        documents = enforced(case)
        if only_network_policies(documents) and CLUSTER_LABEL in str(documents):
            policies = translate.load(documents, source_engine="cilium")
            tally.compare(case["id"], policies, probes_of(case, tally, policies))
    assert tally.counts["probes"] > 100
    assert tally.wrong == []


@pytest.mark.parametrize(
    ("engine", "expected"),
    of_vectors(shared=[("calico", 191), ("cilium", 750)], own=[("calico", 721), ("cilium", 434)]),
)
def test_policies_of_the_engines_own(engine: str, expected: int) -> None:
    """Whatever Calico or Cilium documents are read mean what the engine says, logs of Calico included."""
    tally = Tally()
    for case in cases(engine):
        documents = enforced(case)
        if only_network_policies(documents):
            continue
        try:
            policies = translate.load(documents + namespaces_of(case), source_engine=engine)
        except translate.Error as error:
            tally.counts[f"not read: {type(error).__name__}"] += 1
            continue
        probes = probes_of(case, tally, policies)
        tally.counts["cases"] += bool(probes)
        tally.compare(case["id"], policies, probes, logs=engine == "calico")
    assert tally.wrong == [], tally.counts
    if EVERY_CASE:
        assert tally.counts["cases"] >= expected, tally.counts
    assert tally.counts["cases"] > 30, tally.counts


def test_settings_that_are_stated() -> None:
    """Under settings that are no defaults, both interpreters say what the engine says once the settings are facts.

    What is proved of a translation, with its own engine set up as stated, shows in the packets as well.
    """
    tally = Tally()
    for engine, names in FILES.items():
        reading = Interpretation.BLOCKS if engine == "calico" else Interpretation.LEAST
        for case in (case for name in names for case in lines_of(name)):
            facts, documents = stated(case), enforced(case)
            if not facts["settings"]:
                continue
            policies = translate.load(documents, source_engine=engine, facts=facts)
            settings = facts_of(facts).settings
            probes = probes_of(case, tally, policies, settings)
            tally.counts.update(key for key in case["cluster"]["settings"] if key in STATED and probes)
            tally.compare(case["id"], policies, probes)
            for target in ("kubernetes", "calico", "cilium") if documents else ():
                result = translate.convert(documents, to=target, source_engine=engine, facts=facts)
                assert result.proof is not None
                assert result.after is not None
                verdict = result.proof.verdict
                tally.counts[f"{verdict.value} in {target}"] += 1
                for point, allowed, _ in probes:
                    after = decide(result.after, point, reading).allowed
                    wrong = {Verdict.SAME: after != allowed, Verdict.TIGHTER: after > allowed}
                    tally.wrong += [(case["id"], target, point, verdict)] if wrong.get(verdict) else []
    assert tally.wrong == [], tally.counts
    found = {key: tally.counts[key] for key in STATED}
    assert found == {
        "policyEnforcementMode": 4,
        "cidrMatchMode": 2,
        "allowLocalhost": 2,
        "clusterDefaultLocal": 3,
        "defaultEndpointToHostAction": 2,
    }, tally.counts


def test_what_cilium_asks_on_layer_7() -> None:
    """Where no condition holds, just that passes which the engine lets through without a proxy or an authentication."""
    tally = Tally()
    for case in cases("cilium"):
        asked = {*(case.get("l7") or ()), *(case.get("auth") or ())}
        try:
            policies = translate.load(enforced(case) + namespaces_of(case), source_engine="cilium")
        except translate.Error:
            continue
        if not conditions_of(policies):
            continue
        symbolic = Symbolic(policies)
        for index, point in points_in(case, tally, policies):
            unasked = replace(point, conditions=frozenset())
            answers = (decide(policies, unasked).allowed, symbolic.allows(unasked))
            passes = case["verdicts"][index] == "allow" and index not in asked
            tally.counts["asked" if index in asked else "not asked"] += 1
            if answers != (passes, passes):
                tally.wrong.append((case["id"], index, unasked, answers))
    assert tally.wrong == []
    assert tally.counts["asked"] >= of_vectors(shared=20, own=8), tally.counts
    assert tally.counts["not asked"] > 150, tally.counts


@pytest.mark.parametrize(("engine", "expected"), [("calico", 4), ("cilium", 3)])
def test_what_is_behind_services_that_are_told(engine: str, expected: int) -> None:
    """The pods that a Service selects are the endpoints that the engine made of it; all of these cases are looked at."""
    tally = Tally()
    for case in (vector for name in FILES[engine] for vector in lines_of(name)):
        documents = enforced(case)
        if not any(document.get("kind") == "Service" for document in documents):
            continue
        told = {"complete": ["Service"]}
        before = translate.load(documents + namespaces_of(case), source_engine=engine, facts=told)
        tally.counts["resolved"] += bool(before.services)
        tally.compare(case["id"], before, probes_of(case, tally, before))
    assert tally.wrong == []
    assert tally.counts["resolved"] >= expected, tally.counts
