"""Addresses as the fewest ranges: a range without holes where that takes fewer words than the ranges between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple, TypeAlias

_Block: TypeAlias = IPv4Network | IPv6Network


class Range(NamedTuple):
    """All addresses of ``block`` but for those of the blocks in ``holes``."""

    block: _Block
    holes: tuple[_Block, ...] = ()


def words(ranges: Sequence[Range]) -> int:
    """How long it is to say them: each range is one word, and so is each of its holes."""
    return sum(1 + len(found.holes) for found in ranges)


_Part: TypeAlias = tuple[int, int]
"""The first address of a block, and of how many bits its addresses differ: a network object for each block that is
looked at would cost more than the search.
"""
_Hollow: TypeAlias = tuple[_Part, tuple[_Part, ...]]


class _Ranges(NamedTuple):
    """What says the addresses of a block by itself, and in how many words."""

    words: int
    ranges: tuple[_Hollow, ...]


class _Holes(NamedTuple):
    """What says them within a range that begins further out: what to leave out of that, and what of it to put back."""

    words: int
    holes: tuple[_Part, ...]
    ranges: tuple[_Hollow, ...]


_NOTHING, _WHOLE = _Ranges(0, ()), _Holes(0, (), ())


def fewest(spans: Sequence[tuple[int, int]], version: int) -> tuple[Range, ...]:
    """The ranges that hold the addresses of ``spans`` and no others, in as few words as there can be.

    ``spans``: first and last address of each, ascending, with a gap between any two; all of one address family.
    Between forms of equal length the one of fewer ranges is taken.
    """
    return _fewest(tuple(spans), version)


@lru_cache(maxsize=1024)  # what Denies leave of addresses is the same in most of the policies behind them
def _fewest(spans: tuple[tuple[int, int], ...], version: int) -> tuple[Range, ...]:
    bits = 32 if version == 4 else 128

    def block(part: _Part) -> _Block:
        first, inside = part
        if version == 4:
            return IPv4Network((IPv4Address(first), bits - inside))
        return IPv6Network((IPv6Address(first), bits - inside))

    found, _ = _Cover(spans).best(0, bits)
    return tuple(Range(block(part), tuple(map(block, holes))) for part, holes in found.ranges)


class _Cover:
    """Blocks halved until they are all in or all out; the best of both forms is put together on the way back."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._firsts = [first for first, _ in spans]
        self._lasts = [last for _, last in spans]

    def best(self, first: int, bits: int) -> tuple[_Ranges, _Holes]:
        """The block of 2 ** ``bits`` addresses from ``first`` by itself, and within a range that holds it."""
        last = first + (1 << bits) - 1
        begin, end = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        part = first, bits
        if begin == end:
            return _NOTHING, _Holes(1, (part,), ())
        if self._firsts[begin] <= first and last <= self._lasts[begin]:
            return _Ranges(1, ((part, ()),)), _WHOLE
        low, low_within = self.best(first, bits - 1)
        high, high_within = self.best(first + (1 << bits - 1), bits - 1)
        alone, within = low.words + high.words, low_within.words + high_within.words
        # Of each form how many words it takes, then how many ranges.
        as_alone = alone, len(low.ranges) + len(high.ranges)
        as_within = within, len(low_within.ranges) + len(high_within.ranges)
        ranges = low.ranges + high.ranges
        holes, back = low_within.holes + high_within.holes, low_within.ranges + high_within.ranges
        opens = (within + 1, as_within[1] + 1) < as_alone
        closes = (alone + 1, as_alone[1]) < as_within
        return (
            _Ranges(within + 1, ((part, holes), *back)) if opens else _Ranges(alone, ranges),
            _Holes(alone + 1, (part,), ranges) if closes else _Holes(within, holes, back),
        )
