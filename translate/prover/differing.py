"""Everything that two sets decide differently in one direction, as one reduced diagram.

The walk of a proof ends at the first packet; this one goes on, with the sides of all questions at once, and keeps for
every remainder of the rules what comes of it. What comes to the same is one node, and an axis on which all comes to
the same has none: the paths of the diagram are disjoint boxes, and few. Points that no cluster of the facts has belong
to no box in particular.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from translate.model.policy import Action
from translate.model.traffic import WITH_PORTS
from translate.prover.budget import UNFINISHED, OutOfBudget
from translate.prover.diagram import ALWAYS_ALLOWED, ALWAYS_DENIED, Diagram, Level, Tails
from translate.prover.port_by_port import port_by_port
from translate.prover.reduced import (
    IMPOSSIBLE,
    LOOSER,
    MAYBE_LOOSER,
    MAYBE_TIGHTER,
    MIXED,
    SAME,
    TIGHTER,
    UNSEEN,
    Reduced,
)
from translate.prover.search import Branch
from translate.prover.side_blocks import blocks_of

Wanted: TypeAlias = tuple[bool, int, int]
"""Whether a question is about what is looser, and which of the sides stand before and after."""
State: TypeAlias = tuple[tuple["Tails | None", ...], int]
"""What still applies of each side (None: no matter any more), and the name that the peer's namespace does not have."""


class _TooManyStates(Exception):
    """A walk from axis to axis comes upon more than it should."""


