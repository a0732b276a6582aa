"""Fits policies to a target: the natural mapping, one policy to one policy, in the order a careful engineer would
write.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Action, Engine, Policy, PolicySet
from translate.plan.context import Pass, Target
from translate.plan.edit import rules_of
from translate.plan.passes import (
    actions,
    address_sets,
    cidr_reach,
    deny_first,
    entities,
    expressions,
    extras,
    label_keys,
    limits,
    logs,
    merge,
    names,
    namespaces,
    order,
    own_node,
    packets,
    peer_forms,
    peer_kinds,
    peer_words,
    port_lists,
    protocols,
    rule_subjects,
)
from translate.tables import load

PASSES: tuple[Pass, ...] = (
    extras.run,
    logs.run,
    actions.run,
    deny_first.run,
    own_node.run,
    rule_subjects.run,
    namespaces.run,
    address_sets.run,
    entities.run,
    peer_words.run,
    packets.run,
    peer_forms.run,
    expressions.run,
    label_keys.run,
    cidr_reach.run,
    protocols.run,
    peer_kinds.run,
    port_lists.run,
    merge.run,
    order.run,
    names.run,
    limits.run,
)


@dataclass(frozen=True, slots=True)
class Form:
    """One natural way to say policies: the actions it uses, and whether denies stand in a tier of their own."""

    actions: tuple[str, ...]
    deny_tier: bool = False


def forms(policies: PolicySet, target_name: str) -> tuple[Form, ...]:
    """The forms to try, the plainest first; a choice there is only where something denies."""
    can = load.capabilities()[target_name]
    plain = Form(can.actions)
    if target_name == policies.engine.value or not _denies(policies):
        return (plain,)
    allowing = Form((Action.ALLOW.value,))
    if can.denies == "ordered":
        # Denies that beat allows: in front of the allows, or where some policy does not isolate, in a tier.
        return (allowing, plain, Form(can.actions, deny_tier=True))
    return (allowing, plain) if can.denies == "first" else (allowing,)


def _denies(policies: PolicySet) -> bool:
    return any(
        rule.action in (Action.DENY, Action.PASS) for policy in policies.policies for rule in rules_of(policy)
    ) or any(s is not None and not s.isolates for policy in policies.policies for s in (policy.ingress, policy.egress))


def fit(
    policies: PolicySet,
    target_name: str,
    report: Report,
    *,
    form: Form | None = None,
    loosen: bool = False,
    facts: Facts = NO_FACTS,
    reserved: frozenset[tuple[str | None, str]] = frozenset(),
) -> PolicySet:
    """The policies as the target can spell them in ``form``; losses and refusals are in ``report``.

    ``loosen``: what has no exact form becomes the nearest wider one instead of the nearest tighter.
    """
    can = load.capabilities()[target_name]
    form = form or Form(can.actions)
    target = Target(
        target_name,
        replace(can, actions=form.actions),
        load.labels(),
        policies.engine,
        loosen,
        policies.sets,
        facts,
        form.deny_tier,
        reserved,
    )
    fitted: tuple[Policy, ...] = policies.policies
    for run in PASSES:
        fitted = run(fitted, target, report)
    if target_name == policies.engine.value:
        return replace(policies, policies=fitted)
    tiers = (deny_first.TIER,) if any(policy.tier == deny_first.TIER.name for policy in fitted) else ()
    return PolicySet(Engine(target_name), fitted, tiers)
