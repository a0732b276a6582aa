"""What is good YAML but refused all the same, because the cluster refuses it or reads something nobody means."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

from translate.core.patterns import pattern
from translate.yamlio.scalars import LONG_TAG, Scalar, tagged

if TYPE_CHECKING:
    from yaml.events import ScalarEvent

_TYPES = "null bool str int float timestamp binary merge seq map set omap pairs"
_STANDARD = frozenset(LONG_TAG + name for name in _TYPES.split())
_LONE_TAG = pattern(r"!(?<![^\s\[{,:-]!)(?=\s)")  # starts with a plain character: searched for at memchr speed


class UnreadableError(Exception):
    """Raised while values are built: a message, and whether a template's placeholder could be the cause."""

    def __init__(self, message: str, *, template: bool = False) -> None:
        self.message = message
        self.template = template
        super().__init__(message)


def check_tag(tag: str, text: str | None = None) -> None:
    """Refusal for tags that are no standard YAML types: somebody forgot the quotes."""
    if tag in _STANDARD:
        return
    written = "!!" + tag.removeprefix(LONG_TAG) if tag.startswith(LONG_TAG) else tag
    value = f' and the value as "{text}"' if text else ""
    if text == "":
        value = " and the value as the empty string (a Calico selector would select everything)"
    raise UnreadableError(f"the cluster reads an unquoted {written} as a YAML tag{value}: quote the whole value")


def tagged_value(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; UnreadableError if the tag is unknown or does not fit."""
    check_tag(tag, text)
    try:
        return finite(text, tagged(tag, text)[1])
    except ValueError as error:
        raise UnreadableError(str(error)) from None


def finite(text: str, value: Scalar) -> Scalar:
    """``value`` itself; UnreadableError for the numbers JSON cannot carry."""
    if isinstance(value, float) and not isfinite(value):
        raise UnreadableError(
            f"the cluster reads {text[:40]} as a number that JSON cannot carry: quote it if it means text"
        )
    return value


def may_be_odd(text: str) -> bool:
    """Whether the text could hold something ``check_odd`` refuses: rare, so it is looked for once per text."""
    return "\\/" in text or _LONE_TAG.search(text) is not None


def check_odd(event: ScalarEvent, source: str) -> None:
    """Refusal for what a scalar's ``source`` shows and its event does not: a lone ``!``, the escape ``\\/``."""
    if event.tag in (None, "!") and source.startswith("!"):
        raise UnreadableError(
            f'the cluster reads a lone ! as a YAML tag and "{event.value}" as the value: quote the whole value'
        )
    if event.style == '"' and "/" in re.findall(r"\\(.)", source, re.DOTALL):
        raise UnreadableError("unknown escape in a double-quoted text: the cluster refuses \\/, write / alone")
