"""A plain interpreter of Cilium 1.20.2's policies, written from shared/semantics/cilium.md (sections cited).

Reads CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, CiliumCIDRGroup, Kubernetes NetworkPolicy and, for
toServices, Service and Endpoints. L7 conditions count as plain allows; which flows are held to one is another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from tests.reference.cilium_entries import Context, Document, Entry, entries_of, latest
from tests.reference.cilium_identity import (
    Identity,
    Settings,
    cidr_groups,
    host_subject,
    node_identity,
    pod_identity,
    reserved_identity,
    world_identity,
)
from tests.reference.cilium_identity import settings_from as settings_from
from tests.reference.cilium_ports import EXTENDED, PortItem, PortRule
from tests.reference.cilium_proxies import Allowing, is_held
from tests.reference.cilium_selectors import Everyone
from tests.reference.cilium_validation import refusal as refusal
from tests.reference.world import Cluster, Peer, Probe, family_of

PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6", 132: "SCTP"}
AUTHENTICATION = {"disabled": 0, "required": 1, "test-always-fail": 2}


@dataclass(frozen=True)
class Flow:
    """A probe as the policy map sees it: direction, both identities, protocol and number (port or ICMP type)."""

    direction: str
    subject: Identity
    peer: Identity
    protocol: str
    number: int


@dataclass(frozen=True)
class Answer:
    """A verdict and, for `unknown`, the reason."""

    verdict: str
    why: str = ""


def verdict(documents: Iterable[Document], cluster: Cluster, probe: Probe, settings: Settings | None = None) -> str:
    """Judge one probe at its subject: "allow", "deny" or "unknown"; settings default to those of the cluster."""
    return Agent(documents, cluster, settings).answer(probe).verdict


class Agent:
    """One set of documents loaded into one cluster; use it to ask many probes."""

    def __init__(self, documents: Iterable[Document], cluster: Cluster, settings: Settings | None = None) -> None:
        """Read the documents; refused ones take no part."""
        self.cluster = cluster
        self.settings = settings if settings is not None else settings_from(cluster.settings)
        known = [document for document in documents if is_read(document)]
        valid = latest(document for document in known if refusal(document, self.settings) is None)
        by_kind = {kind: tuple(d for d in valid if d["kind"] == kind) for kind in ("Service", "Endpoints")}
        context = Context(cluster.name, self.settings, by_kind["Service"], by_kind["Endpoints"])
        self.groups = cidr_groups(valid)
        self.entries = [entry for d in valid if d["kind"] in POLICIES for entry in entries_of(d, context)]
        self.tiers = self.settings.cluster_network_policy and any(d["kind"] == "ClusterNetworkPolicy" for d in valid)

    def answer(self, probe: Probe) -> Answer:
        """Judge one probe, with a reason if it cannot be done."""
        flow = self.flow(probe)
        if isinstance(flow, str):
            return Answer("unknown", flow)
        if self.tiers:
            return Answer("unknown", "tiers of ClusterNetworkPolicy (7.5)")
        mine = [entry for entry in self.entries if entry.selects(flow.subject)]
        if any(item.protocol in EXTENDED for entry in mine for rule in entry.rules for item in rule.items):
            return Answer("unknown", "extended protocols (3.5 item 4)")
        if conflict(mine):
            return Answer("unknown", conflict(mine))
        # what cannot be resolved either matches or not: an answer is one only if it is the same both ways
        strict = self.judge(mine, flow, deny_maybe=True, allow_maybe=False)
        loose = self.judge(mine, flow, deny_maybe=False, allow_maybe=True)
        if strict != loose:
            return Answer("unknown", "a peer cannot be resolved")
        return Answer("allow" if strict else "deny")

    def is_held(self, probe: Probe) -> bool:
        """Tell whether a proxy holds a probe that is let through to a condition on layer 7 (7.2)."""
        flow = self.flow(probe)
        assert not isinstance(flow, str)
        entries = [e for e in self.entries if e.selects(flow.subject) and e.direction == flow.direction]
        allows = [e for e in entries if not e.deny and matches(e, flow, self.settings, maybe=False)]
        found = [
            Allowing(item, rule.asks)
            for entry in allows
            for rule in entry.rules or (PortRule((), ""),)
            for item in ([i for i in rule.items if item_width(i, flow)] if entry.rules else [None])
        ]
        always = self.settings.enforcement == "always"
        from_host = flow.direction == "ingress" and flow.peer.kind == "host" and flow.subject.kind != "host"
        return is_held(
            found,
            isolated=always or any(entry.default_deny for entry in entries),
            from_own_host=from_host and self.settings.allow_localhost == "always",
        )

    def judge(self, mine: list[Entry], flow: Flow, deny_maybe: bool, allow_maybe: bool) -> bool:
        """Apply the pseudo code of 0.2 to the entries that select the subject."""
        settings, is_host = self.settings, flow.subject.kind == "host"
        entries = [entry for entry in mine if entry.direction == flow.direction]
        always = settings.enforcement == "always"
        if settings.enforcement == "never" or (is_host and not settings.host_firewall) or not (always or entries):
            return True
        if any(entry.deny and matches(entry, flow, settings, deny_maybe) for entry in entries):
            return False
        allowing = [entry for entry in entries if not entry.deny and matches(entry, flow, settings, allow_maybe)]
        if allowing:
            return authentication(allowing, flow, settings) != "test-always-fail"
        if not always and not any(entry.default_deny for entry in entries):
            return True
        from_host = flow.direction == "ingress" and flow.peer.kind == "host" and not is_host
        return from_host and settings.allow_localhost == "always" and bool(entries)

    def flow(self, probe: Probe) -> Flow | str:
        """Turn a probe into a flow, or say what it lacks."""
        protocol = (
            PROTOCOLS.get(probe.protocol, str(probe.protocol)) if isinstance(probe.protocol, int) else probe.protocol
        )
        number = probe.port
        if protocol in ("ICMP", "ICMPv6"):
            echo = 8 if protocol == "ICMP" else 128
            number = echo if probe.icmp_type is None else probe.icmp_type
        elif protocol in ("TCP", "UDP", "SCTP") and number is None:
            return "the probe has no port"
        family = 6 if protocol == "ICMPv6" else family_of(probe)
        if probe.subject.startswith("node:"):
            own = probe.subject.removeprefix("node:")
            subject = host_subject(own, self.cluster)
        else:
            pod = self.cluster.pods[probe.subject]
            if pod.host_network or pod.cluster not in ("", self.cluster.name):
                return "the subject is no endpoint of this cluster"
            own, subject = pod.node, pod_identity(pod, self.cluster, self.groups)
        return Flow(probe.direction, subject, self.identity(probe.peer, own, family), protocol, number or 0)

    def identity(self, peer: Peer, own_node: str, family: int) -> Identity:
        """Map a peer to its identity, as seen from a node (0.2, 5, 6.2)."""
        cluster, settings = self.cluster, self.settings
        if peer.kind == "reserved":
            return reserved_identity(peer.value)
        if peer.kind == "pod" and not cluster.pods[peer.value].host_network:
            return pod_identity(cluster.pods[peer.value], cluster, self.groups)
        node = cluster.pods[peer.value].node if peer.kind == "pod" else peer.value
        if peer.kind == "ip":
            address = ip_address(peer.value)
            pod = next((p for p in cluster.pods.values() if address in p.ips and not p.host_network), None)
            if pod is not None:
                return pod_identity(pod, cluster, self.groups)
            node = next((n.name for n in cluster.nodes.values() if address in n.ips), "")
            if not node:
                return world_identity(address, settings, self.groups)
        return node_identity(node, node == own_node, cluster, settings, self.groups, family)


POLICIES = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "NetworkPolicy")
READ = {
    **dict.fromkeys(("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup"), "cilium.io"),
    "ClusterNetworkPolicy": "policy.networking.k8s.io",
}


def is_read(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is of a kind that the agent reads (1)."""
    kind, group = document.get("kind"), str(document.get("apiVersion") or "").partition("/")[0]
    if kind == "NetworkPolicy":
        return group in ("networking.k8s.io", "extensions")
    return kind in ("Service", "Endpoints") or (kind in READ and group == READ[str(kind)])


