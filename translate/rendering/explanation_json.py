"""An explanation as JSON, ``netpol-translate/explain/v1``: within v1 fields are only ever added."""

from __future__ import annotations

from typing import Any

from translate.api.explain import Explanation
from translate.core.origin import spell
from translate.frontend.sources import Places
from translate.model.policy import Policy, Rule
from translate.prover.answers import Alternative, Supposition, Walk
from translate.prover.failing import Miss
from translate.prover.near_miss import NearMiss
from translate.prover.trace import PolicyStep, RuleStep, TierStep
from translate.rendering.explanation import on
from translate.rendering.json import place

SCHEMA = "netpol-translate/explain/v1"


def of_explanation(found: Explanation) -> dict[str, Any]:
    """The report of ``explain``."""
    return {
        "schema": SCHEMA,
        "verdict": found.answer.value,
        "from": found.connection.source.called,
        "to": found.connection.destination.called,
        "on": on(found),
        "reason": found.reason,
        "cases": [_case(case, found.places) for case in found.cases],
        "notes": list(found.notes),
    }


def _case(case: Alternative, places: Places) -> dict[str, Any]:
    return {
        "verdict": case.answer.value,
        "supposing": [_supposition(one) for one in case.supposed],
        "walks": [_walk(walk, places) for walk in case.walks],
    }


def _supposition(one: Supposition) -> dict[str, Any]:
    return {"question": one.question, "answer": one.answer, "sentence": one.sentence, "way": one.way}


def _walk(walk: Walk, places: Places) -> dict[str, Any]:
    decision = walk.trace.decision
    return {
        "direction": walk.direction.value,
        "pod": walk.pod,
        "verdict": walk.answer.value,
        "why": decision.why,
        "logged": decision.logged,
        "policy": str(decision.policy.identity) if decision.policy else None,
        "rule": _rule(decision.rule, decision.policy, places) if decision.rule and decision.policy else None,
        "tiers": [_tier(tier, places) for tier in walk.trace.tiers],
        "not_selecting": [str(policy.identity) for policy in walk.trace.unselecting],
        "unknown": [_supposition(one) for one in walk.unknown],
        "near_miss": _miss(walk.near_miss, places) if walk.near_miss else None,
    }


def _tier(tier: TierStep, places: Places) -> dict[str, Any]:
    steps = [_policy(step, places) for step in tier.policies]
    return {"name": tier.tier.name, "ending": tier.ending, "policies": steps}


def _policy(step: PolicyStep, places: Places) -> dict[str, Any]:
    return {
        "policy": str(step.policy.identity),
        **place(step.policy.origin, places),
        "isolates": step.isolates,
        "reached": step.reached,
        "rules": [_step(rule, step.policy, places) for rule in step.rules],
    }


def _step(step: RuleStep, policy: Policy, places: Places) -> dict[str, Any]:
    misses = _misses(step.misses)
    return {**_rule(step.rule, policy, places), "fate": step.fate.value, "misses": misses}


def _rule(rule: Rule, policy: Policy, places: Places) -> dict[str, Any]:
    return {
        "path": spell(rule.origin.path[len(policy.origin.path) :]),
        "action": rule.action.value,
        **place(rule.origin, places),
    }


def _miss(miss: NearMiss, places: Places) -> dict[str, Any]:
    misses = _misses(miss.misses)
    return {"policy": str(miss.policy.identity), **_rule(miss.rule, miss.policy, places), "misses": misses}


def _misses(found: tuple[Miss, ...]) -> list[dict[str, str]]:
    return [{"about": one.about, "text": one.text} for one in found]
