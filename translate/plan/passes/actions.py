"""Deny and Pass rules, and tiers, on targets that only allow: left out, if that changes nothing.

A Deny at the end of a list denies what is denied anyway. A Deny that cuts what a later rule allows cannot be left out:
the proof finds that packet, and what would be looser is not written.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.edit import is_of_everything, rules_of, with_rules
from translate.model.policy import DEFAULT_TIER, Action, Policy, PolicySet, Rule, Section
from translate.plan.context import Pass, Target
from translate.plan.isolation import closed_anyway

CODE = "NPT210"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Keep the rules that the target can say; refuse policies that do not isolate, unless their pods are isolated."""
    if not target.can.open_sections:
        policies = closed_anyway(policies, target)

    def kept(rule: Rule) -> Iterator[Rule]:
        chosen = target.denying is None or rule.action is not Action.DENY or rule.origin.place in target.denying
        if rule.action in target.can.actions and chosen:
            yield rule

    # Tiers around a union of allows are ordered beyond what an open section says.
    sayable = (target.can.open_sections or target.deny_tier) and not target.source.only_adds
    for policy in policies if not sayable else ():
        for section in (policy.ingress, policy.egress):
            if section is not None and not section.isolates:
                report.refuse(CODE, _unsayable(target), origin=section.origin, about=policy.called)
    if set(target.can.actions) >= set(Action) and target.denying is None:
        return policies
    return tuple(with_rules(_of_one_tier(policy, target), kept) for policy in policies)


def _unsayable(target: Target) -> str:
    """What of rules that do not isolate a target cannot say in this form."""
    if target.source.only_adds:
        return (
            "it decides before or behind all NetworkPolicies and isolates nobody: that is compared (verify), and not "
            f"translated to a {target.can.title}"
        )
    where = " of the usual tier" if target.can.deny_tier else ""
    return f"rules that do not isolate have no counterpart in a {target.can.title}{where}"


def _of_one_tier(policy: Policy, target: Target) -> Policy:
    """The policy without its tier; where that or its own rules end in Pass it isolates nobody, if that can be said."""
    if not target.can.open_sections:
        return replace(policy, tier=DEFAULT_TIER)
    passing = policy.tier in target.passing
    ingress, egress = (_open(one, passing=passing) for one in (policy.ingress, policy.egress))
    return replace(policy, ingress=ingress, egress=egress, tier=DEFAULT_TIER)


def _open(section: Section | None, *, passing: bool) -> Section | None:
    if section is None or not (passing or (section.rules and _passes_all(section.rules[-1]))):
        return section
    return replace(section, isolates=False)


def _passes_all(rule: Rule) -> bool:
    return rule.action is Action.PASS and is_of_everything(rule)


def rests_on_proof(policies: PolicySet, actions: tuple[Action, ...]) -> bool:
    """Whether leaving out what the target lacks could change what is let through."""
    decisive = {action for action in Action if action.cuts} - set(actions)
    return any(
        policy.tier != DEFAULT_TIER or any(rule.action in decisive for rule in rules_of(policy))
        for policy in policies.policies
        if decisive
    )


def _broken(policy: Policy, target: Target) -> bool:
    return any(rule.action not in target.can.actions for rule in rules_of(policy))


PASS = Pass(
    run,
    needs="Log rules are gone where the target cannot log",
    guarantees="every rule does something that the target can say",
    broken=_broken,
)
