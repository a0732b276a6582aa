"""Policies that say nothing: those made for some pods of another that are left without a rule, as their pods are
isolated already, and those that isolate nobody and allow only what is open anyway.
"""

from __future__ import annotations

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Place
from translate.model.edit import rules_of
from translate.model.peers import OwnNamespace
from translate.model.policy import Direction, Policy
from translate.model.selectors import And, Selector
from translate.plan.context import Pass, Target

NOTHING_SAID = "NPT308"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out what says nothing; what would be the only policy of an object is named."""
    kept: list[Policy] = []
    empty: list[Policy] = []
    of: dict[Place, list[Policy]] = {}
    for policy in policies:
        others = of.setdefault(policy.origin.place, [])
        if policy.ingress is None and policy.egress is None:
            empty.append(policy)
        elif not target.flat:
            kept.append(policy)
        elif any(rules_of(policy)) or not any(_isolates_for(other, policy) for other in others):
            kept.append(policy)
            others.append(policy)
    standing = {policy.origin.place for policy in kept}
    for policy in empty:
        if policy.origin.place not in standing:
            _say(policy, report)
    return tuple(kept)


def _isolates_for(other: Policy, policy: Policy) -> bool:
    """Whether ``other`` isolates all pods of ``policy`` in all of its directions."""
    mine, theirs = policy.subject, other.subject
    return (
        policy.identity.namespace == other.identity.namespace
        and _terms(theirs.namespaces) <= _terms(mine.namespaces)
        and _terms(theirs.pods) <= _terms(mine.pods)
        and all(
            (section := other.section(direction)) is not None and section.isolates
            for direction in Direction
            if policy.section(direction) is not None
        )
    )


def _terms(selector: Selector | OwnNamespace) -> frozenset[object]:
    """What a selector asks all together."""
    return frozenset(selector.terms) if isinstance(selector, And) else frozenset((selector,))


def _say(policy: Policy, report: Report) -> None:
    message = f"{policy.called} isolates nobody and allows only what is open anyway: nothing stands for it"
    report.lose(NOTHING_SAID, Effect.EXACT, message, origin=policy.origin, about=policy.called)


def _broken(policy: Policy, _target: Target) -> bool:
    return policy.ingress is None and policy.egress is None


PASS = Pass(
    run,
    needs="policies in their final form",
    guarantees="every policy says something of some direction",
    broken=_broken,
)
