"""Sets of values along one axis, closed under intersection and complement."""

from __future__ import annotations

from typing import Self

from msgspec import Struct


class ValueSet(Struct, frozen=True):
    """Some values of an open-ended axis: ``listed``, or with ``negated`` all others; ``absent``: and having none."""

    listed: frozenset[object] = frozenset()
    negated: bool = True
    absent: bool = True

    def meet(self, other: ValueSet) -> ValueSet:
        """What is in both."""
        absent = self.absent and other.absent
        if self.negated and other.negated:
            return ValueSet(self.listed | other.listed, True, absent)
        if self.negated:
            return ValueSet(other.listed - self.listed, False, absent)
        kept = self.listed - other.listed if other.negated else self.listed & other.listed
        return ValueSet(kept, False, absent)

    def is_apart(self, other: ValueSet) -> bool:
        """Whether nothing is in both."""
        if (self.absent and other.absent) or (self.negated and other.negated):
            return False
        if self.negated:
            return other.listed <= self.listed
        return self.listed <= other.listed if other.negated else self.listed.isdisjoint(other.listed)

    def is_within(self, other: ValueSet) -> bool:
        """Whether all of it is in another; there are always more values than are listed."""
        if self.absent and not other.absent:
            return False
        if self.negated:
            return other.negated and other.listed <= self.listed
        return self.listed.isdisjoint(other.listed) if other.negated else self.listed <= other.listed

    def rest(self) -> ValueSet:
        """What is not in the set."""
        return ValueSet(self.listed, not self.negated, not self.absent)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.listed or self.negated or self.absent)

    @property
    def is_full(self) -> bool:
        """Whether everything is."""
        return self.negated and self.absent and not self.listed


class IntervalSet(Struct, frozen=True):
    """Numbers from ``first`` to ``last`` of each span, both included; spans in order and apart, within the axis."""

    spans: tuple[tuple[int, int], ...]
    end: int
    """The last number of the axis, which begins at 0."""

    @classmethod
    def of(cls, first: int, last: int, end: int) -> Self:
        """One span."""
        return cls(((first, last),), end)

    def meet(self, other: IntervalSet) -> IntervalSet:
        """What is in both."""
        found, mine, others = [], 0, 0
        while mine < len(self.spans) and others < len(other.spans):
            first, last = self.spans[mine]
            low, high = other.spans[others]
            if max(first, low) <= min(last, high):
                found.append((max(first, low), min(last, high)))
            if last < high:
                mine += 1
            else:
                others += 1
        return IntervalSet(tuple(found), self.end)

    def is_apart(self, other: IntervalSet) -> bool:
        """Whether nothing is in both."""
        if len(self.spans) == len(other.spans) == 1:
            (first, last), (low, high) = self.spans[0], other.spans[0]
            return last < low or high < first
        return not self.meet(other).spans

    def is_within(self, other: IntervalSet) -> bool:
        """Whether all of it is in another."""
        if len(self.spans) == len(other.spans) == 1:
            (first, last), (low, high) = self.spans[0], other.spans[0]
            return low <= first and last <= high
        return self.meet(other).spans == self.spans

    def rest(self) -> IntervalSet:
        """What is not in the set."""
        found, start = [], 0
        for first, last in self.spans:
            if start < first:
                found.append((start, first - 1))
            start = last + 1
        if start <= self.end:
            found.append((start, self.end))
        return IntervalSet(tuple(found), self.end)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.spans

    @property
    def is_full(self) -> bool:
        """Whether everything is."""
        return self.spans == ((0, self.end),)


AxisSet = ValueSet | IntervalSet
"""A set along one axis."""
