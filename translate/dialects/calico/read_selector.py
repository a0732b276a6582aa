"""Reads selectors in their places: of pods, of namespaces, of service accounts (Calico API reference, EntityRule)."""

from __future__ import annotations

from functools import lru_cache

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.dialects.calico.scope import GLOBAL, of_namespace, pods, sets
from translate.dialects.calico.selector import SelectorSyntaxError, parse, pointer
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT_NAME,
    And,
    Exists,
    In,
    Not,
    Or,
    Scope,
    Selector,
)

IN_A_NAMESPACE = Exists(NAMESPACE_NAME)
HAS_ACCOUNT = Exists(SERVICE_ACCOUNT_NAME)
_SOMEWHERE = Origin("a selector")
"""Stands for the place of each text that a selector is read from once."""
_REMEMBERED = 4096


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
    return rewrite(parsed(text, Scope.NAMESPACE, IN_A_NAMESPACE, False), of_namespace)


def accounts(text: str, origin: Origin, all_means: Selector = EVERYTHING) -> Selector:
    """The service accounts that ``text`` selects."""
    return read(text, Scope.SERVICE_ACCOUNT, origin, all_means)


def account_names(names: tuple[str, ...], origin: Origin) -> Selector:
    """The service accounts called so."""
    return In(SERVICE_ACCOUNT_NAME, names, origin)
