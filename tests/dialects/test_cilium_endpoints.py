"""Endpoints of Cilium's own: which elements mean them as peers, which subjects govern them, and clusters of a mesh."""

from __future__ import annotations

import pytest
import yaml

import translate
from tests.dialects.verdicts import End, Packet, allowed
from tests.passes.fitting import text
from translate.api.support import load
from translate.dialects.cilium import DIALECT
from translate.model.peers import Kind
from translate.model.policy import Direction
from translate.prover.point import PeerClass, Pod

ENDS = {
    "pod": End(PeerClass.POD_SAME, Pod("shop", (), (("app", "x"),)), "10.244.0.1"),
    "other pod": End(PeerClass.POD_OTHER, Pod("live"), "10.244.0.2"),
    "node": End(PeerClass.OTHER_NODE, None, "172.18.0.3"),
    "outside": End(PeerClass.OUTSIDE, None, "203.0.113.10"),
    "health": End(PeerClass.HEALTH, None, "10.244.0.200"),
    "ingress": End(PeerClass.INGRESS, None, "10.244.0.201"),
    "init": End(PeerClass.INIT, None, "10.244.0.202"),
    "unmanaged": End(PeerClass.UNMANAGED, None, "10.244.0.203"),
}
OWN = {"health", "ingress", "init", "unmanaged"}
PODS = {"pod", "other pod"}
ALL = set(ENDS)
ELEMENTS = [
    ("{fromEntities: [ingress]}", {"ingress"}),
    ("{fromEntities: [health, init]}", {"health", "init"}),
    ("{fromEntities: [unmanaged]}", {"unmanaged"}),
    ("{fromEntities: [all]}", ALL),
    ("{fromEntities: [cluster]}", ALL - {"outside"}),
    ("{fromEntities: [cluster-mesh]}", ALL - {"outside"}),
    ("{fromEntities: [world]}", {"outside"}),
    ("{fromEntities: [host, remote-node]}", {"node"}),
    ("{fromEntities: [none]}", set()),
    ("{toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", ALL),
    ("{}", set()),
    ("{fromEndpoints: [{}]}", {"pod"}),
    ("{fromEndpoints: [{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}]}", PODS),
    ("{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values: [z]}]}]}", {"pod"}),
    ("{fromEndpoints: [{matchLabels: {'reserved:ingress': ''}}]}", {"ingress"}),
    ("{fromEndpoints: [{matchExpressions: [{key: 'reserved:ingress', operator: Exists}]}]}", {"ingress"}),
    ("{fromEndpoints: [{matchExpressions: [{key: 'reserved:ingress', operator: In, values: ['']}]}]}", {"ingress"}),
    ("{fromEndpoints: [{matchLabels: {'reserved:ingress': x}}]}", set()),
    ("{fromEndpoints: [{matchLabels: {'reserved:ingress': '', 'reserved:health': ''}}]}", set()),
    ("{fromEndpoints: [{matchLabels: {'reserved:ingress': '', app: x}}]}", set()),
    ("{fromEndpoints: [{matchLabels: {'reserved:ingress': ''}}, {matchLabels: {app: x}}]}", {"ingress", "pod"}),
    ("{fromEndpoints: [{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}]}", ALL - {"ingress"}),
    ("{fromCIDR: [0.0.0.0/0]}", {"outside"}),
    ("{fromCIDR: [10.244.0.0/16]}", set()),
]


@pytest.mark.parametrize(("element", "who"), ELEMENTS, ids=[row[0] for row in ELEMENTS])
def test_who_is_meant(element: str, who: set[str]) -> None:
    given = text("cilium", f"endpointSelector: {{}}, ingress: [{element}]")
    found = allowed(given, Direction.INGRESS, ENDS, {"tcp 80": Packet(6, 80)})
    assert {peer for peer, _ in found} == who


@pytest.mark.parametrize(("element", "who"), ELEMENTS, ids=[row[0] for row in ELEMENTS])
def test_who_is_meant_by_a_deny(element: str, who: set[str]) -> None:
    denies = f"ingress: [{{fromEntities: [all]}}], ingressDeny: [{element}]"
    given = text("cilium", f"endpointSelector: {{}}, {denies}")
    found = allowed(given, Direction.INGRESS, ENDS, {"tcp 80": Packet(6, 80)})
    assert {peer for peer, _ in found} == ALL - who


