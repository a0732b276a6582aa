"""Denies of everyone, for a target where they would keep out the pod's own node."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
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
OTHERS = ["other nodes or outside", "pods all of namespaces all"]
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
