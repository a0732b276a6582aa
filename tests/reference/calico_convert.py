"""Calico's own conversion of NetworkPolicy and ClusterNetworkPolicy to its policies (calico.md section 7).

Rules come out one per peer and port item; merging ports and grouping by protocol (7.3) changes texts, never verdicts.
"""

from __future__ import annotations

from typing import Any

from tests.reference.calico_documents import Document
from tests.reference.calico_entities import network, port_range

Rules = list[dict[str, Any]]

ORCHESTRATED = "projectcalico.org/orchestrator == 'k8s'"
CLUSTER_TIERS = {"Admin": "kube-admin", "Baseline": "kube-baseline"}
CLUSTER_ACTIONS = {"Accept": "Allow", "Deny": "Deny", "Pass": "Pass"}


class Inconvertible(Exception):
    """A rule holds something that the converter cannot express."""


def pod_selector_text(spec: Document | None) -> str:
    """Write a pod selector, which begins with the orchestrator term (7.2)."""
    return " && ".join([ORCHESTRATED, *_terms(spec or {})])


def namespace_selector_text(spec: Document | None) -> str:
    """Write a namespace selector; the empty one is all() (7.2)."""
    return " && ".join(_terms(spec or {})) or "all()"


def _terms(spec: Document) -> list[str]:
    labels = spec.get("matchLabels") or {}
    terms = [f"{key} == '{labels[key] or ''}'" for key in sorted(labels)]
    for item in spec.get("matchExpressions") or []:
        key, values = item["key"], ", ".join(f"'{value}'" for value in item.get("values") or [""])
        written = {
            "In": f"{key} in {{ {values} }}",
            "NotIn": f"{key} not in {{ {values} }}",
            "Exists": f"has({key})",
            "DoesNotExist": f"! has({key})",
        }
        terms += [written[item["operator"]]] if item["operator"] in written else []
    return terms


def network_policy(spec: Document | None) -> dict[str, Any]:
    """Convert the spec of a Kubernetes NetworkPolicy (7.1), its policyTypes defaulted by the API server first (7.4)."""
    spec = spec or {}
    ingress, egress = spec.get("ingress") or [], spec.get("egress") or []
    return {
        "tier": "default",
        "order": 1000,
        "selector": pod_selector_text(spec.get("podSelector")),
        "types": spec.get("policyTypes") or ["Ingress"] + ["Egress"] * bool(egress),
        "ingress": [rule for item in ingress for rule in _network_policy_rules(item or {}, "from", "source")],
        "egress": [rule for item in egress for rule in _network_policy_rules(item or {}, "to", "destination")],
    }


def _network_policy_rules(rule: Document, peers: str, side: str) -> Rules:
    """Convert one rule; a port that cannot be read drops it (7.5)."""
    try:
        ports = [_port(item or {}) for item in rule.get("ports") or []]
    except Inconvertible:
        return []
    found = [_peer(peer or {}) for peer in rule.get(peers) or []]
    return combined("Allow", side, found or [{}], ports or [(None, None)])


def combined(action: str, side: str, peers: Rules, ports: list[tuple[Any, Any]]) -> Rules:
    """Make a rule of every peer and every (protocol, port)."""
    rules: Rules = []
    for protocol, port in ports:
        for peer in peers:
            rule: dict[str, Any] = {"action": action, "source": {}, "destination": {}}
            rule[side] = dict(peer)
            rule["destination"] |= {} if port is None else {"ports": [port]}
            rules.append(rule | ({} if protocol is None else {"protocol": protocol}))
    return rules


def _port(item: Document) -> tuple[str, int | str | None]:
    """Read one item of ports: (protocol, port); endPort alone is ignored (7.3, 7.5)."""
    port, end, protocol = item.get("port"), item.get("endPort"), item.get("protocol") or "TCP"
    if port is None:
        return protocol, None
    numbers = port_range(port)
    if numbers is None and end is None:
        return protocol, port
    low, high = numbers[0] if numbers else 0, end if end is not None else port
    if not 1 <= low <= int(high) <= 65535:
        raise Inconvertible(f"port {port} to {high}")
    return protocol, f"{low}:{high}"


