"""What a Calico rule matches: the conjunction of all it says of protocol, source and destination (Calico API reference,
Rule, EntityRule).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from msgspec import Struct, to_builtins

from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.calico import read_selector, scope
from translate.dialects.calico.manifest import ICMP, EntityRule, HTTPMatch, Rule, ServiceMatch
from translate.dialects.calico.ports import lift_port, lift_protocol
from translate.dialects.calico.ranges import range_of
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.model.conditions import Condition, Proxy, Requests
from translate.model.peers import (
    OWN_NAMESPACE,
    Anyone,
    Both,
    Cidr,
    Except,
    Opaque,
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import Action, Direction
from translate.model.policy import Rule as ModelRule
from translate.model.selectors import EVERYTHING, Not, Scope, Selector, conjunction
from translate.model.traffic import ICMP as ICMP_PROTOCOL
from translate.model.traffic import ICMPV6, IcmpType, NamedPort, PortRange, Traffic

FAMILY_OF_NAME = {"ICMP": 4, "ICMPv6": 6}
"""A protocol by these names is of one address family; by its number it is of both."""


def lift_rule(rule: Rule, direction: Direction, namespaced: bool, place: Origin) -> ModelRule:
    """The meaning of ``rule``. Raises BeyondError for what is not modelled."""
    incoming = direction is Direction.INGRESS
    peer_side, own_side = ("source", "destination") if incoming else ("destination", "source")
    peer, own = (rule.source, rule.destination) if incoming else (rule.destination, rule.source)
    peers = _peers(_End(peer, namespaced, place.at(peer_side)), with_ports=not incoming)
    return ModelRule(
        Action(rule.action),
        peers,
        tuple(_traffic(rule, place)),
        place,
        _subject(_End(own, namespaced, place.at(own_side))),
        tuple(rule.metadata.annotations.items()) if rule.metadata else (),
    )


class _End(Struct, frozen=True):
    """One end of a rule and where it stands."""

    entity: EntityRule
    namespaced: bool
    place: Origin


def _peers(end: _End, *, with_ports: bool) -> tuple[Peer, ...]:
    found = _known(end)
    if end.entity.services is not None:
        service = _service(end, end.entity.services, with_ports)
        return () if service is None else (service,)
    if not (end.entity.nets or end.entity.notNets):
        return (found or Anyone(end.place),)
    ranges = tuple(_ranges(end))
    return ranges if found is None else tuple(Both((found, one), end.place) for one in ranges)


def _subject(end: _End) -> tuple[Peer, ...] | None:
    """What the subject of a rule must be one of, if there is a condition."""
    known = _known(end)
    if not (end.entity.nets or end.entity.notNets):
        return None if known is None else (known,)
    ranges = tuple(_ranges(end))
    return ranges if known is None else tuple(Both((known, one), end.place) for one in ranges)


def _known(end: _End) -> Peer | None:
    """What the selectors of an end mean, None if it has none.

    Any of them confines a namespaced policy to its own namespace, unless there is a namespaceSelector. A notSelector
    alone in a global policy is the opposite of a match: addresses that nobody knows are meant as well.
    """
    entity, place = end.entity, end.place
    if not (entity.notSelector or entity.serviceAccounts):
        return _selected(end)
    terms = list(_accounts(end))
    if entity.selector:
        terms.append(read_selector.read(entity.selector, Scope.POD, place.at("selector")))
    excluded = (
        read_selector.read(entity.notSelector, Scope.POD, place.at("notSelector")) if entity.notSelector else None
    )
    wanted = conjunction(*terms)
    inside = _inside(end)
    confined = end.namespaced and (terms or excluded is not None)
    if terms or confined or entity.namespaceSelector:
        whole = wanted if excluded is None else conjunction(wanted, Not(excluded))
        return Workloads(inside, scope.pods(whole), scope.sets(whole), place)
    if excluded is not None:
        return Except(Workloads(inside, scope.pods(excluded), scope.sets(excluded), place.at("notSelector")), place)
    return None


def _selected(end: _End) -> Peer | None:
    """What an end without a notSelector and service accounts means, as most are: None if it has no selector at all."""
    entity, place = end.entity, end.place
    if entity.selector:
        known, sets = read_selector.of_pods(entity.selector, place.at("selector"))
        return Workloads(_inside(end), known, sets, place)
    return Workloads(_inside(end), EVERYTHING, EVERYTHING, place) if entity.namespaceSelector else None


def _inside(end: _End) -> Selector | OwnNamespace:
    """The namespaces of an end."""
    if end.entity.namespaceSelector:
        return read_selector.namespaces(end.entity.namespaceSelector, end.place.at("namespaceSelector"))
    return OWN_NAMESPACE if end.namespaced else EVERYTHING


def _accounts(end: _End) -> Iterator[Selector]:
    match = end.entity.serviceAccounts
    if match is None:
        return
    place = end.place.at("serviceAccounts")
    if match.names:
        yield read_selector.account_names(match.names, place.at("names"))
    if match.selector:
        yield read_selector.accounts(match.selector, place.at("selector"))


def _ranges(end: _End) -> Iterator[Cidr]:
    """``nets`` without ``notNets``; ``notNets`` alone cut their own address family (Calico API reference,
    EntityRule).
    """
    entity, place = end.entity, end.place
    named = {found.canonical: found for text in entity.notNets if (found := range_of(text)) is not None}
    holes = list(named.values())
    texts = entity.nets or tuple(dict.fromkeys("::/0" if hole.version == 6 else "0.0.0.0/0" for hole in holes))
    seen: set[str] = set()
    for index, text in enumerate(texts):
        origin = place.at("nets", index) if entity.nets else place.at("notNets")
        whole = range_of(text)
        if whole is None or whole.canonical in seen:
            continue
        seen.add(whole.canonical)
        if entity.notNets and all(hole.version != whole.version for hole in holes):
            continue  # the rule says nothing of a family in which one of its lists is left empty
        inside = tuple(hole.canonical for hole in holes if whole.strictly_contains(hole))
        if not any(hole.canonical == whole.canonical or hole.strictly_contains(whole) for hole in holes):
            yield Cidr(whole.canonical, inside, Reach.ADDRESS, origin, place.at("notNets"))


def _service(end: _End, service: ServiceMatch, with_ports: bool) -> Peer | None:
    """The endpoints of a Service: with their ports as destination, by address alone as source.

    The lookup takes an absent namespace as it stands: it then finds no Service.
    """
    if not service.namespace:
        return None
    return Opaque(ServiceEndpoints(service.namespace, service.name, with_ports), end.place.at("services"))


def _traffic(rule: Rule, place: Origin) -> Iterator[Traffic]:
    protocol = None if rule.protocol is None else lift_protocol(rule.protocol, place.at("protocol"))
    family = rule.ipVersion or FAMILY_OF_NAME.get(str(rule.protocol))
    excluding = tuple(_excluded(rule, protocol, place)) if _excludes(rule) else ()
    condition = _requests(rule.http) if rule.http is not None else None
    icmp = _icmp(rule.icmp)
    sources = [_source(port, place.at("source", "ports", i)) for i, port in enumerate(rule.source.ports)]
    where = place.at("destination", "ports")
    ports = [(lift_port(port, where.at(i)), where.at(i)) for i, port in enumerate(rule.destination.ports)]
    at = place.at("protocol") if protocol else place
    for source in sources or (None,):
        for port, origin in ports or ((None, at),):
            yield Traffic(protocol, port, origin, family, source, icmp, condition, excluding)


def _requests(http: HTTPMatch) -> Condition:
    paths = tuple(("exact", path.exact) if path.exact else ("prefix", path.prefix) for path in http.paths)
    said = json.dumps(to_builtins(http), sort_keys=True)
    where = [f"{'' if kind == 'exact' else 'below '}{path}" for kind, path in paths]
    words = " ".join(filter(None, ("HTTP", " or ".join(http.methods), "requests", _for(where))))
    return Condition(said, Proxy.HTTP, requests=Requests(http.methods, paths), stays=True, words=words)


def _for(where: Sequence[str]) -> str:
    return f"for {' or '.join(where)}" if where else ""


def _icmp(icmp: ICMP | None) -> IcmpType | None:
    return None if icmp is None or icmp.type is None else IcmpType(icmp.type, icmp.code)


def _source(port: int | str, origin: Origin) -> PortRange:
    found = lift_port(port, origin)
    if isinstance(found, NamedPort):
        raise BeyondError("a source port by name", origin)
    return found


def _excludes(rule: Rule) -> bool:
    negated = rule.destination.notPorts or rule.source.notPorts
    return bool(negated) or rule.notProtocol is not None or rule.notICMP is not None


def _excluded(rule: Rule, protocol: int | None, place: Origin) -> Iterator[Traffic]:
    if rule.notProtocol is not None:
        yield Traffic(lift_protocol(rule.notProtocol, place.at("notProtocol")), None, place.at("notProtocol"))
    for index, port in enumerate(rule.destination.notPorts):
        origin = place.at("destination", "notPorts", index)
        yield Traffic(None, lift_port(port, origin), origin)
    for index, port in enumerate(rule.source.notPorts):
        origin = place.at("source", "notPorts", index)
        yield Traffic(None, None, origin, source=_source(port, origin))
    if rule.notICMP is not None and rule.notICMP.type is not None:
        if protocol not in (ICMP_PROTOCOL, ICMPV6):
            raise BeyondError("notICMP without protocol ICMP or ICMPv6", place.at("notICMP"))
        yield Traffic(protocol, None, place.at("notICMP"), icmp=_icmp(rule.notICMP))
