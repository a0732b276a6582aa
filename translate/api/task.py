"""One translation that is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from translate.api.options import Options
from translate.core.accepting import NOTHING, Acceptance
from translate.core.release import Release
from translate.dialects import get, of_object
from translate.dialects.protocol import Rewriting
from translate.frontend.link import Linked
from translate.model.policy import Direction, Policy
from translate.model.semantics import Semantics

if TYPE_CHECKING:
    from translate.dialects.denials import LogRequest


class Task(Struct, frozen=True):
    """What is given, the dialect that is wanted, and how."""

    given: Linked
    to: str
    options: Options
    release: Release | None = None
    """The release that the output is for, None: the newest."""
    accepted: Acceptance = NOTHING
    """The losses that are accepted."""
    kept: tuple[Policy, ...] = ()
    """The policies whose objects are of the target already, and stay as they are."""

    @property
    def semantics(self) -> Semantics:
        """What the engine does that the output is for: on its release, or on that of the input where it is the same."""
        found, mine = get(self.to).semantics(self.given.facts.settings), self.given.policies.semantics
        if self.release is not None:
            return get(self.to).on_release(found, self.release)
        return mine if mine.name == found.name else found

    @property
    def reads_alike(self) -> bool:
        """Whether the engine is known to do with the output what it does with the input."""
        return self.semantics == self.given.policies.semantics

    @property
    def log_request(self) -> LogRequest | None:
        """Which denials to log, None for none."""
        options = self.options
        if not options.log_denials:
            return None
        from translate.dialects.denials import LogRequest

        directions = tuple(Direction) if options.log_direction == "both" else (Direction(options.log_direction),)
        return LogRequest(directions, options.log_explicit)


def kept_policies(task: Task) -> tuple[Policy, ...]:
    """The policies that need no translation.

    They are written anew where all are of one dialect, or each of them is to change, unless objects of the target
    always stay as they are.
    """
    options, given = task.options, task.given
    target = get(task.to)
    changed = options.stage or options.stamp != "none"
    if target.rewriting is not Rewriting.NEVER and (changed or len(given.dialects) == 1):
        return ()
    return tuple(p for p in given.policies.policies if of_object(given.values[p.origin.place]) == task.to)
