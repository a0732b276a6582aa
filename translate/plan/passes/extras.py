"""Fields of one dialect alone that say nothing of pods: other dialects leave them out, and a loss says so.

One of them does say something, of hosts: such a policy is refused, as without it traffic through the hosts would be
open.
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_rules
from translate.model.policy import Policy
from translate.plan.context import Pass, Target

DROPPED, NO_COUNTERPART = "NPT305", "NPT210"
ABOUT_HOSTS = ("applyOnForward",)


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Drop what another dialect than the policy's own has no field for."""
    if target.name == target.source.name:
        return policies
    return tuple(_plain(policy, target, report) for policy in policies)


def _plain(policy: Policy, target: Target, report: Report) -> Policy:
    about = policy.called
    for field, _ in policy.metadata.extras:
        if field in ABOUT_HOSTS:
            message = f"{field} is about traffic through hosts, which is not translated"
            origin = policy.origin.at("spec")
            report.refuse(NO_COUNTERPART, message, origin=origin, about=about, hint=target.can.way_for_hosts)
        else:
            message = f"{field} of {about} is not in the output: a {target.can.title} has no such field"
            report.lose(DROPPED, Effect.EXACT, message, origin=policy.origin.at("spec"), about=about)
    if any(rule.annotations for rule in rules_of(policy)):
        message = (
            f"annotations of the rules of {about} are not in the output: a {target.can.title} has no place for them"
        )
        report.lose(DROPPED, Effect.EXACT, message, origin=policy.origin.at("spec"), about=about)
        policy = with_rules(policy, lambda rule: (replace(rule, annotations=()),))
    if not policy.metadata.extras:
        return policy
    return replace(policy, metadata=replace(policy.metadata, extras=()))


def _broken(policy: Policy, target: Target) -> bool:
    annotated = any(rule.annotations for rule in rules_of(policy))
    return target.name != target.source.name and bool(policy.metadata.extras or annotated)


PASS = Pass(
    run,
    needs="policies as they were lifted",
    guarantees="no policy has a field that only its source knows",
    broken=_broken,
)
