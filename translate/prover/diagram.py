"""A lazy decision diagram over the rules of two sides: finds a point where they differ, or shows that there is none.

Rules become *tails*: chains of (axis, mask) that end in terminals, interned so that equal remainders are equal numbers.
A side is the set of tails that still apply; walking axis by axis, the masks of both sides cut the domain into blocks
and each block keeps the tails that cover it. Equal sets end a branch at once, so two policy sets that were merely
shuffled meet at the root.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from msgspec import Struct, field

from translate.model.policy import Action
from translate.prover.budget import Budget
from translate.prover.space import Space

Tails: TypeAlias = frozenset[int]
"""What of a side still applies: tails (numbers from 0) and terminals (below 0)."""

Goal: TypeAlias = "tuple[int, int] | None"
"""How two sides are to be decided: two terminals, or None for differently."""

Constraints: TypeAlias = dict[int, int]
"""Axis to mask; an axis that is missing is unconstrained."""

ALLOWED, DENIED = -1, -2
"""The terminals of a decided side."""
ALWAYS_ALLOWED: Tails = frozenset((ALLOWED,))
ALWAYS_DENIED: Tails = frozenset((DENIED,))
FINAL = 1 << 30


class Level(Struct, frozen=True):
    """The place of a rule in its list: the lowest ``rank`` that matches decides; Pass leaves ``tier``, or just the
    ``part`` of it that it says it ``leaves``.
    """

    rank: int
    action: Action
    tier: int = 0
    part: int | None = None
    leaves: int | None = None

    @property
    def left(self) -> int:
        """What a Pass leaves."""
        return self.tier if self.leaves is None else self.leaves


KEPT_FOR_A_STEP = 32
"""So many tails of a remainder may be kept for a step: the bound on work is one on memory, too."""


class Diagram(Struct):
    """The interned tails of all sides of one direction."""

    space: Space
    budget: Budget
    tails: list[tuple[int, int, tuple[int, ...]]] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    terminals: list[Level] = field(  # 0 is unused; -1 and -2 are ALLOWED and DENIED, in no tier
        default_factory=lambda: [Level(FINAL, action, -1) for action in (Action.ALLOW, Action.ALLOW, Action.DENY)]
    )
    is_tangled: bool = False
    """Whether a walk came upon so many remainders of the rules that another order is tried from the start."""
    barren: dict[tuple[Tails, Tails, Goal], bool] = field(default_factory=dict)
    """Sides that no point decides as was wanted (None: differently), and whether that was asked port by port."""
    _interned: dict[tuple[int, int, tuple[int, ...]], int] = field(default_factory=dict)
    _terminal: dict[Level, int] = field(default_factory=dict)
    _settled: dict[Tails, Tails] = field(default_factory=dict)

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
            following = (self.intern(axis, mask, following, level),)
        return following[0] if len(following) == 1 else self.intern(0, self.space.full[0], following, level)

    def intern(self, axis: int, mask: int, following: tuple[int, ...], level: Level) -> int:
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
            self.budget.spend(len(tails) // KEPT_FOR_A_STEP)
            settled = self._settle(tails)
            # One object for what is the same: remainders are many, and most are settled.
            self._settled[tails] = settled = tails if settled == tails else self._settled.setdefault(settled, settled)
        return settled

    def _settle(self, tails: Tails) -> Tails:
        levels, allow, deny = self.levels, Action.ALLOW, Action.DENY
        first: Level | None = None
        for tail in tails:
            if tail < 0:
                level = self.terminals[-tail]
                if level.action is not allow and level.action is not deny:
                    return self._settle_in_tiers(tails)
                if first is None or level.rank < first.rank:
                    first = level
        final = DENIED if first is not None and first.action is deny else ALLOWED
        before = FINAL + 1 if first is None else first.rank
        telling = allow if final == DENIED else deny
        reached: list[int] = []
        last = -2  # the lowest rank is -1
        for tail in tails:
            if tail < 0:
                continue
            mine = levels[tail]
            if mine.rank >= before:
                continue
            reached.append(tail)
            if mine.action is telling:
                last = max(last, mine.rank)
            elif mine.action is not allow and mine.action is not deny:
                return self._settle_in_tiers(tails)
        # What is decided like all behind it says nothing.
        kept = [tail for tail in reached if levels[tail].rank <= last]
        if not kept:
            return ALWAYS_DENIED if final == DENIED else ALWAYS_ALLOWED
        others = self.space.others_axis
        if all(self.tails[tail][0] == others for tail in kept):
            return self._answer(sorted(kept, key=lambda tail: levels[tail].rank), final)
        return frozenset((*kept, final))

    def _settle_in_tiers(self, tails: Tails) -> Tails:
        """The same where a Pass may leave a tier."""
        ordered = sorted(tails, key=lambda tail: (self.level(tail).rank, tail >= 0))
        passes: set[int | None] = set()
        left: set[int | None] = set()
        kept: list[int] = []
        final = ALLOWED
        for tail in ordered:
            level = self.level(tail)
            if level.tier in left or level.part in left:
                continue
            if tail >= 0:
                kept.append(tail)
                if level.action is Action.PASS:
                    passes.add(level.left)
                continue
            match level.action:
                case Action.PASS if level.part in passes and level.left == level.tier:
                    # A Pass before it may still leave this part: then the tier is not left here.
                    kept.append(tail)
                    passes.add(level.tier)
                    left.add(level.part)
                case Action.PASS:
                    left.add(level.left)
                case Action.ALLOW | Action.DENY if level.part in passes:
                    kept.append(tail)
                    left.add(level.part)
                case Action.ALLOW | Action.DENY if level.tier in passes and level.rank != FINAL:
                    # A Pass before it may still leave this tier: keep it, and look what the later tiers say.
                    kept.append(tail)
                    left.add(level.tier)
                case Action.ALLOW:
                    final = ALLOWED
                    break
                case Action.DENY:
                    final = DENIED
                    break
                case Action.LOG:
                    raise AssertionError("no level logs: the lists leave Log rules out or turn them into decisions")
                case never:
                    assert_never(never)
        if not passes:
            action = self.terminals[-final].action
            while kept and self.level(kept[-1]).action is action:
                kept.pop()
            if all(self.tails[tail][0] == self.space.others_axis for tail in kept):
                return self._answer(kept, final)
        return frozenset((*kept, final))

    def _answer(self, kept: list[int], final: int) -> Tails:
        """A side that only other policies decide, the same tails wherever the answer is the same."""
        mask = 0
        free = self.space.full[self.space.others_axis]
        for tail in kept:
            _, mine, _ = self.tails[tail]
            if self.level(tail).action is not self.terminals[-final].action:
                mask |= mine & free
            free &= ~mine
        if not mask:
            return frozenset((final,))
        other = Action.DENY if final == ALLOWED else Action.ALLOW
        level = Level(FINAL - 1, other, -1)
        return frozenset((self.intern(self.space.others_axis, mask, (self.terminal(level),), level), final))

    def supposing(self, tails: Tails, others: int) -> Tails:
        """What is left of a side if policies that are not given do one thing (a single bit of their axis)."""
        found: set[int] = set()
        for tail in tails:
            axis, mask, following = self.tails[tail] if tail >= 0 else (-1, 0, ())
            if axis == self.space.others_axis:
                found.update(following if mask & others else ())
            elif axis == 0 and following[0] >= 0 and self.tails[following[0]][0] == self.space.others_axis:
                rest = self.supposing(frozenset(following), others)
                found |= {self.intern(axis, mask, tuple(sorted(rest)), self.level(tail))} if rest else set()
            else:
                found.add(tail)
        return frozenset(found)

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
