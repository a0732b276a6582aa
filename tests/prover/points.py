"""From a cluster and a probe, as the vectors tell them, to the point of the prover's world."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from msgspec import to_builtins

from tests.reference.cilium import Agent, Flow
from tests.reference.cilium_entries import Context, Document, service_peers
from tests.reference.cilium_selectors import dotted, group_selector, pattern_regex, selects
from tests.reference.vectors import SHARED_IS_READ
from tests.reference.world import Cluster, Peer, Pod, Probe, address_of, family_of
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.dialects.cilium.unknowns import AGGREGATES, BehindServices, CidrGroups, ClusterCalled
from translate.model.conditions import Condition
from translate.model.peers import Fqdn, Opaque, parts
from translate.model.policy import Direction, PolicySet
from translate.model.traffic import PROTOCOL_NUMBERS, WITH_PORTS
from translate.model.unknowns import Labelled, OwnNodeIn, Unknown
from translate.prover import point as model
from translate.prover.settled import settled

FULL = os.environ.get("NETPOL_FULL") == "1"
"""Whether everything is asked for, instead of a sample that takes seconds."""

EVERY_CASE = FULL or not SHARED_IS_READ
"""Whether every case of the vectors is looked at: those of this repository are few enough to need no sample."""

NUMBERS = {**PROTOCOL_NUMBERS, "UDPLite": 136}
ENDPOINT_AT = {4: "10.244.0.200", 6: "fd00:244::200"}
"""Where endpoints of Cilium's own are: no policy asks."""

FINISHED = ("Succeeded", "Failed")

Services = dict[tuple[str, str], set[tuple[str, int, int | None]]]
"""What stands behind a Service, by namespace and name: addresses, protocols, ports."""


def is_endpoint(pod: Pod) -> bool:
    """Whether policies can see a pod: not on the host's network, not finished."""
    return not pod.host_network and pod.phase not in FINISHED


def point_of(
    cluster: Cluster,
    probe: Probe,
    fqdns: Iterable[str] = (),
    services: Services | None = None,
    conditions: frozenset[Condition] = frozenset(),
) -> model.Point | None:
    """The point of a probe; None where nothing is judged: the subject is no endpoint, or talks to itself.

    ``fqdns``: patterns of DNS names; those that stand for the peer's address by the cluster's ``dns`` are kept.
    ``services``: what stands behind each Service. ``conditions``: those of layer 7 that hold.
    """
    subject = cluster.pods[probe.subject]
    family = 6 if probe.protocol == "ICMPv6" else family_of(probe)
    peer, node = _other_end(cluster, probe.peer, family)
    if not is_endpoint(subject) or peer is subject:
        return None
    reserved = probe.peer.kind == "reserved"
    address = ENDPOINT_AT[family] if reserved else address_of(cluster, probe.peer, family)
    if address is None:
        raise ValueError(f"{probe.peer} has no address of family {family}")
    if peer is not None:
        same = peer.namespace == subject.namespace
        peer_class = model.PeerClass.POD_SAME if same else model.PeerClass.POD_OTHER
    elif reserved:
        peer_class = model.PeerClass[probe.peer.value.upper()]
    elif node is not None:
        peer_class = model.PeerClass.OWN_NODE if node == subject.node else model.PeerClass.OTHER_NODE
    else:
        peer_class = model.PeerClass.OUTSIDE
    protocol = probe.protocol if isinstance(probe.protocol, int) else NUMBERS[probe.protocol]
    port = probe.port if protocol in WITH_PORTS else None
    destination = subject if probe.direction == "ingress" else peer
    known = destination.ports if destination is not None else ()
    outside = peer_class is model.PeerClass.OUTSIDE
    return model.Point(
        direction=Direction(probe.direction),
        subject=_pod(cluster, subject),
        peer_class=peer_class,
        peer=_pod(cluster, peer) if peer is not None else None,
        address=str(address),
        protocol=protocol,
        port=port,
        names=frozenset((protocol, p.name) for p in known if (p.port, NUMBERS[p.protocol]) == (port, protocol)),
        node_labels=tuple(cluster.nodes[node].labels.items()) if node is not None and peer is None else (),
        source_port=(probe.source_port or 40000) if protocol in WITH_PORTS else None,
        icmp=_icmp(probe),
        conditions=conditions,
        opaque=frozenset(_behind(services or {}, str(address), protocol, port)),
        subject_address=next((str(ip) for ip in subject.ips if ip.version == family), ""),
        fqdns=frozenset(p for p in fqdns if outside and _stands_for(cluster, p, str(address))),
    )


def services_of(documents: Iterable[Mapping[str, Any]], cluster: Cluster) -> Services:
    """The addresses and target ports of the pods that each Service of ``documents`` selects."""
    found: Services = {}
    for document in documents:
        if document.get("kind") != "Service":
            continue
        metadata, spec = document["metadata"], document["spec"]
        namespace = metadata.get("namespace", "default")
        ends: set[tuple[str, int, int | None]] = set()
        for pod in cluster.pods.values():
            wanted = spec.get("selector") or {}
            if pod.namespace != namespace or not wanted or not wanted.items() <= pod.labels.items():
                continue
            for port in spec.get("ports", []):
                ends |= {(str(ip), NUMBERS[port.get("protocol", "TCP")], _target(port, pod)) for ip in pod.ips}
        found[namespace, metadata["name"]] = ends
    return found


def _target(port: Mapping[str, Any], pod: Pod) -> int | None:
    target = port.get("targetPort", port["port"])
    return target if isinstance(target, int) else next((p.port for p in pod.ports if p.name == target), None)


