"""A plain interpreter of Calico policy, written from the semantics document alone: verdicts straight from manifests.

`evaluate(documents, cluster, probe, settings)` answers for one probe; `Calico(documents, cluster, settings)` resolves
the documents once and answers many. Section numbers are those of shared/semantics/calico.md.

Documents that Calico's validation refuses are the caller's to drop. A policy with a selector that cannot be parsed
is absent: it is refused on one path and dropped by Felix on the other (section 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference import calico_convert as convert
from tests.reference import calico_selector as selector
from tests.reference.calico_documents import Document, Thing, things_of
from tests.reference.calico_entities import (
    NAMESPACE,
    PROTOCOLS,
    SERVICE_ACCOUNT,
    World,
    entities_of,
    is_endpoint,
    pod_labels,
    protocol_number,
    services_of,
)
from tests.reference.calico_rules import Packet, Rule, Undecided, rule_of
from tests.reference.world import Cluster, Labels, Pod, Probe, address_of, family_of

Verdict = tuple[str, bool]

POLICIES = {  # kind in Calico's keys (5.2) by the document's group and kind; whatever is not here enforces nothing
    ("projectcalico.org", "NetworkPolicy"): "NetworkPolicy",
    ("projectcalico.org", "GlobalNetworkPolicy"): "GlobalNetworkPolicy",
    ("networking.k8s.io", "NetworkPolicy"): "KubernetesNetworkPolicy",
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): "KubernetesClusterNetworkPolicy",
}
BUILT_IN_TIERS = {"kube-admin": (1000.0, "Pass"), "default": (1e6, "Deny"), "kube-baseline": (1e7, "Pass")}  # 1.4
VXLAN, IP_IN_IP = 4789, 4


@dataclass(frozen=True)
class Policy:
    """An enforced policy: its key, its place, whom it selects for which directions, and its resolved rules."""

    kind: str
    namespace: str
    name: str
    tier: str
    order: float
    subject: selector.Node
    rules: Mapping[str, Sequence[Rule]]

    def applies(self, labels: Labels, direction: str) -> bool:
        """Tell whether the policy selects an endpoint for a direction (5.3)."""
        return direction in self.rules and self.subject.matches(labels)


@dataclass(frozen=True)
class Tier:
    """A tier with its default action and its policies in order."""

    name: str
    order: float
    default_action: str
    policies: tuple[Policy, ...]


def evaluate(
    documents: Iterable[Document], cluster: Cluster, probe: Probe, settings: Mapping[str, Any] | None = None
) -> Verdict:
    """Give the verdict ("allow", "deny" or "unknown") of one probe, and whether a Log rule matched on the way."""
    return Calico(documents, cluster, settings).verdict(probe)


class Calico:
    """The documents resolved against one cluster."""

    def __init__(
        self, documents: Iterable[Document], cluster: Cluster, settings: Mapping[str, Any] | None = None
    ) -> None:
        self.cluster = cluster
        self.settings = cluster.settings if settings is None else settings
        things = things_of(documents)
        world = World(entities_of(things, cluster), services_of(things, cluster))
        defaulting = self.settings.get("typesDefaulting", "go")
        policies = [item for thing in things for item in policy_of(thing, world, defaulting)]
        self.tiers = tiers_of(things, policies, self.settings.get("tieBreak", "3.32"))

    def verdict(self, probe: Probe) -> Verdict:
        """Judge one probe."""
        subject = self.cluster.pods.get(probe.subject)
        packet = self.packet_of(probe)
        if subject is None or packet is None or not is_endpoint(subject) or packet.source == packet.destination:
            return "unknown", False  # no endpoint of Calico's, no address, or a pod talking to itself (5.8)
        own_node = self.is_own_node(subject, packet.source if probe.direction == "ingress" else packet.destination)
        if probe.direction == "ingress" and own_node:
            return "allow", False  # 5.8: the host's own traffic to its pods is never policed
        if probe.direction == "egress" and self.is_tunnel(packet):
            return "deny", False
        try:
            action, logged = self.decide(pod_labels(self.cluster, subject), probe.direction, packet)
        except Undecided:
            return "unknown", False
        if own_node and self.settings.get("defaultEndpointToHostAction", "Accept") == "Drop":
            action = "deny"  # 5.8; Return goes on to the host's own rules, taken as accepting
        return action, logged

    def packet_of(self, probe: Probe) -> Packet | None:
        """Make the packet of a probe; None if an end has no address of the family."""
        family, subject = family_of(probe), self.cluster.pods.get(probe.subject)
        own = next((ip for ip in subject.ips if ip.version == family), None) if subject else None
        peer = address_of(self.cluster, probe.peer, family)
        if own is None or peer is None:
            return None
        source, destination = (peer, own) if probe.direction == "ingress" else (own, peer)
        return Packet(
            source=source,
            destination=destination,
            protocol=protocol_number(probe.protocol),
            port=probe.port,
            source_port=probe.source_port,
            icmp_type=probe.icmp_type,
            icmp_code=probe.icmp_code,
        )

    def is_own_node(self, subject: Pod, address: object) -> bool:
        """Tell whether an address is that of the subject's own node."""
        node = self.cluster.nodes.get(subject.node)
        return node is not None and address in node.ips

    def is_tunnel(self, packet: Packet) -> bool:
        """Tell whether the packet of a pod is dropped before policy: VXLAN or IP-in-IP (5.8)."""
        vxlan = packet.protocol == PROTOCOLS["udp"] and packet.port == VXLAN
        return (vxlan and not self.settings.get("allowVXLANPacketsFromWorkloads")) or (
            packet.protocol == IP_IN_IP and not self.settings.get("allowIPIPPacketsFromWorkloads")
        )

    def decide(self, labels: Labels, direction: str, packet: Packet) -> Verdict:
        """Walk the tiers (5.4)."""
        logged = False
        for tier in self.tiers:
            policies = [policy for policy in tier.policies if policy.applies(labels, direction)]
            if not policies:
                continue
            action = tier.default_action
            for rule in matching(policies, direction, packet):
                if rule.action != "Log":
                    action = rule.action
                    break
                logged = True
            if action != "Pass":
                return ("allow" if action == "Allow" else "deny"), logged
        return "allow", logged  # the profile kns.<namespace> of a pod allows everything


