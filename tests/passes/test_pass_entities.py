"""Kinds of peers on their way to targets that have no word for them, with facts about addresses and without."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import translate
from tests.passes.fitting import Outcome, form, policies, rule, target_for, text
from translate.core.diagnostics import Report, UnsupportedError
from translate.model.facts import NO_FACTS, Facts
from translate.plan.passes import entities

FACTS = Facts(pods=("10.244.0.0/16",), nodes=("172.18.0.0/16",), api_servers=("172.18.0.2/32", "203.0.113.5/32"))
DUAL = Facts(pods=("10.244.0.0/16", "fd00:244::/64"), nodes=("172.18.0.0/16", "fd00:18::/64"))
PODS = "pods all of namespaces all"
NODES = ["172.18.0.0/16"]
SERVERS = ["172.18.0.2/32", "203.0.113.5/32"]
OUTSIDE = ["0.0.0.0/0 except 10.244.0.0/16, 172.18.0.0/16"]


def run(spec: str, to: str, *, facts: Facts = NO_FACTS, loosen: bool = False, source: str = "cilium") -> Outcome:
    given, report = policies(source, spec), Report()
    target = target_for(to, given, loosen=loosen)
    return Outcome(given.policies, entities.run(given.policies, replace(target, facts=facts), report), report)


LEFT_ALONE = [
    ("cilium", "endpointSelector: {}, ingress: [{fromEntities: [world, host]}]", "cilium"),
    ("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all]}]", "calico"),
    ("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}, {fromCIDR: [10.0.0.0/8]}]", "kubernetes"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "kubernetes"),
]
INWARDS = [
    # entities, target, peers without facts, how many are lost, peers with facts
    ("world", "kubernetes", ["0.0.0.0/0", "::/0"], 0, OUTSIDE),
    ("world", "calico", [], 1, OUTSIDE),
    ("cluster", "kubernetes", [PODS], 2, [PODS, *NODES, *SERVERS]),
    ("cluster", "calico", [PODS], 2, [PODS, *NODES, *SERVERS]),
    ("host", "kubernetes", [], 0, []),
    ("host", "calico", [], 0, []),
    ("remote-node", "kubernetes", [], 1, NODES),
    ("remote-node", "calico", [], 1, NODES),
    ("kube-apiserver", "kubernetes", [], 1, SERVERS),
    ("kube-apiserver", "calico", [], 1, SERVERS),
    ("none", "calico", [], 0, []),
    ("host, remote-node", "calico", [], 1, NODES),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(spec, to, facts=FACTS, source=source).untouched


@pytest.mark.parametrize(("names", "to", "without", "lost", "having"), INWARDS)
def test_inwards(names: str, to: str, without: list[str], lost: int, having: list[str]) -> None:
    spec = f"endpointSelector: {{}}, ingress: [{{fromEntities: [{names}]}}]"
    outcome = run(spec, to)
    assert outcome.forms == [form("all", ingress=[rule(without)] if without else [])]
    assert outcome.codes == ["NPT508 tighter"] * lost
    told = run(spec, to, facts=FACTS)
    assert (told.forms, told.codes) == ([form("all", ingress=[rule(having)] if having else [])], [])


NAMED = [
    # entities that name endpoints of Cilium's own, who of them is lost, peers that stay (nodes and the outside are facts)
    ("ingress", ["clients of Cilium's ingress proxy"], []),
    ("health", ["health checks of Cilium"], []),
    ("init, unmanaged, none", ["endpoints that Cilium has no labels of yet", "pods that Cilium does not manage"], []),
    ("world, ingress", ["clients of Cilium's ingress proxy"], OUTSIDE),
    ("world, host, remote-node, ingress", ["clients of Cilium's ingress proxy"], [*NODES, *OUTSIDE]),
    ("health, ingress, init, unmanaged, remote-node, world", [], [*NODES, *OUTSIDE]),
    ("all, ingress", [], ["anyone"]),
    ("cluster, ingress", [], [PODS, *NODES, *SERVERS]),
]


@pytest.mark.parametrize(("names", "lost", "stays"), NAMED, ids=[row[0] for row in NAMED])
@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_endpoints_of_an_engine_of_its_own_are_lost_where_a_rule_names_them(
    names: str, lost: list[str], stays: list[str], to: str
) -> None:
    outcome = run(f"endpointSelector: {{}}, ingress: [{{fromEntities: [{names}]}}]", to, facts=FACTS)
    assert outcome.codes == ["NPT517 tighter"] * len(lost)
    for loss, who in zip(outcome.report.losses, lost, strict=True):
        assert loss.message.startswith(f"{who} (entity ")
        assert loss.message.endswith(" has no such peer, as only Cilium has it")
    assert outcome.forms == [form("all", ingress=[rule(stays)] if stays else [])]


def test_the_gateway_has_no_clients_where_pods_send_to_it() -> None:
    (loss,) = run("endpointSelector: {}, egress: [{toEntities: [ingress]}]", "calico").report.losses
    assert loss.message.startswith(
        "the pods of CiliumNetworkPolicy/shop/p lose access to Cilium's ingress proxy (entity ingress: "
    )


@pytest.mark.parametrize(
    ("section", "who"),
    [
        (
            "ingress: [{fromEntities: [world]}]",
            "pods and nodes gain access to the pods of CiliumNetworkPolicy/shop/p: ",
        ),
        ("egress: [{toEntities: [world]}]", "the pods of CiliumNetworkPolicy/shop/p gain access to pods and nodes: "),
    ],
)
def test_who_gains_access_is_said_by_direction(section: str, who: str) -> None:
    (said,) = run(f"endpointSelector: {{}}, {section}", "calico", loosen=True).said
    assert said == f"{who}addresses outside the cluster are said as all addresses"


def test_who_loses_the_gateway_is_told_whom_to_allow() -> None:
    (loss,) = run("endpointSelector: {}, ingress: [{fromEntities: [ingress]}]", "calico").report.losses
    assert loss.hint == "add a rule for the pods of your own ingress controller (gateway) instead"


def test_a_deny_of_the_gateway_is_refused() -> None:
    report = run("endpointSelector: {}, ingressDeny: [{fromEntities: [ingress]}]", "calico").report
    (refusal,) = report.refusals
    who = "clients of Cilium's ingress proxy (entity ingress: its Gateways and Ingresses)"
    assert refusal.code == "NPT210"
    assert refusal.message.startswith(f"{who} of a Deny rule have no counterpart")


def test_everyone_but_the_gateway_is_refused_and_not_made_nobody() -> None:
    spec = "endpointSelector: {}, ingress: [{fromEndpoints: [{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}]}]"
    outcome = run(spec, "calico")
    assert [code for code in outcome.codes if code.startswith("NPT210")] == ["NPT210"]
    assert outcome.report.refusals[0].message.startswith("everyone but clients of Cilium's ingress proxy")
    assert outcome.report.refusals[0].hint.endswith("or state the address ranges of pods and nodes (--pods, --nodes)")


BESIDE_ALL = "endpointSelector: {}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [ingress]}]"


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_everyone_but_a_denied_gateway_is_said_where_addresses_are_told(to: str) -> None:
    """Pods by their labels, nodes and the rest by address: the gateway is none of these, nor are other endpoints."""
    facts = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
    result = translate.convert(text("cilium", BESIDE_ALL), to=to, facts=facts)
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    assert [loss.code for loss in result.losses if loss.effect.value == "tighter"] == ["NPT517"] * 3
    assert not any("ingress proxy" in loss.message for loss in result.losses)
    assert all(block in result.text for block in ("172.18.0.0/16", "0.0.0.0/0", "10.244.0.0/16"))


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_everyone_but_a_denied_gateway_is_refused_with_the_way_out_where_they_are_not(to: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(text("cilium", BESIDE_ALL), to=to)
    (refusal,) = caught.value.refusals
    assert refusal.code == "NPT210"
    assert refusal.hint == (
        "leave the deny out if nothing takes the place of what it keeps out, or deny the pods that do; "
        "or state the address ranges of pods and nodes (--pods, --nodes)"
    )


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize("name", ["host", "remote-node"])
def test_outwards_one_of_the_nodes_differs_from_pod_to_pod(to: str, name: str) -> None:
    outcome = run(f"endpointSelector: {{}}, egress: [{{toEntities: [{name}]}}]", to, facts=FACTS)
    assert (outcome.forms, outcome.codes) == ([form("all", egress=[])], ["NPT508 tighter"])


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_outwards_the_cluster_is_all_nodes(to: str) -> None:
    outcome = run("endpointSelector: {}, egress: [{toEntities: [cluster]}]", to, facts=FACTS)
    assert (outcome.forms, outcome.codes) == ([form("all", egress=[rule([PODS, *NODES, *SERVERS])])], [])


def test_both_families() -> None:
    outcome = run("endpointSelector: {}, egress: [{toEntities: [world]}]", "calico", facts=DUAL)
    world = [*OUTSIDE, "::/0 except fd00:244::/64, fd00:18::/64"]
    assert (outcome.forms, outcome.codes) == ([form("all", egress=[rule(world)])], [])


def test_loosened() -> None:
    outcome = run("endpointSelector: {}, ingress: [{fromEntities: [world]}]", "calico", loosen=True)
    assert outcome.forms == [form("all", ingress=[rule(["0.0.0.0/0", "::/0"])])]
    assert outcome.codes == ["NPT506 looser"]


@pytest.mark.parametrize("name", ["world", "remote-node", "kube-apiserver"])
def test_a_deny_cannot_be_cut(name: str) -> None:
    spec = f"endpointSelector: {{}}, ingressDeny: [{{fromEntities: [{name}]}}]"
    assert "NPT210" in run(spec, "calico").codes
    assert run(spec, "calico", facts=FACTS).codes == []


def test_what_is_lost_is_told_with_what_brings_it_back() -> None:
    (loss,) = run("endpointSelector: {}, ingress: [{fromEntities: [world]}]", "calico").report.losses
    assert loss.message.startswith("addresses outside the cluster lose access to the pods of ")
    assert loss.hint == "state the address ranges of pods and nodes (--pods, --nodes)"
