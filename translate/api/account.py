"""An account of a plan for the owner of the policies: what stands for what, why, and what would make it one to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from translate.core.diagnostics import Effect
from translate.core.origin import Origin, Place
from translate.model.policy import Action, Identity, Policy
from translate.plan.trace import Change, by_place, count


class AccountStep(Struct, frozen=True):
    """How many policies, and allows in them, stood for an object of the input before and after a step changed it."""

    name: str
    policies: tuple[int, int]
    allows: tuple[int, int]


class Way(Struct, frozen=True):
    """What makes a row one to one, seen by trying it: options to type, and the losses to accept for it, if any.

    ``effect``: what is lost with it still: nothing, what is accepted, or the sameness of later days.
    """

    options: str
    effect: Effect = Effect.EXACT
    accepts: tuple[str, ...] = ()


class AccountRow(Struct, frozen=True):
    """One object of the input: what stands for it, and how it came to that. Counts are before and after.

    ``specs``: how many policies the object holds. ``cut``: whether what is decided before its rules was taken out of
    them.
    """

    source: Identity
    origin: Origin
    targets: tuple[Identity, ...]
    exactness: Effect
    codes: tuple[str, ...]
    specs: int
    kept: bool
    cut: bool
    allows: tuple[int, int]
    denies: tuple[int, int]
    passes: tuple[int, int]
    steps: tuple[AccountStep, ...]
    ways: tuple[Way, ...] = ()
    tried: tuple[str, ...] = ()
    """What was tried to make it one to one."""

    @property
    def is_single(self) -> bool:
        """Whether one object stands for one policy, with nothing cut out of its rules."""
        return self.kept or (len(self.targets) == 1 and self.specs == 1 and not self.cut)

    @property
    def is_one_to_one(self) -> bool:
        """Whether one object stands for one policy, with nothing cut out of its rules and nothing lost."""
        return self.is_single and self.exactness is Effect.EXACT


class Purpose(StrEnum):
    """What an object is for that stands for no policy."""

    TIER = "its policies isolate nobody"
    SET = "rules name it for the ranges of a set"
    LOG = "it logs what is denied"


class Beside(Struct, frozen=True):
    """An object that is written and stands for no policy."""

    identity: Identity
    purpose: Purpose


class Account(Struct, frozen=True):
    """The rows in the order of the input, and what was not tried.

    ``forms``: forms that were not tried, as one before them means the same. ``steps``: of a proof that chooses a form;
    ``most_rules``: in place of one policy where order is worked out. ``ways_left``: why no ways were tried, if there
    was anything to try. ``cut_short``: whether not all was tried that may fit beside the form that was taken.
    """

    rows: tuple[AccountRow, ...]
    forms: tuple[str, ...]
    steps: int
    most_rules: int
    beside: tuple[Beside, ...] = ()
    ways_left: str = ""
    cut_short: bool = False


def rows(
    given: Iterable[Policy], kept: Iterable[Policy], fitted: Iterable[Policy], changes: Iterable[Change]
) -> tuple[AccountRow, ...]:
    """A row for each object of the ``given`` policies, of which ``kept`` stay as they are and all others became
    ``fitted``; nothing is said of targets and losses yet.
    """
    stays, after, steps = {policy.origin.place for policy in kept}, by_place(fitted), _steps(changes)
    return tuple(
        _row(mine, after.get(place, []), steps.get(place, ()), kept=place in stays)
        for place, mine in by_place(given).items()
    )


def _row(before: Sequence[Policy], after: Sequence[Policy], steps: Sequence[AccountStep], *, kept: bool) -> AccountRow:
    return AccountRow(
        source=before[0].identity,
        origin=before[0].origin,
        targets=(),
        exactness=Effect.EXACT,
        codes=(),
        specs=len(before),
        kept=kept,
        cut=any(policy.metadata.cut for policy in after),
        allows=(count(Action.ALLOW, before), count(Action.ALLOW, after)),
        denies=(count(Action.DENY, before), count(Action.DENY, after)),
        passes=(count(Action.PASS, before), count(Action.PASS, after)),
        steps=tuple(steps),
    )


def _steps(changes: Iterable[Change]) -> dict[Place, list[AccountStep]]:
    found: dict[Place, list[AccountStep]] = {}
    for change in changes:
        for one in change.touched:
            found.setdefault(one.place, []).append(AccountStep(change.step, one.policies, one.allows))
    return found
