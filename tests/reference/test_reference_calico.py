"""Calico's reference interpreter against hand-written cases and against what Calico's own code answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference import calico
from tests.reference.calico_cases import CLUSTER, GOLDEN, KUBERNETES, LOGGING, MATCHING, SETS, Case, Document
from tests.reference.calico_documents import flatten
from tests.reference.vectors import documents_of, lines_of, of_vectors
from tests.reference.world import cluster_from, probe_from

VECTORS = [
    ("calico-engine.jsonl.gz", of_vectors(shared=777, own=478)),
    ("calico-tiers-engine.jsonl", of_vectors(shared=361, own=316)),
]


def judge(documents: list[Document], flow: str, traffic: str, settings: Document) -> tuple[str, bool]:
    """Judge "from > to" at every end that is a pod; the connection is allowed if both ends allow it."""
    cluster = cluster_from(CLUSTER)
    source, destination = flow.split(" > ")
    protocol, _, port = traffic.partition(" ")
    probe: Document = {"protocol": int(protocol) if protocol.isdecimal() else protocol}
    if protocol.startswith("ICMP") and port:
        probe["icmpType"], probe["icmpCode"] = map(int, port.split("/"))
    elif port:
        probe["port"] = int(port)
    ends = [("egress", source, destination), ("ingress", destination, source)]
    answers = [
        calico.evaluate(
            [*SETS, *documents],
            cluster,
            probe_from(probe | {"direction": direction, "subject": subject, "peer": peer(other)}),
            settings,
        )
        for direction, subject, other in ends
        if subject in cluster.pods
    ]
    verdicts = [verdict for verdict, _ in answers]
    worst = next(verdict for verdict in ("unknown", "deny", "allow") if verdict in verdicts)
    return worst, any(logged for _, logged in answers)


def peer(text: str) -> Document:
    """Read "node:n1", an address, or "namespace/name"."""
    if text.startswith("node:"):
        return {"node": text[5:]}
    return {"pod": text} if "/" in text else {"ip": text}


@pytest.mark.parametrize("case", [*GOLDEN, *LOGGING, *MATCHING, *KUBERNETES], ids=lambda case: case.title)
def test_hand_written_cases(case: Case) -> None:
    """Every case of the tables comes out as said."""
    assert judge(case.documents, case.flow, case.traffic, case.settings) == (case.expected, case.logged)


def enforced_documents(case: Document) -> list[Document]:
    """Load the documents of a case without those that Calico refuses."""
    rejected = {item["index"] for item in case.get("rejected", [])}
    documents = [dict(item) for item in flatten(documents_of(case))]
    return [item for at, item in enumerate(documents) if at not in rejected]


def disagreements(case: Document) -> list[tuple[Any, ...]]:
    """List the probes of a case that come out otherwise than the engine said."""
    cluster = cluster_from(case["cluster"])
    model = calico.Calico(enforced_documents(case), cluster)
    expected = list(zip(case["verdicts"], case["logged"], strict=True))
    found = [model.verdict(probe_from(probe)) for probe in case["probes"]]
    return [
        (case["id"], case["title"], probe, got, wanted)
        for probe, got, wanted in zip(case["probes"], found, expected, strict=True)
        if got != wanted
    ]


@pytest.mark.parametrize(("name", "count"), VECTORS)
def test_vectors(name: str, count: int) -> None:
    """Verdicts and logs agree with the engine in every probe; all of them take a few seconds, so none is left out."""
    cases = list(lines_of(name))
    assert len(cases) >= count
    assert [difference for case in cases for difference in disagreements(case)] == []
