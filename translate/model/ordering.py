"""In which sequence an engine looks at tiers and policies."""

from __future__ import annotations

import math
from typing import assert_never

from translate.model.policy import DEFAULT_TIER, Action, Policy, PolicySet, Tier
from translate.model.semantics import Combining, TieBreak

DEFAULT_TIER_ORDER = 1_000_000.0
"""Calico's ``default`` tier (API reference, Tier)."""

KUBERNETES_KIND, KUBERNETES_PREFIX = "KubernetesNetworkPolicy", "knp.default"
"""What Calico makes of a NetworkPolicy of Kubernetes, and what its name begins with up to 3.31."""


def tier_order(policies: PolicySet) -> tuple[Tier, ...]:
    """The tiers in the sequence of their engine: by order, then by name; the default tier is always there."""
    tiers = policies.tiers
    if all(tier.name != DEFAULT_TIER for tier in tiers):
        tiers = (*tiers, Tier(DEFAULT_TIER, DEFAULT_TIER_ORDER, Action.DENY))
    return tuple(sorted(tiers, key=lambda tier: (tier.order, tier.name)))


def policy_order(policies: PolicySet, ties: TieBreak | None = None) -> tuple[Policy, ...]:
    """The policies in the sequence their engine looks at them within a tier.

    Equal orders are told apart by ``ties``, None: as the engine does, the first way of several. Where order means
    nothing the sequence of the input is kept, and where which is first depends on the packet, that of their names.
    """
    return tuple(policies.policies[number] for number in numbers_in_order(policies, ties))


def numbers_in_order(policies: PolicySet, ties: TieBreak | None = None) -> tuple[int, ...]:
    """The same as numbers: which policy of the set comes first, which next."""
    numbers = range(len(policies.policies))
    match policies.semantics.combining:
        case Combining.DENY_OVERRIDES | None:
            return tuple(numbers)
        case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION:
            known = ties or next(iter(policies.semantics.ties), TieBreak.BY_NAME)
            return tuple(sorted(numbers, key=lambda number: _place(policies.policies[number], known)))
        case never:
            assert_never(never)


def _place(policy: Policy, ties: TieBreak) -> tuple[float, str]:
    order = math.inf if policy.order is None else policy.order
    return order, tie_key(policy, ties)


def tie_key(policy: Policy, ties: TieBreak) -> str:
    """By what policies of equal order are sorted, byte by byte (Calico's PolKVLess, of 3.32 and of 3.31)."""
    identity = policy.identity
    match ties:
        case TieBreak.BY_NAMESPACE:
            tier = KUBERNETES_PREFIX if policy.tie == KUBERNETES_KIND else policy.tier
            name = identity.name if identity.name.startswith(f"{tier}.") else f"{tier}.{identity.name}"
            return f"{identity.namespace}/{name}" if identity.namespace else name
        case TieBreak.BY_NAME | TieBreak.DENY_FIRST | TieBreak.ALLOW_FIRST:
            return f"{identity.name}/{identity.namespace or ''}/{policy.tie or identity.kind}"
        case never:
            assert_never(never)
