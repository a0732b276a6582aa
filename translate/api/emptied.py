"""Policies that let something through and now let nothing through, in words of traffic."""

from __future__ import annotations

from collections.abc import Iterator, Set

from msgspec.structs import replace

from translate.api.result import Result
from translate.core.diagnostics import Effect, Note
from translate.core.origin import Place, around
from translate.model.policy import Action, Direction, Policy, PolicySet

SAID = {
    Direction.INGRESS: "nobody reaches its pods any more",
    Direction.EGRESS: "its pods reach nobody any more",
}


def with_emptied(result: Result) -> Result:
    """The result with a note for each direction of a policy that is left with no rule that allows, for what was lost of
    it; to be asked once the losses agree with the proof.
    """
    lost = frozenset(around(x.origin.place for x in result.losses if x.effect in (Effect.TIGHTER, Effect.MIXED)))
    if result.before is None or result.after is None or not lost:
        return result
    named = {(one.identity.namespace, one.identity.name): set[Direction]() for one in result.after.policies}
    for one in result.after.policies:
        named[one.identity.namespace, one.identity.name].update(way for way in Direction if _allows(one, way))
    left = {
        (row.origin.place, way)
        for row in result.policies
        for target in row.targets
        for way in named.get((target.namespace, target.name), ())
    }
    return replace(result, emptied=tuple(_emptied(result.before, left, lost)))


def _emptied(before: PolicySet, left: Set[tuple[Place, Direction]], lost: Set[Place]) -> Iterator[Note]:
    told = set[tuple[Place, Direction]]()
    for policy in before.policies:
        for direction in Direction:
            key = policy.origin.place, direction
            if not _allows(policy, direction) or key in left or key in told:
                continue
            section = policy.section(direction)
            rules = section.rules if section is not None else ()
            if any(rule.origin.place in lost for rule in rules):
                told.add(key)
                message = f"{policy.identity} is left with no rule: {SAID[direction]}, unless another policy allows it"
                yield Note(message=message, origin=policy.origin)


def _allows(policy: Policy, direction: Direction) -> bool:
    section = policy.section(direction)
    return section is not None and section.isolates and any(rule.action is Action.ALLOW for rule in section.rules)
