"""Denial logging in the words of the model: what is asked for, and what it adds to policies."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which denials to log; ``explicit_only``: those by a Deny rule, not those at the end of a tier."""

    directions: tuple[Direction, ...] = tuple(Direction)
    explicit_only: bool = False


@dataclass(frozen=True, slots=True)
class InsertionPoint:
    """Before which rule of which policy a Log rule goes."""

    policy: Policy
    direction: Direction
    index: int


@dataclass(frozen=True, slots=True)
class Additions:
    """What logging adds to a set: Log rules before others, and policies."""

    rules: tuple[InsertionPoint, ...] = ()
    policies: tuple[Policy, ...] = ()


def added(policies: PolicySet, additions: Additions) -> PolicySet:
    """The set with the Log rules and policies in it."""
    places = {(id(place.policy), place.direction, place.index) for place in additions.rules}

    def section(policy: Policy, direction: Direction) -> Section | None:
        found = policy.section(direction)
        if found is None:
            return None
        rules: list[Rule] = []
        for index, rule in enumerate(found.rules):
            if (id(policy), direction, index) in places:
                rules.append(replace(rule, action=Action.LOG))
            rules.append(rule)
        return replace(found, rules=tuple(rules))

    def logged(policy: Policy) -> Policy:
        return replace(policy, ingress=section(policy, Direction.INGRESS), egress=section(policy, Direction.EGRESS))

    touched = {id(place.policy) for place in additions.rules}
    kept = tuple(logged(policy) if id(policy) in touched else policy for policy in policies.policies)
    return replace(policies, policies=(*kept, *additions.policies))
