"""The golden verdicts of Calico, worked out with the engine: namespaces a (env=prod) and b, three pods, a set of each
scope, a host endpoint.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.dialects.verdicts import account, calico
from tests.passes.fitting import text
from tests.prover.symbolic import Symbolic
from translate.api.support import load
from translate.model.policy import Direction
from translate.prover.evaluator import decide
from translate.prover.point import PeerClass, Pod, Point

CLUSTER = """\
apiVersion: v1
kind: Namespace
metadata: {name: a, labels: {env: prod, kubernetes.io/metadata.name: a}}
---
apiVersion: v1
kind: Namespace
metadata: {name: b, labels: {kubernetes.io/metadata.name: b}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: g, labels: {app: x}}
spec: {nets: [192.0.2.0/24]}
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: s, namespace: a, labels: {app: x}}
spec: {nets: [198.51.100.0/24]}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: h}
spec: {node: n1, interfaceName: eth0, expectedIPs: [203.0.113.5]}
"""
PODS = {
    "a/p": (Pod("a", (("env", "prod"),), (("app", "x"),), account("default")), "10.1.1.1"),
    "a/q": (Pod("a", (("env", "prod"),), (), account("default")), "10.1.1.2"),
    "b/r": (Pod("b", (), (("app", "x"),), account("default")), "10.1.2.1"),
}
V6 = {"a/p": "fd00:1::1", "a/q": "fd00:1::2", "b/r": "fd00:2::1"}
HOSTS = ("203.0.113.5",)


def a(spec: str, name: str = "m") -> str:
    """A Calico policy of namespace a."""
    return calico("NetworkPolicy", spec, f"name: {name}, namespace: a")


def into(rules: str, name: str = "m", more: str = "") -> str:
    """A Calico policy of namespace a for what comes in."""
    return a(f"selector: all(), types: [Ingress], ingress: [{rules}]{more}", name)


def everywhere(spec: str) -> str:
    return calico("GlobalNetworkPolicy", spec, "name: m")


def kube(namespace: str, rules: str) -> str:
    spec = f"podSelector: {{}}, policyTypes: [Ingress], ingress: [{rules}]"
    return text("kubernetes", spec, f"name: k, namespace: {namespace}")


def allow(source: str) -> str:
    return f"{{action: Allow, source: {{{source}}}}}"


X = "selector: \"app == 'x'\""
DENY_X, ALLOW_ALL, DENY_ALL = f"{{action: Deny, source: {{{X}}}}}", "{action: Allow}", "{action: Deny}"
SHUT = into("")
FROM_X = into(allow(X))
NOT_PROD = into(allow("namespaceSelector: \"env != 'prod'\""))
TIER = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {{name: t}}\nspec: {{order: 10, defaultAction: {}}}\n"

GOLDENS = [
    # number, policies, from, to, whether it is let through
    (1, [], "b/r", "a/p", True),
    (2, [SHUT], "b/r", "a/p", False),
    (3, [SHUT], "a/p", "b/r", True),
    (4, [FROM_X], "b/r", "a/q", False),
    (5, [FROM_X], "198.51.100.7", "a/q", True),
    (6, [FROM_X], "192.0.2.7", "a/q", False),
    (7, [into(allow(f"namespaceSelector: global(), {X}"))], "192.0.2.7", "a/q", True),
    (8, [NOT_PROD], "203.0.113.5", "a/q", True),
    (9, [NOT_PROD], "192.0.2.7", "a/q", True),
    (10, [NOT_PROD], "8.8.8.8", "a/q", False),
    (11, [into(allow("notSelector: \"app == 'x'\""))], "8.8.8.8", "a/q", False),
    (
        12,
        [
            everywhere(
                "namespaceSelector: all(), types: [Ingress], ingress: [{action: Allow, source: {notSelector: "
                "\"app == 'x'\"}}]"
            )
        ],
        "8.8.8.8",
        "a/q",
        True,
    ),
    (13, [into(DENY_X, "d", ", order: 10"), into(ALLOW_ALL, "o", ", order: 20")], "a/p", "a/q", False),
    (14, [into(DENY_X, "d", ", order: 20"), into(ALLOW_ALL, "o", ", order: 10")], "a/p", "a/q", True),
    (15, [into(ALLOW_ALL, "a", ", order: 10"), into(DENY_ALL, "a-b", ", order: 10")], "a/p", "a/q", False),
    (16, [into(DENY_ALL, "d"), into(ALLOW_ALL, "o", ", order: 1e9")], "a/p", "a/q", True),
    (17, [into("{action: Log}")], "b/r", "a/p", False),
    (18, [into("{action: Pass}")], "b/r", "a/p", True),
    (
        19,
        [calico("StagedNetworkPolicy", "selector: all(), types: [Ingress]", "name: s, namespace: a")],
        "b/r",
        "a/p",
        True,
    ),
    (
        20,
        [
            TIER.format("Pass"),
            everywhere(
                "tier: t, types: [Ingress], ingress: [{action: Deny, source: {namespaceSelector: "
                "\"projectcalico.org/name == 'b'\"}}]"
            ),
            kube("a", "{}"),
        ],
        "b/r",
        "a/p",
        False,
    ),
    (
        21,
        [
            TIER.format("Deny"),
            everywhere(
                "tier: t, selector: \"projectcalico.org/namespace == 'a' && app == 'x'\", types: [Ingress], ingress: "
                "[{action: Allow, source: {nets: [192.0.2.0/24]}}]"
            ),
            kube("a", "{}"),
        ],
        "b/r",
        "a/p",
        False,
    ),
    (
        22,
        [
            a(
                "selector: all(), types: [Egress], egress: [{action: Deny, destination: {notNets: [10.0.0.0/8]}}, "
                "{action: Allow}]"
            )
        ],
        "a/p",
        "2001:db8::1",
        True,
    ),
    (23, [kube("b", "{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}")], "a/p", "b/r", True),
    (24, [a("ingress: [{action: Allow, source: {}}], egress: []")], "a/p", "b/r", True),
]


def ways(source: str, destination: str) -> list[Point]:
    """A connection as its ends see it: a pod that sends, a pod that receives."""
    family = 6 if ":" in source + destination else 4
    found = []
    for direction, mine, other in (
        (Direction.EGRESS, source, destination),
        (Direction.INGRESS, destination, source),
    ):
        if mine not in PODS:
            continue
        subject, address = PODS[mine]
        peer, peer_address = PODS.get(other, (None, other))
        if peer is not None:
            near = peer.namespace == subject.namespace
            peer_class = PeerClass.POD_SAME if near else PeerClass.POD_OTHER
        else:
            peer_class = PeerClass.OTHER_NODE if other in HOSTS else PeerClass.OUTSIDE
        point = Point(direction, subject, peer_class, peer, peer_address, 6, 8080)
        found.append(replace(point, source_port=40000, subject_address=V6[mine] if family == 6 else address))
    return found


@pytest.mark.parametrize(
    ("number", "policies", "source", "destination", "verdict"), GOLDENS, ids=[str(x[0]) for x in GOLDENS]
)
def test_golden(number: int, policies: list[str], source: str, destination: str, verdict: bool) -> None:
    """A connection is let through where both ends let it; both interpreters say so."""
    given = load("---\n".join([CLUSTER, *policies]), source_engine="calico")
    symbolic = Symbolic(given)
    points = ways(source, destination)
    assert all(decide(given, point).allowed for point in points) is verdict
    assert all(symbolic.allows(point) for point in points) is verdict


def test_all_of_them_are_here() -> None:
    assert [number for number, *_ in GOLDENS] == list(range(1, 25))


def test_24_as_the_custom_resources_fill_it_in() -> None:
    """With both types the policy has no rule for what goes out."""
    given = load(a("types: [Ingress, Egress], ingress: [{action: Allow, source: {}}], egress: []"))
    assert not decide(given, ways("a/p", "b/r")[0]).allowed
    assert not Symbolic(given).allows(ways("a/p", "b/r")[0])
