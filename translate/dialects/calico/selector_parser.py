"""Calico's selector text read into the model (Calico selector syntax).

One loop and a stack of open parentheses instead of recursion, so no selector can exhaust Python's own stack.
"""

from __future__ import annotations

from typing import NoReturn

from msgspec import Struct, field

from translate.core.origin import NOWHERE, Origin
from translate.dialects.calico.selector_lexer import (
    SelectorError,
    SelectorSyntaxError,
    Token,
    TokenType,
    found,
    lex,
)
from translate.dialects.calico.selector_words import cut
from translate.model.selectors import (
    EVERYTHING,
    NOTHING,
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
    conjunction,
    disjunction,
)

DEEPEST = 200
"""The deepest nesting of !, && and || that is read: more than the 1024 characters of the CRD have room for."""

_OPERATORS = "== != in 'not in' contains 'starts with' 'ends with'"
_OPERAND = "a label, has(label), all(), ! or ("
_SUBSTRINGS: dict[TokenType, type[Contains | StartsWith | EndsWith]] = {
    TokenType.CONTAINS: Contains,
    TokenType.STARTS_WITH: StartsWith,
    TokenType.ENDS_WITH: EndsWith,
}
_ENGLISH = {"and": "&&", "or": "||"}


def parse(
    text: str,
    scope: Scope,
    origin: Origin = NOWHERE,
    *,
    all_means: Selector = EVERYTHING,
    global_means: Selector | None = None,
    as_written: bool = False,
) -> Selector:
    """Read a selector over the labels of ``scope``, keys as written (Calico selector syntax), or refuse it.

    ``all_means`` stands for ``all()`` where Calico replaces that text (Calico, updateprocessors/rules.go),
    ``global_means`` for ``global()``, which is refused without it. Calico prints a namespaceSelector and the like
    anew before
    it replaces, so ``all( )`` and a text of blanks count too. The ``selector`` of a GlobalNetworkPolicy it takes
    ``as_written``: there only ``all()`` counts. The empty string is an absent selector and selects everything.
    """
    if not text:
        return EVERYTHING
    tokens, mistake = lex(text)
    return _Reader(text, tokens, mistake, scope, origin, all_means, global_means, as_written).selector()


class _Part(Struct, frozen=True):
    """A selector that has been read, and how deep it nests."""

    selector: Selector
    depth: int = 1


class _Group(Struct):
    """An open parenthesis (or the whole text): the branches of its ``||`` and the terms of its last ``&&`` so far."""

    start: int
    negated: bool = False
    branches: list[_Part] = field(default_factory=list)
    terms: list[_Part] = field(default_factory=list)

    def branch(self) -> None:
        """End the ``&&`` at hand: it is one branch of the ``||``."""
        self.branches.append(self._join(self.terms, conjunction(*(t.selector for t in self.terms))))
        self.terms = []

    def close(self) -> _Part:
        """The meaning of the whole group."""
        self.branch()
        whole = self._join(self.branches, disjunction(*(b.selector for b in self.branches)))
        return _negate(whole) if self.negated else whole

    def _join(self, parts: list[_Part], selector: Selector) -> _Part:
        """The parts as one, which is one level deeper unless it is a single part."""
        depth = max(p.depth for p in parts) + (len(parts) > 1)
        if depth > DEEPEST:
            raise SelectorSyntaxError(f"the selector nests deeper than {DEEPEST} levels", self.start)
        return _Part(selector, depth)


def _negate(part: _Part) -> _Part:
    """The opposite, two negations and the constants folded: ``!all()`` is nothing, ``k not in {}`` everything (3.2)."""
    match part.selector:
        case Not(term):
            return _Part(term, part.depth - 1)
        case And(()):
            return _Part(NOTHING)
        case Or(()) | In(_, ()):
            return _Part(EVERYTHING)
        case selector:
            return _Part(Not(selector), part.depth + 1)


