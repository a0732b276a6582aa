"""The walk through a diagram: axis by axis, until the sides agree or a point where they differ is reached.

The masks of both sides cut an axis into blocks, and each block keeps the tails that cover it. Rules that overlap in
labels and ports alike leave many different remainders: what takes long is asked port by port.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import TypeAlias

from translate.prover.budget import OutOfBudget
from translate.prover.diagram import ALWAYS_ALLOWED, ALWAYS_DENIED, Diagram, Tails
from translate.prover.space import bits

Branch: TypeAlias = dict[int, int]
"""Axis to the block of atoms that a branch went through."""
Goal: TypeAlias = "tuple[int, int] | None"
"""How the sides are to be decided: two terminals, or None for differently."""
Case: TypeAlias = tuple[int, Tails, Tails]
"""A block of ports, and what of both sides applies to it."""

_Pair: TypeAlias = tuple[list[int], list[int]]
_Block: TypeAlias = tuple[int, list[int], list[int]]
"""Atoms of an axis, with the tails of either side that cover them."""

MANY = 12
"""So many masks are faster looked at along the axis than one after the other."""
OF_A_STEP = 128
"""So many tails are copied from block to block in the time of a step."""
PATIENCE = 4
"""So many remainders for each tail may a walk from axis to axis come upon before the question is asked port by port."""
ALWAYS = 500
"""So many it may come upon in any case."""


def find(diagram: Diagram, before: Tails, after: Tails, wanted: Goal = None) -> Branch | None:
    """A path to a point where ``before`` and ``after`` are decided as ``wanted``, or None. Raises OutOfBudget."""
    return next(iter(find_some(diagram, before, after, wanted, most=1)), None)


def find_some(diagram: Diagram, before: Tails, after: Tails, wanted: Goal = None, *, most: int) -> list[Branch]:
    """Up to ``most`` such paths, none from a remainder of the rules that was looked at before. Raises OutOfBudget."""
    everything = (diagram.space.full[diagram.space.port_axis], before, after)
    try:
        if not diagram.is_tangled:
            patience = ALWAYS + PATIENCE * (len(before) + len(after))
            return _some(diagram, [everything], wanted, most, patience)
    except _TooManyRemainders:
        diagram.is_tangled = True
    return _some(diagram, _by_port(diagram, before, after), wanted, most)


class _TooManyRemainders(Exception):
    """A walk from axis to axis comes upon more than it should."""


def _some(
    diagram: Diagram, cases: Iterable[Case], wanted: Goal, most: int, patience: int | None = None
) -> list[Branch]:
    """The paths of all cases, each with the ports that it is about."""
    walk = _Walk(diagram, wanted, patience)
    found: list[Branch] = []
    try:
        for ports, before, after in cases:
            paths = walk.paths(before, after, -1)
            found += ({diagram.space.port_axis: ports, **path} for path in islice(paths, most - len(found)))
            if len(found) == most:
                break
    except RecursionError:
        raise OutOfBudget from None
    return found


@dataclass(slots=True)
class _Walk:
    """One walk; a remainder that was ``seen`` is not looked at again."""

    diagram: Diagram
    wanted: Goal
    patience: int | None
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
        if self.patience is not None and len(self.seen) > self.patience:
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

    def _blocks(self, axis: int, domain: int, before: Tails, after: Tails) -> list[_Block]:
        """Cut ``domain`` by the masks of both sides; each block with the tails of either side that cover it."""
        base: _Pair = ([], [])
        single: dict[int, _Pair] = {}
        several: dict[int, _Pair] = {}
        for number, side in enumerate((before, after)):
            for tail in side:
                if tail < 0 or self.diagram.tails[tail][0] != axis:
                    base[number].append(tail)
                    continue
                _, mask, following = self.diagram.tails[tail]
                mask &= domain
                if mask == domain:
                    base[number].extend(following)
                elif mask:
                    group = single if mask & (mask - 1) == 0 else several
                    group.setdefault(mask, ([], []))[number].extend(following)
        blocks = _cut(domain, base, several) if len(several) < MANY else _swept(domain, base, several)
        result: list[_Block] = []
        for block, in_before, in_after in blocks:
            rest = block
            for bit in _inside(single, block):
                rest ^= bit
                result.append((bit, in_before + single[bit][0], in_after + single[bit][1]))
            if rest:
                result.append((rest, in_before, in_after))
        work = len(several) * len(blocks) + sum(len(in_before) + len(in_after) for _, in_before, in_after in result)
        self.diagram.budget.spend(1 + work // OF_A_STEP)
        return result


def _cut(domain: int, base: _Pair, several: dict[int, _Pair]) -> list[_Block]:
    """The blocks of ``domain`` that the masks cut, with what covers each: one mask after the other."""
    blocks = [(domain, base[0], base[1])]
    for mask, (left, right) in several.items():
        cut: list[_Block] = []
        for block, in_before, in_after in blocks:
            inside = block & mask
            if inside:
                cut.append((inside, in_before + left, in_after + right))
            if block ^ inside:
                cut.append((block ^ inside, in_before, in_after))
        blocks = cut
    return blocks


def _swept(domain: int, base: _Pair, several: dict[int, _Pair]) -> list[_Block]:
    """The same along the axis, from one edge of a mask to the next; what is covered alike is one block."""
    edges: dict[int, list[int]] = {0: [], domain.bit_length(): []}
    for number, mask in enumerate(several):
        for edge in bits(mask ^ (mask << 1)):
            edges.setdefault(edge.bit_length() - 1, []).append(number)
    covering: set[int] = set()
    found: dict[frozenset[int], int] = {}
    for place, following in pairwise(sorted(edges)):
        covering.symmetric_difference_update(edges[place])
        inside = domain & ((1 << following) - (1 << place))
        if inside:
            key = frozenset(covering)
            found[key] = found.get(key, 0) | inside
    pairs = list(several.values())
    blocks: list[_Block] = []
    for numbers, block in found.items():
        before, after = list(base[0]), list(base[1])
        for number in sorted(numbers):
            before += pairs[number][0]
            after += pairs[number][1]
        blocks.append((block, before, after))
    return blocks


def _decided_otherwise(side: Tails, wanted: int) -> bool:
    return len(side) == 1 and side in (ALWAYS_ALLOWED, ALWAYS_DENIED) and wanted not in side


def _inside(single: dict[int, _Pair], block: int) -> list[int]:
    if len(single) < block.bit_count():
        return [bit for bit in single if bit & block]
    return [bit for bit in bits(block) if bit in single]


def _by_port(diagram: Diagram, before: Tails, after: Tails) -> Iterator[Case]:
    """The question for each block of ports that no rule tells apart, with the rules that are about it."""
    axis = diagram.space.port_axis
    masks: set[int] = set()
    _gather(diagram, before | after, axis, masks, set())
    blocks = [diagram.space.full[axis]]
    for mask in sorted(masks):
        blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
    for block in blocks:
        known: dict[int, Tails] = {}
        yield block, _within(diagram, before, axis, block, known), _within(diagram, after, axis, block, known)


def _gather(diagram: Diagram, tails: Iterable[int], axis: int, masks: set[int], seen: set[int]) -> None:
    """Add the masks that the tails have on an axis."""
    for tail in tails:
        if tail < 0 or tail in seen:
            continue
        seen.add(tail)
        at, mask, following = diagram.tails[tail]
        if at == axis:
            masks.add(mask)
        elif at < axis:
            _gather(diagram, following, axis, masks, seen)


def _within(diagram: Diagram, tails: Iterable[int], axis: int, block: int, known: dict[int, Tails]) -> Tails:
    """What is left of the tails when an axis is settled: ``block`` is within each of their masks on it, or outside."""
    found: set[int] = set()
    for tail in tails:
        at, mask, following = diagram.tails[tail] if tail >= 0 else (axis + 1, 0, ())
        if at > axis:
            found.add(tail)
        elif at == axis:
            found.update(following if mask & block else ())
        else:
            rest = known.get(tail)
            if rest is None:
                inner = _within(diagram, following, axis, block, known)
                ends = tuple(sorted(inner))
                rest = frozenset((diagram.intern(at, mask, ends, diagram.level(tail)),)) if ends else frozenset()
                known[tail] = rest
            found |= rest
    return frozenset(found)
