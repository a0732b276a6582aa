"""Denies of everyone, for a target where they would keep out the pod's own node."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from tests.passes.fitting import form, policies, rule, run, text
from translate.dialects.cilium.settings import CiliumSettings
from translate.model.facts import Facts
from translate.model.settings import EngineSettings
from translate.plan.passes import own_node

LEFT_ALONE = [
    ("calico", "types: [Ingress], ingress: [{action: Deny}]", "kubernetes"),
    ("calico", "types: [Ingress], ingress: [{action: Deny}]", "calico"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "cilium"),
    ("calico", "types: [Egress], egress: [{action: Deny}]", "cilium"),
    ("calico", "types: [Ingress], ingress: [{action: Deny, source: {selector: has(x)}}, {action: Allow}]", "cilium"),
    ("kubernetes", "podSelector: {}, ingress: [{}]", "cilium"),
    ("cilium", "endpointSelector: {}, ingressDeny: [{fromEntities: [all]}]", "cilium"),
]
OWN_ENDPOINTS = "health checks or ingress proxy or initializing endpoint or unmanaged endpoint"
OTHERS = [f"other nodes or outside or {OWN_ENDPOINTS}", "pods all of namespaces all"]
REWRITTEN = [
    (
        "types: [Ingress, Egress], ingress: [{action: Deny}, {action: Allow}], egress: [{action: Deny}]",
        form("all", ingress=[rule(OTHERS, action="Deny"), rule(["anyone"])], egress=[rule(["anyone"], action="Deny")]),
    ),
    (
        "types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [9100]}}]",
        form("all", ingress=[rule(OTHERS, ["TCP 9100"], action="Deny")]),
    ),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(own_node.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("spec", "expected"), REWRITTEN)
def test_rewritten(spec: str, expected: dict) -> None:
    outcome = run(own_node.run, policies("calico", spec), "cilium")
    assert (outcome.forms, outcome.codes) == ([expected], [])


ASKED = Facts(settings=EngineSettings((CiliumSettings(allow_localhost="policy"),)))
STAYS = [
    ("kubernetes", "podSelector: {}, ingress: [{}]", "cilium"),
    ("kubernetes", "podSelector: {}, policyTypes: [Egress]", "cilium"),
    ("kubernetes", "podSelector: {}, ingress: []", "calico"),
    ("cilium", "endpointSelector: {}, ingress: [{}]", "cilium"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "cilium"),
]
OPENED = [
    ("kubernetes", "podSelector: {}, ingress: []", []),
    ("kubernetes", "podSelector: {}, ingress: [{ports: [{port: 1}]}]", [rule(["anyone"], ["TCP 1"])]),
    (
        "calico",
        "types: [Ingress], ingress: [{action: Allow, destination: {selector: has(a)}}]",
        [rule(["anyone"], own=["pods has a of the own namespace"])],
    ),
]


@pytest.mark.parametrize(("source", "spec", "to"), STAYS)
def test_left_alone_where_policies_are_asked(source: str, spec: str, to: str) -> None:
    """Everyone gets in, no pod is cut off, or the engine is another."""
    assert run(own_node.run, policies(source, spec), to, facts=ASKED).untouched


@pytest.mark.parametrize(("source", "spec", "rules"), OPENED)
def test_a_rule_lets_the_own_node_in_where_policies_are_asked(source: str, spec: str, rules: list[Any]) -> None:
    """``allow-localhost: policy``: without it the kubelet's probes would fail."""
    outcome = run(own_node.run, policies(source, spec), "cilium", facts=ASKED)
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=[*rules, rule(["own node"])])], [])


@pytest.mark.parametrize("source", ["kubernetes", "calico"])
def test_that_rule_is_what_keeps_the_meaning(source: str) -> None:
    spec = "podSelector: {}, ingress: []" if source == "kubernetes" else "types: [Ingress]"
    result = translate.convert(
        text(source, spec), to="cilium", facts={"settings": {"cilium": {"allow-localhost": "policy"}}}
    )
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (translate.Verdict.SAME, ())
    assert result.objects[0]["spec"]["ingress"] == [{"fromEntities": ["host"]}]
