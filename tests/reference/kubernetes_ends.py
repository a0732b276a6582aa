"""Ends of a connection and label selectors as Kubernetes sees them (shared/semantics/kubernetes.md 1.7, 3, 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.world import Address, Cluster, Labels, Peer, Pod, address_of


@dataclass(frozen=True)
class End:
    """One end: a pod that policies can see, or a node (host-networked pods included), or a bare address."""

    pod: Pod | None
    node: str | None
    address: Address | None


def end_of(cluster: Cluster, peer: Peer, family: int) -> End:
    """Say what a peer is: section 3, `hostnetwork` (b) and `terminated-pods`."""
    address = address_of(cluster, peer, family)
    if peer.kind == "pod":
        pod = cluster.pods[peer.value]
        if pod.host_network:
            return End(None, pod.node, address)
        return End(pod if _running(pod) else None, None, address)
    if peer.kind == "node":
        return End(None, peer.value, address)
    for pod in cluster.pods.values():
        if address in pod.ips and _running(pod) and not pod.host_network:
            return End(pod, None, address)
    node = next((node.name for node in cluster.nodes.values() if address in node.ips), None)
    return End(None, node, address)


def _running(pod: Pod) -> bool:
    return pod.phase not in ("Succeeded", "Failed")


def selects(selector: Mapping[str, Any] | None, labels: Labels) -> bool:
    """Match a label selector (1.7); none at all and `{}` select everything."""
    selector = selector or {}
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == (value or "") for key, value in wanted.items()) and all(
        requirement_holds(item, labels) for item in selector.get("matchExpressions") or []
    )


def requirement_holds(item: Mapping[str, Any], labels: Labels) -> bool:
    """Match one requirement (1.7); an unknown operator never holds (fail closed)."""
    present, values = item["key"] in labels, [value or "" for value in item.get("values") or []]
    match item["operator"]:
        case "In":
            return present and labels[item["key"]] in values
        case "NotIn":
            return not present or labels[item["key"]] not in values
        case "Exists":
            return present
        case "DoesNotExist":
            return not present
        case _:
            return False


def without_duplicates(documents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the last of several documents with the same kind, namespace and name (6.4)."""
    kept: dict[object, Mapping[str, Any]] = {}
    for index, document in enumerate(documents):
        meta = document.get("metadata") or {}
        name = meta.get("name") or index
        kept[document.get("kind"), meta.get("namespace") or "default", name] = document
    return list(kept.values())
