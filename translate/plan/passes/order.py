"""Order: policies that only allow need none, but every policy that Calico gets has one, so that nothing rests on ties.

Kubernetes and Cilium policies get the order that Calico itself gives Kubernetes policies.
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.policy import Policy
from translate.plan.context import Pass, Target

USUAL = 1000.0


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give each policy that has no order, of a source that knows none, the usual one, where the target has an order."""
    if not target.can.order or target.source.has_order:
        return policies
    return tuple(replace(policy, order=USUAL) if policy.order is None else policy for policy in policies)


def _broken(policy: Policy, target: Target) -> bool:
    return target.can.order and not target.source.has_order and policy.order is None


PASS = Pass(
    run,
    needs="orders of the source, if it has any",
    guarantees="every policy of a source without an order has one where the target knows orders",
    broken=_broken,
)
