"""The walk through a diagram: axis by axis, until the sides agree or a point where they differ is reached.

The masks of both sides cut an axis into blocks, and each block keeps the tails that cover it. Rules that overlap in
labels and ports alike leave many different remainders: what takes long is asked port by port, for the pods of each
namespace alone, of whose ports few rules tell anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from translate.prover.blocks import OF_A_STEP, CoveredBlock, TailLists, cut_up
from translate.prover.budget import OutOfBudget
from translate.prover.diagram import ALLOWED, ALWAYS_ALLOWED, ALWAYS_DENIED, DENIED, Diagram, Goal, Tails

if TYPE_CHECKING:
    from translate.prover.point_sets import BothSides

Branch: TypeAlias = dict[int, int]
"""Axis to the block of atoms that a branch went through."""
ALIKE = ((ALLOWED, ALLOWED), (DENIED, DENIED))

FEW_REMAINDERS, FEW_FOR_A_BLOCK = 32, 16
"""So many remainders behind blocks of ports, altogether or for each, are walked in the time that all points take."""

END: tuple[int, int, tuple[int, ...]] = (-1, 0, ())
"""Where a terminal stands: on no axis."""
OF_A_REMAINDER = 8
"""So many steps each remainder may cost: where an axis falls into hundreds of blocks for every one, few are many."""


def find(
    diagram: Diagram, before: Tails, after: Tails, wanted: Goal = None, *, within: Tails | None = None
) -> Branch | None:
    """A path to a point where ``before`` and ``after`` are decided as ``wanted``, or None. Raises OutOfBudget.

    ``within``: some of ``after``, if it is known that there is no such point but where these apply.
    """
    return next(iter(find_some(diagram, before, after, wanted, most=1, within=within)), None)


def find_some(
    diagram: Diagram,
    before: Tails,
    after: Tails,
    wanted: Goal = None,
    *,
    most: int,
    within: Tails | None = None,
    both_ways: bool = False,
) -> list[Branch]:
    """Up to ``most`` such paths, none from a remainder of the rules that was looked at before. Raises OutOfBudget.

    ``both_ways``: the same sides are asked for the opposite goal as well, so one look for any difference may do.
    """
    tangled = diagram.barren.get((before, after, wanted))
    if tangled is not None:
        diagram.is_tangled = diagram.is_tangled or tangled
        return []
    found = _found(diagram, before, after, wanted, most, within, both_ways=both_ways)
    if not found and within is None:
        diagram.barren[before, after, wanted] = diagram.is_tangled
    return found


def _found(
    diagram: Diagram, before: Tails, after: Tails, wanted: Goal, most: int, within: Tails | None, *, both_ways: bool
) -> list[Branch]:
    """What a walk finds; one from axis to axis, if that has not taken long before."""
    try:
        if not diagram.is_tangled:
            most_seen = diagram.budget.patience.of(len(before) + len(after))
            least = diagram.budget.steps - OF_A_REMAINDER * most_seen
            walk = _Walk(diagram, wanted, most_seen, least)
            if within is not None:
                walk = _Within(diagram, wanted, most_seen, least, reached=_following(diagram, within))
            return _some(walk, before, after, most)
    except _TooManyRemainders:
        diagram.is_tangled = True
    if both_ways and wanted is not None and not _differ(diagram, before, after):
        return []
    return _some(_Walk(diagram, wanted, None), before, after, most)


NAMESPACE = 1
"""The axis behind which all are pods of one namespace, or of those that no rule tells apart."""


def _differ(diagram: Diagram, before: Tails, after: Tails) -> bool:
    """Whether the sides differ at all, looked for port by port; it is kept where they do not."""
    if (before, after, None) in diagram.barren:
        return False
    if _some(_Walk(diagram, None, None), before, after, 1):
        return True
    diagram.barren[before, after, None] = True
    return False


class _TooManyRemainders(Exception):
    """A walk from axis to axis comes upon more than it should."""


def _some(walk: _Walk, before: Tails, after: Tails, most: int) -> list[Branch]:
    """The first paths of a walk, each with the ports that it is about."""
    space = walk.diagram.space
    try:
        found = islice(walk.paths(before, after, -1, by_port=walk.most_seen is None), most)
        return [{space.port_axis: space.full[space.port_axis], **path} for path in found]
    except RecursionError:
        raise OutOfBudget from None


class _Walk(Struct):
    """One walk; a remainder that was ``seen`` is not looked at again, and ``most_seen`` (None: any number) may be, as
    long as ``least`` steps are left.
    """

    diagram: Diagram
    wanted: Goal
    most_seen: int | None
    least: int = 0
    """So many steps must be left."""
    seen: set[tuple[Tails, Tails, int, bool]] = field(default_factory=set)

    def paths(self, before: Tails, after: Tails, forbidden: int, *, by_port: bool) -> Iterator[Branch]:
        """``forbidden``: -1 unless the peer is a pod of another namespace, then the name it must not have (0: none).

        ``by_port``: ports are settled once it is known whose pods it is about.
        """
        before, after = self.diagram.settle(before), self.diagram.settle(after)
        if (before == after and self.wanted not in ALIKE) or self._is_hopeless(before, after):
            return
        tails, space = self.diagram.tails, self.diagram.space
        live = [tails[tail][0] for side in (before, after) for tail in side if tail >= 0]
        if not live:
            yield {}
            return
        # Behind it the same remainder may be left, with its ports settled.
        key = (before, after, forbidden, by_port)
        if key in self.seen:
            return
        self.seen.add(key)
        most = self.most_seen
        if most is not None and (len(self.seen) > most or self.diagram.budget.steps < self.least):
            raise _TooManyRemainders
        axis = min(live)
        if by_port and axis > NAMESPACE:
            yield from self._by_port(before, after, forbidden)
            return
        domain = space.full[axis]
        if axis == space.peer_name_axis and forbidden > 0:
            domain &= ~forbidden
        for block, left, right in self._blocks(axis, domain, before, after):
            forbids = self._forbid(axis, block, forbidden)
            for path in self.paths(frozenset(left), frozenset(right), forbids, by_port=by_port):
                path[axis] = block
                yield path

    def _by_port(self, before: Tails, after: Tails, forbidden: int) -> Iterator[Branch]:
        """What has no point as wanted is left out once many remainders were come upon: at all blocks of ports at once,
        or at each by itself where points are many.
        """
        from translate.prover.point_sets import both_sides  # few diagrams are tangled
        from translate.prover.port_by_port import port_by_port

        space, seen = self.diagram.space, len(self.seen)
        axis, name = space.port_axis, space.peer_name_axis
        domains = {name: space.full[name] & ~max(forbidden, 0)}
        both: BothSides | None = None
        is_too_wide = False

        def asked(ports: int) -> bool:
            nonlocal both, is_too_wide
            if both is None and not is_too_wide and len(self.seen) - seen > FEW_REMAINDERS:
                both = both_sides(self.diagram, before, after, axis, domains)
                is_too_wide = both is None
            return both is None or both.hold(ports, self.wanted)

        for number, (ports, (left, right)) in enumerate(port_by_port(self.diagram, (before, after), asked)):
            if is_too_wide and len(self.seen) - seen > FEW_FOR_A_BLOCK * number:
                here = both_sides(self.diagram, left, right, axis, domains)
                if here is not None and not here.hold(ports, self.wanted):
                    continue
            for path in self.paths(left, right, forbidden, by_port=False):
                path[axis] = ports
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


class _Within(_Walk):
    """A walk that goes only where one of ``reached`` applies: tails of the set after, and all that follows on them."""

    reached: frozenset[int] = frozenset()

    def _blocks(self, axis: int, domain: int, before: Tails, after: Tails) -> list[CoveredBlock]:
        mine = [tail for tail in after if tail in self.reached]
        if not mine:
            # They have decided: the walk is where they apply.
            return super()._blocks(axis, domain, before, after)
        tails = self.diagram.tails
        inside = reduce(or_, (tails[tail][1] if tail >= 0 and tails[tail][0] == axis else domain for tail in mine))
        found = super()._blocks(axis, inside & domain, before, after) if inside & domain else []
        return [block for block in found if not self.reached.isdisjoint(block[2])]


def _following(diagram: Diagram, tails: Iterable[int]) -> frozenset[int]:
    """Some tails, and all that follows on them."""
    found: set[int] = set()
    left = list(tails)
    while left:
        tail = left.pop()
        if tail not in found:
            found.add(tail)
            left += diagram.tails[tail][2] if tail >= 0 else ()
    return frozenset(found)


def _decided_otherwise(side: Tails, wanted: int) -> bool:
    return len(side) == 1 and side in (ALWAYS_ALLOWED, ALWAYS_DENIED) and wanted not in side
