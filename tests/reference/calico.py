"""A plain interpreter of Calico policy, written from the semantics document alone: verdicts straight from manifests.

`evaluate(documents, cluster, probe, settings)` answers for one probe; `Calico(documents, cluster, settings)` resolves
the documents once and answers many. Section numbers are those of shared/semantics/calico.md.

Documents that Calico's validation refuses are the caller's to drop. A policy with a selector that cannot be parsed
is absent: it is refused on one path and dropped by Felix on the other (section 2).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference import calico_convert as convert
from tests.reference import calico_selector as selector
from tests.reference.calico_rules import (
    NAMESPACE,
    PROTOCOLS,
    SERVICE_ACCOUNT,
    Endpoint,
    Entity,
    Packet,
    Rule,
    Undecided,
    World,
    account_labels,
    is_endpoint,
    namespace_labels,
    networks,
    pod_labels,
    port_range,
    protocol_number,
    rule_of,
)
from tests.reference.world import Cluster, Labels, NamedPort, Pod, Probe, address_of, family_of

Document = Mapping[str, Any]
Verdict = tuple[str, bool]

POLICIES = {  # kind in Calico's keys (5.2) by the document's group and kind; whatever is not here enforces nothing
    ("projectcalico.org", "NetworkPolicy"): "NetworkPolicy",
    ("projectcalico.org", "GlobalNetworkPolicy"): "GlobalNetworkPolicy",
    ("networking.k8s.io", "NetworkPolicy"): "KubernetesNetworkPolicy",
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): "KubernetesClusterNetworkPolicy",
}
CLUSTER_SCOPED = ("GlobalNetworkPolicy", "ClusterNetworkPolicy", "GlobalNetworkSet", "HostEndpoint", "Tier", "Profile")
BUILT_IN_TIERS = {"kube-admin": (1000.0, "Pass"), "default": (1e6, "Deny"), "kube-baseline": (1e7, "Pass")}  # 1.4
RAW = "crd.projectcalico.org"
METADATA = "projectcalico.org/metadata"
VXLAN, IP_IN_IP = 4789, 4


@dataclass(frozen=True)
class Thing:
    """A document with what its envelope says: group, kind, namespace ("" if cluster-scoped), name, labels, spec."""

    group: str
    raw: bool
    kind: str
    namespace: str
    name: str
    labels: Labels
    spec: Document


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


def entities_of(things: Iterable[Thing], cluster: Cluster) -> tuple[Entity, ...]:
    """List everything with labels and addresses (4.1)."""
    found = [
        Entity(pod_labels(cluster, pod), networks(map(str, pod.ips)), pod.ports)
        for pod in cluster.pods.values()
        if is_endpoint(pod)
    ]
    profiles = {thing.name: thing.spec.get("labelsToApply") or {} for thing in things if thing.kind == "Profile"}
    for thing in things:
        if thing.kind == "NetworkSet":
            inherited = namespace_labels(cluster, thing.namespace)
            labels = {**inherited, **thing.labels, NAMESPACE: thing.namespace}
            found.append(Entity(labels, networks(thing.spec.get("nets"))))
        elif thing.kind == "GlobalNetworkSet":
            found.append(Entity(thing.labels, networks(thing.spec.get("nets"))))
        elif thing.kind == "HostEndpoint":
            found.append(host_endpoint(thing, cluster, profiles))
    return tuple(found)


def host_endpoint(thing: Thing, cluster: Cluster, profiles: Mapping[str, Labels]) -> Entity:
    """Make the entity of a host endpoint: only expectedIPs are its addresses (1.5), profiles pass labels on (4.1)."""
    inherited: dict[str, str] = {}
    for name in thing.spec.get("profiles") or []:
        prefix, _, rest = name.partition(".")
        if prefix == "kns":
            inherited |= namespace_labels(cluster, rest)
        elif prefix == "ksa":
            namespace, _, account = rest.partition(".")
            inherited |= account_labels(cluster, namespace, account)
        else:
            inherited |= profiles.get(name, {})
    ports = tuple(NamedPort(item["name"], item["port"], item["protocol"]) for item in thing.spec.get("ports") or [])
    return Entity({**inherited, **thing.labels}, networks(thing.spec.get("expectedIPs")), ports)


def services_of(things: Iterable[Thing], cluster: Cluster) -> dict[tuple[str, str], tuple[Endpoint, ...]]:
    """Expand each Service to the addresses and target ports of the pods that it selects (6.6)."""
    found = {}
    for thing in things:
        wanted = (thing.spec.get("selector") or {}) if (thing.group, thing.kind) == ("", "Service") else {}
        pods = [
            pod
            for pod in cluster.pods.values()
            if wanted and pod.namespace == thing.namespace and wanted.items() <= pod.labels.items()
        ]
        if wanted:
            ends = [end for pod in pods for item in thing.spec.get("ports") or [] for end in endpoints(pod, item)]
            found[thing.namespace, thing.name] = tuple(ends)
    return found


def endpoints(pod: Pod, port: Document) -> list[Endpoint]:
    """List address, protocol and number of one port of a Service at one pod."""
    protocol, target = port.get("protocol") or "TCP", port.get("targetPort") or port["port"]
    numbers = [item.port for item in pod.ports if (item.name, item.protocol) == (target, protocol)]
    low_high = port_range(target)
    if low_high:
        numbers = [low_high[0]]
    return [(ip, protocol_number(protocol), number) for ip in pod.ips for number in numbers]


def things_of(documents: Iterable[Document | None]) -> list[Thing]:
    """Read the envelopes; of two documents with one key the later counts."""
    found: dict[tuple[str, str, str, str], Thing] = {}
    for document in flatten(documents):
        thing = thing_of(document)
        found[thing.group, thing.kind, thing.namespace, thing.name] = thing
    return list(found.values())


def flatten(documents: Iterable[Document | None]) -> list[Document]:
    """Unpack Lists; the items of a typed one may leave apiVersion and kind to it."""
    found: list[Document] = []
    for document in documents:
        kind = str((document or {}).get("kind", ""))
        if document and kind.endswith("List") and isinstance(document.get("items"), list):
            head = {} if kind == "List" else {"apiVersion": document.get("apiVersion"), "kind": kind[:-4]}
            found += flatten({**head, **item} for item in document["items"] if item)
        elif document:
            found.append(document)
    return found


def thing_of(document: Document) -> Thing:
    """Read one envelope; storage documents (crd.projectcalico.org/v1) are unwrapped (1.2)."""
    group, slash, _ = str(document.get("apiVersion", "")).rpartition("/")
    metadata, spec, kind = document.get("metadata") or {}, document.get("spec") or {}, str(document.get("kind"))
    name, labels = str(metadata.get("name", "")), metadata.get("labels") or {}
    namespace = "" if kind in CLUSTER_SCOPED else metadata.get("namespace") or "default"
    if group == RAW:
        packed = json.loads((metadata.get("annotations") or {}).get(METADATA) or "{}")
        labels = {**labels, **(packed.get("labels") or {})}
        in_default = kind.endswith("NetworkPolicy") and spec.get("tier") in (None, "", "default")
        name = packed.get("name") or (name.removeprefix("default.") if in_default else name)
    public = "projectcalico.org" if group == RAW else group if slash else ""
    return Thing(public, group == RAW, kind, namespace, name, labels, spec)


def _or(value: Any, default: float) -> Any:
    return default if value is None else value
