"""In which sequence an engine looks at tiers and policies."""

from __future__ import annotations

import math
from typing import assert_never

from translate.model.policy import DEFAULT_TIER, Action, Policy, PolicySet, Tier
from translate.model.semantics import Combining

DEFAULT_TIER_ORDER = 1_000_000.0
"""Calico's ``default`` tier (API reference, Tier)."""


def tier_order(policies: PolicySet) -> tuple[Tier, ...]:
    """The tiers in the sequence of their engine: by order, then by name; the default tier is always there."""
    tiers = policies.tiers
    if all(tier.name != DEFAULT_TIER for tier in tiers):
        tiers = (*tiers, Tier(DEFAULT_TIER, DEFAULT_TIER_ORDER, Action.DENY))
    return tuple(sorted(tiers, key=lambda tier: (tier.order, tier.name)))


def policy_order(policies: PolicySet) -> tuple[Policy, ...]:
    """The policies in the sequence their engine looks at them within a tier.

    Ties of equal order are broken as Calico 3.32 does, by the text ``name/namespace/kind``. Where order means nothing
    the sequence of the input is kept.
    """
    return tuple(policies.policies[number] for number in numbers_in_order(policies))


def numbers_in_order(policies: PolicySet) -> tuple[int, ...]:
    """The same as numbers: which policy of the set comes first, which next."""
    numbers = range(len(policies.policies))
    match policies.semantics.combining:
        case Combining.DENY_OVERRIDES | None:
            return tuple(numbers)
        case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION:
            return tuple(sorted(numbers, key=lambda number: _place(policies.policies[number])))
        case never:
            assert_never(never)


def _place(policy: Policy) -> tuple[float, str]:
    identity = policy.identity
    order = math.inf if policy.order is None else policy.order
    return order, f"{identity.name}/{identity.namespace or ''}/{policy.tie or identity.kind}"
