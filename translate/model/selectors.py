"""Selectors: Boolean expressions over the labels of pods and namespaces.

A label that is missing makes every atom false; ``Not`` of an atom is therefore true for it, as Kubernetes' NotIn and
DoesNotExist are (API reference, LabelSelectorRequirement) and as Calico's ``!=`` and ``not in`` are.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin


class Scope(StrEnum):
    """Whose labels an atom reads."""

    POD = "pod"
    NAMESPACE = "namespace"
    SERVICE_ACCOUNT = "service account"
    NODE = "node"


class Label(Struct, frozen=True, gc=False):
    """A label key in one scope."""

    scope: Scope
    key: str


NAMESPACE_NAME = Label(Scope.NAMESPACE, "kubernetes.io/metadata.name")
"""The name of a namespace: the API server fixes this label to it, so name and label are one variable."""

SERVICE_ACCOUNT_NAME = Label(Scope.SERVICE_ACCOUNT, "projectcalico.org/name")
"""The name of a pod's service account."""


class In(Struct, frozen=True, gc=False):
    """The label is present and has one of ``values`` (order kept for people, it means nothing)."""

    label: Label
    values: tuple[str, ...]
    origin: Origin = NOWHERE


class Exists(Struct, frozen=True, gc=False):
    """The label is present, with whatever value."""

    label: Label
    origin: Origin = NOWHERE


class StartsWith(Struct, frozen=True, gc=False):
    """The label is present and its value begins with ``text``."""

    label: Label
    text: str
    origin: Origin = NOWHERE


class EndsWith(Struct, frozen=True, gc=False):
    """The label is present and its value ends with ``text``."""

    label: Label
    text: str
    origin: Origin = NOWHERE


class Contains(Struct, frozen=True, gc=False):
    """The label is present and ``text`` occurs in its value."""

    label: Label
    text: str
    origin: Origin = NOWHERE


class Not(Struct, frozen=True, gc=False):
    """The opposite of ``term``."""

    term: Selector


class And(Struct, frozen=True, gc=False):
    """All of ``terms``; of none: everything."""

    terms: tuple[Selector, ...]


class Or(Struct, frozen=True, gc=False):
    """One of ``terms`` at least; of none: nothing."""

    terms: tuple[Selector, ...]


Atom: TypeAlias = In | Exists | StartsWith | EndsWith | Contains
Selector: TypeAlias = Atom | Not | And | Or

EVERYTHING = And(())
NOTHING = Or(())


def conjunction(*terms: Selector) -> Selector:
    """All of ``terms``, nested conjunctions flattened, a single term left bare."""
    flat: list[Selector] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, And) else (term,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(*terms: Selector) -> Selector:
    """One of ``terms``, nested disjunctions flattened, a single term left bare."""
    flat: list[Selector] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Or) else (term,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def atoms(selector: Selector) -> Sequence[Atom]:
    """Every atom of a selector, in reading order."""
    # A generator for each level would cost more than the atoms, which are asked for all the time.
    if isinstance(selector, And | Or):
        return [atom for term in selector.terms for atom in atoms(term)]
    return atoms(selector.term) if isinstance(selector, Not) else (selector,)


def holds(atom: Atom, value: str) -> bool:
    """Whether ``atom`` is true for a label that is present with ``value``."""
    match atom:
        case In(_, values):
            return value in values
        case Exists():
            return True
        case StartsWith(_, text):
            return value.startswith(text)
        case EndsWith(_, text):
            return value.endswith(text)
        case Contains(_, text):
            return text in value
