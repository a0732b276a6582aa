"""Pods in groups that no policy tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from translate.model.policy import Action
from translate.model.selectors import NAMESPACE_NAME, SERVICE_ACCOUNT_NAME, Scope
from translate.prover.axes import End, Fixed, LabelOf
from translate.prover.budget import Budget
from translate.prover.diagram import Constraints, Diagram, Level, Tails
from translate.prover.matrix.groups import GroupKind, Party
from translate.prover.matrix.plain import NAME, plain_pods
from translate.prover.matrix.walk import Bits
from translate.prover.point import PODS, PeerClass
from translate.prover.side_blocks import blocks_of
from translate.prover.space import CLASS_BIT, POD_MASK, Space, bits

MOST_MEANT = 16
"""So many groups are told of a pod of which not all is known."""
MOST_PLAIN = 400
"""So many groups are told of pods with the labels of one selector."""
Home: TypeAlias = tuple[tuple[int, int], ...]
"""Where pods are: masks of the names and labels of namespaces; two of them are equal, or no namespace is in both."""
GroupPlace: TypeAlias = tuple[Home, Tails]
"""What tells groups apart: where the pods are, and all that is asked of pods and holds."""


@dataclass(slots=True)
class PodGroups:
    """The groups of pods of all that policies and facts ask of pods, at either end, in either direction.

    Labels of a namespace that is known by its name tell no pods apart: they are what they are, so what rests on them
    is a case. ``left``: how many groups there are at least that are not told.
    """

    space: Space
    budget: Budget
    left: int = 0
    _diagram: Diagram = field(init=False)
    _all: Tails = frozenset()
    _cut: dict[tuple[int, Tails], list[tuple[int, Tails]]] = field(default_factory=dict)
    _asked: dict[tuple[tuple[int, int], ...], Constraints] = field(default_factory=dict)
    _found: dict[GroupPlace, list[Constraints]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._diagram = Diagram(self.space, self.budget)

    def ask(self, boxes: Iterable[Constraints]) -> None:
        """Take what is asked of both ends, once. Raises OutOfBudget."""
        for both in boxes:
            for box in self._of_pods(both):
                self._asked.setdefault(tuple(sorted(box.items())), box)
        ends = (self._diagram.terminal(Level(rank, Action.ALLOW)) for rank in count())
        chains = {self._diagram.chain(box, (next(ends),)) for box in self._asked.values() if box}
        self._all = frozenset(chain for chain in chains if chain is not None)

    def _of_pods(self, box: Constraints) -> Iterator[Constraints]:
        """What a box asks of the subject, and of a peer that is a pod, on the axes of the subject."""
        yield {axis: mask for axis, mask in box.items() if 0 < axis < self.space.peer_name_axis}
        classes = box.get(0, POD_MASK) & POD_MASK
        if classes:
            theirs = {mine: mask for axis, mask in box.items() if (mine := self.mine(axis)) is not None}
            if classes == CLASS_BIT[PeerClass.POD_SAME]:  # where the subject is, the peer is
                theirs |= {axis: mask for axis, mask in box.items() if self._is_of_namespace(axis)}
            yield theirs

    def _is_of_namespace(self, axis: int) -> bool:
        what = self.space.axes[axis]
        is_label = isinstance(what, LabelOf) and what.end is End.SUBJECT and what.label.scope is Scope.NAMESPACE
        return axis == NAME or is_label

    def mine(self, axis: int) -> int | None:
        """The axis of the subject for one of a peer that is a pod, None for all others."""
        found = self.space.axes[axis]
        if found is Fixed.PEER_NAME:
            return NAME
        if isinstance(found, LabelOf) and found.end is End.PEER:
            return self.space.label_axis(End.SUBJECT, found.label)
        return None

    def include(self, atoms: Bits) -> list[GroupPlace]:
        """The groups that a pod may be in of which some atoms are known: they are told in any case. Raises
        OutOfBudget.
        """
        found: list[GroupPlace] = []
        waiting: list[tuple[Tails, Constraints]] = [(self._all, {})]
        while waiting and len(found) < MOST_MEANT:
            state, box = waiting.pop()
            axis = self._next(state)
            if axis < 0:
                found.append(self._add(box, state))
                continue
            for block, rest in self._blocks(axis, state, box):
                if block & atoms.get(axis, block):
                    waiting.append((rest, self._narrowed(box, axis, block)))
        return found

    def _add(self, box: Constraints, state: Tails) -> GroupPlace:
        place = self._home(box), state
        known = self._found.setdefault(place, [])
        if box not in known:
            known.append(box)
        return place

    def find(self, most: int, homes: Iterable[str] = ()) -> None:
        """Find all groups; where these are more than ``most``, those with the labels of one selector at a time, those
        of ``homes``, namespaces, first. Raises OutOfBudget.
        """
        known = self._found
        if self._search(known, most):
            return
        many = self.left
        self._found = {place: list(boxes) for place, boxes in known.items()}
        for atoms in plain_pods(self.space, list(self._asked.values()), homes):
            if len(self._found) >= max(most, MOST_PLAIN):
                break
            self.include(atoms)
        plain = self._found
        if not self._search(known, len(plain)):
            self.left = max(1, max(many, self.left) - len(plain))
            self._found = plain

    def _search(self, known: dict[GroupPlace, list[Constraints]], most: int) -> bool:
        """Find all groups, unless they are more than ``most`` beyond those that are ``known``; whether it did."""
        self._found = {place: list(boxes) for place, boxes in known.items()}
        waiting: list[tuple[Tails, Constraints]] = [(self._all, {})]
        while waiting:
            state, box = waiting.pop()
            axis = self._next(state)
            if axis >= 0:
                waiting += [(rest, self._narrowed(box, axis, block)) for block, rest in self._blocks(axis, state, box)]
                continue
            self._add(box, state)
            if len(self._found) - len(known) > most:
                self.left = len(self._found) + len(waiting)
                return False
        self.left = 0
        return True

    def _next(self, state: Tails) -> int:
        return min((self._diagram.tails[tail][0] for tail in state if tail >= 0), default=-1)

    def _blocks(self, axis: int, state: Tails, box: Constraints) -> list[tuple[int, Tails]]:
        """The blocks of an axis, each with what is still asked behind it."""
        full = self.space.full[axis]
        if axis != NAME and self._is_of_namespace(axis) and self.is_named(box):
            return [(full, self._passed(axis, state))]
        known = self._cut.get((axis, state))
        if known is None:
            blocks = blocks_of(self._diagram, axis, full, (state,))
            known = self._cut[axis, state] = [(block, rest) for block, (rest,) in blocks if rest is not None]
        return known

    def _passed(self, axis: int, state: Tails) -> Tails:
        """What is asked beyond an axis, whatever is asked there."""
        found: set[int] = set()
        for tail in state:
            found.update(
                self._diagram.tails[tail][2] if tail >= 0 and self._diagram.tails[tail][0] == axis else (tail,)
            )
        return frozenset(found)

    def _narrowed(self, box: Constraints, axis: int, block: int) -> Constraints:
        return box if block == self.space.full[axis] else {**box, axis: block}

    def is_named(self, box: Constraints) -> bool:
        """Whether the pods of a box are all in one namespace."""
        name = box.get(NAME, self.space.full[NAME])
        return name & (name - 1) == 0 and not name & self.space.loose_names

    def _home(self, box: Constraints) -> Home:
        return tuple(sorted((axis, mask) for axis, mask in box.items() if self._is_of_namespace(axis)))

    def parties(self) -> dict[GroupPlace, Party]:
        """The groups that were found."""
        return {place: self._party(place[0], boxes) for place, boxes in self._found.items()}

    def _party(self, home: Home, boxes: list[Constraints]) -> Party:
        """A group; an axis on which its boxes have all atoms counts by any of them."""
        subject: dict[int, int] = {}
        peer: dict[int, int] = {}
        is_named = self.is_named(boxes[0])
        for axis in range(NAME, self.space.peer_name_axis):
            what = self.space.axes[axis]
            label = what.label if isinstance(what, LabelOf) else NAMESPACE_NAME
            if is_named and axis != NAME and label.scope is Scope.NAMESPACE:
                continue
            mask = boxes[0].get(axis, self.space.full[axis])
            loose = mask & self.space.loose_names if axis == NAME else mask
            subject[axis] = peer[self.space.label_axis(End.PEER, label)] = next(bits(loose or mask))
        return Party(GroupKind.PODS, tuple(boxes), PODS, peer, subject, home, is_named)


def atoms_of(space: Space, namespace: str, known: Mapping[Scope, Mapping[str, str]], account: str | None) -> Bits:
    """What is known of a pod on the axes of a subject: labels of the scopes that are ``known``, its account."""
    found = {NAME: space.value_mask(NAMESPACE_NAME, namespace)}
    for number in range(NAME + 1, space.peer_name_axis):
        axis = space.axes[number]
        assert isinstance(axis, LabelOf)
        if axis.label == SERVICE_ACCOUNT_NAME:
            found |= {} if account is None else {number: space.value_mask(axis.label, account)}
        elif axis.label.scope in known:
            found[number] = space.value_mask(axis.label, known[axis.label.scope].get(axis.label.key))
    return found
