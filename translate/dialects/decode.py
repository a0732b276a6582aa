"""From plain YAML values to the typed manifests of an API: fast when they fit, thorough about why they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Annotated, TypeVar

import msgspec

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import NOWHERE, Origin, Path
from translate.dialects.misfit import Misfit, Nulls, Reason

__all__ = ["Int32", "Misfit", "Nulls", "Reason", "decode", "explain"]

T = TypeVar("T")

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""A number as most API fields hold it; larger ones do not decode."""


def _as_it_is(misfit: Misfit) -> Misfit:
    return misfit


def _no_side(path: Path) -> str | None:
    return None


def decode(
    value: object,
    kind: type[T],
    origin: Origin = NOWHERE,
    *,
    nulls: Nulls = Nulls.GO,
    advise: Callable[[Misfit], Misfit] = _as_it_is,
    side: Callable[[Path], str | None] = _no_side,
    rules: Callable[[T], Iterable[Problem]] | None = None,
) -> T:
    """Read ``value`` as a ``kind`` (a msgspec Struct), or raise ``InputError`` with every problem at its place.

    ``advise``: adds what only the API knows of a mistake. ``side``: which field beside an unknown one is meant to hold
    it, where more than one could. ``rules``: what else the API asks of an object; where only
    names of fields are misspelt, what it says of the object that was meant is told as well.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        pass
    from translate.dialects.schema_errors import misfits  # only for what does not fit

    repaired, found = misfits(value, kind, nulls=nulls, side=side)
    if found:
        told = _problems(map(advise, found), origin)
        if rules is not None and all(misfit.mended for misfit in found):
            with suppress(msgspec.ValidationError):
                told += rules(msgspec.convert(repaired, kind))
        raise InputError(told)
    try:
        return msgspec.convert(repaired, kind)
    except msgspec.ValidationError as error:
        raise InputError([Problem(message=str(error), origin=origin)]) from None


def explain(value: object, kind: type, origin: Origin = NOWHERE, *, nulls: Nulls = Nulls.GO) -> list[Problem]:
    """All reasons why ``value`` is no ``kind``, in the order of the input; none when it is one."""
    from translate.dialects.schema_errors import misfits  # only for what does not fit

    return _problems(misfits(value, kind, nulls=nulls)[1], origin)


def _problems(found: Iterable[Misfit], origin: Origin) -> list[Problem]:
    return [Problem(message=misfit.message, origin=origin.at(*misfit.path)) for misfit in found]
