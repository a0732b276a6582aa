"""Which packets a Calico rule matches: entity rules, protocols, ports, families (calico.md sections 4.3 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference import calico_selector as selector
from tests.reference.calico_documents import Document
from tests.reference.calico_entities import (
    NAMESPACE,
    PROTOCOLS,
    SERVICE_ACCOUNT,
    Endpoint,
    Entity,
    Network,
    World,
    networks,
    of_family,
    port_range,
    protocol_number,
    within,
)
from tests.reference.world import Address

ICMP = (1, 58)
WITH_PORTS = (6, 17, 132)


class Undecided(Exception):
    """A rule asks for something that the probe does not tell."""


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection, after destination NAT."""

    source: Address
    destination: Address
    protocol: int
    port: int | None = None
    source_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None

    @property
    def family(self) -> int:
        """Tell the IP version."""
        return self.source.version


@dataclass(frozen=True)
class EntityMatch:
    """The selector part of a source or a destination (4.3): entities that satisfy P and not notSelector, and those of that."""

    accepted: tuple[Entity, ...] | None
    excluded: tuple[Entity, ...]

    def matches(self, address: Address) -> bool:
        """With P: some owner of the address is accepted; without P: no owner of it is excluded."""
        if self.accepted is not None:
            return any(entity.owns(address) for entity in self.accepted)
        return not any(entity.owns(address) for entity in self.excluded)


@dataclass(frozen=True)
class Side:
    """The source or the destination of a rule, resolved against the world."""

    nets: tuple[Network, ...]
    not_nets: tuple[Network, ...]
    entities: EntityMatch
    services: tuple[Endpoint, ...] | None
    ports: tuple[Any, ...]
    not_ports: tuple[Any, ...]
    named: tuple[Entity, ...]

    def exists_for(self, family: int) -> bool:
        """Tell whether the rule is rendered for a family, as far as this side goes (6.3)."""
        nets, not_nets = of_family(self.nets, family), of_family(self.not_nets, family)
        if (self.nets and not nets) or (self.not_nets and not not_nets):
            return False
        return not any(net.prefixlen == 0 for net in not_nets)

    def matches_address(self, address: Address) -> bool:
        """Check everything but the ports (6.1)."""
        return (
            (not self.nets or within(address, self.nets))
            and not within(address, self.not_nets)
            and self.entities.matches(address)
        )

    def matches_ports(self, address: Address, protocol: int, port: int | None) -> bool:
        """Check ports and notPorts, which no other protocol than TCP, UDP and SCTP has (6.5)."""
        if protocol not in WITH_PORTS:
            return not self.ports
        return (not self.ports or self._has_port(self.ports, address, protocol, port)) and not (
            self.not_ports and self._has_port(self.not_ports, address, protocol, port)
        )

    def _has_port(self, ports: Sequence[Any], address: Address, protocol: int, port: int | None) -> bool:
        """Look among the numbers, then among the address's own ports of those names and this protocol."""
        if port is None:
            raise Undecided("the probe has no such port")
        if any(low <= port <= high for low, high in filter(None, map(port_range, ports))):
            return True
        return any(
            item.name in ports and item.port == port and PROTOCOLS[item.protocol.lower()] == protocol
            for entity in self.named
            if entity.owns(address)
            for item in entity.ports
        )


@dataclass(frozen=True)
class Rule:
    """One rule with its two sides."""

    action: str
    spec: Document
    source: Side
    destination: Side

    def matches(self, packet: Packet) -> bool:
        """Check every condition of 6.1; ports and ICMP types come last, as only they may be unknown."""
        return (
            self._exists_for(packet.family)
            and self._matches_protocol(packet.protocol)
            and self.source.matches_address(packet.source)
            and self.destination.matches_address(packet.destination)
            and self._matches_services(packet)
            and self._matches_icmp(packet)
            and self._matches_ports(packet)
        )

    def _exists_for(self, family: int) -> bool:
        """Apply the family filter of 6.3: ipVersion, else that of ICMP or ICMPv6 by name, then the networks."""
        implied = {"icmp": 4, "icmpv6": 6}.get(str(self.spec.get("protocol")).lower())
        version = self.spec.get("ipVersion") or implied
        return version in (None, family) and self.source.exists_for(family) and self.destination.exists_for(family)

    def _matches_protocol(self, protocol: int) -> bool:
        wanted, unwanted = self.spec.get("protocol"), self.spec.get("notProtocol")
        return (wanted is None or protocol_number(wanted) == protocol) and (
            unwanted is None or protocol_number(unwanted) != protocol
        )

    def _matches_icmp(self, packet: Packet) -> bool:
        wanted, unwanted = self.spec.get("icmp") or {}, self.spec.get("notICMP") or {}
        if wanted.get("type") is not None and not _is_icmp(wanted, packet):
            return False
        if unwanted.get("type") is None:
            return True
        if self.spec.get("protocol") is None:
            raise Undecided("notICMP without protocol is nothing that iptables accepts (6.7)")
        return not _is_icmp(unwanted, packet)

    def _matches_services(self, packet: Packet) -> bool:
        """Match a destination by address, protocol and port, a source by address alone (6.6)."""
        source, destination = self.source.services, self.destination.services
        end = (packet.destination, packet.protocol, packet.port)
        return (source is None or any(packet.source == address for address, _, _ in source)) and (
            destination is None or end in destination
        )

    def _matches_ports(self, packet: Packet) -> bool:
        return self.destination.matches_ports(
            packet.destination, packet.protocol, packet.port
        ) and self.source.matches_ports(packet.source, packet.protocol, packet.source_port)


