"""Addresses as the fewest ranges: a range without holes where that takes fewer words than the ranges between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
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


class _Ranges(NamedTuple):
    """What says the addresses of a block by itself, and in how many words."""

    words: int
    ranges: tuple[Range, ...]


class _Holes(NamedTuple):
    """What says them within a range that begins further out: what to leave out of that, and what of it to put back."""

    words: int
    holes: tuple[_Block, ...]
    ranges: tuple[Range, ...]


_NOTHING, _WHOLE = _Ranges(0, ()), _Holes(0, (), ())


def fewest(spans: Sequence[tuple[int, int]], version: int) -> tuple[Range, ...]:
    """The ranges that hold the addresses of ``spans`` and no others, in as few words as there can be.

    ``spans``: first and last address of each, ascending, with a gap between any two; all of one address family.
    Between forms of equal length the one of fewer ranges is taken.
    """
    return _Cover(spans, version).best(0, 32 if version == 4 else 128)[0].ranges


def _length(form: _Ranges | _Holes) -> tuple[int, int]:
    return form.words, len(form.ranges)


class _Cover:
    """Blocks halved until they are all in or all out; the best of both forms is put together on the way back."""

    def __init__(self, spans: Sequence[tuple[int, int]], version: int) -> None:
        self._firsts = [first for first, _ in spans]
        self._lasts = [last for _, last in spans]
        self._version = version

    def best(self, first: int, bits: int) -> tuple[_Ranges, _Holes]:
        """The block of 2 ** ``bits`` addresses from ``first`` by itself, and within a range that holds it."""
        last = first + (1 << bits) - 1
        begin, end = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        block = self._block(first, bits)
        if begin == end:
            return _NOTHING, _Holes(1, (block,), ())
        if self._firsts[begin] <= first and last <= self._lasts[begin]:
            return _Ranges(1, (Range(block),)), _WHOLE
        low, low_within = self.best(first, bits - 1)
        high, high_within = self.best(first + (1 << bits - 1), bits - 1)
        alone = _Ranges(low.words + high.words, low.ranges + high.ranges)
        within = _Holes(
            low_within.words + high_within.words,
            low_within.holes + high_within.holes,
            low_within.ranges + high_within.ranges,
        )
        opened = _Ranges(within.words + 1, (Range(block, within.holes), *within.ranges))
        closed = _Holes(alone.words + 1, (block,), alone.ranges)
        return min(alone, opened, key=_length), min(within, closed, key=_length)

    def _block(self, first: int, bits: int) -> _Block:
        if self._version == 4:
            return IPv4Network((IPv4Address(first), 32 - bits))
        return IPv6Network((IPv6Address(first), 128 - bits))
