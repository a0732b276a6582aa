"""The nearest miss of a packet that is denied: the rule that would let it through if the fewest conditions held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from translate.model.policy import Action, Policy, PolicySet, Rule
from translate.prover.evaluator import view_of
from translate.prover.failing import SEQUENCE, Miss, is_a_way, misses, unselected
from translate.prover.interpretations import Interpretation
from translate.prover.trace import Fate, Trace


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An allow, or a Pass, and all that keeps it from letting the packet through."""

    policy: Policy
    rule: Rule
    misses: tuple[Miss, ...]


def nearest(policies: PolicySet, walk: Trace, reading: Interpretation) -> NearMiss | None:
    """The nearest miss of ``walk``; None where it is allowed, and where no rule can let it through.

    Of equally near ones what is reached comes first, then an allow before a Pass, then what was looked at first.
    """
    decided = walk.decision.rule
    if walk.decision.allowed:
        return None
    overrides = policies.semantics.denies_override
    if overrides and decided is not None and decided.action is Action.DENY:
        return None
    found = [*_of_the_walk(policies, walk, reading), *_of_others(policies, walk, reading)]
    return min(found, key=_distance, default=None)


def _distance(one: NearMiss) -> tuple[int, bool, bool]:
    unreached = any(miss.about == SEQUENCE for miss in one.misses)
    return len(one.misses), unreached, one.rule.action is Action.PASS


def _before(walk: Trace) -> str:
    """What keeps a rule from being reached."""
    decided = walk.decision
    if decided.policy is None:
        return "it is never reached"
    if decided.rule is None:
        return f"tier {decided.policy.tier} ends before it is reached"
    return f"{decided.policy.identity} decides before it is reached"


def _of_the_walk(policies: PolicySet, walk: Trace, reading: Interpretation) -> Iterator[NearMiss]:
    view = view_of(policies.semantics, reading)
    for step in walk.steps:
        for asked in step.rules:
            if not is_a_way(asked.rule):
                continue
            match asked.fate:
                case Fate.FAILS:
                    yield NearMiss(step.policy, asked.rule, asked.misses)
                case Fate.UNREACHED:
                    late = Miss(SEQUENCE, _before(walk))
                    why = misses(asked.rule, step.policy, walk.point, view, policies.sets)
                    yield NearMiss(step.policy, asked.rule, (*why, late))
                case Fate.DECIDES if not walk.decision.allowed and asked.rule.action is Action.ALLOW:
                    yield NearMiss(step.policy, asked.rule, (Miss("layer 7", walk.decision.why),))
                case _:
                    pass


def _of_others(policies: PolicySet, walk: Trace, reading: Interpretation) -> Iterator[NearMiss]:
    """Rules of policies that do not select the pod."""
    view = view_of(policies.semantics, reading)
    for policy in walk.unselecting:
        section = policy.section(walk.point.direction)
        for rule in section.rules if section else ():
            if is_a_way(rule):
                why = misses(rule, policy, walk.point, view, policies.sets)
                yield NearMiss(policy, rule, (*unselected(policy, walk.point.subject), *why))
