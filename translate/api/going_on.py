"""What can be said and written of the rest, where some objects of the input are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from translate.api.result import LossError, Result
from translate.core.diagnostics import InputError, Loss, Problem, Refusal, UnsupportedError
from translate.core.origin import Origin, Place
from translate.dialects.base import Object
from translate.frontend.intake import Intake

MOST_ROUNDS = 50
"""So often the rest is tried; each time it has an object less."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The translation of what was not refused (None: of nothing), and all that was refused or cannot be read."""

    result: Result | None
    refusals: tuple[Refusal, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What is lost of the rest."""
        return self.result.losses if self.result is not None else ()


def going_on(intake: Intake, first: UnsupportedError | InputError, translate: Callable[[Intake], Result]) -> Rest:
    """Take out what was refused, object by object, and translate the rest."""
    refusals: dict[tuple[Refusal, Place], Refusal] = {}
    problems: dict[tuple[Problem, Place], Problem] = {}
    error: UnsupportedError | InputError = first
    for _ in range(MOST_ROUNDS):
        if isinstance(error, InputError):
            problems |= {(one, one.origin.place): one for one in error.problems}
        else:
            refusals |= {(one, one.origin.place): one for one in error.refusals}
        told = [*(one.origin for one in problems.values()), *(one.origin for one in refusals.values())]
        rest = without(intake, told)
        if rest is None or not rest.native:
            break
        intake = rest
        try:
            result = translate(intake)
        except LossError as stop:
            return Rest(stop.result, tuple(refusals.values()), tuple(problems.values()))
        except (UnsupportedError, InputError) as again:
            error = again
        else:
            return Rest(result, tuple(refusals.values()), tuple(problems.values()))
    return Rest(None, tuple(refusals.values()), tuple(problems.values()))


def without(intake: Intake, refused: Iterable[Origin]) -> Intake | None:
    """The input without the objects that these origins are of; None where none of these is an object of it."""
    places = tuple(refused)

    def stays(item: Object) -> bool:
        return not any(_is_in(origin, item.origin) for origin in places)

    native = tuple((name, item) for name, item in intake.native if stays(item))
    foreign = tuple(item for item in intake.foreign if stays(item))
    unread = tuple(one for one in intake.refusals if not any(_is_in(origin, one.origin) for origin in places))
    spoilt = tuple(one for one in intake.problems if one.origin.place not in {origin.place for origin in places})
    rest = replace(intake, native=native, foreign=foreign, refusals=unread, problems=spoilt)
    before, after = _size(intake), _size(rest)
    return rest if after < before else None


def _size(intake: Intake) -> int:
    return len(intake.native) + len(intake.foreign) + len(intake.refusals) + len(intake.problems)


def _is_in(origin: Origin, of: Origin) -> bool:
    """Whether ``origin`` is ``of``, or a place inside it."""
    same = (origin.file, origin.document) == (of.file, of.document)
    return same and origin.path[: len(of.path)] == of.path


def headed(result: Result, rest: Rest) -> Result:
    """The result with what is missing named at the top of its text."""
    if not result.text:
        return result
    named = dict.fromkeys(one.object or one.message for one in rest.refusals)
    named |= dict.fromkeys(f"{one.origin.file}: {one.message}" for one in rest.problems)
    lines = ["# NOT translated, and not in this output:", *(f"#   {_comment(name)}" for name in named)]
    return replace(result, text="\n".join(lines) + "\n" + result.text)


def _comment(text: str) -> str:
    """``text`` as it may stand in a comment: of printable characters, on one line."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)[:200]