def _peer(peer: Document) -> dict[str, Any]:
    """Convert one peer (table of 7.3); an unreadable cidr leaves it empty, an unreadable exception is skipped (7.5)."""
    block = peer.get("ipBlock")
    if block is not None:
        if network(block.get("cidr", "")) is None:
            return {}
        return {"nets": [block["cidr"]], "notNets": block.get("except") or []}
    fields = {"selector": pod_selector_text(peer.get("podSelector"))}
    if peer.get("namespaceSelector") is not None:
        fields["namespaceSelector"] = namespace_selector_text(peer["namespaceSelector"])
    return fields


def cluster_network_policy(spec: Document | None) -> dict[str, Any] | None:
    """Convert the spec of a ClusterNetworkPolicy to a GlobalNetworkPolicy's (7.8); None if Calico skips it."""
    spec = spec or {}
    subject = _cluster_peer(spec.get("subject") or {}, subject=True)
    if subject is None or spec.get("tier") not in CLUSTER_TIERS:
        return None
    ingress = [rule for item in spec.get("ingress") or [] for rule in _cluster_rules(item, "from", "source")]
    egress = [rule for item in spec.get("egress") or [] for rule in _cluster_rules(item, "to", "destination")]
    return {
        "tier": CLUSTER_TIERS[spec["tier"]],
        "order": spec.get("priority"),
        **subject,
        "types": ["Ingress"] * bool(ingress) + ["Egress"] * bool(egress),
        "ingress": ingress,
        "egress": egress,
    }


def _cluster_rules(rule: Document, peers: str, side: str) -> Rules:
    """Convert one rule; what fails is dropped if it accepts, and denies everything if it denies or passes (7.8)."""
    action = rule.get("action", "")
    try:
        found = [_checked_cluster_peer(peer or {}) for peer in rule.get(peers) or []]
        ports = [_cluster_port(item or {}) for item in rule.get("protocols") or []]
    except Inconvertible:
        return [{"action": "Deny"}] if action in ("Deny", "Pass") else []
    if action not in CLUSTER_ACTIONS:
        return []
    return combined(CLUSTER_ACTIONS[action], side, found, ports or [(None, None)])


def _checked_cluster_peer(peer: Document) -> dict[str, Any]:
    found = _cluster_peer(peer)
    nets = peer.get("networks") or []
    if found is None and nets and all(network(item) for item in nets):
        return {"nets": nets}
    if found is None:
        raise Inconvertible(f"peer {dict(peer)}")
    return found


def _cluster_peer(peer: Document, subject: bool = False) -> dict[str, Any] | None:
    """Convert namespaces or pods; only a subject of namespaces gets the orchestrator term (7.8)."""
    pods, namespaces = peer.get("pods"), peer.get("namespaces")
    if namespaces is not None:
        pod_part = {"selector": ORCHESTRATED} if subject else {}
        return {"namespaceSelector": namespace_selector_text(namespaces), **pod_part}
    if pods is None:
        return None
    return {
        "namespaceSelector": namespace_selector_text(pods.get("namespaceSelector")),
        "selector": pod_selector_text(pods.get("podSelector")),
    }


def _cluster_port(item: Document) -> tuple[str | None, int | str]:
    """Convert one item of protocols; a named port brings its own protocol (7.8)."""
    if item.get("destinationNamedPort"):
        return None, item["destinationNamedPort"]
    for name in ("tcp", "udp", "sctp"):
        port = (item.get(name) or {}).get("destinationPort") or {}
        if port.get("number") is not None:
            return name.upper(), port["number"]
        if port.get("range") is not None:
            return name.upper(), f"{port['range']['start']}:{port['range']['end']}"
    raise Inconvertible(f"protocol {dict(item)}")
