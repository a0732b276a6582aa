"""The vectors as questions that any dialect's reference interpreter can be asked, and why some cannot be put."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.properties.test_property_engines import ON_CALICO, ON_CILIUM
from tests.prover.points import FULL, is_endpoint
from tests.prover.test_engine_vectors import cases, enforced
from tests.reference import calico, cilium, kubernetes
from tests.reference.test_reference_kubernetes import cluster_of, connection_of, vectors
from tests.reference.world import Cluster, Peer, Probe, address_of, cluster_from, family_of, probe_from

READINGS = {"kubernetes": kubernetes.MODEL, "calico": ON_CALICO, "cilium": ON_CILIUM}
"""How the engine that speaks for a case reads a NetworkPolicy; the specification's cases are of its own model."""

STEP = 2
"""Without NETPOL_FULL=1 every so many of the sampled cases are translated: each costs a proof."""

Document = dict[str, Any]
Judge = Callable[[Probe], tuple[str, bool]]
"""The verdict of a probe and, for Calico, whether it is logged."""


@dataclass(frozen=True, slots=True)
class Question:
    """A connection as its ends judge it, what comes of it, and whether that is logged."""

    ends: tuple[Probe, ...]
    verdict: str
    logged: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Documents in a cluster, and what the engine or the specification answers."""

    id: str
    source: str
    documents: list[Document]
    cluster: Cluster
    questions: list[Question]


def cases_of(source: str) -> Iterator[Case]:
    """The vectors of Calico or Cilium, or of the Kubernetes specification."""
    if source == "kubernetes":
        cluster = cluster_of(vectors()["cluster"])
        for case in vectors()["cases"]:
            asked = [(connection_of(probe), "allow" if probe["allow"] else "deny") for probe in case["probes"]]
            found = [Question(ends_of(cluster, connection), verdict) for connection, verdict in asked]
            yield Case(case["name"], source, case["policies"], cluster, found)
        return
    for number, case in enumerate(cases(source)):
        if number % STEP and not FULL:
            continue
        logged = case.get("logged") or [False] * len(case["probes"])
        answers = zip(case["probes"], case["verdicts"], logged, strict=True)
        found = [Question((packet(probe),), verdict, logs) for probe, verdict, logs in answers]
        yield Case(case["id"], source, enforced(case), cluster_from(case["cluster"]), found)


def packet(data: Mapping[str, Any]) -> Probe:
    """A probe with all that an engine takes for granted: protocols by name, echo requests, ICMPv6 over IPv6."""
    probe = probe_from(data)
    name = cilium.PROTOCOLS.get(probe.protocol, probe.protocol) if isinstance(probe.protocol, int) else probe.protocol
    if name not in ("ICMP", "ICMPv6"):
        return replace(probe, protocol=name)
    echo, family = (8, family_of(probe)) if name == "ICMP" else (128, 6)
    kind = echo if probe.icmp_type is None else probe.icmp_type
    return replace(probe, protocol=name, icmp_type=kind, icmp_code=probe.icmp_code or 0, family=family)


def ends_of(cluster: Cluster, connection: kubernetes.Connection) -> tuple[Probe, ...]:
    """The ends of a connection that policies judge."""
    traffic = (connection.protocol, connection.port, None, None, None, connection.family)
    both = ("egress", connection.source, connection.destination), ("ingress", connection.destination, connection.source)
    pods = [end for end in both if end[1].kind == "pod" and is_endpoint(cluster.pods[end[1].value])]
    return tuple(Probe(way, own.value, peer, *traffic) for way, own, peer in pods)


def judge(dialect: str, documents: list[Document], cluster: Cluster, reading: kubernetes.Reading) -> Judge:
    """The reference interpreter of a dialect."""
    if dialect == "calico":
        return calico.Calico(documents, cluster).verdict
    if dialect == "cilium":
        agent = cilium.Agent(documents, cluster)
        return lambda probe: (agent.answer(probe).verdict, False)
    return lambda probe: ("allow" if kubernetes.allowed(documents, cluster, probe, reading) else "deny", False)


def answer(judged: Judge, question: Question) -> tuple[str, bool]:
    """What all ends together make of a connection."""
    answers = [judged(probe) for probe in question.ends]
    worst = min((verdict for verdict, _ in answers), key=("deny", "unknown", "allow").index, default="allow")
    return worst, any(logged for _, logged in answers)


def left_out(case: Case, question: Question) -> str:
    """Why a probe is no question to the target at all; empty if it is one."""
    if question.verdict == "unknown":
        return "no verdict of the engine"
    for probe in question.ends:
        peer, own = probe.peer, Peer("pod", probe.subject)
        if probe.subject.startswith("node:"):
            return "a host as the subject"
        if peer.kind == "reserved":
            return "a reserved identity of Cilium as the peer"
        if peer.kind == "pod" and case.cluster.pods[peer.value].cluster not in ("", case.cluster.name):
            return "a pod of another cluster as the peer"
        if peer == own:
            return "a pod that talks to itself"
        if None in (address_of(case.cluster, end, family_of(probe)) for end in (own, peer)):
            return "a family that an end has no address of"
    return ""
