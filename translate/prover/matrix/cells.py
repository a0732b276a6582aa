"""What gets through from one group to another: egress of the one and ingress of the other, in every case there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from translate.model.policy import Direction
from translate.prover.diagram import Tails
from translate.prover.matrix.groups import Party
from translate.prover.matrix.packets import ALL, NONE, Packets
from translate.prover.matrix.space import Half, Reading
from translate.prover.matrix.walk import Key, ReachCase, ReachWalk, TooManyCases
from translate.prover.point import PeerClass
from translate.prover.reduced import IMPOSSIBLE
from translate.prover.space import CLASS_BIT

READING, TIES, KIND = "reading", "ties", "kind"
"""What a cell may rest on besides what is of one axis: who enforces it, which is first, what a peer is."""
CaseNumbers: TypeAlias = tuple[int, int]
UNASKED: tuple[ReachCase, ...] = (((), ALL),)
"""The end that is no pod: no policy for pods judges it."""


@dataclass(frozen=True, slots=True)
class Through:
    """What gets through: packets in every case, and in some; ``rests``: what the cases differ in.

    ``possible``: whether any cluster has such a pair; ``undecided``: whether it rests on more than can be told.
    """

    always: int = NONE
    ever: int = NONE
    rests: tuple[Key, ...] = ()
    possible: bool = True
    undecided: bool = False


NOBODY = Through(possible=False)
UNDECIDED = Through(NONE, ALL, undecided=True)


@dataclass(slots=True)
class Cells:
    """The cells of one set of policies, which is read in each of ``readings``."""

    halves: dict[Direction, Half]
    packets: Packets
    readings: tuple[Reading, ...]
    lists: dict[Direction, tuple[Tails, ...]]
    _walks: dict[Direction, ReachWalk] = field(init=False)
    _starts: dict[tuple[Direction, int, PeerClass], int] = field(default_factory=dict)
    _numbers: dict[tuple[ReachCase, ...], int] = field(default_factory=dict)
    _cases: list[tuple[ReachCase, ...]] = field(default_factory=list)
    _joined: dict[CaseNumbers, tuple[ReachCase, ...]] = field(default_factory=dict)
    _merged: dict[tuple[tuple[Key, CaseNumbers], ...], Through] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._walks = {way: ReachWalk(half, way, self.packets) for way, half in self.halves.items()}
        for way, walk in self._walks.items():
            for number, rules in enumerate(self.lists[way]):
                start = walk.start(rules)
                for one in walk.half.space.classes:
                    self._starts[way, number, one] = walk.entering(start, CLASS_BIT[one])

    def cell(self, source: Party, destination: Party) -> Through:
        """What gets through from ``source`` to ``destination``, one of which is pods. Raises OutOfBudget."""
        try:
            told = tuple(self._told(source, destination))
        except TooManyCases:
            return UNDECIDED
        found = self._merged.get(told)
        if found is None:
            found = self._merged[told] = self._through(told)
        return found

    def _told(self, source: Party, destination: Party) -> Iterator[tuple[Key, CaseNumbers]]:
        """The cases at both ends for each reading, and for each kind of peer."""
        classes = _classes(source, destination)
        for number in range(len(self.readings)):
            for one in classes:
                sent = self._at(Direction.EGRESS, number, one, source, destination)
                received = self._at(Direction.INGRESS, number, one, destination, source)
                yield (one.name if len(classes) > 1 else "", number), (sent, received)

    def _at(self, way: Direction, number: int, what: PeerClass, subject: Party, peer: Party) -> int:
        """The cases at one end, by number."""
        cases = UNASKED
        if subject.is_pods:
            start = self._starts[way, number, what]
            same = what is PeerClass.POD_SAME
            cases = self._walks[way].cases(start, subject.subject, peer.peer, same=same)
        known = self._numbers.get(cases)
        if known is None:
            known = self._numbers[cases] = len(self._cases)
            self._cases.append(cases)
        return known

    def _through(self, told: Iterable[tuple[Key, CaseNumbers]]) -> Through:
        """All cases taken together."""
        by_reading: dict[int, dict[str, tuple[ReachCase, ...]]] = {}
        for (kind, number), ends in told:
            cases = self._both(ends)
            if cases:
                by_reading.setdefault(number, {})[kind] = cases
        every = [node for kinds in by_reading.values() for cases in kinds.values() for _, node in cases]
        if not every:
            return NOBODY
        always = ever = IMPOSSIBLE
        for node in dict.fromkeys(every):
            always, ever = self.packets.in_each(always, node), self.packets.in_some(ever, node)
        if always == ever:
            return Through(always, ever)
        return Through(always, ever, tuple(dict.fromkeys(self._rests(by_reading))))

    def _rests(self, found: dict[int, dict[str, tuple[ReachCase, ...]]]) -> Iterator[Key]:
        """In what the cases differ."""
        for kinds in found.values():
            for cases in kinds.values():
                yield from (key for supposed, _ in cases for key, _ in supposed)
            if len({frozenset(cases) for cases in kinds.values()}) > 1:
                yield KIND, 0
        for place, what in enumerate((READING, TIES)):
            for number, other in found.items():
                for second, theirs in found.items():
                    mine, yours = self.readings[number], self.readings[second]
                    if mine[place] is not yours[place] and mine[1 - place] is yours[1 - place] and other != theirs:
                        yield what, 0

    def _both(self, ends: CaseNumbers) -> tuple[ReachCase, ...]:
        """The cases of both ends that go together, and what gets through at both."""
        known = self._joined.get(ends)
        if known is None:
            sent, received = (self._cases[number] for number in ends)
            found: dict[ReachCase, None] = {}
            for mine, packets in sent:
                for theirs, others in received:
                    supposed = _met(mine, theirs)
                    node = self.packets.through_both(packets, others)
                    if supposed is not None and node != IMPOSSIBLE:
                        found[supposed, node] = None
            if len({node for _, node in found}) == 1:  # the rest makes no difference at both ends together
                found = {((), node): None for _, node in found}
            known = self._joined[ends] = tuple(found)
        return known


def _met(one: tuple[tuple[Key, int], ...], other: tuple[tuple[Key, int], ...]) -> tuple[tuple[Key, int], ...] | None:
    """What is supposed at both ends, None where that cannot be."""
    found = dict(one)
    for key, mask in other:
        mask &= found.get(key, -1)
        if not mask:
            return None
        found[key] = mask
    return tuple(sorted(found.items()))


def _classes(source: Party, destination: Party) -> tuple[PeerClass, ...]:
    """What the peer may be, seen from the pods at the other end."""
    if not (source.is_pods and destination.is_pods):
        return destination.classes if source.is_pods else source.classes
    if source.is_named or destination.is_named:
        is_one = source.is_named and destination.is_named and source.home == destination.home
        return (PeerClass.POD_SAME if is_one else PeerClass.POD_OTHER,)
    return (PeerClass.POD_SAME, PeerClass.POD_OTHER) if source.home == destination.home else (PeerClass.POD_OTHER,)
