"""Masks on the axis of a label as selectors, and selectors in the words of a row."""

from __future__ import annotations

from itertools import combinations
from typing import assert_never

from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Selector,
    StartsWith,
)
from translate.prover.space import Space

FEW = 16
"""So many patterns of one label are tried in pairs."""


def selector_of(space: Space, label: Label, mask: int) -> Selector:
    """A selector that means just the values of ``mask`` on the axis of ``label``."""
    is_name = label == NAMESPACE_NAME
    values = space.names if is_name else space.values[label]
    full = (1 << (len(values) + (not is_name))) - 1
    if mask == full:
        return EVERYTHING
    exact, patterns = _said(space, label)
    if not patterns:
        return _of_whole_values(label, values, exact, mask, is_name=is_name)
    atoms: list[Selector] = [*patterns, In(label, tuple(sorted(exact))), Exists(label)]
    atoms = [atom for atom in atoms if atom != In(label, ())]
    literals = [(one, sign) for one in atoms for sign in (one, Not(one))]
    masks = {index: _mask(space, one, sign, full) for index, (one, sign) in enumerate(literals)}
    for index, found in masks.items():
        if found == mask:
            return literals[index][1]
    for left, right in combinations(masks, 2) if len(patterns) <= FEW else ():
        if masks[left] & masks[right] == mask:
            return And((literals[left][1], literals[right][1]))
        if masks[left] | masks[right] == mask:
            return Or((literals[left][1], literals[right][1]))
    return _value_by_value(space, label, values, exact, mask, is_name=is_name)


def _said(space: Space, label: Label) -> tuple[frozenset[str], list[StartsWith | EndsWith | Contains]]:
    """The whole values and the patterns that are mentioned of a label."""
    known = space.constants[label]
    return known.exact, [
        *(StartsWith(label, text) for text in sorted(known.prefixes)),
        *(EndsWith(label, text) for text in sorted(known.suffixes)),
        *(Contains(label, text) for text in sorted(known.infixes)),
    ]


def _mask(space: Space, atom: Selector, sign: Selector, full: int) -> int:
    assert isinstance(atom, In | Exists | StartsWith | EndsWith | Contains)
    mask = space.atom_mask(atom)
    return mask if sign == atom else full & ~mask


def _of_whole_values(label: Label, values: list[str], exact: frozenset[str], mask: int, *, is_name: bool) -> Selector:
    """Where no patterns are mentioned: one value stands for all others."""
    absent, present = (False, mask) if is_name else (bool(mask & 1), mask >> 1)
    inside = tuple(value for number, value in enumerate(values) if value in exact and present >> number & 1)
    outside = tuple(value for number, value in enumerate(values) if value in exact and not present >> number & 1)
    rest = any(present >> number & 1 for number, value in enumerate(values) if value not in exact)
    if rest and (absent or is_name):
        return Not(In(label, outside))
    if rest:
        return And((Exists(label), Not(In(label, outside)))) if outside else Exists(label)
    if not absent:
        return In(label, inside)
    return Or((Not(Exists(label)), In(label, inside))) if inside else Not(Exists(label))


def _value_by_value(
    space: Space, label: Label, values: list[str], exact: frozenset[str], mask: int, *, is_name: bool
) -> Selector:
    """One class of values after the other, each by all that is mentioned."""
    shift = not is_name
    terms: list[Selector] = [Not(Exists(label))] if shift and mask & 1 else []
    whole = tuple(v for number, v in enumerate(values) if v in exact and mask >> (number + shift) & 1)
    terms += [In(label, whole)] if whole else []
    _, patterns = _said(space, label)
    for number, value in enumerate(values):
        bit = 1 << (number + shift)
        if mask & bit and value not in exact:
            true = [pattern for pattern in patterns if space.atom_mask(pattern) & bit]
            false = [Not(pattern) for pattern in patterns if not space.atom_mask(pattern) & bit]
            others = tuple(sorted(exact))
            out: list[Selector] = [Not(In(label, others))] if others else []
            terms.append(And((Exists(label), *true, *false, *out)))
    return terms[0] if len(terms) == 1 else Or(tuple(terms))


def selector_text(selector: Selector, key: str) -> str:
    """A selector of one label as a term: ``app=web``, ``app not in (a, b)``."""
    match selector:
        case In(_, (value,)):
            return f"{key}={_value(value)}"
        case In(_, values):
            return f"{key} in ({', '.join(map(_value, values))})"
        case Not(In(_, (value,))):
            return f"{key}!={_value(value)}"
        case Not(In(_, values)):
            return f"{key} not in ({', '.join(map(_value, values))})"
        case Exists():
            return f"{key} (any value)"
        case Not(Exists()):
            return f"no {key}"
        case StartsWith(_, text):
            return f"{key} starting with {_value(text)}"
        case EndsWith(_, text):
            return f"{key} ending with {_value(text)}"
        case Contains(_, text):
            return f"{key} containing {_value(text)}"
        case Not(term):
            return f"not ({selector_text(term, key)})"
        case And(terms):
            return " and ".join(_inner(term, key) for term in terms)
        case Or(terms):
            return " or ".join(_inner(term, key) for term in terms)
        case never:
            assert_never(never)


def _inner(term: Selector, key: str) -> str:
    text = selector_text(term, key)
    return f"({text})" if isinstance(term, And | Or) else text


def _value(value: str) -> str:
    return value or '""'
