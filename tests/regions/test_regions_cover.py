"""Addresses as the fewest ranges."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network, summarize_address_range
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.core.ranges import LAST_ADDRESS, V6
from translate.plan.regions.cover import Range, fewest, words
from translate.plan.regions.encode import span
from translate.plan.regions.sets import IntervalSet

SMALL = 3
"""Bits of the addresses of which every set is tried."""


def spans(numbers: set[int]) -> list[tuple[int, int]]:
    """Numbers in a row as first and last."""
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    ]
    return [(run[0], run[-1]) for run in runs]


def addresses(ranges: tuple[Range, ...]) -> set[int]:
    return {
        int(address) for found in ranges for address in found.block if not any(address in hole for hole in found.holes)
    }


@pytest.mark.parametrize(
    ("within", "without", "version", "found"),
    [
        (["0.0.0.0/0"], [], 4, ["0.0.0.0/0"]),
        (["0.0.0.0/0"], ["10.0.0.0/8"], 4, ["0.0.0.0/0 but 10.0.0.0/8"]),
        (["0.0.0.0/0"], ["128.0.0.0/1"], 4, ["0.0.0.0/1"]),
        (["10.0.0.0/8"], ["10.64.0.0/10"], 4, ["10.0.0.0/8 but 10.64.0.0/10"]),
        (["10.0.0.0/9", "10.192.0.0/10"], [], 4, ["10.0.0.0/8 but 10.128.0.0/10"]),
        (
            ["0.0.0.0/0"],
            ["10.0.0.0/9", "10.128.0.0/9", "192.168.0.0/16"],
            4,
            ["0.0.0.0/0 but 10.0.0.0/8 192.168.0.0/16"],
        ),
        (["::/0"], ["fc00::/7", "2001:db8::/32"], 6, ["::/0 but 2001:db8::/32 fc00::/7"]),
        (
            ["192.0.2.0/24", "198.51.100.0/24"],
            ["192.0.2.7/32"],
            4,
            ["192.0.2.0/24 but 192.0.2.7/32", "198.51.100.0/24"],
        ),
    ],
)
def test_table(within: list[str], without: list[str], version: int, found: list[str]) -> None:
    line = IntervalSet((), LAST_ADDRESS)
    for block in within:
        line = line.rest().meet(span(block).rest()).rest()
    for hole in without:
        line = line.meet(span(hole).rest())
    base = 0 if version == 4 else V6
    made = fewest([(first - base, last - base) for first, last in line.spans], version)
    texts = [(str(one.block), " ".join(map(str, one.holes))) for one in made]
    assert [f"{block} but {holes}" if holes else block for block, holes in texts] == found


def test_what_is_put_back_stands_beside() -> None:
    hole, back = ip_network("1.0.0.0/8"), ip_network("1.1.1.1/32")
    line = [(0, int(hole[0]) - 1), (int(back[0]), int(back[0])), (int(hole[-1]) + 1, 2**32 - 1)]
    assert fewest(line, 4) == (Range(ip_network("0.0.0.0/0"), (hole,)), Range(back))


@cache
def shortest() -> dict[frozenset[int], int]:
    """For every set of small addresses the fewest words, found by putting ranges together until nothing gets shorter."""
    size = 2**SMALL
    terms: dict[frozenset[int], int] = {}
    for bits in range(SMALL + 1):
        for start in range(0, size, 2**bits):
            block = range(start, start + 2**bits)
            for chosen in range(1, 2 ** len(block)):
                kept = {number for place, number in enumerate(block) if chosen >> place & 1}
                holes = [
                    hole
                    for first, last in spans(set(block) - kept)
                    for hole in summarize_address_range(IPv4Address(first), IPv4Address(last))
                ]
                cost = 1 + len(holes)
                terms[frozenset(kept)] = min(cost, terms.get(frozenset(kept), cost))
    best = {frozenset[int](): 0}
    for cost in range(1, size + 1):
        for one, price in terms.items():
            for other, had in list(best.items()):
                if had + price == cost:
                    best.setdefault(one | other, cost)
    return best


@pytest.mark.parametrize("chosen", range(2 ** (2**SMALL)))
def test_nothing_shorter_says_it(chosen: int) -> None:
    numbers = {number for number in range(2**SMALL) if chosen >> number & 1}
    found = fewest(spans(numbers), 4)
    assert addresses(found) == numbers
    assert words(found) == shortest()[frozenset(numbers)]


@given(st.sets(st.integers(0, 1023)), st.sampled_from([4, 6]))
def test_the_same_addresses_in_no_more_words_than_without_holes(numbers: set[int], version: int) -> None:
    found = fewest(spans(numbers), version)
    assert addresses(found) == numbers
    of = ip_address("0.0.0.0" if version == 4 else "::")
    plain = [block for first, last in spans(numbers) for block in summarize_address_range(of + first, of + last)]
    assert words(found) <= len(plain)
    for one in found:
        assert all(hole.subnet_of(one.block) and hole != one.block for hole in one.holes)
