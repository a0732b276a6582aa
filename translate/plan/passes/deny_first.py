"""Denies that beat all allows, on a target of ordered rules: they stand in policies that come before all others.

Where every policy isolates, these are policies of the usual tier with a lower order: a policy that only denies isolates
too. Its own allows stand behind its denies, unless they would come before denies of another policy for the same pods.
Where one does not isolate, its denies and allows stand in a tier of their own, which ends in Pass: it isolates nobody,
and what it leaves open the isolating policies decide. A tier of allows alone is called so, and is behind one of denies
that another translation may have made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.edit import rules_of
from translate.model.policy import Action, Policy, Section, Tier
from translate.plan.context import Pass, Target
from translate.tables.records import Capabilities

DENIES, OPEN_ALLOWS, ALLOWS = 100.0, 200.0, 1000.0


def tiers_of(can: Capabilities) -> tuple[Tier, ...]:
    """The tiers that a target has for policies that do not isolate."""
    both = (can.deny_tier, can.allow_tier)
    return tuple(Tier(found.name, found.order, Action.PASS) for found in both if found is not None)


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split policies into what they deny and what they allow, each with its order."""
    if target.can.denies != "ordered" or not target.source.denies_override:
        return policies
    denies = any(rule.action is Action.DENY for policy in policies for rule in rules_of(policy))
    tiers = tiers_of(target.can) if target.deny_tier else ()
    own = None if not tiers else tiers[0] if denies else tiers[-1]
    if own is not None:
        return tuple(part for policy in policies for part in _parts(policy, own))
    denying = [policy for policy in policies if _denies(policy)]
    return tuple(part for policy in policies for part in _of_usual_tier(policy, denying))


def _denies(policy: Policy) -> bool:
    return any(rule.action is Action.DENY for rule in rules_of(policy))


def _of_usual_tier(policy: Policy, denying: Sequence[Policy]) -> Iterator[Policy]:
    """One policy for one, its denies in front; two where its allows must come behind the denies of another."""
    closed = all(section is None or section.isolates for section in (policy.ingress, policy.egress))
    apart = any(rule.action is Action.ALLOW for rule in rules_of(policy)) and any(
        _meet(policy, other) for other in denying if other is not policy
    )
    if apart or not closed or not _denies(policy):
        yield from _parts(policy, None)
    else:
        yield replace(policy, ingress=_ordered(policy.ingress), egress=_ordered(policy.egress), order=DENIES)


def _ordered(section: Section | None) -> Section | None:
    if section is None:
        return None
    rules = sorted(section.rules, key=lambda rule: rule.action is not Action.DENY)
    return replace(section, rules=tuple(rules))


def _meet(policy: Policy, other: Policy) -> bool:
    """Whether some pod may be governed by both."""
    from translate.plan.regions.boxes import TooManyBoxesError, inside  # only where something is denied
    from translate.plan.regions.encode import subject

    try:
        return any(inside([one], two) for one in subject(policy) for two in subject(other))
    except TooManyBoxesError:
        return True


def _parts(policy: Policy, own: Tier | None) -> Iterator[Policy]:
    tier = policy.tier if own is None else own.name
    denies = _only(policy, Action.DENY, isolating=None)
    if denies is not None:
        yield replace(_named(denies, "denies", own), tier=tier, order=DENIES)
    open_allows = _only(policy, Action.ALLOW, isolating=False)
    if open_allows is not None:
        yield replace(_named(open_allows, "open", own), tier=tier, order=OPEN_ALLOWS)
    allows = _only(policy, Action.ALLOW, isolating=True)
    if allows is not None:
        yield replace(allows, order=ALLOWS)


def _named(policy: Policy, word: str, tier: Tier | None) -> Policy:
    """A name of its own, with that of its tier in front: older releases demand it."""
    name = f"{policy.identity.name}-{word}"
    own = replace(policy.identity, name=name if tier is None else f"{tier.name}.{name}")
    return replace(policy, identity=own, given=policy.called)


def _only(policy: Policy, action: Action, isolating: bool | None) -> Policy | None:
    """The rules of one action in the sections that isolate, or do not, or (None) in both; None if nothing is left.

    Sections that isolate count without rules as well: they go with the allows.
    """

    def section(found: Section | None) -> Section | None:
        if found is None or isolating not in (None, found.isolates):
            return None
        rules = tuple(rule for rule in found.rules if rule.action is action)
        kept = bool(rules) or (isolating is True and found.isolates)
        return replace(found, rules=rules, isolates=True) if kept else None

    part = replace(policy, ingress=section(policy.ingress), egress=section(policy.egress))
    return None if part.ingress is None and part.egress is None else part


def _broken(policy: Policy, target: Target) -> bool:
    if target.can.denies != "ordered" or not target.source.denies_override:
        return False
    sections = [section for section in (policy.ingress, policy.egress) if section is not None]
    return policy.order is None or any(_ordered(section) != section for section in sections)


PASS = Pass(
    run,
    needs="rules of the target's actions alone",
    guarantees="where denies beat allows in the source they stand in front of them, and each policy has an order",
    broken=_broken,
)
