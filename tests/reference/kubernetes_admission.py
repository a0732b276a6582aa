"""What a kube-apiserver refuses in a NetworkPolicy, in its words (shared/semantics/kubernetes.md 1.3 to 1.9, 6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network
Errors = Iterator[str]

# ---- shapes (1.1). "struct name", {field: shape}; a list [T] is a list of T; a string is a scalar or a loose shape.
_SELECTOR = (
    "LabelSelector",
    {
        "matchLabels": "strings",
        "matchExpressions": [
            ("LabelSelectorRequirement", {"key": "string", "operator": "string", "values": ["string"]})
        ],
    },
)
_BLOCK = ("IPBlock", {"cidr": "string", "except": ["string"]})
_PEER = ("NetworkPolicyPeer", {"podSelector": _SELECTOR, "namespaceSelector": _SELECTOR, "ipBlock": _BLOCK})
_PORT = ("NetworkPolicyPort", {"protocol": "string", "port": "port", "endPort": "int32"})
_SPEC = (
    "NetworkPolicySpec",
    {
        "podSelector": _SELECTOR,
        "policyTypes": ["string"],
        "ingress": [("NetworkPolicyIngressRule", {"from": [_PEER], "ports": [_PORT]})],
        "egress": [("NetworkPolicyEgressRule", {"to": [_PEER], "ports": [_PORT]})],
    },
)
_META = {
    "name": "string",
    "generateName": "string",
    "namespace": "string",
    "labels": "strings",
    "annotations": "strings",
}
_POLICY = ("NetworkPolicy", {"apiVersion": "string", "kind": "string", "metadata": "meta", "spec": _SPEC})


def problems(obj: Mapping[str, Any], strict_cidr: bool = True) -> list[str]:
    """List what a kube-apiserver says against creating this NetworkPolicy; an empty list means that it stores it.

    `strict_cidr` is the gate StrictIPCIDRValidation, on by default since 1.36 (1.5).
    """
    if obj.get("kind") != "NetworkPolicy":
        return ['NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: kind is not NetworkPolicy']
    refused = list(_decode(obj, _POLICY, "", "NetworkPolicy"))
    if refused:
        return [f'NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: {text}' for text in refused]
    spec = obj.get("spec") or {}
    found = [*_metadata(obj.get("metadata") or {}), *_selector(spec.get("podSelector") or {}, "spec.podSelector")]
    for field, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(field) or []):
            found += _rule(rule or {}, f"spec.{field}[{index}]", side, strict_cidr)
    return found + list(_types(spec.get("policyTypes") or []))


# ---- decoding (6.1, 6.2): null is the zero value everywhere, numbers and booleans are no strings


def _decode(value: Any, shape: Any, path: str, owner: str) -> Errors:
    if value is None:
        return
    if isinstance(shape, tuple):
        yield from _decode_struct(value, shape, path, owner)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield _unmarshal(value, owner, path, "[]" + (shape[0][0] if isinstance(shape[0], tuple) else shape[0]))
            return
        for index, item in enumerate(value):
            yield from _decode(item, shape[0], f"{path}[{index}]", owner)
    elif shape == "strings":
        if not isinstance(value, Mapping):
            yield _unmarshal(value, owner, path, "map[string]string")
            return
        for item in value.values():
            yield from _decode(item, "string", path, owner)
    elif shape == "meta":
        for key, item in value.items() if isinstance(value, Mapping) else [("", value)]:
            yield from _decode(item, _META.get(key, "any"), f"metadata.{key}", "ObjectMeta")
    elif shape == "string" and not isinstance(value, str):
        yield _unmarshal(value, owner, path, "string")
    elif (shape == "int32" or (shape == "port" and not isinstance(value, str))) and not _is_int32(value):
        yield _unmarshal(value, owner, path, "int32")


def _is_int32(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and value == int(value) and -(2**31) <= value < 2**31


def _decode_struct(value: Any, shape: tuple[str, dict[str, Any]], path: str, owner: str) -> Errors:
    name, fields = shape
    if not isinstance(value, Mapping):
        yield _unmarshal(value, owner, path, name)
        return
    for key, item in value.items():
        below = f"{path}.{key}".lstrip(".")
        if key not in fields:
            yield f'strict decoding error: unknown field "{below}"'
        else:
            yield from _decode(item, fields[key], below, name)


def _unmarshal(value: Any, owner: str, path: str, wanted: str) -> str:
    kinds = ((bool, "bool"), (str, "string"), (int | float, "number"), (list, "array"), (Mapping, "object"))
    got = next((word for kind, word in kinds if isinstance(value, kind)), "value")
    field = re.sub(r"\[[0-9]+\]", "", path)
    return f"json: cannot unmarshal {got} into Go struct field {owner}.{field} of type {wanted}"


# ---- metadata (1.8)

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def _metadata(meta: Mapping[str, Any]) -> Errors:
    name, prefix = meta.get("name") or "", meta.get("generateName") or ""
    if not name and not prefix:
        yield "metadata.name: Required value: name or generateName is required"
    if name:
        yield from _subdomain(name, name, "metadata.name")
    elif prefix:
        yield from _subdomain(prefix, re.sub(r"-$", "a", prefix), "metadata.generateName")
    for key, value in (meta.get("labels") or {}).items():
        yield from _label_key(key, "metadata.labels")
        yield from _label_value(value or "", "metadata.labels")


def _subdomain(shown: str, text: str, path: str) -> Errors:
    if len(text) > 253:
        yield _invalid(path, shown, "must be no more than 253 bytes")
    if not _SUBDOMAIN.fullmatch(text):
        yield _invalid(path, shown, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters")


# ---- label selectors (1.7)

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_MUST_HAVE = "must be specified when `operator` is 'In' or 'NotIn'"
_MUST_LACK = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"


def _selector(selector: Mapping[str, Any], path: str) -> Errors:
    for key, value in (selector.get("matchLabels") or {}).items():
        yield from _label_key(key, f"{path}.matchLabels")
        yield from _label_value(value or "", f"{path}.matchLabels")
    for index, item in enumerate(selector.get("matchExpressions") or []):
        yield from _requirement(item or {}, f"{path}.matchExpressions[{index}]")


def _requirement(item: Mapping[str, Any], path: str) -> Errors:
    operator, values = item.get("operator") or "", item.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield f"{path}.values: Required value: {_MUST_HAVE}"
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield f"{path}.values: Forbidden: {_MUST_LACK}"
    else:
        yield _invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from _label_key(item.get("key") or "", f"{path}.key")
    for index, value in enumerate(values):
        yield from _label_value(value or "", f"{path}.values[{index}]")


def _label_key(key: str, path: str) -> Errors:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        yield _invalid(path, key, "a valid label key must consist of alphanumeric characters, '-', '_' or '.'")
        return
    if slash and not prefix:
        yield _invalid(path, key, "prefix part must be non-empty")
    elif slash and (len(prefix) > 253 or not _SUBDOMAIN.fullmatch(prefix)):
        yield _invalid(path, key, "prefix part a lowercase RFC 1123 subdomain must consist of lower case characters")
    if not name:
        yield _invalid(path, key, "name part must be non-empty")
    elif len(name) > 63:
        yield _invalid(path, key, "name part must be no more than 63 bytes")
    if not _NAME.fullmatch(name):
        yield _invalid(path, key, "name part must consist of alphanumeric characters, '-', '_' or '.'")


def _label_value(value: str, path: str) -> Errors:
    if len(value) > 63:
        yield _invalid(path, value, "must be no more than 63 bytes")
    if value and not _NAME.fullmatch(value):
        text = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'"
        yield _invalid(path, value, text)


# ---- rules: ports before peers (1.9)


def _rule(rule: Mapping[str, Any], path: str, side: str, strict_cidr: bool) -> Errors:
    for index, port in enumerate(rule.get("ports") or []):
        yield from _port(port or {}, f"{path}.ports[{index}]")
    for index, peer in enumerate(rule.get(side) or []):
        yield from _peer(peer or {}, f"{path}.{side}[{index}]", strict_cidr)


def _port(item: Mapping[str, Any], path: str) -> Errors:
    protocol, port, end = item.get("protocol"), item.get("port"), item.get("endPort")
    if protocol is not None and protocol not in ("TCP", "UDP", "SCTP"):
        yield f'{path}.protocol: Unsupported value: {_quote(protocol)}: supported values: "TCP", "UDP", "SCTP"'
    if isinstance(port, str):
        yield from (_invalid(f"{path}.port", port, text) for text in _port_name(port))
    elif port is not None and not 1 <= port <= 65535:
        yield _invalid(f"{path}.port", port, "must be between 1 and 65535, inclusive")
    if end is None:
        return
    if port is None:
        yield _invalid(f"{path}.endPort", end, "may not be specified when `port` is not specified")
    elif isinstance(port, str):
        yield _invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric")
    else:
        if end < port:
            yield _invalid(f"{path}.endPort", end, "must be greater than or equal to `port`")
        if not 1 <= end <= 65535:
            yield _invalid(f"{path}.endPort", end, "must be between 1 and 65535, inclusive")


def _port_name(name: str) -> Errors:
    if len(name) > 15:
        yield "must be no more than 15 characters"
    if not re.fullmatch(r"[-a-z0-9]+", name):
        yield "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search(r"[a-z]", name):
        yield "must contain at least one letter (a-z)"
    if "--" in name:
        yield "must not contain consecutive hyphens"
    if name.startswith("-") or name.endswith("-"):
        yield "must not begin or end with a hyphen"


def _peer(peer: Mapping[str, Any], path: str, strict_cidr: bool) -> Errors:
    """Apply 1.4: a selector or both, or one ipBlock."""
    given = {key for key in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(key) is not None}
    for key in ("podSelector", "namespaceSelector"):
        if key in given:
            yield from _selector(peer[key], f"{path}.{key}")
    if "ipBlock" in given:
        yield from _block(peer["ipBlock"], f"{path}.ipBlock", strict_cidr)
    if not given:
        yield f"{path}: Required value: must specify a peer"
    elif "ipBlock" in given and len(given) > 1:
        yield f"{path}: Forbidden: may not specify both ipBlock and another peer"


def _block(block: Mapping[str, Any], path: str, strict_cidr: bool) -> Errors:
    """Apply 1.5, in its order."""
    cidr = block.get("cidr") or ""
    if not cidr:
        yield f"{path}.cidr: Required value"
        return
    yield from _cidr(cidr, f"{path}.cidr", strict_cidr)
    outer = parse_cidr(cidr)
    if outer is None:
        return
    for index, text in enumerate(block.get("except") or []):
        yield from _cidr(text or "", f"{path}.except[{index}]", strict_cidr)
        inner = parse_cidr(text or "")
        if inner is not None and not strictly_inside(inner, outer):
            yield _invalid(f"{path}.except[{index}]", text, "must be a strict subset of `cidr`")


def _cidr(text: str, path: str, strict_cidr: bool) -> Errors:
    network = parse_cidr(text)
    if network is None:
        yield _invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
    elif strict_cidr:
        address, _, length = text.partition("/")
        if re.search(r"(^|\.)0\d", address) or re.match(r"0\d", length):
            yield _invalid(path, text, "must not have leading 0s in IP or prefix length")
        elif ":" in address and network.version == 4:
            yield _invalid(path, text, "must not have an IPv4-mapped IPv6 address")
        elif network.network_address != ip_address(address):
            yield _invalid(path, text, "must not have bits set beyond the prefix length")


def _types(types: list[Any]) -> Errors:
    if len(types) > 2:
        yield "spec.policyTypes: Invalid value: []networking.PolicyType{...}: may not specify more than two policyTypes"
        return
    for index, item in enumerate(types):
        if item not in ("Ingress", "Egress"):
            shown = _quote(item or "")
            yield f'spec.policyTypes[{index}]: Unsupported value: {shown}: supported values: "Ingress", "Egress"'


# ---- networks (1.5)


def parse_cidr(text: str) -> Network | None:
    """Read a CIDR as ParseCIDRSloppy does: leading zeros are decimal, host bits are masked, IPv4-mapped is IPv4."""
    address, slash, length = text.partition("/")
    if not slash or not re.fullmatch(r"[0-9]+", length) or "%" in address:
        return None
    plain = re.sub(r"(?<![0-9A-Fa-f:])0+(?=[0-9])", "", address) if "." in address else address
    try:
        network = ip_network(f"{plain}/{int(length)}", strict=False)
    except ValueError:
        return None
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is not None and network.prefixlen >= 96:
        return IPv4Network((int(mapped), network.prefixlen - 96))
    return network


def strictly_inside(inner: Network, outer: Network) -> bool:
    """Tell whether a network is a real part of another one."""
    same = inner.version == outer.version
    return same and inner.network_address in outer and inner.prefixlen > outer.prefixlen


def _invalid(path: str, value: Any, text: str) -> str:
    return f"{path}: Invalid value: {_quote(value)}: {text}"


def _quote(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
