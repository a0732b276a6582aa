"""Cilium's spelling of ports and ICMP types, both ways (Cilium documentation, layer 4 policies)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest_values import ICMP_TYPES
from translate.model.conditions import Condition
from translate.model.traffic import (
    ICMP,
    ICMPV6,
    PROTOCOL_NAMES,
    PROTOCOL_NUMBERS,
    WITH_PORTS,
    IcmpType,
    NamedPort,
    PortRange,
    Traffic,
)

if TYPE_CHECKING:
    from translate.dialects.cilium.manifest import ICMPField, PortProtocol

WITHOUT_PORTS = {"VRRP": 112, "IGMP": 2, "GRE": 47, "IPIP": 4, "IPV6": 41, "ESP": 50, "AH": 51}
"""Protocols that only agents with the option enable-extended-ip-protocols take."""

FAMILIES = {"IPv4": (4, ICMP), "IPv6": (6, ICMPV6)}
ANY = ("ANY", "", None)


def lift_ports(
    port: PortProtocol, incoming: bool, place: Origin, conditions: Iterable[Condition | None] = (None,)
) -> Iterator[Traffic]:
    """The traffic of one ``ports`` item; without a protocol it is TCP, UDP and SCTP, port ``"0"`` is every port."""
    found = _port(port, incoming, place)
    for number in _protocols(port.protocol):
        for condition in conditions:
            yield Traffic(number, found, place, condition=condition)


def _protocols(name: str | None) -> tuple[int, ...]:
    if name in ANY or name is None:
        return WITH_PORTS
    return (WITHOUT_PORTS.get(name) or PROTOCOL_NUMBERS[name],)


def _port(port: PortProtocol, incoming: bool, place: Origin) -> PortRange | NamedPort | None:
    """An ``endPort`` is ignored below ``port`` and beside port 0, and on egress beside a name."""
    text = port.port or "0"
    if text.isascii() and text.isdigit():
        number = int(text)
        return PortRange(number, max(number, port.endPort or 0)) if number else None
    if port.endPort and incoming:
        raise BeyondError("a range of ports that begins with a name", place)
    return NamedPort(text.lower())


def lift_icmp(field: ICMPField, place: Origin) -> Traffic:
    """The messages of one ``fields`` item; type 0 is every type of its family (cilium/cilium#41304)."""
    family, protocol = FAMILIES[field.family]
    known = ICMP_TYPES[field.family].get(str(field.type))
    number = int(field.type) if known is None else known
    return Traffic(protocol, None, place, family, icmp=IcmpType(number) if number else None)


def spell_ports(traffic: Traffic) -> dict[str, Any]:
    """One ``ports`` item, the protocol always written."""
    assert traffic.protocol is not None
    protocol = PROTOCOL_NAMES[traffic.protocol]
    port = traffic.port
    if port is None:
        return {"port": "0", "protocol": protocol}
    if isinstance(port, NamedPort):
        return {"port": port.name, "protocol": protocol}
    if port.first == port.last:
        return {"port": str(port.first), "protocol": protocol}
    return {"port": str(port.first), "endPort": port.last, "protocol": protocol}
