"""What an unquoted or tagged YAML scalar means to kubectl and the API server (Go's yaml v2, turned into JSON)."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import inf, isfinite

from translate.core.patterns import pattern

Scalar = str | int | float | bool | None

LONG_TAG = "tag:yaml.org,2002:"
MERGE_TAG = LONG_TAG + "merge"


class ScalarType(Enum):
    """The type Go's reader gives a scalar; it decides what the scalar looks like as a mapping key."""

    STRING = "str"
    INTEGER = "int"
    FLOAT = "float"
    BOOLEAN = "bool"
    NULL = "null"
    MERGE = "merge"


def _words() -> dict[str, tuple[ScalarType, Scalar]]:
    table: dict[str, tuple[ScalarType, Scalar]] = {"<<": (ScalarType.MERGE, "<<")}
    for word in ("y", "yes", "true", "on"):
        table |= dict.fromkeys((word, word.capitalize(), word.upper()), (ScalarType.BOOLEAN, True))
    for word in ("n", "no", "false", "off"):
        table |= dict.fromkeys((word, word.capitalize(), word.upper()), (ScalarType.BOOLEAN, False))
    table |= dict.fromkeys(("", "~", "null", "Null", "NULL"), (ScalarType.NULL, None))
    for word in (".inf", ".Inf", ".INF"):
        table |= dict.fromkeys((word, f"+{word}"), (ScalarType.FLOAT, float("inf")))
        table[f"-{word}"] = (ScalarType.FLOAT, float("-inf"))
    table |= dict.fromkeys((".nan", ".NaN", ".NAN"), (ScalarType.FLOAT, float("nan")))
    return table