def test_a_cluster_wide_selector_of_everything_means_pods_alone() -> None:
    given = _clusterwide("endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]")
    found = allowed(given, Direction.INGRESS, ENDS, {"tcp 80": Packet(6, 80)})
    assert {peer for peer, _ in found} == PODS


def _clusterwide(spec: str) -> str:
    return f"apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"


THREE = (Kind.HEALTH, Kind.INGRESS, Kind.INIT)
SUBJECTS = [
    ("{}", THREE),
    ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", THREE),
    ("{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}", THREE),
    ("{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}", (Kind.HEALTH, Kind.INIT)),
    ("{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}", ()),
    ("{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [a]}]}", THREE),
    ("{matchLabels: {app: x}}", ()),
]


@pytest.mark.parametrize(("selector", "kinds"), SUBJECTS)
def test_whom_a_cluster_wide_subject_governs(selector: str, kinds: tuple[Kind, ...]) -> None:
    given = _clusterwide(f"endpointSelector: {selector}, ingress: [{{}}]")
    (policy,) = load(given).policies
    assert policy.subject.endpoints == kinds


@pytest.mark.parametrize(("selector", "kinds"), SUBJECTS)
def test_a_subject_is_spelled_with_those_whom_it_governs(selector: str, kinds: tuple[Kind, ...]) -> None:
    """A policy that is written anew, here because of facts, governs no more and no fewer."""
    policies = load(_clusterwide(f"endpointSelector: {selector}, ingress: [{{}}]"))
    (written,) = DIALECT.emit(policies.policies, traced=False)
    (again,) = load(yaml.safe_dump(written.draft.value)).policies
    assert again.subject.endpoints == kinds


def test_a_subject_in_a_namespace_governs_none_of_them() -> None:
    (policy,) = load(text("cilium", "endpointSelector: {}, ingress: [{}]")).policies
    assert policy.subject.endpoints == ()


GATEWAYS = [
    ("reserved:ingress", "Cilium's ingress proxy (gateway)"),
    ("reserved:health", "the endpoints of Cilium's health checks"),
    ("reserved:init", "endpoints that Cilium has no labels of yet"),
]


@pytest.mark.parametrize(("label", "whose"), GATEWAYS)
@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_a_policy_for_them_is_refused_by_their_name(label: str, whose: str, to: str) -> None:
    given = _clusterwide(f"endpointSelector: {{matchLabels: {{'{label}': ''}}}}, ingress: [{{}}]")
    with pytest.raises(translate.UnsupportedError) as refused:
        translate.convert(given, to=to)
    (one,) = refused.value.refusals
    assert one.code == "NPT210"
    name = "CiliumClusterwideNetworkPolicy/p"
    assert one.message == f"{name} is about traffic of {whose}, which is not translated"


FOR_HEALTH = "{endpointSelector: {matchLabels: {'reserved:health': ''}}, ingress: [{}]}"
FOR_PODS = "{endpointSelector: {}, ingress: [{}]}"
PLACES = [
    ("CiliumNetworkPolicy", "name: h", f"spec: {FOR_HEALTH}"),
    ("CiliumNetworkPolicy", "name: h, namespace: default", f"spec: {FOR_HEALTH}"),
    ("CiliumNetworkPolicy", "generateName: h-", f"spec: {FOR_HEALTH}"),
    ("CiliumNetworkPolicy", "name: h", f"specs: [{FOR_PODS}, {FOR_HEALTH}]"),
    ("CiliumClusterwideNetworkPolicy", "name: h", f"specs: [{FOR_HEALTH}, {FOR_PODS}]"),
]


@pytest.mark.parametrize(("kind", "metadata", "spec"), PLACES)
def test_it_is_refused_at_its_place_however_it_is_named(kind: str, metadata: str, spec: str) -> None:
    """By that place the rest can be translated."""
    first = text("cilium", "endpointSelector: {matchLabels: {app: x}}, ingress: [{}]", "name: first")
    one = f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{{metadata}}}\n{spec}\n"
    result = translate.convert(f"{first}---\n{one}", to="calico", keep_going=True)
    assert [(found.code, found.line, found.column) for found in result.refusals] == [
        ("NPT210", first.count("\n") + 2, 1)
    ]
    assert [row.source.name for row in result.policies] == ["first"]


