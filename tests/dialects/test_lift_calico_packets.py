"""What packets the literal YAML forms of Calico rules mean: protocols, ports, ICMP, families, services, layer 7."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import (
    PODS,
    Allowed,
    Packet,
    allowed,
    both,
    but,
    calico,
    everything,
    expected,
    ipv4,
    nothing,
    traffic,
    union,
)
from tests.dialects.verdicts import TRAFFIC as COMMON
from translate.api.support import load
from translate.dialects.calico.unknowns import ServiceEndpoints
from translate.model.policy import Direction

TRAFFIC = {
    **COMMON,
    "tcp 80 from 1000": COMMON["tcp 80"]._replace(source_port=1000),
    "tcp 90": Packet(6, 90),
    "icmp 8/1": Packet(1, icmp=(8, 1)),
    "icmp 0": Packet(1, icmp=(0, 0)),
    "icmp 128": Packet(58, icmp=(128, 0)),
    "udplite": Packet(136),
}
TCP = ("tcp 80", "tcp 81", "tcp 90", "tcp 80 from 1000")
UDP, ON_80 = ("udp 80", "udp 9"), ("tcp 80", "tcp 80 from 1000")
ICMP, ICMP_8 = ("icmp", "icmp 8/1", "icmp 0"), ("icmp", "icmp 8/1")


def in_ipv6(peer: str, name: str) -> bool:
    return not ipv4(peer, name)


ROWS = [
    # fields of the rule, what it matches of everyone
    ("", everything),
    ("protocol: TCP", traffic(*TCP)),
    ("protocol: 6", traffic(*TCP)),
    ("protocol: '6'", traffic(*TCP)),
    ("protocol: UDP", traffic(*UDP)),
    ("protocol: SCTP", traffic("sctp 80")),
    ("protocol: UDPLite", traffic("udplite")),
    ("protocol: 47", traffic("gre")),
    ("notProtocol: TCP", but(*TCP)),
    ("notProtocol: 47", but("gre")),
    ("protocol: TCP, notProtocol: UDP", traffic(*TCP)),
    ("protocol: TCP, notProtocol: TCP", nothing),
    # ports of the destination
    ("protocol: TCP, destination: {ports: [80]}", traffic(*ON_80)),
    ("protocol: TCP, destination: {ports: ['80']}", traffic(*ON_80)),
    ("protocol: TCP, destination: {ports: ['80:81']}", traffic(*ON_80, "tcp 81")),
    ("protocol: TCP, destination: {ports: [81, '85:99']}", traffic("tcp 81", "tcp 90")),
    ("protocol: TCP, destination: {ports: []}", traffic(*TCP)),
    ("protocol: TCP, destination: {notPorts: [80]}", traffic("tcp 81", "tcp 90")),
    ("protocol: TCP, destination: {notPorts: [80, '81:89']}", traffic("tcp 90")),
    ("protocol: TCP, destination: {ports: ['80:90'], notPorts: [81]}", traffic(*ON_80, "tcp 90")),
    ("protocol: SCTP, destination: {ports: [80]}", traffic("sctp 80")),
    # ports of the source
    ("protocol: TCP, source: {ports: [1000]}", traffic("tcp 80 from 1000")),
    ("protocol: TCP, source: {ports: ['900:1100']}", traffic("tcp 80 from 1000")),
    ("protocol: TCP, source: {notPorts: [1000]}", traffic("tcp 80", "tcp 81", "tcp 90")),
    ("protocol: TCP, source: {ports: ['1:2000']}, destination: {ports: [81]}", nothing),
    ("protocol: TCP, source: {notPorts: ['1:2000']}, destination: {ports: [80]}", traffic("tcp 80")),
    ("protocol: UDP, source: {ports: ['1:65535']}", traffic(*UDP)),
    # ICMP by name is of one family, by number of both
    ("protocol: ICMP", both(ipv4, traffic(*ICMP))),
    ("protocol: 1", traffic(*ICMP)),
    ("protocol: ICMPv6", both(in_ipv6, traffic("icmp 128"))),
    ("protocol: 58", traffic("icmp 128")),
    ("notProtocol: ICMP", but(*ICMP)),
    ("notProtocol: 58", but("icmp 128")),
    ("protocol: ICMP, icmp: {type: 8}", both(ipv4, traffic(*ICMP_8))),
    ("protocol: ICMP, icmp: {type: 8, code: 0}", both(ipv4, traffic("icmp"))),
    ("protocol: ICMP, icmp: {type: 0}", both(ipv4, traffic("icmp 0"))),
    ("protocol: 1, icmp: {type: 8, code: 1}", traffic("icmp 8/1")),
    ("protocol: ICMPv6, icmp: {type: 128}", both(in_ipv6, traffic("icmp 128"))),
    ("protocol: ICMP, icmp: {}", both(ipv4, traffic(*ICMP))),
    ("protocol: ICMP, notICMP: {type: 8}", both(ipv4, traffic("icmp 0"))),
    ("protocol: ICMP, notICMP: {type: 8, code: 1}", both(ipv4, traffic("icmp", "icmp 0"))),
    ("protocol: ICMP, icmp: {type: 8}, notICMP: {type: 8, code: 0}", both(ipv4, traffic("icmp 8/1"))),
    # families
    ("ipVersion: 4", ipv4),
    ("ipVersion: 6", in_ipv6),
    ("ipVersion: 4, protocol: TCP", both(ipv4, traffic(*TCP))),
    ("ipVersion: 6, protocol: ICMPv6", both(in_ipv6, traffic("icmp 128"))),
    ("ipVersion: 4, notProtocol: ICMP", both(ipv4, but(*ICMP))),
]
NAMED = [
    # fields of the rule, what it matches where the destination is a pod, and where it is none
    ("protocol: TCP, destination: {ports: [http]}", traffic(*ON_80), nothing),
    ("protocol: UDP, destination: {ports: [http]}", traffic("udp 9"), nothing),
    ("protocol: TCP, destination: {ports: [nobody]}", nothing, nothing),
    ("protocol: TCP, destination: {ports: [http, 90]}", traffic(*ON_80, "tcp 90"), traffic("tcp 90")),
    ("destination: {ports: [http]}", traffic(*ON_80, "udp 9"), nothing),
    ("destination: {notPorts: [http]}", but(*ON_80, "udp 9"), everything),
    ("protocol: TCP, destination: {notPorts: [http]}", traffic("tcp 81", "tcp 90"), traffic(*TCP)),
    ("protocol: TCP, destination: {ports: ['80:81'], notPorts: [http]}", traffic("tcp 81"), traffic(*ON_80, "tcp 81")),
]


def rules(kind: str, fields: str) -> tuple[str, str]:
    """A policy with one rule that allows, for either direction."""
    rule = f"{{action: Allow{', ' * bool(fields)}{fields}}}"
    return calico(kind, f"types: [Ingress], ingress: [{rule}]"), calico(kind, f"types: [Egress], egress: [{rule}]")


@pytest.mark.parametrize(("fields", "rule"), ROWS, ids=[row[0] or "nothing" for row in ROWS])
@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_packets(kind: str, fields: str, rule: Allowed) -> None:
    into, out = rules(kind, fields)
    assert allowed(into, Direction.INGRESS, packets=TRAFFIC) == expected(rule, own_node_is_in=True, packets=TRAFFIC)
    assert allowed(out, Direction.EGRESS, packets=TRAFFIC) == expected(rule, own_node_is_in=False, packets=TRAFFIC)


@pytest.mark.parametrize(("fields", "of_pods", "of_others"), NAMED, ids=[row[0] for row in NAMED])
def test_named_ports(fields: str, of_pods: Allowed, of_others: Allowed) -> None:
    """Only pods call their ports by names: the subject does, as the destination of what comes in."""

    def rule(peer: str, name: str) -> bool:
        return of_pods(peer, name) if peer in PODS else of_others(peer, name)

    into, out = rules("NetworkPolicy", fields)
    assert allowed(into, Direction.INGRESS, packets=TRAFFIC) == expected(of_pods, own_node_is_in=True, packets=TRAFFIC)
    assert allowed(out, Direction.EGRESS, packets=TRAFFIC) == expected(rule, own_node_is_in=False, packets=TRAFFIC)


def test_families_of_lists() -> None:
    """A list of ranges of one family says nothing of the other, negated or not: a Deny is then as if it were absent."""
    given = calico(
        "NetworkPolicy",
        "types: [Egress], egress: [{action: Deny, destination: {notNets: [10.0.0.0/8]}}, {action: Allow}]",
    )
    rule = union(lambda peer, _: peer in (*PODS, "outside 10"), in_ipv6)
    assert allowed(given, Direction.EGRESS) == expected(rule, own_node_is_in=False)


BEHIND = frozenset(ServiceEndpoints("shop", "web", with_ports) for with_ports in (False, True))
NAMELESS = ServiceEndpoints("", "web", with_ports=False)


@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_services_are_sets_that_only_the_cluster_knows(kind: str) -> None:
    """As a source by address, as a destination by address and port."""
    end = "services: {name: web, namespace: shop}"
    into = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, source: {{{end}}}}}]")
    out = calico(kind, f"types: [Egress], egress: [{{action: Allow, destination: {{{end}}}}}]")
    for key in BEHIND:
        found = allowed(into, Direction.INGRESS, opaque=frozenset({key}))
        rule = nothing if key.with_ports else everything
        assert found == expected(rule, own_node_is_in=True)
        found = allowed(out, Direction.EGRESS, opaque=frozenset({key}))
        rule = everything if key.with_ports else nothing
        assert found == expected(rule, own_node_is_in=False)


def test_a_service_as_source_may_have_ports_beside_it() -> None:
    given = calico(
        "NetworkPolicy",
        "types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {services: {name: web, namespace: shop}}, "
        "destination: {ports: [81]}}]",
    )
    assert allowed(given, Direction.INGRESS, opaque=BEHIND) == expected(traffic("tcp 81"), own_node_is_in=True)


def test_a_service_without_its_namespace_is_none() -> None:
    """Calico does not fill it in: nothing is found under the name."""
    given = calico("NetworkPolicy", "types: [Ingress], ingress: [{action: Allow, source: {services: {name: web}}}]")
    found = allowed(given, Direction.INGRESS, opaque=BEHIND | {NAMELESS})
    assert found == expected(nothing, own_node_is_in=True)


HTTP = [
    # two http fields, whether they mean the same requests
    ("methods: [GET]", "methods: [GET]", True),
    ("methods: [GET], paths: [{exact: /a}]", "paths: [{exact: /a}], methods: [GET]", True),
    ("methods: [GET]", "methods: [PUT]", False),
    ("paths: [{exact: /a}]", "paths: [{prefix: /a}]", False),
]


@pytest.mark.parametrize(("one", "other", "same"), HTTP)
def test_http_is_a_condition(one: str, other: str, same: bool) -> None:
    """It holds or it does not; equal text is an equal condition."""
    texts = [
        calico("NetworkPolicy", f"types: [Ingress], ingress: [{{action: Allow, http: {{{fields}}}}}]")
        for fields in (one, other)
    ]
    first, second = (load(text).policies[0].ingress for text in texts)
    assert first is not None
    assert second is not None
    (condition,) = (item.condition for item in first.rules[0].traffic)
    assert (condition == second.rules[0].traffic[0].condition) is same
    assert allowed(texts[0], Direction.INGRESS) == expected(nothing, own_node_is_in=True)
    held = allowed(texts[0], Direction.INGRESS, conditions=frozenset({condition}))
    assert held == expected(everything, own_node_is_in=True)
