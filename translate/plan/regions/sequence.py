"""The rules of each tier in their order, as boxes: what is decided where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from msgspec.structs import replace as replaced

from translate.model.ordering import numbers_in_order, tier_order
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet, Rule, Tier
from translate.model.traffic import Traffic
from translate.plan import layer7
from translate.plan.regions.boxes import Box, tidy
from translate.plan.regions.encode import rule_boxes
from translate.plan.regions.encodings import Encodings


class SequencedRule(Struct, frozen=True):
    """A rule in its place, as boxes; ``number``: which policy of the set its policy is."""

    number: int
    policy: Policy
    rule: Rule
    boxes: list[Box]

    @property
    def denies(self) -> bool:
        """Whether it is a Deny."""
        return self.rule.action is Action.DENY


def isolates(policy: Policy, direction: Direction) -> bool:
    """Whether a policy denies what nothing allows."""
    section = policy.section(direction)
    return section is not None and section.isolates


class TierRules(NamedTuple):
    """A tier, its rules in order, and the pods that its policies select."""

    tier: Tier
    rules: list[SequencedRule]
    selected: list[Box]


def tiers_of(policies: PolicySet, direction: Direction, encodings: Encodings) -> list[TierRules]:
    """The tiers that say anything of ``direction``, in order. Raises TooManyBoxesError."""
    applying = {
        number: policies.policies[number]
        for number in numbers_in_order(policies)
        if policies.policies[number].section(direction) is not None
    }
    if policies.semantics.denies_override:
        return _denies_first(applying, direction, encodings)
    found = []
    for tier in tier_order(policies):
        members = {number: policy for number, policy in applying.items() if policy.tier == tier.name}
        if members:
            selected = tidy(box for one in members.values() for box in encodings.subject(one))
            found.append(TierRules(tier, list(_listed(members, direction, encodings)), selected))
    return found


def _denies_first(applying: dict[int, Policy], direction: Direction, encodings: Encodings) -> list[TierRules]:
    """Denies beat allows, and allows add up: one that asks nothing frees a packet of what others ask on layer 7.

    What stays is asked all the same, so behind it such packets are denied. The DNS proxy knows the rules of its own
    port alone: what these do not let through passes over all others, to where it is isolated or not.
    """
    rules = list(_listed(applying, direction, encodings))
    denies = [listed for listed in rules if listed.denies]
    allows = [listed for listed in rules if not listed.denies]
    staying = [part for listed in allows for part in _only(listed, layer7.stays)]
    names = [part for listed in allows for part in _only(listed, layer7.asks_for_name)]
    ports = {layer7.port(item) for listed in names for item in listed.rule.traffic}
    free = [part for listed in allows for part in _only(listed, lambda item: not layer7.stays(item))]
    of_ports = [part for listed in free for part in _only(listed, lambda item: layer7.port(item) in ports)]
    others = [part for listed in free for part in _only(listed, lambda item: layer7.port(item) not in ports)]
    denied = [_unasked(listed, Action.DENY) for listed in staying]
    passed = [_unasked(listed, Action.PASS) for listed in names]
    closing = (policy for policy in applying.values() if isolates(policy, direction))
    closed = tidy(box for policy in closing for box in encodings.subject(policy))
    tier = Tier(DEFAULT_TIER, 0.0, Action.DENY)
    found = [*denies, *staying, *denied, *of_ports, *passed, *others]
    if not names:
        return [TierRules(tier, found, closed)]
    return [TierRules(replace(tier, default_action=Action.PASS), found, []), TierRules(tier, [], closed)]


def _only(listed: SequencedRule, wanted: Callable[[Traffic], bool]) -> Iterator[SequencedRule]:
    traffic = tuple(item for item in listed.rule.traffic if wanted(item))
    if len(traffic) == len(listed.rule.traffic):
        yield listed
    elif traffic:
        yield _with(listed, replace(listed.rule, traffic=traffic))


def _unasked(listed: SequencedRule, action: Action) -> SequencedRule:
    traffic = tuple(layer7.unasked(item) for item in listed.rule.traffic)
    return _with(listed, replace(listed.rule, action=action, traffic=traffic))


def _with(listed: SequencedRule, rule: Rule) -> SequencedRule:
    """Another rule in the same place."""
    return replaced(listed, rule=rule, boxes=rule_boxes(rule, listed.policy))


def _listed(members: dict[int, Policy], direction: Direction, encodings: Encodings) -> Iterator[SequencedRule]:
    for number, policy in members.items():
        section = policy.section(direction)
        for rule in section.rules if section is not None else ():
            if rule.action is not Action.LOG:
                yield SequencedRule(number, policy, rule, encodings.rule(rule, policy))
