"""Witnesses: a point inside the path, small, plain, and possible in a cluster."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as replace_point

from tests.semantics import CALICO
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Reach, Workloads
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING, NAMESPACE_NAME, EndsWith, Exists, In, Label, Not, Scope, Selector
from translate.model.traffic import ANY_TRAFFIC, ICMP, ICMPV6, TCP, UDP, NamedPort, PortRange, Traffic
from translate.prover.budget import Budget
from translate.prover.compare import prove
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.proof import Verdict
from translate.prover.space import Space
from translate.prover.witness import concretise, shrink

APP, ENV = Label(Scope.POD, "app"), Label(Scope.NAMESPACE, "env")


def calico(*rules: Rule, subject: Subject | None = None) -> PolicySet:
    """One policy for ingress, of namespace x or cluster-wide."""
    identity = Identity("NetworkPolicy", "x" if subject is None else None, "p")
    whom = subject or Subject(OWN_NAMESPACE, EVERYTHING)
    return PolicySet(CALICO, (Policy(identity, whom, Section(True, rules), None),))


def allow(*peers: Anyone | Workloads | Cidr, traffic: tuple[Traffic, ...] = (ANY_TRAFFIC,)) -> Rule:
    """An Allow rule."""
    return Rule(Action.ALLOW, peers or (Anyone(),), traffic)


SHUT = calico()


@pytest.mark.parametrize(
    ("traffic", "protocol", "port"),
    [
        (ANY_TRAFFIC, TCP, 80),
        (Traffic(TCP), TCP, 80),
        (Traffic(UDP), UDP, 80),
        (Traffic(TCP, PortRange(400, 500)), TCP, 443),
        (Traffic(TCP, PortRange(6000, 6001)), TCP, 6000),
        (Traffic(TCP, PortRange(1, 1)), TCP, 1),
        (Traffic(TCP, PortRange(65535, 65535)), TCP, 65535),
        (Traffic(ICMP), ICMP, None),
        (Traffic(132), 132, 80),
        (Traffic(47), 47, None),
    ],
)
def test_the_packet_is_the_most_familiar_one(traffic: Traffic, protocol: int, port: int | None) -> None:
    """Port 80 of TCP where nothing else is asked for; never port 0."""
    (example,) = prove(SHUT, calico(allow(traffic=(traffic,)))).counterexamples
    assert (example.point.protocol, example.point.port) == (protocol, port)


@pytest.mark.parametrize(
    "block", ["10.0.0.0/8", "203.0.113.10/32", "255.255.255.255/32", "2001:db8::/32", "::/0", "ffff::/16"]
)
def test_the_address_is_inside_the_range(block: str) -> None:
    """Of the family of the range, the holes left out."""
    (example,) = prove(SHUT, calico(allow(Cidr(block, (), Reach.OUTSIDE)))).counterexamples
    assert ip_address(example.point.address) in ip_network(block)
    assert example.point.peer_class is PeerClass.OUTSIDE


def test_icmp_goes_with_its_family() -> None:
    """ICMPv6 is shown with an IPv6 address only if nothing else is left to show."""
    before = calico(allow(traffic=(Traffic(TCP), Traffic(ICMPV6))))
    (example,) = prove(before, calico(allow(traffic=(Traffic(TCP),)))).counterexamples
    assert example.point.protocol == ICMPV6


def test_a_named_port_says_what_the_pod_calls_it() -> None:
    """The name belongs to the packet's protocol."""
    named = calico(allow(traffic=(Traffic(UDP, NamedPort("dns")),)))
    (example,) = prove(SHUT, named).counterexamples
    assert example.point.names == {(UDP, "dns")}
    assert example.point.protocol == UDP


@pytest.mark.parametrize(
    "namespaces",
    [
        EVERYTHING,
        Exists(ENV),
        Not(In(NAMESPACE_NAME, ("x",))),
        Not(In(NAMESPACE_NAME, ("other", "other2"))),
        EndsWith(NAMESPACE_NAME, "prod"),
    ],
)
def test_two_namespaces_of_one_class_are_two(namespaces: Selector) -> None:
    """A cluster-wide policy: both ends may be in namespaces that nobody names, or that one pattern catches."""
    everyone = Subject(namespaces, EVERYTHING)
    before = calico(allow(Workloads(namespaces, EVERYTHING)), subject=everyone)
    inside = replace(before.policies[0], ingress=Section(True, (Rule(Action.DENY, (Anyone(),), (ANY_TRAFFIC,)),)))
    proof = prove(before, PolicySet(CALICO, (inside,)))
    assert proof.verdict is Verdict.TIGHTER


def test_a_path_that_says_nothing_gives_the_plainest_point() -> None:
    """No labels, a pod of the same namespace, TCP to port 80."""
    space = Space((calico(allow(Workloads(Exists(ENV), In(APP, ("a",))))),), Direction.INGRESS, Budget())
    point = concretise(space, {})
    assert (point.peer_class, point.protocol, point.port) == (PeerClass.POD_SAME, TCP, 80)
    assert point.subject == Pod(point.subject.namespace)
    assert point.peer == point.subject


def test_shrinking_takes_labels_away_one_by_one() -> None:
    """What remains is what the condition needs; namespace labels of one namespace go at both ends."""
    labels = (("a", "1"), ("b", "2"))
    pod = Pod("x", (("env", "p"), ("team", "q")), labels)
    point = Point(Direction.INGRESS, pod, PeerClass.POD_SAME, pod, "10.0.0.1", TCP, 80, frozenset({(TCP, "http")}))

    def still(candidate: Point) -> bool:
        return ("b", "2") in candidate.subject.labels and ("env", "p") in candidate.subject.namespace_labels

    small = shrink(point, still)
    assert small.subject == Pod("x", (("env", "p"),), (("b", "2"),))
    assert small.peer == Pod("x", (("env", "p"),), ())
    assert small.names == frozenset()


ODD = Point(Direction.EGRESS, Pod("x"), PeerClass.POD_SAME, Pod("x"), "0.0.0.1", 47, None)
PLAINER = [
    # what still shows the difference, protocol, port, address
    (lambda point: True, TCP, 80, "10.244.0.10"),
    (lambda point: point.port != 80, TCP, 443, "10.244.0.10"),
    (lambda point: point.protocol != TCP, UDP, 80, "10.244.0.10"),
    (lambda point: point.protocol == 47, 47, None, "10.244.0.10"),
    (lambda point: not point.address.startswith("10."), TCP, 80, "172.16.0.10"),
    (lambda point: point.address == "0.0.0.1", TCP, 80, "0.0.0.1"),
]


@pytest.mark.parametrize(("still", "protocol", "port", "address"), PLAINER)
def test_a_packet_that_tells_more_is_taken(
    still: Callable[[Point], bool], protocol: int, port: int | None, address: str
) -> None:
    """A pod's address and TCP, where these show the difference as well."""
    small = shrink(ODD, still)
    assert (small.protocol, small.port, small.address) == (protocol, port, address)


def test_a_familiar_packet_stays() -> None:
    dns = replace_point(ODD, protocol=UDP, port=53, address="10.244.1.10")
    assert shrink(dns, lambda point: point.port == 53).port == 53
