"""Traffic: the packet that opens a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from translate.core.origin import NOWHERE, Origin

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58

WITH_PORTS = (TCP, UDP, SCTP)
"""The IP protocols that have ports a policy can name."""

PROTOCOL_NAMES = {TCP: "TCP", UDP: "UDP", SCTP: "SCTP", ICMP: "ICMP", ICMPV6: "ICMPv6"}
PROTOCOL_NUMBERS = {name: number for number, name in PROTOCOL_NAMES.items()}


@dataclass(frozen=True, slots=True)
class PortRange:
    """Destination ports ``first`` to ``last``, both included; 1..65535."""

    first: int
    last: int
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NamedPort:
    """The number that the destination pod gives the port called ``name``; nothing for a destination that is no pod."""

    name: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Packets of ``protocol`` (an IP protocol number, None = every) to ``port`` (None = every)."""

    protocol: int | None = None
    port: PortRange | NamedPort | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


ANY_TRAFFIC = Traffic()
