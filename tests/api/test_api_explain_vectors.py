"""``explain`` against the vectors of the engines: the cluster as objects, each probe as somebody would write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

import pytest

import translate
from tests.prover.points import EVERY_CASE, FINISHED, NUMBERS, is_endpoint
from tests.prover.test_engine_vectors import ELSEWHERE, WITHIN, cases, enforced
from tests.reference.test_reference_kubernetes import cluster_of, connection_of, vectors
from tests.reference.vectors import lines_of, needs_collection
from tests.reference.world import Cluster, Peer, Pod, Probe, address_of, cluster_from, family_of, probe_from
from translate.api.explain import Explanation, explained
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import sources
from translate.model.traffic import WITH_PORTS

Document = dict[str, Any]
WRITTEN = {"TCP": "tcp", "UDP": "udp", "SCTP": "sctp", "ICMP": "icmp", "ICMPv6": "icmpv6"}


def objects_of(cluster: Cluster) -> Iterator[Document]:
    """The cluster as objects that an input may hold."""
    for name, labels in cluster.namespaces.items():
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels)}}
    for node in cluster.nodes.values():
        status = {"addresses": [{"type": "InternalIP", "address": str(ip)} for ip in node.ips]}
        metadata = {"name": node.name, "labels": dict(node.labels)}
        yield {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": status}
    accounts = {f"{pod.namespace}/{pod.service_account}": {} for pod in cluster.pods.values()}
    for key, labels in {**accounts, **cluster.service_accounts}.items():
        namespace, name = key.split("/")
        metadata = {"name": name, "namespace": namespace, "labels": dict(labels)}
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    for pod in cluster.pods.values():
        yield pod_object(pod)


def pod_object(pod: Pod) -> Document:
    ports = [{"name": port.name, "containerPort": port.port, "protocol": port.protocol} for port in pod.ports]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": pod.namespace, "labels": dict(pod.labels)},
        "spec": {
            "nodeName": pod.node,
            "hostNetwork": pod.host_network,
            "serviceAccountName": pod.service_account,
            "containers": [{"name": "c", "ports": ports}],
        },
        "status": {"phase": pod.phase, "podIPs": [{"ip": str(ip)} for ip in pod.ips]},
    }


def written(cluster: Cluster, probe: Probe) -> tuple[str, str] | None:
    """``from`` and ``to`` of a probe; None where nobody can write it: no such packet, or a subject that is no pod."""
    number = NUMBERS.get(str(probe.protocol), probe.protocol)
    version = 6 if number == 58 else 4 if number == 1 else family_of(probe)
    subject, peer = cluster.pods[probe.subject], probe.peer
    mine = next((ip for ip in subject.ips if ip.version == version), None)
    theirs = None if peer.kind == "reserved" else address_of(cluster, peer, version)
    if not is_endpoint(subject) or mine is None or (theirs is None and peer.kind != "reserved"):
        return None
    if peer.kind == "pod" and not is_endpoint(cluster.pods[peer.value]):
        return None
    other = {
        "pod": f"pod/{peer.value}@[{theirs}]",
        "ip": f"[{theirs}]",
        "node": f"node/{peer.value}@[{theirs}]",
        "reserved": peer.value,
    }[peer.kind]
    ends = [f"pod/{subject.key}@[{mine}]", other]
    source, target = ends if probe.direction == "egress" else reversed(ends)
    port = f":{probe.port}" if number in WITH_PORTS and probe.port is not None else ""
    word = WRITTEN.get(str(probe.protocol)) or next(
        (w for w in WRITTEN.values() if NUMBERS.get(w.upper()) == number), ""
    )
    if word.startswith("icmp") and probe.icmp_type is not None:
        word += f":{probe.icmp_type}:{probe.icmp_code or 0}"
    if probe.source_port and port:
        source += f":{probe.source_port}"
    return source, f"{target}{port}/{word or f'ip:{number}'}"


def answers(found: Explanation, direction: str) -> set[bool]:
    """What the end that a probe is about may say."""
    listed = {walk.answer for case in found.cases for walk in case.walks if walk.direction == direction}
    return {one for one in (True, False) if listed & {translate.Answer.DEPENDS, said(one)}}


def said(allowed: bool) -> translate.Answer:
    return translate.Answer.ALLOWED if allowed else translate.Answer.DENIED


def probes(
    case: Mapping[str, Any], tally: Counter[str], verdicts: Sequence[str], known: Collection[str] = WITHIN
) -> Iterator[tuple[int, str, str, str, bool]]:
    """What can be asked of a case: its number, from, to, the direction that is meant, and what the engine says."""
    if {*(case["cluster"].get("settings") or ()), *(case.get("uses") or ())} - {*known}:
        return
    cluster = cluster_from(case["cluster"])
    for number, (data, verdict) in enumerate(zip(case["probes"], verdicts, strict=True)):
        probe = probe_from(data)
        if verdict == "unknown" or (probe.direction == "egress" and (probe.protocol, probe.port) in ELSEWHERE):
            continue
        words = written(cluster, probe)
        if words is None or (probe.peer.kind == "ip" and ip_address(probe.peer.value).is_unspecified):
            tally["cannot be written"] += 1
            continue
        yield number, *words, probe.direction, verdict == "allow"


def taken_of(case: Mapping[str, Any], engine: str) -> Linked | None:
    """The policies and the cluster as one input, None where it is not read whole."""
    documents = [*enforced(case), *objects_of(cluster_from(case["cluster"]))]
    try:
        taken = link(take_in(sources(documents)), default_namespace="default", engine=engine)
    except translate.Error:
        return None
    return None if taken.report.refusals or not taken.policies.policies else taken


def asked(taken: Linked, source: str, target: str, direction: str, tally: Counter[str]) -> set[bool]:
    """What ``explain`` says that the one end may say."""
    found = explained(taken, source, target)
    may = answers(found, direction) if found.cases else {found.answer is translate.Answer.ALLOWED}
    tally["answered" if len(may) == 1 else "depends"] += 1
    return may


@pytest.mark.parametrize(("engine", "least"), [("calico", 3000), ("cilium", 3000)])
def test_explain_says_what_the_engine_says(engine: str, least: int) -> None:
    tally, wrong = Counter[str](), []
    for case in cases(engine):
        taken = taken_of(case, engine)
        for _, source, target, direction, allowed in probes(case, tally, case["verdicts"]) if taken else ():
            if allowed not in asked(taken, source, target, direction, tally):
                wrong.append((case["id"], source, target, direction, allowed))
    assert wrong == []
    assert tally["answered"] > least, tally
    assert tally["depends"] * 10 < tally["answered"], tally


@needs_collection
@pytest.mark.parametrize("engine", ["kubernetes", "calico"])
def test_explain_says_what_is_said_of_cluster_network_policies(engine: str) -> None:
    """Of the API's own evaluators both answers are right where it leaves one open."""
    tally, wrong = Counter[str](), []
    known = {*WITHIN, "nodes", "domainNames", "named port", "host-network pod", "channel", "standard channel"}
    for case in list(lines_of("cnp-engine.jsonl.gz"))[:: 1 if EVERY_CASE else 4]:
        taken = taken_of(case, engine)
        verdicts = case["verdicts"] if engine == "kubernetes" else case.get(engine)
        if taken is None or verdicts is None or case.get(f"{engine}_rejected"):
            tally["cases not read"] += 1
            continue
        left_open = {one["probe"] for one in case.get("open", ()) if engine == "kubernetes"}
        for number, source, target, direction, allowed in probes(case, tally, verdicts, known):
            found = asked(taken, source, target, direction, tally)
            if allowed not in found and number not in left_open:
                wrong.append((case["id"], number, source, target, direction, allowed))
    assert wrong == []
    assert tally["answered"] > 900, tally


