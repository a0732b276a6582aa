"""ClusterNetworkPolicy v1alpha2, AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1 (kubernetes.md 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.kubernetes_admission import parse_cidr
from tests.reference.kubernetes_ends import End, selects
from tests.reference.world import Cluster, Pod

Document = Mapping[str, Any]
VERDICTS = {"Accept": True, "Allow": True, "Deny": False}


@dataclass(frozen=True)
class Question:
    """One direction at a subject pod: the other end, the pod whose port it is, protocol and port."""

    direction: str
    subject: Pod
    peer: End
    destination: Pod | None
    protocol: str | int
    port: int | None


def tier_verdict(policies: Iterable[Document], cluster: Cluster, tier: str, question: Question) -> bool | None:
    """Give the word of the first rule that matches, by ascending priority; None after Pass or without a match (4.3).

    Policies of equal priority are taken in the order given: the API leaves that open.
    """
    mine = [p for p in policies if tier_of(p) == tier and subject_selected(p, cluster, question.subject)]
    for policy in sorted(mine, key=lambda p: p["spec"].get("priority") or 0):
        for rule in policy["spec"].get(question.direction) or []:
            action = matching_action(rule, cluster, question)
            if action is not None:
                return VERDICTS.get(action)
    return None


def tier_of(policy: Document) -> str | None:
    """Tell the tier of a policy (4.5)."""
    match policy.get("kind"):
        case "ClusterNetworkPolicy":
            return str(policy["spec"]["tier"])
        case "AdminNetworkPolicy":
            return "Admin"
        case "BaselineAdminNetworkPolicy":
            return "Baseline"
        case _:
            return None


def subject_selected(policy: Document, cluster: Cluster, pod: Pod) -> bool:
    """Match `subject`: namespaces, or pods in namespaces (4.2)."""
    return pods_match(policy["spec"].get("subject") or {}, cluster, pod)


def pods_match(item: Mapping[str, Any], cluster: Cluster, pod: Pod) -> bool:
    """Match `namespaces` or `pods` (4.2); an absent namespaceSelector is `{}`."""
    labels = cluster.namespaces[pod.namespace]
    if "namespaces" in item:
        return selects(item["namespaces"], labels)
    if "pods" in item:
        pods = item["pods"]
        return selects(pods.get("namespaceSelector"), labels) and selects(pods.get("podSelector"), pod.labels)
    return False


def matching_action(rule: Mapping[str, Any], cluster: Cluster, question: Question) -> str | None:
    """Give the action of a rule if its peers and ports match; an unknown peer fails closed (4.4)."""
    peers = rule.get("from" if question.direction == "ingress" else "to") or []
    known = {"namespaces", "pods", "networks", "nodes", "domainNames"}
    if any(not known & set(peer or {}) for peer in peers):
        return None if VERDICTS.get(rule["action"]) else "Deny"
    if any(peer_matches(peer, cluster, question.peer) for peer in peers) and ports_match(rule, question):
        return str(rule["action"])
    return None


def peer_matches(peer: Mapping[str, Any], cluster: Cluster, end: End) -> bool:
    """Match one from[]/to[] element (4.2, 4.3); host-networked pods are no pods here but nodes."""
    if "namespaces" in peer or "pods" in peer:
        return end.pod is not None and pods_match(peer, cluster, end.pod)
    if "networks" in peer:
        networks = [parse_cidr(text) for text in peer["networks"]]
        return end.address is not None and any(n is not None and end.address in n for n in networks)
    if "nodes" in peer:
        return end.node is not None and selects(peer["nodes"], cluster.nodes[end.node].labels)
    return any(domain_matches(name, cluster, end) for name in peer["domainNames"])


def domain_matches(pattern: str, cluster: Cluster, end: End) -> bool:
    """Match a domain name: `*.x` is one or more labels before x, never x itself (4.3)."""
    wanted = pattern.rstrip(".").lower()
    for host, addresses in (cluster.settings.get("dns") or {}).items():
        name = host.rstrip(".").lower()
        same = name.endswith(wanted[1:]) if wanted.startswith("*.") else name == wanted
        if same and str(end.address) in addresses:
            return True
    return False


def ports_match(rule: Mapping[str, Any], question: Question) -> bool:
    """Match `protocols` (v1alpha2) or `ports` (v1alpha1); absent means all traffic (4.2)."""
    if rule.get("protocols"):
        return any(protocol_matches(item, question) for item in rule["protocols"])
    if rule.get("ports"):
        return any(port_matches(item, question) for item in rule["ports"])
    return True


def protocol_matches(item: Mapping[str, Any], question: Question) -> bool:
    """Match one protocols[] element of v1alpha2."""
    ((kind, value),) = item.items()
    if kind == "destinationNamedPort":
        return named_port_matches(value, question)
    port = value["destinationPort"]
    span = port.get("range") or {"start": port.get("number"), "end": port.get("number")}
    return question.protocol == kind.upper() and in_range(span, question)


def port_matches(item: Mapping[str, Any], question: Question) -> bool:
    """Match one ports[] element of v1alpha1; the protocol defaults to TCP."""
    ((kind, value),) = item.items()
    if kind == "namedPort":
        return named_port_matches(value, question)
    span = value if kind == "portRange" else {"start": value["port"], "end": value["port"]}
    return question.protocol == (value.get("protocol") or "TCP") and in_range(span, question)


def in_range(span: Mapping[str, int], question: Question) -> bool:
    """Tell whether the port lies between start and end."""
    return question.port is not None and span["start"] <= question.port <= span["end"]


def named_port_matches(name: str, question: Question) -> bool:
    """Match a named port with the protocol that the container declares (4.3)."""
    pod = question.destination
    ports = pod.ports if pod is not None else ()
    return any((p.name, p.protocol, p.port) == (name, question.protocol, question.port) for p in ports)
