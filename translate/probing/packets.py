"""Which packet may stand for what a rule says of traffic, and which is next to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from translate.model.policy import Rule
from translate.model.traffic import ICMP, ICMPV6, PROTOCOL_NAMES, SCTP, TCP, UDP, NamedPort, PortRange, Traffic
from translate.probing.ends import Untestable

ANY_PORT, LAST_PORT = 8080, 65535
NamedPorts = Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class SentPacket:
    """A packet that a probe can send; ``named``: the (protocol, name, number) that its receiver must have for it."""

    protocol: int
    port: int
    named: tuple[tuple[int, str, int], ...] = ()


def packet(item: Traffic, known: NamedPorts) -> SentPacket | Untestable:
    """A packet of ``item``; ``known``: which number pods give to a named port."""
    protocol = TCP if item.protocol is None else item.protocol
    if protocol in (ICMP, ICMPV6):
        return Untestable("it is about ICMP, and a probe pod has no right to make up such packets")
    if protocol == SCTP:
        return Untestable("it is about SCTP, which the tools of the image do not speak")
    if protocol not in (TCP, UDP):
        return Untestable(f"it is about IP protocol {protocol}, which no tool of the image sends")
    if isinstance(item.port, NamedPort):
        number = known.get((protocol, item.port.name))
        if number is None:
            name = f'{PROTOCOL_NAMES[protocol]} port "{item.port.name}"'
            return Untestable(
                f"no pod of the input says which number its {name} is", "add a Pod that has it to the input"
            )
        return SentPacket(protocol, number, ((protocol, item.port.name, number),))
    return SentPacket(protocol, _first(item))


def _first(item: Traffic) -> int:
    """A port of ``item``, that is not excluded if that is to be had with little work."""
    first, last = (item.port.first, item.port.last) if isinstance(item.port, PortRange) else (ANY_PORT, LAST_PORT)
    closed = [one.port for one in item.excluding if isinstance(one.port, PortRange)]
    for port in (max(first, 1), *(one.last + 1 for one in closed)):
        if first <= port <= last and not any(one.first <= port <= one.last for one in closed):
            return port
    return max(first, 1)


def others(rule: Rule, sent: SentPacket) -> Iterator[SentPacket]:
    """Packets next to ``sent`` that may be none of ``rule``: the ports beside its own, then another protocol."""
    ranges = [item.port for item in rule.traffic if isinstance(item.port, PortRange)]
    beside = [port for one in ranges for port in (one.last + 1, one.first - 1)]
    named = [sent.port + 1, sent.port - 1] if sent.named else []
    excluded = [one.port.first for item in rule.traffic for one in item.excluding if isinstance(one.port, PortRange)]
    for port in dict.fromkeys((*excluded, *beside, *named)):
        if 1 <= port <= LAST_PORT:
            yield SentPacket(sent.protocol, port, sent.named)
    yield SentPacket(UDP if sent.protocol == TCP else TCP, sent.port, sent.named)


def everything(item: Traffic) -> bool:
    """Whether there is no packet that ``item`` does not mean."""
    return item.is_plain and item.protocol is None and item.port is None
