"""Policies that may govern hosts: what they do there is not judged, so it is to be the same before and after."""

from __future__ import annotations

from collections.abc import Sequence

from translate.model.edit import is_of_everything, rules_of, with_rules
from translate.model.ordering import tier_order
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule
from translate.model.sets import may_govern


def governed_apart(before: PolicySet, after: PolicySet) -> str:
    """Which host of the input is not governed alike, in words; empty where all are. One that only one side tells is one
    of the cluster, so of both.
    """
    left, right = ({one.identity: one for one in side.sets if one.is_host} for side in (before, after))
    for identity, host in (right | left).items():
        mine = _said(before, [one for one in before.policies if may_govern(one, host)])
        theirs = _said(after, [one for one in after.policies if may_govern(one, right.get(identity, host))])
        if mine != theirs:
            return f"what governs {identity} is not judged, and is not the same on both sides"
    return ""


def told_apart(before: PolicySet, after: PolicySet) -> list[Identity]:
    """The policies that may govern hosts, if those before are not those after."""
    mine, theirs = ([one for one in side.policies if one.subject.hosts is not None] for side in (before, after))
    labels = dict.fromkeys(one.subject.hosts for one in (*mine, *theirs))
    if all(
        _said(before, [one for one in mine if one.subject.hosts == asked])
        == _said(after, [one for one in theirs if one.subject.hosts == asked])
        for asked in labels
    ):
        return []
    return list(dict.fromkeys(one.identity for one in (*mine, *theirs)))


def _said(policies: PolicySet, governing: Sequence[Policy]) -> list[tuple[object, ...]]:
    """What some of ``policies`` say of whatever they govern together, but for what is only logged: by tiers in their
    order, and there by names, which with the orders tell the sequence.
    """
    found = [with_rules(policy, _but_logs) for policy in governing]
    listed: list[tuple[object, ...]] = []
    for tier in tier_order(policies):
        members = [one for one in found if one.tier == tier.name]
        if tier.default_action is Action.DENY:
            members = [one for one in members if not _ends(one, members)]
        members.sort(key=lambda one: str(one.identity))
        listed += [
            (one.identity, one.order, one.ingress, one.egress, tier.name, tier.default_action) for one in members
        ]
    return listed


def _but_logs(rule: Rule) -> tuple[Rule, ...]:
    return () if rule.action is Action.LOG else (rule,)


def _ends(policy: Policy, members: Sequence[Policy]) -> bool:
    """Whether a policy stands behind others of a tier, and denies what its end denies anyway."""
    others = [one for one in members if one is not policy]
    is_last = policy.order is None and all(
        one.order is not None or one.identity.name < policy.identity.name for one in others
    )
    denies = all(rule.action is Action.DENY and is_of_everything(rule) for rule in rules_of(policy))
    isolated = all(
        any((section := one.section(way)) is not None and section.isolates for one in others)
        for way in Direction
        if policy.section(way) is not None
    )
    return is_last and denies and isolated
