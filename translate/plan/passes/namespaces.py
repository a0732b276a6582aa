"""Cluster-wide policies on targets whose policies belong to a namespace: one policy per namespace that the subject
names.

Which namespaces have a label is a fact of the cluster, so a subject that names none is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.policy import Policy
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    And,
    Atom,
    Contains,
    EndsWith,
    Exists,
    In,
    Scope,
    Selector,
    StartsWith,
    atoms,
    conjunction,
)
from translate.plan.context import Target

CODE, NOTHING_SELECTED = "NPT210", "NPT302"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give every namespace that a cluster-wide policy names a policy of its own."""
    if target.can.cluster_wide:
        return policies
    return tuple(part for policy in policies for part in _parts(policy, target, report))


def _parts(policy: Policy, target: Target, report: Report) -> Iterator[Policy]:
    namespaces = policy.subject.namespaces
    if policy.identity.namespace is not None or isinstance(namespaces, OwnNamespace):
        yield policy
        return
    whole = conjunction(namespaces, policy.subject.pods)
    names = _named(whole)
    if names is None:
        report.refuse(
            CODE,
            f"{policy.identity} is cluster-wide and does not name its namespaces; a {target.can.title} belongs to one",
            origin=policy.subject.origin,
            object=str(policy.identity),
            hint="name them: namespaceSelector: projectcalico.org/name in {'a', 'b'}",
        )
        return
    anybody = False
    for name in names:
        pods = rewrite(whole, lambda atom, name=name: _at_home(atom, name))  # type: ignore[misc]
        label = next((atom for atom in atoms(pods) if atom.label.scope is Scope.NAMESPACE), None)
        if label is not None:
            report.refuse(
                CODE,
                f"{policy.identity} governs the namespace {name} only if that has a label {label.label.key}, "
                f"which a {target.can.title} cannot ask",
                origin=policy.subject.origin,
                object=str(policy.identity),
                hint="name the namespaces alone",
            )
            return
        if pods != NOTHING:
            anybody = True
            metadata = replace(policy.metadata, namespace_given=True)
            subject = replace(policy.subject, namespaces=OWN_NAMESPACE, pods=pods, hosts=None)
            identity = replace(policy.identity, namespace=name)
            yield replace(policy, identity=identity, subject=subject, metadata=metadata)
    if not anybody:
        message = f"{policy.identity} selects no pod, so nothing stands for it"
        report.lose(NOTHING_SELECTED, Effect.EXACT, message, origin=policy.subject.origin, object=str(policy.identity))


def _named(selector: Selector) -> tuple[str, ...] | None:
    """The names that a conjunction demands of the namespace, None if it demands none."""
    terms = selector.terms if isinstance(selector, And) else (selector,)
    demanded = [term.values for term in terms if isinstance(term, In) and term.label == NAMESPACE_NAME]
    if not demanded:
        return None
    return tuple(name for name in dict.fromkeys(demanded[0]) if all(name in values for values in demanded))


def _at_home(atom: Atom, name: str) -> Selector:
    """What a test on the name of a namespace says of the one called ``name``."""
    if atom.label != NAMESPACE_NAME:
        return atom
    match atom:
        case In(_, values):
            holds = name in values
        case Exists():
            holds = True
        case StartsWith(_, text):
            holds = name.startswith(text)
        case EndsWith(_, text):
            holds = name.endswith(text)
        case Contains(_, text):
            holds = text in name
    return EVERYTHING if holds else NOTHING
