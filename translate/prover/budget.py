"""The bound on a proof's work; counted in steps, never in seconds, so that the same input gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass

MAX_STEPS = 1_000_000
"""So much work one proof may take, if nothing else is said."""

MAX_ROWS = 1000
"""So many rows of a difference are told, if nothing else is said."""


class OutOfBudget(Exception):
    """The work allowed for a proof is used up: the answer is undecided, never ``same``."""


UNFINISHED = (OutOfBudget, RecursionError, MemoryError)
"""What ends a proof without an answer; memory may be short before the steps are used up."""


def unfinished(what: str, steps: int, error: BaseException | None = None) -> str:
    """Why there is no answer, for people."""
    bound = "the memory there is" if isinstance(error, MemoryError) else f"{steps} steps"
    return f"{what} did not finish within {bound}"


@dataclass(slots=True)
class Budget:
    """Steps left: diagram nodes, boxes and label classes all count."""

    steps: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Use up ``steps``; raises OutOfBudget when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise OutOfBudget
