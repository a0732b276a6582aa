"""The bound on a proof's work; counted in steps, never in seconds, so that the same input gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass

MAX_STEPS = 1_000_000
"""So much work one proof may take, if nothing else is said."""

MAX_ROWS = 1000
"""So many rows of a difference are told, if nothing else is said."""


class OutOfBudget(Exception):
    """The work allowed for a proof is used up: the answer is undecided, never ``same``."""


@dataclass(slots=True)
class Budget:
    """Steps left: diagram nodes, boxes and label classes all count."""

    steps: int = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Use up ``steps``; raises OutOfBudget when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise OutOfBudget
