"""From a cluster and a probe, as the vectors tell them, to the point of the prover's world."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tests.reference.world import Cluster, Peer, Pod, Probe, address_of, family_of
from translate.model.peers import Fqdn
from translate.model.policy import Direction, PolicySet
from translate.model.traffic import PROTOCOL_NUMBERS, WITH_PORTS
from translate.verify import point as model

FULL = os.environ.get("NETPOL_FULL") == "1"
"""Whether everything is asked for, instead of a sample that takes seconds."""

NUMBERS = {**PROTOCOL_NUMBERS, "UDPLite": 136}
FINISHED = ("Succeeded", "Failed")


def is_endpoint(pod: Pod) -> bool:
    """Whether policies can see a pod: not on the host's network, not finished."""
    return not pod.host_network and pod.phase not in FINISHED


def point_of(cluster: Cluster, probe: Probe, fqdns: Iterable[str] = ()) -> model.Point | None:
    """The point of a probe; None where nothing is judged: the subject is no endpoint, or talks to itself.

    ``fqdns``: patterns of DNS names; those that stand for the peer's address by the cluster's ``dns`` are kept.
    """
    subject = cluster.pods[probe.subject]
    family = 6 if probe.protocol == "ICMPv6" else family_of(probe)
    peer, node = _other_end(cluster, probe.peer, family)
    if not is_endpoint(subject) or peer is subject:
        return None
    address = address_of(cluster, probe.peer, family)
    if address is None:
        raise ValueError(f"{probe.peer} has no address of family {family}")
    if peer is not None:
        same = peer.namespace == subject.namespace
        peer_class = model.PeerClass.POD_SAME if same else model.PeerClass.POD_OTHER
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
        fqdns=frozenset(p for p in fqdns if outside and _stands_for(cluster, p, str(address))),
    )


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


def _pod(cluster: Cluster, pod: Pod) -> model.Pod:
    labels = cluster.namespaces.get(pod.namespace, {})
    return model.Pod(pod.namespace, tuple(labels.items()), tuple(pod.labels.items()))


def _stands_for(cluster: Cluster, pattern: str, address: str) -> bool:
    names = [name for name, addresses in (cluster.settings.get("dns") or {}).items() if address in addresses]
    if pattern.startswith("*."):
        return any(name.endswith(pattern[1:]) for name in names)
    return pattern in names
