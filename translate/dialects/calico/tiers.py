"""The tiers that every Calico cluster has (Calico API reference, Tier)."""

from __future__ import annotations

from translate.model.ordering import DEFAULT_TIER_ORDER
from translate.model.policy import DEFAULT_TIER, Action, Tier

# name             order                 default action
BUILT_IN = {
    "kube-admin":    Tier("kube-admin", 1_000.0, Action.PASS),
    DEFAULT_TIER:    Tier(DEFAULT_TIER, DEFAULT_TIER_ORDER, Action.DENY),
    "kube-baseline": Tier("kube-baseline", 10_000_000.0, Action.PASS),
}  # fmt: skip
