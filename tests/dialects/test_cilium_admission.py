"""The judges of Cilium's own documents: a real API server with Cilium's CRDs, and the policy engine of v1.20.2."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.reference.vectors import SHARED, lines_of, needs_collection, of_vectors
from translate.core.diagnostics import InputError
from translate.core.origin import NOWHERE
from translate.dialects.base import Object
from translate.dialects.cilium.objects import KINDS, read
from translate.yamlio.read import read as read_documents

Place = tuple[str, int]

AGENT = {
    # Documents that the API server stores and the agent refuses, and what of them.
    (
        "cilium/isovalent__cilium-up-and-running__chapter12-invalid-policy.yaml",
        0,
    ): "toEndpoints and toEntities together",
    ("cilium/networkop__cilium__examples-policies-cidr.yaml", 0): "toCIDR and toCIDRSet together",
    ("cilium/networkop__cilium__test-k8s-manifests-invalid_cnp.yaml", 0): "protocol must be TCP, because HTTP rules",
}

SCHEMA = {
    # What the engine takes and the API server refuses: how many documents, and why we side with the server.
    r'unknown field "description" in Cilium': (
        of_vectors(shared=9, own=0),
        "the server refuses unknown fields; the engine drops them",
    ),
    r'unknown field "(auth|role|HTTP|toFQDNs)" in ': (
        of_vectors(shared=6, own=1),
        "the server refuses unknown fields; the engine drops them",
    ),
    r"rules\.(kafka|l7|l7proto) is no field since": (
        of_vectors(shared=8, own=1),
        "dropped by the engine, so that the whole port is open",
    ),
    r"apiVersion must be ": (of_vectors(shared=4, own=0), "the CRD serves v2 only; the engine looks at the kind alone"),
    r'not "world-ipv[46]": write ': (14, "no entity of the schema"),
    r"spec must have an endpointSelector or a nodeSelector": (1, "null: the server drops it, the engine reads {}"),
    r'fromCIDR\[0\] "8\.8\.8\.8" must be an IP range': (1, "an address without length: format cidr of the schema"),
    r'protocol must be one of .* not the text "tcp"': (1, "in lower case: no choice of the schema"),
}

REASONS = {
    # Why documents of the collection are refused: how many, counted by the first problem of each.
    r'unknown field "(description|auth|role|HTTP|podSelector)"': 18,
    r"rules\.(kafka|l7|l7proto) is no field": 9,
    r"apiVersion must be ": 9,
    r"matchExpressions\[\d+\]\.operator must be one of ": 2,
    r"NODE_WITHOUT_CILIUM_IP": 3,
    r"looks like a placeholder": 2,
    r"Requires must be left out": 2,
    r" together: make them 2 items": 2,
    r"must have an item in ingress": 1,
    r"spec is missing": 1,
    r"protocol must be TCP": 1,
}


def problems(value: dict[str, Any], *, node_selector_labels: bool = True) -> list[str]:
    try:
        read(Object(value, NOWHERE), node_selector_labels=node_selector_labels)
    except InputError as error:
        return [problem.message for problem in error.problems]
    return []


@cache
def documents(file: str) -> tuple[dict[str, Any], ...]:
    """The documents of a file of the collection, lists flattened."""
    text = (SHARED / "corpus" / file).read_bytes().replace(b"\r\n", b"\n")
    return tuple(value for document in read_documents(text, file=file) for value in flattened(document.value))


def flattened(value: Any) -> Iterator[dict[str, Any]]:
    if str(value.get("kind")).endswith("List") and "items" in value:
        for item in value["items"]:
            yield from flattened(item)
    else:
        yield value


def answers() -> Iterator[tuple[Place, dict[str, Any]]]:
    """What the API server said of each document of Cilium's in the collection."""
    for answer in lines_of("apiserver-admission.jsonl"):
        if answer["kind"] in KINDS:
            yield (answer["file"], answer["index"]), answer


def engine_cases() -> Iterator[tuple[dict[str, Any], bool, bool]]:
    """Each document of Cilium's that the engine was shown, whether it refused it, and with labels of nodes or not."""
    for case in lines_of("cilium-engine.jsonl.gz"):
        file = case.get("documents_from")
        given = documents(file.removeprefix("corpus/")) if file else case["documents"]
        refused = {entry["index"] for entry in case.get("rejected", ())}
        labels = bool((case["cluster"].get("settings") or {}).get("nodeSelectorLabels"))
        for index, value in enumerate(given):
            if value["kind"] in KINDS:
                yield value, index in refused, labels


def reason(found: list[str], known: dict[str, Any]) -> str:
    """The one row of ``known`` that the first of the problems falls under, else the problem itself."""
    rows = [row for row in known if re.search(row, found[0])]
    return rows[0] if len(rows) == 1 else found[0]


@needs_collection
def test_what_the_api_server_refused() -> None:
    found = [(place, problems(documents(place[0])[place[1]])) for place, answer in answers() if not answer["accepted"]]
    assert [place for place, said in found if not said] == []
    assert len(found) == 38


@needs_collection
def test_what_the_api_server_accepted() -> None:
    """We take it, but for what the agent would refuse."""
    accepted = [place for place, answer in answers() if answer["accepted"]]
    found = {place: said for place in accepted if (said := problems(documents(place[0])[place[1]]))}
    assert found.keys() == AGENT.keys()
    assert [place for place, why in AGENT.items() if why not in found[place][0]] == []
    assert len(accepted) == 519


@needs_collection
def test_places_of_the_errors_of_the_schema() -> None:
    """Where the server names one field, so do we."""
    differing = []
    for place, answer in answers():
        named = re.search(r'is invalid: (spec\.[^:]+)\.[^.:]+: Invalid value: "', answer.get("message", ""))
        if named is not None:
            said = problems(documents(place[0])[place[1]])
            if not any(message.startswith(named[1]) for message in said):
                differing.append((place, named[1], said))
    assert differing == []


def test_what_the_engine_refused() -> None:
    found = [problems(value, node_selector_labels=labels) for value, refused, labels in engine_cases() if refused]
    assert [said for said in found if not said] == []
    assert len(found) == 26


def test_what_the_engine_accepted() -> None:
    """We take it, but for what the API server would not have stored."""
    accepted = [(value, labels) for value, refused, labels in engine_cases() if not refused]
    found = [said for value, labels in accepted if (said := problems(value, node_selector_labels=labels))]
    assert Counter(reason(said, SCHEMA) for said in found) == Counter(
        {row: count for row, (count, _) in SCHEMA.items()}
    )
    assert len(accepted) == of_vectors(shared=890, own=535)


@needs_collection
def test_refusals_of_the_whole_collection() -> None:
    values = [
        value
        for path in sorted((SHARED / "corpus" / "cilium").iterdir())
        for value in documents(f"cilium/{path.name}")
        if value["kind"] in KINDS
    ]
    found = [said for value in values if (said := problems(value))]
    assert Counter(reason(said, REASONS) for said in found) == REASONS
    assert (len(values), len(found)) == (568, 50)
