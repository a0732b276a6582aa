"""One packet walked rule by rule, in the discipline of its engine: what the evaluator decides, with all that it passed.

The verdict is the evaluator's; here it is only told what became of every rule on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from translate.model.ordering import tier_order
from translate.model.policy import DEFAULT_TIER, Action, AddressSet, Policy, PolicySet, Rule, Section, Tier
from translate.model.semantics import Combining, Enforcement, OwnNode, TieBreak
from translate.prover.decision import Decision
from translate.prover.evaluator import decide, governs, in_sequence, own_node_rule, view_of
from translate.prover.evaluator_match import View, rule_matches
from translate.prover.failing import Miss, misses
from translate.prover.interpretations import Interpretation
from translate.prover.point import Point


class Fate(StrEnum):
    """What became of a rule."""

    DECIDES = "decides"
    LOGS = "logs"
    PASSES = "passes on"
    ALSO = "matches too"
    OVERRULED = "matches, overruled"
    FAILS = "does not match"
    UNREACHED = "never reached"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """A rule and its fate; ``misses``: the conditions that the packet fails, of a rule that does not match."""

    rule: Rule
    fate: Fate
    misses: tuple[Miss, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """A policy that governs the pod; ``isolates``: what it does not allow is denied; ``reached``: it was looked at."""

    policy: Policy
    isolates: bool
    reached: bool
    rules: tuple[RuleStep, ...]


@dataclass(frozen=True, slots=True)
class TierStep:
    """A tier with policies that govern the pod, in their sequence, and how it ended: empty where it went on."""

    tier: Tier
    policies: tuple[PolicyStep, ...]
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """``point`` judged at its subject: the decision and what led to it; ``unselecting``: policies of that direction
    that do not govern the pod.
    """

    point: Point
    decision: Decision
    tiers: tuple[TierStep, ...]
    unselecting: tuple[Policy, ...]

    @property
    def steps(self) -> tuple[PolicyStep, ...]:
        """The policies that govern the pod, in the sequence of their engine."""
        return tuple(step for tier in self.tiers for step in tier.policies)


def trace(
    policies: PolicySet,
    point: Point,
    reading: Interpretation = Interpretation.LEAST,
    ties: TieBreak | None = None,
    decision: Decision | None = None,
) -> Trace:
    """The walk that ``decide`` takes for ``point``, with the same arguments; ``decision``: what it says, if known."""
    decision = decision or decide(policies, point, reading, ties=ties)
    semantics = policies.semantics
    view = view_of(semantics, reading)
    walk = _Walk(point, view, policies.sets, decision)
    found = in_sequence(policies, point, view, ties)
    unasked = own_node_rule(semantics, point, reading) is OwnNode.ALWAYS
    if unasked or semantics.enforcement is Enforcement.NOWHERE:
        walk.is_over = True
    match semantics.combining:
        case Combining.DENY_OVERRIDES:
            tiers = walk.flat(found, next(tier for tier in tier_order(policies) if tier.name == DEFAULT_TIER))
        case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION:
            adds_up = semantics.only_adds
            tiers = tuple(walk.tiers(found, tier_order(policies), adds_up))
        case None:
            raise ValueError(f"nothing is known of how the rules of {semantics.name} combine")
        case never:
            assert_never(never)
    return Trace(point, decision, tiers, _unselecting(policies, point))


def _unselecting(policies: PolicySet, point: Point) -> tuple[Policy, ...]:
    return tuple(
        policy
        for policy in policies.policies
        if policy.section(point.direction) is not None and not governs(policy, point.subject)
    )


class _Walk:
    """Where the walk stands: ``is_over`` once the packet is decided."""

    def __init__(self, point: Point, view: View, sets: tuple[AddressSet, ...], decision: Decision) -> None:
        self.point, self.view, self.sets, self.decision = point, view, sets, decision
        self.is_over = False

    def tiers(self, found: list[tuple[Policy, Section]], order: Iterable[Tier], adds_up: bool) -> Iterable[TierStep]:
        """Tier by tier; ``adds_up``: in the default tier allows do, whatever their sequence."""
        for tier in order:
            mine = [(policy, section) for policy, section in found if policy.tier == tier.name]
            if mine:
                yield self._union(mine, tier) if adds_up and tier.name == DEFAULT_TIER else self._tier(mine, tier)

    def _tier(self, mine: list[tuple[Policy, Section]], tier: Tier) -> TierStep:
        steps: list[PolicyStep] = []
        passed, was_over = False, self.is_over
        for policy, section in mine:
            reached, rules = not (self.is_over or passed), []
            for rule in section.rules:
                step = self._asked(rule, policy) if not (self.is_over or passed) else RuleStep(rule, Fate.UNREACHED)
                self.is_over = self.is_over or step.fate is Fate.DECIDES
                passed = passed or step.fate is Fate.PASSES
                rules.append(step)
            steps.append(PolicyStep(policy, section.isolates, reached, tuple(rules)))
        ending = "" if was_over else self._ending(mine, tier, passed)
        return TierStep(tier, tuple(steps), ending)

    def _union(self, mine: list[tuple[Policy, Section]], tier: Tier) -> TierStep:
        was_over = self.is_over
        steps = [
            PolicyStep(
                policy,
                section.isolates,
                not was_over,
                tuple(RuleStep(r, Fate.UNREACHED) if was_over else self._asked(r, policy) for r in section.rules),
            )
            for policy, section in mine
        ]
        self.is_over = was_over or any(rule.fate is Fate.DECIDES for step in steps for rule in step.rules)
        return TierStep(tier, tuple(steps), "" if was_over else self._ending(mine, tier, passed=False))

    def _ending(self, mine: list[tuple[Policy, Section]], tier: Tier, passed: bool) -> str:
        """How a tier ended that was reached."""
        if self.is_over:
            return ""
        if passed:
            return "passed on to the next tier"
        if tier.default_action is not Action.DENY:
            return f"end of tier {tier.name}: nothing in it decides, and it passes on"
        if not any(section.isolates for _, section in mine):
            return ""
        self.is_over = True
        return self.decision.why

    def flat(self, found: list[tuple[Policy, Section]], tier: Tier) -> tuple[TierStep, ...]:
        """Denies first, then allows, whatever their sequence."""
        steps = [
            PolicyStep(
                policy, section.isolates, not self.is_over, tuple(self._of_all(r, policy) for r in section.rules)
            )
            for policy, section in found
        ]
        decided = any(rule.fate is Fate.DECIDES for step in steps for rule in step.rules)
        return (TierStep(tier, tuple(steps), "" if decided or self.is_over else self.decision.why),) if steps else ()

    def _of_all(self, rule: Rule, policy: Policy) -> RuleStep:
        if self.is_over:
            return RuleStep(rule, Fate.UNREACHED)
        found = self._asked(rule, policy)
        denied = self.decision.rule is not None and self.decision.rule.action is Action.DENY
        if found.fate is Fate.ALSO and denied and rule.action is Action.ALLOW:
            return RuleStep(rule, Fate.OVERRULED)
        return found

    def _asked(self, rule: Rule, policy: Policy) -> RuleStep:
        """What becomes of a rule that is reached."""
        if rule is self.decision.rule and policy is self.decision.policy:
            return RuleStep(rule, Fate.DECIDES)
        if not rule_matches(rule, policy, self.point, self.view, self.sets):
            return RuleStep(rule, Fate.FAILS, misses(rule, policy, self.point, self.view, self.sets))
        match rule.action:
            case Action.LOG:
                return RuleStep(rule, Fate.LOGS)
            case Action.PASS:
                return RuleStep(rule, Fate.PASSES)
            case Action.ALLOW | Action.DENY:
                return RuleStep(rule, Fate.ALSO)
            case never:
                assert_never(never)
