"""From plain YAML values to the typed manifests of an API: fast when they fit, thorough about why they do not."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import NOWHERE, Origin
from translate.dialects.schema_errors import Nulls, misfits

__all__ = ["Int32", "Nulls", "decode", "explain"]

T = TypeVar("T")

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""A number as most API fields hold it; larger ones do not decode."""


def decode(value: object, kind: type[T], origin: Origin = NOWHERE, *, nulls: Nulls = Nulls.GO) -> T:
    """Read ``value`` as a ``kind`` (a msgspec Struct), or raise ``InputError`` with every problem at its place."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        pass
    repaired, problems = _explained(value, kind, origin, nulls)
    if problems:
        raise InputError(problems)
    try:
        return msgspec.convert(repaired, kind)
    except msgspec.ValidationError as error:
        raise InputError([Problem(message=str(error), origin=origin)]) from None


def explain(value: object, kind: type, origin: Origin = NOWHERE, *, nulls: Nulls = Nulls.GO) -> list[Problem]:
    """All reasons why ``value`` is no ``kind``, in the order of the input; none when it is one."""
    return _explained(value, kind, origin, nulls)[1]


def _explained(value: object, kind: type, origin: Origin, nulls: Nulls) -> tuple[object, list[Problem]]:
    repaired, found = misfits(value, kind, nulls=nulls)
    return repaired, [Problem(message=misfit.message, origin=origin.at(*misfit.path)) for misfit in found]
