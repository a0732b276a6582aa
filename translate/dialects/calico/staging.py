"""Calico's staged kinds: the same policies, not enforced (Calico documentation, staged policies)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from translate.dialects.base import Emitted, Object
from translate.dialects.protocol import Staging
from translate.model.policy import Identity

NAMESPACED, CLUSTER_WIDE, OF_KUBERNETES = (
    "StagedNetworkPolicy",
    "StagedGlobalNetworkPolicy",
    "StagedKubernetesNetworkPolicy",
)
"""The kinds that are not enforced."""
KINDS = {"NetworkPolicy": NAMESPACED, "GlobalNetworkPolicy": CLUSTER_WIDE}


class StagedKinds(Staging):
    """Each policy has a kind for its staged twin."""

    def staged(self, item: Emitted) -> Emitted:
        """The object as one of the staged kind."""
        value = item.draft.value
        value["kind"] = KINDS[value["kind"]]
        value["spec"]["stagedAction"] = "Set"
        return item

    def is_staged(self, value: Mapping[str, Any]) -> bool:
        """Whether the kind says so."""
        return value.get("kind") in (NAMESPACED, CLUSTER_WIDE, OF_KUBERNETES)

    def before(self, companions: Iterable[Object], default_namespace: str) -> set[Identity]:
        """The staged ones among objects, but for those of the Kubernetes API, which have other names."""
        found = set()
        for item in companions:
            kind, metadata = str(item.value.get("kind")), item.value.get("metadata")
            if kind in KINDS.values() and isinstance(metadata, dict):
                namespace = None if kind == CLUSTER_WIDE else metadata.get("namespace") or default_namespace
                found.add(Identity(kind, namespace, str(metadata.get("name"))))
        return found


STAGING = StagedKinds()
