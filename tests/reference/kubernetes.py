"""A plain interpreter of Kubernetes network policies, written from shared/semantics/kubernetes.md (sections cited).

Covers NetworkPolicy, ClusterNetworkPolicy v1alpha2 and Admin-/BaselineAdminNetworkPolicy v1alpha1. The documents are
taken as the API server would accept them; `problems` says what it refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference import kubernetes_cluster_policy as cluster_policy
from tests.reference.kubernetes_admission import parse_cidr
from tests.reference.kubernetes_admission import problems as problems
from tests.reference.kubernetes_ends import End, end_of, selects, without_duplicates
from tests.reference.world import Cluster, Peer, Pod, Probe, family_of

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """The points that the API leaves open (section 3); the defaults are the model of the vectors."""

    block_matches_pods: bool = True
    block_matches_nodes: bool = True
    own_node_egress_exempt: bool = True
    loopback_exempt: bool = True


@dataclass(frozen=True)
class Connection:
    """A connection attempt between two peers, judged at both ends (2.1)."""

    source: Peer
    destination: Peer
    protocol: str = "TCP"
    port: int | None = None
    family: int = 4


@dataclass(frozen=True)
class Attempt:
    """One direction of a connection at its subject: who the other end is and which end is the destination."""

    direction: str
    subject: Pod
    peer: End
    destination: End
    protocol: str | int
    port: int | None


MODEL = Reading()


def allowed(documents: Iterable[Document], cluster: Cluster, probe: Probe, reading: Reading = MODEL) -> bool:
    """Judge one direction of a connection at its subject (2.1, 4.3)."""
    family = family_of(probe)
    subject = end_of(cluster, Peer("pod", probe.subject), family)
    peer = end_of(cluster, probe.peer, family)
    if subject.pod is None:  # host-networked and finished pods are no subjects (section 3, hostnetwork)
        return True
    destination = subject if probe.direction == "ingress" else peer
    attempt = Attempt(probe.direction, subject.pod, peer, destination, probe.protocol, probe.port)
    return judge(without_duplicates(documents), cluster, attempt, reading)


def delivered(
    documents: Iterable[Document], cluster: Cluster, connection: Connection, reading: Reading = MODEL
) -> bool:
    """Judge a connection at both ends: the first packet arrives only if each of them agrees (2.1)."""
    policies = without_duplicates(documents)
    source = end_of(cluster, connection.source, connection.family)
    target = end_of(cluster, connection.destination, connection.family)
    leaving = source.pod and Attempt("egress", source.pod, target, target, connection.protocol, connection.port)
    arriving = target.pod and Attempt("ingress", target.pod, source, target, connection.protocol, connection.port)
    return all(judge(policies, cluster, attempt, reading) for attempt in (leaving, arriving) if attempt)


def judge(policies: list[Document], cluster: Cluster, attempt: Attempt, reading: Reading) -> bool:
    """Go through the Admin tier, the NetworkPolicies and the Baseline tier (4.3)."""
    same_pod = attempt.peer.pod is attempt.subject
    tiers: dict[str, bool | None] = {"Admin": None, "Baseline": None}
    if not same_pod:  # a pod talking to its own address is not subject to a cluster policy (4.3)
        question = cluster_policy.Question(
            attempt.direction, attempt.subject, attempt.peer, attempt.destination.pod, attempt.protocol, attempt.port
        )
        tiers = {tier: cluster_policy.tier_verdict(policies, cluster, tier, question) for tier in tiers}
    if tiers["Admin"] is not None:
        return tiers["Admin"]
    if same_pod and reading.loopback_exempt:
        return True
    applicable = [p for p in policies if p.get("kind") == "NetworkPolicy" and applies(p, attempt)]
    if applicable:  # isolated: the verdict of the NetworkPolicies is final (4.3 step 2)
        return own_node_exempt(attempt, reading) or any(admits(p, cluster, attempt, reading) for p in applicable)
    return tiers["Baseline"] is not False


# ---- NetworkPolicy (1.2, 2.1)


def policy_types(spec: Mapping[str, Any]) -> list[str]:
    """Default policyTypes (1.2): Ingress always, Egress only with at least one egress rule."""
    given = spec.get("policyTypes") or []
    return list(given) or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def applies(policy: Document, attempt: Attempt) -> bool:
    """Tell whether a policy selects the subject and covers the direction (2.1 `appl`)."""
    spec = policy.get("spec") or {}
    return (
        namespace_of(policy) == attempt.subject.namespace
        and selects(spec.get("podSelector"), attempt.subject.labels)
        and attempt.direction.capitalize() in policy_types(spec)
    )


def own_node_exempt(attempt: Attempt, reading: Reading) -> bool:
    """Tell whether the other end is the subject's own node and that exempts it (2.1 `ok`, 3 own-node-egress)."""
    own = attempt.peer.node is not None and attempt.peer.node == attempt.subject.node
    return own and (attempt.direction == "ingress" or reading.own_node_egress_exempt)


