"""Calico's selector language: tokenizer, recursive-descent parser, evaluation, canonical text (calico.md section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

LABEL_CHARACTER = r"[a-zA-Z0-9_./-]"
BLANKS = re.compile(r"[ \t]*")
LABEL = re.compile(LABEL_CHARACTER + "+")
CALL = re.compile(r"(has|all|global)\(")
STRING = re.compile(r'"[^"]*"|\'[^\']*\'')
SIGN = re.compile(r"==|!=|&&|\|\||[!(){},]")
WORD = re.compile(rf"(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?!{LABEL_CHARACTER})")
LONGEST_LABEL = 512


class SelectorError(ValueError):
    """The text is no selector."""


@dataclass(frozen=True)
class Token:
    """One token: kind is "call", "label", "string", "word" (an operator word), "sign" or "end"."""

    kind: str
    text: str


class Node:
    """An expression over a set of labels."""

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Evaluate against labels (3.2)."""
        raise NotImplementedError

    def prefixed(self, prefix: str) -> Node:
        """Put a prefix before every label name (4.1: "pcns.", "pcsa.")."""
        raise NotImplementedError

    def text(self) -> str:
        """Write canonically (3.3)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Node):
    """all() or global(): both true of every label set; global() gets its meaning by rewriting (section 4)."""

    name: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Hold always."""
        return True

    def prefixed(self, prefix: str) -> Node:
        """Stay as it is: there is no label in it."""
        return self

    def text(self) -> str:
        """Write the call."""
        return f"{self.name}()"


@dataclass(frozen=True)
class Has(Node):
    """has(label)."""

    label: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Hold when the label is present, be it empty."""
        return self.label in labels

    def prefixed(self, prefix: str) -> Node:
        """Prefix the label."""
        return Has(prefix + self.label)

    def text(self) -> str:
        """Write the call."""
        return f"has({self.label})"


@dataclass(frozen=True)
class Comparison(Node):
    """A label compared with a string (one value) or a set (any number of values)."""

    label: str
    operator: str
    values: tuple[str, ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Follow the table of 3.2: absent labels satisfy `!=` and `not in` only."""
        value = labels.get(self.label)
        if value is None:
            return self.operator in ("!=", "not in")
        match self.operator:
            case "==" | "in":
                return value in self.values
            case "!=" | "not in":
                return value not in self.values
            case "contains":
                return self.values[0] in value
            case "starts with":
                return value.startswith(self.values[0])
            case _:
                return value.endswith(self.values[0])

    def prefixed(self, prefix: str) -> Node:
        """Prefix the label."""
        return Comparison(prefix + self.label, self.operator, self.values)

    def text(self) -> str:
        """Write single blanks around the operator, members sorted and without duplicates."""
        if self.operator in ("in", "not in"):
            return f"{self.label} {self.operator} {{{', '.join(quoted(value) for value in sorted(set(self.values)))}}}"
        return f"{self.label} {self.operator} {quoted(self.values[0])}"


@dataclass(frozen=True)
class Not(Node):
    """The negation of an expression."""

    operand: Node

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Hold when the operand does not."""
        return not self.operand.matches(labels)

    def prefixed(self, prefix: str) -> Node:
        """Prefix what is inside."""
        return Not(self.operand.prefixed(prefix))

    def text(self) -> str:
        """Write no blank after the bang."""
        return f"!{self.operand.text()}"


@dataclass(frozen=True)
class Group(Node):
    """Two or more expressions joined by "&&" or by "||"."""

    operator: str
    operands: tuple[Node, ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Hold when all (&&) or any (||) of the operands do."""
        results = (operand.matches(labels) for operand in self.operands)
        return all(results) if self.operator == "&&" else any(results)

    def prefixed(self, prefix: str) -> Node:
        """Prefix what is inside."""
        return Group(self.operator, tuple(operand.prefixed(prefix) for operand in self.operands))

    def text(self) -> str:
        """Write in parentheses, even at the root."""
        return f"({f' {self.operator} '.join(operand.text() for operand in self.operands)})"


