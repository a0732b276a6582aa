"""Rules for some of the pods of their policy: the target has no such condition, so these pods get a policy of their own
with the rule.

Only for targets that just allow: there policies of the same pods add up. The policy that the rule came from stays, even
without a rule left: it isolates its pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import rules_of, with_rules
from translate.model.peers import Peer, Workloads, asked_together
from translate.model.policy import Policy, Rule, Section
from translate.model.selectors import NOTHING, Selector, conjunction, disjunction
from translate.plan.context import Pass, Target

DROPPED = "NPT509"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Split policies by the conditions of their rules on the subject."""
    if target.can.rule_subjects:
        return tuple(with_rules(policy, _one_each) for policy in policies)
    return tuple(part for policy in policies for part in _split(policy, target, report))


def _one_each(rule: Rule) -> Iterable[Rule]:
    """A rule holds one condition: alternatives are rules of their own, and a rule for nobody is none."""
    if rule.subject is None or len(rule.subject) == 1:
        return (rule,)
    return [replace(rule, subject=(peer,)) for peer in rule.subject]


def _split(policy: Policy, target: Target, report: Report) -> Iterator[Policy]:
    conditions = dict.fromkeys(rule.subject for rule in rules_of(policy) if rule.subject is not None)
    if not conditions:
        yield policy
        return
    yield _only(policy, None)
    for condition in conditions:
        part = _only(policy, condition)
        pods = _pods(condition)
        if pods != NOTHING:
            yield replace(part, subject=replace(part.subject, pods=conjunction(part.subject.pods, pods)))
        if all(isinstance(peer, Workloads) for peer in condition):
            continue
        first = next(rules_of(part))
        report.lose(
            DROPPED,
            Effect.TIGHTER,
            f"what a rule of {policy.called} lets through to or from some addresses of its pods is lost: "
            f"a {target.can.title} selects pods by labels only",
            origin=first.origin,
            about=policy.called,
            hint="select the pods of the rule by a label",
        )


def _only(policy: Policy, condition: tuple[Peer, ...] | None) -> Policy:
    """The policy with just the rules under ``condition``, which is then the business of its subject."""

    def section(found: Section | None) -> Section | None:
        if found is None:
            return None
        kept = tuple(replace(rule, subject=None) for rule in found.rules if rule.subject == condition)
        return replace(found, rules=kept) if kept or condition is None else None

    return replace(policy, ingress=section(policy.ingress), egress=section(policy.egress))


def _pods(condition: tuple[Peer, ...]) -> Selector:
    """The pods among what the condition names."""
    return disjunction(*(asked_together(x.namespaces, x.pods) for x in condition if isinstance(x, Workloads)))


def _broken(policy: Policy, target: Target) -> bool:
    most = 1 if target.can.rule_subjects else -1
    return any(rule.subject is not None and len(rule.subject) > most for rule in rules_of(policy))


PASS = Pass(
    run,
    needs="conditions on subjects that are of pods alone, where the target has none",
    guarantees="no rule is for some pods of its policy where the target has no such rules; else for one group of them",
    broken=_broken,
)
