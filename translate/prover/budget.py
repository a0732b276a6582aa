"""The bound on a proof's work: counted in steps, so that the same input gives the same answer on any machine that has
the time and the memory for them.
"""

from __future__ import annotations

from msgspec import Struct, field

from translate.prover.allowance import Allowance, Spent, current

MAX_STEPS = 1_000_000
"""So much work one proof may take, if nothing else is said."""

MANY = 1_000
"""So many policies on both sides have the steps that are said; more of them have more in proportion."""

MAX_ROWS = 1000
"""So many rows of a difference are told, if nothing else is said."""

MAX_GROUPS = 64
"""Above so many groups of pods a matrix does not tell those with labels of several selectors, if nothing else is said.
"""


class OutOfBudget(Exception):
    """The work allowed for a proof is used up: the answer is undecided, never ``same``. ``spent``: what has run out, if
    it is not its steps.
    """

    def __init__(self, spent: Spent | None = None) -> None:
        super().__init__(spent)
        self.spent = spent


UNFINISHED = (OutOfBudget, RecursionError, MemoryError)
"""What ends a proof without an answer; memory may be short before the steps are used up."""


LOOKED_AT = 2_000
"""After so many steps it is looked at what the run has taken: about a twentieth of a second."""


def unfinished(what: str, steps: int, error: BaseException | None = None) -> str:
    """Why there is no answer, for people, and what allows more."""
    spent = error.spent if isinstance(error, OutOfBudget) else None
    if isinstance(error, MemoryError):
        return f"{what} did not finish within the memory there is"
    bound = f"{spent.what} ({spent.option} allows more)" if spent else f"{steps} steps"
    return f"{what} did not finish within {bound}"


def in_proportion(steps: int, policies: int) -> int:
    """The steps of a proof about so many policies, if one about few of them may take ``steps``."""
    return steps * max(policies, MANY) // MANY


class Patience(Struct, frozen=True):
    """How many remainders of the rules a walk from axis to axis may come upon, before its question is asked port by
    port: so many in any case, and so many for each tail.
    """

    always: int
    each: int

    def of(self, tails: int) -> int:
        """How many of sides with so many tails."""
        return self.always + self.each * tails


PATIENCE = Patience(always=500, each=4)
"""Grows with the tails, else long and plain inputs would be asked port by port."""


class Budget(Struct):
    """Steps left: diagram nodes, boxes and label classes all count. Now and then the allowance of the run is asked.

    ``patience``: when a walk goes on port by port.
    """

    steps: int = MAX_STEPS
    _allowance: Allowance | None = field(default_factory=current)
    patience: Patience = PATIENCE
    _look: int = 0

    def __post_init__(self) -> None:
        self._look = max(0, self.steps - LOOKED_AT)

    def spend(self, steps: int = 1) -> None:
        """Use up ``steps``; raises OutOfBudget when none are left, or the run has taken what it may."""
        self.steps -= steps
        if self.steps < self._look:
            self._ask()

    def renew(self, steps: int) -> None:
        """Allow ``steps`` from here on, as for a question of its own, within the allowance of the run that asks it."""
        self.steps, self._allowance = steps, current()
        self._look = max(0, steps - LOOKED_AT)

    def _ask(self) -> None:
        if self.steps < 0:
            raise OutOfBudget
        self._look = max(0, self.steps - LOOKED_AT)
        spent = self._allowance.spent() if self._allowance is not None else None
        if spent is not None:
            raise OutOfBudget(spent)
