"""Rows of small pairs, word for word: who reaches whom on what, what was and what is."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from tests.prover.test_endpoints import _clusterwide
from tests.prover.test_pairs import block, calico, home, kube, pods, ports, source, term
from translate.prover.budget import Patience
from translate.prover.compare import prove
from translate.prover.point import Others
from translate.prover.proof import Verdict
from translate.prover.rows import rows_of

Document = dict[str, Any]
Line = tuple[str, str, str, str, str]
"""Effect, direction, from, to, on."""

CLOSED = kube([])
OPEN = kube([{}])
POD_CLOSED = kube([], podSelector={"matchLabels": {"app": "db"}})


def cilium(*ingress: Document, **spec: Any) -> Document:
    """A CiliumNetworkPolicy for ingress."""
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p", "namespace": "x"},
        "spec": {"endpointSelector": {}, "ingress": list(ingress), **spec},
    }


def allow(**rule: Any) -> Document:
    """A Calico rule."""
    return {"action": "Allow", **rule}


def lines(rows: tuple[translate.DiffRow, ...]) -> list[Line]:
    return [
        (f"{'maybe ' * row.depends}{row.effect}", row.direction.value, row.source, row.destination, row.packets)
        for row in rows
    ]


ALL = "all pods in x"
OTHERS = "other nodes, addresses outside the cluster and all pods in other namespaces"

PAIRS: list[tuple[str, Document, Document, list[Line]]] = [
    ("nothing changes", OPEN, kube([{}, {}]), []),
    ("all is closed", OPEN, CLOSED, [("tighter", "ingress", "anyone but the pod's own node", ALL, "any")]),
    (
        "a port more",
        ports({"port": 80}),
        ports({"port": 80}, {"port": 8000, "endPort": 8999}, {"port": 53, "protocol": "UDP"}),
        [("looser", "ingress", "anyone but the pod's own node", ALL, "TCP 8000-8999; UDP 53")],
    ),
    (
        "all but a port",
        OPEN,
        ports({"port": 80}),
        [("tighter", "ingress", "anyone but the pod's own node", ALL, "any but TCP 80")],
    ),
    (
        "a peer more",
        source(pods(app="a")),
        source(pods(app="a"), pods(role="b")),
        [("looser", "ingress", "pods labelled app!=a, role=b in x", ALL, "any")],
    ),
    (
        "labels of every kind",
        CLOSED,
        source(pods(term("a", "Exists"), term("b", "DoesNotExist"), term("c", "NotIn", "1", "2"), d="3")),
        [
            (
                *("looser", "ingress"),
                "pods labelled a (any value), c not in (1, 2), d=3 and without label b in x",
                *(ALL, "any"),
            )
        ],
    ),
    (
        "a namespace by name",
        CLOSED,
        source(home(**{"kubernetes.io/metadata.name": "y"})),
        [("looser", "ingress", "all pods in y", ALL, "any")],
    ),
    (
        "namespaces by label",
        CLOSED,
        source({**home(env="prod"), **pods(app="a")}),
        [
            ("looser", "ingress", "pods labelled app=a in x", "all pods in x (namespace labelled env=prod)", "any"),
            ("looser", "ingress", "pods labelled app=a in other namespaces labelled env=prod", ALL, "any"),
        ],
    ),
    (
        "a range with a hole, of a Kubernetes policy whoever enforces it",
        CLOSED,
        source(block("10.0.0.0/8", "10.1.0.0/16")),
        [
            ("looser", "ingress", "10.0.0.0/8 without 10.1.0.0/16 outside the cluster", ALL, "any"),
            ("maybe looser", "ingress", "other nodes and all pods at 10.0.0.0/8 without 10.1.0.0/16", ALL, "any"),
        ],
    ),
    (
        "a port by name",
        CLOSED,
        ports({"port": "http"}),
        [("looser", "ingress", "anyone but the pod's own node", ALL, "TCP, port named http")],
    ),
    (
        "another subject",
        POD_CLOSED,
        kube([], podSelector={"matchLabels": {"app": "api"}}),
        [
            ("looser", "ingress", "anyone but the pod's own node", "pods labelled app=db in x", "any"),
            ("tighter", "ingress", "anyone but the pod's own node", "pods labelled app=api in x", "any"),
        ],
    ),
    (
        "egress",
        kube(None, [], policyTypes=["Egress"]),
        kube(None, [{"to": [pods(app="a")], "ports": [{"port": 443}]}], policyTypes=["Egress"]),
        [("looser", "egress", ALL, "pods labelled app=a in x", "TCP 443")],
    ),
    (
        "egress to the own node, which the API leaves open",
        kube(None, [{}], policyTypes=["Egress"]),
        kube(None, [], policyTypes=["Egress"]),
        [
            ("tighter", "egress", ALL, "anyone but the pod's own node", "any"),
            ("maybe tighter", "egress", ALL, "the pod's own node", "any"),
        ],
    ),
    (
        "Calico: order and selectors",
        calico(allow(source={"selector": "app starts with 'web'"}, protocol="TCP")),
        calico(
            {"action": "Deny", "source": {"selector": "app == 'web-1'"}},
            allow(source={"selector": "app starts with 'web'"}, protocol="TCP"),
        ),
        [("tighter", "ingress", "pods labelled app=web-1 in x", ALL, "TCP")],
    ),
    (
        "Calico: a pattern, and addresses of pods",
        calico(),
        calico(
            allow(source={"selector": "app starts with 'web'"}, protocol="ICMP", icmp={"type": 8}),
            allow(source={"nets": ["10.0.0.0/8"]}, protocol="TCP", destination={"ports": [22]}),
        ),
        [
            ("looser", "ingress", "anyone at 10.0.0.0/8 but the pod's own node", ALL, "TCP 22"),
            ("looser", "ingress", "pods labelled app starting with web in x at IPv4", ALL, "ICMP type 8"),
        ],
    ),
    (
        "Calico: a service account",
        calico(),
        calico(allow(source={"serviceAccounts": {"names": ["a", "b"]}})),
        [("looser", "ingress", "pods of service account a or b in x", ALL, "any")],
    ),
    (
        "Cilium: a deny and an entity",
        cilium({"fromEntities": ["all"]}),
        cilium({"fromEntities": ["all"]}, ingressDeny=[{"fromEntities": ["remote-node"]}]),
        [("tighter", "ingress", "other nodes", ALL, "any")],
    ),
    (
        "across dialects: what Calico reads of ranges and Cilium does not",
        calico(allow(source={"nets": ["10.0.0.0/8"]}, protocol="TCP", destination={"ports": [22]})),
        cilium({"fromCIDR": ["10.0.0.0/8"], "toPorts": [{"ports": [{"port": "22", "protocol": "TCP"}]}]}),
        [("tighter", "ingress", "other nodes and all pods at 10.0.0.0/8", ALL, "TCP 22")],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_rows_of_a_pair(before: Document, after: Document, expected: list[Line]) -> None:
    found = translate.diff([before], [after])
    assert lines(found.rows) == expected
    assert (found.left_out, found.reason) == (0, "")
    assert found.is_same is (not expected)


def test_two_namespaces_are_two() -> None:
    """A pod of another namespace is not in this one: what a rule says of it by name is said of its own pods alone."""
    before = [source(home(**{"kubernetes.io/metadata.name": "x"}))]
    after = [source({"podSelector": {}}, home(**{"kubernetes.io/metadata.name": "y"}))]
    found = translate.diff(before, after)
    assert lines(found.rows) == [("looser", "ingress", "all pods in y", ALL, "any")]
    assert found.is_whole


def test_two_engines_of_one_file() -> None:
    """What changes if nothing but the engine is another."""
    one = [source(block("10.0.0.0/8"))]
    found = translate.diff(one, one, source_engine="calico", target_engine="cilium")
    assert lines(found.rows) == [("tighter", "ingress", "other nodes and all pods at 10.0.0.0/8", ALL, "any")]
    assert found.verdict is Verdict.TIGHTER


def test_two_releases_of_one_file() -> None:
    """Equal orders are told apart otherwise from Calico 3.32 on."""
    one = calico({"action": "Deny", "protocol": "TCP"}, name="b", namespace="x", order=1)
    other = calico(allow(protocol="TCP"), name="a", namespace="x", order=1)
    other = {**other, "kind": "GlobalNetworkPolicy", "metadata": {"name": "z"}}
    found = translate.diff([one, other], [one, other], before_version="calico=3.31", after_version="calico=3.32")
    assert {row.packets for row in found.rows} == {"TCP"}
    again = translate.diff([one, other], [one, other], before_version="calico=3.32", after_version="calico=3.32")
    assert again.is_same


def test_what_differs_only_later_is_apart() -> None:
    """A Deny that no policy makes up for, against no allow: the same until another policy allows the packet."""
    before = calico({"action": "Deny", "protocol": "TCP"}, order=1)
    found = translate.diff([before], [calico(order=1)])
    assert found.rows == ()
    assert lines(found.later) == [("looser", "ingress", "anyone but the pod's own node", ALL, "TCP")]
    assert [row.once for row in found.later] == [(Others.ALLOW,)]
    assert found.verdict is Verdict.SAME
    assert not found.is_same
    assert translate.diff([before], [calico(order=1)], facts={"complete": ["Policy"]}).is_same


def test_facts_leave_out_what_no_cluster_has() -> None:
    """A row holds no word about what is impossible."""
    facts = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
    before, after = [calico()], [calico(allow(source={"nets": ["10.244.0.0/16"]}))]
    assert lines(translate.diff(before, after, facts=facts).rows) == [("looser", "ingress", "all pods", ALL, "any")]


def test_endpoints_of_an_engine_are_told() -> None:
    """All kinds that are governed alike in one row."""
    pods_only = "{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}"
    before, after = (_clusterwide(selector, "egress: [{}]") for selector in (pods_only, "{}"))
    found = translate.diff(before, after)
    who = "the ingress proxy (gateway) and the endpoint of health checks"
    assert lines(found.rows) == [("tighter", "egress", who, "anyone", "any")]


def test_every_row_shows_a_packet_with_both_decisions() -> None:
    found = translate.diff([source(pods(app="a"))], [source(pods(app="a"), pods(role="b"))])
    (row,) = found.rows
    assert (row.was_allowed, row.is_allowed) == (False, True)
    assert dict(row.example.point.peer.labels) == {"role": "b"} if row.example.point.peer else False
    assert not row.example.before.allowed
    assert row.example.after.rule is not None
    assert row.example.after.policy is not None


def test_what_has_no_port_is_told_once_where_the_walk_goes_port_by_port() -> None:
    """A block of ports holds no packet of a protocol that has none."""
    some = allow(protocol="TCP", source={"selector": "app == 'a'"}, destination={"ports": [80]})
    before, after = translate.load([calico()]), translate.load([calico(some, allow(protocol=47))])
    found = rows_of(before, after, prove(before, after), patience=Patience(always=0, each=0))
    assert lines(found.today) == [
        ("looser", "ingress", "anyone but the pod's own node", ALL, "IP protocol 47"),
        ("looser", "ingress", "pods labelled app=a in x", ALL, "TCP 80"),
    ]
    assert (found.left_out, found.reason) == (0, "")
