"""The world that the reference interpreters judge: a cluster and the probes sent through it.

The shapes are those of the oracles' interface (shared/judge/INTERFACE.md); nothing here knows any policy language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

Labels = Mapping[str, str]
Address = IPv4Address | IPv6Address
NAMESPACE_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class NamedPort:
    """A container port with a name."""

    name: str
    port: int
    protocol: str = "TCP"


@dataclass(frozen=True)
class Pod:
    """A pod: what it is called, how it is labelled, where it runs and what its ports are named."""

    namespace: str
    name: str
    labels: Labels = field(default_factory=dict)
    ips: tuple[Address, ...] = ()
    node: str = ""
    ports: tuple[NamedPort, ...] = ()
    service_account: str = "default"
    host_network: bool = False
    phase: str = "Running"
    cluster: str = ""

    @property
    def key(self) -> str:
        """Give "namespace/name"."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Node:
    """A node of the cluster."""

    name: str
    ips: tuple[Address, ...] = ()
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True)
class Cluster:
    """Namespaces (name -> labels), nodes, service accounts ("ns/name" -> labels) and pods ("ns/name" -> pod)."""

    namespaces: Mapping[str, Labels] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    pods: Mapping[str, Pod] = field(default_factory=dict)
    service_accounts: Mapping[str, Labels] = field(default_factory=dict)
    name: str = "default"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """The other end of a probe: kind is "pod", "ip", "node" or "reserved"; value names it."""

    kind: str
    value: str


@dataclass(frozen=True)
class Probe:
    """One direction of a new connection, judged at the subject; the port is the destination's."""

    direction: str
    subject: str
    peer: Peer
    protocol: str | int = "TCP"
    port: int | None = None
    source_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    family: int | None = None


def cluster_from(data: Mapping[str, Any]) -> Cluster:
    """Read the `cluster` object of an oracle request or of a vector."""
    pods = [pod_from(item) for item in data.get("pods") or []]
    names = {**{pod.namespace: {} for pod in pods}, **(data.get("namespaces") or {})}
    return Cluster(
        namespaces={name: {**(item.get("labels") or {}), NAMESPACE_NAME: name} for name, item in names.items()},
        nodes={name: node_from(name, item) for name, item in (data.get("nodes") or {}).items()},
        pods={pod.key: pod for pod in pods},
        service_accounts={k: v.get("labels") or {} for k, v in (data.get("serviceAccounts") or {}).items()},
        name=data.get("name") or "default",
        settings=data.get("settings") or {},
    )


def node_from(name: str, data: Mapping[str, Any]) -> Node:
    """Read one node."""
    return Node(name, _addresses(data.get("ips")), data.get("labels") or {})


def pod_from(data: Mapping[str, Any]) -> Pod:
    """Read one pod."""
    ports = tuple(NamedPort(p["name"], p["port"], p.get("protocol") or "TCP") for p in data.get("ports") or [])
    return Pod(
        namespace=data["namespace"],
        name=data["name"],
        labels=data.get("labels") or {},
        ips=_addresses(data.get("ips")),
        node=data.get("node") or "",
        ports=ports,
        service_account=data.get("serviceAccount") or "default",
        host_network=bool(data.get("hostNetwork")),
        phase=data.get("phase") or "Running",
        cluster=data.get("cluster") or "",
    )


def probe_from(data: Mapping[str, Any]) -> Probe:
    """Read one probe."""
    ((kind, value),) = data["peer"].items()
    return Probe(
        direction=data["direction"],
        subject=data["subject"],
        peer=Peer(kind, str(value)),
        protocol=data.get("protocol", "TCP"),
        port=data.get("port"),
        source_port=data.get("sourcePort"),
        icmp_type=data.get("icmpType"),
        icmp_code=data.get("icmpCode"),
        family=data.get("family"),
    )


def family_of(probe: Probe) -> int:
    """Tell the IP version of a probe: what it says, else that of the peer's address, else 4."""
    if probe.family is not None:
        return probe.family
    return ip_address(probe.peer.value).version if probe.peer.kind == "ip" else 4


def addresses_of(cluster: Cluster, peer: Peer) -> tuple[Address, ...]:
    """List the addresses of a peer, of both families."""
    match peer.kind:
        case "ip":
            return (ip_address(peer.value),)
        case "pod":
            return cluster.pods[peer.value].ips
        case "node":
            return cluster.nodes[peer.value].ips
        case _:
            return ()


def address_of(cluster: Cluster, peer: Peer, family: int) -> Address | None:
    """Give the first address of a peer in one family, or None."""
    return next((ip for ip in addresses_of(cluster, peer) if ip.version == family), None)


def _addresses(items: list[str] | None) -> tuple[Address, ...]:
    return tuple(ip_address(item) for item in items or [])
