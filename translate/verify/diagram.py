"""A lazy decision diagram over the rules of two sides: finds a point where they differ, or shows that there is none.

Rules become *tails*: chains of (axis, mask) that end in terminals, interned so that equal remainders are equal numbers.
A side is the set of tails that still apply; walking axis by axis, the masks of both sides cut the domain into blocks
and each block keeps the tails that cover it. Equal sets end a branch at once, so two policy sets that were merely
shuffled meet at the root.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from translate.model.policy import Action
from translate.verify.budget import Budget, OutOfBudget
from translate.verify.space import Space, bits

Tails: TypeAlias = frozenset[int]
"""What of a side still applies: tails (numbers from 0) and terminals (below 0)."""

Constraints: TypeAlias = dict[int, int]
"""Axis to mask; an axis that is missing is unconstrained."""

ALLOWED, DENIED = -1, -2
"""The terminals of a decided side."""
ALWAYS_ALLOWED: Tails = frozenset((ALLOWED,))
ALWAYS_DENIED: Tails = frozenset((DENIED,))
FINAL = 1 << 30

Path: TypeAlias = dict[int, int]
"""Axis to the block of atoms that a branch went through."""


@dataclass(frozen=True, slots=True)
class Level:
    """The place of a rule in its list: the lowest ``rank`` that matches decides; Pass leaves ``tier``."""

    rank: int
    action: Action
    tier: int = 0


@dataclass(slots=True)
class Diagram:
    """The interned tails of all sides of one direction."""

    space: Space
    budget: Budget
    tails: list[tuple[int, int, tuple[int, ...]]] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    terminals: list[Level] = field(  # 0 is unused; -1 and -2 are ALLOWED and DENIED, in no tier
        default_factory=lambda: [Level(FINAL, action, -1) for action in (Action.ALLOW, Action.ALLOW, Action.DENY)]
    )
    _interned: dict[tuple[int, int, tuple[int, ...]], int] = field(default_factory=dict)
    _terminal: dict[Level, int] = field(default_factory=dict)
    _settled: dict[Tails, Tails] = field(default_factory=dict)
    _failed: set[tuple[Tails, Tails, int]] = field(default_factory=set)

    def terminal(self, level: Level) -> int:
        """The terminal of ``level``."""
        number = self._terminal.get(level)
        if number is None:
            number = self._terminal[level] = -len(self.terminals)
            self.terminals.append(level)
        return number

    def level(self, tail: int) -> Level:
        """The level that a tail or terminal belongs to."""
        return self.levels[tail] if tail >= 0 else self.terminals[-tail]

    def chain(self, constraints: Constraints, ends: tuple[int, ...]) -> int | None:
        """Intern the box of ``constraints`` in front of ``ends`` (one level all of them); None if it is empty.

        ``ends`` with more than one member are alternatives, so at least one constraint must stand before them.
        """
        following = ends
        level = self.level(ends[0])
        # The walk takes axes in their order: a tail must not lead back to one that is behind it.
        assert all(end < 0 or not constraints or max(constraints) < self.tails[end][0] for end in ends)
        for axis in sorted(constraints, reverse=True):
            mask = constraints[axis]
            if mask == 0:
                return None
            if mask == self.space.full[axis]:
                continue
            following = (self._intern(axis, mask, following, level),)
        return following[0] if len(following) == 1 else self._intern(0, self.space.full[0], following, level)

    def _intern(self, axis: int, mask: int, following: tuple[int, ...], level: Level) -> int:
        key = (axis, mask, following)
        number = self._interned.get(key)
        if number is None:
            self.budget.spend()
            number = self._interned[key] = len(self.tails)
            self.tails.append(key)
            self.levels.append(level)
        return number

    def settle(self, tails: Tails) -> Tails:
        """Drop what can no longer matter; a side that is decided becomes ALWAYS_ALLOWED or ALWAYS_DENIED."""
        settled = self._settled.get(tails)
        if settled is None:
            settled = self._settled[tails] = self._settle(tails)
        return settled

    def _settle(self, tails: Tails) -> Tails:
        ordered = sorted(tails, key=lambda tail: (self.level(tail).rank, tail >= 0))
        passes: set[int] = set()
        left: set[int] = set()
        kept: list[int] = []
        final = ALLOWED
        for tail in ordered:
            level = self.level(tail)
            if level.tier in left:
                continue
            if tail >= 0:
                kept.append(tail)
                if level.action is Action.PASS:
                    passes.add(level.tier)
            elif level.action is Action.PASS:
                left.add(level.tier)
            elif level.tier in passes and level.rank != FINAL:
                # A Pass before it may still leave this tier: keep it, and look what the later tiers say.
                kept.append(tail)
                left.add(level.tier)
            else:
                final = ALLOWED if level.action is Action.ALLOW else DENIED
                break
        if not passes:
            action = self.terminals[-final].action
            while kept and self.level(kept[-1]).action is action:
                kept.pop()
        return frozenset((*kept, final))

    def find(self, before: Tails, after: Tails, wanted: tuple[int, int] | None = None) -> Path | None:
        """A path to a point where ``before`` and ``after`` are decided as ``wanted`` (default: differently), or None.

        Raises OutOfBudget.
        """
        self._failed.clear()
        try:
            return self._find(self.settle(before), self.settle(after), -1, wanted)
        except RecursionError:
            raise OutOfBudget from None

    def _find(self, before: Tails, after: Tails, forbidden: int, wanted: tuple[int, int] | None) -> Path | None:
        """``forbidden``: -1 unless the peer is a pod of another namespace, then the name it must not have (0: none)."""
        if before == after:
            return None
        if wanted is not None and (_decided_otherwise(before, wanted[0]) or _decided_otherwise(after, wanted[1])):
            return None
        live = [self.tails[tail][0] for side in (before, after) for tail in side if tail >= 0]
        if not live:
            return {}
        key = (before, after, forbidden)
        if key in self._failed:
            return None
        self.budget.spend()
        axis = min(live)
        domain = self.space.full[axis]
        if axis == self.space.peer_name_axis and forbidden > 0:
            domain &= ~forbidden
        for block, left, right in self._blocks(axis, domain, before, after):
            path = self._find(
                self.settle(frozenset(left)),
                self.settle(frozenset(right)),
                self._forbid(axis, block, forbidden),
                wanted,
            )
            if path is not None:
                path[axis] = block
                return path
        self._failed.add(key)
        return None

    def _forbid(self, axis: int, block: int, forbidden: int) -> int:
        if axis == 0:
            return 0 if block == self.space.other_namespace else -1
        if axis == 1 and forbidden == 0 and block & (block - 1) == 0 and not block & self.space.loose_names:
            return block
        return forbidden

    def _blocks(self, axis: int, domain: int, before: Tails, after: Tails) -> list[tuple[int, list[int], list[int]]]:
        """Cut ``domain`` by the masks of both sides; each block with the tails of either side that cover it."""
        base: tuple[list[int], list[int]] = ([], [])
        single: dict[int, tuple[list[int], list[int]]] = {}
        several: dict[int, tuple[list[int], list[int]]] = {}
        for number, side in enumerate((before, after)):
            for tail in side:
                if tail < 0 or self.tails[tail][0] != axis:
                    base[number].append(tail)
                    continue
                _, mask, following = self.tails[tail]
                mask &= domain
                if mask == domain:
                    base[number].extend(following)
                elif mask:
                    group = single if mask & (mask - 1) == 0 else several
                    group.setdefault(mask, ([], []))[number].extend(following)
        blocks = [(domain, base[0], base[1])]
        for mask, (left, right) in several.items():
            cut: list[tuple[int, list[int], list[int]]] = []
            for block, in_before, in_after in blocks:
                inside = block & mask
                if inside:
                    cut.append((inside, in_before + left, in_after + right))
                if block ^ inside:
                    cut.append((block ^ inside, in_before, in_after))
            blocks = cut
        result: list[tuple[int, list[int], list[int]]] = []
        for block, in_before, in_after in blocks:
            rest = block
            for bit in _inside(single, block):
                rest ^= bit
                result.append((bit, in_before + single[bit][0], in_after + single[bit][1]))
            if rest:
                result.append((rest, in_before, in_after))
        return result

    def verdict(self, tails: Tails, atoms: dict[int, int]) -> bool:
        """Whether a side allows the point whose atom on each axis is ``atoms`` (single-bit masks)."""
        side = self.settle(tails)
        while any(tail >= 0 for tail in side):
            following: list[int] = []
            for tail in side:
                if tail < 0:
                    following.append(tail)
                    continue
                axis, mask, ends = self.tails[tail]
                if mask & atoms[axis]:
                    following.extend(ends)
            side = self.settle(frozenset(following))
        return side == ALWAYS_ALLOWED


def _decided_otherwise(side: Tails, wanted: int) -> bool:
    return len(side) == 1 and side in (ALWAYS_ALLOWED, ALWAYS_DENIED) and wanted not in side


def _inside(single: dict[int, tuple[list[int], list[int]]], block: int) -> list[int]:
    if len(single) < block.bit_count():
        return [bit for bit in single if bit & block]
    return [bit for bit in bits(block) if bit in single]
