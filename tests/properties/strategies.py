"""Random Kubernetes policies and clusters from small pools of constants, so that they meet each other often."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.prover.points import FULL
from tests.reference.world import Cluster, Peer, Probe, cluster_from

Document = dict[str, Any]

NAMESPACES = ("x", "y", "z")
VALUES = ("a", "b", "ab", "")
KEYS = ("app", "tier")
BLOCKS = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "::/0", "fd00::/8", "fd00:1::/32")
HOLES = {
    "0.0.0.0/0": ("10.0.0.0/8", "10.1.2.0/24"),
    "10.0.0.0/8": ("10.1.0.0/16", "10.1.2.3/32"),
    "10.1.0.0/16": ("10.1.2.0/24",),
    "::/0": ("fd00::/8",),
}
NUMBERS = (80, 81, 90, 443)


def effort(examples: int) -> settings:
    """So many examples, the same in every run; twenty times as many with NETPOL_FULL=1."""
    return settings(
        max_examples=examples * (20 if FULL else 1),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def some(items: st.SearchStrategy[Any], least: int, most: int) -> st.SearchStrategy[list[Any]]:
    """A short list."""
    return st.lists(items, min_size=least, max_size=most)


# ---- Kubernetes documents


@cache
def label_selectors(keys: tuple[str, ...]) -> st.SearchStrategy[Document]:
    """A LabelSelector; often empty."""
    values = st.sampled_from(VALUES)
    one = st.builds(
        lambda key, operator, given: {"key": key, "operator": operator, "values": sorted(given)},
        st.sampled_from(keys),
        st.sampled_from(["In", "NotIn"]),
        st.sets(values, min_size=1, max_size=2),
    )
    other = st.builds(
        lambda key, operator: {"key": key, "operator": operator},
        st.sampled_from(keys),
        st.sampled_from(["Exists", "DoesNotExist"]),
    )
    return st.one_of(
        st.just({}),
        st.builds(lambda key, value: {"matchLabels": {key: value}}, st.sampled_from(keys), values),
        st.builds(lambda terms: {"matchExpressions": terms}, some(one | other, 1, 2)),
    )


NAMESPACE_SELECTORS = st.one_of(
    label_selectors(("env",)),
    st.builds(
        lambda operator, names: {
            "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": operator, "values": sorted(names)}]
        },
        st.sampled_from(["In", "NotIn"]),
        st.sets(st.sampled_from(NAMESPACES), min_size=1, max_size=2),
    ),
)


@st.composite
def blocks(draw: st.DrawFn) -> Document:
    """An ipBlock peer."""
    cidr = draw(st.sampled_from(BLOCKS))
    holes = draw(st.sets(st.sampled_from(HOLES[cidr]), max_size=2)) if cidr in HOLES else ()
    return {"ipBlock": {"cidr": cidr, **({"except": sorted(holes)} if holes else {})}}


PEERS = st.one_of(
    st.builds(lambda pods: {"podSelector": pods}, label_selectors(KEYS)),
    st.builds(lambda namespaces: {"namespaceSelector": namespaces}, NAMESPACE_SELECTORS),
    st.builds(
        lambda namespaces, pods: {"namespaceSelector": namespaces, "podSelector": pods},
        NAMESPACE_SELECTORS,
        label_selectors(KEYS),
    ),
    blocks(),
)
PROTOCOLS = st.sampled_from(["TCP", "TCP", "UDP", "SCTP"])
PORTS = st.one_of(
    st.builds(lambda port, protocol: {"port": port, "protocol": protocol}, st.sampled_from(NUMBERS), PROTOCOLS),
    st.builds(lambda protocol: {"port": 80, "endPort": 90, "protocol": protocol}, PROTOCOLS),
    st.builds(lambda name, protocol: {"port": name, "protocol": protocol}, st.sampled_from(["http", "dns"]), PROTOCOLS),
    st.builds(lambda protocol: {"protocol": protocol}, PROTOCOLS),
)


@cache
@st.composite
def rules(draw: st.DrawFn, word: str) -> Document:
    """One rule; ``word`` is from or to."""
    peers, ports = draw(some(PEERS, 0, 2)), draw(some(PORTS, 0, 2))
    return {**({word: peers} if peers else {}), **({"ports": ports} if ports else {})}


@cache
@st.composite
def network_policy(draw: st.DrawFn, name: str) -> Document:
    """A valid NetworkPolicy."""
    types = draw(st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]))
    spec: Document = {"podSelector": draw(label_selectors(KEYS)), "policyTypes": types}
    for kind, word in (("Ingress", "from"), ("Egress", "to")):
        if kind in types:
            spec[kind.lower()] = draw(some(rules(word), 0, 2))
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": draw(st.sampled_from(NAMESPACES[:2]))},
        "spec": spec,
    }


@st.composite
def network_policies(draw: st.DrawFn, most: int = 3) -> list[Document]:
    """A few NetworkPolicies."""
    return [draw(network_policy(f"p{number}")) for number in range(draw(st.integers(1, most)))]


@st.composite
def mutated(draw: st.DrawFn, documents: list[Document]) -> list[Document]:
    """The documents with a piece replaced, added or taken away."""
    changed = [{**document, "spec": dict(document["spec"])} for document in documents]
    spec = draw(st.sampled_from(changed))["spec"]
    direction, word = draw(st.sampled_from([("ingress", "from"), ("egress", "to")]))
    given = list(spec.get(direction, []))
    match draw(st.integers(0, 5)):
        case 0 if given:
            given.pop(draw(st.integers(0, len(given) - 1)))
        case 1 if given:
            place = draw(st.integers(0, len(given) - 1))
            given[place] = {**given[place], word: [*given[place].get(word, []), draw(PEERS)]}
        case 2 if given:
            place = draw(st.integers(0, len(given) - 1))
            given[place] = {**given[place], "ports": [*given[place].get("ports", []), draw(PORTS)]}
        case 3:
            spec["podSelector"] = draw(label_selectors(KEYS))
        case 4 if len(changed) > 1:
            changed.pop()
        case _:
            given.append(draw(rules(word)))
    if direction.capitalize() in spec["policyTypes"]:
        spec[direction] = given
    return changed


# ---- clusters and probes for the reference interpreters


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    """Three namespaces, two nodes, six pods of both families."""
    labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
    ports = st.lists(
        st.builds(
            lambda name, port, protocol: {"name": name, "port": port, "protocol": protocol},
            st.sampled_from(["http", "dns"]),
            st.sampled_from(NUMBERS),
            PROTOCOLS,
        ),
        max_size=2,
        unique_by=lambda item: item["name"],
    )
    pods = [
        {
            "namespace": namespace,
            "name": f"{namespace}{number}",
            "labels": draw(labels),
            "node": draw(st.sampled_from(["n1", "n2"])),
            "ips": [f"10.1.{place}.{number + 3}", f"fd00:{place}::{number + 1}"],
            "ports": draw(ports),
        }
        for place, namespace in enumerate(NAMESPACES, 1)
        for number in range(2)
    ]
    env = st.dictionaries(st.just("env"), st.sampled_from(VALUES))
    return cluster_from(
        {
            "namespaces": {name: {"labels": draw(env)} for name in NAMESPACES},
            "nodes": {"n1": {"ips": ["10.1.2.200", "fd00:1::200"]}, "n2": {"ips": ["172.18.0.3", "fd00:18::3"]}},
            "pods": pods,
        }
    )


@st.composite
def probes(draw: st.DrawFn, cluster: Cluster) -> Probe:
    """One probe between two different ends."""
    subject = draw(st.sampled_from(sorted(cluster.pods)))
    others = [Peer("pod", key) for key in sorted(cluster.pods) if key != subject]
    others += [Peer("node", "n1"), Peer("node", "n2")]
    others += [Peer("ip", text) for text in ("10.1.9.9", "10.9.9.9", "8.8.8.8", "fd00:9::1", "2001:db8::1")]
    peer = draw(st.sampled_from(others))
    direction = draw(st.sampled_from(["ingress", "egress"]))
    family = (6 if ":" in peer.value else 4) if peer.kind == "ip" else draw(st.sampled_from([4, 6]))
    protocol = draw(st.sampled_from(["TCP", "TCP", "UDP", "SCTP", "ICMP" if family == 4 else "ICMPv6"]))
    if protocol.startswith("ICMP"):
        echo = 8 if family == 4 else 128
        return Probe(direction, subject, peer, protocol, icmp_type=echo, icmp_code=0, family=family)
    return Probe(direction, subject, peer, protocol, draw(st.sampled_from([*NUMBERS, 85, 7777])), family=family)
