"""``diff``: what changes between two inputs, as rows of who reaches whom on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from translate.api.compare import verify
from translate.api.options import DiffKeywords, Options, chosen
from translate.api.result import Verification
from translate.frontend.sources import Input
from translate.prover.allowance import allowed
from translate.prover.proof import Proof, Verdict
from translate.prover.questions import Question, questions
from translate.prover.rows import DiffRow, Rows, rows_of


@dataclass(frozen=True, slots=True)
class Difference:
    """Every difference of two inputs: disjoint rows, the most general first, and the proof that they bear out.

    ``later``: what differs, or differs otherwise, only once another policy stands beside both. ``left_out``: how many
    more rows there are at least. ``reason``: why what is told may not be all; empty where nothing but ``left_out`` is
    missing.
    """

    verification: Verification
    rows: tuple[DiffRow, ...] = ()
    later: tuple[DiffRow, ...] = ()
    left_out: int = 0
    reason: str = ""

    @property
    def proof(self) -> Proof:
        """The proof of ``verify``, with the assumptions that the rows rest on, too."""
        return self.verification.proof

    @property
    def verdict(self) -> Verdict:
        """The verdict of the proof."""
        return self.proof.verdict

    @property
    def is_same(self) -> bool:
        """Whether it is proved that there is no difference, today or later."""
        return self.proof.is_same

    @property
    def varies(self) -> tuple[bool, bool]:
        """What rows that ``depends`` rest on: who enforces the policies, and how equal orders are told apart."""
        asked = _asked(self.verification)
        readings = {(one.looser, one.before, one.after) for one in asked}
        return len(readings) > 2, len({(one.place, one.ties) for one in asked}) > 1

    @property
    def is_whole(self) -> bool:
        """Whether the rows are all that differs."""
        return not self.reason and not self.left_out

    def __bool__(self) -> bool:
        raise TypeError("a difference is no yes or no: compare .verdict, which may be undecided")


def diff(
    before: Input, after: Input, *, options: Options | None = None, **keywords: Unpack[DiffKeywords]
) -> Difference:
    """Every difference of two inputs over all pods, namespaces, addresses and packets that the facts leave possible,
    also of different dialects, engines and releases. Of ``options``, what ``verify`` goes by, and ``max_rows``.

    There are no rows where ``verify`` says same, and none is left out without being counted. What is not understood
    on either side makes the answer undecided. Raises InputError.
    """
    asked = chosen(options, keywords, DiffKeywords)
    with allowed(asked.max_seconds, asked.max_memory):
        return listed(verify(before, after, options=asked), steps=asked.max_steps, most=asked.max_rows)


def listed(found: Verification, *, steps: int, most: int) -> Difference:
    """The rows of what was found to differ, if anything was: ``steps`` bounds the work, ``most`` how many are told."""
    proof = found.proof
    if proof.is_same or found.refusals or not _is_one_reading(found):
        return Difference(found, reason=proof.reason)
    rows = rows_of(found.before, found.after, proof, facts=found.facts, steps=steps, most=most)
    return Difference(found, rows.today, rows.later, rows.left_out, _why(proof, rows))


def _asked(found: Verification) -> tuple[Question, ...]:
    """The questions whose answers the rows are."""
    lists = questions(found.before, found.after, found.facts)
    return next((one for one in lists if one[0].after is found.proof.reading), ())


def _is_one_reading(found: Verification) -> bool:
    """Whether it is settled how the sets are read: an undecided proof that shows packets may have had more to try."""
    if found.proof.verdict is not Verdict.UNDECIDED:
        return True
    return bool(found.proof.counterexamples) and len(questions(found.before, found.after, found.facts)) == 1


def _why(proof: Proof, rows: Rows) -> str:
    return "; ".join(dict.fromkeys(filter(None, (proof.reason, rows.reason))))
