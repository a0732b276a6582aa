"""Assumptions that people may state of addresses: where no pod and no node is, whatever ranges these have."""

from __future__ import annotations

from enum import StrEnum

LOCAL = ("169.254.0.0/16", "127.0.0.0/8", "fe80::/10", "::1/128")
"""Link-local addresses (RFC 3927, RFC 4291) and loopback."""
MULTICAST = ("224.0.0.0/4", "ff00::/8")
"""Multicast addresses (RFC 5771, RFC 4291)."""
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
"""Addresses that are not routed on the internet (RFC 1918, RFC 6598, RFC 4193)."""


class Assume(StrEnum):
    """What may be assumed of a cluster, by its name; nothing is unless somebody states it."""

    LINK_LOCAL = "link-local-is-outside"
    PUBLIC = "public-is-outside"

    @property
    def nobody(self) -> tuple[str, ...]:
        """Ranges that hold the address of no pod and no node."""
        return (*LOCAL, *MULTICAST) if self is Assume.LINK_LOCAL else ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Ranges that hold the addresses of all pods and nodes; empty where they may be anywhere."""
        return (*PRIVATE, *LOCAL) if self is Assume.PUBLIC else ()

    @property
    def claim(self) -> str:
        """What is assumed, in a sentence that a reader can check."""
        match self:
            case Assume.LINK_LOCAL:
                return "no pod and no node has a link-local, loopback or multicast address"
            case Assume.PUBLIC:
                return "pods and nodes have private addresses alone"

    @property
    def limit(self) -> str:
        """Where that is often not so."""
        match self:
            case Assume.LINK_LOCAL:
                return "not so where nodes answer DNS at 169.254.20.10 (NodeLocal DNSCache)"
            case Assume.PUBLIC:
                return "not so where pods or nodes have addresses that the internet routes (external ones, IPv6)"
