"""Masks on lines of numbers, addresses, ports and ICMP messages, in the words of a row."""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    summarize_address_range,
)
from typing import TypeAlias

from translate.core.ranges import LAST_ADDRESS, V6
from translate.prover.addresses import Interval
from translate.prover.constants import CODES, LAST_PORT

Network: TypeAlias = IPv4Network | IPv6Network
Ranges: TypeAlias = list[tuple[int, int]]
"""First and last numbers, in their order, no two of them side by side."""

WITHOUT = " without "
LAST_MESSAGE = CODES * CODES - 1


def ranges(line: Interval, mask: int, last: int) -> Ranges:
    """The numbers of a mask on a line that ends at ``last``."""
    found: Ranges = []
    for atom, first in enumerate(line.cuts):
        if not mask >> atom & 1:
            continue
        end = line.cuts[atom + 1] - 1 if atom + 1 < len(line.cuts) else last
        if found and found[-1][1] == first - 1:
            found[-1] = found[-1][0], end
        else:
            found.append((first, end))
    return found


def ports_text(line: Interval, mask: int) -> str:
    """``80, 443, 8000-8999``; empty for all of them."""
    found = ranges(line, mask, LAST_PORT)
    # Port 0 is no port: a range that begins there begins with the first.
    found = [(max(1, first), last) for first, last in found if last]
    return "" if found == [(1, LAST_PORT)] else ", ".join(_span(*one) for one in found)


def messages_text(line: Interval, mask: int) -> str:
    """``type 8``, ``type 3 code 4``; empty for all of them."""
    found = ranges(line, mask, LAST_MESSAGE)
    return "" if found == [(0, LAST_MESSAGE)] else ", ".join(text for one in found for text in _messages(*one))


def _messages(first: int, last: int) -> list[str]:
    """Types and codes from ``first`` to ``last``: whole types together, and what is left of one at either end."""
    (start, code), (end, final) = divmod(first, CODES), divmod(last, CODES)
    if start == end and (code, final) != (0, CODES - 1):
        return [f"type {start} code {_span(code, final)}"]
    before = [f"type {start} code {_span(code, CODES - 1)}"] if code else []
    behind = [f"type {end} code {_span(0, final)}"] if final != CODES - 1 else []
    low, high = start + bool(before), end - bool(behind)
    return [*before, *([f"type {_span(low, high)}"] if low <= high else []), *behind]


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def addresses_text(line: Interval, mask: int) -> str:
    """``10.0.0.0/8 without 10.1.0.0/16``, ``IPv6``; empty for all addresses."""
    found = ranges(line, mask, LAST_ADDRESS)
    v4 = [(first, min(last, V6 - 1)) for first, last in found if first < V6]
    v6 = [(max(first, V6), last) for first, last in found if last >= V6]
    texts = [_family(v4, 0, 32, "IPv4"), _family(v6, V6, 128, "IPv6")]
    return (
        "" if texts == ["IPv4", "IPv6"] else " and ".join(sorted(filter(None, texts), key=lambda text: WITHOUT in text))
    )


def _family(found: Ranges, base: int, length: int, name: str) -> str:
    if not found:
        return ""
    if found == [(base, base + (1 << length) - 1)]:
        return name
    inside = _networks(found, base, length)
    hull = inside[0]
    while not all(_is_inside(one, hull) for one in inside):
        hull = hull.supernet()
    first, last = int(hull.network_address) + base, int(hull.broadcast_address) + base
    holes = _networks(_between(found, first, last), base, length)
    if len(holes) + 1 < len(inside):
        whole = name if hull.prefixlen == 0 else str(hull)
        return f"{whole}{WITHOUT}{', '.join(map(str, holes))}"
    return ", ".join(map(str, inside))


def _is_inside(one: Network, other: Network) -> bool:
    return one.prefixlen >= other.prefixlen and one.supernet(new_prefix=other.prefixlen) == other


def _between(found: Ranges, first: int, last: int) -> Ranges:
    """What lies between ``first`` and ``last`` and is not in ``found``."""
    holes: Ranges = []
    for start, end in [*found, (last + 1, last + 1)]:
        if start > first:
            holes.append((first, start - 1))
        first = end + 1
    return holes


def _networks(found: Ranges, base: int, length: int) -> list[Network]:
    address = IPv4Address if length == 32 else IPv6Address
    return [
        network
        for first, last in found
        for network in summarize_address_range(address(first - base), address(last - base))
    ]