def _behind(services: Services, address: str, protocol: int, port: int | None) -> Iterator[Unknown]:
    for (namespace, name), ends in services.items():
        if any(end[0] == address for end in ends):
            yield ServiceEndpoints(namespace, name, with_ports=False)
        if (address, protocol, port) in ends:
            yield ServiceEndpoints(namespace, name, with_ports=True)


def patterns_of(policies: PolicySet) -> list[str]:
    """Every DNS pattern that a set of policies mentions."""
    rules = [
        rule
        for policy in policies.policies
        for section in (policy.ingress, policy.egress)
        if section is not None
        for rule in section.rules
    ]
    return [peer.pattern for rule in rules for peer in rule.peers if isinstance(peer, Fqdn)]


class Unknowns:
    """The unknown sets that Cilium policies mention, as the agent of one cluster knows them."""

    def __init__(
        self,
        policies: PolicySet,
        documents: Iterable[Document],
        cluster: Cluster,
    ) -> None:
        written_out = settled(policies).policies
        sections = [section for policy in written_out for section in (policy.ingress, policy.egress) if section]
        peers = [part for section in sections for rule in section.rules for peer in rule.peers for part in parts(peer)]
        cilium = policies.semantics.name == "cilium"
        self.sets = {part.unknown for part in peers if isinstance(part, Opaque) and cilium}
        given = list(documents)
        by_kind = {kind: tuple(d for d in given if d.get("kind") == kind) for kind in ("Service", "Endpoints")}
        self.agent = Agent([d for d in given if d.get("kind") == "CiliumCIDRGroup"], cluster)
        self.context = Context(cluster.name, self.agent.settings, by_kind["Service"], by_kind["Endpoints"])

    def around(self, probe: Probe) -> frozenset[Unknown]:
        """The sets that the peer of a probe is in."""
        return frozenset(unknown for unknown in self.sets if self._holds(probe, unknown))

    def _holds(self, probe: Probe, unknown: Unknown) -> bool:
        flow = self.agent.flow(probe)
        assert isinstance(flow, Flow)
        match unknown:
            case Labelled(label):
                return ("reserved", label.partition(":")[2], "") in flow.peer.labels
            case OwnNodeIn(block):
                own = self.agent.cluster.nodes[self.agent.cluster.pods[probe.subject].node]
                return any(address in ip_network(block) for address in own.ips)
            case ClusterCalled(names):
                return self.agent.cluster.name in names
            case CidrGroups(selector):
                return selects(group_selector({"cidrGroupSelector": to_builtins(selector)}), flow.peer.labels)
            case BehindServices(items, or_everyone):
                services = to_builtins(items)
                peers = [peer for item in services for peer in service_peers(item, None, False, self.context)]
                if not peers:
                    return or_everyone
                return any(peer.matches(flow.peer, self.agent.settings) for peer in peers)
            case _:
                return unknown == AGGREGATES


def conditions_of(policies: PolicySet) -> frozenset[Condition]:
    """Every layer 7 condition of a set of policies: vectors say what is let through if they hold."""
    sections = [section for policy in policies.policies for section in (policy.ingress, policy.egress) if section]
    found = {item.condition for section in sections for rule in section.rules for item in rule.traffic}
    return frozenset(one for one in found if one is not None and one.authentication != "test-always-fail")


def _other_end(cluster: Cluster, peer: Peer, family: int) -> tuple[Pod | None, str | None]:
    """The pod or else the node that the other end is; neither for an outside address."""
    if peer.kind == "pod":
        pod = cluster.pods[peer.value]
        return (pod, None) if is_endpoint(pod) else _owner(cluster, peer, family)
    return (None, peer.value) if peer.kind == "node" else _owner(cluster, peer, family)


def _owner(cluster: Cluster, peer: Peer, family: int) -> tuple[Pod | None, str | None]:
    if peer.kind == "pod" and cluster.pods[peer.value].host_network:
        return None, cluster.pods[peer.value].node
    address = address_of(cluster, peer, family)
    pod = next((pod for pod in cluster.pods.values() if address in pod.ips and is_endpoint(pod)), None)
    if pod is not None and peer.kind == "ip":
        return pod, None
    return None, next((node.name for node in cluster.nodes.values() if address in node.ips), None)


def _icmp(probe: Probe) -> tuple[int, int] | None:
    """What an ICMP probe sends: an echo request where it does not say."""
    if probe.protocol not in ("ICMP", "ICMPv6", 1, 58):
        return None
    echo = 8 if probe.protocol in ("ICMP", 1) else 128
    return (echo if probe.icmp_type is None else probe.icmp_type), probe.icmp_code or 0


def _pod(cluster: Cluster, pod: Pod) -> model.Pod:
    labels = cluster.namespaces.get(pod.namespace, {})
    account = cluster.service_accounts.get(f"{pod.namespace}/{pod.service_account}", {})
    accounts = (*account.items(), ("projectcalico.org/name", pod.service_account)) if pod.service_account else ()
    return model.Pod(pod.namespace, tuple(labels.items()), tuple(pod.labels.items()), accounts)


def _stands_for(cluster: Cluster, pattern: str, address: str) -> bool:
    learned = (cluster.settings.get("fqdn") or {}).get(address)
    if learned:
        return any(re.fullmatch(pattern_regex(pattern), dotted(name)) for name in learned)
    names = [name for name, addresses in (cluster.settings.get("dns") or {}).items() if address in addresses]
    if pattern.startswith("**."):
        return any(name.endswith(pattern[2:]) for name in names)
    return pattern in names
