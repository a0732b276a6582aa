"""Denies whose packets get through beside what was loosened on purpose: no accepted loss may stand for them."""

from __future__ import annotations

from collections.abc import Sequence

from translate.core.diagnostics import Effect, Loss
from translate.core.origin import is_within
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr
from translate.model.policy import Action, Policy, PolicySet, Rule
from translate.prover.comparison import Comparison


def untold_denies(
    before: PolicySet, after: PolicySet, losses: Sequence[Loss], *, worked_out: bool, facts: Facts, steps: int
) -> list[tuple[Rule, Policy]]:
    """Deny rules of ``before`` whose packets ``after`` lets through today, and of which no looser loss is told: some if
    there are any and the steps suffice. What a pod's own node sends is left out: it has a loss of its own.

    Where order was ``worked_out`` a Deny of ranges is told with the allow that it cuts.
    """
    told = [loss.origin.place for loss in losses if loss.effect in (Effect.LOOSER, Effect.MIXED)]
    denies = {
        rule.origin.place: (rule, policy)
        for policy in before.policies
        for rule in rules_of(policy)
        if rule.action is Action.DENY and not (worked_out and all(isinstance(peer, Cidr) for peer in rule.peers))
    }
    missed = Comparison(before, after, facts, own_node_aside=True, steps=steps).missed(today=True).rules
    return [
        found
        for place, found in denies.items()
        if place in missed and not any(is_within(one, place) or is_within(place, one) for one in told)
    ]
