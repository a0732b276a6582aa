"""IPv4 ranges that are written as they should be, read without any question: nearly all that policies list."""

from __future__ import annotations

_OCTETS = {str(number): number for number in range(256)}
_LENGTHS = {str(number): number for number in range(33)}
_LAST = 0xFFFFFFFF


def plain_ipv4(text: str) -> tuple[int, int] | None:
    """The first address and the length of ``a.b.c.d/n`` without leading zeros and host bits; None for all else."""
    address, _, mask = text.partition("/")
    try:
        first, second, third, fourth = address.split(".")
        network = _OCTETS[first] << 24 | _OCTETS[second] << 16 | _OCTETS[third] << 8 | _OCTETS[fourth]
        length = _LENGTHS[mask]
    except (KeyError, ValueError):
        return None
    return None if network & (_LAST >> length) else (network, length)


def last_ipv4(network: int, length: int) -> int:
    """The last address of a range."""
    return network | _LAST >> length
