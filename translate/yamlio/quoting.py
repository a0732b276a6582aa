"""Texts as YAML scalars that every reader takes back as the same text: YAML 1.1 and 1.2, PyYAML, Go's v2 and v3."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite

from translate.core.patterns import pattern

# A white list, since readers disagree in more ways than a black list can name. A text stays plain if it starts with a
# letter or a slash and goes on with harmless characters (a colon or a blank only inside), or if it is a CIDR, which no
# number, time or date of any schema looks like because of its slash.
_PLAIN = pattern(
    r"(?:[A-Za-z/][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+| [A-Za-z0-9][A-Za-z0-9_./-]*)*"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,2}"
    r"|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){2,7}/[0-9]{1,3})"
).fullmatch
_WORDS = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "inf", "infinity", "nan"}
)
# What is no printable character in YAML, what some readers take for a line break, and what turns the writing direction.
_RISKY = pattern("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_LONGEST_SIMPLE_KEY = 1000  # readers look 1,024 characters ahead for the colon
_UNSAFE_LINES = pattern(r"\A\s|[ \t](?:\n|\Z)|\n\n\Z")


def inline(text: str) -> str:
    """``text`` on one line: plain if that is safe everywhere, else in single or double quotes."""
    if _PLAIN(text) and text.lower() not in _WORDS:
        return text
    if _RISKY.search(text):
        return '"' + _RISKY.sub(_escape, text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'  # a Calico selector stays readable: "app == 'db'"
    return "'" + text.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")


def value_form(text: str) -> str:
    """``text`` as the value of a field or item on one line; empty if it has several lines and should be a block."""
    return "" if "\n" in text and _fits_block(text) else inline(text)


def _fits_block(text: str) -> bool:
    """Whether several lines can stand as a literal block: nothing invisible decides what they mean."""
    return not _UNSAFE_LINES.search(text) and not _RISKY.search(text.replace("\n", ""))


def key_form(text: str) -> str:
    """``text`` as a simple key; empty if it is too long to be one."""
    form = inline(text)
    return form if len(form) <= _LONGEST_SIMPLE_KEY else ""


class _Memo(dict[str, str]):
    """Forms of texts, remembered since a few hundred make up most of a file; bounded, cheaper than ``lru_cache``."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, text: str) -> str:
        if len(self) >= 1 << 16:
            self.clear()
        self[text] = form = self._form(text)
        return form


KEYS = _Memo(key_form)
VALUES = _Memo(value_form)


def block(text: str, pad: str) -> tuple[str, str]:
    """The head of a literal block (``|`` or ``|-``) and its lines, each after ``pad`` and ended with a line feed."""
    head, body = ("|", text[:-1]) if text.endswith("\n") else ("|-", text)
    return head, "".join(f"{pad}{line}\n" if line else "\n" for line in body.split("\n"))


def number(value: int | float) -> str:
    """A number as all readers take it back; ValueError for the infinities and NaN, which JSON does not have."""
    if isinstance(value, int):
        return str(value)
    if not isfinite(value):
        raise ValueError(f"JSON has no number {value}")
    digits = repr(value)
    return digits.replace("e", ".0e") if "e" in digits and "." not in digits else digits  # YAML 1.1 wants the dot
