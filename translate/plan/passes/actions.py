"""Deny, Pass and Log: a dialect that only allows cannot say them, so such a policy is refused."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.model.policy import DEFAULT_TIER, Policy
from translate.plan.context import Target
from translate.plan.edit import rules_of

CODE = "NPT210"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Refuse rules whose action, and policies whose tier, the target has no word for; the policies stay as they are."""
    for policy in policies:
        if policy.identity.namespace is None:
            continue  # refused as a whole already
        for rule in rules_of(policy):
            if rule.action.value not in target.can.actions:
                report.refuse(
                    CODE,
                    f"the action {rule.action.value} has no counterpart in a {target.can.title}",
                    origin=rule.origin,
                    object=str(policy.identity),
                    hint="rewrite the policy so that it only allows, or keep it in its own dialect",
                )
        if policy.tier != DEFAULT_TIER and not target.can.order:
            message = f"the tier {policy.tier} has no counterpart in a {target.can.title}"
            report.refuse(CODE, message, origin=policy.origin, object=str(policy.identity))
        for section in (policy.ingress, policy.egress):
            if section is not None and not section.isolates:
                message = f"rules that do not isolate have no counterpart in a {target.can.title}"
                report.refuse(CODE, message, origin=section.origin, object=str(policy.identity))
    return policies
