"""Texts of selectors for policies and rules, each in the keys that Calico reads there.

Selectors that stand for Kubernetes pods ask for them (``projectcalico.org/orchestrator == 'k8s'``), else address sets
with such labels would match too; that term is what Calico's own conversion of Kubernetes policies writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from translate.dialects.calico import scope
from translate.dialects.calico.selector_printer import print_selector
from translate.model.peers import OwnNamespace, asked_together
from translate.model.policy import Subject
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
    conjunction,
    disjunction,
)
from translate.tables import load

PODS_ONLY = In(Label(Scope.POD, "projectcalico.org/orchestrator"), ("k8s",))
OWN_NAME = Label(Scope.NAMESPACE, "projectcalico.org/name")
ACCOUNT = "projectcalico.org/serviceaccount"
NO_NAMESPACE = Not(Exists(NAMESPACE_NAME))


class TooLongError(Exception):
    """A selector of more characters than Calico takes."""


def _fitting(text: str) -> str:
    longest = load.capabilities()["calico"].longest_selector
    if len(text) > longest:
        raise TooLongError(f"a selector of {len(text)} characters, calico takes {longest}")
    return text


@lru_cache(maxsize=4096)
def subject_text(pods: Selector) -> str:
    """The ``selector`` of a policy for ``pods``."""
    return _fitting(_text(pods, _own_keys))


def own_subject_text(subject: Subject) -> str:
    """The ``selector`` of a policy of one namespace, which may ask for labels of that namespace."""
    return subject_text(asked_together(subject.namespaces, subject.pods))


def subject_texts(subject: Subject) -> tuple[str, str]:
    """``selector`` and ``namespaceSelector`` of a cluster-wide policy; the latter is empty if it has none.

    Without host endpoints, the namespaceSelector must be one that holds for nothing outside namespaces.
    """
    namespaces = subject.namespaces
    if isinstance(namespaces, OwnNamespace):
        raise ValueError("a cluster-wide policy has no namespace of its own")
    if subject.hosts is None and scope.hosts(conjunction(namespaces, subject.pods)) is not None:
        namespaces = conjunction(Exists(NAMESPACE_NAME), namespaces)
    if namespaces == NO_NAMESPACE:
        return subject_text(subject.pods), f"!has({OWN_NAME.key})"  # global() is for rules
    return subject_text(subject.pods), "" if namespaces == EVERYTHING else namespaces_text(namespaces)


@lru_cache(maxsize=4096)
def peer_text(pods: Selector, sets: Selector | None) -> str:
    """The ``selector`` of a rule for ``pods``, and for the address sets that match ``sets``."""
    if sets is None:
        whole = conjunction(PODS_ONLY, pods)
    elif sets == pods:
        whole = pods
    else:
        whole = disjunction(conjunction(PODS_ONLY, pods), conjunction(Not(PODS_ONLY), sets))
    return _fitting(_text(whole, _own_keys))


def pod_selector_text(selector: Selector) -> str:
    """The ``selector`` that asks this of pods and sets, for people: of any length."""
    return _text(selector, _own_keys)


@lru_cache(maxsize=4096)
def namespaces_text(namespaces: Selector) -> str:
    """The ``namespaceSelector`` of a rule: names of namespaces under Calico's own key."""
    if namespaces == NO_NAMESPACE:
        return scope.GLOBAL
    # has(projectcalico.org/name) and all() are one thing in a namespaceSelector; people write the latter.
    return _fitting(_text(namespaces, _by_name).replace(f"has({OWN_NAME.key})", "all()"))


def _text(selector: Selector, change: Callable[[Atom], Selector]) -> str:
    """The text of a selector with ``change`` made to its atoms; conjunctions differ, their terms come many times."""
    if isinstance(selector, And) and selector.terms and all(map(_is_literal, selector.terms)):
        return " && ".join([_term(term, change) for term in selector.terms])
    return _term(selector, change)


@lru_cache(maxsize=4096)
def _term(selector: Selector, change: Callable[[Atom], Selector]) -> str:
    return print_selector(rewrite(selector, change))


def _is_literal(term: Selector) -> bool:
    return isinstance(term.term if isinstance(term, Not) else term, (In, Exists))


def _own_keys(atom: Atom) -> Selector:
    """Facts about namespace and service account under the keys that Calico gives them in a pod selector."""
    if atom.label.scope is Scope.SERVICE_ACCOUNT:
        key = ACCOUNT if atom.label == SERVICE_ACCOUNT_NAME else f"pcsa.{atom.label.key}"
        return relabel(atom, Label(Scope.POD, key))
    if atom.label.scope is not Scope.NAMESPACE:
        return atom
    is_name = atom.label == NAMESPACE_NAME
    key = "projectcalico.org/namespace" if is_name else f"pcns.{atom.label.key}"
    return relabel(atom, Label(Scope.POD, key))


def _by_name(atom: Atom) -> Selector:
    if isinstance(atom, In) and atom.label == NAMESPACE_NAME:
        return In(OWN_NAME, atom.values, atom.origin)
    return Exists(OWN_NAME) if atom == Exists(NAMESPACE_NAME) else atom
