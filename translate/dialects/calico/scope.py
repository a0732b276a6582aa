"""What labels mean in Calico's selectors: in a ``selector`` some keys are Calico's own (``mappings/labels.yaml``), a
``namespaceSelector`` asks for labels of namespaces (Calico API reference, EntityRule).

A rule selector matches pods, and every labelled address set and host endpoint unless it asks for pods.
"""

from __future__ import annotations

from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    Atom,
    Label,
    Scope,
    Selector,
    holds,
)
from translate.tables import load
from translate.tables.records import Meaning

GLOBAL = "global()"
"""Everything outside namespaces: host endpoints and global sets, no pods; legal only as a whole namespaceSelector."""


def pods(selector: Selector) -> Selector:
    """What ``selector`` asks of a pod: Calico's own labels are facts about it, its namespace, its service account."""
    return rewrite(selector, _resolve_pod)


def implicit(selector: Selector) -> Selector:
    """What a selector of pods, or one of namespaces, asks where it was none of Calico's: Calico's own labels are there
    all the same.
    """
    return rewrite(selector, _resolve)


def sets(selector: Selector) -> Selector | None:
    """What ``selector`` asks of a labelled address set, None if none can match: a set is no pod, and has no account."""

    def resolve(atom: Atom) -> Selector:
        found = load.label_meaning("calico", Scope.POD, atom.label.key) if atom.label.scope is Scope.POD else None
        if atom.label.scope is Scope.SERVICE_ACCOUNT or (found is not None and found[0].means.is_of_pods_alone):
            return NOTHING
        return _resolve_pod(atom)

    resolved = rewrite(selector, resolve)
    return None if resolved == NOTHING else resolved


def hosts(selector: Selector) -> Selector | None:
    """What ``selector`` asks of a host endpoint, None if none can match: it is in no namespace either."""
    found = sets(selector)
    if found is None:
        return None
    resolved = rewrite(found, lambda atom: NOTHING if atom.label.scope is Scope.NAMESPACE else atom)
    return None if resolved == NOTHING else resolved


def _resolve(atom: Atom) -> Selector:
    return of_namespace(atom) if atom.label.scope is Scope.NAMESPACE else _resolve_pod(atom)


def _resolve_pod(atom: Atom) -> Selector:
    if atom.label.scope is not Scope.POD:
        return atom
    found = load.label_meaning("calico", Scope.POD, atom.label.key)
    if found is None:
        return atom
    record, rest = found
    match record.means:
        case Meaning.KUBERNETES_POD:
            return EVERYTHING if holds(atom, record.value) else NOTHING
        case Meaning.NAMESPACE_NAME:
            return relabel(atom, NAMESPACE_NAME)
        case Meaning.NAMESPACE_LABEL:
            return of_namespace(relabel(atom, Label(Scope.NAMESPACE, rest)))
        case Meaning.SERVICE_ACCOUNT_NAME:
            return relabel(atom, SERVICE_ACCOUNT_NAME)
        case Meaning.SERVICE_ACCOUNT_LABEL:
            return relabel(atom, Label(Scope.SERVICE_ACCOUNT, rest))
        case Meaning.CLUSTER_NAME:
            return atom  # no key of Calico's is about clusters


def of_namespace(atom: Atom) -> Selector:
    """What an atom asks of a namespace."""
    found = load.label_meaning("calico", Scope.NAMESPACE, atom.label.key)
    if found is not None and found[0].means is Meaning.NAMESPACE_NAME:
        return relabel(atom, NAMESPACE_NAME)
    return atom
