"""Kinds of peers on their way to targets that have no word for them, with facts about addresses and without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.passes.fitting import Outcome, form, policies, rule, target_for
from translate.core.diagnostics import Report
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
    ("health", "calico", [], 0, []),
    ("ingress", "kubernetes", [], 0, []),
    ("init, unmanaged, none", "calico", [], 0, []),
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
    assert loss.message.startswith("addresses outside the cluster lose access to or from the pods of ")
    assert loss.hint == "state the address ranges of pods and nodes with --facts"