ALL = Constant("all")


def quoted(value: str) -> str:
    """Quote a string: with double quotes unless it holds one."""
    return f"'{value}'" if '"' in value else f'"{value}"'


@cache
def parse(text: str) -> Node:
    """Parse a selector; the empty one is all()."""
    return _Parser(tokens_of(text)).selector()


def tokens_of(text: str) -> list[Token]:
    """Cut a selector into tokens; operator words count only directly after a label (3.1)."""
    found: list[Token] = []
    at = BLANKS.match(text).end()
    while at < len(text):
        kind, end = _token_at(text, at, after_label=bool(found) and found[-1].kind == "label")
        found.append(Token(kind, text[at:end]))
        at = BLANKS.match(text, end).end()
    return [*found, Token("end", "")]


def _token_at(text: str, at: int, after_label: bool) -> tuple[str, int]:
    kinds = [("word", WORD)] if after_label else [("call", CALL), ("label", LABEL)]
    for kind, pattern in [*kinds, ("string", STRING), ("sign", SIGN)]:
        found = pattern.match(text, at)
        if found:
            if kind == "label" and found.end() - at > LONGEST_LABEL:
                raise SelectorError(f"label too long at {at} in {text!r}")
            return kind, found.end()
    raise SelectorError(f"unexpected character at {at} in {text!r}")


class _Parser:
    """One method per rule of the grammar in 3.1."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def selector(self) -> Node:
        if self.peek().kind == "end":
            return ALL
        node = self.either()
        self.expect("end")
        return node

    def either(self) -> Node:
        return self.joined("||", self.both)

    def both(self) -> Node:
        return self.joined("&&", self.unary)

    def joined(self, operator: str, operand: Callable[[], Node]) -> Node:
        operands = [operand()]
        while self.accept("sign", operator):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Group(operator, tuple(operands))

    def unary(self) -> Node:
        negated = False
        while self.accept("sign", "!"):
            negated = not negated
        node = self.primary()
        return Not(node) if negated else node

    def primary(self) -> Node:
        if self.accept("sign", "("):
            node = self.either()
            self.expect("sign", ")")
            return node
        if self.peek().kind == "call":
            return self.call(self.take().text[:-1])
        return self.test(self.expect("label"))

    def call(self, name: str) -> Node:
        node = Has(self.expect("label")) if name == "has" else Constant(name)
        self.expect("sign", ")")
        return node

    def test(self, label: str) -> Node:
        token = self.take()
        operator = _spelled(token)
        if operator in ("in", "not in"):
            return Comparison(label, operator, self.members())
        if operator in ("==", "!=", "contains", "starts with", "ends with"):
            return Comparison(label, operator, (self.string(),))
        raise SelectorError(f"{label!r} is followed by {token.text!r}, not by an operator")

    def members(self) -> tuple[str, ...]:
        self.expect("sign", "{")
        values: list[str] = []
        while not self.accept("sign", "}"):
            values.append(self.string())
            if not self.accept("sign", ","):
                self.expect("sign", "}")
                break
        return tuple(values)

    def string(self) -> str:
        return self.expect("string")[1:-1]

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def accept(self, kind: str, text: str) -> bool:
        found = self.peek() == Token(kind, text)
        self.at += found
        return found

    def expect(self, kind: str, text: str | None = None) -> str:
        token = self.take()
        if token.kind != kind or text not in (None, token.text):
            raise SelectorError(f"expected {text or kind}, found {token.text or 'the end'!r}")
        return token.text


def _spelled(token: Token) -> str:
    """Give an operator with its usual blanks: "notin" is "not in", "startswith" is "starts with"."""
    if token.kind != "word":
        return token.text if token.kind == "sign" else ""
    letters = re.sub(r"[ \t]", "", token.text)
    return {"notin": "not in", "startswith": "starts with", "endswith": "ends with"}.get(letters, letters)
