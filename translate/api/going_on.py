"""What can be said and written of the rest, where some objects of the input are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from translate.api.result import LossError, Result
from translate.core.diagnostics import InputError, Loss, Problem, Refusal, UnsupportedError
from translate.core.origin import Origin, Place
from translate.core.shown import safe
from translate.dialects.base import Object
from translate.frontend.bystanders import identity
from translate.frontend.intake import Intake

MOST_ROUNDS = 50
"""So often the rest is tried; each time it has an object less."""


class Rest(Struct, frozen=True):
    """The translation of what was not refused (None: of nothing), and all that was refused or cannot be read."""

    result: Result | None
    refusals: tuple[Refusal, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What is lost of the rest."""
        return self.result.losses if self.result is not None else ()


def going_on(
    intake: Intake, first: UnsupportedError | InputError, translate: Callable[[Intake], Result], *, namespace: str
) -> Rest:
    """Take out what was refused, object by object, and translate the rest; ``namespace``: of objects that name none."""
    refusals: dict[tuple[Refusal, Place], Refusal] = {}
    problems: dict[tuple[Problem, Place], Problem] = {}
    error: UnsupportedError | InputError = first
    for _ in range(MOST_ROUNDS):
        if isinstance(error, InputError):
            problems |= {(one, one.origin.place): one for one in error.problems}
        else:
            refusals |= {(one, one.origin.place): one for one in error.refusals}
        rest = without(
            intake, [one.origin for one in problems.values()], [one.origin for one in refusals.values()], namespace
        )
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
            # Where no policy is left (sets are, say) nothing is translated: that is no sameness of anything.
            some = result if result.policies or result.text else None
            return Rest(some, tuple(refusals.values()), tuple(problems.values()))
    return Rest(None, tuple(refusals.values()), tuple(problems.values()))


def without(intake: Intake, unreadable: Iterable[Origin], refused: Iterable[Origin], namespace: str) -> Intake | None:
    """The input without the objects of policy dialects that these origins are of, and others of their names; None where
    none of these is such an object.

    Of an object that is there twice neither stays: in a cluster it would be the later one. What tells of the cluster
    (Namespaces, Pods) is not left out: the rest would be about another one. ``namespace``: of objects that name none.
    """
    bad, out = tuple(unreadable), tuple(refused)
    all_of_them = (*bad, *out)
    named = {_called(item, namespace) for _, item in intake.native if _is_any(all_of_them, item.origin)}
    native = tuple((name, item) for name, item in intake.native if _called(item, namespace) not in named)
    foreign = tuple(item for item in intake.foreign if not _is_any(out, item.origin))
    unread = tuple(one for one in intake.refusals if not _is_any(out, one.origin))
    spoilt = tuple(one for one in intake.problems if one.origin.place not in {origin.place for origin in bad})
    rest = replace(intake, native=native, foreign=foreign, refusals=unread, problems=spoilt)
    return rest if _size(rest) < _size(intake) else None


def _called(item: Object, namespace: str) -> tuple[str, str, str, str]:
    """What tells an object from others: its API group, kind, namespace and name."""
    found, group = identity(item.value), str(item.value.get("apiVersion")).rpartition("/")[0]
    return group, found.kind, found.namespace or namespace, found.name


def _is_any(origins: Iterable[Origin], of: Origin) -> bool:
    return any(_is_in(origin, of) for origin in origins)


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
    return safe(text)[:200]
