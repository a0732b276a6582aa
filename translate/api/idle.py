"""What of the input lifting left out, as it does nothing: it takes no proof, and no work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from translate.api.result import Result
from translate.api.task import Task
from translate.core.diagnostics import Note
from translate.core.identity import Identity
from translate.core.origin import Origin, spell
from translate.dialects.base import Idle
from translate.frontend.link import Linked
from translate.frontend.sources import Places

MOST_TOLD = 10


class NeverNote(Struct, frozen=True):
    """A policy, or a part of one, that never does anything, in words; ``is_policy``: all of it."""

    about: Identity
    note: Note
    is_policy: bool = False


def with_idle(result: Result, task: Task) -> Result:
    """The result with a note for what lifting left out."""
    return with_notes(result, list(unnoted(task.given)))


def idle(given: Linked) -> Iterator[NeverNote]:
    """What makes no difference as it is written, which takes no work to see."""
    return (_told(one, given) for one in given.idle)


def unnoted(given: Linked) -> Iterator[NeverNote]:
    """That of it which no note says as well."""
    return (_told(one, given) for one in given.idle if not one.is_noted)


def _told(one: Idle, given: Linked) -> NeverNote:
    where = f"{one.about} {spell(one.origin.path)}{at(one.origin, given.places)}"
    return NeverNote(one.about, Note(message=f"{where} {one.effect}: {one.why}", origin=one.origin))


def with_notes(result: Result, found: Sequence[NeverNote]) -> Result:
    """The result with the first of these notes, and how many more there are."""
    notes = [one.note for one in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        count = len(found) - MOST_TOLD
        many = "rule of the input never matches" if count == 1 else "rules of the input never match"
        notes.append(Note(message=f"{count} more {many}"))
    return replace(result, notes=(*result.notes, *notes)) if notes else result


def at(origin: Origin, places: Places) -> str:
    """File and line of a place in brackets, where they are known."""
    place = places.locate(origin)
    return f" ({origin.file}:{place[0]})" if place else ""
