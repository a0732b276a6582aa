"""What a row is about, in words: protocols and ports, ICMP messages, what must hold beyond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from translate.model.conditions import Condition
from translate.model.traffic import PROTOCOL_NAMES, WITH_PORTS
from translate.model.unknowns import Unknown
from translate.prover.axes import DnsName, Fixed, LabelOf, Line, PortName
from translate.prover.diagram import Constraints
from translate.prover.row_lines import messages_text, ports_text
from translate.prover.space import Space

ANY = "any"


def packets_text(space: Space, boxes: Iterable[Constraints]) -> str:
    """The packets of some boxes: ``TCP 80, 443; UDP 53``, ``any but TCP 80``."""
    together: dict[tuple[tuple[int, int], ...], dict[int, int]] = {}
    for box in boxes:
        plain = (space.protocol_axis, space.port_axis)
        more = tuple(sorted(item for item in box.items() if item[0] not in plain))
        ports = together.setdefault(more, {})
        for protocol, mask in _by_protocol(space, box):
            ports[protocol] = ports.get(protocol, 0) | mask
    texts = [f"{_protocols(space, ports)}{_more(space, more)}" for more, ports in sorted(together.items())]
    return "; ".join(dict.fromkeys(texts))


def _by_protocol(space: Space, box: Constraints) -> Iterable[tuple[int, int]]:
    """The ports of each protocol in a box; all of them where a protocol has none."""
    full = space.full[space.port_axis]
    protocols, ports = box.get(space.protocol_axis, -1), box.get(space.port_axis, full)
    for index, protocol in enumerate(space.protocols):
        if protocols >> index & 1:
            if protocol in WITH_PORTS:
                yield protocol, ports
            elif ports & 1:  # who has no port is where the line of ports begins
                yield protocol, full


def _protocols(space: Space, ports: dict[int, int]) -> str:
    full = space.full[space.port_axis]
    if space.other_protocol not in ports:
        return _listed(space, ports)
    missing = {one: full & ~ports.get(one, 0) for one in space.protocols if ports.get(one, 0) != full}
    return f"{ANY} but {_listed(space, missing)}" if missing else ANY


def _listed(space: Space, ports: dict[int, int]) -> str:
    """Protocols with equal ports together."""
    by_ports: dict[int, list[int]] = {}
    for protocol in space.protocols:
        if ports.get(protocol):
            by_ports.setdefault(ports[protocol], []).append(protocol)
    texts = []
    for mask, protocols in by_ports.items():
        numbers = ports_text(space.port, mask)
        names = [PROTOCOL_NAMES.get(one, f"IP protocol {one}") for one in protocols]
        texts.append(f"{'/'.join(names)} {numbers}" if numbers else ", ".join(names))
    return "; ".join(texts)


def _more(space: Space, items: tuple[tuple[int, int], ...]) -> str:
    """What else is asked of the packet."""
    return "".join(_asked(space, axis, mask) for axis, mask in items)


def _asked(space: Space, number: int, mask: int) -> str:
    axis, no = space.axes[number], "not " if mask == 1 else ""
    match axis:
        case PortName(_, name):
            return f", port {no}named {name}"
        case Line.ICMP:
            return f" {messages_text(space.lines[axis], mask)}"
        case Line():
            return f" from port {ports_text(space.lines[axis], mask)}"
        case Condition():
            return f", {'unless' if no else 'if'} {axis}"
        case Fixed() | LabelOf() | DnsName() | Unknown():
            raise AssertionError(f"{axis} is not of the packet")
        case never:
            assert_never(never)