def matching(policies: Iterable[Policy], direction: str, packet: Packet) -> Iterator[Rule]:
    """List the rules that match, in order."""
    return (rule for policy in policies for rule in policy.rules[direction] if rule.matches(packet))


def tiers_of(things: Iterable[Thing], policies: Sequence[Policy], tie_break: str) -> list[Tier]:
    """Sort tiers (5.1) and the policies inside them (5.2); a tier that does not exist comes last and denies."""
    known = {
        thing.name: (float(_or(thing.spec.get("order"), 1e6)), thing.spec.get("defaultAction") or "Deny")
        for thing in things
        if (thing.group, thing.kind) == ("projectcalico.org", "Tier")
    } | BUILT_IN_TIERS
    missing = {policy.tier: (math.inf, "Deny") for policy in policies if policy.tier not in known}
    tiers = []
    for name, (order, action) in {**known, **missing}.items():
        inside = [policy for policy in policies if policy.tier == name]
        inside.sort(key=lambda policy: (policy.order, tie_key(policy, tie_break)))
        tiers.append(Tier(name, order, action, tuple(inside)))
    return sorted(tiers, key=lambda tier: (tier.name in missing, tier.order, tier.name.encode()))


def tie_key(policy: Policy, tie_break: str) -> bytes:
    """Write the string that decides between equal orders (5.2)."""
    if tie_break != "3.31":
        return f"{policy.name}/{policy.namespace}/{policy.kind}".encode()
    if policy.kind == "KubernetesNetworkPolicy":
        return f"{policy.namespace}/knp.default.{policy.name}".encode()
    prefixed = policy.name if policy.name.startswith(f"{policy.tier}.") else f"{policy.tier}.{policy.name}"
    return (f"{policy.namespace}/{prefixed}" if policy.namespace else prefixed).encode()


def policy_of(thing: Thing, world: World, defaulting: str) -> list[Policy]:
    """Resolve a document to its policy; none if it is no policy that pods feel."""
    kind = POLICIES.get((thing.group, thing.kind))
    spec = specification(thing, kind)
    if kind is None or spec is None or spec.get("doNotTrack") or spec.get("preDNAT"):
        return []  # 5.9: untracked and pre-DNAT policies do not exist for pods
    try:
        rules = {
            name.lower(): [rule_of(rule, thing.namespace, world) for rule in spec.get(name.lower()) or []]
            for name in types_of(thing, kind, spec, defaulting)
        }
        subject = subject_of(spec, thing.namespace)
    except selector.SelectorError:
        return []
    tier, order = spec.get("tier") or "default", float(_or(spec.get("order"), math.inf))
    return [Policy(kind, thing.namespace, thing.name, tier, order, subject, rules)]


def specification(thing: Thing, kind: str | None) -> Document | None:
    """Give the spec in Calico's own terms (section 7); None if Calico skips the policy."""
    if kind == "KubernetesNetworkPolicy":
        return convert.network_policy(thing.spec)
    return convert.cluster_network_policy(thing.spec) if kind == "KubernetesClusterNetworkPolicy" else thing.spec


def types_of(thing: Thing, kind: str, spec: Document, defaulting: str) -> list[str]:
    """Give the directions, defaulted by the path that the document took (5.5)."""
    if spec.get("types"):
        return list(spec["types"])
    if thing.raw or kind == "KubernetesClusterNetworkPolicy":
        return ["Ingress", "Egress"]
    ingress, egress = spec.get("ingress"), spec.get("egress")
    if defaulting == "v3crd":
        ingress, egress = ingress is not None, egress is not None
    if not egress:
        return ["Ingress"]
    return ["Ingress", "Egress"] if ingress else ["Egress"]


def subject_of(spec: Document, namespace: str) -> selector.Node:
    """Build the subject's expression (4.2); all() is replaced in the text, as Calico does."""
    own, account = (spec.get("selector") or "").strip(" \t"), spec.get("serviceAccountSelector")
    selector.parse(own)
    text = f"({own})" if own else ""
    if namespace:
        text = conjunction(text, f"{NAMESPACE} == '{namespace}'")
    elif spec.get("namespaceSelector"):
        text = conjunction(text, selector.parse(spec["namespaceSelector"]).prefixed("pcns.").text())
        text = text.replace("all()", f"has({NAMESPACE})")
    if account:
        text = conjunction(text, selector.parse(account).prefixed("pcsa.").text())
        text = text if namespace else text.replace("all()", f"has({SERVICE_ACCOUNT})")
    return selector.parse(text)


def conjunction(left: str, right: str) -> str:
    """Join two texts."""
    return f"{left} && {right}" if left else right


def _or(value: Any, default: float) -> Any:
    return default if value is None else value
