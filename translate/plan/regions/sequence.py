"""The rules of each tier in their order, as boxes: what is decided where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as replaced
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from translate.model.ordering import numbers_in_order, tier_order
from translate.model.peers import Peer
from translate.model.policy import DEFAULT_TIER, Action, Direction, Policy, PolicySet, Rule, Tier
from translate.model.semantics import Combining
from translate.model.traffic import Traffic
from translate.plan.regions.boxes import Box, tidy
from translate.plan.regions.encode import rule_boxes, subject


@dataclass(frozen=True, slots=True)
class SequencedRule:
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


def tiers_of(policies: PolicySet, direction: Direction) -> list[TierRules]:
    """The tiers that say anything of ``direction``, in order."""
    applying = {
        number: policies.policies[number]
        for number in numbers_in_order(policies)
        if policies.policies[number].section(direction) is not None
    }
    if policies.semantics.combining is Combining.DENY_OVERRIDES:
        return [_denies_first(applying, direction)]
    found = []
    for tier in tier_order(policies):
        members = {number: policy for number, policy in applying.items() if policy.tier == tier.name}
        if members:
            selected = tidy(box for one in members.values() for box in subject(one))
            found.append(TierRules(tier, list(_listed(members, direction)), selected))
    return found


def _denies_first(applying: dict[int, Policy], direction: Direction) -> TierRules:
    """Denies beat allows. What a rule asks on layer 7 is asked whatever else allows the packet, but for a rule of the
    very same peer and port that asks nothing: behind these, such packets are denied.
    """
    rules = list(_listed(applying, direction))
    denies = [listed for listed in rules if listed.denies]
    allows = [listed for listed in rules if not listed.denies]
    asking = [part for listed in allows for part in _only(listed, asks=True)]
    unasked = [*map(_unasked, asking)]
    asked = {pair for listed in unasked for pair in product(listed.rule.peers, listed.rule.traffic)}
    twins = [twin for listed in allows if asked for twin in _twins(listed, asked)]
    plain = [part for listed in allows for part in _only(listed, asks=False)]
    closed = tidy(box for policy in applying.values() if isolates(policy, direction) for box in subject(policy))
    return TierRules(Tier(DEFAULT_TIER, 0.0, Action.DENY), [*denies, *asking, *twins, *unasked, *plain], closed)


def _only(listed: SequencedRule, *, asks: bool) -> Iterator[SequencedRule]:
    traffic = tuple(item for item in listed.rule.traffic if bool(item.condition) is asks)
    if traffic:
        yield _with(listed, replace(listed.rule, traffic=traffic))


def _twins(listed: SequencedRule, asked: set[tuple[Peer, Traffic]]) -> Iterator[SequencedRule]:
    """What a rule allows unasked of just the peers and ports that others ask."""
    for peer, item in product(listed.rule.peers, listed.rule.traffic):
        if (peer, item) in asked:
            yield _with(listed, replace(listed.rule, peers=(peer,), traffic=(item,)))


def _unasked(listed: SequencedRule) -> SequencedRule:
    traffic = tuple(replace(item, condition=None) for item in listed.rule.traffic)
    return _with(listed, replace(listed.rule, action=Action.DENY, traffic=traffic))


def _with(listed: SequencedRule, rule: Rule) -> SequencedRule:
    """Another rule in the same place."""
    return replaced(listed, rule=rule, boxes=rule_boxes(rule, listed.policy))


def _listed(members: dict[int, Policy], direction: Direction) -> Iterator[SequencedRule]:
    for number, policy in members.items():
        section = policy.section(direction)
        for rule in section.rules if section is not None else ():
            if rule.action is not Action.LOG:
                yield SequencedRule(number, policy, rule, rule_boxes(rule, policy))
