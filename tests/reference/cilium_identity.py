"""Settings of the agent and the identities it sees (shared/semantics/cilium.md 4.1, 5, 6.2, 12)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from tests.reference.world import Address, Cluster, Peer, Pod, address_of

NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
CLUSTER = "io.cilium.k8s.policy.cluster"
SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
GROUP_NAME = "io.cilium.policy.cidrgroupname/"

Label = tuple[str, str, str]  # source, key, value


@dataclass(frozen=True)
class Settings:
    """What the operator of a cluster chooses; the defaults are those of Cilium 1.20 on Kubernetes, dual stack."""

    enforcement: str = "default"  # or always, never (3.4)
    allow_localhost: str = "always"  # or policy (5)
    default_local_cluster: bool = True  # policy-default-local-cluster (4.4)
    cidr_match_mode: frozenset[str] = frozenset()  # of nodes, pods (6.1)
    enable_ipv6: bool = True
    host_firewall: bool = False
    node_selector_labels: bool = False
    non_default_deny: bool = True  # enable-non-default-deny-policies (2.1)
    cluster_network_policy: bool = False  # enable-k8s-cluster-network-policy (7.5)
    aggregates: bool = True  # the aggregate identities of 1.20 (4.4)
    fqdn: Mapping[str, list[str]] = field(default_factory=dict)  # address -> names that DNS has shown for it
    api_server_ips: frozenset[str] = frozenset()
    api_server_nodes: frozenset[str] = frozenset()


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Read the `settings` of an oracle request."""
    api = data.get("kubeAPIServer") or {}
    return Settings(
        enforcement=data.get("policyEnforcementMode") or "default",
        allow_localhost=data.get("allowLocalhost") or "always",
        default_local_cluster=data.get("clusterDefaultLocal", True),
        cidr_match_mode=frozenset(data.get("cidrMatchMode") or []),
        enable_ipv6=data.get("enableIPv6", True),
        host_firewall=bool(data.get("hostFirewall")),
        node_selector_labels=bool(data.get("nodeSelectorLabels")),
        non_default_deny=data.get("nonDefaultDenyPolicies", True),
        cluster_network_policy=bool(data.get("k8sClusterNetworkPolicy")),
        aggregates=data.get("aggregates", True),
        fqdn=data.get("fqdn") or {},
        api_server_ips=frozenset(api.get("ips") or []),
        api_server_nodes=frozenset(api.get("nodes") or []),
    )


@dataclass(frozen=True)
class Identity:
    """What the agent knows about one end: labels, and for CIDR, FQDN and named ports what is behind them."""

    kind: str  # pod, host, remote-node, world, reserved
    labels: frozenset[Label]
    addresses: tuple[Address, ...] = ()
    names: tuple[str, ...] = ()
    pod: Pod | None = None
    aggregate: str = ""  # the reserved:aggregate-… identity that a lookup falls back to (4.4)


@dataclass(frozen=True)
class CidrGroup:
    """A CiliumCIDRGroup: its prefixes and the labels that they carry (6.3)."""

    labels: frozenset[Label]
    prefixes: tuple[Any, ...]


def cidr_groups(documents: Iterable[Mapping[str, Any]]) -> list[CidrGroup]:
    """Read the CIDR groups among the documents."""
    groups = []
    for document in documents:
        if document.get("kind") == "CiliumCIDRGroup":
            meta = document["metadata"]
            own = {("cidrgroup", key, str(value or "")) for key, value in (meta.get("labels") or {}).items()}
            labels = frozenset(own | {("cidrgroup", GROUP_NAME + meta["name"], "")})
            texts = (document.get("spec") or {}).get("externalCIDRs") or []
            groups.append(CidrGroup(labels, tuple(ip_network(text, strict=False) for text in texts)))
    return groups


# ---- the label filter (4.1): prefixes of keys that are no part of an identity

