"""Ports of Cilium policies, and what is asked at them (shared/semantics/cilium.md 2.4, 2.5, 3.5, 7.2, 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.world import Pod

ANY_OF = ("TCP", "UDP", "SCTP")
EXTENDED = ("VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH")
NOTHING, NAMES, REQUESTS, ALWAYS = "", "names", "requests", "always"
_PORT_NAME = re.compile(r"([a-zA-Z0-9]-?)*[a-zA-Z](-?[a-zA-Z0-9])*")

ICMP_NAMES = {
    "IPv4": {
        **{"EchoReply": 0, "DestinationUnreachable": 3, "Redirect": 5, "Echo": 8, "EchoRequest": 8},
        **{"RouterAdvertisement": 9, "RouterSelection": 10, "TimeExceeded": 11, "ParameterProblem": 12},
        **{"Timestamp": 13, "TimestampReply": 14, "Photuris": 40, "ExtendedEchoRequest": 42, "ExtendedEchoReply": 43},
    },
    "IPv6": {
        **{"DestinationUnreachable": 1, "PacketTooBig": 2, "TimeExceeded": 3, "ParameterProblem": 4},
        **{"EchoRequest": 128, "EchoReply": 129, "MulticastListenerQuery": 130, "MulticastListenerReport": 131},
        **{"MulticastListenerDone": 132, "RouterSolicitation": 133, "RouterAdvertisement": 134},
        **{"NeighborSolicitation": 135, "NeighborAdvertisement": 136, "RedirectMessage": 137},
        **{"RouterRenumbering": 138, "ICMPNodeInformationQuery": 139, "ICMPNodeInformationResponse": 140},
        **{"InverseNeighborDiscoverySolicitation": 141, "InverseNeighborDiscoveryAdvertisement": 142},
        **{"HomeAgentAddressDiscoveryRequest": 144, "HomeAgentAddressDiscoveryReply": 145},
        **{"MobilePrefixSolicitation": 146, "MobilePrefixAdvertisement": 147},
        **{"DuplicateAddressRequestCodeSuffix": 157, "DuplicateAddressConfirmationCodeSuffix": 158},
        **{"ExtendedEchoRequest": 160, "ExtendedEchoReply": 161},
    },
}


@dataclass(frozen=True)
class PortItem:
    """One protocol with a range of numbers, or with a port name."""

    protocol: str
    first: int = 0
    last: int = 65535
    name: str = ""
    end: int = 0

    def span(self, direction: str, subject: Pod | None, peer: Pod | None) -> tuple[int, int] | None:
        """Give the numbers that the item stands for; None if a name means nothing here (3.5 item 3)."""
        if not self.name:
            return self.first, self.last
        number = named_port(subject if direction == "ingress" else peer, self.name, self.protocol)
        if number is None:
            return None
        return number, max(number, self.end) if direction == "ingress" else number


@dataclass(frozen=True)
class PortRule:
    """One element of toPorts or icmps: items, ORed, the L7 parser that traffic of it goes to, and what that asks."""

    items: tuple[PortItem, ...]
    parser: str = ""
    asks: str = ""


def named_port(pod: Pod | None, name: str, protocol: str) -> int | None:
    """Resolve a port name; of a name given twice the last one counts, letter case does not (3.5 item 3)."""
    ports = [p.port for p in (pod.ports if pod else ()) if p.name.lower() == name and p.protocol == protocol]
    return ports[-1] if ports else None


def number_of(text: str) -> int | None:
    """Read a number as Go's ParseUint with base 0 and 16 bits: a leading zero means octal (2.4)."""
    if not re.fullmatch(r"0[0-7]+|0|[1-9][0-9]*", text):
        return None
    number = int(text, 8 if len(text) > 1 and text[0] == "0" else 10)
    return number if number <= 65535 else None


def is_port_name(text: str) -> bool:
    """Tell whether a port is a name (2.4)."""
    return len(text) <= 15 and _PORT_NAME.fullmatch(text) is not None


def port_items(port: str, end: int, protocol: str) -> tuple[PortItem, ...]:
    """Denote one ports[] element (3.5); a string that is neither name nor number is port 0, every port (8.1)."""
    protocols = ANY_OF if protocol in ("", "ANY") else (protocol,)
    if is_port_name(port):
        return tuple(PortItem(protocol, name=port.lower(), end=end) for protocol in protocols)
    first = number_of(port) or 0
    last = 65535 if first == 0 else max(first, end)
    return tuple(PortItem(protocol, first, last) for protocol in protocols)


def cilium_port_rule(rule: Mapping[str, Any] | None) -> PortRule:
    """Read one toPorts element (2.4)."""
    rule = rule or {}
    items: tuple[PortItem, ...] = ()
    for port in rule.get("ports") or []:
        items += port_items(str(port.get("port") or ""), port.get("endPort") or 0, (port.get("protocol") or "").upper())
    return PortRule(items, parser_of(rule), asks_of(rule))


def parser_of(rule: Mapping[str, Any]) -> str:
    """Tell which proxy a toPorts element redirects to (7.2); none for a plain L4 rule."""
    rules = rule.get("rules") or {}
    for kind in ("http", "dns"):
        if rules.get(kind):
            return kind
    if rule.get("listener"):
        return f"listener {rule['listener'].get('name')}"
    return "tls" if rule.get("serverNames") or rule.get("terminatingTLS") or rule.get("originatingTLS") else ""


def asks_of(rule: Mapping[str, Any]) -> str:
    """Tell what a toPorts element asks: nothing, DNS names, requests (HTTP or SNI), or TLS or a listener (7.2)."""
    if any(rule.get(name) for name in ("listener", "terminatingTLS", "originatingTLS")):
        return ALWAYS
    rules = rule.get("rules") or {}
    if rule.get("serverNames") or (rules.get("http") and not any(is_empty(item) for item in rules["http"])):
        return REQUESTS
    return NAMES if rules.get("dns") and not any(is_any_name(item) for item in rules["dns"]) else NOTHING


def is_empty(request: Mapping[str, Any] | None) -> bool:
    """Tell whether an HTTP rule lets every request pass (10.2)."""
    return not any((request or {}).values())


def is_any_name(name: Mapping[str, Any] | None) -> bool:
    """Tell whether a DNS rule lets every name pass: asterisks alone, a dot at the end or not (10.1)."""
    pattern = str((name or {}).get("matchPattern") or "")
    return bool(pattern) and not pattern.removesuffix(".").strip("*")


def icmp_rule(element: Mapping[str, Any] | None) -> PortRule:
    """Read one icmps element; type 0 is every type of its family (2.5)."""
    items = []
    for item in (element or {}).get("fields") or []:
        family = item.get("family") or "IPv4"
        number = icmp_type(item.get("type"), family)
        protocol = "ICMP" if family == "IPv4" else "ICMPv6"
        items.append(PortItem(protocol, number, number) if number else PortItem(protocol))
    return PortRule(tuple(items))


def icmp_type(value: Any, family: str) -> int | None:
    """Read an ICMP type, a number or a name; None if it is neither (2.5)."""
    if isinstance(value, int):
        return value
    text = str(value)
    return int(text) if text.isdigit() else ICMP_NAMES[family].get(text)
