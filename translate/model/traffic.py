"""Traffic: the packet that opens a connection."""

from __future__ import annotations

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58

WITH_PORTS = (TCP, UDP, SCTP)
"""The IP protocols that have ports a policy can name."""

PROTOCOL_NAMES = {TCP: "TCP", UDP: "UDP", SCTP: "SCTP", ICMP: "ICMP", ICMPV6: "ICMPv6"}
PROTOCOL_NUMBERS = {name: number for number, name in PROTOCOL_NAMES.items()}


class PortRange(Struct, frozen=True, gc=False):
    """Destination ports ``first`` to ``last``, both included; 1..65535."""

    first: int
    last: int


class NamedPort(Struct, frozen=True, gc=False):
    """The number that the destination pod gives the port called ``name``; nothing for a destination that is no pod."""

    name: str


class Traffic(Struct, frozen=True, gc=False):
    """Packets of ``protocol`` (an IP protocol number, None = every) to ``port`` (None = every)."""

    protocol: int | None = None
    port: PortRange | NamedPort | None = None
    origin: Origin = NOWHERE


ANY_TRAFFIC = Traffic()
