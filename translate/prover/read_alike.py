"""Whether two sets are one and the same to a proof: what is asked of one was asked of the other."""

from __future__ import annotations

from msgspec.structs import replace

from translate.model.policy import Action, Identity, Metadata, Policy, PolicySet, Section
from translate.model.semantics import Combining


def read_alike(one: PolicySet, other: PolicySet) -> bool:
    """Whether all that decides a packet is equal in both, policy by policy in the same sequence.

    Where denies override, neither names nor order decide anything, nor whether a Deny stands before or behind an Allow
    of its policy: these may differ. The decision list has all denies before all allows, each in their sequence.
    """
    if one == other:
        return True
    if one.semantics.combining is not Combining.DENY_OVERRIDES or len(one.policies) != len(other.policies):
        return False
    if replace(one, policies=()) != replace(other, policies=()):
        return False
    return all(_bare(mine) == _bare(theirs) for mine, theirs in zip(one.policies, other.policies, strict=True))


def _bare(policy: Policy) -> Policy:
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
