"""What is an IP address, and what a range, as people spell them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


def is_address(text: str) -> bool:
    """Whether it is an address of either family, without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def is_range(text: str, *, strict: bool = True) -> bool:
    """Whether it is a range; with ``strict`` one that begins at its first address."""
    try:
        ip_network(text, strict=strict)
    except ValueError:
        return False
    return True
