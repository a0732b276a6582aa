"""Cluster-wide policies on targets whose policies belong to a namespace: one policy per namespace that the subject
names.

Which namespaces have a label is a fact of the cluster, so a subject that names none is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.model.facts import Facts
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.policy import Policy
from translate.model.rewrite import disjuncts, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    Atom,
    In,
    Scope,
    Selector,
    atoms,
    conjunction,
    holds,
)
from translate.plan.context import Pass, Target
from translate.plan.losing import in_parts

CODE = "NPT210"
MOST_BRANCHES = 64


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Give every namespace that a cluster-wide policy names a policy of its own."""
    if target.can.cluster_wide:
        return policies
    return in_parts(policies, lambda policy: _parts(policy, target, report), report)


def _parts(policy: Policy, target: Target, report: Report) -> Iterator[Policy]:
    namespaces = policy.subject.namespaces
    if isinstance(namespaces, OwnNamespace):
        yield policy
        return
    whole = conjunction(namespaces, policy.subject.pods)
    names = _named(whole)
    if names is None and target.facts.are_all("Namespace"):
        names = tuple(found.name for found in target.facts.namespaces)
    if names is None:
        report.refuse(
            CODE,
            f"{policy.called} is cluster-wide and does not name its namespaces; a {target.can.title} belongs to one",
            origin=policy.subject.origin,
            about=policy.called,
            hint="name the namespaces in its subject, or state all that there are (--namespace)",
        )
        return
    for name in names:
        pods = rewrite(whole, lambda atom, name=name: _at_home(atom, name, target.facts))  # type: ignore[misc]
        label = next((atom for atom in atoms(pods) if atom.label.scope is Scope.NAMESPACE), None)
        if label is not None:
            report.refuse(
                CODE,
                f"{policy.called} governs the namespace {name} only if that has a label {label.label.key}, "
                f"which a {target.can.title} cannot ask",
                origin=policy.subject.origin,
                about=policy.called,
                hint="name the namespaces alone",
            )
            return
        if pods != NOTHING:
            metadata = replace(policy.metadata, namespace_given=True)
            subject = replace(policy.subject, namespaces=OWN_NAMESPACE, pods=pods, hosts=None)
            identity = replace(policy.identity, namespace=name)
            yield replace(policy, identity=identity, given=policy.called, subject=subject, metadata=metadata)


def _named(selector: Selector) -> tuple[str, ...] | None:
    """The names that a selector demands of the namespace, None if it also means others."""
    branches = disjuncts(selector, MOST_BRANCHES)
    if branches is None:
        return None
    names: dict[str, None] = {}
    for literals in branches:
        demanded = [
            atom.values for atom, positive in literals if positive and _is_of_name(atom) and isinstance(atom, In)
        ]
        if not demanded:
            return None
        names |= dict.fromkeys(name for name in demanded[0] if all(name in values for values in demanded))
    return tuple(names)


def _is_of_name(atom: Atom) -> bool:
    return atom.label == NAMESPACE_NAME


def _at_home(atom: Atom, name: str, facts: Facts) -> Selector:
    """What a test on a namespace says of the one called ``name``, as far as its labels are known."""
    if atom.label.scope is not Scope.NAMESPACE:
        return atom
    labels = facts.labels_of(name)
    if not _is_of_name(atom) and labels is None:
        return atom
    value = name if _is_of_name(atom) else (labels or {}).get(atom.label.key)
    return EVERYTHING if value is not None and holds(atom, value) else NOTHING


def _broken(policy: Policy, target: Target) -> bool:
    return not target.can.cluster_wide and policy.identity.namespace is None


PASS = Pass(
    run,
    needs="subjects in words of labels",
    guarantees="every policy has a namespace where the target has none for the whole cluster",
    broken=_broken,
)
