"""Rules with many peers, for dialects that hold one peer, or one kind of peers."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.core.origin import spell
from translate.plan.passes import peer_kinds

A, B = "{podSelector: {matchLabels: {app: a}}}", "{podSelector: {matchLabels: {app: b}}}"
BLOCK, OTHER = "{ipBlock: {cidr: 10.0.0.0/8}}", "{ipBlock: {cidr: 11.0.0.0/8}}"
SIXTH, HOLED = "{ipBlock: {cidr: 'fd00::/8'}}", "{ipBlock: {cidr: 12.0.0.0/8, except: [12.1.0.0/16]}}"
PODS_A, PODS_B = "pods app in {a} of the own namespace", "pods app in {b} of the own namespace"


def spec(*peers: str) -> str:
    """A policy with these peers in one rule on port 80."""
    return f"podSelector: {{}}, ingress: [{{from: [{', '.join(peers)}], ports: [{{port: 80}}]}}]"


LEFT_ALONE = [
    (spec(A, B, BLOCK), "kubernetes"),
    (spec(A), "calico"),
    (spec(BLOCK), "calico"),
    (spec(A, B), "cilium"),
    (spec(BLOCK, OTHER), "cilium"),
    ("podSelector: {}, ingress: [{}]", "calico"),
    ("podSelector: {}", "cilium"),
]
REWRITTEN = [
    (spec(A, B), "calico", [[PODS_A], [PODS_B]]),
    (spec(A, BLOCK, B), "calico", [[PODS_A], ["10.0.0.0/8"], [PODS_B]]),
    (spec(A, BLOCK, OTHER, B), "calico", [[PODS_A], ["10.0.0.0/8", "11.0.0.0/8"], [PODS_B]]),
    (spec(BLOCK, A, OTHER), "calico", [["10.0.0.0/8", "11.0.0.0/8"], [PODS_A]]),
    (
        spec(BLOCK, SIXTH, HOLED, OTHER),
        "calico",
        [["10.0.0.0/8", "11.0.0.0/8"], ["fd00::/8"], ["12.0.0.0/8 except 12.1.0.0/16"]],
    ),
    (spec(A, BLOCK, B, OTHER), "cilium", [[PODS_A, PODS_B], ["10.0.0.0/8", "11.0.0.0/8"]]),
]


@pytest.mark.parametrize(("given", "to"), LEFT_ALONE)
def test_left_alone(given: str, to: str) -> None:
    assert run(peer_kinds.run, policies("kubernetes", given), to).untouched


@pytest.mark.parametrize(("given", "to", "peers"), REWRITTEN)
def test_rewritten(given: str, to: str, peers: list[list[str]]) -> None:
    outcome = run(peer_kinds.run, policies("kubernetes", given), to)
    assert outcome.codes == []
    assert outcome.forms == [form("all", ingress=[rule(each, ["TCP 80"]) for each in peers])]


def test_the_first_part_stands_for_the_rule_and_the_others_for_their_peer() -> None:
    outcome = run(peer_kinds.run, policies("kubernetes", spec(A, B)), "calico")
    section = outcome.after[0].ingress
    assert section is not None
    assert [spell(each.origin.path) for each in section.rules] == ["spec.ingress[0]", "spec.ingress[0].from[1]"]
