"""Lengths that the target's API refuses and that cannot be cut into smaller pieces."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Report
from translate.model.edit import rules_of
from translate.model.peers import Cidr
from translate.model.policy import Policy
from translate.plan.context import Pass, Target

TOO_LONG = "NPT220"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Refuse policies that exceed a limit of the target."""
    for policy in policies:
        for message in _excesses(policy, target):
            hint = "split the policy"
            report.refuse(TOO_LONG, f"{policy.called} {message}", origin=policy.origin, about=policy.called, hint=hint)
    return policies


def _excesses(policy: Policy, target: Target) -> Iterator[str]:
    can = target.can
    for section in (policy.ingress, policy.egress):
        if can.most_rules and section is not None and len(section.rules) > can.most_rules:
            yield f"needs {len(section.rules)} rules in one direction, {target.name} takes {can.most_rules}"
    for rule in rules_of(policy) if can.most_blocks else ():
        for peer in rule.peers:
            if isinstance(peer, Cidr) and len(peer.excluding) > can.most_blocks:
                yield f"cuts {len(peer.excluding)} ranges out of {peer.block}, {target.name} takes {can.most_blocks}"


def _broken(policy: Policy, target: Target) -> bool:
    return next(_excesses(policy, target), None) is not None


PASS = Pass(
    run,
    needs="policies as they will be written",
    guarantees="no policy is longer than the target takes",
    broken=_broken,
)