class _Reader(Struct):
    """A place in the tokens of one text, and what its words mean."""

    text: str
    tokens: list[Token]
    mistake: SelectorError | None
    scope: Scope
    origin: Origin
    all_means: Selector
    global_means: Selector | None
    as_written: bool
    place: int = 0

    def peek(self) -> Token:
        """The token at hand; where the text could not be cut into tokens, the refusal."""
        if self.place == len(self.tokens) and self.mistake is not None:
            raise SelectorSyntaxError(self.mistake.message, self.mistake.offset)
        return self.tokens[self.place]

    def next(self) -> Token:
        """The token at hand, and on to the one after it."""
        token = self.peek()
        self.place += 1
        return token

    def refuse(self, message: str, token: Token) -> NoReturn:
        """Say what was expected instead of ``token``."""
        raise SelectorSyntaxError(f"{message}, found {found(self.text, token.start)}", token.start)

    def selector(self) -> Selector:
        """The whole text: operands, ``&&`` binding tighter than ``||``, parentheses on a stack (3.1)."""
        if self.peek().kind is TokenType.END:
            return EVERYTHING if self.as_written else self.all_means
        groups = [_Group(0)]
        while True:
            negated = self.bangs()
            if self.peek().kind is TokenType.OPEN:
                groups.append(_Group(self.next().start, negated))
                continue
            operand = _Part(self.operand())
            groups[-1].terms.append(_negate(operand) if negated else operand)
            while len(groups) > 1 and self.peek().kind is TokenType.CLOSE:
                self.next()
                part = groups.pop().close()
                groups[-1].terms.append(part)
            if len(groups) == 1 and self.peek().kind is TokenType.END:
                return groups[0].close().selector
            self.joint(groups)

    def bangs(self) -> bool:
        """Whether an odd number of ``!`` stands here."""
        negated = False
        while self.peek().kind is TokenType.NOT:
            self.next()
            negated = not negated
        return negated

    def joint(self, groups: list[_Group]) -> None:
        """The ``&&`` or ``||`` between two operands."""
        token = self.next()
        match token.kind:
            case TokenType.AND:
                return
            case TokenType.OR:
                groups[-1].branch()
            case TokenType.END:
                raise SelectorSyntaxError("( has no closing )", groups[-1].start)
            case TokenType.CLOSE:
                raise SelectorSyntaxError(") has no opening (", token.start)
            case TokenType.LABEL if token.value.lower() in _ENGLISH:
                raise SelectorSyntaxError(f"use {_ENGLISH[token.value.lower()]} not {token.value}", token.start)
            case _:
                self.no_joint("&& || or )" if len(groups) > 1 else "&& or ||", token)

    def no_joint(self, expected: str, token: Token) -> NoReturn:
        """Explain an operand followed by something else, maybe the rest of a text with its own quote inside (3.1)."""
        before = self.tokens[self.place - 2]
        cut_short = before.kind is TokenType.TEXT and before.end == token.start
        hint = "; a text ends at the next quote of its kind, use the other kind around it" if cut_short else ""
        message = f"expected {expected}, found {found(self.text, token.start)}"
        raise SelectorSyntaxError(message + hint, token.start)

    def operand(self) -> Selector:
        """A call or a comparison (3.1)."""
        token = self.next()
        match token.kind:
            case TokenType.HAS:
                return Exists(Label(self.scope, token.value), self.origin)
            case TokenType.ALL:
                blank = self.as_written and token.end - token.start > len("all()")
                return EVERYTHING if blank else self.all_means
            case TokenType.GLOBAL if self.global_means is not None:
                return self.global_means
            case TokenType.GLOBAL:
                raise SelectorSyntaxError(
                    "global() is allowed only as the whole namespaceSelector of a rule", token.start
                )
            case TokenType.LABEL:
                return self.comparison(token)
            case TokenType.TEXT:
                self.refuse("expected a label, without quotes, on the left", token)
            case _:
                self.refuse(f"expected {_OPERAND}", token)

    def comparison(self, name: Token) -> Selector:
        """What follows a label: an operator and its text or set (3.1, 3.2)."""
        label = Label(self.scope, name.value)
        operator = self.next()
        match operator.kind:
            case TokenType.EQUAL:
                return In(label, (self.quoted(operator),), self.origin)
            case TokenType.UNEQUAL:
                return Not(In(label, (self.quoted(operator),), self.origin))
            case TokenType.IN:
                return In(label, self.values(operator), self.origin)
            case TokenType.NOT_IN:
                return _negate(_Part(In(label, self.values(operator), self.origin))).selector
            case TokenType.CONTAINS | TokenType.STARTS_WITH | TokenType.ENDS_WITH:
                return _SUBSTRINGS[operator.kind](label, self.quoted(operator), self.origin)
            case _:
                self.no_operator(name, operator)

    def no_operator(self, name: Token, token: Token) -> NoReturn:
        """Explain a label without an operator, which may have been meant as a call or a negation (3.1)."""
        if token.kind is TokenType.OPEN and name.value in ("has", "all", "global"):
            raise SelectorSyntaxError(f"no blank is allowed between {name.value} and (", name.end)
        hint = ""
        if name.value == "not":
            hint = "; for the negation use !"
        elif token.kind in (TokenType.END, TokenType.AND, TokenType.OR, TokenType.CLOSE):
            hint = f"; has({cut(name.value)}) asks whether a label exists"
        message = f"expected {_OPERATORS} after the label {cut(name.value)}, found {found(self.text, token.start)}"
        raise SelectorSyntaxError(message + hint, token.start)

    def quoted(self, operator: Token) -> str:
        """The text between quotes after an operator."""
        token = self.next()
        if token.kind is not TokenType.TEXT:
            self.refuse(f"expected a quoted text after {operator.kind.value}", token)
        return token.value

    def values(self, operator: Token) -> tuple[str, ...]:
        """The texts of a set, each once: it may be empty and may end in a comma (3.1)."""
        brace = self.next()
        if brace.kind is not TokenType.OPEN_SET:
            self.refuse(f"expected {{ after {operator.kind.value}", brace)
        values: dict[str, None] = {}
        token = self.next()
        while token.kind is TokenType.TEXT:
            values[token.value] = None
            token = self.next()
            if token.kind is not TokenType.COMMA:
                break
            token = self.next()
        if token.kind is TokenType.CLOSE_SET:
            return tuple(values)
        if token.kind is TokenType.END:
            raise SelectorSyntaxError("{ has no closing }", brace.start)
        after_text = self.tokens[self.place - 2].kind is TokenType.TEXT
        self.refuse("expected , or } in the set" if after_text else "expected a quoted text or } in the set", token)
