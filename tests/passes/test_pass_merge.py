"""Rules that a source had to split come together again."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.plan.passes import merge

A = "{action: Allow, source: {selector: has(a)}}"
B = "{action: Allow, source: {selector: has(b)}}"
A80 = "{action: Allow, protocol: TCP, source: {selector: has(a)}, destination: {ports: [80]}}"
A53 = "{action: Allow, protocol: UDP, source: {selector: has(a)}, destination: {ports: [53]}}"
ANY = "{action: Allow}"
PODS_A, PODS_B = "pods has a of the own namespace", "pods has b of the own namespace"


def calico(*rules: str) -> str:
    """A policy of these ingress rules."""
    return f"types: [Ingress], ingress: [{', '.join(rules)}]"


LEFT_ALONE = [
    ("calico", calico(A, B), "calico"),
    ("calico", calico(A), "kubernetes"),
    ("calico", calico(A, A80), "kubernetes"),
    ("calico", calico(ANY, A), "kubernetes"),
    ("calico", calico(A80, B), "kubernetes"),
    (
        "kubernetes",
        "podSelector: {}, ingress: [{from: [{podSelector: {}}]}, {from: [{namespaceSelector: {}}]}]",
        "kubernetes",
    ),
    ("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}, {fromCIDR: [10.0.0.0/8]}]", "cilium"),
]
REWRITTEN = [
    (calico(A, B), [rule([PODS_A, PODS_B])]),
    (calico(A80, A53), [rule([PODS_A], ["TCP 80", "UDP 53"])]),
    (calico(A, B, A80), [rule([PODS_A, PODS_B]), rule([PODS_A], ["TCP 80"])]),
    (
        calico(A80, A53, A80.replace("has(a)", "has(b)"), A53.replace("has(a)", "has(b)")),
        [rule([PODS_A, PODS_B], ["TCP 80", "UDP 53"])],
    ),
    (calico(A, A), [rule([PODS_A])]),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(merge.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("spec", "rules"), REWRITTEN)
def test_rewritten(spec: str, rules: list[dict]) -> None:
    outcome = run(merge.run, policies("calico", spec), "kubernetes")
    assert (outcome.codes, outcome.forms) == ([], [form("all", ingress=rules)])


def test_isolation_without_rules_stays() -> None:
    outcome = run(merge.run, policies("calico", "types: [Ingress, Egress]"), "kubernetes")
    assert outcome.forms == [form("all", ingress=[], egress=[])]
