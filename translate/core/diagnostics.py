"""What the stages have to say: problems that stop a document, losses, notes, and the report they are appended to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, field

from translate.core.identity import Identity
from translate.core.origin import NOWHERE, Locates, Origin, Place


class Effect(StrEnum):
    """What a loss does to the traffic that the target lets through; ``-later``: only once another policy is added."""

    EXACT = "exact"
    TIGHTER = "tighter"
    LOOSER = "looser"
    MIXED = "mixed"
    UNKNOWN = "unknown"
    LOOSER_LATER = "looser-later"
    TIGHTER_LATER = "tighter-later"


class Problem(Struct, frozen=True, kw_only=True):
    """Why an input cannot be read or is no legal object of its API.

    ``line`` and ``column`` count from 1; 0 means that ``origin`` tells the place. ``excerpt``: lines to show below.
    """

    message: str
    origin: Origin = NOWHERE
    line: int = 0
    column: int = 0
    excerpt: tuple[str, ...] = ()


class Loss(Struct, frozen=True, kw_only=True):
    """Something the target does not say as the source did: a stable code, its effect, one sentence, the place, the
    way out. ``about``: the object that it is said of.
    """

    code: str
    effect: Effect
    message: str
    origin: Origin = NOWHERE
    about: Identity | None = None
    hint: str = ""

    @property
    def object(self) -> str:
        """``about`` as reports spell it, empty where it is None."""
        return str(self.about or "")


class Refusal(Struct, frozen=True, kw_only=True):
    """Something this program will not guess at: it stops the translation of the whole input, and makes a proof
    undecided. ``about``: the object that it is said of.
    """

    code: str
    message: str
    origin: Origin = NOWHERE
    about: Identity | None = None
    hint: str = ""
    line: int = 0
    column: int = 0

    @property
    def object(self) -> str:
        """``about`` as reports spell it, empty where it is None."""
        return str(self.about or "")


class Note(Struct, frozen=True, kw_only=True):
    """A remark that changes no verdict."""

    message: str
    origin: Origin = NOWHERE


Said = TypeVar("Said", Loss, Refusal, Note)


class Error(Exception):
    """Base of everything this package raises on purpose."""


class InputError(Error):
    """The input cannot be read, or is no legal object; ``problems`` says where and why, in the order of the input.

    ``refusals``: what of the rest is not read, as far as that was looked at.
    """

    def __init__(self, problems: Iterable[Problem], refusals: Iterable[Refusal] = ()) -> None:
        self.problems = tuple(problems)
        self.refusals = tuple(refusals)
        super().__init__("\n".join(p.message for p in self.problems))

    @property
    def origin(self) -> Origin:
        """The place of the first problem."""
        return self.problems[0].origin if self.problems else NOWHERE


class UnsupportedError(Error):
    """The translation was refused: something is not understood or not sayable, or losses with ``on_loss="stop"``.

    ``losses``: what was lost of the rest, as far as that was looked at; ``places`` knows where they are. ``ways``: with
    ``explain_plan=True`` what would not be refused, in a sentence.
    """

    ways: tuple[str, ...] = ()

    def __init__(self, refusals: Iterable[Refusal], losses: Iterable[Loss] = (), places: Locates | None = None) -> None:
        self.refusals = tuple(refusals)
        self.losses = tuple(losses)
        self.places = places
        lines = [f"{x.code} refused: {x.message}" for x in self.refusals]
        super().__init__("\n".join(lines + [f"{x.code} {x.effect.value}: {x.message}" for x in self.losses]))


class DialectError(Error):
    """A dialect that another package brings cannot be used, or two claim the same."""


class Report(Struct):
    """The ledger handed to every stage: stages append, only the caller judges.

    Nothing is ever taken out of it, and what was told with the same words of the same place is not told again: a rule
    that fell into pieces is one rule to its reader. What may turn out to be for nothing is told to a report of its own,
    which is merged if it was not.
    """

    losses: list[Loss] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _told: set[tuple[Loss | Refusal | Note, Place]] = field(default_factory=set)
    _lost: set[tuple[str, Place]] = field(default_factory=set)

    def __post_init__(self) -> None:
        given: list[Loss | Refusal | Note] = [*self.losses, *self.refusals, *self.notes]
        self._told.update((one, one.origin.place) for one in given)
        self._lost.update((one.message, one.origin.place) for one in self.losses)

    def says_of_loss(self, message: str, origin: Origin) -> bool:
        """Whether a loss of that place is told in these words, whatever its code."""
        return (message, origin.place) in self._lost

    def merged(self, *others: Report) -> Report:
        """A new report: what this one holds, then what the others do."""
        found = Report(list(self.losses), list(self.refusals), list(self.notes))
        for other in others:
            for loss in other.losses:
                found._add(loss, found.losses)
            for refusal in other.refusals:
                found._add(refusal, found.refusals)
            for note in other.notes:
                found._add(note, found.notes)
        return found

    def _add(self, one: Said, to: list[Said]) -> None:
        if (one, one.origin.place) not in self._told:
            self._told.add((one, one.origin.place))
            to.append(one)
            if isinstance(one, Loss):
                self._lost.add((one.message, one.origin.place))

    def lose(
        self,
        code: str,
        effect: Effect,
        message: str,
        *,
        origin: Origin = NOWHERE,
        about: Identity | None = None,
        hint: str = "",
    ) -> None:
        """Record a loss."""
        loss = Loss(code=code, effect=effect, message=message, origin=origin, about=about, hint=hint)
        self._add(loss, self.losses)

    def refuse(
        self, code: str, message: str, *, origin: Origin = NOWHERE, about: Identity | None = None, hint: str = ""
    ) -> None:
        """Record that something will not be translated."""
        refusal = Refusal(code=code, message=message, origin=origin, about=about, hint=hint)
        self._add(refusal, self.refusals)

    def note(self, message: str, *, origin: Origin = NOWHERE) -> None:
        """Record a remark."""
        self._add(Note(message=message, origin=origin), self.notes)
