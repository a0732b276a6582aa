"""Policies made for some pods of another that are left without a rule: their pods are isolated already, so they go."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.model.policy import Policy
from translate.plan.context import Target
from translate.plan.edit import rules_of


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out empty parts, where order was worked out; the first policy of an object always stays."""
    if not target.flat:
        return policies
    seen: set[Place] = set()
    kept = []
    for policy in policies:
        first = policy.origin.place not in seen
        seen.add(policy.origin.place)
        if first or any(True for _ in rules_of(policy)):
            kept.append(policy)
    return tuple(kept)
