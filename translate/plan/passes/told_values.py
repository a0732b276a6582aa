"""Tests that the target has no word for, where all Pods or Namespaces are told: the values that pass them there.

Part of a label becomes the values that begin, end or go on like that; a service account becomes a label that its pods
have, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar, assert_never

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import with_peers, with_rules
from translate.model.facts import PodObject
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.policy import Policy, Rule, Subject
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    Atom,
    Exists,
    In,
    Label,
    Scope,
    Selector,
    holds,
)
from translate.plan.context import Pass, Target

CODE = "NPT309"
NAMES = ("app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/component")
"""Labels by which people tell pods apart, the most telling first."""
Where = TypeVar("Where", Workloads, Subject)


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Write such tests as lists of values."""
    facts, can = target.facts, target.can
    if can.patterns and can.accounts:
        return policies
    if not (facts.are_all("Pod") or facts.are_all("Namespace")):
        return policies
    return tuple(_fitted(policy, target, report) for policy in policies)


def _fitted(policy: Policy, target: Target, report: Report) -> Policy:
    told: dict[str, None] = {}

    def known(where: Where) -> Where:
        """The same end of a rule, or subject, with tests on values alone."""
        own = isinstance(where.namespaces, OwnNamespace)

        def value(atom: Atom) -> Selector:
            found = _values(atom, policy.identity.namespace if own else None, target)
            if found != atom:
                of_account = atom.label == SERVICE_ACCOUNT_NAME
                told["service accounts" if of_account else f"part of the label {atom.label.key}"] = None
            return found

        spaces = where.namespaces
        spaces = spaces if isinstance(spaces, OwnNamespace) else rewrite(spaces, value)
        return replace(where, namespaces=spaces, pods=rewrite(where.pods, value))

    def subjects(rule: Rule) -> Iterable[Rule]:
        mine = rule.subject
        yield rule if mine is None else replace(rule, subject=tuple(_each(peer, known) for peer in mine))

    changed = replace(policy, subject=known(policy.subject))
    changed = with_rules(with_peers(changed, lambda peer: (_each(peer, known),)), subjects)
    for what in told:
        message = (
            f"the test on {what} in {policy.called} is written as what pods and namespaces of the input have now: a "
            "later one with another value is not meant"
        )
        report.lose(CODE, Effect.EXACT, message, origin=policy.origin, about=policy.called)
    return changed


def _each(peer: Peer, change: Callable[[Workloads], Workloads]) -> Peer:
    """``peer`` with every selector in it changed."""
    match peer:
        case Workloads():
            return change(peer)
        case Both(peers):
            return replace(peer, peers=tuple(_each(inner, change) for inner in peers))
        case Except(inner):
            return replace(peer, peer=_each(inner, change))
        case Anyone() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return peer
        case never:
            assert_never(never)


def _values(atom: Atom, namespace: str | None, target: Target) -> Selector:
    """The test on whole values, itself if it is one; ``namespace``: the only one that counts."""
    label, facts = atom.label, target.facts
    pods = (pod for pod in facts.pod_objects if namespace in (None, pod.namespace))  # of few tests they are asked
    if label == SERVICE_ACCOUNT_NAME and not target.can.accounts and facts.are_all("Pod"):
        return _label_of(atom, list(pods), target)
    if isinstance(atom, In | Exists) or target.can.patterns:
        return atom
    given: Iterable[str | None]
    if label.scope is Scope.NAMESPACE and facts.are_all("Namespace"):
        by_name = label == NAMESPACE_NAME
        given = (one.name if by_name else dict(one.labels).get(label.key) for one in facts.namespaces)
    elif label.scope is Scope.POD and facts.are_all("Pod"):
        given = (dict(pod.labels).get(label.key) for pod in pods)
    elif label == SERVICE_ACCOUNT_NAME and facts.are_all("Pod"):
        given = (pod.account for pod in pods)
    else:
        return atom
    return _one_of(label, (value for value in given if value is not None and holds(atom, value)), atom)


def _one_of(label: Label, values: Iterable[str], atom: Atom) -> Selector:
    listed = tuple(sorted(set(values)))
    return In(label, listed, atom.origin) if listed else NOTHING


def _label_of(atom: Atom, pods: list[PodObject], target: Target) -> Selector:
    """A label that tells the pods of these accounts from all others, the test itself if there is none."""
    mine = [dict(pod.labels) for pod in pods if holds(atom, pod.account)]
    others = [dict(pod.labels) for pod in pods if not holds(atom, pod.account)]
    if not mine or not others:
        return EVERYTHING if mine else NOTHING
    shared = {key for key in mine[0] if all(key in labels for labels in mine) and not target.labels.unseen.hides(key)}
    for key in sorted(shared, key=lambda key: (NAMES.index(key) if key in NAMES else len(NAMES), key)):
        values = {labels[key] for labels in mine}
        if not any(labels.get(key) in values for labels in others):
            return _one_of(Label(Scope.POD, key), values, atom)
    return atom


PASS = Pass(
    run,
    needs="all Pods, or all Namespaces, if they are told",
    guarantees="tests that the target has no word for stand only where nothing is told",
)
