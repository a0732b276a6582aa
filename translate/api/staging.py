"""Calico's staged kinds: the same policies, not enforced (Calico documentation, staged policies)."""

from __future__ import annotations

from translate.dialects.base import Emitted

KINDS = {"NetworkPolicy": "StagedNetworkPolicy", "GlobalNetworkPolicy": "StagedGlobalNetworkPolicy"}


def staged(item: Emitted) -> Emitted:
    """The staged twin of a policy."""
    value = item.draft.value
    value["kind"] = KINDS[value["kind"]]
    value["spec"]["stagedAction"] = "Set"
    return item
