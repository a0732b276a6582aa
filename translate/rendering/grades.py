"""What became of each policy, in a word; "same" is said where it was proved, and nowhere else."""

from __future__ import annotations

from collections import Counter

from translate.api.result import Mapped, Result
from translate.core.diagnostics import Effect

SAME, NOT_PROVED = "same", "not-proved"
GRADES = (SAME, NOT_PROVED, *(effect for effect in Effect if effect is not Effect.EXACT))


def grade(row: Mapped, result: Result) -> str:
    """One of ``GRADES``: of a policy that loses nothing by name nothing is claimed that no proof was made of."""
    if row.exactness is not Effect.EXACT:
        return row.exactness.value
    return SAME if result.is_proved else NOT_PROVED


def counts(result: Result) -> Counter[str]:
    """How many policies there are of each grade."""
    return Counter(grade(row, result) for row in result.policies)


def summed(result: Result) -> tuple[str, ...]:
    """The counts as a report says them: all that matter, in the order from good to bad."""
    many = counts(result)
    kept = f"{many[NOT_PROVED]} not proved" if many[NOT_PROVED] else f"{many[SAME]} same"
    looser = many[Effect.LOOSER] + many[Effect.MIXED]
    later = many[Effect.LOOSER_LATER] + many[Effect.TIGHTER_LATER]
    return (kept, f"{many[Effect.TIGHTER]} tighter", f"{looser} looser", *([f"{later} same today"] if later else []))
