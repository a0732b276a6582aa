"""Traffic: the packet that opens a connection."""

from __future__ import annotations

from msgspec import Struct

from translate.core.origin import NOWHERE, Origin
from translate.model.conditions import Condition

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58

IP_IN_IP = 4
VXLAN_PORT = 4789
"""What carries packets within packets: an IP protocol, and the port of UDP that the other has by default."""

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


class IcmpType(Struct, frozen=True, gc=False):
    """ICMP messages of a type, and of one code of it where ``code`` is given."""

    type: int
    code: int | None = None


class Traffic(Struct, frozen=True, gc=False):
    """Packets of ``protocol`` (an IP protocol number, None = every) to ``port`` (None = every) and none of
    ``excluding``.

    ``family`` is 4 or 6, ``source`` the ports they come from, ``condition`` what must hold beyond layer 4.
    """

    protocol: int | None = None
    port: PortRange | NamedPort | None = None
    origin: Origin = NOWHERE
    family: int | None = None
    source: PortRange | None = None
    icmp: IcmpType | None = None
    condition: Condition | None = None
    excluding: tuple[Traffic, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether protocol and destination port say it all."""
        return not (self.excluding or self.family or self.source or self.icmp or self.condition)


ANY_TRAFFIC = Traffic()
