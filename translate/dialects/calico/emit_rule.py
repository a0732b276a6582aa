"""Spells the rules of a policy: each one peer, one protocol, and all else that Calico can ask of a packet (Calico API
reference, Rule, EntityRule).
"""

from __future__ import annotations

from typing import Any, assert_never

from translate.dialects.calico.emit_selector import namespaces_text, peer_text
from translate.dialects.calico.ports import spell_port, spell_protocol
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.dialects.spelling import UnfitError
from translate.model.conditions import Condition
from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.policy import Action, Rule
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ICMP, ICMPV6, IcmpType, PortRange, Traffic

ACTIONS = {action: action.value for action in Action}
FAMILY_OF_NAME = {ICMP: 4, ICMPV6: 6}
"""These protocols by name are of one family; by number they are of both."""


def spell_rule(rule: Rule, ingress: bool, everywhere: bool) -> dict[str, Any]:
    """A rule as the API spells it, in a policy of one namespace or of ``everywhere``."""
    if len(rule.subject or (None,)) > 1 or len({item.protocol for item in rule.traffic}) != 1:
        raise UnfitError(f"{rule} has more than one peer or protocol")
    first = rule.traffic[0]
    result: dict[str, Any] = {"action": ACTIONS[rule.action]}
    if rule.annotations:
        result["metadata"] = {"annotations": dict(rule.annotations)}
    if first.is_plain and rule.subject is None:
        return _plain(result, rule, ingress, everywhere)
    packets(result, first)
    ends = {
        "source": entity(rule.peers[0], everywhere) if len(rule.peers) == 1 else _listed(rule),
        "destination": entity(rule.subject[0], everywhere) if rule.subject else {},
    }
    if not ingress:
        ends = {"source": ends["destination"], "destination": ends["source"]}
    _ports(ends, rule.traffic)
    if first.icmp is not None and _families(ends) == {FAMILY_OF_NAME.get(first.protocol or 0)}:
        # The same by name, which every release takes beside a type.
        result["protocol"] = spell_protocol(first.protocol or 0)
    result |= {side: end for side, end in ends.items() if end}
    if first.condition is not None:
        result["http"] = _http(first.condition)
    return result


def _http(condition: Condition) -> dict[str, Any]:
    requests = condition.requests
    if requests is None:
        raise UnfitError(f"{condition} is no HTTP match")
    paths = [{how: text} for how, text in requests.paths]
    fields = {"methods": list(requests.methods), "paths": paths}
    return {name: value for name, value in fields.items() if value}


def _plain(result: dict[str, Any], rule: Rule, ingress: bool, everywhere: bool) -> dict[str, Any]:
    """A rule of peer, protocol and ports alone, as nearly all are."""
    protocol = rule.traffic[0].protocol
    if protocol is not None:
        result["protocol"] = protocol if protocol in FAMILY_OF_NAME else spell_protocol(protocol)
    end = entity(rule.peers[0], everywhere) if len(rule.peers) == 1 else _listed(rule)
    ports = [spell_port(item.port) for item in rule.traffic if item.port is not None]
    by_port = len(ports) == len(rule.traffic)
    if ingress and end:
        result["source"] = end
    if ingress and by_port:
        result["destination"] = {"ports": ports}
    elif by_port:
        end["ports"] = ports
    if not ingress and end:
        result["destination"] = end
    return result


def packets(result: dict[str, Any], traffic: Traffic) -> None:
    """What a rule says of packets but for their ends: protocol, family, ICMP."""
    named = traffic.family is not None and FAMILY_OF_NAME.get(traffic.protocol or 0) == traffic.family
    if traffic.family is not None and not named:
        result["ipVersion"] = traffic.family
    if traffic.protocol is not None:
        both = traffic.protocol in FAMILY_OF_NAME and not named
        result["protocol"] = traffic.protocol if both else spell_protocol(traffic.protocol)
    if traffic.icmp is not None:
        result["icmp"] = _icmp(traffic.icmp)
    for excluded in traffic.excluding:
        if excluded.icmp is not None:
            result["notICMP"] = _icmp(excluded.icmp)
        elif excluded.protocol is not None and excluded.port is None:
            either = excluded.protocol in FAMILY_OF_NAME
            result["notProtocol"] = excluded.protocol if either else spell_protocol(excluded.protocol)


def _icmp(icmp: IcmpType) -> dict[str, int]:
    return {"type": icmp.type} if icmp.code is None else {"type": icmp.type, "code": icmp.code}


def _ports(ends: dict[str, dict[str, Any]], traffic: tuple[Traffic, ...]) -> None:
    """Ports at either end: those of the packet, and those it must not have."""
    first = traffic[0]
    ports = [spell_port(item.port) for item in traffic if item.port is not None]
    if len(ports) == len(traffic):
        ends["destination"]["ports"] = ports
    sources = list(dict.fromkeys(spell_port(item.source) for item in traffic if item.source is not None))
    if sources:
        ends["source"]["ports"] = sources
    not_to = [spell_port(item.port) for item in first.excluding if item.port is not None]
    if not_to:
        ends["destination"]["notPorts"] = not_to
    not_from = [spell_port(item.source) for item in first.excluding if isinstance(item.source, PortRange)]
    if not_from:
        ends["source"]["notPorts"] = not_from


def _families(ends: dict[str, dict[str, Any]]) -> set[int]:
    """The families of the ranges at both ends."""
    return {6 if ":" in block else 4 for end in ends.values() for block in end.get("nets", ())}


def _listed(rule: Rule) -> dict[str, Any]:
    """One end of a rule for its ranges."""
    blocks = [peer.block for peer in rule.peers if isinstance(peer, Cidr) and not peer.excluding]
    if not blocks or len(blocks) != len(rule.peers):
        raise UnfitError(f"{rule} has more than one peer or protocol")
    return {"nets": blocks}


def entity(peer: Peer, everywhere: bool) -> dict[str, Any]:
    """One end of a rule for ``peer``."""
    match peer:
        case Workloads():
            return _workloads(peer, everywhere)
        case Cidr(block, excluding):
            return {"nets": [block], "notNets": list(excluding)} if excluding else {"nets": [block]}
        case Anyone():
            return {}
        case Opaque(ServiceEndpoints(namespace, name)):
            return {"services": {"name": name, "namespace": namespace}}
        case Except(Workloads(namespaces, pods, sets)) if namespaces == EVERYTHING and everywhere:
            return {"notSelector": peer_text(pods, sets)}
        case Both(peers):
            whole: dict[str, Any] = {}
            for part in peers:
                found = entity(part, everywhere)
                if whole.keys() & found.keys():
                    raise UnfitError(f"{peer} as a peer")
                whole |= found
            return whole
        case Nodes() | Fqdn() | Kinds() | Opaque() | Except():
            raise UnfitError(f"{peer} as a peer")
        case never:
            assert_never(never)


def _workloads(peer: Workloads, everywhere: bool) -> dict[str, Any]:
    """In a cluster-wide policy a selector alone means all namespaces, in another its own."""
    if isinstance(peer.namespaces, OwnNamespace) or (everywhere and peer.namespaces == EVERYTHING):
        return {"selector": peer_text(peer.pods, peer.sets)}
    where = namespaces_text(peer.namespaces)
    if peer.sets == EVERYTHING and peer.pods == EVERYTHING and peer.namespaces != EVERYTHING:
        return {"namespaceSelector": where}
    return {"selector": peer_text(peer.pods, peer.sets), "namespaceSelector": where}
