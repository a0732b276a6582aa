"""Fits policies to a target: the natural mapping, one policy to one policy, in the order a careful engineer would
write.
"""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.policy import Engine, Policy, PolicySet
from translate.plan.context import Pass, Target
from translate.plan.passes import (
    actions,
    address_sets,
    cidr_reach,
    expressions,
    label_keys,
    limits,
    logs,
    merge,
    names,
    namespaces,
    order,
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
    logs.run,
    actions.run,
    rule_subjects.run,
    namespaces.run,
    address_sets.run,
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


def fit(policies: PolicySet, target_name: str, report: Report, *, loosen: bool = False) -> PolicySet:
    """The policies as the target can spell them; losses and refusals are in ``report``.

    ``loosen``: what has no exact form becomes the nearest wider one instead of the nearest tighter.
    """
    target = Target(
        target_name, load.capabilities()[target_name], load.labels(), policies.engine, loosen, policies.sets
    )
    fitted: tuple[Policy, ...] = policies.policies
    for run in PASSES:
        fitted = run(fitted, target, report)
    if target_name == policies.engine.value:
        return replace(policies, policies=fitted)
    return PolicySet(Engine(target_name), fitted)
