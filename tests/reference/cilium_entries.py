"""From documents to policy entries (shared/semantics/cilium.md 0.2, 2, 3.1, 3.3, 8.1, 10.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from tests.reference.cilium_identity import CLUSTER, NAMESPACE, NAMESPACE_LABELS, Identity, Settings
from tests.reference.cilium_ports import PortItem, PortRule, cilium_port_rule, icmp_rule, port_items
from tests.reference.cilium_selectors import (
    CidrPeer,
    Everyone,
    FqdnPeer,
    GroupPeer,
    LabelPeer,
    PeerMatch,
    Requirement,
    Selector,
    Unresolvable,
    entity_peers,
    group_selector,
    is_in,
    mentions,
    scoped_peer,
    selector_of,
    selects,
    subject_in_namespace,
)

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One policy entry: whom it selects, which direction, whom and what it allows or denies (0.2).

    No peers at all match nothing; no rules at all mean every protocol (3.1, 3.5).
    """

    direction: str
    deny: bool
    subject: Selector
    host: bool
    peers: tuple[PeerMatch, ...]
    rules: tuple[PortRule, ...]
    default_deny: bool
    authentication: str = ""

    def selects(self, subject: Identity) -> bool:
        """Tell whether the entry is about a subject: host policies only the host, others never it (10.6)."""
        return self.host == (subject.kind == "host") and selects(self.subject, subject.labels)


@dataclass(frozen=True)
class Context:
    """What reading a document needs beside the document."""

    cluster_name: str
    settings: Settings
    services: tuple[Document, ...]
    endpoints: tuple[Document, ...]

    @property
    def scope(self) -> str:
        """Give the cluster that label peers are limited to, or nothing (4.4)."""
        return self.cluster_name if self.settings.default_local_cluster else ""


def entries_of(document: Document, context: Context) -> list[Entry]:
    """Explode one document that is valid into its entries."""
    if document["kind"] == "NetworkPolicy":
        return list(network_policy_entries(document, context))
    namespace = None
    if document["kind"] == "CiliumNetworkPolicy":
        namespace = document["metadata"].get("namespace") or "default"
    rules = [document.get("spec"), *(document.get("specs") or [])]
    return [entry for rule in rules if rule is not None for entry in rule_entries(rule, namespace, context)]


# ---- CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy


def rule_entries(rule: Mapping[str, Any], namespace: str | None, context: Context) -> Iterator[Entry]:
    """Make one entry per element of the four lists of a rule (0.2)."""
    host = rule.get("nodeSelector") is not None
    raw = rule.get("nodeSelector") if host else rule.get("endpointSelector")
    subject = selector_of(raw) if namespace is None else subject_in_namespace(raw, namespace)
    has_init = any((item.source, item.key) == ("reserved", "init") for item in subject)
    for field in ("ingress", "ingressDeny", "egress", "egressDeny"):
        direction, deny = field.removesuffix("Deny"), field.endswith("Deny")
        for element in rule.get(field) or []:
            element = element or {}
            peers = element_peers(element, field, namespace, has_init, context)
            rules = (
                *(cilium_port_rule(item) for item in element.get("toPorts") or []),
                *(icmp_rule(item) for item in element.get("icmps") or []),
            )
            if peers == () and rules:  # no peer field at all beside ports: everybody (3.1)
                peers = (Everyone(),)
            default_deny = wants_default_deny(rule, direction, context.settings)
            mode = "" if deny else (element.get("authentication") or {}).get("mode") or ""
            yield Entry(direction, deny, subject, host, peers or (), rules, default_deny, mode)


def wants_default_deny(rule: Mapping[str, Any], direction: str, settings: Settings) -> bool:
    """Read enableDefaultDeny: true unless it says no (3.3)."""
    given = (rule.get("enableDefaultDeny") or {}).get(direction)
    return True if given is None or not settings.non_default_deny else bool(given)


def element_peers(
    element: Mapping[str, Any], field: str, namespace: str | None, has_init: bool, context: Context
) -> tuple[PeerMatch, ...] | None:
    """Collect the peers of an element; None after an explicit empty list, which selects nothing (3.1)."""
    side = "from" if field.startswith("ingress") else "to"
    for name in ("Endpoints", "Nodes", "Entities", "CIDR", "CIDRSet"):
        if element.get(side + name) == []:
            return None
    peers: list[PeerMatch] = [
        *(
            LabelPeer(scoped_peer(selector_of(raw), namespace, has_init, context.scope))
            for raw in element.get(side + "Endpoints") or []
        ),
        *(LabelPeer(node_peer(selector_of(raw), context)) for raw in element.get(side + "Nodes") or []),
        *(CidrPeer(ip_network(text, strict=False)) for text in element.get(side + "CIDR") or []),
        *(cidr_rule_peer(rule) for rule in element.get(side + "CIDRSet") or []),
    ]
    for entity in element.get(side + "Entities") or []:
        peers += entity_peers(entity, context.cluster_name)
    if element.get(side + "Groups"):
        peers.append(Unresolvable("groups of a cloud provider"))
    if field == "egress":  # toFQDNs is no field of a deny rule, and toServices of one is never resolved (10.3)
        peers += [FqdnPeer(i.get("matchName") or "", i.get("matchPattern") or "") for i in element.get("toFQDNs") or []]
        for item in element.get("toServices") or []:
            peers += service_peers(item, namespace, has_init, context)
    return tuple(peers)


