"""Selectors of Cilium: labels, entities, CIDRs, FQDNs (shared/semantics/cilium.md 4.2-4.4, 5, 6, 10.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tests.reference.cilium_identity import (
    CLUSTER,
    GROUP_NAME,
    NAMESPACE,
    NAMESPACE_LABELS,
    Identity,
    Label,
    Settings,
)


@dataclass(frozen=True)
class Requirement:
    """One condition on a label; `any` as source means whatever source (4.2)."""

    source: str
    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: frozenset[Label]) -> bool:
        """Apply the table of 4.3."""
        found = [v for source, key, v in labels if key == self.key and self.source in ("any", source)]
        match self.operator:
            case "In":
                return any(value in self.values for value in found)
            case "NotIn":
                return not any(value in self.values for value in found)
            case "Exists":
                return bool(found)
            case _:
                return not found


Selector = tuple[Requirement, ...]


def selects(selector: Selector, labels: frozenset[Label]) -> bool:
    """Match a selector: all of its requirements (4.3)."""
    return all(requirement.holds(labels) for requirement in selector)


def encoded(key: str, source: str = "any") -> tuple[str, str]:
    """Split a selector key into source and key (4.2); Kubernetes NetworkPolicy keys are `k8s` throughout."""
    if source != "any":
        return source, key
    if key.startswith("$"):
        return "reserved", key[1:]
    before, colon, after = key.partition(":")
    return (before, after) if colon else ("any", key)


def selector_of(raw: Mapping[str, Any] | None, source: str = "any", prefix: str = "") -> Selector:
    """Read a LabelSelector; the keys of matchLabels come first."""
    raw = raw or {}
    wanted = [
        Requirement(*encoded(prefix + key, source), "In", (value or "",))
        for key, value in (raw.get("matchLabels") or {}).items()
    ]
    return tuple(wanted) + tuple(
        Requirement(*encoded(prefix + item["key"], source), item["operator"], tuple(item.get("values") or ()))
        for item in raw.get("matchExpressions") or []
    )


def mentions(selector: Selector, key: str) -> bool:
    """Tell whether a selector has a key, with source k8s or any, whatever the operator (4.4)."""
    return any(item.key == key and item.source in ("k8s", "any") for item in selector)


def is_in(key: str, value: str) -> Requirement:
    """Require a k8s label to have one value."""
    return Requirement("k8s", key, "In", (value,))


def subject_in_namespace(raw: Mapping[str, Any] | None, namespace: str) -> Selector:
    """Scope the subject of a CNP: k8s:namespace in matchLabels is overwritten, everything else stays (4.4)."""
    labels = {key: value for key, value in ((raw or {}).get("matchLabels") or {}).items() if key != "k8s:" + NAMESPACE}
    return (*selector_of({**(raw or {}), "matchLabels": labels}), is_in(NAMESPACE, namespace))


def scoped_peer(selector: Selector, namespace: str | None, subject_has_init: bool, cluster_name: str) -> Selector:
    """Scope a label peer of a CNP (namespace given) or of a CCNP (None) as in `getEndpointSelector` (4.4)."""
    if any(item.source == "reserved" for item in selector):
        return selector
    added: list[Requirement] = []
    if not mentions(selector, NAMESPACE):
        if namespace is None and not subject_has_init:
            added.append(Requirement("k8s", NAMESPACE, "Exists"))
        by_label = any(i.key.startswith(NAMESPACE_LABELS) and i.source in ("k8s", "any") for i in selector)
        if namespace is not None and not by_label:
            added.append(is_in(NAMESPACE, namespace))
    if cluster_name and not mentions(selector, CLUSTER):
        added.append(is_in(CLUSTER, cluster_name))
    return (*selector, *added)


# ---- peers


class PeerMatch(Protocol):
    """One peer selector: does an identity belong to it? None: it cannot be said."""

    def matches(self, peer: Identity, settings: Settings) -> bool | None:
        """Match one identity."""


@dataclass(frozen=True)
class Everyone:
    """The wildcard: entity `all`, or no peer field beside ports (3.1)."""

    def matches(self, peer: Identity, settings: Settings) -> bool:
        """Match everything."""
        return True


@dataclass(frozen=True)
class Unresolvable:
    """Peers outside of what can be computed: cloud groups, services that were not given."""

    reason: str

    def matches(self, peer: Identity, settings: Settings) -> None:
        """Say that it is not known."""
        return None


@dataclass(frozen=True)
class LabelPeer:
    """A selector on labels; a lookup also falls back to the aggregate identity of the peer (4.4)."""

    selector: Selector

    def matches(self, peer: Identity, settings: Settings) -> bool:
        """Match the identity, or its aggregate."""
        aggregate = frozenset({("reserved", peer.aggregate, "")}) if settings.aggregates and peer.aggregate else None
        return selects(self.selector, peer.labels) or (aggregate is not None and selects(self.selector, aggregate))


@dataclass(frozen=True)
class CidrPeer:
    """A prefix without its exceptions (6.1, 6.2)."""

    network: Any
    excepts: tuple[Any, ...] = ()

    def matches(self, peer: Identity, settings: Settings) -> bool:
        """Match outside addresses; nodes and pods only in the opt-in modes."""
        if not in_reach(peer, settings, zero_length=self.network.prefixlen == 0):
            return False
        if self.network.version == 6 and not settings.enable_ipv6:
            return False
        # Health and ingress endpoints have addresses, too, which nobody tells us: a range of length 0 holds them.
        whole = peer.kind == "reserved" and self.network.prefixlen == 0
        inside = whole or any(address in self.network for address in peer.addresses)
        return inside and not excepted(self.excepts, peer)


@dataclass(frozen=True)
class GroupPeer:
    """CIDR groups by name or by label, without exceptions (6.3)."""

    selector: Selector
    excepts: tuple[Any, ...] = ()

    def matches(self, peer: Identity, settings: Settings) -> bool:
        """Match outside addresses by the labels of the groups over them."""
        return in_reach(peer, settings) and selects(self.selector, peer.labels) and not excepted(self.excepts, peer)


def excepted(networks: tuple[Any, ...], peer: Identity) -> bool:
    """Tell whether an address of the peer lies in one of the exceptions."""
    return any(address in network for address in peer.addresses for network in networks)


def in_reach(peer: Identity, settings: Settings, zero_length: bool = False) -> bool:
    """Tell whether CIDR selectors may match an identity at all (6.1 item 1, with the defect of /0 and nodes)."""
    mode = settings.cidr_match_mode
    if peer.kind == "world":
        return True
    if peer.kind in ("host", "remote-node"):
        return "nodes" in mode and (not zero_length or "pods" in mode)
    return "pods" in mode


@dataclass(frozen=True)
class FqdnPeer:
    """A name or pattern; selects outside addresses that DNS has shown for it (10.1)."""

    name: str = ""
    pattern: str = ""

    def matches(self, peer: Identity, settings: Settings) -> bool:
        """Match an address by its names."""
        regex = pattern_regex(self.pattern) if self.pattern else re.escape(dotted(self.name))
        return peer.kind == "world" and any(re.fullmatch(regex, dotted(name)) for name in peer.names)


def dotted(name: str) -> str:
    """Lower-case a name and end it with a dot."""
    return name.lower().rstrip(".") + "."


def pattern_regex(pattern: str) -> str:
    """Translate a matchPattern (10.1)."""
    text = pattern.lower().rstrip(".")
    if set(text) == {"*"}:
        return ".*"
    start = ""
    if text.startswith("**."):
        start, text = r"([-a-z0-9_]+\.)+", text[3:]
    return start + re.escape(dotted(text)).replace(r"\*", "[-a-z0-9_]*")


# ---- entities (5)

_CLUSTER = ("host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver")
ENTITIES: dict[str, tuple[str, ...]] = {
    "world": ("world", "world-ipv4", "world-ipv6"),
    "cluster": _CLUSTER,
    "cluster-mesh": _CLUSTER,
    **{name: (name,) for name in (*_CLUSTER, "world-ipv4", "world-ipv6", "none")},
    "all": (),
}


def entity_peers(entity: str, cluster_name: str) -> list[PeerMatch]:
    """List the selectors of an entity, ORed."""
    if entity == "all":
        return [Everyone()]
    peers: list[PeerMatch] = [LabelPeer((Requirement("reserved", name, "Exists"),)) for name in ENTITIES[entity]]
    if entity == "cluster":
        peers.append(LabelPeer((is_in(CLUSTER, cluster_name),)))
    if entity == "cluster-mesh":
        peers.append(LabelPeer((Requirement("k8s", CLUSTER, "Exists"),)))
    return peers


def group_selector(rule: Mapping[str, Any]) -> Selector:
    """Read cidrGroupRef or cidrGroupSelector (6.3)."""
    if rule.get("cidrGroupRef"):
        return (Requirement("cidrgroup", GROUP_NAME + rule["cidrGroupRef"], "Exists"),)
    return selector_of(rule["cidrGroupSelector"], "cidrgroup")
