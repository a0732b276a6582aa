"""A proof of what a text is expected to say, while other processes read whether it does.

The text of a translation says what it was written of, unless there is a defect. So where there may be several
processes, one proves that, and the others, and that one once it is done, read the text piece by piece. Only if each
piece says just what is expected of it, and the proof finds nothing that differs, is it the proof of the text. In all
other cases nothing was gained, and the text is read and proved as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec.structs import replace

from translate.api.never import with_never
from translate.api.result import OUTPUT, SEPARATOR, Result
from translate.api.task import Task
from translate.api.translation_validation import as_enforced, proved
from translate.core.diagnostics import Effect, Note, Report
from translate.core.several import MOST_TURNS, Turns, at_once, shares, workers
from translate.dialects import get
from translate.frontend.held_texts import HeldTexts
from translate.frontend.intake import take_in
from translate.frontend.lifting import WORTH_A_PROCESS
from translate.frontend.sources import Source
from translate.model.policy import Policy, PolicySet
from translate.prover.read_alike import read_alike

if TYPE_CHECKING:
    from translate.prover.comparison import Comparison

PIECES_EACH = 8
"""So many pieces there are of the text for each process, so that none of them waits long for the last one."""

Read: TypeAlias = "dict[int, tuple[Note, ...] | None]"
"""What there is to note of each piece; None where it says something else than is expected of it."""


class _Found(NamedTuple):
    """What one process found: the proof, if that was its part and it is one that nothing differs, and what it read."""

    proof: Result | None
    done: Read


def proved_meanwhile(result: Result, task: Task, comparison: Comparison | None) -> Result | None:
    """The result, proved to be the same as the input; None if that is not to be had in this way."""
    written = _written(result, task)
    if written is None:
        return None
    pieces = shares([len(part) for part in result.parts], min(PIECES_EACH * workers(), MOST_TURNS - 1))
    reading = _Reading(result, written, task, pieces, HeldTexts())
    with Turns(reading.things) as turns:
        here, there = partial(_proved, reading, comparison, turns), partial(_read, reading, turns)
        helpers = min(workers() // 2, len(result.parts) // WORTH_A_PROCESS)
        works: list[Callable[[], _Found]] = [here, *[there] * helpers]
        found = at_once(works)
    proof, done = found[0].proof, {number: said for one in found for number, said in one.done.items()}
    if proof is None or None in done.values():
        return None
    done.update({number: reading.done(number) for number in range(reading.things) if number not in done})
    if None in done.values():
        return None
    never = tuple(note for said in done.values() for note in said or ())
    return replace(proof, notes=(*result.notes, *never, *proof.notes[len(result.notes) :]))


def _written(result: Result, task: Task) -> PolicySet | None:
    """What was written, if that is nothing but policies, each an object, and nothing is lost."""
    fitted = result.after
    if fitted is None or len(result.objects) != len(fitted.policies):
        return None
    if task.kept or task.given.companions or task.options.stage or task.log_request is not None:
        return None
    if any(loss.effect is not Effect.EXACT for loss in result.losses):
        return None
    kinds = (str(value["kind"]) for value in result.objects)
    policies = (_named(policy, kind) for policy, kind in zip(fitted.policies, kinds, strict=True))
    return replace(fitted, policies=tuple(policies), unjudged=())


def _named(policy: Policy, kind: str) -> Policy:
    same = policy.identity.kind == kind
    return policy if same else replace(policy, identity=replace(policy.identity, kind=kind))


class _Reading(NamedTuple):
    """A text that is read piece by piece, and what was written in it."""

    result: Result
    written: PolicySet
    task: Task
    pieces: list[range]
    """The numbers of the objects in each."""
    texts: HeldTexts

    @property
    def things(self) -> int:
        """How many there are to do."""
        return 1 + len(self.pieces)

    def expected(self, piece: range) -> PolicySet | None:
        """What some of the objects say together; None where that is not what each of them says by itself."""
        part = replace(self.written, policies=self.written.policies[piece.start : piece.stop])
        found = get(self.task.to).together(part, self.task.given.facts, Report())
        return replace(found, semantics=self.task.semantics) if found.policies == part.policies else None

    def done(self, number: int) -> tuple[Note, ...] | None:
        """Do one thing. Raises what reading the text raises."""
        if number == 0:
            return with_never(self.result, self.task).notes[len(self.result.notes) :]
        piece = self.pieces[number - 1]
        expected = self.expected(piece)
        text = SEPARATOR.join(self.result.parts[piece.start : piece.stop])
        said = as_enforced(take_in((Source(OUTPUT, text),), self.texts), self.task)
        self.texts.forget()
        return () if expected is not None and read_alike(expected, said) else None


def _proved(reading: _Reading, comparison: Comparison | None, turns: Turns) -> _Found:
    """The proof, and what is left to read when it is made."""
    expected = reading.expected(range(len(reading.result.parts)))
    if expected is None:
        return _Found(None, {})
    found = proved(replace(reading.result, after=expected), reading.task, comparison)
    if found.proof is None or not found.proof.is_same:
        return _Found(None, {})
    return _Found(found, _read(reading, turns).done)


def _read(reading: _Reading, turns: Turns) -> _Found:
    return _Found(None, {number: reading.done(number) for number in turns})
