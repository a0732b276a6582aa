"""Situations around one pod, by name, and what a policy lets through of them."""

from __future__ import annotations

from collections.abc import Callable

from translate.api.support import load
from translate.model.policy import Direction
from translate.verify.plain import decide
from translate.verify.point import PeerClass, Pod, Point

SUBJECT = Pod("shop", (), (("app", "db"),))
PEERS = {
    # name: class, pod, address
    "own x": (PeerClass.POD_SAME, Pod("shop", (), (("app", "x"),)), "10.244.0.1"),
    "own bare": (PeerClass.POD_SAME, Pod("shop"), "10.244.0.2"),
    "prod x": (PeerClass.POD_OTHER, Pod("live", (("env", "p"),), (("app", "x"),)), "10.244.0.3"),
    "prod bare": (PeerClass.POD_OTHER, Pod("live", (("env", "p"),)), "10.244.0.4"),
    "test x": (PeerClass.POD_OTHER, Pod("test", (("env", "q"),), (("app", "x"),)), "10.244.0.5"),
    "plain bare": (PeerClass.POD_OTHER, Pod("plain"), "10.244.0.6"),
    "own node": (PeerClass.OWN_NODE, None, "172.18.0.2"),
    "other node": (PeerClass.OTHER_NODE, None, "172.18.0.3"),
    "outside": (PeerClass.OUTSIDE, None, "203.0.113.10"),
    "outside 10": (PeerClass.OUTSIDE, None, "10.9.9.9"),
    "outside v6": (PeerClass.OUTSIDE, None, "2001:db8::1"),
}
TRAFFIC = {
    # name: protocol, port, names of the port at the destination
    "tcp 80": (6, 80, frozenset({(6, "http")})),
    "tcp 81": (6, 81, frozenset()),
    "udp 80": (17, 80, frozenset()),
    "sctp 80": (132, 80, frozenset()),
    "udp 9": (17, 9, frozenset({(17, "http")})),
    "icmp": (1, None, frozenset()),
    "gre": (47, None, frozenset()),
}
OWN = {"own x", "own bare"}
PODS = {name for name, (_, pod, _) in PEERS.items() if pod is not None}
PORTS_80 = {"tcp 80", "udp 80", "sctp 80"}
WITH_PORTS = {name for name, (_, port, _) in TRAFFIC.items() if port is not None}

Allowed = Callable[[str, str], bool]


def allowed(text: str, direction: Direction) -> set[tuple[str, str]]:
    """Every (peer, traffic) that the policies of ``text`` let through to or from the subject."""
    policies = load(text)
    found = set()
    for peer, (peer_class, pod, address) in PEERS.items():
        for traffic, (protocol, port, names) in TRAFFIC.items():
            point = Point(direction, SUBJECT, peer_class, pod, address, protocol, port, names)
            if decide(policies, point).allowed:
                found.add((peer, traffic))
    return found


def expected(rule: Allowed, *, own_node_is_in: bool) -> set[tuple[str, str]]:
    """Every (peer, traffic) for which ``rule`` holds; with the traffic of the own node on request."""
    return {(p, t) for p in PEERS for t in TRAFFIC if rule(p, t) or (own_node_is_in and p == "own node")}


def everything(peer: str, traffic: str) -> bool:
    """Any peer, any traffic."""
    return True


def nothing(peer: str, traffic: str) -> bool:
    """No peer at all."""
    return False


def peers(*names: str, but: tuple[str, ...] = ()) -> Allowed:
    """All traffic of these peers."""
    return lambda peer, _: peer in names and peer not in but


def pods(peer: str, traffic: str) -> bool:
    """All traffic of pods, whatever their namespace."""
    return peer in PODS


def own_pods(peer: str, traffic: str) -> bool:
    """All traffic of pods of the own namespace."""
    return peer in OWN


def traffic(*names: str) -> Allowed:
    """This traffic of everyone."""
    return lambda _, name: name in names


def both(first: Allowed, second: Allowed) -> Allowed:
    """What both let through."""
    return lambda peer, name: first(peer, name) and second(peer, name)


def union(first: Allowed, second: Allowed) -> Allowed:
    """What one of them lets through."""
    return lambda peer, name: first(peer, name) or second(peer, name)
