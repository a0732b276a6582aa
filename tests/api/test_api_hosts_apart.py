"""Policies that may govern hosts: what they do there is not judged, so it must be the same, or not be."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from translate import About, Verdict

HOST = """\
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n1, labels: {role: edge}}
spec: {node: n1, interfaceName: "*", expectedIPs: [172.18.0.2]}
---
"""
WALL = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: fw}
spec:
  order: 10
  selector: role == 'edge'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [22]}}]
"""
PODS = WALL.replace("'edge'", "'edge' && has(projectcalico.org/namespace)")
OTHERS = WALL.replace("'edge'", "'core'")
SAID = (
    "no host endpoint has labels that policies select, so none is governed: GlobalNetworkPolicy/fw; add those that do, "
    "or state that there are no others (--facts, complete: [NetworkSet])"
)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (WALL, WALL, Verdict.SAME),
        (WALL, PODS, Verdict.UNDECIDED),
        (PODS, WALL, Verdict.UNDECIDED),
        (PODS, PODS, Verdict.SAME),
        (WALL, WALL.replace("[22]", "[22, 80]"), Verdict.UNDECIDED),
        (OTHERS, OTHERS.replace("[22]", "[22, 80]"), Verdict.LOOSER),
    ],
)
def test_what_governs_a_host_of_the_input_is_the_same_or_nothing_is_known(
    before: str, after: str, verdict: Verdict
) -> None:
    proof = translate.verify(HOST + before, HOST + after).proof
    assert proof.verdict is verdict
    if verdict is Verdict.UNDECIDED:
        assert proof.reason == "what governs HostEndpoint/n1 is not judged, and is not the same on both sides"


SECOND = WALL.replace("name: fw", "name: gate").replace("[22]", "[443]")
CORE = HOST.replace("role: edge", "role: core")
PASSING = """\
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: first}
spec: {order: 10, defaultAction: Pass}
---
"""
LAST = (
    WALL.replace("name: fw", "name: zz")
    .replace("order: 10", "tier: TIER")
    .replace("{action: Allow, protocol: TCP, destination: {ports: [22]}}", "{action: Deny}")
)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (f"{HOST}{WALL}---\n{SECOND}", f"{HOST}{SECOND}---\n{WALL}", Verdict.SAME),
        (HOST + WALL, CORE + WALL, Verdict.UNDECIDED),
        (HOST + WALL, WALL, Verdict.SAME),
        (HOST + WALL, f"{HOST}{WALL}---\n{LAST.replace('TIER', 'default')}", Verdict.SAME),
        (HOST + OTHERS, f"{HOST}{OTHERS}---\n{LAST.replace('TIER', 'default')}", Verdict.UNDECIDED),
        (
            HOST + PASSING + WALL.replace("order: 10", "tier: first").replace("name: fw", "name: first.fw"),
            HOST
            + PASSING
            + WALL.replace("order: 10", "tier: first").replace("name: fw", "name: first.fw")
            + "---\n"
            + LAST.replace("TIER", "first").replace("name: zz", "name: first.zz"),
            Verdict.UNDECIDED,
        ),
    ],
    ids=[
        "in another sequence",
        "relabelled",
        "told once",
        "a last deny",
        "a deny of nobody else's",
        "a last deny before Pass",
    ],
)
def test_what_counts_is_what_becomes_of_the_host(before: str, after: str, verdict: Verdict) -> None:
    assert translate.verify(before, after).verdict is verdict


@pytest.mark.parametrize(
    ("before", "after", "facts", "told"),
    [
        (WALL, PODS, None, [SAID]),
        (WALL, PODS, {"complete": ["NetworkSet"]}, []),
        (WALL, WALL, None, []),
        (PODS, PODS.replace("[22]", "[23]"), None, []),
    ],
)
def test_without_a_host_in_the_input_there_is_none(
    before: str, after: str, facts: dict[str, Any] | None, told: list[str]
) -> None:
    proof = translate.verify(before, after, facts=facts).proof
    assert [str(one) for one in proof.assumptions if one.about is About.HOSTS_APART and one.about.shown] == told


def test_an_engine_without_host_endpoints_governs_none() -> None:
    proof = translate.convert(WALL, to="cilium").proof
    assert proof is not None
    assert [str(one) for one in proof.assumptions if one.about is About.HOSTS_APART] == [SAID]