def node_peer(selector: Selector, context: Context) -> Selector:
    """Scope a node selector: remote nodes, of the local cluster (4.4)."""
    scoped = (*selector, Requirement("reserved", "remote-node", "Exists"))
    if context.scope and not mentions(selector, CLUSTER):
        scoped += (is_in(CLUSTER, context.scope),)
    return scoped


def cidr_rule_peer(rule: Mapping[str, Any]) -> PeerMatch:
    """Read a CIDRRule (2.3, 6)."""
    excepts = tuple(ip_network(text, strict=False) for text in rule.get("except") or [])
    if rule.get("cidr"):
        return CidrPeer(ip_network(rule["cidr"], strict=False), excepts)
    return GroupPeer(group_selector(rule), excepts)


# ---- toServices (10.3)


def service_peers(
    item: Mapping[str, Any], namespace: str | None, has_init: bool, context: Context
) -> Iterator[PeerMatch]:
    """Resolve one toServices element: pods of services with a selector, endpoint addresses of the others."""
    if not context.services:
        yield Unresolvable("toServices without Services")
    for service in context.services:
        meta = service["metadata"]
        home = meta.get("namespace") or "default"
        if not service_is_meant(item, meta, home):
            continue
        selector = (service.get("spec") or {}).get("selector")
        if selector:
            wanted = (*(is_in(key, value or "") for key, value in selector.items()), is_in(NAMESPACE, home))
            yield LabelPeer(scoped_peer(wanted, namespace, has_init, context.scope))
        else:
            yield from endpoint_peers(meta["name"], home, context)


def service_is_meant(item: Mapping[str, Any], meta: Mapping[str, Any], home: str) -> bool:
    """Match a Service by name or by its labels; no namespace means every namespace."""
    by_name, by_label = item.get("k8sService"), item.get("k8sServiceSelector")
    wanted = by_name or by_label or {}
    if wanted.get("namespace") and wanted["namespace"] != home:
        return False
    if by_name:
        return bool(by_name.get("serviceName") == meta["name"])
    labels = frozenset(("k8s", key, value or "") for key, value in (meta.get("labels") or {}).items())
    return selects(selector_of(wanted.get("selector")), labels)


def endpoint_peers(name: str, namespace: str, context: Context) -> Iterator[PeerMatch]:
    """List the endpoint addresses of a Service without a selector."""
    for endpoints in context.endpoints:
        meta = endpoints["metadata"]
        if (meta["name"], meta.get("namespace") or "default") == (name, namespace):
            for subset in endpoints.get("subsets") or []:
                for address in subset.get("addresses") or []:
                    yield CidrPeer(ip_network(address["ip"]))


# ---- NetworkPolicy (8.1)


def network_policy_entries(document: Document, context: Context) -> Iterator[Entry]:
    """Explode a Kubernetes NetworkPolicy as ParseNetworkPolicy does; rules of unlisted directions count (K3)."""
    namespace = (document.get("metadata") or {}).get("namespace") or "default"
    spec = document.get("spec") or {}
    subject = (*selector_of(spec.get("podSelector"), "k8s"), is_in(NAMESPACE, namespace))
    types = spec.get("policyTypes") or []
    for direction, side in (("ingress", "from"), ("egress", "to")):
        rules = spec.get(direction) or []
        for rule in rules:
            ports = tuple(network_policy_port(item or {}) for item in (rule or {}).get("ports") or [])
            peers = [network_policy_peer(peer or {}, namespace, context) for peer in (rule or {}).get(side) or []]
            yield Entry(direction, False, subject, False, tuple(peers) or (Everyone(),), ports, True)
        listed = direction.capitalize() in types or (direction == "ingress" and "Egress" not in types)
        if not rules and listed:
            yield Entry(direction, False, subject, False, (), (), True)


def network_policy_port(item: Mapping[str, Any]) -> PortRule:
    """Read one ports[] element."""
    port = item.get("port")
    protocol = str(item.get("protocol") or "TCP").upper()
    items: tuple[PortItem, ...] = port_items("0" if port is None else str(port), item.get("endPort") or 0, protocol)
    return PortRule(items)


def network_policy_peer(peer: Mapping[str, Any], namespace: str, context: Context) -> PeerMatch:
    """Read one from[]/to[] element (`peerSelector` of 8.1)."""
    if peer.get("ipBlock") is not None:
        block = peer["ipBlock"]
        excepts = tuple(ip_network(text, strict=False) for text in block.get("except") or [])
        return CidrPeer(ip_network(block["cidr"], strict=False), excepts)
    pods = selector_of(peer.get("podSelector"), "k8s")
    home: Selector = (is_in(NAMESPACE, namespace),)
    if peer.get("namespaceSelector") is not None:
        by_labels = selector_of(peer["namespaceSelector"], "k8s", NAMESPACE_LABELS)
        home = by_labels or (Requirement("k8s", NAMESPACE, "Exists"),)
    scope: Selector = (is_in(CLUSTER, context.scope),) if context.scope and not mentions(pods, CLUSTER) else ()
    return LabelPeer((*home, *pods, *scope))


def latest(documents: Iterable[Document]) -> list[Document]:
    """Keep the last of several documents with the same kind, namespace and name (1)."""
    kept: dict[object, Document] = {}
    for index, document in enumerate(documents):
        meta = document.get("metadata") or {}
        kept[document["kind"], meta.get("namespace") or "default", meta.get("name") or index] = document
    return list(kept.values())
