"""What one direction lets through between two groups: the diagram walked with what is known of both ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from translate.core.ranges import LAST_ADDRESS, V6
from translate.model.policy import Direction
from translate.model.selectors import Scope
from translate.prover.axes import SUBJECT_LINES, End, LabelOf
from translate.prover.diagram import ALWAYS_ALLOWED, ALWAYS_DENIED, Tails
from translate.prover.matrix.packets import ALL, NONE, Packets
from translate.prover.matrix.space import Half
from translate.prover.reduced import IMPOSSIBLE
from translate.prover.row_lines import ranges
from translate.prover.side_blocks import blocks_of

Bits: TypeAlias = Mapping[int, int]
"""The atom that stands for all of a group, by axis; of what is no part of the group, nothing."""
Key: TypeAlias = tuple[str, int]
"""What a case rests on: whose (from, to, or both), and the axis, that of the subject where it has one."""
ReachCase: TypeAlias = tuple[tuple[tuple[Key, int], ...], int]
"""What is supposed beyond the groups (masks by key), and the packets that get through then."""

FROM, TO, BOTH = "from", "to", "both"
MOST_CASES = 64
"""So many cases of two groups are told apart; beyond that nobody could read what it depends on."""


class TooManyCases(Exception):
    """What gets through between two groups depends on more than can be told."""


@dataclass(slots=True)
class ReachWalk:
    """One direction. A state, a number, is what still applies of the facts and of a list of rules."""

    half: Half
    direction: Direction
    packets: Packets
    _states: list[tuple[Tails, Tails]] = field(default_factory=list)
    _numbers: dict[tuple[Tails, Tails], int] = field(default_factory=dict)
    _axes: list[int] = field(default_factory=list)
    _steps: dict[tuple[int, int], int] = field(default_factory=dict)
    _cut: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _nodes: dict[int, int] = field(default_factory=dict)

    def start(self, rules: Tails) -> int:
        """The state before anything is known."""
        return self._state(self.half.impossible, rules)

    def _state(self, facts: Tails, rules: Tails) -> int:
        diagram = self.half.diagram
        facts = diagram.settle(facts)
        if facts == ALWAYS_ALLOWED:
            return IMPOSSIBLE
        rules = diagram.settle(rules)
        key = facts, rules
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._states)
            self._states.append(key)
            self._axes.append(min((diagram.tails[x][0] for side in key for x in side if x >= 0), default=-1))
        return number

    def after(self, state: int, bit: int) -> int:
        """The state once the axis that is next has the atom ``bit``. Raises OutOfBudget."""
        known = self._steps.get((state, bit))
        if known is None:
            known = next(child for block, child in self._blocks(state) if block & bit)
            self._steps[state, bit] = known
        return known

    def entering(self, state: int, classes: int) -> int:
        """The state once it is known what the peer is. Raises OutOfBudget."""
        return self.after(state, classes) if state >= 0 and self._axes[state] == 0 else state

    def cases(self, state: int, subject: Bits, peer: Bits, *, same: bool) -> tuple[ReachCase, ...]:
        """What gets through between the two from ``state`` on, by all that it rests on; ``same``: both are pods of one
        namespace. None are the cases of what no cluster has. Raises OutOfBudget, TooManyCases.
        """
        edge, protocol = self.half.space.peer_name_axis, self.half.space.protocol_axis
        while state >= 0:
            axis = self._axes[state]
            if not 0 <= axis < protocol:
                node = self._node(state)
                return () if node == IMPOSSIBLE else (((), node),)
            bit = (subject if axis < edge else peer).get(axis)
            if bit is None:
                return self._supposing(state, axis, subject, peer, same=same)
            state = self.after(state, bit)
        return ()

    def _supposing(self, state: int, axis: int, subject: Bits, peer: Bits, *, same: bool) -> tuple[ReachCase, ...]:
        key = self._key(axis, same=same)
        rest: dict[ReachCase, int] = {}
        for atoms, child in self._blocks(state):
            block = self._on_addresses(axis, atoms)
            for case in self.cases(child, subject, peer, same=same):
                rest[case] = rest.get(case, 0) | block
        if len(set(rest.values())) == 1:  # whatever it is, the same comes of it
            return tuple(rest)
        if len(rest) > MOST_CASES:
            raise TooManyCases
        return tuple((((key, mask), *supposed), node) for (supposed, node), mask in rest.items())

    def _blocks(self, state: int) -> list[tuple[int, int]]:
        """The blocks of the axis that is next, each with the state behind it."""
        known = self._cut.get(state)
        if known is None:
            half, axis = self.half, self._axes[state]
            together: dict[int, int] = {}
            for block, (facts, rules) in blocks_of(half.diagram, axis, half.space.full[axis], self._states[state]):
                assert facts is not None
                assert rules is not None
                child = self._state(facts, rules)
                together[child] = together.get(child, 0) | block
            known = self._cut[state] = [(block, child) for child, block in together.items()]
        return known

    def _key(self, axis: int, *, same: bool) -> Key:
        """Whose it is: labels of a namespace are one thing, whichever end asks for them."""
        space = self.half.space
        subject, peer = (TO, FROM) if self.direction is Direction.INGRESS else (FROM, TO)
        what = space.axes[axis]
        if isinstance(what, LabelOf) and what.label.scope is Scope.NAMESPACE:
            whose = BOTH if same else subject if what.end is End.SUBJECT else peer
            return whose, space.label_axis(End.SUBJECT, what.label)
        if what in SUBJECT_LINES.values():
            return subject, space.address_axis
        return subject if axis < space.peer_name_axis else peer, axis

    def _on_addresses(self, axis: int, atoms: int) -> int:
        """Atoms of a line of the subject's addresses as those of the line of a peer's, which has all of its cuts: what
        is the peer at one end is the subject at the other.
        """
        space = self.half.space
        family, line = next(((n, line) for n, line in SUBJECT_LINES.items() if line == space.axes[axis]), (0, None))
        if line is None:
            return atoms
        last = V6 - 1 if family == 4 else LAST_ADDRESS
        spans = ranges(space.lines[line], atoms, LAST_ADDRESS)
        mask = sum(space.address.mask(first, min(end, last)) for first, end in spans if first <= last)
        return mask & space.address.family(family)

    def _node(self, state: int) -> int:
        """The packets that get through in a state in which only they are open."""
        if state < 0:
            return IMPOSSIBLE
        known = self._nodes.get(state)
        if known is None:
            axis = self._axes[state]
            if axis < 0:
                rules = self._states[state][1]
                assert rules in (ALWAYS_ALLOWED, ALWAYS_DENIED)
                known = ALL if rules == ALWAYS_ALLOWED else NONE
            else:
                edges = [(block, self._node(child)) for block, child in self._blocks(state)]
                known = self.packets.reduced.node(axis, edges)
            self._nodes[state] = known
        return known
