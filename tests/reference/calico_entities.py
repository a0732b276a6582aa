"""What Calico's rules refer to: labelled entities with addresses, Services, networks, ports (calico.md 1.5, 4.1, 6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.reference.calico_documents import Document, Thing
from tests.reference.world import Address, Cluster, Labels, NamedPort, Pod

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Endpoint = tuple[Address, int, int]

NAMESPACE = "projectcalico.org/namespace"
ORCHESTRATOR = "projectcalico.org/orchestrator"
SERVICE_ACCOUNT = "projectcalico.org/serviceaccount"
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132, "udplite": 136}


@dataclass(frozen=True)
class Entity:
    """Something with labels and addresses: a pod, a host endpoint, a network set (4.1)."""

    labels: Labels
    nets: tuple[Network, ...]
    ports: tuple[NamedPort, ...] = ()

    def owns(self, address: Address) -> bool:
        """Tell whether the address is one of this entity's."""
        return within(address, self.nets)


@dataclass(frozen=True)
class World:
    """All that rules refer to: the entities and the endpoints of each Service, by (namespace, name)."""

    entities: tuple[Entity, ...]
    services: Mapping[tuple[str, str], tuple[Endpoint, ...]]


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


def pod_labels(cluster: Cluster, pod: Pod) -> dict[str, str]:
    """Give the labels of a pod's endpoint: its own, Calico's, and those inherited from its profiles (4.1)."""
    own = {key: value for key, value in pod.labels.items() if not key.startswith(("pcns.", "pcsa."))}
    account = pod.service_account
    return {
        **own,
        **namespace_labels(cluster, pod.namespace),
        **account_labels(cluster, pod.namespace, account),
        NAMESPACE: pod.namespace,
        ORCHESTRATOR: "k8s",
        SERVICE_ACCOUNT: account,
    }


def namespace_labels(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Give what the profile kns.<namespace> passes on."""
    labels = {**cluster.namespaces.get(namespace, {}), "projectcalico.org/name": namespace}
    return {f"pcns.{key}": value for key, value in labels.items()}


def account_labels(cluster: Cluster, namespace: str, account: str) -> dict[str, str]:
    """Give what the profile ksa.<namespace>.<account> passes on."""
    labels = {**cluster.service_accounts.get(f"{namespace}/{account}", {}), "projectcalico.org/name": account}
    return {f"pcsa.{key}": value for key, value in labels.items()}


def is_endpoint(pod: Pod) -> bool:
    """Tell whether Calico knows the pod: not on the host's network, not finished (4.1)."""
    return not pod.host_network and pod.phase not in ("Succeeded", "Failed")


def networks(items: Iterable[str] | None) -> tuple[Network, ...]:
    """Read CIDRs; bare addresses are single ones, host bits are masked, what cannot be read is skipped (6.4, 1.5)."""
    return tuple(net for net in map(network, items or ()) if net is not None)


def network(text: str) -> Network | None:
    """Read one CIDR or address; None if it is neither."""
    address, slash, length = str(text).partition("/")
    if "%" in address or (slash and not length.isdecimal()):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def within(address: Address, nets: Iterable[Network]) -> bool:
    """Tell whether one of the networks (of either family) holds the address."""
    return any(address in net for net in nets)


def of_family(nets: Iterable[Network], family: int) -> tuple[Network, ...]:
    """Keep the networks of one family."""
    return tuple(net for net in nets if net.version == family)


def protocol_number(value: int | str) -> int:
    """Give the number of a protocol, named in either case or numbered (2.2)."""
    return int(value) if str(value).isdecimal() else PROTOCOLS[str(value).lower()]


def port_range(value: int | str) -> tuple[int, int] | None:
    """Read 80, "80" or "8000:8010"; a named port gives None (2.4)."""
    low, colon, high = str(value).partition(":")
    if not low.isdecimal() or (colon and not high.isdecimal()):
        return None
    return int(low), int(high or low)