ONE = "there is one cluster: pods of other clusters of a mesh, which {} means as well, are not compared"
CALLED = "the cluster is called default, as it is unless cluster-name of Cilium says otherwise"
BY_KEY = (ONE.format("a selector by io.cilium.k8s.policy.cluster"),)
CLUSTERS = [
    ("fromEndpoints: [{}]", ()),
    ("fromEntities: [cluster]", ()),
    ("fromEntities: [cluster-mesh]", (ONE.format("the entity cluster-mesh"),)),
    ("fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}]", BY_KEY),
    ("fromEndpoints: [{matchExpressions: [{key: 'k8s:io.cilium.k8s.policy.cluster', operator: Exists}]}]", BY_KEY),
    (
        "fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [a]}]}]",
        (CALLED, *BY_KEY),
    ),
    ("fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: west}}]", BY_KEY),
    ("fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: default}}]", (CALLED,)),
    (
        "fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [default]}]}]",
        BY_KEY,
    ),
    ("fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: DoesNotExist}]}]", ()),
]


@pytest.mark.parametrize(("element", "supposed"), CLUSTERS)
@pytest.mark.parametrize("field", ["ingress", "ingressDeny"])
def test_that_there_is_one_cluster_is_supposed_where_others_are_meant(
    element: str, supposed: tuple[str, ...], field: str
) -> None:
    (policy,) = load(text("cilium", f"endpointSelector: {{}}, {field}: [{{{element}}}]")).policies
    assert policy.supposing == supposed


def test_without_the_local_cluster_every_selector_means_others() -> None:
    given = text("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]")
    facts = {"settings": {"cilium": {"policy-default-local-cluster": False}}}
    other = text("cilium", "endpointSelector: {}, ingress: [{}]")
    found = translate.verify(given, other, facts=facts).proof
    told = ONE.format("any selector without policy-default-local-cluster")
    assert told in [one.text for one in found.assumptions if one.about.shown]


def test_equal_policies_suppose_nothing_of_clusters() -> None:
    given = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [cluster-mesh]}]")
    assert [one for one in translate.verify(given, given).proof.assumptions if one.about.shown] == []


OWN_CLUSTER = [
    ("matchLabels: {app: web, io.cilium.k8s.policy.cluster: default}", True),
    ("matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: In, values: [a, default]}]", True),
    ("matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [a]}]", True),
    ("matchLabels: {io.cilium.k8s.policy.cluster: a}", False),
    ("matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [default]}]", False),
]


@pytest.mark.parametrize(("selector", "is_read"), OWN_CLUSTER)
def test_a_subject_by_the_name_of_the_own_cluster(selector: str, is_read: bool) -> None:
    given = text("cilium", f"endpointSelector: {{{selector}}}, ingress: [{{}}]")
    if not is_read:
        with pytest.raises(translate.UnsupportedError, match="a subject by the name of another cluster"):
            translate.convert(given, to="calico")
        return
    result = translate.convert(given, to="calico")
    assert result.proof is not None
    told = "the cluster is called default, as it is unless cluster-name of Cilium says otherwise"
    assert told in [one.text for one in result.proof.assumptions if one.about.shown]
    assert result.text


@pytest.mark.parametrize(
    ("own", "plain"),
    [
        ("matchLabels: {app: web, io.cilium.k8s.policy.cluster: default}", "matchLabels: {app: web}"),
        (
            "matchLabels: {app: web}, "
            "matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [east]}]",
            "matchLabels: {app: web}",
        ),
        (
            "matchLabels: {app: web}, "
            "matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: In, values: [default, east]}]",
            "matchLabels: {app: web}",
        ),
    ],
)
@pytest.mark.parametrize("field", ["ingress", "ingressDeny"])
def test_a_peer_of_the_own_cluster_is_one_like_any_other(own: str, plain: str, field: str) -> None:
    def policy(selector: str) -> str:
        spec = f"{{endpointSelector: {{}}, {field}: [{{fromEndpoints: [{{{selector}}}]}}]}}"
        return (
            f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: p, namespace: a}}\nspec: {spec}\n"
        )

    proof = translate.verify(policy(own), policy(plain)).proof
    assert proof.verdict is translate.Verdict.SAME
    assert CALLED in [one.text for one in proof.assumptions if one.about.shown]
    assert translate.convert(policy(own), to="calico").losses == translate.convert(policy(plain), to="calico").losses
