"""Denial logging for Calico: exactly the denied packets are logged, and no verdict changes.

Each explicit Deny gets a Log of the same match before it. Each group of pods that policies of a namespace isolate in a
direction gets one policy behind all others, Log then Deny: what reaches it is denied anyway. It has no order, so it
stands behind every policy that has one, and its subject is exactly the isolated pods: a wider one would isolate pods
that nobody had selected. A Log at the end of each policy would log what a later policy allows; a Deny there would
deny it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.peers import OWN_NAMESPACE, Anyone
from translate.model.policy import (
    Action,
    Direction,
    Identity,
    Metadata,
    Policy,
    PolicySet,
    Rule,
    Section,
    Subject,
)
from translate.model.selectors import EVERYTHING, Selector, disjunction
from translate.model.traffic import ANY_TRAFFIC
from translate.plan.edit import with_rules

NAME = "zzz-log-denied"
NO_COUNTERPART = "NPT213"
SUBJECTS_PER_POLICY = 8
"""So many subjects share one log policy: longer selectors are refused by Calico, and read badly."""

HUBBLE = (
    "Cilium reports every drop without a change of policy: hubble observe --verdict DROPPED --namespace {namespace}"
)
LOG_THEN_DENY = tuple(Rule(action, (Anyone(),), (ANY_TRAFFIC,)) for action in (Action.LOG, Action.DENY))


def add_logging(policies: PolicySet, target: str, report: Report) -> PolicySet:
    """The policies with logging of all denials where ``target`` is Calico; elsewhere a note or a refusal says why
    not.
    """
    if target == "kubernetes":
        hint = "translate to Calico with --log-denials; the log policies work beside unchanged Kubernetes policies"
        report.refuse(NO_COUNTERPART, "a Kubernetes NetworkPolicy cannot log", hint=hint)
        return policies
    if target == "cilium":
        for namespace in dict.fromkeys(policy.identity.namespace for policy in policies.policies):
            report.note(HUBBLE.format(namespace=namespace))
        return policies
    logged = tuple(with_rules(policy, _log_before_deny) for policy in policies.policies)
    return replace(policies, policies=(*logged, *_log_policies(logged)))


def _log_before_deny(rule: Rule) -> Iterator[Rule]:
    if rule.action is Action.DENY:
        yield replace(rule, action=Action.LOG)
    yield rule


def _log_policies(policies: tuple[Policy, ...]) -> Iterator[Policy]:
    taken = {(policy.identity.namespace, policy.identity.name) for policy in policies}
    groups = dict.fromkeys((policy.identity.namespace, policy.metadata.namespace_given) for policy in policies)
    for namespace, given in groups:
        unordered = {p.identity.name for p in policies if p.order is None and p.identity.namespace == namespace}
        members = [p for p in policies if (p.identity.namespace, p.metadata.namespace_given) == (namespace, given)]
        for direction in Direction:
            isolated = [p for p in members if (s := p.section(direction)) is not None and not _open(s)]
            for number, subject in enumerate(_subjects([policy.subject.pods for policy in isolated])):
                name = f"{NAME}-{direction.value}" + (f"-{number + 1}" if number else "")
                while (namespace, name) in taken or any(name <= other for other in unordered):
                    name = "z" + name
                taken.add((namespace, name))
                section = Section(True, LOG_THEN_DENY)
                yield Policy(
                    identity=Identity("NetworkPolicy", namespace, name),
                    subject=Subject(OWN_NAMESPACE, subject),
                    ingress=section if direction is Direction.INGRESS else None,
                    egress=section if direction is Direction.EGRESS else None,
                    order=None,
                    metadata=Metadata(namespace_given=given),
                )


def _open(section: Section) -> bool:
    """Whether the section allows everything, so that nothing of its pods is ever denied."""
    return any(
        rule.action is Action.ALLOW
        and any(isinstance(peer, Anyone) for peer in rule.peers)
        and any(traffic.protocol is None and traffic.port is None for traffic in rule.traffic)
        for rule in section.rules
    )


def _subjects(subjects: list[Selector]) -> list[Selector]:
    """The union of ``subjects`` in as few selectors as stay readable."""
    different = list(dict.fromkeys(subjects))
    if EVERYTHING in different:
        return [EVERYTHING]
    step = SUBJECTS_PER_POLICY
    return [disjunction(*different[begin : begin + step]) for begin in range(0, len(different), step)]
