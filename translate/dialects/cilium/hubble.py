"""How denials are seen on Cilium: as drops that Hubble shows without any change of policy; and what names the policies.

Hubble's flags: those of one name are alternatives, those of different names must all hold
(https://github.com/cilium/cilium, hubble/cmd/observe).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import join

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.core.release import Release
from translate.dialects.denials import LogRequest
from translate.dialects.gates import lacks
from translate.dialects.protocol import ObserveDenials
from translate.model.peers import Anyone, asked_together
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Section
from translate.model.selectors import (
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
)

OBSERVE = ("hubble", "observe", "--verdict", "DROPPED")
GENERAL = (
    f"Cilium reports every drop without a change of policy: {join(OBSERVE)}. The reason POLICY_DENIED says that no "
    "rule allows the packet, POLICY_DENY that a deny rule matches it"
)
NAMED = (
    "log.value names the source policy in the flows that its rules match (policy_log in hubble observe -o json): those "
    "that a deny rule drops, and those that are let through; it logs nothing by itself"
)
KEPT = "Cilium policies of the input stay as they are: log.value is not added to them"
SIDES = {Direction.INGRESS: "to", Direction.EGRESS: "from"}
LONGEST = 32
"""So many characters Cilium takes for ``log.value``."""
MOST_LABELS = 8
"""More alternatives nobody reads: the filter is then for the whole namespace."""


class Hubble(ObserveDenials):
    """Drops are seen in Hubble; ``log.value`` of a policy names it there."""

    def explain(self, policies: PolicySet, wanted: LogRequest, report: Report) -> None:
        """Notes: that every drop is seen, and the command for what these policies deny."""
        report.note(GENERAL)
        for command in filters(policies.policies, wanted.directions, explicit_only=wanted.explicit_only):
            report.note(f"what these policies deny: {command}")

    def can_name(self, release: Release | None) -> bool:
        """Whether the release is stated and has the field: older agents refuse it."""
        return release is not None and not lacks("cilium", "log-value", release)

    def named(self, policies: PolicySet, sources: Mapping[Place, Identity], report: Report) -> PolicySet:
        """With ``log.value``: what the source policy is called. A policy that has it already keeps its own."""
        report.note(NAMED)
        return replace(policies, policies=tuple(_named(policy, sources) for policy in policies.policies))

    def keep(self, report: Report) -> None:
        """Say that policies of the input stay without it."""
        report.note(KEPT)


def filters(policies: Sequence[Policy], directions: Sequence[Direction], *, explicit_only: bool) -> Iterator[str]:
    """For each namespace and direction the command that shows what the policies deny there."""
    for namespace in dict.fromkeys(policy.identity.namespace for policy in policies):
        mine = [policy for policy in policies if policy.identity.namespace == namespace]
        for direction in directions:
            closing = [
                (policy, found) for policy in mine if (found := _reasons(policy.section(direction), explicit_only))
            ]
            if closing:
                reasons = sorted({reason for _, found in closing for reason in found}, reverse=True)
                yield _command(namespace, direction, reasons, [policy for policy, _ in closing])


def _reasons(section: Section | None, explicit_only: bool) -> set[str]:
    """Why packets can be dropped by a policy."""
    if section is None:
        return set()
    found = {"POLICY_DENY" for rule in section.rules if rule.action is Action.DENY}
    open_to_all = any(
        rule.action is Action.ALLOW
        and any(isinstance(peer, Anyone) for peer in rule.peers)
        and any(item.protocol is None and item.is_plain for item in rule.traffic)
        for rule in section.rules
    )
    if section.isolates and not open_to_all and not explicit_only:
        found.add("POLICY_DENIED")
    return found


def _command(namespace: str | None, direction: Direction, reasons: list[str], policies: list[Policy]) -> str:
    side = SIDES[direction]
    words = [*OBSERVE, *(word for reason in reversed(reasons) for word in ("--drop-reason-desc", reason))]
    words += ["--traffic-direction", direction.value]
    if namespace is not None:
        words += [f"--{side}-namespace", namespace]
    labels = list(dict.fromkeys(_labels(policy) for policy in policies))
    if "" not in labels and len(labels) <= MOST_LABELS:
        words += [word for text in labels for word in (f"--{side}-label", text)]
    return join(words)


def _labels(policy: Policy) -> str:
    """The subject as Hubble's selectors of labels have it; empty where it is everything, or cannot be said."""
    whole = asked_together(policy.subject.namespaces, policy.subject.pods)
    terms = [_term(term) for term in (whole.terms if isinstance(whole, And) else (whole,))]
    return "" if None in terms else ",".join(term for term in terms if term)


def _term(term: Selector) -> str | None:
    match term:
        case Not(In(label, values)):
            return f"{_key(label)} notin ({', '.join(values)})"
        case Not(Exists(label)):
            return f"!{_key(label)}"
        case In(label, (value,)):
            return f"{_key(label)}={value}"
        case In(label, values):
            return f"{_key(label)} in ({', '.join(values)})"
        case Exists(label):
            return _key(label)
    return None


def _key(label: Label) -> str:
    if label == NAMESPACE_NAME:
        return "k8s:io.kubernetes.pod.namespace"
    if label == SERVICE_ACCOUNT_NAME:
        return "k8s:io.cilium.k8s.policy.serviceaccount"
    return f"k8s:{'io.cilium.k8s.namespace.labels.' if label.scope is Scope.NAMESPACE else ''}{label.key}"


def _named(policy: Policy, sources: Mapping[Place, Identity]) -> Policy:
    extras = policy.metadata.extras
    if any(field == "log" for field, _ in extras):
        return policy
    identity = sources.get(policy.origin.place, policy.identity)
    value = {"value": short(identity)}
    return replace(policy, metadata=replace(policy.metadata, extras=(*extras, ("log", value))))


def short(identity: Identity) -> str:
    """Namespace and name if they fit, else the name, cut where even that is too long."""
    whole = "/".join(part for part in (identity.namespace, identity.name) if part)
    if len(whole) <= LONGEST:
        return whole
    return identity.name if len(identity.name) <= LONGEST else f"{identity.name[: LONGEST - 3]}..."


HUBBLE = Hubble()
