"""A packet sent from everywhere to everywhere in a cluster, and what may be stated of the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.properties.strategies import NUMBERS, Document, clusters, some
from tests.reference.world import NAMESPACE_NAME, Cluster, Peer, Pod, Probe

OUTSIDE = ("10.1.9.9", "10.9.9.9", "8.8.8.8", "fd00:9::1", "2001:db8::1")


@dataclass(frozen=True)
class Packet:
    """What is sent, whoever the ends are; ``message`` is the type of ICMP, or of ICMPv6, and the code."""

    protocol: str | int
    port: int | None = None
    source_port: int | None = None
    message: tuple[int, int, int] = (8, 128, 0)

    def between(self, direction: str, subject: str, peer: Peer, family: int) -> Probe:
        """The packet between two ends."""
        if self.protocol != "ICMP":
            return Probe(direction, subject, peer, self.protocol, self.port, self.source_port, family=family)
        old, new, code = self.message
        name, kind = ("ICMP", old) if family == 4 else ("ICMPv6", new)
        return Probe(direction, subject, peer, name, icmp_type=kind, icmp_code=code, family=family)


PACKETS = some(
    st.one_of(
        st.builds(
            Packet,
            st.sampled_from(["TCP", "TCP", "UDP", "SCTP"]),
            st.sampled_from([*NUMBERS, 1, 79, 85, 91, 7777, 65535]),
            st.sampled_from([79, 80, 40000]),
        ),
        st.sampled_from([Packet("ICMP"), Packet("ICMP", message=(3, 1, 1)), Packet(47)]),
    ),
    1,
    3,
)


@st.composite
def worlds(draw: st.DrawFn) -> Cluster:
    """A cluster with pods of another service account, and one on its node's own network."""
    cluster = draw(clusters())
    names = st.sampled_from(["default", "default", "robot"])
    pods = {key: replace(pod, service_account=draw(names)) for key, pod in cluster.pods.items()}
    host = Pod("z", "host", {"app": "a"}, cluster.nodes["n1"].ips, "n1", host_network=True)
    return replace(cluster, pods={**pods, host.key: host})


def subjects(cluster: Cluster) -> list[str]:
    """The pods that policies can see."""
    return sorted(key for key, pod in cluster.pods.items() if not pod.host_network)


def sent(cluster: Cluster, packet: Packet) -> Iterator[Probe]:
    """The packet from every end to every other, judged at each pod, in both directions and families."""
    ends = [Peer("pod", key) for key in sorted(cluster.pods)] + [Peer("node", key) for key in sorted(cluster.nodes)]
    ends += [Peer("ip", text) for text in OUTSIDE]
    for subject in subjects(cluster):
        for peer in ends:
            families = (4, 6) if peer.kind != "ip" else (6,) if ":" in peer.value else (4,)
            for family in families if peer != Peer("pod", subject) else ():
                for direction in ("ingress", "egress"):
                    yield packet.between(direction, subject, peer, family)


@st.composite
def facts_about(draw: st.DrawFn, cluster: Cluster) -> Document | None:
    """Some of what is true of a cluster, None for nothing."""
    found: Document = {}
    if draw(st.booleans()):
        found["namespaces"] = {
            name: {key: value for key, value in labels.items() if key != NAMESPACE_NAME}
            for name, labels in cluster.namespaces.items()
        }
    if draw(st.booleans()):
        found["pods"] = [str(ip) for key in subjects(cluster) for ip in cluster.pods[key].ips]
        found["nodes"] = [str(ip) for node in cluster.nodes.values() for ip in node.ips]
    return found or None
