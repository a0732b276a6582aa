"""IP ranges on one line of numbers: how they lie to each other."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network

V6 = 1 << 32
"""Addresses are one line of numbers: IPv4 below this, IPv6 above."""
LAST_ADDRESS = V6 + (1 << 128) - 1

_OCTETS = {str(number): number for number in range(256)}
_LENGTHS = {str(number): number for number in range(33)}
_LAST = 0xFFFFFFFF


def plain_ipv4(text: str) -> tuple[int, int] | None:
    """The first address and the length of ``a.b.c.d/n`` without leading zeros and host bits; None for all else.

    Read without any question: nearly all that policies list is of this form.
    """
    address, _, mask = text.partition("/")
    try:
        first, second, third, fourth = address.split(".")
        network = _OCTETS[first] << 24 | _OCTETS[second] << 16 | _OCTETS[third] << 8 | _OCTETS[fourth]
        length = _LENGTHS[mask]
    except (KeyError, ValueError):
        return None
    return None if network & (_LAST >> length) else (network, length)


@lru_cache(maxsize=131_072)
def bounds(block: str) -> tuple[int, int]:
    """First and last address of a CIDR on the line of addresses."""
    plain = plain_ipv4(block)
    if plain is not None:
        network, length = plain
        return network, network | _LAST >> length
    found = ip_network(block)
    base = V6 if found.version == 6 else 0
    return base + int(found.network_address), base + int(found.broadcast_address)


def overlap(one: str, other: str) -> bool:
    """Whether two CIDRs share an address."""
    (first, last), (start, end) = bounds(one), bounds(other)
    return first <= end and start <= last


def lies_in(inner: str, outer: str) -> bool:
    """Whether a CIDR, or an address, lies in another, or is it."""
    (first, last), (start, end) = bounds(inner), bounds(outer)
    return start <= first and last <= end


def family(block: str) -> int:
    """4 or 6."""
    return 6 if ":" in block else 4
