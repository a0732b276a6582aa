"""What is not known where a kind of objects was not shown: what proofs rest on less."""

from __future__ import annotations

from translate.cluster.resources import ApiResource, versions

CORE = {
    "Namespace": "which namespaces there are and their labels: policies that select some by label are proved for any",
    "Node": "the addresses of nodes and the ranges of pods: ranges that may hold them stay losses",
    "Pod": "labels and named ports of pods, and which network enforces policies",
    "Service": "what is behind Services: rules that name one are opaque",
}


def without(resource: ApiResource) -> str:
    """What a proof does not know of the cluster then."""
    if not resource.group and resource.kind in CORE:
        return CORE[resource.kind]
    if versions(resource.group, resource.kind):
        return "what these say: a proof is about the others alone"
    if resource.name or resource.kind.endswith(("Configuration", "Pool", "CIDR")):
        return "how the network is set up: what is not stated has its default"
    return "what these decide: traffic may be cut or let through beside the policies"
