"""Sets of values along one axis, closed under intersection and complement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Values:
    """Some values of an open-ended axis: ``listed``, or with ``negated`` all others; ``absent``: and having none."""

    listed: frozenset[object] = frozenset()
    negated: bool = True
    absent: bool = True

    def meet(self, other: Values) -> Values:
        """What is in both."""
        absent = self.absent and other.absent
        if self.negated and other.negated:
            return Values(self.listed | other.listed, True, absent)
        if self.negated:
            return Values(other.listed - self.listed, False, absent)
        kept = self.listed - other.listed if other.negated else self.listed & other.listed
        return Values(kept, False, absent)

    def rest(self) -> Values:
        """What is not in the set."""
        return Values(self.listed, not self.negated, not self.absent)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.listed or self.negated or self.absent)

    @property
    def is_full(self) -> bool:
        """Whether everything is."""
        return self.negated and self.absent and not self.listed


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers from ``first`` to ``last`` of each span, both included; spans in order and apart, within the axis."""

    spans: tuple[tuple[int, int], ...]
    end: int
    """The last number of the axis, which begins at 0."""

    @classmethod
    def of(cls, first: int, last: int, end: int) -> Self:
        """One span."""
        return cls(((first, last),), end)

    def meet(self, other: Line) -> Line:
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
        return Line(tuple(found), self.end)

    def rest(self) -> Line:
        """What is not in the set."""
        found, start = [], 0
        for first, last in self.spans:
            if start < first:
                found.append((start, first - 1))
            start = last + 1
        if start <= self.end:
            found.append((start, self.end))
        return Line(tuple(found), self.end)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.spans

    @property
    def is_full(self) -> bool:
        """Whether everything is."""
        return self.spans == ((0, self.end),)


Side = Values | Line
"""A set along one axis."""
