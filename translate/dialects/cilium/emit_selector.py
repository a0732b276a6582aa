"""Selectors of Cilium policies: labels under the keys that Cilium gives them."""

from __future__ import annotations

from translate.dialects.cilium.scope import NAMESPACE
from translate.model.selectors import (
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Exists,
    In,
    Label,
    Scope,
    Selector,
    conjunction,
)

NAMESPACE_KEY = f"k8s:{NAMESPACE}"
NAMESPACE_LABELS = "k8s:io.cilium.k8s.namespace.labels."
ACCOUNT_KEY = "k8s:io.cilium.k8s.policy.serviceaccount"


def key_of(label: Label) -> str:
    """The selector key of a label: names and labels of namespaces, and service accounts, under Cilium's own keys."""
    if label.scope is Scope.POD:
        return label.key
    if label == SERVICE_ACCOUNT_NAME:
        return ACCOUNT_KEY
    return NAMESPACE_KEY if label == NAMESPACE_NAME else f"{NAMESPACE_LABELS}{label.key}"


def pinned(namespaces: Selector, pods: Selector) -> Selector:
    """Pods in namespaces, with a term that holds only for what is in a namespace."""
    inside = namespaces if _names_a_namespace(namespaces) else conjunction(Exists(NAMESPACE_NAME), namespaces)
    return conjunction(inside, pods)


def _names_a_namespace(namespaces: Selector) -> bool:
    """Whether some term is true only for identities that have a namespace."""
    terms = namespaces.terms if isinstance(namespaces, And) else (namespaces,)
    return not {In, Exists}.isdisjoint(map(type, terms))
