"""Random policies, clusters and points from small pools of constants, so that they meet each other often."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.reference.world import Cluster, Peer, Probe, cluster_from
from tests.verify.points import FULL
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Reach, Workloads
from translate.model.policy import (
    DEFAULT_TIER,
    Action,
    Direction,
    Engine,
    Identity,
    Policy,
    PolicySet,
    Rule,
    Section,
    Subject,
    Tier,
)
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Scope,
    StartsWith,
    conjunction,
    disjunction,
)
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP, WITH_PORTS, NamedPort, PortRange, Traffic
from translate.verify.point import PODS, PeerClass, Pod, Point

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
ADDRESSES = ("10.1.2.3", "10.1.2.4", "10.1.9.9", "10.9.9.9", "8.8.8.8", "fd00:1::1", "fd00:2::1", "2001:db8::1")
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


# ---- the model

POD_LABELS = tuple(Label(Scope.POD, key) for key in KEYS)
ENV = Label(Scope.NAMESPACE, "env")


@cache
def selectors(*labels: Label, patterns: bool = False) -> st.SearchStrategy[Any]:
    """Boolean expressions over ``labels``."""
    label, value = st.sampled_from(labels), st.sampled_from(VALUES)
    wanted = st.lists(value, min_size=1, max_size=2).map(tuple)
    atom: st.SearchStrategy[Any] = st.builds(In, label, wanted) | st.builds(Exists, label)
    if patterns:
        text = st.sampled_from(["a", "b", "ab", "ba"])
        atom |= st.one_of(*(st.builds(kind, label, text) for kind in (StartsWith, EndsWith, Contains)))
    tree = st.recursive(
        atom,
        lambda inner: st.one_of(
            st.builds(Not, inner), st.builds(conjunction, inner, inner), st.builds(disjunction, inner, inner)
        ),
        max_leaves=3,
    )
    return st.just(EVERYTHING) | tree


NAMES = st.builds(
    lambda names, positive: In(NAMESPACE_NAME, tuple(names)) if positive else Not(In(NAMESPACE_NAME, tuple(names))),
    st.lists(st.sampled_from(NAMESPACES), min_size=1, max_size=2),
    st.booleans(),
)


@cache
@st.composite
def ranges(draw: st.DrawFn, reach: Reach) -> Cidr:
    """An IP range."""
    cidr = draw(st.sampled_from(BLOCKS))
    holes = draw(st.sets(st.sampled_from(HOLES[cidr]), max_size=2)) if cidr in HOLES else ()
    return Cidr(cidr, tuple(sorted(holes)), reach)


@cache
def model_peers(reach: Reach, patterns: bool) -> st.SearchStrategy[Any]:
    """Any peer of a rule."""
    pods, spaces = selectors(*POD_LABELS, patterns=patterns), selectors(ENV, patterns=patterns) | NAMES
    return st.one_of(
        st.just(Anyone()),
        st.builds(Workloads, st.just(OWN_NAMESPACE), pods),
        st.builds(Workloads, spaces, pods),
        ranges(reach),
    )


@cache
def traffic(protocols: tuple[int, ...]) -> st.SearchStrategy[Traffic]:
    """Any traffic of a rule."""
    with_ports, number = st.sampled_from(WITH_PORTS), st.sampled_from(NUMBERS)
    return st.one_of(
        st.just(Traffic()),
        st.builds(Traffic, st.sampled_from(protocols)),
        st.builds(lambda protocol, port: Traffic(protocol, PortRange(port, port)), with_ports, number),
        st.builds(lambda protocol: Traffic(protocol, PortRange(80, 90)), with_ports),
        st.builds(lambda protocol: Traffic(protocol, PortRange(1, 65535)), with_ports),
        st.builds(
            lambda protocol, name: Traffic(protocol, NamedPort(name)), with_ports, st.sampled_from(["http", "dns"])
        ),
    )


@cache
def sections_of(engine: Engine, protocols: tuple[int, ...], patterns: bool) -> st.SearchStrategy[Section | None]:
    """What a policy says of one direction."""
    actions = {
        Engine.KUBERNETES: [Action.ALLOW],
        Engine.CALICO: list(Action),
        Engine.CILIUM: [Action.ALLOW, Action.ALLOW, Action.DENY],
    }[engine]
    reach = {Engine.KUBERNETES: Reach.OPEN, Engine.CALICO: Reach.ADDRESS, Engine.CILIUM: Reach.OUTSIDE}[engine]
    rule = st.builds(
        Rule,
        st.sampled_from(actions),
        some(model_peers(reach, patterns), 0, 2).map(tuple),
        some(traffic(protocols), 1, 2).map(tuple),
    )
    isolates = st.booleans() if engine is Engine.CILIUM else st.just(True)
    return st.none() | st.builds(Section, isolates, some(rule, 0, 3).map(tuple))


@st.composite
def policy_sets(
    draw: st.DrawFn,
    engine: Engine,
    protocols: tuple[int, ...] = (TCP, UDP, SCTP, ICMP, ICMPV6, 47),
    patterns: bool = True,
) -> PolicySet:
    """A few policies as values of the model: ordered rules of every action for Calico, denies for Cilium."""
    patterns = patterns and engine is Engine.CALICO
    tiers: tuple[Tier, ...] = ()
    if engine is Engine.CALICO and draw(st.booleans()):
        tiers = (Tier("early", 1.0, draw(st.sampled_from([Action.DENY, Action.PASS]))),)
    section = sections_of(engine, protocols, patterns)
    pods = selectors(*POD_LABELS, patterns=patterns)
    policies = []
    for number in range(draw(st.integers(1, 3))):
        everywhere = engine is not Engine.KUBERNETES and draw(st.integers(0, 3)) == 0
        # Rules of a cluster-wide policy have no namespace of their own.
        namespaces = draw(selectors(ENV, patterns=patterns) | NAMES) if everywhere else OWN_NAMESPACE
        sections = [draw(section) for _ in Direction]
        policies.append(
            Policy(
                Identity("NetworkPolicy", None if everywhere else draw(st.sampled_from(NAMESPACES[:2])), f"p{number}"),
                Subject(namespaces, draw(pods)),
                *[_without_own(item) if everywhere else item for item in sections],
                tier=draw(st.sampled_from(["early", DEFAULT_TIER])) if tiers else DEFAULT_TIER,
                order=draw(st.sampled_from([None, 1.0, 2.0])),
            )
        )
    return PolicySet(engine, tuple(policies), tiers)


def _without_own(section: Section | None) -> Section | None:
    if section is None:
        return None

    def kept(rule: Rule) -> Rule:
        peers = tuple(p for p in rule.peers if not (isinstance(p, Workloads) and p.namespaces == OWN_NAMESPACE))
        return Rule(rule.action, peers, rule.traffic)

    return Section(section.isolates, tuple(kept(rule) for rule in section.rules))


PROTOCOL_POOL = (TCP, TCP, UDP, SCTP, ICMP, ICMPV6, 47, 50)


def points(dice: Random, many: int) -> list[Point]:
    """Situations at random."""
    return [_point(dice) for _ in range(many)]


def _point(dice: Random) -> Point:
    names = [*NAMESPACES, "another", "third"]
    subject = Pod(dice.choice(names), _labels(dice, "env"), _labels(dice, *KEYS))
    peer_class = dice.choice([*PODS, *PODS, *PeerClass])
    peer = None
    if peer_class is PeerClass.POD_SAME:
        peer = Pod(subject.namespace, subject.namespace_labels, _labels(dice, *KEYS))
    elif peer_class is PeerClass.POD_OTHER:
        elsewhere = [name for name in names if name != subject.namespace]
        peer = Pod(dice.choice(elsewhere), _labels(dice, "env"), _labels(dice, *KEYS))
    protocol = dice.choice(PROTOCOL_POOL)
    port = dice.choice([*NUMBERS, 1, 79, 85, 91, 65535]) if protocol in WITH_PORTS else None
    direction = dice.choice(list(Direction))
    nameable = port is not None and (direction is Direction.INGRESS or peer is not None)
    called = frozenset((protocol, name) for name in ("http", "dns") if nameable and dice.random() < 0.5)
    return Point(direction, subject, peer_class, peer, dice.choice(ADDRESSES), protocol, port, called)


def _labels(dice: Random, *keys: str) -> tuple[tuple[str, str], ...]:
    values = [*VALUES, "ba", "bab", "other"]
    return tuple((key, dice.choice(values)) for key in keys if dice.random() < 0.7)
