"""Policies that may govern hosts: what they do there is not judged, so it is to be the same before and after."""

from __future__ import annotations

from collections.abc import Sequence

from translate.model.edit import is_of_everything, rules_of, with_rules
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule
from translate.model.sets import may_govern


def governed_apart(before: PolicySet, after: PolicySet) -> str:
    """Which host of the input is not governed alike, in words; empty where all are."""
    sides = (before, after)
    for host in dict.fromkeys(one for side in sides for one in side.sets if one.is_host):
        mine, theirs = (_said([one for one in side.policies if may_govern(one, host)]) for side in sides)
        if mine != theirs:
            return f"what governs {host.identity} is not judged, and is not the same on both sides"
    return ""


def told_apart(before: PolicySet, after: PolicySet) -> list[Identity]:
    """The policies that may govern hosts, if those before are not those after."""
    mine, theirs = ([one for one in side.policies if one.subject.hosts is not None] for side in (before, after))
    if _said(mine) == _said(theirs) and [one.subject.hosts for one in mine] == [one.subject.hosts for one in theirs]:
        return []
    return list(dict.fromkeys(one.identity for one in (*mine, *theirs)))


def _said(governing: Sequence[Policy]) -> list[tuple[object, ...]]:
    """What policies say of whatever they govern together, but for what is only logged."""
    found = [with_rules(policy, _but_logs) for policy in governing]
    kept = [one for one in found if not _ends(one, found)]
    return [(one.identity, one.tier, one.order, one.ingress, one.egress) for one in kept]


def _but_logs(rule: Rule) -> tuple[Rule, ...]:
    return () if rule.action is Action.LOG else (rule,)


def _ends(policy: Policy, governing: Sequence[Policy]) -> bool:
    """Whether a policy says what the end of its tier says anyway, of all that others of that tier govern."""
    others = [one for one in governing if one is not policy and one.tier == policy.tier]
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
