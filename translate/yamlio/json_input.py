"""Input that is JSON and not YAML: kubectl reads it with a JSON decoder, several values one after the other."""

from __future__ import annotations

import json
import re
from typing import Any

from translate.core.patterns import pattern
from translate.yamlio.characters import CONTROL, Span, fail
from translate.yamlio.limits import Limits
from translate.yamlio.refusals import UnreadableError, finite
from translate.yamlio.scalars import Scalar, resolve

_SPACE = pattern(r"[ \t\r\n]*")
_SURROGATE = pattern(r"\\u[dD][89a-fA-F]")
_HALF = "a \\u escape stands for half a character: write both halves, or the character itself"
_JSON_ONLY = pattern(r"\\(?:/|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)|\t")


class NotJsonError(ValueError):
    """The text is no JSON, or says something about which JSON decoders disagree."""


class RepeatedKeyError(NotJsonError):
    """The text is JSON, but a key is given twice; the YAML reader says which, with both lines."""


def read_json(text: str, file: str, limits: Limits) -> tuple[list[Any], list[Span]]:
    """Values and places of the JSON in ``text``; NotJsonError if there is anything else, InputError above a limit."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_mapping, parse_int=_number, parse_float=_number, parse_constant=_refuse_constant
    )
    values: list[Any] = []
    spans: list[Span] = []
    position, line, counted = _skip(text, 0), 0, 0
    if not text.startswith("{", position):
        raise NotJsonError
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except RepeatedKeyError:
            raise
        except (ValueError, RecursionError, UnreadableError):
            raise NotJsonError from None
        if value is not None:
            line += text.count("\n", counted, position)
            counted = position
            complaint = _excess(value, limits) or (_HALF if _SURROGATE.search(text) and _has_half(value) else "")
            if complaint:
                fail(complaint, file, (line + 1, 1), len(values))
            values.append(value)
            spans.append(Span(position, end, line))
        position = _skip(text, end)
    return values, spans


def as_yaml(text: str) -> str:
    """JSON as a YAML parser can read it, every character in its place; only good for finding places."""
    return CONTROL.sub("?", _JSON_ONLY.sub(_plain, text))


def _plain(match: re.Match[str]) -> str:
    found = match.group()
    if found == "\\/":
        return "//"
    return " " if found == "\t" else "\\u0020" if len(found) == 6 else found


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RepeatedKeyError
    return fields


def _number(text: str) -> Scalar:
    value = finite(text, resolve(text)[1])
    if isinstance(value, str):
        raise NotJsonError("no number fits")
    return value


def _refuse_constant(name: str) -> None:
    raise NotJsonError(name)


def _has_half(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _excess(value: Any, limits: Limits) -> str:
    """Which limit the decoded value exceeds, level by level; empty if none."""
    level, depth, size = [value], 0, 0
    while level:
        size += len(level)
        if size > limits.nodes:
            return f"the input holds more than {limits.nodes:,} values"
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
            elif isinstance(one, str) and len(one) > limits.scalar:
                return f"one value is longer than {limits.scalar:,} characters"
        if depth == limits.depth and any(isinstance(one, dict | list) for one in level):
            return f"lists and mappings are nested more than {limits.depth} deep"
        depth, level = depth + 1, below
    return ""
