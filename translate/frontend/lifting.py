"""What objects mean by themselves, one after the other or by several processes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from translate.core.diagnostics import InputError, Report
from translate.core.several import at_once, shares, workers
from translate.dialects import get
from translate.dialects.base import Lifted, Object, Settings
from translate.dialects.objects import Manifest
from translate.dialects.protocol import Dialect

WORTH_A_PROCESS = 500
"""So many objects are lifted in more time than a process takes to begin, and to tell what they mean."""


class Lifting:
    """Lifts the objects of one input."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def is_alone(self, item: Object) -> bool:
        """Whether lifting it is of no use to anything else, the objects of another input, say."""
        return True

    def lift(self, item: Object, dialect: Dialect, report: Report) -> Lifted:
        """What an object means by itself. Raises InputError."""
        return dialect.lift(self._read(item, dialect), item.origin, self._settings, report)

    def _read(self, item: Object, dialect: Dialect) -> Manifest:
        return dialect.read(item)


Lifts: TypeAlias = Callable[[Settings], Lifting]
"""Who lifts objects, once it is settled how they are read."""

Native: TypeAlias = tuple[str, Object]
"""An object, behind the name of its dialect."""


def lifted_by_several(objects: Sequence[Native], lifting: Lifting) -> dict[int, Lifted]:
    """What many objects mean, by their numbers, if several processes may lift them: of each that is dear to lift and of
    which there is nothing to say.
    """
    dear = {name for name in dict.fromkeys(name for name, _ in objects) if get(name).is_dear_to_lift}
    mine = [number for number, (name, item) in enumerate(objects) if name in dear and lifting.is_alone(item)]
    count = min(workers(), len(mine) // WORTH_A_PROCESS)
    if count < 2:
        return {}
    works = []
    for share in shares([1] * len(mine), count):
        numbers = mine[share.start : share.stop]
        works.append(partial(_lifted, [(number, *objects[number]) for number in numbers], lifting))
    return {number: one for found in at_once(works) for number, one in found}


def _lifted(objects: Sequence[tuple[int, str, Object]], lifting: Lifting) -> list[tuple[int, Lifted]]:
    found = ((number, _silently(item, get(name), lifting)) for number, name, item in objects)
    return [(number, one) for number, one in found if one is not None]


def _silently(item: Object, dialect: Dialect, lifting: Lifting) -> Lifted | None:
    report = Report()
    try:
        found = lifting.lift(item, dialect, report)
    except InputError:
        return None
    return None if said(report) else found


def said(report: Report) -> int:
    """How much a report says."""
    return len(report.losses) + len(report.refusals) + len(report.notes)
