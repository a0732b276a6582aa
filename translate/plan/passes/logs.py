"""Log rules: they decide nothing, so where the target cannot log they go, and a loss says so."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_rules
from translate.model.policy import Action, Policy, Rule
from translate.plan.context import Pass, Target

DROPPED = "NPT304"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave Log rules out where the target has none; their policy stays, as it isolates without them too."""
    if Action.LOG.value in target.can.actions:
        return policies

    def kept(rule: Rule) -> Iterator[Rule]:
        if rule.action is not Action.LOG:
            yield rule

    def quiet(policy: Policy) -> Policy:
        first = next((rule for rule in rules_of(policy) if rule.action is Action.LOG), None)
        if first is None:
            return policy
        message = f"{policy.called} no longer logs: a {target.can.title} has no Log rule{_anyway(target)}"
        report.lose(DROPPED, Effect.EXACT, message, origin=first.origin, about=policy.called)
        return with_rules(policy, kept)

    return tuple(quiet(policy) for policy in policies)


def _anyway(target: Target) -> str:
    return f"; {target.engine.sentences.drops}" if target.engine.sentences.drops else ""


def _broken(policy: Policy, target: Target) -> bool:
    unsaid = Action.LOG.value not in target.can.actions
    return unsaid and any(rule.action is Action.LOG for rule in rules_of(policy))


PASS = Pass(
    run,
    needs="policies as they were lifted",
    guarantees="no rule logs where the target cannot",
    broken=_broken,
)