def admits(policy: Document, cluster: Cluster, attempt: Attempt, reading: Reading) -> bool:
    """Tell whether some rule of a policy lets the attempt through: peers AND ports (2.1 `ok`)."""
    rules = (policy.get("spec") or {}).get(attempt.direction) or []
    return any(
        ports_match(rule or {}, attempt) and peers_match(rule or {}, namespace_of(policy), cluster, attempt, reading)
        for rule in rules
    )


def ports_match(rule: Mapping[str, Any], attempt: Attempt) -> bool:
    """Match the destination port (1.6); no ports means any port of any protocol (1.3)."""
    ports = rule.get("ports") or []
    return not ports or any(port_matches(port or {}, attempt) for port in ports)


def port_matches(item: Mapping[str, Any], attempt: Attempt) -> bool:
    """Match one ports[] element (1.6)."""
    protocol, port, end = item.get("protocol") or "TCP", item.get("port"), item.get("endPort")
    if attempt.protocol != protocol:
        return False
    if port is None:
        return True
    if isinstance(port, str):  # the destination pod's own port of that name and protocol
        pod = attempt.destination.pod
        return pod is not None and any(
            (known.name, known.protocol, known.port) == (port, protocol, attempt.port) for known in pod.ports
        )
    return attempt.port is not None and port <= attempt.port <= (end if end is not None else port)


def peers_match(rule: Mapping[str, Any], namespace: str, cluster: Cluster, attempt: Attempt, reading: Reading) -> bool:
    """Match the other end; no peers means anybody (1.3)."""
    peers = rule.get("from" if attempt.direction == "ingress" else "to") or []
    return not peers or any(peer_matches(peer or {}, namespace, cluster, attempt.peer, reading) for peer in peers)


def peer_matches(peer: Mapping[str, Any], namespace: str, cluster: Cluster, end: End, reading: Reading) -> bool:
    """Match one from[]/to[] element (table of 1.4)."""
    if peer.get("ipBlock") is not None:
        return block_matches(peer["ipBlock"], end, reading)
    if end.pod is None:
        return False
    if peer.get("namespaceSelector") is None:
        in_namespace = end.pod.namespace == namespace
    else:
        in_namespace = selects(peer["namespaceSelector"], cluster.namespaces[end.pod.namespace])
    return in_namespace and selects(peer.get("podSelector"), end.pod.labels)


def block_matches(block: Mapping[str, Any], end: End, reading: Reading) -> bool:
    """Match an ipBlock (1.5): the addresses of cidr without those of except, of the family in use."""
    if end.address is None:
        return False
    if (end.pod is not None and not reading.block_matches_pods) or (end.node and not reading.block_matches_nodes):
        return False
    network = parse_cidr(block["cidr"])
    cut = [parse_cidr(text) for text in block.get("except") or []]
    return network is not None and end.address in network and not any(n and end.address in n for n in cut)


def namespace_of(policy: Document) -> str:
    """Give the namespace of a policy; a file without one is taken to be in `default` (1.8)."""
    return (policy.get("metadata") or {}).get("namespace") or "default"
