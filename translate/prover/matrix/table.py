"""Who may reach whom: all groups, those treated alike taken together, and what gets through between each two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from translate.model.facts import Facts
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import UNFINISHED, Budget, unfinished
from translate.prover.diagram import Constraints
from translate.prover.matrix.cells import UNDECIDED, Cells, Through
from translate.prover.matrix.groups import GroupKind, Party, others
from translate.prover.matrix.packets import Packets
from translate.prover.matrix.pods import PodGroups
from translate.prover.matrix.space import halves, readings
from translate.prover.matrix.walk import Bits
from translate.prover.space import Space

WALK = "working out who reaches whom"
Row = list["Through | None"]
"""What gets through to each group; None where no end is pods, so that no policy for pods is asked."""


@dataclass(slots=True)
class Table:
    """``cells``: for each set of policies, for each group, a row. ``left``: how many groups of pods there are at least
    that are not told; ``reason``: why some cell is not decided. ``meant``: the groups that each pod asked for may be
    in.
    """

    space: Space
    packets: Packets
    parties: list[Party]
    cells: list[list[Row]]
    left: int = 0
    reason: str = ""
    meant: list[list[int]] = field(default_factory=list)


@dataclass(slots=True)
class Looking:
    """The groups of some sets of policies. Raises OutOfBudget."""

    sets: Sequence[PolicySet]
    facts: Facts
    steps: int
    space: Space = field(init=False)
    pods: PodGroups = field(init=False)
    _budget: Budget = field(init=False)
    _cells: list[Cells] = field(init=False)
    _packets: Packets = field(init=False)
    _asked: list[Constraints] = field(init=False)

    def __post_init__(self) -> None:
        self._budget = Budget(self.steps)
        ways = halves(self.sets, self.facts, self._budget)
        self.space = ways[Direction.INGRESS].space
        self._packets = Packets(self.space)
        self._asked = [box for half in ways.values() for box in half.boxes()]
        self.pods = PodGroups(self.space, self._budget)
        self.pods.ask(self._asked)
        self._cells = [
            Cells(ways, self._packets, readings(one), {way: half.lists[number] for way, half in ways.items()})
            for number, one in enumerate(self.sets)
        ]

    def size(self, most: int) -> int:
        """How many groups a table would have before those are joined that are treated alike."""
        self.pods.find(most, ())
        return len(self.pods.parties()) + sum(1 for _ in others(self.space, self._asked))

    def table(self, wanted: Sequence[Bits], most: int, homes: Sequence[str] = ()) -> Table:
        """The table, with the groups of ``wanted``, pods by the atoms that are known of them. Above ``most`` groups of
        pods not all are told, those of ``homes``, namespaces, first.
        """
        places = [self.pods.include(atoms) for atoms in wanted]
        self.pods.find(most, homes)
        known = self.pods.parties()
        parties = [*known.values(), *others(self.space, self._asked)]
        numbers = {place: number for number, place in enumerate(known)}
        meant = [[numbers[place] for place in some] for some in places]
        reason = ""
        cells: list[list[Row]] = []
        for one in self._cells:
            rows, short = _rows(one, parties, self.steps)
            cells.append(rows)
            reason = reason or short
        found = Table(self.space, self._packets, parties, cells, self.pods.left, reason, meant)
        return _merged(_possible(found))


def _rows(cells: Cells, parties: Sequence[Party], steps: int) -> tuple[list[Row], str]:
    """The cells of one set, and why some are not decided."""
    rows: list[Row] = [[None if not (a.is_pods or b.is_pods) else UNDECIDED for b in parties] for a in parties]
    try:
        for source, row in zip(parties, rows, strict=True):
            for number, destination in enumerate(parties):
                if row[number] is not None:
                    row[number] = cells.cell(source, destination)
    except UNFINISHED as error:
        return rows, unfinished(WALK, steps, error)
    return rows, ""


def _possible(found: Table) -> Table:
    """The table without groups that no cluster of the facts has."""
    kept = []
    for number in range(len(found.parties)):
        mine = [cell for rows in found.cells for cell in (*rows[number], *(row[number] for row in rows))]
        if any(cell is not None and cell.possible for cell in mine):
            kept.append(number)
    return _chosen(found, [[number] for number in kept])


def _merged(found: Table) -> Table:
    """The table with groups of one place taken together that are treated alike, by and with everybody."""
    numbers: dict[Through | None, int] = {}
    tables = [[[numbers.setdefault(cell, len(numbers)) for cell in row] for row in rows] for rows in found.cells]
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, party in enumerate(found.parties):
        sides = [(tuple(rows[number]), tuple(row[number] for row in rows)) for rows in tables]
        alone = number if party.kind is GroupKind.NAMED else -1
        alike.setdefault((party.kind, party.home, alone, *sides), []).append(number)
    return _chosen(found, list(alike.values()))


def _chosen(found: Table, together: list[list[int]]) -> Table:
    """The table with the groups of each list as one, which has the cells of the first."""
    first = [some[0] for some in together]
    place = {number: at for at, some in enumerate(together) for number in some}
    parties = [_joined([found.parties[number] for number in some]) for some in together]
    return replace(
        found,
        parties=parties,
        cells=[[[rows[one][other] for other in first] for one in first] for rows in found.cells],
        meant=[sorted({place[number] for number in some if number in place}) for some in found.meant],
    )


def _joined(some: Sequence[Party]) -> Party:
    classes = tuple(dict.fromkeys(one for party in some for one in party.classes))
    return replace(some[0], boxes=tuple(box for party in some for box in party.boxes), classes=classes)