def test_explain_says_what_the_specification_says() -> None:
    """Where the API leaves the outcome open it depends or is the one that is expected; elsewhere it is that."""
    cluster, tally, wrong = cluster_of(vectors()["cluster"]), Counter[str](), []
    rest = list(objects_of(cluster))
    for case in vectors()["cases"]:
        taken = link(take_in(sources([*case["policies"], *rest])), default_namespace="default")
        for probe in case["probes"] if taken.policies.policies else ():
            connection = connection_of(probe)
            ends = [_end(cluster, peer, connection.family) for peer in (connection.source, connection.destination)]
            if None in ends:
                tally["cannot be written"] += 1
                continue
            port = f":{probe['port']}" if probe["port"] is not None else ""
            found = explained(taken, str(ends[0]), f"{ends[1]}{port}/{probe['protocol'].lower()}")
            tally[found.answer] += 1
            # Nobody tells explain what DNS says of an address.
            may_depend = "impl_defined" in case or "domainNames" in str(case["policies"])
            right = {said(probe["allow"]), *([translate.Answer.DEPENDS] if may_depend else [])}
            if found.answer not in right:
                wrong.append((case["name"], probe, found.answer))
    assert wrong == []
    assert tally[translate.Answer.ALLOWED] > 300, tally
    assert tally[translate.Answer.DENIED] > 300, tally
    assert tally[translate.Answer.DEPENDS] > 5, tally


def _end(cluster: Cluster, peer: Peer, family: int) -> str | None:
    """An end of a connection as it is written; one that has finished is nobody."""
    if peer.kind != "pod":
        return f"[{peer.value}]"
    pod = cluster.pods[peer.value]
    if pod.phase in FINISHED:
        return None
    address = address_of(cluster, peer, family)
    return f"pod/{peer.value}@[{address}]"
