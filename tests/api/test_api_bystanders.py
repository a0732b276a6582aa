"""Objects that are no policies of a dialect and decide about traffic all the same: nothing is proved over their heads."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from translate import InputError, UnsupportedError, Verdict
from translate.frontend.bystanders import unjudged
from translate.frontend.intake import take_in
from translate.frontend.sources import sources
from translate.model.policy import Bearing

POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "np", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}


def thing(api: str, kind: str, spec: Any = None, **more: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "shop", **more}, "spec": spec or {}}


DECIDE = [
    thing("k8s.ovn.org/v1", "EgressFirewall", {"egress": [{"type": "Deny", "to": {"cidrSelector": "0.0.0.0/0"}}]}),
    thing("k8s.ovn.org/v1", "UserDefinedNetwork"),
    thing("k8s.ovn.org/v1", "SomethingNew"),
    thing("v1", "EgressNetworkPolicy"),
    thing("crd.antrea.io/v1beta1", "NetworkPolicy"),
    thing("crd.antrea.io/v1beta1", "Tier"),
    thing("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"),
    thing("networking.gke.io/v1alpha1", "FQDNNetworkPolicy"),
    thing("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"),
    thing("unheard.example/v1", "FancyNetworkPolicy"),
    thing("security.istio.io/v1", "AuthorizationPolicy", {"action": "DENY"}),
    thing("security.istio.io/v1", "PeerAuthentication", {"mtls": {"mode": "STRICT"}}),
    thing("networking.istio.io/v1", "Sidecar"),
    thing("networking.istio.io/v1alpha3", "EnvoyFilter"),
    thing("policy.linkerd.io/v1beta3", "Server", {"port": 8080}),
    thing("consul.hashicorp.com/v1alpha1", "ServiceIntentions"),
    thing("kuma.io/v1alpha1", "MeshTrafficPermission"),
    thing("neuvector.com/v1", "NvSecurityRule"),
    thing("ingressnodefirewall.openshift.io/v1alpha1", "IngressNodeFirewallConfig"),
    thing("cilium.io/v2", "CiliumEnvoyConfig"),
    thing("projectcalico.org/v3", "EgressGatewayPolicy"),
    thing("cilium.io/v2", "CiliumNodeConfig", {"defaults": {"enable-policy": "never"}}),
    thing(
        "cilium.io/v1alpha1",
        "TracingPolicy",
        {"kprobes": [{"call": "tcp_connect", "selectors": [{"matchActions": [{"action": "Sigkill"}]}]}]},
    ),
    thing("kubeovn.io/v1", "Subnet", {"private": True, "allowSubnets": ["10.0.0.0/8"]}),
    thing("security.kubearmor.com/v1", "KubeArmorPolicy", {"network": {"matchProtocols": [{"protocol": "tcp"}]}}),
    thing("kyverno.io/v1", "ClusterPolicy", {"rules": [{"generate": {"kind": "NetworkPolicy"}}]}),
    thing(
        "kyverno.io/v1",
        "ClusterPolicy",
        {"rules": [{"generate": {"cloneList": {"kinds": ["v1/Secret", "security.istio.io/v1/AuthorizationPolicy"]}}}]},
    ),
    thing("projectcalico.org/v3", "Profile", {"ingress": [{"action": "Deny"}]}),
]
ROUTE = [
    thing("networking.k8s.io/v1", "Ingress"),
    thing("gateway.networking.k8s.io/v1", "HTTPRoute"),
    thing("cilium.io/v2", "CiliumLocalRedirectPolicy"),
    thing("networking.istio.io/v1", "VirtualService"),
    thing("projectcalico.org/v3", "IPPool", {"cidr": "10.0.0.0/8"}),
    thing("projectcalico.org/v3", "FelixConfiguration", {"bpfEnabled": False}),
    thing("crd.projectcalico.org/v1", "FelixConfiguration", {"defaultEndpointToHostAction": "Drop"}),
    thing("v1", "Service", {"loadBalancerSourceRanges": ["192.0.2.0/24"]}),
]
NO_MATTER = [
    thing("v1", "ConfigMap"),
    thing("apps/v1", "Deployment"),
    thing("policy/v1", "PodDisruptionBudget"),
    thing("k8s.ovn.org/v1", "EgressQoS"),
    thing("networking.k8s.aws/v1alpha1", "PolicyEndpoint"),
    thing("telemetry.istio.io/v1", "Telemetry"),
    thing("projectcalico.org/v3", "FelixConfiguration", {"logSeverityScreen": "Info"}),
    thing("cilium.io/v2", "CiliumNodeConfig", {"defaults": {"debug": "true"}}),
    thing(
        "cilium.io/v1alpha1", "TracingPolicy", {"kprobes": [{"selectors": [{"matchActions": [{"action": "Post"}]}]}]}
    ),
    thing("kubeovn.io/v1", "Subnet", {"private": False, "allowSubnets": []}),
    thing("security.kubearmor.com/v1", "KubeArmorPolicy", {"process": {}}),
    thing("kyverno.io/v1", "ClusterPolicy", {"rules": [{"generate": {"kind": "ConfigMap"}}, {"validate": {}}]}),
    thing("cert-manager.io/v1", "Certificate"),
]


def name(item: dict[str, Any]) -> str:
    return f"{item['apiVersion']}-{item['kind']}"


@pytest.mark.parametrize("item", DECIDE, ids=name)
def test_what_decides_about_traffic_makes_a_comparison_undecided(item: dict[str, Any]) -> None:
    for before, after in (([POLICY], [POLICY, item]), ([POLICY, item], [POLICY])):
        found = translate.verify(before, after)
        assert found.verdict is Verdict.UNDECIDED
        assert str(found.proof.reason).startswith(f"{item['kind']}/")


@pytest.mark.parametrize("item", DECIDE, ids=name)
def test_the_same_on_both_sides_is_an_assumption_that_is_shown(item: dict[str, Any]) -> None:
    renewed = {**item, "metadata": {**item["metadata"], "uid": "7"}}
    if item["kind"] != "Profile":
        renewed["status"] = {"seen": True}
    found = translate.verify([POLICY, item], [renewed, POLICY])
    assert found.verdict is Verdict.SAME
    (told,) = (one for one in found.proof.assumptions if one.about is translate.About.UNREAD)
    assert told.about.shown
    assert f"{item['kind']}/" in told.text


@pytest.mark.parametrize("item", DECIDE, ids=name)
def test_another_text_of_the_same_name_is_undecided(item: dict[str, Any]) -> None:
    other = {**item, "spec": {**item["spec"], "more": 1}} if item["kind"] != "Profile" else {**item, "spec": {}}
    assert translate.verify([POLICY, item], [POLICY, other]).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("item", [one for one in DECIDE if one["kind"] != "Profile"], ids=name)
def test_it_is_refused_by_name_unless_it_comes_along(item: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError) as stopped:
        translate.convert([POLICY, item], to="calico")
    (refusal,) = stopped.value.refusals
    assert (refusal.code, refusal.object.split("/")[0]) == ("NPT201", item["kind"])
    kept = translate.convert([POLICY, item], to="calico", passthrough=True)
    assert kept.proof is not None
    assert kept.proof.verdict is Verdict.SAME
    assert kept.objects[1] == item


@pytest.mark.parametrize("item", [one for one in DECIDE if one["kind"] != "Profile"], ids=name)
def test_a_round_trip_claims_nothing_of_what_does_not_come_back(item: dict[str, Any]) -> None:
    trip = translate.roundtrip([POLICY, item], via="calico")
    assert trip.proof.verdict is Verdict.UNDECIDED
    assert list(trip.differences.values()) == [("only before",)]


@pytest.mark.parametrize("item", ROUTE, ids=name)
def test_where_packets_go_must_be_alike(item: dict[str, Any]) -> None:
    assert translate.verify([POLICY], [POLICY, item]).verdict is Verdict.UNDECIDED
    found = translate.verify([POLICY, item], [POLICY, item])
    assert found.verdict is Verdict.SAME
    assert [one.about.shown for one in found.proof.assumptions if one.about is translate.About.ROUTES] == [False]
    result = translate.convert([POLICY, item], to="cilium")
    assert result.proof is not None
    assert (result.proof.verdict, result.foreign) == (Verdict.SAME, {item["kind"]: 1})


FELIX = thing("projectcalico.org/v3", "FelixConfiguration", {"defaultEndpointToHostAction": "Drop"})
INGRESS = thing("networking.k8s.io/v1", "Ingress", {"defaultBackend": {"service": {"name": "web"}}})


@pytest.mark.parametrize(
    ("item", "to", "said"),
    [
        (
            FELIX,
            "cilium",
            "what Calico does with packets is changed by FelixConfiguration/shop/x, which is not judged: ",
        ),
        (
            FELIX,
            "kubernetes",
            "what Calico does with packets is changed by FelixConfiguration/shop/x, which is not judged: ",
        ),
        (FELIX, "calico", None),
        (INGRESS, "cilium", None),
    ],
    ids=["another engine", "any engine", "the same engine", "of any engine"],
)
def test_what_an_engine_is_told_is_said_where_it_is_left(item: dict[str, Any], to: str, said: str | None) -> None:
    policy = thing("projectcalico.org/v3", "NetworkPolicy", {"types": ["Egress"], "egress": [{"action": "Allow"}]})
    proof = translate.convert([policy, item], to=to).proof
    assert proof is not None
    told = [one.text for one in proof.assumptions if one.about is translate.About.UNREAD and one.about.shown]
    assert told == ([] if said is None else [f"{said}settings that facts state are"])


@pytest.mark.parametrize("item", NO_MATTER, ids=name)
def test_what_has_no_say_is_left_alone(item: dict[str, Any]) -> None:
    assert translate.verify([POLICY], [POLICY, item]).verdict is Verdict.SAME
    assert translate.roundtrip([POLICY, item], via="calico").differences == {}


def test_a_service_of_one_side_is_one_of_the_cluster_and_two_that_differ_are_not() -> None:
    one, other = (thing("v1", "Service", {"selector": {"app": app}}) for app in "ab")
    assert translate.verify([POLICY, one], [POLICY]).verdict is Verdict.SAME
    with pytest.raises(translate.InputError, match="no cluster has both"):
        translate.verify([POLICY, one], [POLICY, other])


def test_a_difference_of_policies_is_still_shown() -> None:
    opened = {**POLICY, "spec": {"podSelector": {}, "policyTypes": []} | {"ingress": [{}]}}
    found = translate.verify([POLICY, DECIDE[0]], [opened])
    assert (found.verdict, [x.effect for x in found.counterexamples]) == (Verdict.UNDECIDED, [Verdict.LOOSER])


def test_unknown_groups_are_counted_and_named_once() -> None:
    more = [thing("acme.example/v1", "Widget", name=text) for text in "ab"] + [thing("acme.example/v1", "Gadget")]
    found = translate.verify([POLICY, *more], [POLICY, more[0]])
    text = "not looked at, as nothing is known of their API groups: 1 Gadget of acme.example, 3 Widget of acme.example"
    assert [note.message for note in found.notes] == [text]


def test_what_calico_makes_of_a_namespace_itself_is_read() -> None:
    allow = [{"action": "Allow", "source": {}, "destination": {}}]
    profile = thing("projectcalico.org/v3", "Profile", {"ingress": allow, "egress": allow})
    profile["metadata"] = {"name": "kns.shop"}
    result = translate.convert([POLICY, profile], to="cilium")
    assert [(loss.code, loss.effect.value, loss.object) for loss in result.losses] == [
        ("NPT320", "exact", "Profile/kns.shop")
    ]
    assert translate.verify([POLICY], [POLICY, profile]).verdict is Verdict.SAME
    profile["spec"]["ingress"] = [{"action": "Deny"}]
    assert translate.verify([POLICY], [POLICY, profile]).verdict is Verdict.UNDECIDED


def test_host_policies_alone_are_undecided_where_they_differ() -> None:
    def host(port: str) -> dict[str, Any]:
        ports = [{"ports": [{"port": port, "protocol": "TCP"}]}]
        spec = {"nodeSelector": {}, "ingress": [{"fromEntities": ["cluster"], "toPorts": ports}]}
        return {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumClusterwideNetworkPolicy",
            "metadata": {"name": "nodes"},
            "spec": spec,
        }

    assert translate.verify([host("6443")], [host("2379")]).verdict is Verdict.UNDECIDED
    assert translate.verify([host("6443")], [host("6443")]).verdict is Verdict.SAME
    with pytest.raises(InputError):
        translate.verify([], [])


@pytest.mark.parametrize(
    "value",
    [
        {"apiVersion": 1, "kind": ["x"], "metadata": [], "spec": 1},
        {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressFirewall", "metadata": None, "spec": None},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": 7, "namespace": ["x"]}, "spec": [1]},
        {"apiVersion": "kyverno.io/v1", "kind": "Policy", "metadata": {"annotations": 3}, "spec": {"rules": {"a": 1}}},
    ],
)
def test_objects_of_any_shape_are_taken(value: dict[str, Any]) -> None:
    found = take_in(sources([POLICY, value]))
    bearings = {one.bearing for one in unjudged(found.foreign)}
    assert bearings <= set(Bearing)
