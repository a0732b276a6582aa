"""Ports of Cilium: numbers and names as text (``PortProtocol.sanitize``)."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.names import placeholder_remark, port_name_problem, shown
from translate.core.origin import Path
from translate.dialects.cilium.manifest import PortProtocol
from translate.dialects.objects import Fault

MOST_PORTS = 40
LAST_PORT = 65_535
WITHOUT_PORTS = ("VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH")
"""Protocols that have none: for them ``port`` is left out, or ``"0"``."""


def port_faults(ports: tuple[PortProtocol, ...], path: Path) -> Iterator[Fault]:
    """What is wrong with the ports of one ``toPorts`` item."""
    if len(ports) > MOST_PORTS:
        yield Fault(path, f"must have no more than {MOST_PORTS} items, not {len(ports)}: make them two of toPorts")
    for index, port in enumerate(ports):
        yield from _port(port, (*path, index))


def number_of(port: PortProtocol) -> int | None:
    """The number that ``port`` says; ``None`` for a name and for what is neither."""
    text = port.port or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT)) else None


def _port(port: PortProtocol, path: Path) -> Iterator[Fault]:
    where = (*path, "port")
    if not port.port and port.protocol not in WITHOUT_PORTS:
        yield Fault(where, 'is missing: write a number or a name in quotes, or "0" for every port of the protocol')
    elif port.port:
        problem = _text_problem(port.port)
        if problem is not None:
            yield Fault(where, f"{shown(port.port)} {problem}")
        elif number_of(port) and port.protocol in WITHOUT_PORTS:
            yield Fault(where, f"must be left out, because {port.protocol} has no ports")
    if port.endPort is not None and not 0 <= port.endPort <= LAST_PORT:
        yield Fault((*path, "endPort"), f"must be between 0 and {LAST_PORT}, not {port.endPort}")


def _text_problem(text: str) -> str | None:
    if text.isascii() and text.isdigit():
        if len(text) > 1 and text[0] == "0":
            plain = text.lstrip("0") or "0"
            return f"must not begin with a zero, which makes it an octal number to the agent: write {shown(plain)}"
        return None if len(text) <= 5 and int(text) <= LAST_PORT else f"must be no more than {LAST_PORT}"
    if port_name_problem(text.lower()) is None:
        return None
    return (
        f"must be a number up to {LAST_PORT}, or the name of a port: no more than 15 letters, digits and single "
        f"'-' inside, with a letter among them{placeholder_remark(text)}"
    )
