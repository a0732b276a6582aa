"""Policies that let something through and now let nothing through, in words of traffic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from translate.core.diagnostics import Effect, Loss, Note
from translate.core.origin import Place, is_within
from translate.model.policy import Action, Direction, Policy, PolicySet

SAID = {
    Direction.INGRESS: "nobody reaches its pods any more",
    Direction.EGRESS: "its pods reach nobody any more",
}


def emptied(before: PolicySet, after: PolicySet, losses: Sequence[Loss]) -> Iterator[Note]:
    """A note for each direction of a policy that is left with no rule that allows, for what was lost of it."""
    lost = [loss.origin.place for loss in losses if loss.effect in (Effect.TIGHTER, Effect.MIXED)]
    left = {(one.origin.place, way) for one in after.policies for way in Direction if _allows(one, way)}
    told = set[tuple[Place, Direction]]()
    for policy in before.policies:
        for direction in Direction:
            key = policy.origin.place, direction
            if not _allows(policy, direction) or key in left or key in told:
                continue
            section = policy.section(direction)
            rules = section.rules if section is not None else ()
            if any(is_within(place, rule.origin.place) for rule in rules for place in lost):
                told.add(key)
                message = f"{policy.identity} is left with no rule: {SAID[direction]}, unless another policy allows it"
                yield Note(message=message, origin=policy.origin)


def _allows(policy: Policy, direction: Direction) -> bool:
    section = policy.section(direction)
    return section is not None and any(rule.action is Action.ALLOW for rule in section.rules)
