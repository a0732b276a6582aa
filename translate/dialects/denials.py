"""Denial logging in the words of the model: what is asked for, and what it adds to policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from msgspec.structs import replace as replaced

from translate.core.origin import Origin, Place
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section


class LogRequest(Struct, frozen=True):
    """Which denials to log; ``explicit_only``: those by a Deny rule, not those at the end of a tier."""

    directions: tuple[Direction, ...] = tuple(Direction)
    explicit_only: bool = False


class InsertionPoint(Struct, frozen=True):
    """Before which rule a Log rule goes, of which policy: its number in the set."""

    number: int
    direction: Direction
    index: int


class Additions(Struct, frozen=True):
    """What logging adds to a set: Log rules before others, and policies."""

    rules: tuple[InsertionPoint, ...] = ()
    policies: tuple[Policy, ...] = ()

    def apart(self, count: int) -> tuple[tuple[InsertionPoint, ...], Additions]:
        """The rules of the first ``count`` policies, and the rest as if the set began behind these."""
        later = (replaced(place, number=place.number - count) for place in self.rules if place.number >= count)
        return tuple(place for place in self.rules if place.number < count), Additions(tuple(later), self.policies)


def before_rules(policies: Sequence[Policy], places: Iterable[InsertionPoint]) -> Iterator[tuple[Policy, Origin]]:
    """The policy, and where its text has the rule, of each place before a rule of ``policies``; each rule once, as one
    that is written may be several in the model.
    """
    seen: set[Place] = set()
    for place in places:
        policy = policies[place.number]
        section = policy.section(place.direction)
        origin = section.rules[place.index].origin if section is not None else policy.origin
        if origin.place not in seen:
            seen.add(origin.place)
            yield policy, origin


def added(policies: PolicySet, additions: Additions) -> PolicySet:
    """The set with the Log rules and policies in it."""
    places = set(additions.rules)

    def section(number: int, direction: Direction) -> Section | None:
        found = policies.policies[number].section(direction)
        if found is None:
            return None
        rules: list[Rule] = []
        for index, rule in enumerate(found.rules):
            if InsertionPoint(number, direction, index) in places:
                rules.append(replace(rule, action=Action.LOG))
            rules.append(rule)
        return replace(found, rules=tuple(rules))

    def logged(number: int, policy: Policy) -> Policy:
        return replace(policy, ingress=section(number, Direction.INGRESS), egress=section(number, Direction.EGRESS))

    touched = {place.number for place in places}
    kept = tuple(logged(n, policy) if n in touched else policy for n, policy in enumerate(policies.policies))
    return replace(policies, policies=(*kept, *additions.policies))
