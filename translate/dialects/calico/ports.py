"""Calico's spelling of protocols and ports, both ways (Calico API reference, Rule, Ports)."""

from __future__ import annotations

from translate.core.diagnostics import InputError, Problem
from translate.core.names import port_name_problem, shown
from translate.core.origin import NOWHERE, Origin
from translate.model.traffic import PROTOCOL_NAMES, PROTOCOL_NUMBERS, NamedPort, PortRange

UDP_LITE = 136


def lift_protocol(value: int | str, origin: Origin = NOWHERE) -> int:
    """The IP protocol number of a name or number."""
    number = PROTOCOL_NUMBERS.get(value, UDP_LITE if value == "UDPLite" else None) if isinstance(value, str) else value
    if number is None and isinstance(value, str) and value.isascii() and value.isdigit():
        number = int(value)
    if number is None or not 1 <= number <= 255:
        raise InputError(
            [
                Problem(
                    message=f"protocol {shown(str(value))} must be TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or 1 to 255",
                    origin=origin,
                )
            ]
        )
    return number


def spell_protocol(number: int) -> int | str:
    """The name where Calico has one, else the number."""
    return PROTOCOL_NAMES.get(number, number)


def lift_port(value: int | str, origin: Origin) -> PortRange | NamedPort:
    """A number, ``first:last``, or a port name."""
    text = str(value)
    first, colon, last = text.partition(":")
    if first.isascii() and first.isdigit() and (not colon or (last.isascii() and last.isdigit())):
        low, high = int(first), int(last or first)
        if 1 <= low <= high <= 65535:
            return PortRange(low, high)
        message = f"port {shown(text)} must be 1 to 65535, a range first:last with first <= last"
        raise InputError([Problem(message=message, origin=origin)])
    problem = port_name_problem(text)
    if problem is not None:
        raise InputError([Problem(message=f"port {shown(text)} {problem}", origin=origin)])
    return NamedPort(text)


def spell_port(port: PortRange | NamedPort) -> int | str:
    """The form Calico prints itself: a number, or the text ``first:last``, or the name."""
    if isinstance(port, NamedPort):
        return port.name
    return port.first if port.first == port.last else f"{port.first}:{port.last}"
