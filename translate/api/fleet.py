"""What became of many clusters, each a plain value: it is made in one process and told in another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class FleetVerdict(StrEnum):
    """What one cluster comes to: the verdict of its proof, or why there is none."""

    SAME = "same"
    TIGHTER = "tighter"
    LOOSER = "looser"
    MIXED = "mixed"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    """Something is not translated, so nothing is."""
    INVALID = "invalid"
    """The input cannot be read, or is no legal policy."""
    MISSING = "missing"
    """It is on one side alone."""
    FAILED = "failed"
    """Whoever worked on it was killed or has a defect."""


@dataclass(frozen=True, slots=True)
class FleetLosses:
    """How often a loss happened that nobody accepted."""

    code: str
    effect: str
    count: int


@dataclass(frozen=True, slots=True)
class ClusterOutcome:
    """One cluster: how many policies it has, the verdict, the exit code that it had by itself, what is lost, and what
    is wrong. ``files``: the translation, as names and texts. ``recalled``: its proof is of an earlier run.
    """

    name: str
    folder: str
    verdict: FleetVerdict
    exit_code: int
    policies: int = 0
    losses: tuple[FleetLosses, ...] = ()
    remarks: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    recalled: bool = False


GRAVEST = (2, 1, 3, 0)
"""Exit codes, the one that outranks the others first."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """All clusters of a run, in the order of the input."""

    clusters: tuple[ClusterOutcome, ...]

    @property
    def exit_code(self) -> int:
        """The gravest of all."""
        return min((one.exit_code for one in self.clusters), key=GRAVEST.index, default=0)

    @property
    def verdicts(self) -> dict[FleetVerdict, int]:
        """How many clusters came to what."""
        counts = Counter(one.verdict for one in self.clusters)
        return {verdict: counts[verdict] for verdict in FleetVerdict if counts[verdict]}
