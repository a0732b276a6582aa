"""Fits policies to a target: the natural mapping, one policy to one policy, in the order a careful engineer would
write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from msgspec.structs import replace as replaced

from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Report
from translate.core.origin import NOWHERE, Place
from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Anyone
from translate.model.policy import Action, Policy, PolicySet, Rule
from translate.model.semantics import Semantics
from translate.model.traffic import ANY_TRAFFIC
from translate.plan import layer7
from translate.plan.contained import written_ranges
from translate.plan.context import Pass, Target
from translate.plan.passes import (
    actions,
    address_sets,
    cidr_reach,
    conditions,
    deny_first,
    directions,
    entities,
    everyone,
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
    redundant,
    repeats,
    rule_subjects,
    told_values,
)
from translate.plan.regions.cut import Cut
from translate.tables import load

if TYPE_CHECKING:
    from translate.plan.regions.encodings import Encodings
    from translate.plan.trace import Change

BEFOREHAND: tuple[Pass, ...] = (extras.PASS, logs.PASS, conditions.PASS)
PASSES: tuple[Pass, ...] = (
    *BEFOREHAND,
    directions.PASS,
    actions.PASS,
    deny_first.PASS,
    own_node.PASS,
    address_sets.PASS,
    told_values.PASS,
    rule_subjects.PASS,
    namespaces.PASS,
    everyone.PASS,
    entities.PASS,
    peer_words.PASS,
    packets.PASS,
    protocols.PASS,
    peer_forms.PASS,
    expressions.PASS,
    label_keys.PASS,
    cidr_reach.PASS,
    peer_kinds.PASS,
    port_lists.PASS,
    merge.PASS,
    repeats.PASS,
    redundant.PASS,
    order.PASS,
    names.PASS,
    limits.PASS,
)


PIECES = {
    Cut.BY_PEER: "",
    Cut.BY_PACKET: ", cut by packets first",
    Cut.BY_PORT: ", cut by ports before peers",
    Cut.WIDE: ", each as wide as can be",
}


class Form(Struct, frozen=True):
    """One way to say policies: the actions it uses, which Deny rules of the input it keeps (None: all), whether denies
    stand in a tier of their own, and whether order is worked out beforehand, so that only allows are left.
    """

    actions: tuple[Action, ...]
    denying: frozenset[Place] | None = None
    deny_tier: bool = False
    flat: bool = False
    cut: Cut = Cut.BY_PEER
    """Where order is worked out: into which pieces an allow falls that a Deny cuts."""

    @property
    def title(self) -> str:
        """What the form does, in a few words."""
        if self.flat:
            denies = " and denies" if Action.DENY in self.actions else ""
            return f"order worked out into allows{denies}{PIECES[self.cut]}"
        if self.denying is None:
            return "rule by rule"
        where = "in a tier before all others" if self.deny_tier else "before the allows"
        count = len(self.denying)
        if count:
            return f"{count} {'Deny' if count == 1 else 'Denies'} kept {where}"
        return f"allows alone, {where}" if self.deny_tier else "allows alone"


def strategies(policies: PolicySet, target_name: str) -> tuple[Form, ...]:
    """The forms to try, the plainest first; a choice there is only where more than plain allows must be said.

    A form that keeps no Deny rule is where a search for the ones that are needed begins.
    """
    can = load.capabilities()[target_name]
    plain = Form(can.actions)
    if target_name == policies.semantics.name or policies.semantics.only_adds or not _is_more_than_allows(policies):
        return (plain,)
    flattened = Form((Action.ALLOW,), flat=True)
    if can.denies == "none":
        return (replaced(flattened, flat=False), flattened)
    few = Form(can.actions, frozenset())
    # Denies that beat allows stand in front of the allows, or where some policy does not isolate, in a tier.
    if can.denies == "ordered":
        tiered = (replaced(few, deny_tier=True),) if can.deny_tier else ()
        return (few, *tiered, flattened)
    return few, flattened, replaced(flattened, actions=can.actions)


def nearer(policies: PolicySet, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """What else to try where all of ``forms`` lose something: order worked out into other pieces, of which others are
    lost. What is denied or passed on makes a difference there if it asks something of peers and of packets.
    """
    flat = tuple(form for form in forms if form.flat)
    if not any(_asks_of_both(rule) for policy in policies.policies for rule in rules_of(policy)):
        return ()
    return tuple(replaced(form, cut=cut) for cut in (Cut.BY_PACKET, Cut.WIDE) for form in flat)


def _asks_of_both(rule: Rule) -> bool:
    if not rule.action.cuts:
        return False
    peers = not any(isinstance(peer, Anyone) for peer in rule.peers)
    return any(item.family or (peers and replace(item, origin=NOWHERE) != ANY_TRAFFIC) for item in rule.traffic)


def _is_more_than_allows(policies: PolicySet) -> bool:
    sections = [s for policy in policies.policies for s in (policy.ingress, policy.egress) if s is not None]
    tiers = {policy.tier for policy in policies.policies}
    return (
        len(tiers) > 1
        or any(tier.name in tiers and tier.default_action is not Action.DENY for tier in policies.tiers)
        or any(not section.isolates for section in sections)
        or any(_asks_more(rule) for section in sections for rule in section.rules)
    )


def _asks_more(rule: Rule) -> bool:
    return rule.action.cuts or any(layer7.may_close(item) for item in rule.traffic)


def passes(
    policies: PolicySet, form: Form, beside: tuple[Policy, ...] = (), encodings: Encodings | None = None
) -> tuple[Pass, ...]:
    """The passes for a form, in their order."""
    if not form.flat:
        return PASSES
    from translate.plan.passes import flat  # only where order is worked out

    return (*BEFOREHAND, address_sets.PASS, flat.of(policies, beside, form.cut, encodings), *PASSES[len(BEFOREHAND) :])


def target_of(
    policies: PolicySet,
    target_name: str,
    engine: Semantics,
    form: Form,
    *,
    loosen: bool = False,
    accepted: Acceptance = NOTHING,
    facts: Facts = NO_FACTS,
    reserved: frozenset[tuple[str | None, str]] = frozenset(),
    beside: tuple[Policy, ...] = (),
) -> Target:
    """What the passes of a form are told."""
    return Target(
        name=target_name,
        can=replace(load.capabilities()[target_name], actions=form.actions),
        labels=load.labels(target_name),
        source=policies.semantics,
        engine=engine,
        loosen=loosen,
        accepted=accepted,
        sets=policies.sets,
        facts=facts,
        deny_tier=form.deny_tier,
        flat=form.flat,
        passing=frozenset(tier.name for tier in policies.tiers if tier.default_action is Action.PASS),
        denying=form.denying,
        beside=beside,
        reserved=reserved,
        written=written_ranges(policies.policies),
    )


def legalize(
    policies: PolicySet,
    target_name: str,
    report: Report,
    *,
    engine: Semantics,
    form: Form | None = None,
    loosen: bool = False,
    accepted: Acceptance = NOTHING,
    facts: Facts = NO_FACTS,
    reserved: frozenset[tuple[str | None, str]] = frozenset(),
    beside: tuple[Policy, ...] = (),
    changed: list[Change] | None = None,
    encodings: Encodings | None = None,
) -> PolicySet:
    """The policies as the target can spell them in ``form``; losses and refusals are in ``report``.

    ``engine``: whom the target is for.
    ``loosen``: what has no exact form becomes the nearest wider one, not the nearest tighter, where that is
    ``accepted``, or everywhere to show it where nothing is. ``beside``: policies that stay as they are, and count where
    order is worked out. ``changed`` is told what each pass changes. ``encodings``: what other forms need as well.
    """
    form = form or Form(load.capabilities()[target_name].actions)
    target = target_of(
        policies,
        target_name,
        engine,
        form,
        loosen=loosen,
        accepted=accepted,
        facts=facts,
        reserved=reserved,
        beside=beside,
    )
    fitted: tuple[Policy, ...] = policies.policies
    for step in passes(policies, form, beside, encodings):
        after = step.run(fitted, target, report)
        if changed is not None:
            from translate.plan.trace import change  # only where an account is asked for

            changed += [found] if (found := change(step.name, fitted, after)) is not None else []
        fitted = after
    # Whose part a policy is was for what passes tell: what is read back from the text does not know it.
    fitted = tuple(policy if policy.given is None else replace(policy, given=None) for policy in fitted)
    if target_name == policies.semantics.name:
        return replace(policies, policies=fitted)
    used = {policy.tier for policy in fitted}
    tiers = tuple(own for own in deny_first.tiers_of(target.can) if own.name in used)
    return PolicySet(engine, fitted, tiers, unjudged=policies.unjudged)
