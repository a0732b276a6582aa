"""Whether two sets are one and the same to a proof: what is asked of one was asked of the other."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from translate.model.policy import DEFAULT_TIER, Action, Identity, Metadata, Policy, PolicySet, Section
from translate.model.semantics import Combining


def read_alike(one: PolicySet, other: PolicySet) -> bool:
    """Whether all that decides a packet is equal in both, policy by policy in the same sequence.

    Labels and annotations decide nothing. Where allows add up, order does not either, in the default tier. Where denies
    override, neither names nor order do, nor whether a Deny stands before or behind an Allow of its policy: the
    decision list has all denies before all allows, each in their sequence.
    """
    if one == other:
        return True
    if len(one.policies) != len(other.policies) or replace(one, policies=()) != replace(other, policies=()):
        return False
    bare = _BARE.get(one.semantics.combining, _unlabelled)
    return all(bare(mine) == bare(theirs) for mine, theirs in zip(one.policies, other.policies, strict=True))


def _unlabelled(policy: Policy) -> Policy:
    return replace(policy, metadata=Metadata())


def _unordered(policy: Policy) -> Policy:
    """A policy without its order, where that is no matter."""
    return replace(policy, metadata=Metadata(), order=None if policy.tier == DEFAULT_TIER else policy.order)


def _unnamed(policy: Policy) -> Policy:
    """A policy without what names and sorts it, its denies first; its namespace says whose pods it is about."""
    return replace(
        policy,
        identity=Identity("", policy.identity.namespace, ""),
        order=None,
        metadata=Metadata(),
        tie="",
        ingress=_denies_first(policy.ingress),
        egress=_denies_first(policy.egress),
    )


def _denies_first(section: Section | None) -> Section | None:
    if section is None or all(rule.action is Action.ALLOW for rule in section.rules):
        return section
    return replace(section, rules=tuple(sorted(section.rules, key=lambda rule: rule.action is not Action.DENY)))


_BARE: dict[Combining | None, Callable[[Policy], Policy]] = {
    Combining.DENY_OVERRIDES: _unnamed,
    Combining.PERMIT_UNION: _unordered,
}
