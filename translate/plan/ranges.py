"""How two IP ranges lie to each other."""

from __future__ import annotations

from ipaddress import ip_network


def overlap(one: str, other: str) -> bool:
    """Whether two ranges share an address."""
    left, right = ip_network(one), ip_network(other)
    return left.version == right.version and left.overlaps(right)


def within(inner: str, outer: str) -> bool:
    """Whether a range lies in another, or is it."""
    one, other = ip_network(inner), ip_network(outer)
    return one.version == other.version and one.overlaps(other) and one.prefixlen >= other.prefixlen
