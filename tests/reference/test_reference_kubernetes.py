"""The Kubernetes interpreter agrees with the vectors of the project and with a table of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.reference import kubernetes
from tests.reference.vectors import SHARED, documents_in, lines_of, needs_collection, quick_load, vector_file
from tests.reference.world import Cluster, NamedPort, Node, Peer, Pod, cluster_from

TABLE = Path(__file__).with_name("table_kubernetes.yaml")
FILE = vector_file("kubernetes-spec.yaml")


@cache
def vectors() -> dict[str, Any]:
    """Read the vectors."""
    data: dict[str, Any] = quick_load(FILE.read_text(encoding="utf-8"))
    return data


def cluster_of(data: Mapping[str, Any]) -> Cluster:
    """Read the one cluster of the vectors, whose shape is its own."""
    nodes = {name: Node(name, _addresses(item["addresses"]), item["labels"]) for name, item in data["nodes"].items()}
    pods = {key: _pod(key, item) for key, item in data["pods"].items()}
    return Cluster({k: v["labels"] for k, v in data["namespaces"].items()}, nodes, pods, settings={"dns": data["dns"]})


def _pod(key: str, item: Mapping[str, Any]) -> Pod:
    namespace, name = key.split("/")
    return Pod(
        namespace,
        name,
        item["labels"],
        _addresses([item["ip"], item["ip6"]]),
        item["node"],
        tuple(NamedPort(p["name"], p["port"], p["protocol"]) for p in item["ports"]),
        host_network=item.get("hostNetwork", False),
        phase=item.get("phase", "Running"),
    )


def _addresses(items: list[str]) -> tuple[Any, ...]:
    return tuple(ip_address(item) for item in items)


def connection_of(probe: Mapping[str, Any]) -> kubernetes.Connection:
    """Read one probe of the vectors."""
    source, target = (Peer("pod" if "/" in probe[end] else "ip", probe[end]) for end in ("from", "to"))
    families = [ip_address(peer.value).version for peer in (source, target) if peer.kind == "ip"]
    family = probe.get("family") or (families[0] if families else 4)
    return kubernetes.Connection(source, target, probe["protocol"], probe["port"], family)


def test_every_case_of_the_specification_agrees() -> None:
    """All probes of all cases come out as the vectors say."""
    cluster = cluster_of(vectors()["cluster"])
    probes = [(case, probe) for case in vectors()["cases"] for probe in case["probes"]]
    wrong = [
        (case["name"], probe)
        for case, probe in probes
        if kubernetes.delivered(case["policies"], cluster, connection_of(probe)) != probe["allow"]
    ]
    assert wrong == []
    assert (len(vectors()["cases"]), len(probes)) == (258, 859)


@pytest.mark.parametrize("strict", [False, True])
def test_every_admission_entry_agrees(strict: bool) -> None:
    """What is stored and what is refused, and why, is what the API server does."""
    wrong = []
    for entry in vectors()["admission"]:
        found = kubernetes.problems(quick_load(entry["object"]), strict_cidr=strict)
        accept = entry.get("accept_strict_cidr", entry["accept"]) if strict else entry["accept"]
        text = entry.get("error", "")
        if accept != (not found) or (found and text not in "\n".join(found)):
            wrong.append((entry["name"], found))
    assert wrong == []
    assert len(vectors()["admission"]) == 78


@needs_collection
def test_the_corpus_is_accepted_and_defaulted_as_by_a_real_server() -> None:
    """For every NetworkPolicy of the corpus: accepted or not, where the first fault is, and the stored policyTypes."""
    wrong, count = [], 0
    for line in lines_of("apiserver-admission.jsonl"):
        document = corpus_documents(line["file"])[line["index"]]
        if not str(document.get("apiVersion")).startswith("networking.k8s.io/"):
            continue
        count += 1
        found = kubernetes.problems(document)
        if line["accepted"] != (not found) or (found and found[0].split(": ")[0] not in line["message"]):
            wrong.append((line["file"], line["index"], line.get("message"), found))
        elif not found and kubernetes.policy_types(document.get("spec") or {}) != line["spec"]["policyTypes"]:
            wrong.append((line["file"], line["index"], line["spec"]["policyTypes"], []))
    assert wrong == []
    assert count > 400


@cache
def corpus_documents(file: str) -> list[dict[str, Any]]:
    """Read a file of the corpus; Lists stay as they are, because the server's answers count them flattened too."""
    return documents_in((SHARED / "corpus" / file).read_text(encoding="utf-8-sig"))


@cache
def table() -> dict[str, Any]:
    """Read the hand-written cases."""
    data: dict[str, Any] = quick_load(TABLE.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("case", table()["cases"], ids=lambda case: case["name"])
def test_the_table_of_our_own(case: dict[str, Any]) -> None:
    """Every line `SOURCE -> DESTINATION PROTOCOL/PORT` of a case is delivered, or not, as the case says."""
    cluster = cluster_from(table()["cluster"])
    reading = kubernetes.Reading(**case.get("reading", {}))
    for wanted, lines in ((True, case.get("allow", [])), (False, case.get("deny", []))):
        for line in lines:
            got = kubernetes.delivered(case["policies"], cluster, connection_in(line), reading)
            assert got == wanted, line


def connection_in(line: str) -> kubernetes.Connection:
    """Read `x/a -> y/b TCP/80`; an end without a slash is a node if it starts with n, else an address."""
    source, _, target, service = line.split()
    protocol, _, port = service.partition("/")
    ends = [Peer("pod" if "/" in end else "node" if end.startswith("n") else "ip", end) for end in (source, target)]
    families = [ip_address(end.value).version for end in ends if end.kind == "ip"]
    return kubernetes.Connection(ends[0], ends[1], protocol, int(port), families[0] if families else 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("y", True), ("017", 15), ("08", 8), ("0o17", 15), ("1_000", 1000), ("1e3", 1000), ("12:30", "12:30")],
        *[("2024-01-01", "2024-01-01"), ("1.5", 1.5), ("_1", "_1"), ("~", None), ("!has(x)", ""), ("'n'", "n")],
    ],
)
def test_scalars_are_read_as_by_kubectl(text: str, value: Any) -> None:
    """The reader of corpus files resolves scalars as section 6.3 says, keys too."""
    assert documents_in(f"v: {text}") == [{"v": value}]
    assert documents_in("{y: 1, 1e3: 2, 08: 3}") == [{"true": 1, "1000": 2, "8": 3}]
