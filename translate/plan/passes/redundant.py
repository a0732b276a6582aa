"""Policies that say nothing: those made for some pods of another that are left without a rule, as their pods are
isolated already, and those that isolate nobody and allow only what is open anyway.
"""

from __future__ import annotations

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Place
from translate.model.policy import Engine, Policy
from translate.plan.context import Target
from translate.plan.edit import rules_of

NOTHING_SAID = "NPT308"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out what says nothing; what would be the only policy of an object is named."""
    if not target.flat and target.source is Engine.KUBERNETES:
        return policies
    seen: set[Place] = set()
    kept: list[Policy] = []
    empty: list[Policy] = []
    for policy in policies:
        first = policy.origin.place not in seen
        seen.add(policy.origin.place)
        if policy.ingress is None and policy.egress is None:
            empty.append(policy)
        elif first or not target.flat or any(True for _ in rules_of(policy)):
            kept.append(policy)
    standing = {policy.origin.place for policy in kept}
    for policy in empty:
        if policy.origin.place not in standing:
            _say(policy, report)
    return tuple(kept)


def _say(policy: Policy, report: Report) -> None:
    name = str(policy.identity)
    message = f"{name} isolates nobody and allows only what is open anyway: nothing stands for it"
    report.lose(NOTHING_SAID, Effect.EXACT, message, origin=policy.origin, object=name)