def rule_of(spec: Document | None, namespace: str, world: World) -> Rule:
    """Resolve a rule of a policy in a namespace ("" for a global one)."""
    spec = spec or {}
    sides = [side_of(spec.get(name) or {}, namespace, world) for name in ("source", "destination")]
    return Rule(spec.get("action", ""), spec, *sides)


def side_of(spec: Document, namespace: str, world: World) -> Side:
    """Resolve the source or the destination of a rule."""
    match = entity_match(spec, namespace, world.entities)
    service = spec.get("services")
    key = (service.get("namespace") or "", service.get("name") or "") if service else None
    return Side(
        nets=networks(spec.get("nets")),
        not_nets=networks(spec.get("notNets")),
        entities=match,
        services=world.services.get(key, ()) if key else None,
        ports=tuple(spec.get("ports") or ()),
        not_ports=tuple(spec.get("notPorts") or ()),
        named=world.entities if match.accepted is None else match.accepted,
    )


def entity_match(spec: Document, namespace: str, entities: Sequence[Entity]) -> EntityMatch:
    """Build P and notSelector exactly as 4.3 does and look the entities up."""
    wanted, unwanted = positive_expressions(spec, namespace), spec.get("notSelector") or ""
    excluded = _selected(entities, [selector.parse(unwanted)]) if unwanted else ()
    if not wanted:
        return EntityMatch(None, excluded)
    accepted = [*wanted, selector.Not(selector.parse(unwanted))] if unwanted else wanted
    return EntityMatch(_selected(entities, accepted), excluded)


def positive_expressions(spec: Document, namespace: str) -> list[selector.Node]:
    """List the conjuncts of P (4.3); none means that there is no P."""
    base = service_account_expressions(spec.get("serviceAccounts") or {})
    if spec.get("selector"):
        base.append(selector.parse(spec["selector"]))
    if spec.get("namespaceSelector"):
        return [namespace_expression(spec["namespaceSelector"]), *base]
    if namespace and (base or spec.get("notSelector")):
        return [selector.Comparison(NAMESPACE, "==", (namespace,)), *base]
    return base


def namespace_expression(text: str) -> selector.Node:
    """Rewrite a rule's namespaceSelector to the labels that entities inherit (4.3)."""
    rewritten = selector.parse(text).prefixed("pcns.").text()
    rewritten = rewritten.replace("all()", f"has({NAMESPACE})").replace("global()", f"!has({NAMESPACE})")
    return selector.parse(rewritten)


def service_account_expressions(spec: Document) -> list[selector.Node]:
    """Rewrite serviceAccounts: names test the account's label, the selector its inherited labels (2.5)."""
    names = [selector.Comparison(SERVICE_ACCOUNT, "in", tuple(spec["names"]))] if spec.get("names") else []
    return names + ([selector.parse(spec["selector"]).prefixed("pcsa.")] if spec.get("selector") else [])


def _selected(entities: Sequence[Entity], expressions: Sequence[selector.Node]) -> tuple[Entity, ...]:
    return tuple(entity for entity in entities if all(item.matches(entity.labels) for item in expressions))


def _is_icmp(wanted: Document, packet: Packet) -> bool:
    kind, code = wanted["type"], wanted.get("code")
    if packet.protocol not in ICMP:
        return False
    if packet.icmp_type is None or (packet.icmp_type == kind and code is not None and packet.icmp_code is None):
        raise Undecided("the probe has no ICMP type or code")
    return packet.icmp_type == kind and code in (None, packet.icmp_code)
