"""Fits policies to a target: the natural mapping, one policy to one policy, in the order a careful engineer would
write.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replaced

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Action, Engine, Policy, PolicySet, Rule
from translate.plan.context import Pass, Target
from translate.plan.passes import (
    actions,
    address_sets,
    cidr_reach,
    deny_first,
    entities,
    expressions,
    extras,
    flat,
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
    redundant,
    rule_subjects,
    told_values,
)
from translate.tables import load

BEFOREHAND: tuple[Pass, ...] = (extras.run, logs.run)
PASSES: tuple[Pass, ...] = (
    *BEFOREHAND,
    actions.run,
    deny_first.run,
    own_node.run,
    address_sets.run,
    told_values.run,
    rule_subjects.run,
    namespaces.run,
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
    redundant.run,
    order.run,
    names.run,
    limits.run,
)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say policies: the actions it uses, which Deny rules of the input it keeps (None: all), whether denies
    stand in a tier of their own, and whether order is worked out beforehand, so that only allows are left.
    """

    actions: tuple[str, ...]
    denying: frozenset[Place] | None = None
    deny_tier: bool = False
    flat: bool = False

    @property
    def title(self) -> str:
        """What the form does, in a few words."""
        if self.flat:
            denies = " and denies" if Action.DENY.value in self.actions else ""
            return f"order worked out into allows{denies}"
        if self.denying is None:
            return "rule by rule"
        how = "in a tier before all others" if self.deny_tier else "that beat allows, or stand before them"
        count = len(self.denying)
        return f"{count} {'Deny' if count == 1 else 'Denies'} {how}" if count else "allows alone"


def forms(policies: PolicySet, target_name: str) -> tuple[Form, ...]:
    """The forms to try, the plainest first; a choice there is only where more than plain allows must be said.

    A form that keeps no Deny rule is where a search for the ones that are needed begins.
    """
    can = load.capabilities()[target_name]
    plain = Form(can.actions)
    if target_name == policies.engine.value or not _is_more_than_allows(policies):
        return (plain,)
    if policies.engine is Engine.KUBERNETES:
        return (plain,)
    flattened = Form((Action.ALLOW.value,), flat=True)
    if can.denies == "none":
        return (replaced(flattened, flat=False), flattened)
    few = Form(can.actions, frozenset())
    # Denies that beat allows stand in front of the allows, or where some policy does not isolate, in a tier.
    if can.denies == "ordered":
        tiered = (replaced(few, deny_tier=True),) if can.deny_tier else ()
        return (few, *tiered, flattened)
    return few, flattened, replaced(flattened, actions=can.actions)


def _is_more_than_allows(policies: PolicySet) -> bool:
    sections = [s for policy in policies.policies for s in (policy.ingress, policy.egress) if s is not None]
    return (
        len({policy.tier for policy in policies.policies}) > 1
        or any(not section.isolates for section in sections)
        or any(_asks_more(rule) for section in sections for rule in section.rules)
    )


def _asks_more(rule: Rule) -> bool:
    return rule.action in (Action.DENY, Action.PASS) or any(item.condition for item in rule.traffic)


def legalize(
    policies: PolicySet,
    target_name: str,
    report: Report,
    *,
    form: Form | None = None,
    loosen: bool = False,
    facts: Facts = NO_FACTS,
    reserved: frozenset[tuple[str | None, str]] = frozenset(),
    beside: tuple[Policy, ...] = (),
    changed: list[str] | None = None,
) -> PolicySet:
    """The policies as the target can spell them in ``form``; losses and refusals are in ``report``.

    ``loosen``: what has no exact form becomes the nearest wider one, not the nearest tighter. ``beside``: policies
    that stay as they are, and count where order is worked out. ``changed`` is told the passes that change anything.
    """
    can = load.capabilities()[target_name]
    form = form or Form(can.actions)
    target = Target(
        name=target_name,
        can=replace(can, actions=form.actions),
        labels=load.labels(target_name),
        source=policies.engine,
        loosen=loosen,
        sets=policies.sets,
        facts=facts,
        deny_tier=form.deny_tier,
        flat=form.flat,
        passing=frozenset(tier.name for tier in policies.tiers if tier.default_action is Action.PASS),
        denying=form.denying,
        reserved=reserved,
    )
    fitted: tuple[Policy, ...] = policies.policies
    runs = PASSES
    if form.flat:
        runs = (*BEFOREHAND, address_sets.run, flat.of(policies, beside), *PASSES[len(BEFOREHAND) :])
    for run in runs:
        after = run(fitted, target, report)
        if changed is not None and after != fitted:
            changed.append(run.__module__.rpartition(".")[2])
        fitted = after
    if target_name == policies.engine.value:
        return replace(policies, policies=fitted)
    own = deny_first.tier_of(can)
    tiers = (own,) if own is not None and any(policy.tier == own.name for policy in fitted) else ()
    return PolicySet(Engine(target_name), fitted, tiers)
