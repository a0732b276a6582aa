"""Objects as Calico stores them, for clusters that have its CRDs and not its API server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from translate.dialects.base import Emitted
from translate.dialects.calico.manifest import CRD_API_VERSION
from translate.dialects.calico.staging import KINDS
from translate.model.policy import DEFAULT_TIER

POLICIES = (*KINDS, *KINDS.values())


def stored(item: Emitted, others: Sequence[Mapping[str, Any]]) -> Emitted:
    """The object in the group of storage if all ``others`` are, and its name with that of its tier if theirs are."""
    value = item.draft.value
    if others and all(other.get("apiVersion") == CRD_API_VERSION for other in others):
        value["apiVersion"] = CRD_API_VERSION
        names = [str(other["metadata"].get("name")) for other in others if _is_of_usual_tier(other)]
        prefix = f"{DEFAULT_TIER}."
        if names and _is_of_usual_tier(value) and all(name.startswith(prefix) for name in names):
            value["metadata"]["name"] = prefix + value["metadata"]["name"].removeprefix(prefix)
    return item


def _is_of_usual_tier(value: Mapping[str, Any]) -> bool:
    spec = value.get("spec")
    tier = spec.get("tier") if isinstance(spec, Mapping) else None
    return value.get("kind") in POLICIES and (tier or DEFAULT_TIER) == DEFAULT_TIER
