"""Selectors of the model written as Calico's text (Calico selector syntax): for people, and read back the same."""

from __future__ import annotations

from typing import assert_never

from translate.core.diagnostics import Error
from translate.core.patterns import pattern
from translate.dialects.calico.selector_words import LONGEST_LABEL, cut
from translate.model.selectors import And, Atom, Contains, EndsWith, Exists, In, Label, Not, Or, Selector, StartsWith

_LEGAL_LABEL = pattern(rf"[a-zA-Z0-9_./-]{{1,{LONGEST_LABEL}}}")


class InexpressibleSelectorError(Error, ValueError):
    """A label or a value that no Calico selector can name: the language has no escapes (Calico selector syntax)."""


def print_selector(expression: Selector) -> str:
    """The text of a selector: keys as they are whatever their scope, single quotes, only the parentheses it needs."""
    written: list[str] = []
    rest: list[str | tuple[Selector, bool]] = [(expression, False)]
    while rest:
        piece = rest.pop()
        if isinstance(piece, str):
            written.append(piece)
        else:
            rest.extend(reversed(_pieces(*piece)))
    return "".join(written)


def _pieces(selector: Selector, in_and: bool) -> list[str | tuple[Selector, bool]]:
    """One level of a selector: text, and terms still to be written with whether ``&&`` surrounds them."""
    core, negated = _core(selector)
    match core:
        case And(()) | Or(()):
            return ["!all()" if isinstance(core, Or) is not negated else "all()"]
        case And(terms):
            inside = _joined(terms, " && ", in_and=True)
            return ["!(", *inside, ")"] if negated else inside
        case Or(terms):
            inside = _joined(terms, " || ", in_and=False)
            return ["!(" if negated else "(", *inside, ")"] if negated or in_and else inside
        case Not():
            raise AssertionError("a negation was left")  # _core takes them off
        case _:
            return [_atom(core, negated)]


def _core(selector: Selector) -> tuple[Selector, bool]:
    """The selector without the negations and one-term groups around it, and whether it is negated."""
    negated = False
    while True:
        match selector:
            case Not(term):
                selector, negated = term, not negated
            case And((term,)) | Or((term,)):
                selector = term
            case _:
                return selector, negated


def _joined(terms: tuple[Selector, ...], joint: str, *, in_and: bool) -> list[str | tuple[Selector, bool]]:
    """The terms with ``joint`` between them."""
    pieces: list[str | tuple[Selector, bool]] = []
    for term in terms:
        pieces += [joint, (term, in_and)]
    return pieces[1:]


def _atom(atom: Atom, negated: bool) -> str:
    """The text of one atom or of its opposite (Calico selector syntax: ``!=`` and ``not in`` are exact opposites)."""
    key = _key(atom.label)
    match atom:
        case In(_, values):
            values = tuple(dict.fromkeys(values))
            if len(values) == 1:
                return f"{key} {'!=' if negated else '=='} {_quoted(values[0])}"
            return f"{key} {'not in' if negated else 'in'} {{{', '.join(map(_quoted, values))}}}"
        case Exists():
            return f"{'!' if negated else ''}has({key})"
        case Contains(_, text):
            comparison = f"{key} contains {_quoted(text)}"
        case StartsWith(_, text):
            comparison = f"{key} starts with {_quoted(text)}"
        case EndsWith(_, text):
            comparison = f"{key} ends with {_quoted(text)}"
        case _:
            assert_never(atom)
    return f"!({comparison})" if negated else comparison


def _key(label: Label) -> str:
    """The key, if Calico reads it as one label."""
    if not _LEGAL_LABEL.fullmatch(label.key):
        raise InexpressibleSelectorError(f"{cut(label.key)!r} cannot be written as a label in a Calico selector")
    return label.key


def _quoted(value: str) -> str:
    """The value in single quotes, or in double quotes if it contains a single one."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    raise InexpressibleSelectorError(f"a value with both kinds of quotes cannot be written: {cut(value)}")
