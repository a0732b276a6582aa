"""What Cilium's own validation refuses (shared/semantics/cilium.md 1, 2, 10.1): a refused document takes no part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from tests.reference.cilium_identity import Settings
from tests.reference.cilium_ports import ANY_OF, EXTENDED, icmp_type, is_port_name, number_of
from tests.reference.cilium_selectors import ENTITIES

_LISTS = ("ingress", "ingressDeny", "egress", "egressDeny")
_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Groups", "Nodes", "Requires")
_KEY = re.compile(
    r"([A-Za-z0-9]+:|\$)?([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"(?P<name>([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])"
)
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_PREFIX = re.compile(r"[0-9A-Fa-f:.]+/(0|[1-9][0-9]*)")


class Refused(Exception):
    """Validation failed; the message is close to Cilium's."""


def refusal(document: Mapping[str, Any], settings: Settings) -> str | None:
    """Say why a document is refused; None if it is taken."""
    try:
        if document["kind"] == "NetworkPolicy":
            _network_policy(document)
        elif document["kind"] in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"):
            _policy(document, settings)
    except Refused as error:
        return str(error)
    return None


def _require(condition: object, message: str) -> None:
    if not condition:
        raise Refused(message)


def _policy(document: Mapping[str, Any], settings: Settings) -> None:
    """Check a CNP or CCNP: one bad rule refuses the object (1)."""
    kind = document["kind"]
    _require((document.get("metadata") or {}).get("name"), f"{kind} must have name")
    rules = [document.get("spec"), *(document.get("specs") or [])]
    _require(document.get("spec") is not None or document.get("specs") is not None, "empty policy")
    for rule in rules:
        if rule is not None:
            _require(kind != "CiliumNetworkPolicy" or rule.get("nodeSelector") is None, "rule cannot have NodeSelector")
            _rule(rule, settings)


def _rule(rule: Mapping[str, Any], settings: Settings) -> None:
    """Check one rule (2.1); the agent takes an explicit null endpointSelector for {}."""
    has_endpoint, has_node = "endpointSelector" in rule, rule.get("nodeSelector") is not None
    _require(has_endpoint or has_node, "rule must have one of EndpointSelector or NodeSelector")
    _require(not (has_endpoint and has_node), "rule cannot have both EndpointSelector and NodeSelector")
    _require(any(rule.get(name) for name in _LISTS), "rule must have at least one of Ingress, IngressDeny, Egress, …")
    _selector(rule.get("nodeSelector") if has_node else rule.get("endpointSelector"))
    for name in _LISTS:
        for element in rule.get(name) or []:
            _element(element or {}, name, has_node, settings)


def _element(element: Mapping[str, Any], field: str, host: bool, settings: Settings) -> None:
    """Check one element of the four lists (2.2)."""
    side = "from" if field.startswith("ingress") else "to"
    names = [side + name for name in _PEERS] + (["toServices"] if side == "to" else [])
    names += ["toFQDNs"] if field == "egress" else []
    given = [name for name in names if element.get(name)]
    _require(len(given) < 2, f"combining {' and '.join(given)} is not supported yet")
    _require(f"{side}Requires" not in given, "json: cannot unmarshal object into … of type string")
    _require(f"{side}Nodes" not in given or settings.node_selector_labels, "enable-node-selector-labels is not set")
    for name in ("Endpoints", "Nodes"):
        for selector in element.get(side + name) or []:
            _selector(selector)
    for entity in element.get(side + "Entities") or []:
        _require(entity in ENTITIES, f"unsupported entity: {entity}")
    for text in element.get(side + "CIDR") or []:
        _require(_network(text, bare=True), f"unable to parse CIDR {text}")
    for rule in element.get(side + "CIDRSet") or []:
        _cidr_rule(rule or {})
    for item in element.get("toFQDNs") or [] if field == "egress" else []:
        _fqdn(item or {})
    for item in element.get("toPorts") or []:
        _port_rule(item or {}, field, host)
    _icmps(element)


