"""Rules with many protocols and ports, for dialects that hold one protocol, or so many ports."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.plan.passes import port_lists


def spec(*ports: str) -> str:
    """A policy with these ports in one rule."""
    return f"podSelector: {{}}, ingress: [{{ports: [{', '.join(ports)}]}}]"


def many(count: int) -> list[str]:
    """So many TCP ports, not neighbours."""
    return [f"{{port: {1000 + 2 * number}}}" for number in range(count)]


LEFT_ALONE = [
    (spec("{port: 80}", "{port: 53, protocol: UDP}"), "kubernetes"),
    (spec("{port: 80}", "{port: 53, protocol: UDP}"), "cilium"),
    (spec("{port: 80}", "{port: 90, endPort: 99}", "{port: http}"), "calico"),
    (spec(*many(50)), "calico"),
    (spec(*many(300)), "cilium"),
    (spec("{protocol: UDP}"), "calico"),
    ("podSelector: {}, ingress: [{}]", "calico"),
    ("podSelector: {}", "calico"),
]
REWRITTEN = [
    (spec("{port: 80}", "{port: 53, protocol: UDP}", "{port: 81}"), "calico", [["TCP 80", "TCP 81"], ["UDP 53"]]),
    (spec("{port: 80}", "{protocol: TCP}", "{port: 53, protocol: UDP}"), "calico", [["TCP"], ["UDP 53"]]),
    (spec("{port: 80}", "{protocol: TCP}", "{port: 53, protocol: UDP}"), "cilium", [["TCP", "UDP 53"]]),
    (spec("{port: 80}", "{port: 80}"), "kubernetes", [["TCP 80"]]),
    (
        spec(*many(51)),
        "calico",
        [[f"TCP {1000 + 2 * number}" for number in range(50)], ["TCP 1100"]],
    ),
]


@pytest.mark.parametrize(("given", "to"), LEFT_ALONE)
def test_left_alone(given: str, to: str) -> None:
    assert run(port_lists.run, policies("kubernetes", given), to).untouched


@pytest.mark.parametrize(("given", "to", "traffic"), REWRITTEN)
def test_rewritten(given: str, to: str, traffic: list[list[str]]) -> None:
    outcome = run(port_lists.run, policies("kubernetes", given), to)
    assert outcome.codes == []
    assert outcome.forms == [form("all", ingress=[rule(["anyone"], each) for each in traffic])]
