"""The mark beside each word: a tick stands for ``same`` and nothing else."""

from __future__ import annotations

from translate.core.diagnostics import Effect
from translate.rendering.findings import NOTE, REFUSED
from translate.rendering.grades import NOT_PROVED, SAME

WRONG, CARE, OPEN, TICK, PLAIN = "✘", "!", "?", "✔", "·"
MARKS = {
    SAME: TICK,
    NOT_PROVED: OPEN,
    Effect.EXACT: PLAIN,
    Effect.TIGHTER: CARE,
    Effect.LOOSER: WRONG,
    Effect.MIXED: WRONG,
    Effect.UNKNOWN: OPEN,
    Effect.LOOSER_LATER: CARE,
    Effect.TIGHTER_LATER: CARE,
    REFUSED: WRONG,
    NOTE: PLAIN,
}
MEANING = {WRONG: "wrong", CARE: "care", OPEN: "open", TICK: "same", PLAIN: "plain"}
"""What a mark is about, as the name of its style."""


def mark(word: str) -> str:
    """The mark of a word of the reports."""
    return MARKS[word]
