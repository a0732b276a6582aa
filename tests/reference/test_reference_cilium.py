"""The Cilium interpreter agrees with Cilium 1.20.2's own engine and with a table of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.reference import cilium
from tests.reference.vectors import documents_of, lines_of, of_vectors, quick_load
from tests.reference.world import Peer, Probe, cluster_from, probe_from

VECTORS = "cilium-engine.jsonl.gz"
TABLE = Path(__file__).with_name("table_cilium.yaml")

# A host policy for nodes with role=edge, and n2 has role=core: the vector says `deny`, against 10.6 of the document and
# against generated/claim-210. Its oracle (judge/cilium/eval.go, policyFor) keeps computed policies by identity number,
# and every node as a subject is identity 1: n2 got the policy of n1, which was asked first.
DOUBTFUL = {("generated/construct-567", 10)}


def test_every_vector_of_the_engine_agrees() -> None:
    """All verdicts that the engine gives come out; ours is unknown only with tiers, which are not modelled (7.5)."""
    wrong: list[Any] = []
    agreed = 0
    for vector in lines_of(VECTORS):
        tiers = "setting k8sClusterNetworkPolicy" in vector.get("uses", [])
        agent = cilium.Agent(documents_of(vector), cluster_from(vector["cluster"]))
        for index, (probe, want) in enumerate(zip(vector["probes"], vector["verdicts"], strict=True)):
            if want == "unknown" or (vector["id"], index) in DOUBTFUL:
                continue
            got = agent.answer(probe_from(probe))
            agreed += got.verdict == want
            if got.verdict != ("unknown" if tiers else want):
                wrong.append((vector["id"], index, probe, want, got))
    assert wrong == []
    assert agreed == of_vectors(shared=25582, own=8918)


def test_every_vector_of_the_engine_agrees_on_layer_7() -> None:
    """Of what is let through, just that is held to a condition which the engine's proxies hold to one."""
    wrong: list[Any] = []
    held = 0
    for vector in lines_of(VECTORS):
        agent = cilium.Agent(documents_of(vector), cluster_from(vector["cluster"]))
        if agent.tiers:
            continue
        for index, (probe, want) in enumerate(zip(vector["probes"], vector["verdicts"], strict=True)):
            if want == "allow":
                got = agent.is_held(probe_from(probe))
                held += got
                if got is not (index in (vector.get("l7") or ())):
                    wrong.append((vector["id"], index, probe, got))
    assert wrong == []
    assert held == of_vectors(shared=160, own=8)


def test_what_the_engine_cannot_compute_is_unknown() -> None:
    """Where the engine says `unknown`, so do we, unless the answer does not hang on what is missing."""
    known = []
    for vector in lines_of(VECTORS):
        if "unknown" in vector["verdicts"]:
            agent = cilium.Agent(documents_of(vector), cluster_from(vector["cluster"]))
            pairs = zip(vector["probes"], vector["verdicts"], strict=True)
            answers = [agent.answer(probe_from(probe)).verdict for probe, want in pairs if want == "unknown"]
            known += [(vector["id"], answer) for answer in answers if answer != "unknown"]
    # toServices without Services, but another element of the policy opens port 53 to everybody
    opened = [("cilium/networkop__cilium__test-k8s-manifests-external-policy-labeled.yaml", "allow")]
    assert known == of_vectors(shared=opened, own=[])


def test_the_same_documents_are_refused() -> None:
    """The documents of a vector that Cilium refuses are those that we refuse, or do not read."""
    wrong = []
    for vector in lines_of(VECTORS):
        documents = documents_of(vector)
        settings = cilium.settings_from(vector["cluster"].get("settings") or {})
        want = {item["index"] for item in vector.get("rejected", []) if cilium.is_read(documents[item["index"]])}
        got = {i for i, d in enumerate(documents) if cilium.is_read(d) and cilium.refusal(d, settings) is not None}
        if got != want:
            wrong.append((vector["id"], want, got))
    assert wrong == []


@cache
def table() -> dict[str, Any]:
    """Read the hand-written cases."""
    data: dict[str, Any] = quick_load(TABLE.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("row", table()["appendix_a"], ids=lambda row: f"A{row['row']}")
def test_appendix_a(row: dict[str, Any]) -> None:
    """A row of Appendix A: a/p is asked by a/q, b/p, an outside address, its own node and another node."""
    service = row.get("service", "TCP/80")
    direction, word = ("egress", "to") if row.get("egress") else ("ingress", "from")
    agent = agent_of(row)
    got = [
        agent.answer(probe_in(f"{direction} a/p {word} {peer} {service}")).verdict[0].upper()
        for peer in ("a/q", "b/p", "8.8.8.8", "n1", "n2")
    ]
    assert "".join(got) == row["want"]


@pytest.mark.parametrize("case", table()["cases"], ids=lambda case: case["name"])
def test_the_table_of_our_own(case: dict[str, Any]) -> None:
    """Every line `DIRECTION SUBJECT from|to PEER PROTOCOL/NUMBER` of a case has the verdict it stands under."""
    agent = agent_of(case)
    for want in ("allow", "deny", "unknown"):
        for line in case.get(want, []):
            assert agent.answer(probe_in(line)).verdict == want, line


def agent_of(case: dict[str, Any]) -> cilium.Agent:
    """Load the policies of a case into the cluster of the table."""
    cluster = cluster_from({**table()["cluster"], "settings": case.get("settings", {})})
    for document in case["policies"]:
        assert cilium.refusal(document, cilium.settings_from(cluster.settings)) == case.get("refused"), document
    return cilium.Agent(case["policies"], cluster)


def probe_in(line: str) -> Probe:
    """Read one line: peers are pods (ns/name), addresses, nodes (n1, n2) or reserved identities."""
    direction, subject, _, peer, service = line.split()
    protocol, _, number = service.partition("/")
    kind = "pod" if "/" in peer else "ip" if peer[0].isdigit() else "node" if peer in ("n1", "n2") else "reserved"
    value = int(number) if number else None
    if protocol.startswith("ICMP"):
        return Probe(direction, subject, Peer(kind, peer), protocol, icmp_type=value)
    return Probe(direction, subject, Peer(kind, peer), int(protocol) if protocol.isdigit() else protocol, value)
