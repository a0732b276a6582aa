"""Which labels a Calico selector reads where, and what namespaces it is confined to (Calico API reference, EntityRule).

Inside a ``selector`` some keys are Calico's own (``mappings/labels.yaml``); a ``namespaceSelector`` reads the labels of
namespaces, a service account selector those of service accounts. A rule selector matches pods, and every labelled
address set and host endpoint unless it asks for pods.
"""

from __future__ import annotations

from functools import lru_cache

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.dialects.calico.selector import SelectorSyntaxError, parse, pointer
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    And,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    holds,
)
from translate.tables import load
from translate.tables.records import Meaning

IN_A_NAMESPACE = Exists(NAMESPACE_NAME)
HAS_ACCOUNT = Exists(SERVICE_ACCOUNT_NAME)
_SOMEWHERE = Origin("a selector")
"""Stands for the place of each text that a selector is read from once."""
_REMEMBERED = 4096
GLOBAL = "global()"
"""Everything outside namespaces: host endpoints and global sets, no pods; legal only as a whole namespaceSelector."""


def read(
    text: str, scope: Scope, origin: Origin, all_means: Selector = EVERYTHING, *, as_written: bool = False
) -> Selector:
    """Parse a selector; a mistake becomes an InputError with a caret under the place.

    Where Calico takes ``global()`` without giving it a meaning it is true.
    """
    try:
        return _placed(parsed(text, scope, all_means, as_written), origin)
    except SelectorSyntaxError as error:
        excerpt = tuple(pointer(text, error.offset).splitlines())
        raise InputError([Problem(message=f"selector: {error.message}", origin=origin, excerpt=excerpt)]) from None


@lru_cache(maxsize=_REMEMBERED)
def parsed(text: str, scope: Scope, all_means: Selector, as_written: bool) -> Selector:
    """A selector whose atoms stand somewhere: policies repeat their selectors. Raises SelectorSyntaxError."""
    return parse(text, scope, _SOMEWHERE, all_means=all_means, global_means=EVERYTHING, as_written=as_written)


def _placed(selector: Selector, origin: Origin) -> Selector:
    """The same with its own atoms at their place; those that the reader put there have none."""
    match selector:
        case In(label, values, at):
            return In(label, values, origin) if at is _SOMEWHERE else selector
        case And(terms):
            return And(tuple([_placed(term, origin) for term in terms])) if terms else selector
        case Or(terms):
            return Or(tuple([_placed(term, origin) for term in terms])) if terms else selector
        case Not(term):
            return Not(_placed(term, origin))
        case Exists(label, at):
            return Exists(label, origin) if at is _SOMEWHERE else selector
        case _:
            return type(selector)(selector.label, selector.text, origin) if selector.origin is _SOMEWHERE else selector


def of_pods(text: str, origin: Origin) -> tuple[Selector, Selector | None]:
    """What a selector asks of a pod, and of a labelled address set: ``pods`` and ``sets`` of it. Raises InputError."""
    try:
        own, other = _of_pods(text)
    except SelectorSyntaxError:
        read(text, Scope.POD, origin)  # says what is wrong with it
        raise
    placed = _placed(own, origin)
    return placed, placed if other is own else None if other is None else _placed(other, origin)


@lru_cache(maxsize=_REMEMBERED)
def _of_pods(text: str) -> tuple[Selector, Selector | None]:
    selector = parsed(text, Scope.POD, EVERYTHING, False)
    own, other = pods(selector), sets(selector)
    return own, own if other == own else other


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


def namespaces(text: str, origin: Origin) -> Selector:
    """The namespaces that ``text`` selects; what is in no namespace has none of their labels."""
    if text.strip() == GLOBAL:
        return Not(IN_A_NAMESPACE)
    # all() is replaced by "is in a namespace": no host endpoint and no global set is.
    try:
        return _placed(_of_namespaces(text), origin)
    except SelectorSyntaxError:
        read(text, Scope.NAMESPACE, origin, IN_A_NAMESPACE)  # says what is wrong with it
        raise


@lru_cache(maxsize=_REMEMBERED)
def _of_namespaces(text: str) -> Selector:
    return rewrite(parsed(text, Scope.NAMESPACE, IN_A_NAMESPACE, False), _resolve_namespace)


def accounts(text: str, origin: Origin, all_means: Selector = EVERYTHING) -> Selector:
    """The service accounts that ``text`` selects."""
    return read(text, Scope.SERVICE_ACCOUNT, origin, all_means)


def account_names(names: tuple[str, ...], origin: Origin) -> Selector:
    """The service accounts called so."""
    return In(SERVICE_ACCOUNT_NAME, names, origin)


def _resolve(atom: Atom) -> Selector:
    return _resolve_namespace(atom) if atom.label.scope is Scope.NAMESPACE else _resolve_pod(atom)


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
            return _resolve_namespace(relabel(atom, Label(Scope.NAMESPACE, rest)))
        case Meaning.SERVICE_ACCOUNT_NAME:
            return relabel(atom, SERVICE_ACCOUNT_NAME)
        case Meaning.SERVICE_ACCOUNT_LABEL:
            return relabel(atom, Label(Scope.SERVICE_ACCOUNT, rest))
        case Meaning.CLUSTER_NAME:
            return atom  # no key of Calico's is about clusters


def _resolve_namespace(atom: Atom) -> Selector:
    found = load.label_meaning("calico", Scope.NAMESPACE, atom.label.key)
    if found is not None and found[0].means is Meaning.NAMESPACE_NAME:
        return relabel(atom, NAMESPACE_NAME)
    return atom
