"""Situations around one pod, by name, and what a policy lets through of them, by both interpreters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.prover.symbolic import Symbolic
from translate.api.support import load
from translate.model.conditions import Condition
from translate.model.policy import Direction
from translate.model.unknowns import Unknown
from translate.prover.evaluator import decide
from translate.prover.point import PeerClass, Pod, Point


class End(NamedTuple):
    """Somebody that the subject talks to."""

    peer_class: PeerClass
    pod: Pod | None
    address: str


class Packet(NamedTuple):
    """What opens a connection, and the (protocol, name) by which the destination, if it is a pod, calls the port."""

    protocol: int
    port: int | None = None
    names: frozenset[tuple[int, str]] = frozenset()
    source_port: int = 40000
    icmp: tuple[int, int] | None = None


def account(name: str, **labels: str) -> tuple[tuple[str, str], ...]:
    """The labels of a service account, its name among them."""
    return (("projectcalico.org/name", name), *labels.items())


WEB, DEFAULT = account("web", team="a"), account("default")
X = (("app", "x"),)
SUBJECT = Pod("shop", (), (("app", "db"),), WEB)
SUBJECT_ADDRESSES = ("10.244.0.9", "fd00:244::9")
PEERS = {
    "own x": End(PeerClass.POD_SAME, Pod("shop", (), X, WEB), "10.244.0.1"),
    "own bare": End(PeerClass.POD_SAME, Pod("shop", (), (), DEFAULT), "10.244.0.2"),
    "prod x": End(PeerClass.POD_OTHER, Pod("live", (("env", "p"),), X, account("web")), "10.244.0.3"),
    "prod bare": End(PeerClass.POD_OTHER, Pod("live", (("env", "p"),), (), DEFAULT), "10.244.0.4"),
    "test x": End(PeerClass.POD_OTHER, Pod("test", (("env", "q"),), X, DEFAULT), "10.244.0.5"),
    "plain bare": End(PeerClass.POD_OTHER, Pod("plain", (), (), DEFAULT), "10.244.0.6"),
    "own node": End(PeerClass.OWN_NODE, None, "172.18.0.2"),
    "other node": End(PeerClass.OTHER_NODE, None, "172.18.0.3"),
    "outside": End(PeerClass.OUTSIDE, None, "203.0.113.10"),
    "outside 10": End(PeerClass.OUTSIDE, None, "10.9.9.9"),
    "outside v6": End(PeerClass.OUTSIDE, None, "2001:db8::1"),
}
TRAFFIC = {
    "tcp 80": Packet(6, 80, frozenset({(6, "http")})),
    "tcp 81": Packet(6, 81),
    "udp 80": Packet(17, 80),
    "sctp 80": Packet(132, 80),
    "udp 9": Packet(17, 9, frozenset({(17, "http")})),
    "icmp": Packet(1, icmp=(8, 0)),
    "gre": Packet(47),
}
OWN = {"own x", "own bare"}
PODS = {name for name, end in PEERS.items() if end.pod is not None}
PORTS_80 = {"tcp 80", "udp 80", "sctp 80"}
WITH_PORTS = {name for name, packet in TRAFFIC.items() if packet.port is not None}

Allowed = Callable[[str, str], bool]


def allowed(
    text: str,
    direction: Direction,
    ends: Mapping[str, End] = PEERS,
    packets: Mapping[str, Packet] = TRAFFIC,
    *,
    subject: Pod = SUBJECT,
    opaque: frozenset[Unknown] = frozenset(),
    conditions: frozenset[Condition] = frozenset(),
) -> set[tuple[str, str]]:
    """Every (peer, traffic) that the policies of ``text`` let through to or from the subject."""
    policies = load(text)
    symbolic = Symbolic(policies)
    found = set()
    for peer, end in ends.items():
        for traffic, packet in packets.items():
            point = Point(
                direction,
                subject,
                end.peer_class,
                end.pod,
                end.address,
                packet.protocol,
                packet.port,
                packet.names,
                source_port=None if packet.port is None else packet.source_port,
                icmp=packet.icmp,
                subject_address=SUBJECT_ADDRESSES[":" in end.address],
                opaque=opaque,
                conditions=conditions,
            )
            verdict = decide(policies, point).allowed
            assert symbolic.allows(point) == verdict, point
            if verdict:
                found.add((peer, traffic))
    return found


def expected(
    rule: Allowed,
    *,
    own_node_is_in: bool,
    ends: Mapping[str, End] = PEERS,
    packets: Mapping[str, Packet] = TRAFFIC,
) -> set[tuple[str, str]]:
    """Every (peer, traffic) for which ``rule`` holds; with the traffic of the own node on request."""
    return {(p, t) for p in ends for t in packets if rule(p, t) or (own_node_is_in and p == "own node")}


def calico(kind: str, spec: str, meta: str = "", version: str = "projectcalico.org/v3") -> str:
    """One Calico object whose spec is ``spec`` in flow style, without its braces; policies are called p."""
    known = {"NetworkPolicy": "name: p, namespace: shop", "GlobalNetworkPolicy": "name: p"}
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{meta or known[kind]}}}\nspec: {{{spec}}}\n"


def everything(peer: str, traffic: str) -> bool:
    """Any peer, any traffic."""
    return True


def nothing(peer: str, traffic: str) -> bool:
    """No peer at all."""
    return False


def peers(*names: str, but: tuple[str, ...] = ()) -> Allowed:
    """All traffic of these peers."""
    return lambda peer, _: peer in names and peer not in but


def others(*names: str) -> Allowed:
    """All traffic of all but these peers."""
    return lambda peer, _: peer not in names


def pods(peer: str, traffic: str) -> bool:
    """All traffic of pods, whatever their namespace."""
    return peer in PODS


def own_pods(peer: str, traffic: str) -> bool:
    """All traffic of pods of the own namespace."""
    return peer in OWN


def ipv4(peer: str, traffic: str) -> bool:
    """All traffic of one address family."""
    return peer != "outside v6"


def traffic(*names: str) -> Allowed:
    """This traffic of everyone."""
    return lambda _, name: name in names


def but(*names: str) -> Allowed:
    """All other traffic of everyone."""
    return lambda _, name: name not in names


def both(first: Allowed, second: Allowed) -> Allowed:
    """What both let through."""
    return lambda peer, name: first(peer, name) and second(peer, name)


def union(first: Allowed, second: Allowed) -> Allowed:
    """What one of them lets through."""
    return lambda peer, name: first(peer, name) or second(peer, name)
