"""Whether pods are isolated anyway: then a policy that leaves the rest open may as well isolate, which is all that many
targets can say.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from translate.model.policy import Direction, Policy, Section
from translate.plan.context import Target


def closed_anyway(policies: tuple[Policy, ...], target: Target) -> tuple[Policy, ...]:
    """The policies; those isolate in a direction as well whose pods others isolate there, all of them.

    Only where denies beat allows: what such a policy allows adds to what the others allow, whether it isolates or not.
    """
    if not target.source.denies_override:
        return policies
    return tuple(_closed(policy, policies) for policy in policies)


def _closed(policy: Policy, policies: Sequence[Policy]) -> Policy:
    return replace(
        policy,
        ingress=_section(policy, Direction.INGRESS, policies),
        egress=_section(policy, Direction.EGRESS, policies),
    )


def _section(policy: Policy, direction: Direction, policies: Sequence[Policy]) -> Section | None:
    section = policy.section(direction)
    if section is None or section.isolates or not _are_isolated(policy, direction, policies):
        return section
    return replace(section, isolates=True)


def _are_isolated(policy: Policy, direction: Direction, policies: Sequence[Policy]) -> bool:
    """Whether every pod of ``policy`` is one of a policy that isolates; False where that is too much to work out."""
    from translate.plan.regions.boxes import TooManyBoxesError, without  # only where a policy isolates nobody
    from translate.plan.regions.encode import subject
    from translate.plan.regions.sequence import isolates

    try:
        left = subject(policy)
        for other in policies:
            for closed in subject(other) if left and isolates(other, direction) else ():
                left = without(left, closed)
    except TooManyBoxesError:
        return False
    return not left
