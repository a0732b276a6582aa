"""The words of Calico's selector language (Calico selector syntax): text in, tokens out, mistakes with their place.

Calico decides from the token before it whether a word is an operator: only right after a label. So a label may be
called ``in``, ``not`` or ``contains``, and ``in in {'in'}`` is a legal selector.
"""

from __future__ import annotations

import re
from enum import Enum

from msgspec import Struct

from translate.core.diagnostics import Error
from translate.core.patterns import pattern
from translate.dialects.calico.selector_words import LONGEST_LABEL, cut


class TokenType(Enum):
    """What a token is; the value is how a message spells it."""

    LABEL = "a label"
    TEXT = "a quoted text"
    HAS = "has( )"
    ALL = "all()"
    GLOBAL = "global()"
    EQUAL = "=="
    UNEQUAL = "!="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    NOT = "!"
    AND = "&&"
    OR = "||"
    OPEN = "("
    CLOSE = ")"
    OPEN_SET = "{"
    CLOSE_SET = "}"
    COMMA = ","
    END = "the end of the text"


_KINDS = TokenType.__members__


class Token(Struct, frozen=True):
    """One word: ``text[start:end]`` of the selector; ``value`` is the label or the text between the quotes."""

    kind: TokenType
    start: int
    end: int
    value: str = ""


class SelectorError(Struct, frozen=True):
    """What is wrong with a selector, and where: ``offset`` counts characters from 0."""

    message: str
    offset: int


class SelectorSyntaxError(Error):
    """A selector that Calico would refuse."""

    def __init__(self, message: str, offset: int) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


_LABEL = "[a-zA-Z0-9_./-]+"
_BLANK = "[ \t]*"

_OPERATOR = pattern(
    rf"(?:(?P<CONTAINS>contains)|(?P<STARTS_WITH>starts{_BLANK}with)|(?P<ENDS_WITH>ends{_BLANK}with)"
    rf"|(?P<NOT_IN>not{_BLANK}in)|(?P<IN>in))(?!{_LABEL})"
)
_WORD = pattern(
    r"""(?P<TEXT>"[^"]*"|'[^']*')"""
    r"|(?P<EQUAL>==)|(?P<UNEQUAL>!=)|(?P<AND>&&)|(?P<OR>\|\|)|(?P<NOT>!)"
    r"|(?P<OPEN>\()|(?P<CLOSE>\))|(?P<OPEN_SET>\{)|(?P<CLOSE_SET>\})|(?P<COMMA>,)"
    rf"|(?P<HAS>has\({_BLANK}(?P<key>{_LABEL}){_BLANK}\))|(?P<ALL>all\({_BLANK}\))|(?P<GLOBAL>global\({_BLANK}\))"
    rf"|(?P<LABEL>{_LABEL})"
)
_CALL = pattern(rf"(has|all|global)\({_BLANK}")
_KEY = pattern(_LABEL)

_LIKELY = {
    "=": "use == not =",
    "&": "use && not &",
    "|": "use || not |",
    "\n": "a newline is not allowed between tokens",
    "\r": "a carriage return is not allowed between tokens",
    "\xa0": "a no-break space is not allowed between tokens",
    "\u2018": "use straight quotes",
    "\u2019": "use straight quotes",
    "\u201c": "use straight quotes",
    "\u201d": "use straight quotes",
}


def lex(text: str) -> tuple[list[Token], SelectorError | None]:
    """The tokens up to the end of the text or up to the first mistake (Calico selector syntax)."""
    tokens: list[Token] = []
    start = 0
    while True:
        start = _skip(text, start)
        if start == len(text):
            tokens.append(Token(TokenType.END, start, start))
            return tokens, None
        after_label = bool(tokens) and tokens[-1].kind is TokenType.LABEL
        match = (_OPERATOR.match(text, start) if after_label else None) or _WORD.match(text, start)
        # A word that is not long is a mistake only as the beginning of a call, which as a whole would be one word.
        if match is None or match.end() - start > LONGEST_LABEL or text.startswith("(", match.end()):
            error = _mistake(text, start, match)
            if match is None or error is not None:
                return tokens, error
        token = _token(match)
        tokens.append(token)
        start = token.end


def _skip(text: str, start: int) -> int:
    """The place after blanks and tabs."""
    while start < len(text) and text[start] in " \t":  # no newline: Calico's white space is the blank and the tab
        start += 1
    return start


def _token(match: re.Match[str]) -> Token:
    """The token of a match: its kind is the name of the outermost group that matched."""
    kind = _KINDS[match.lastgroup or "END"]
    value = match[0]
    if kind is TokenType.HAS:
        value = match["key"]
    elif kind is TokenType.TEXT:
        value = value[1:-1]
    return Token(kind, match.start(), match.end(), value)


def _mistake(text: str, start: int, match: re.Match[str] | None) -> SelectorError | None:
    """What is wrong with the word at ``start``, if anything is."""
    if match is None:
        return _unreadable(text, start)
    if match.lastgroup == "HAS" and len(match["key"]) > LONGEST_LABEL:
        return _too_long(match["key"], match.start("key"))
    if match.lastgroup != "LABEL":
        return None
    call = _CALL.match(text, start)
    if call:  # a well-formed call would have matched as such
        return _broken_call(text, call)
    return _too_long(match[0], start) if len(match[0]) > LONGEST_LABEL else None


def _too_long(label: str, start: int) -> SelectorError:
    """The refusal of a label beyond 512 bytes (Calico selector syntax)."""
    return SelectorError(f"a label has at most {LONGEST_LABEL} characters, this one has {len(label)}", start)


def _broken_call(text: str, call: re.Match[str]) -> SelectorError:
    """What ``has(``, ``all(`` or ``global(`` lacks (Calico selector syntax)."""
    name, place = call[1], call.end()
    opened = f"{name}("
    if name == "has":
        key = _KEY.match(text, place)
        if key is None:
            return SelectorError(f"expected a label, without quotes, after has(, found {found(text, place)}", place)
        opened += cut(key[0])
        place = _skip(text, key.end())
    return SelectorError(f"expected ) after {opened}, found {found(text, place)}", place)


def _unreadable(text: str, start: int) -> SelectorError:
    """What is wrong with a character that begins no token (Calico selector syntax)."""
    character = text[start]
    if character in "\"'":
        return SelectorError("text has no closing quote", start)
    message = _LIKELY.get(character, f"unexpected character {cut(character)}")
    if character in "\r\n" and not text[start:].strip():
        message += "; in a YAML block write |- or >- to leave out the last one"
    return SelectorError(message, start)


def found(text: str, start: int) -> str:
    """How a message names what stands at ``start``."""
    if start >= len(text):
        return TokenType.END.value
    match = _WORD.match(text, start)
    return cut(match[0] if match else text[start])
