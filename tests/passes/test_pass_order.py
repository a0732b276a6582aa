"""Every policy that Calico gets has a place."""

from __future__ import annotations

import pytest

from tests.passes.fitting import policies, run
from translate.plan.passes import order

LEFT_ALONE = [
    ("calico", "types: [Ingress], order: 7", "calico"),
    ("calico", "types: [Ingress]", "calico"),
    ("calico", "types: [Ingress], order: 7", "kubernetes"),
    ("kubernetes", "podSelector: {}", "kubernetes"),
    ("cilium", "endpointSelector: {}, ingress: [{}]", "cilium"),
    ("cilium", "endpointSelector: {}, ingress: [{}]", "kubernetes"),
]
REWRITTEN = [
    ("kubernetes", "podSelector: {}", 1000.0),
    ("cilium", "endpointSelector: {}, ingress: [{}]", 1000.0),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(order.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("source", "spec", "place"), REWRITTEN)
def test_rewritten(source: str, spec: str, place: float) -> None:
    outcome = run(order.run, policies(source, spec), "calico")
    assert ([policy.order for policy in outcome.after], outcome.codes) == ([place], [])
