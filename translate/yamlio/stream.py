"""YAML text as a stream of libyaml events, and every way that can fail as one clear problem with line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import Event
from yaml.tokens import Token

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.core.patterns import pattern
from translate.yamlio.characters import CONTROL, LINE_BREAK, LineColumn, place_at

T = TypeVar("T")


class Parser(Protocol):
    """The half of PyYAML we use: tokens for comments, events for everything else."""

    def get_event(self) -> Event | None: ...

    def get_token(self) -> Token | None: ...

    def dispose(self) -> None: ...


def parser(text: str) -> Parser:
    """libyaml's parser on ``text``, or PyYAML's own where libyaml is missing."""
    if yaml.__with_libyaml__:
        from yaml._yaml import CParser

        return CParser(text)
    from translate.yamlio.pure import PureParser

    return PureParser(text)


class Mark(Protocol):
    """A position as PyYAML counts it: everything from 0."""

    index: int
    line: int
    column: int


def place(mark: Mark | None) -> LineColumn:
    """A parser's mark, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def template_hint(text: str, first: int, last: int) -> str:
    """What to say when one of these lines (from 1) still holds a placeholder of a templating tool."""
    lines = LINE_BREAK.split(text)
    for number in range(min(last, len(lines)), max(first, last - 20, 1) - 1, -1):
        where = "" if number == last else f" (line {number})"
        if "{{" in lines[number - 1]:
            return f"looks like a template (Helm/Go){where}: render it first"
        if "${" in lines[number - 1]:
            return f"looks like a template (${{VAR}} of Flux or envsubst){where}: render it first"
    return ""


_INDENTATION = "the indentation does not fit the lines above, or text follows a finished value"
_LIST = 'a list opened with "[" needs "," or "]" here'
_MAPPING = 'a mapping opened with "{" needs "," or "}" here'
_ITEM = 'a list item "- " cannot start here: put it on a line of its own'
_BLOCK = 'after "|" or ">" the line must end: quote the value if it means text'
_DOCUMENT = 'text follows a finished document: separate documents with "---"'
TOO_DEEP = "nesting depth"
"""How libyaml names its own limit."""
VERSION = "the cluster reads YAML 1.1 and refuses any other version: remove the %YAML line"
_MESSAGES = {  # libyaml's words, and those of PyYAML's own parser where they differ
    "mapping values are not allowed": 'unexpected ":" here: quote the value it belongs to, or check the indentation',
    "mapping keys are not allowed": 'a value cannot start with "? ": quote it',
    "could not find expected ':'": 'this line is no "key: value" pair: the ":" is missing',
    "did not find expected key": _INDENTATION,
    "expected <block end>": _INDENTATION,
    "did not find expected '-' indicator": 'a list goes on with "- " at the same indentation',
    "did not find expected node content": "a value is missing here: quote it if it starts with a sign",
    "expected the node content": "a value is missing here: quote it if it starts with a sign",
    "did not find expected ',' or ']'": _LIST,
    "expected ',' or ']'": _LIST,
    "did not find expected ',' or '}'": _MAPPING,
    "expected ',' or '}'": _MAPPING,
    "sequence entries are not allowed": _ITEM,
    "unexpected end of stream": "the quoted text is never closed",
    "unknown escape character": "unknown escape in a double-quoted text: write \\\\, or use single quotes",
    "invalid Unicode character escape": "this \\u escape stands for no character: write the character itself",
    "did not find expected <document start>": _DOCUMENT,
    "expected '<document start>'": _DOCUMENT,
    "incompatible": VERSION,
    "undefined tag handle": "a tag prefix that no %TAG line defines: quote the value if it means text",
    "expected chomping or indentation indicators": _BLOCK,
    "expected comment or line break": _BLOCK,
}
TAG_HINT = "the cluster reads an unquoted !... as a YAML tag and not as part of the value: quote the whole value"
_TAG = pattern(r"(?:^|[:\-]\s|[,\[{])\s*![^\"']*$")
_TAB = "a tab stands where YAML allows only spaces: indent with spaces"


def explain(error: YAMLError, text: str, file: str, document: int) -> InputError:
    """A parser's complaint as an InputError in our words, at the line and column to look at."""
    if not isinstance(error, MarkedYAMLError):
        return control_character(text, file, document)
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "this is no YAML"
    if mark is None:
        return InputError([Problem(message=problem, origin=Origin(file, document), line=1, column=1)])
    line, column = place(mark)
    lines = LINE_BREAK.split(text)
    here = lines[line - 1] if line <= len(lines) else ""
    first = error.context_mark.line + 1 if error.context_mark is not None else line
    message = template_hint(text, min(first, line - 1), line)
    if not message and _TAG.search(here[:column]):
        message = TAG_HINT
    if not message and (here[column - 1 : column] == "\t" or ("\t" in here[:column] and not here[:column].strip())):
        message = _TAB
    if not message and "cannot start any token" in problem:
        message = f'a value cannot start with "{here[column - 1 : column]}": quote it'
    if not message:
        message = next((ours for theirs, ours in _MESSAGES.items() if theirs in problem), problem)
        if "never closed" in message and error.context_mark is not None:
            line, column = place(error.context_mark)
        elif "opened with" in message and first != line:
            message += f" (it starts on line {first})"
    return InputError([Problem(message=message, origin=Origin(file, document), line=line, column=column)])


def control_character(text: str, file: str, document: int) -> InputError:
    """The complaint about the first character that YAML does not allow in a file."""
    match = CONTROL.search(text)
    index = match.start() if match else 0
    line, column = place_at(text, index)
    name = f"U+{ord(text[index : index + 1] or ' '):04X}"
    message = f"control characters are not allowed in YAML: {name}"
    return InputError([Problem(message=message, origin=Origin(file, document), line=line, column=column)])


def events(text: str, *, file: str) -> Iterator[Event]:
    """The events of ``text`` one by one; InputError where it is no YAML."""
    return _each(text, file, lambda source: source.get_event())


def tokens(text: str, *, file: str) -> Iterator[Token]:
    """The tokens of ``text`` one by one; InputError where it is no YAML."""
    return _each(text, file, lambda source: source.get_token())


def _each(text: str, file: str, following: Callable[[Parser], T | None]) -> Iterator[T]:
    try:
        source = parser(text)
    except (YAMLError, UnicodeError):
        raise control_character(text, file, -1) from None
    try:
        while (one := following(source)) is not None:
            yield one
    except YAMLError as error:
        raise explain(error, text, file, -1) from None
    finally:
        source.dispose()
