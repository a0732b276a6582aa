"""Which losses stand once more is allowed: those of rules that have packets still which do not get through."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Loss, Report
from translate.core.origin import Place, around
from translate.model.edit import rules_of, with_rules
from translate.model.policy import Action, Policy, PolicySet, Rule
from translate.prover.proof import Verdict

MOST_RULES = 8
"""Of so many rules it is looked at; each costs a proof."""

Compares = Callable[[PolicySet], Verdict]
"""How a set compares with what the output lets through."""


def still_lost(report: Report, before: PolicySet, compares: Compares) -> Report:
    """The report without tighter losses in allows of ``before`` that lose no packet any more."""
    rules = (rule for policy in before.policies for rule in rules_of(policy))
    allows = frozenset(rule.origin.place for rule in rules if rule.action is Action.ALLOW)
    told = {place for loss in report.losses if (place := _rule(loss, allows)) is not None}
    if len(told) > MOST_RULES:
        return report
    whole = {place for place in told if compares(_alone(before, place)) in (Verdict.SAME, Verdict.LOOSER)}
    kept = [loss for loss in report.losses if _rule(loss, allows) not in whole]
    return Report(kept, list(report.refusals), list(report.notes)) if whole else report


def _rule(loss: Loss, allows: frozenset[Place]) -> Place | None:
    """The allow that a tighter loss is told of."""
    if loss.effect is not Effect.TIGHTER:
        return None
    return max(allows.intersection(around((loss.origin.place,))), key=_depth, default=None)


def _depth(place: Place) -> int:
    return len(place[2])


def _alone(before: PolicySet, place: Place) -> PolicySet:
    """What an allow decides, and nothing else is let through by a rule; in an order the others still take away what
    they decided before it.
    """
    ordered = before.semantics.has_order
    home = {p.tier for p in before.policies for rule in rules_of(p) if rule.origin.place == place}

    def of(policy: Policy) -> Policy:
        def changed(rule: Rule) -> tuple[Rule, ...]:
            # What another tier passes on may be what the allow decides.
            lets_on = rule.action is Action.ALLOW or (rule.action is Action.PASS and policy.tier in home)
            if not lets_on or rule.origin.place == place:
                return (rule,)
            return (replace(rule, action=Action.DENY),) if ordered else ()

        return with_rules(policy, changed)

    return replace(before, policies=tuple(map(of, before.policies)))
