"""The walk through a diagram: axis by axis, until the sides agree or a point where they differ is reached.

The masks of both sides cut an axis into blocks, and each block keeps the tails that cover it. Rules that overlap in
labels and ports alike leave many different remainders: what takes long is asked port by port.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from msgspec import Struct, field

from translate.prover.blocks import OF_A_STEP, CoveredBlock, TailLists, cut_up
from translate.prover.budget import OutOfBudget
from translate.prover.diagram import ALWAYS_ALLOWED, ALWAYS_DENIED, Diagram, Tails
from translate.prover.port_by_port import Case, port_by_port

Branch: TypeAlias = dict[int, int]
"""Axis to the block of atoms that a branch went through."""
Goal: TypeAlias = "tuple[int, int] | None"
"""How the sides are to be decided: two terminals, or None for differently."""

END: tuple[int, int, tuple[int, ...]] = (-1, 0, ())
"""Where a terminal stands: on no axis."""
OF_A_REMAINDER = 8
"""So many steps each remainder may cost: where an axis falls into hundreds of blocks for every one, few are many."""


def find(diagram: Diagram, before: Tails, after: Tails, wanted: Goal = None) -> Branch | None:
    """A path to a point where ``before`` and ``after`` are decided as ``wanted``, or None. Raises OutOfBudget."""
    return next(iter(find_some(diagram, before, after, wanted, most=1)), None)


def find_some(
    diagram: Diagram, before: Tails, after: Tails, wanted: Goal = None, *, most: int, both_ways: bool = False
) -> list[Branch]:
    """Up to ``most`` such paths, none from a remainder of the rules that was looked at before. Raises OutOfBudget.

    ``both_ways``: the same sides are asked for the opposite goal as well, so one look for any difference may do.
    """
    everything = (diagram.space.full[diagram.space.port_axis], (before, after))
    try:
        if not diagram.is_tangled:
            most_seen = diagram.budget.patience.of(len(before) + len(after))
            return _some(diagram, [everything], wanted, most, most_seen)
    except _TooManyRemainders:
        diagram.is_tangled = True
    if both_ways and wanted is not None and not _differ(diagram, before, after):
        return []
    return _some(diagram, port_by_port(diagram, (before, after)), wanted, most)


def _differ(diagram: Diagram, before: Tails, after: Tails) -> bool:
    """Whether the sides differ at all, looked for port by port; it is kept where they do not."""
    if (before, after) in diagram.alike:
        return False
    if _some(diagram, port_by_port(diagram, (before, after)), None, 1):
        return True
    diagram.alike.add((before, after))
    return False


class _TooManyRemainders(Exception):
    """A walk from axis to axis comes upon more than it should."""


def _some(
    diagram: Diagram, cases: Iterable[Case], wanted: Goal, most: int, most_seen: int | None = None
) -> list[Branch]:
    """The paths of all cases, each with the ports that it is about."""
    least = 0 if most_seen is None else diagram.budget.steps - OF_A_REMAINDER * most_seen
    walk = _Walk(diagram, wanted, most_seen, least)
    found: list[Branch] = []
    try:
        for ports, (before, after) in cases:
            paths = walk.paths(before, after, -1)
            found += ({diagram.space.port_axis: ports, **path} for path in islice(paths, most - len(found)))
            if len(found) == most:
                break
    except RecursionError:
        raise OutOfBudget from None
    return found


class _Walk(Struct):
    """One walk; a remainder that was ``seen`` is not looked at again, and ``most_seen`` (None: any number) may be, as
    long as ``least`` steps are left.
    """

    diagram: Diagram
    wanted: Goal
    most_seen: int | None
    least: int
    seen: set[tuple[Tails, Tails, int]] = field(default_factory=set)

    def paths(self, before: Tails, after: Tails, forbidden: int) -> Iterator[Branch]:
        """``forbidden``: -1 unless the peer is a pod of another namespace, then the name it must not have (0: none)."""
        before, after = self.diagram.settle(before), self.diagram.settle(after)
        if before == after or self._is_hopeless(before, after):
            return
        tails, space = self.diagram.tails, self.diagram.space
        live = [tails[tail][0] for side in (before, after) for tail in side if tail >= 0]
        if not live:
            yield {}
            return
        key = (before, after, forbidden)
        if key in self.seen:
            return
        self.seen.add(key)
        most = self.most_seen
        if most is not None and (len(self.seen) > most or self.diagram.budget.steps < self.least):
            raise _TooManyRemainders
        axis = min(live)
        domain = space.full[axis]
        if axis == space.peer_name_axis and forbidden > 0:
            domain &= ~forbidden
        for block, left, right in self._blocks(axis, domain, before, after):
            for path in self.paths(frozenset(left), frozenset(right), self._forbid(axis, block, forbidden)):
                path[axis] = block
                yield path

    def _is_hopeless(self, before: Tails, after: Tails) -> bool:
        """Whether a side is decided, and otherwise than wanted."""
        wanted = self.wanted
        return wanted is not None and (_decided_otherwise(before, wanted[0]) or _decided_otherwise(after, wanted[1]))

    def _forbid(self, axis: int, block: int, forbidden: int) -> int:
        if axis == 0:
            return 0 if block == self.diagram.space.other_namespace else -1
        if axis == 1 and forbidden == 0 and block & (block - 1) == 0 and not block & self.diagram.space.loose_names:
            return block
        return forbidden

    def _blocks(self, axis: int, domain: int, before: Tails, after: Tails) -> list[CoveredBlock]:
        """Cut ``domain`` by the masks of both sides; each block with the tails of either side that cover it."""
        base: TailLists = ([], [])
        single: dict[int, TailLists] = {}
        several: dict[int, TailLists] = {}
        tails = self.diagram.tails
        for number, side in enumerate((before, after)):
            for tail in side:
                at, mask, following = tails[tail] if tail >= 0 else END
                if at != axis:
                    base[number].append(tail)
                    continue
                mask &= domain
                if mask == domain:
                    base[number].extend(following)
                elif mask:
                    group = single if mask & (mask - 1) == 0 else several
                    group.setdefault(mask, ([], []))[number].extend(following)
        result, work = cut_up(domain, base, single, several)
        self.diagram.budget.spend(1 + work // OF_A_STEP)
        return result


def _decided_otherwise(side: Tails, wanted: int) -> bool:
    return len(side) == 1 and side in (ALWAYS_ALLOWED, ALWAYS_DENIED) and wanted not in side