def _selector(selector: Mapping[str, Any] | None) -> None:
    """Check a label selector (2.2)."""
    for key, value in ((selector or {}).get("matchLabels") or {}).items():
        _label(key, [value])
    for item in (selector or {}).get("matchExpressions") or []:
        values = item.get("values") or []
        match item.get("operator"):
            case "In" | "NotIn":
                _require(values, "must be specified when `operator` is 'In' or 'NotIn'")
            case "Exists" | "DoesNotExist":
                _require(not values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
            case _:
                raise Refused("not a valid selector operator")
        _label(item.get("key") or "", values)


def _label(key: str, values: list[Any]) -> None:
    match = _KEY.fullmatch(key)
    _require(match and len(match["name"]) <= 63, f'invalid label key "{key}"')
    for value in values:
        _require(value is None or isinstance(value, str), f"cannot unmarshal {value!r} into a string")
        _require(len(value or "") <= 63 and _VALUE.fullmatch(value or ""), f'invalid label value "{value}"')


def _network(text: Any, bare: bool = False) -> Any:
    """Read a prefix; only fromCIDR and toCIDR take a bare address (2.2)."""
    if not isinstance(text, str) or not (_PREFIX.fullmatch(text) or (bare and "/" not in text)):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _cidr_rule(rule: Mapping[str, Any]) -> None:
    """Check a CIDRRule (2.3); exceptions only together with `cidr`."""
    given = sum(1 for name in ("cidr", "cidrGroupRef", "cidrGroupSelector") if rule.get(name) not in (None, ""))
    _require(given > 0, "one of cidr, cidrGroupRef, or cidrGroupSelector is required")
    _require(given < 2, "more than one of cidr, cidrGroupRef, or cidrGroupSelector may not be set")
    _selector(rule.get("cidrGroupSelector"))
    if not rule.get("cidr"):
        return
    outer = _network(rule["cidr"])
    _require(outer is not None, f'unable to parse CIDRRule "{rule["cidr"]}"')
    for text in rule.get("except") or []:
        inner = _network(text)
        inside = inner is not None and inner.version == outer.version and inner.subnet_of(outer)
        _require(inside, f"allow CIDR prefix {outer} does not contain exclude CIDR prefix {text}")


def _fqdn(item: Mapping[str, Any]) -> None:
    """Check an FQDN selector (10.1)."""
    name, pattern = item.get("matchName") or "", item.get("matchPattern") or ""
    _require(not (name and pattern), "only one of MatchName or MatchPattern is allowed")
    _require(name or pattern, "one of MatchName or MatchPattern is required")
    _require(re.fullmatch(r"[-a-zA-Z0-9_.]*", name), f"invalid characters in MatchName: {name}")
    _require(re.fullmatch(r"[-a-zA-Z0-9_.*]*", pattern), f"invalid characters in MatchPattern: {pattern}")


def _port_rule(rule: Mapping[str, Any], field: str, host: bool) -> None:
    """Check one toPorts element (2.4)."""
    ports = rule.get("ports") or []
    _require(len(ports) <= 40, "too many ports, the max is 40")
    for port in ports:
        _port(port or {})
    if field.endswith("Deny"):
        return
    _require(field != "ingress" or not rule.get("listener"), "Listener is not allowed on ingress")
    _require(all(rule.get("serverNames") or ["x"]), "empty server name is not allowed")
    rules = rule.get("rules") or {}
    http, dns = rules.get("http"), rules.get("dns")
    _require(not (http and dns), "multiple L7 protocol rule types specified in single rule")
    if not (http or dns):
        return
    _require(not rule.get("listener"), "listener with L7 rules")
    _require(not rule.get("serverNames") or rule.get("terminatingTLS"), "ServerNames are not allowed with L7 rules …")
    _require(not dns or field == "egress", "L7 protocol DNS is not supported on ingress yet")
    _require(not dns or ports, "port 53 must be specified for DNS rules")
    _require(not host or (dns and field == "egress"), "L7 is not supported on host policies")
    for port in ports:
        _require(dns or (port.get("protocol") or "").upper() == "TCP", "L7 rules can only apply to TCP …")
        _require(str(port.get("port")) != "0", "L7 rules can not be used when a port is 0")
        _require(not (dns and port.get("endPort")), "DNS rules do not support port ranges")


def _port(port: Mapping[str, Any]) -> None:
    text, protocol = str(port.get("port") or ""), (port.get("protocol") or "").upper()
    _require(text or protocol in EXTENDED, "port must be specified")
    _require(not text or is_port_name(text) or number_of(text) is not None, f"unable to parse port {text}")
    _require(protocol in ("", "ANY", *ANY_OF, *EXTENDED), f'invalid protocol "{protocol}"')


def _icmps(element: Mapping[str, Any]) -> None:
    """Check icmps (2.5)."""
    for item in element.get("icmps") or []:
        fields = (item or {}).get("fields") or []
        _require(len(fields) <= 40, "too many types, the max is 40")
        for field in fields:
            family = field.get("family") or "IPv4"
            _require(family in ("IPv4", "IPv6"), f"invalid family {family}")
            _require(icmp_type(field.get("type"), family) is not None, "ICMP type must be specified")
    _require(
        not (element.get("icmps") and element.get("toPorts")), "The ICMPs block may only be present without ToPorts"
    )


def _network_policy(document: Mapping[str, Any]) -> None:
    """Check what the agent itself checks in a NetworkPolicy: protocols and addresses (8.1)."""
    spec = document.get("spec") or {}
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction) or []:
            for port in (rule or {}).get("ports") or []:
                protocol = str((port or {}).get("protocol") or "TCP").upper()
                _require(protocol in (*ANY_OF, "ANY", *EXTENDED, "ICMP", "ICMPV6"), f"unknown protocol {protocol}")
            for peer in (rule or {}).get(side) or []:
                block = (peer or {}).get("ipBlock") or {}
                for text in [block.get("cidr"), *(block.get("except") or [])] if block else []:
                    _require(_network(text), f"{text} is not a CIDR")
