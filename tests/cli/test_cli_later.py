"""What changes only once another policy is added: told apart from what changes today, by code and exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: web, namespace: shop}}
spec: {{endpointSelector: {{matchLabels: {{app: web}}}}, {rules}}}
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: {tier}web, namespace: shop}}
spec: {{selector: app == 'web', {spec}}}
"""
TIER = """\
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: behind}
spec: {order: 2000000}
"""
DENIED = CILIUM.format(rules="ingressDeny: [{fromEndpoints: [{matchLabels: {app: old}}]}], ingress: [{}]")
ADDED = CILIUM.format(rules="enableDefaultDeny: {ingress: false}, ingress: [{fromEndpoints: [{}]}]")
BEHIND = CALICO.format(tier="behind.", spec="tier: behind, types: [Egress], egress: [{action: Allow}]") + TIER
SHUT = CALICO.format(tier="", spec="types: [Ingress], ingress: [{action: Deny}]")
FOR_GOOD = CALICO.format(tier="", spec="order: 10, types: [Ingress], ingress: [{action: Deny}]")
ALL_THERE_IS = "complete: [Policy]\n"
TODAY = "proved the same today: both let through exactly the same packets until another policy is added"
ANY_DAY = "proved the same: both let through exactly the same packets, whatever policy is added later"

LOSSES = [
    # input, target, code and effect, whether it is written
    (DENIED, "kubernetes", "looser-later  NPT520", True),  # another policy may re-open what was denied for good
    (
        ADDED,
        "kubernetes",
        "tighter-later  NPT521",
        False,
    ),  # nothing stands for it, which is missed once another isolates
    (BEHIND, "cilium", "looser  NPT522", False),  # the allow stands before policies that would isolate
]


@pytest.mark.parametrize(("text", "to", "told", "written"), LOSSES)
def test_what_another_policy_would_change(run, folder: Path, text: str, to: str, told: str, written: bool) -> None:
    (folder / "in.yaml").write_text(text)
    ran = run("--to", to, "in.yaml", "--report", "json=report.json")
    assert (ran.code, bool(ran.out.strip())) == (1, written)
    assert f": {told} " in ran.err
    assert TODAY in ran.err
    assert "once another policy isolates the pod" in ran.err
    assert '"name": "added-later"' in ran.err
    proof = json.loads((folder / "report.json").read_text())["proof"]
    assert (proof["verdict"], proof["counterexamples"]) == ("same", [])
    assert proof["later"] == told.partition("  ")[0].removesuffix("-later")
    assert {example["once"]["metadata"]["namespace"] for example in proof["later_counterexamples"]} == {"shop"}


@pytest.mark.parametrize(("text", "to", "told", "written"), LOSSES)
def test_whoever_states_that_there_are_no_others_is_asked_about_today(
    run, folder: Path, text: str, to: str, told: str, written: bool
) -> None:
    (folder / "in.yaml").write_text(text)
    (folder / "facts.yaml").write_text(ALL_THERE_IS)
    ran = run("--to", to, "in.yaml", "--facts", "facts.yaml", "-v")
    assert (ran.code, "NPT52" in ran.err) == (0, False)
    assert TODAY not in ran.err
    assert ANY_DAY not in ran.err
    assert "assumes: as stated: the policies of the input are all that there are and will be" in ran.err


def test_a_loss_of_later_days_is_accepted_by_its_code(run, folder: Path) -> None:
    (folder / "in.yaml").write_text(DENIED)
    ran = run("--to", "kubernetes", "in.yaml", "--accept", "NPT520")
    assert ran.code == 0
    assert "looser-later  NPT520 reopened-later (accepted)" in ran.err
    assert "1 translated · 0 same · 0 tighter · 0 looser · 1 same today" in ran.err


def test_a_fact_that_makes_no_difference_is_not_rested_on(run, folder: Path) -> None:
    """Isolation stays isolation: it is the same on any day."""
    (folder / "in.yaml").write_text(SHUT)
    (folder / "facts.yaml").write_text(ALL_THERE_IS)
    ran = run("--to", "cilium", "in.yaml", "--facts", "facts.yaml")
    assert ran.code == 0
    assert ANY_DAY in ran.err


def test_isolation_and_denial_are_the_same_today(run, folder: Path) -> None:
    (folder / "shut.yaml").write_text(SHUT)
    (folder / "good.yaml").write_text(FOR_GOOD)
    ran = run("verify", "shut.yaml", "good.yaml")
    assert ran.code == 1
    assert f"! {TODAY}" in ran.err
    assert "counterexample (tighter, once another policy isolates the pod and lets all through)" in ran.err
    assert run("verify", "shut.yaml", "shut.yaml").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("--to", "kubernetes"),
        ("check", "--to", "kubernetes"),
        ("report", "--to", "kubernetes"),
    ],
)
def test_no_tick_stands_beside_what_is_lost_later(run, folder: Path, command: tuple[str, ...]) -> None:
    (folder / "in.yaml").write_text(DENIED)
    ran = run(*command, "in.yaml")
    assert (ran.code, f"! {TODAY}" in ran.err, "✔" in ran.err) == (1, True, False)
