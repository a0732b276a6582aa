"""Which losses are taken knowingly: of a code anywhere, or at some places of an input alone."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from translate.core.diagnostics import Effect, InputError, Loss, Problem
from translate.core.identity import Identity
from translate.core.origin import Origin, Place


class Accepted(Struct, frozen=True):
    """One accept, looked up in an input: the code, how people call the accept, and where it holds.

    ``places`` are values of the input with all inside them, None: everywhere. ``about``: the object that is accepted
    for, None where only the places count. ``reason`` is for people. ``absent``: what is wrong if it accepts nothing, as
    the input has no such place; a policy that is made on the way may be called so.
    """

    code: str
    words: str
    places: tuple[Place, ...] | None = None
    about: Identity | None = None
    reason: str = ""
    absent: Problem | None = None

    def covers(self, code: str, origin: Origin, about: Identity | None) -> bool:
        """Whether a loss of ``code``, told of ``about`` and at ``origin``, is accepted by it."""
        if code != self.code:
            return False
        if self.places is None or (self.about is not None and about == self.about):
            return True
        file, document, path = origin.place
        return any((file, document, path[: len(inside)]) == (f, d, inside) for f, d, inside in self.places)


class Acceptance(Struct, frozen=True):
    """All that is accepted of an input."""

    given: tuple[Accepted, ...] = ()

    def covers(self, code: str, origin: Origin, about: Identity | None) -> bool:
        """Whether a loss of ``code``, told of ``about`` and at ``origin``, is accepted."""
        return any(one.covers(code, origin, about) for one in self.given)

    def holds(self, loss: Loss) -> bool:
        """Whether a loss is accepted; one that changes nothing needs no accepting."""
        return loss.effect is not Effect.EXACT and self.covers(loss.code, loss.origin, loss.about)

    def reason(self, loss: Loss) -> str:
        """Why a loss is accepted, as far as that was said."""
        asked = loss.code, loss.origin, loss.about
        return next((one.reason for one in self.given if one.reason and one.covers(*asked)), "")

    def unused(self, losses: Iterable[Loss]) -> tuple[Accepted, ...]:
        """What was accepted and accepts none of ``losses``."""
        told = [loss for loss in losses if loss.effect is not Effect.EXACT]
        return tuple(x for x in self.given if not any(x.covers(y.code, y.origin, y.about) for y in told))

    def check(self, losses: Iterable[Loss]) -> None:
        """Raise InputError for what names no place of the input, nor a policy that ``losses`` are told of."""
        problems = [one.absent for one in self.unused(losses) if one.absent is not None]
        if problems:
            raise InputError(problems)


NOTHING = Acceptance()
"""Nothing is accepted."""
