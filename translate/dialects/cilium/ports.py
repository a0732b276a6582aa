"""Cilium's spelling of ports, both ways (Cilium documentation, layer 4 policies)."""

from __future__ import annotations

from typing import Any

from translate.core.diagnostics import InputError, Problem
from translate.core.names import port_name_problem, shown
from translate.core.origin import Origin
from translate.dialects.cilium.manifest import PortProtocol
from translate.model.traffic import PROTOCOL_NAMES, PROTOCOL_NUMBERS, WITH_PORTS, NamedPort, PortRange, Traffic


def lift_ports(port: PortProtocol, place: Origin) -> list[Traffic]:
    """The traffic of one ``ports`` item; without a protocol it is TCP, UDP and SCTP, port ``"0"`` is every port."""
    protocols = (
        list(WITH_PORTS)
        if port.protocol is None or port.protocol == "ANY"
        else [PROTOCOL_NUMBERS.get(port.protocol, 0)]
    )
    found = _port(port, place)
    return [Traffic(protocol, found, place) for protocol in protocols]


def _port(port: PortProtocol, place: Origin) -> PortRange | NamedPort | None:
    text, where = port.port or "", place.at("port")
    if not text:
        raise InputError([Problem(message="port must be given", origin=place)])
    if not (text.isascii() and text.isdigit()):
        problem = port_name_problem(text.lower())
        if problem is not None:
            raise InputError([Problem(message=f"port {shown(text)} {problem}", origin=where)])
        if port.endPort:
            raise InputError(
                [
                    Problem(
                        message="endPort beside a port name: on ingress a range, on egress ignored; write numbers",
                        origin=place,
                    )
                ]
            )
        return NamedPort(text.lower())
    if text != "0" and text.startswith("0"):
        raise InputError(
            [
                Problem(
                    message=f"port {shown(text)} is read as octal by the agent: write it without leading zeros",
                    origin=where,
                )
            ]
        )
    number = int(text)
    last = port.endPort or 0
    if number > 65535 or last > 65535 or last < 0:
        raise InputError([Problem(message=f"port {shown(text)} must be 0 to 65535", origin=where)])
    # endPort below port is ignored by the agent, and so is endPort beside port 0.
    return PortRange(number, max(number, last)) if number else None


def spell_ports(traffic: Traffic) -> dict[str, Any]:
    """One ``ports`` item, the protocol always written."""
    assert traffic.protocol is not None
    protocol = PROTOCOL_NAMES[traffic.protocol]
    match traffic.port:
        case None:
            return {"port": "0", "protocol": protocol}
        case NamedPort(name):
            return {"port": name, "protocol": protocol}
        case PortRange(first, last) if first == last:
            return {"port": str(first), "protocol": protocol}
        case PortRange(first, last):
            return {"port": str(first), "endPort": last, "protocol": protocol}
