"""Selectors rewritten atom by atom, and selectors as unions of plain conjunctions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from translate.model.selectors import (
    EVERYTHING,
    NOTHING,
    And,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Or,
    Selector,
    conjunction,
    disjunction,
)

Literal: TypeAlias = tuple[Atom, bool]
"""An atom, and whether it must be true."""


def rewrite(selector: Selector, change: Callable[[Atom], Selector]) -> Selector:
    """The selector with every atom replaced by ``change`` of it, constants folded away."""
    match selector:
        case Not(term):
            inner = rewrite(term, change)
            if inner == EVERYTHING:
                return NOTHING
            return EVERYTHING if inner == NOTHING else Not(inner)
        case And(terms):
            parts = [rewrite(term, change) for term in terms]
            return NOTHING if NOTHING in parts else conjunction(*(part for part in parts if part != EVERYTHING))
        case Or(terms):
            parts = [rewrite(term, change) for term in terms]
            return EVERYTHING if EVERYTHING in parts else disjunction(*(part for part in parts if part != NOTHING))
        case _:
            return change(selector)


def relabel(atom: Atom, label: Label) -> Atom:
    """The same test on another label."""
    match atom:
        case In(_, values, origin):
            return In(label, values, origin)
        case Exists(_, origin):
            return Exists(label, origin)
        case _:
            return type(atom)(label, atom.text, atom.origin)


def disjuncts(selector: Selector, most: int) -> list[tuple[Literal, ...]] | None:
    """The selector as alternatives, each a conjunction of literals; None if there would be more than ``most``.

    An empty list selects nothing, an empty conjunction everything; contradictions are dropped where they are plain.
    """
    return _expand(selector, True, most)


def _expand(selector: Selector, positive: bool, most: int) -> list[tuple[Literal, ...]] | None:
    match selector:
        case Not(term):
            return _expand(term, not positive, most)
        case And(terms) | Or(terms):
            parts = [_expand(term, positive, most) for term in terms]
            if any(part is None for part in parts):
                return None
            known = [part for part in parts if part is not None]
            if isinstance(selector, And) != positive:
                together = [branch for part in known for branch in part]
                return together if len(together) <= most else None
            branches: list[tuple[Literal, ...]] = [()]
            for part in known:
                branches = [(*left, *right) for left in branches for right in part]
                if len(branches) > most:
                    return None
            return branches
        case In(_, ()):
            return [] if positive else [()]
        case _:
            return [((selector, positive),)]


def from_literals(literals: tuple[Literal, ...]) -> Selector:
    """The conjunction of ``literals``."""
    return conjunction(*(atom if positive else Not(atom) for atom, positive in literals))