@dataclass(slots=True)
class Differing:
    """The walk over ``sides``, the first of which allows just what is impossible, for all that is ``asked``.

    ``roots``: blocks of ports, each with the node and the state that the walk over it began with. ``is_whole``: whether
    the steps sufficed for all of it.
    """

    diagram: Diagram
    sides: tuple[Tails, ...]
    asked: tuple[Wanted, ...]
    reduced: Reduced = field(init=False)
    roots: list[tuple[int, int, State]] = field(default_factory=list)
    is_whole: bool = True
    _nodes: dict[State, int] = field(default_factory=dict)
    _next: dict[State, tuple[int, list[tuple[int, State]]]] = field(default_factory=dict)
    _most_states: int | None = None

    def __post_init__(self) -> None:
        self.reduced = Reduced(self.diagram.space)
        self._most_states = self.diagram.budget.patience.of(sum(map(len, self.sides)))
        everything = (self.diagram.space.full[self.diagram.space.port_axis], self.sides)
        try:
            self._walk((everything,))
        except _TooManyStates:
            self._most_states = None
            self._walk(self._by_port())

    def _walk(self, cases: Iterable[tuple[int, tuple[Tails, ...]]]) -> None:
        self.roots.clear()
        try:
            for ports, sides in cases:
                state = self._settled(sides, -1)
                self.roots.append((ports, self._node(state), state))
        except UNFINISHED:
            self.is_whole = False

    def _by_port(self) -> Iterator[tuple[int, tuple[Tails, ...]]]:
        """The sides for each block of ports; protocols without ports are only where the line of ports begins."""
        space = self.diagram.space
        portless = space.full[space.protocol_axis] & ~sum(space.protocol_mask(one) for one in WITH_PORTS)
        end = self.diagram.terminal(Level(-1, Action.ALLOW, -1))
        chain = self.diagram.chain({space.protocol_axis: portless}, (end,))
        for ports, (impossible, *sides) in port_by_port(self.diagram, self.sides):
            yield ports, (impossible if ports & 1 or chain is None else impossible | {chain}, *sides)

    def _settled(self, sides: Iterable[Tails | None], forbidden: int) -> State:
        """The state in which only that is kept which can still make a difference."""
        found = [None if side is None else self.diagram.settle(side) for side in sides]
        kept = {0} if found[0] != ALWAYS_ALLOWED else set()
        for looser, before, after in self.asked if kept else ():
            one, other = found[before], found[after]
            if one is None or other is None or one == other:
                continue
            no, yes = (one, other) if looser else (other, one)
            if no != ALWAYS_ALLOWED and yes != ALWAYS_DENIED:
                kept |= {before, after}
        return tuple(side if number in kept else None for number, side in enumerate(found)), forbidden

    def _node(self, state: State) -> int:
        """What comes of a state; what no step is left for is not seen."""
        known = self._nodes.get(state)
        if known is not None:
            return known
        sides, _ = state
        if sides[0] is None:
            return IMPOSSIBLE
        if all(side is None for side in sides[1:]):
            return SAME
        tails = self.diagram.tails
        axis = min((tails[x][0] for side in sides if side is not None for x in side if x >= 0), default=-1)
        if axis < 0:
            return self._leaf(sides)
        if self._most_states is not None and len(self._nodes) > self._most_states:
            raise _TooManyStates
        following = self._following(axis, state) if self.is_whole else []
        self._next[state] = axis, following
        edges = [(block, self._node(child)) for block, child in following]
        if not self.is_whole:
            seen = sum(block for block, _ in following)
            edges.append((self.diagram.space.full[axis] & ~seen, UNSEEN))
        node = self._nodes[state] = self.reduced.node(axis, edges)
        return node

    def _following(self, axis: int, state: State) -> list[tuple[int, State]]:
        """Each block of an axis, with the state behind it."""
        sides, forbidden = state
        space = self.diagram.space
        domain = space.full[axis]
        if axis == space.peer_name_axis and forbidden > 0:
            domain &= ~forbidden
        try:
            blocks = blocks_of(self.diagram, axis, domain, sides)
            return [(block, self._settled(rest, self._forbid(axis, block, forbidden))) for block, rest in blocks]
        except OutOfBudget:
            self.is_whole = False
            return []

    def _forbid(self, axis: int, block: int, forbidden: int) -> int:
        """The name that the peer's namespace does not have behind ``block``: the subject's, for a pod of another one; 0
        if it is still any, -1 if there is nothing to mind.
        """
        space = self.diagram.space
        if axis == 0:
            return 0 if block == space.other_namespace else -1
        if axis == 1 and forbidden == 0 and block & (block - 1) == 0 and not block & space.loose_names:
            return block
        return forbidden

    def _leaf(self, sides: tuple[Tails | None, ...]) -> int:
        """How the sides differ where all of them are decided."""
        looser = [self._says_yes(one, sides) for one in self.asked if one[0]]
        tighter = [self._says_yes(one, sides) for one in self.asked if not one[0]]
        if any(looser) and any(tighter):
            return MIXED
        if any(looser):
            return LOOSER if all(looser) else MAYBE_LOOSER
        if any(tighter):
            return TIGHTER if all(tighter) else MAYBE_TIGHTER
        return SAME

    def _says_yes(self, asked: Wanted, sides: tuple[Tails | None, ...]) -> bool:
        looser, before, after = asked
        no, yes = (sides[before], sides[after]) if looser else (sides[after], sides[before])
        return no == ALWAYS_DENIED and yes == ALWAYS_ALLOWED

    def paths(self, box: Branch, effect: int) -> Iterator[Branch]:
        """Paths of possible points within ``box`` that differ so, but for what other policies do."""
        full = self.diagram.space.full[self.diagram.space.port_axis]
        dead: set[State] = set()
        for ports, _, state in self.roots:
            inside = ports & box.get(self.diagram.space.port_axis, full)
            if inside:
                for path in self._within(state, box, effect, dead):
                    yield {self.diagram.space.port_axis: inside, **path}

    def _within(self, state: State, box: Branch, effect: int, dead: set[State]) -> Iterator[Branch]:
        sides, _ = state
        if state in dead or sides[0] is None or all(side is None for side in sides[1:]):
            return
        if state not in self._next:
            if self._nodes.get(state, self._leaf(sides)) == effect:
                yield {}
            return
        axis, following = self._next[state]
        alive = False
        for block, child in following:
            inside = block & box.get(axis, block)
            for path in self._within(child, box, effect, dead) if inside else ():
                alive = True
                path[axis] = inside
                yield path
        if not alive:
            dead.add(state)