_WORDS = _words()
_NUMBER_STARTS = frozenset("0123456789+-")
_BASES = {"0b": 2, "0o": 8, "0x": 16}
_DIGITS = {
    2: pattern(r"[01]+"),
    8: pattern(r"[0-7]+"),
    10: pattern(r"[0-9]+"),
    16: pattern(r"[0-9a-fA-F]+"),
}
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# A number that starts with a dot goes to Go's own parser, which wants a digit on each side of an underscore.
_DOTTED = pattern(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_INT64 = 1 << 63
_UINT64 = 1 << 64


def meaning(text: str) -> tuple[ScalarType, Scalar]:
    """Kind and JSON value of a plain scalar; whole numbers within 64 bits are ``int`` however they were spelled."""
    known = _WORDS.get(text)
    if known is not None:
        return known
    first = text[0]
    if first in _NUMBER_STARTS:
        return _number(text.replace("_", "")) or (ScalarType.STRING, text)
    if first == "." and _DOTTED.fullmatch(text):
        return _float(text.replace("_", "")) or (ScalarType.STRING, text)
    return ScalarType.STRING, text


resolve = lru_cache(maxsize=1 << 16)(meaning)
"""``meaning``, remembered: for those who keep no memory of their own."""


def _number(text: str) -> tuple[ScalarType, Scalar] | None:
    """The number that Go reads from ``text`` (underscores already gone), or None for a string."""
    if text.count(".") > 1:
        return None  # an address, a range, a version
    whole = _integer(text)
    if whole is not None and -_INT64 <= whole < _INT64:
        return ScalarType.INTEGER, whole
    if whole is not None and _INT64 <= whole < _UINT64 and text[0] != "+":
        return ScalarType.INTEGER, float(whole)  # JSON keeps the digits, but the server's decoder makes it a float64
    if _FLOAT.fullmatch(text):
        number = _float(text)
        if number is not None:
            return number
    if whole is None:
        return None
    try:
        return ScalarType.INTEGER, float(whole)
    except OverflowError:
        return ScalarType.FLOAT, float("inf")  # digits without end: JSON would carry them, no decoder takes them


def _integer(text: str) -> int | None:
    digits = text[1:] if text[0] in "+-" else text
    base = _BASES.get(digits[:2].lower())
    if base is not None:
        digits = digits[2:]
    elif digits[:1] == "0" and len(digits) > 1:
        base = 8
    else:
        base = 10
    if not _DIGITS[base].fullmatch(digits):
        return None
    if base == 10 and len(digits) > 400:
        return 10**400  # as good as any: beyond every float, and int() refuses thousands of digits
    number = int(digits, base)
    return -number if text[0] == "-" else number


def _float(text: str) -> tuple[ScalarType, Scalar] | None:
    number = float(text)
    if not isfinite(number):
        return None  # Go's ParseFloat reports a range error, and the text stays a string
    if number.is_integer() and -_INT64 <= (whole := int(Decimal(repr(number)))) < _INT64:
        return ScalarType.FLOAT, whole  # JSON carries the shortest digits, and the server's decoder makes them an int64
    return ScalarType.FLOAT, number


def key(kind: ScalarType, value: Scalar) -> str | None:
    """The JSON member name Go makes of a scalar used as a mapping key; None where Go refuses it (null, above int64)."""
    if kind is ScalarType.STRING or kind is ScalarType.MERGE:
        return str(value)
    if kind is ScalarType.BOOLEAN:
        return "true" if value else "false"
    if kind is ScalarType.INTEGER and isinstance(value, int):
        return str(value)
    if kind is ScalarType.FLOAT and isinstance(value, int | float):
        return _shortest_float32(float(value))
    return None


def _shortest_float32(number: float) -> str:
    """Go's ``FormatFloat(number, 'g', -1, 32)`` with YAML's names for the infinities, as kubectl spells float keys."""
    if number != number:
        return ".nan"
    narrow = _float32(number)
    if not isfinite(narrow):
        return ".inf" if narrow > 0 else "-.inf"
    spellings = (f"{narrow:.{precision}e}" for precision in range(9))
    digits = next(text for text in spellings if _float32(float(text)) == narrow)
    mantissa, exponent = digits.split("e")
    if not -4 <= int(exponent) < 6:  # Go's limit for the plain notation when it prints the fewest digits
        return f"{mantissa}e{exponent}"
    decimals = len(mantissa.lstrip("-").replace(".", "")) - 1 - int(exponent)
    return f"{float(digits):.{max(decimals, 0)}f}"


def _float32(number: float) -> float:
    try:
        narrow: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return inf if number > 0 else -inf
    return narrow


def tagged(tag: str, text: str) -> tuple[ScalarType, Scalar]:
    """Kind and value of a scalar with a ``tag:yaml.org,2002:`` tag; ValueError says why Go's reader refuses it."""
    name = tag.removeprefix(LONG_TAG)
    if name == "binary":
        try:
            data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("the value of !!binary is no valid base64") from None
        return ScalarType.STRING, data.decode("utf-8", "replace")
    if name not in {"null", "bool", "int", "float", "timestamp"}:
        return ScalarType.STRING, text
    if name == "timestamp":
        if not _is_timestamp(text):
            raise ValueError(f'"{text}" is no !!timestamp')
        return ScalarType.STRING, text
    kind, value = resolve(text)
    if kind is ScalarType.INTEGER and name == "float" and isinstance(value, int):
        return ScalarType.FLOAT, value
    if kind.value != name:
        raise ValueError(f'"{text}" is no !!{name}')
    return kind, value


_TIMESTAMP = pattern(
    r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?P<mark>[Tt ])(?P<time>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})(?:\.[0-9]+)?(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


def _is_timestamp(text: str) -> bool:
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (match["mark"] is not None and (match["mark"] == " ") == (match["zone"] is not None)):
        return False
    try:
        datetime.strptime(f"{match['date']} {match['time'] or '0:0:0'}", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return True


def field_name(text: str, *, plain: bool, tag: str | None) -> tuple[str | None, bool]:
    """The name a scalar gives to a field (None if it cannot) and whether it is a merge key."""
    if tag is not None:
        if tag == MERGE_TAG and text == "<<":
            return "<<", True
        try:
            return key(*tagged(tag, text)), False
        except ValueError:
            return None, False
    if not plain:
        return text, False
    kind, value = resolve(text)
    return key(kind, value), kind is ScalarType.MERGE
