"""Objects as Calico stores them, for clusters that have its CRDs and not its API server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from translate.dialects.base import Emitted
from translate.dialects.calico.semantics import CRD_API_VERSION
from translate.dialects.calico.staging import KINDS
from translate.model.policy import DEFAULT_TIER

POLICIES = (*KINDS, *KINDS.values())


PREFIX = f"{DEFAULT_TIER}."


def stored(items: Sequence[Emitted], others: Sequence[Mapping[str, Any]]) -> Sequence[Emitted]:
    """The objects in the group of storage if all ``others`` are, and names with that of their tier if theirs are."""
    if others and all(other.get("apiVersion") == CRD_API_VERSION for other in others):
        names = [str(other["metadata"].get("name")) for other in others if _is_of_usual_tier(other)]
        prefixed = bool(names) and all(name.startswith(PREFIX) for name in names)
        for item in items:
            value = item.draft.value
            value["apiVersion"] = CRD_API_VERSION
            if prefixed and _is_of_usual_tier(value):
                value["metadata"]["name"] = PREFIX + value["metadata"]["name"].removeprefix(PREFIX)
    return items


def _is_of_usual_tier(value: Mapping[str, Any]) -> bool:
    spec = value.get("spec")
    tier = spec.get("tier") if isinstance(spec, Mapping) else None
    return value.get("kind") in POLICIES and (tier or DEFAULT_TIER) == DEFAULT_TIER
