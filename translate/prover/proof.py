"""What a proof says: same, tighter, looser, mixed or undecided, with a packet for each difference."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import astuple

from translate.prover.assumptions import Assumption
from translate.prover.decision import Decision
from translate.prover.interpretations import Interpretation
from translate.prover.point import Others, Point


class Verdict(StrEnum):
    """How the set after compares with the set before."""

    SAME = "same"
    TIGHTER = "tighter"
    LOOSER = "looser"
    MIXED = "mixed"
    UNDECIDED = "undecided"


class Counterexample(Struct, frozen=True):
    """One packet that the two sets treat differently, with what decided on either side; ``point.others`` says whether
    they do so today or once there is another policy. ``sorting``: who sorts equal orders so that it is, where
    another sequence would give another answer.
    """

    effect: Verdict
    point: Point
    before: Decision
    after: Decision
    sorting: tuple[str, ...] = ()


class Proof(Struct, frozen=True):
    """The answer and what it rests on; ``reason`` says why an answer is undecided, ``reading`` how the set after is
    read where its API leaves that to the engine.

    ``verdict`` is about today, when there are no policies but those of the sets. ``later`` is about any day: another
    policy of the shared API may stand beside both; None if that was not asked.
    """

    verdict: Verdict
    counterexamples: tuple[Counterexample, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reason: str = ""
    reading: Interpretation = Interpretation.LEAST
    later: Verdict | None = None
    later_counterexamples: tuple[Counterexample, ...] = ()
    """Packets that are treated differently only once there is another policy."""
    recalled: bool = False
    """Whether it was made in an earlier run; takes no part in equality."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Proof) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return hash(astuple(self)[:-1])

    def __bool__(self) -> bool:
        raise TypeError("a proof is no yes or no: compare .verdict, which may be undecided")

    @property
    def is_same(self) -> bool:
        """Whether no difference was found, on any day that was asked about."""
        return self.verdict is Verdict.SAME and self.holds_later

    @property
    def holds_later(self) -> bool:
        """Whether the verdict is the same on any day, as far as that was asked."""
        return self.later in (None, self.verdict)

    @property
    def opens_what_others_close(self) -> bool:
        """Whether packets get through that another policy would stop, were it not for the set after."""
        return any(x.effect is Verdict.LOOSER and x.point.others is Others.ISOLATE for x in self.later_counterexamples)
