"""A cluster as a plan of probes makes it, for the interpreters that share nothing with the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from tests.reference import calico, cilium, kubernetes, world
from tests.reference.world import Cluster, NamedPort, Peer
from translate import Means, Probe, ProbePlan, ProbePod
from translate.model.traffic import PROTOCOL_NAMES

DNS = world.Pod(
    "kube-system",
    "coredns",
    {"k8s-app": "kube-dns", "pod-template-hash": "5d78c9869d"},
    (ip_address("10.244.9.9"),),
    "node-1",
    (NamedPort("dns", 53, "UDP"), NamedPort("dns-tcp", 53, "TCP")),
)
Document = Mapping[str, Any]


def cluster(plan: ProbePlan, labels: Mapping[str, Mapping[str, str]] | None = None) -> Cluster:
    """The pods of a plan and the cluster's DNS; ``labels``: those of namespaces, beside what the plan says."""
    pods = [*(as_pod(one, f"10.244.1.{number}") for number, one in enumerate(plan.pods, 1)), DNS]
    spaces = {one.name: {**(labels or {}).get(one.name, {}), **dict(one.labels)} for one in plan.namespaces}
    spaces.setdefault("kube-system", {})
    return Cluster(
        {name: {**found, world.NAMESPACE_NAME: name} for name, found in spaces.items()},
        {"node-1": world.Node("node-1", (ip_address("172.18.0.2"),))},
        {pod.key: pod for pod in pods},
        {f"{pod.namespace}/{pod.service_account}": {} for pod in pods},
        settings={"nodeSelectorLabels": True},
    )


def as_pod(one: ProbePod, address: str) -> world.Pod:
    ports = tuple(NamedPort(name, port, PROTOCOL_NAMES[protocol]) for protocol, name, port in one.named_ports)
    key = (ip_address(address),)
    return world.Pod(one.namespace, one.name, dict(one.labels), key, "node-1", ports, one.account)


def is_let_through(dialect: str, documents: Sequence[Document], there: Cluster, probe: Probe) -> bool:
    """What comes of a probe, at both of its ends."""
    client = f"{probe.client.namespace}/{probe.client.name}"
    server = f"{probe.server.namespace}/{probe.server.name}" if probe.server is not None else DNS.key
    to = Peer("ip", probe.outside) if probe.means is Means.OUTSIDE else Peer("pod", server)
    protocol = PROTOCOL_NAMES[probe.protocol]
    ends = [world.Probe("egress", client, to, protocol, probe.port)]
    if probe.means is not Means.OUTSIDE:
        ends.append(world.Probe("ingress", server, Peer("pod", client), protocol, probe.port))
    return all(judged(dialect, documents, there, end) for end in ends)


def judged(dialect: str, documents: Sequence[Document], there: Cluster, probe: world.Probe) -> bool:
    match dialect:
        case "kubernetes":
            return kubernetes.allowed(documents, there, probe)
        case "calico":
            return calico.evaluate(documents, there, probe)[0] == "allow"
        case _:
            return cilium.verdict(documents, there, probe) == "allow"