_KEPT = ("io.kubernetes.pod.namespace", "app.kubernetes.io")
_DROPPED = (
    *("io.kubernetes", "kubernetes.io", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"),
    *("batch.kubernetes.io/job-completion-index", "batch.kubernetes.io/controller-uid", "k8s.io"),
    *("pod-template-generation", "pod-template-hash", "controller-revision-hash", "controller-uid", "annotation"),
    *("etcd_node", "topology.kubernetes.io"),
)


def is_identity_label(key: str) -> bool:
    """Tell whether a pod label is part of the pod's identity (4.1)."""
    if key.startswith("io.cilium.k8s"):
        return False  # cannot be spoofed
    if key.startswith(_KEPT):
        return True
    return not key.startswith(_DROPPED) and not re.match(r".*beta\.kubernetes\.io", key)


# ---- identities


def pod_identity(pod: Pod, cluster: Cluster, groups: list[CidrGroup]) -> Identity:
    """Give the identity of a pod (4.1)."""
    home = pod.cluster or cluster.name
    labels = {("k8s", key, value) for key, value in pod.labels.items() if is_identity_label(key) and key != NAMESPACE}
    labels |= {("k8s", NAMESPACE, pod.namespace), ("k8s", CLUSTER, home)}
    labels |= {("k8s", NAMESPACE_LABELS + key, v) for key, v in cluster.namespaces.get(pod.namespace, {}).items()}
    if pod.service_account:
        labels.add(("k8s", SERVICE_ACCOUNT, pod.service_account))
    local = "aggregate-cluster" if home == cluster.name else ""
    return Identity("pod", frozenset(labels | _groups_over(pod.ips, groups)), pod.ips, pod=pod, aggregate=local)


def node_identity(
    name: str, own: bool, cluster: Cluster, settings: Settings, groups: list[CidrGroup], family: int
) -> Identity:
    """Give the identity of a node: the local host, or a remote node (5)."""
    kind = "host" if own else "remote-node"
    labels = {("reserved", kind, "")}
    if name in settings.api_server_nodes:
        labels.add(("reserved", "kube-apiserver", ""))
    if settings.node_selector_labels and not own and name in cluster.nodes:
        labels |= {("node", key, value) for key, value in cluster.nodes[name].labels.items()}
        labels.add(("k8s", CLUSTER, cluster.name))
    address = address_of(cluster, Peer("node", name), family) if name in cluster.nodes else None
    addresses = () if address is None else (address,)
    aggregate = "aggregate-remote-node" if settings.node_selector_labels and not own else ""
    return Identity(kind, frozenset(labels | _groups_over(addresses, groups)), addresses, aggregate=aggregate)


def host_subject(name: str, cluster: Cluster) -> Identity:
    """Give the identity of a node as the subject of host policies: its labels count (10.6), filtered as a pod's."""
    labels = {("k8s", key, value) for key, value in cluster.nodes[name].labels.items() if is_identity_label(key)}
    return Identity("host", frozenset(labels | {("reserved", "host", "")}))


def world_identity(address: Address, settings: Settings, groups: list[CidrGroup]) -> Identity:
    """Give the identity of an address outside the cluster (5, 6.2)."""
    label = f"world-ipv{address.version}" if settings.enable_ipv6 else "world"
    labels = {("reserved", label, "")}
    if str(address) in settings.api_server_ips:
        labels.add(("reserved", "kube-apiserver", ""))
    names = tuple(name for text, names in settings.fqdn.items() if ip_address(text) == address for name in names)
    all_labels = frozenset(labels | _groups_over((address,), groups))
    return Identity("world", all_labels, (address,), names, aggregate=f"aggregate-{label}")


def reserved_identity(name: str) -> Identity:
    """Give the identity of health, ingress, init, unmanaged and so on."""
    return Identity("reserved", frozenset({("reserved", name, "")}))


def _groups_over(addresses: tuple[Address, ...], groups: list[CidrGroup]) -> set[Label]:
    """Collect the labels of the CIDR groups that hold one of the addresses; longer prefixes inherit them (6.3)."""
    found: set[Label] = set()
    for group in groups:
        if any(address in prefix for address in addresses for prefix in group.prefixes):
            found |= group.labels
    return found
