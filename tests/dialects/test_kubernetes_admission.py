"""The real API server as the judge: what it accepted, refused and stored, for every NetworkPolicy it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.dialects.stored import stored
from tests.reference.vectors import SHARED, lines_of, needs_collection, vector_file
from translate.core.diagnostics import InputError
from translate.dialects.decode import Nulls, decode
from translate.dialects.kubernetes.admin_manifest import (
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
)
from translate.dialects.kubernetes.admin_validate import admin_problems
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems
from translate.yamlio.read import read

STATUS = "status has no meaning since Kubernetes 1.28; objects read from a server of 1.24 to 1.27 carry an empty one"
NP_GUARD = "kubernetes/np-guard__netpol-analyzer__tests-exposure_test_"
LENIENT = {
    # Documents that we read although the server refuses them, and why.
    **{(f"{NP_GUARD}minimal_netpol_analysis-netpols.yaml", index): STATUS for index in range(3)},
    **{(f"{NP_GUARD}to_any_namespace_with_podSelector-netpols.yaml", index): STATUS for index in range(3)},
}
STRICTER: dict[tuple[str, int], str] = {}
"""Documents that we refuse although the server accepts them: none."""


@cache
def vectors() -> dict[str, Any]:
    path = vector_file("kubernetes-spec.yaml")
    value: dict[str, Any] = read(path.read_bytes(), file=str(path))[0].value  # type: ignore[assignment]
    return value


@cache
def documents(file: str) -> tuple[Any, ...]:
    text = (SHARED / "corpus" / file).read_bytes().replace(b"\r\n", b"\n")
    return tuple(document.value for document in read(text, file=file))


def answers(kind: str) -> Iterator[dict[str, Any]]:
    """What the server said of the documents of ``kind`` in the corpus, whatever their API group."""
    return (answer for answer in lines_of("apiserver-admission.jsonl") if answer["kind"] == kind)


def judged(value: object, *, strict_cidrs: bool = True) -> tuple[NetworkPolicy | None, list[str]]:
    try:
        policy = decode(value, NetworkPolicy)
    except InputError as error:
        return None, [problem.message for problem in error.problems]
    return policy, [problem.message for problem in problems(policy, strict_cidrs=strict_cidrs)]


def admin_judged(value: dict[str, Any]) -> list[str]:
    kinds = (ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy)
    kind = next(kind for kind in kinds if kind.__name__ == value["kind"])
    try:
        return [problem.message for problem in admin_problems(decode(value, kind, nulls=Nulls.SCHEMA))]
    except InputError as error:
        return [problem.message for problem in error.problems]


@pytest.mark.parametrize("strict_cidrs", [True, False])
def test_admission_entries(strict_cidrs: bool) -> None:
    entries = vectors()["admission"]
    assert len(entries) == 78
    differing = []
    for entry in entries:
        _, found = judged(read(entry["object"], file="-")[0].value, strict_cidrs=strict_cidrs)
        expected = entry.get("accept_strict_cidr", entry["accept"]) if strict_cidrs else entry["accept"]
        if expected is bool(found):
            differing.append((entry["name"], found))
    assert differing == []


def test_places_of_admission_errors() -> None:
    """Where the server names a field, so do we (decoding errors name a Go field instead)."""
    differing = []
    for entry in vectors()["admission"]:
        place, colon, _ = entry.get("error", "").partition(": ")
        if colon and place.startswith(("spec.", "metadata.")):
            _, found = judged(read(entry["object"], file="-")[0].value)
            if not found[0].startswith(f"{place} "):
                differing.append((entry["name"], place, found))
    assert differing == []


@needs_collection
def test_corpus() -> None:
    """Accepted and refused as the server did, and stored as the server stored it."""
    differing = []
    counts = {True: 0, False: 0}
    for answer in answers("NetworkPolicy"):
        value = documents(answer["file"])[answer["index"]]
        if not value["apiVersion"].startswith("networking.k8s.io/"):
            continue
        place = answer["file"], answer["index"]
        policy, found = judged(value)
        expected = (answer["accepted"] or place in LENIENT) and place not in STRICTER
        counts[answer["accepted"]] += 1
        if expected is bool(found):
            differing.append((place, answer.get("message"), found))
        elif answer["accepted"] and policy is not None and stored(policy) != answer["spec"]:
            differing.append((place, answer["spec"], stored(policy)))
    assert differing == []
    assert counts == {True: 487, False: 42}


@needs_collection
def test_lenient_documents_are_refused_by_the_server() -> None:
    refused = {(a["file"], a["index"]): a["message"] for a in answers("NetworkPolicy") if not a["accepted"]}
    assert all('unknown field "status"' in refused[place] for place in LENIENT)


@needs_collection
def test_cluster_network_policies_of_the_corpus() -> None:
    found = [(admin_judged(documents(a["file"])[a["index"]]), a["accepted"]) for a in answers("ClusterNetworkPolicy")]
    assert [problems for problems, accepted in found if accepted is bool(problems)] == []
    assert len(found) == 32


def test_policies_of_the_semantic_cases_are_legal() -> None:
    """All but the one whose CIDR has host bits on purpose."""
    refused = set()
    for case in vectors()["cases"]:
        for value in case["policies"]:
            found = judged(value)[1] if value["kind"] == "NetworkPolicy" else admin_judged(value)
            if found:
                refused.add(case["name"])
    assert refused == {"host-bits-set"}