def matches(entry: Entry, flow: Flow, settings: Settings, maybe: bool) -> bool:
    """Tell whether an entry matches a flow: some peer, and some port if there are any (3.1)."""
    if entry.rules and not matching_items(entry, flow):
        return False
    answers = [peer.matches(flow.peer, settings) for peer in entry.peers]
    return any(answers) or (maybe and None in answers)


def matching_items(entry: Entry, flow: Flow) -> list[PortItem]:
    """List the port items of an entry that match a flow (3.5)."""
    return [item for rule in entry.rules for item in rule.items if item_width(item, flow)]


def item_width(item: PortItem, flow: Flow) -> int:
    """Count the numbers of an item that matches the flow; 0 if it does not match."""
    span = item.span(flow.direction, flow.subject.pod, flow.peer.pod) if item.protocol == flow.protocol else None
    return span[1] - span[0] + 1 if span and span[0] <= flow.number <= span[1] else 0


def authentication(allowing: list[Entry], flow: Flow, settings: Settings) -> str:
    """Give the authentication of a flow: the explicit mode of the most specific matching entry (7.3)."""
    explicit = []
    for entry in allowing:
        if entry.authentication:
            widths = [item_width(item, flow) for item in matching_items(entry, flow)]
            wildcard = any(isinstance(peer, Everyone) for peer in entry.peers)
            rank = (min(widths, default=1 << 20), wildcard, -AUTHENTICATION[entry.authentication])
            explicit.append((rank, entry.authentication))
    return min(explicit)[1] if explicit else ""


def conflict(entries: list[Entry]) -> str:
    """Find rules that the agent cannot merge: the endpoint's policy is then not computed (7.2)."""
    parsers: dict[object, set[str]] = {}
    modes: dict[object, set[str]] = {}
    for entry in entries:
        items: list[tuple[PortItem | None, str]] = [(item, rule.parser) for rule in entry.rules for item in rule.items]
        for item, parser in [] if entry.deny else items or [(None, "")]:
            for peer in entry.peers:
                key = (entry.direction, peer, item)
                parsers.setdefault(key, set()).update({parser} - {""})
                modes.setdefault(key, set()).update({entry.authentication} - {""})
    if any(len(found - ({"tls"} if "http" in found else set())) > 1 for found in parsers.values()):
        return "conflicting L7 parsers"
    return "conflicting authentication types" if any(len(found) > 1 for found in modes.values()) else ""
