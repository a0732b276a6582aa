"""Directions that a target says nothing of: left out where nothing is closed, else refused by name."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import Outcome, policies, target_for
from translate.core.diagnostics import Report
from translate.model.policy import Direction, PolicySet
from translate.plan.passes import directions

ALLOW_TCP, ALLOW = "{action: Allow, protocol: TCP}", "{action: Allow}"


def fitted(given: PolicySet, *can: Direction) -> Outcome:
    """What the pass makes of policies for a target that has these directions."""
    target, report = target_for("kubernetes", given), Report()
    target = replace(target, can=replace(target.can, directions=can))
    return Outcome(given.policies, directions.run(given.policies, target, report), report)


def both(egress: str) -> PolicySet:
    """A Calico policy of both directions."""
    return policies("calico", f"types: [Ingress, Egress], ingress: [{ALLOW_TCP}], egress: [{egress}]")


@pytest.mark.parametrize("egress", ["", ALLOW, ALLOW_TCP, "{action: Deny}"])
def test_left_alone(egress: str) -> None:
    assert fitted(both(egress), *Direction).untouched
    ingress = policies("calico", f"types: [Ingress], ingress: [{egress}]")
    assert fitted(ingress, Direction.INGRESS).untouched


@pytest.mark.parametrize("egress", [ALLOW, f"{ALLOW_TCP}, {ALLOW}"])
def test_what_is_open_is_left_out(egress: str) -> None:
    found = fitted(both(egress), Direction.INGRESS)
    assert (found.codes, found.said) == (
        ["NPT308 exact"],
        ["a Kubernetes NetworkPolicy says nothing of egress, and NetworkPolicy/shop/p leaves all of it open"],
    )
    assert [(policy.ingress, policy.egress) for policy in found.after] == [(found.before[0].ingress, None)]


def test_what_isolates_nobody_is_open() -> None:
    spec = "endpointSelector: {}, ingress: [{}], egress: [{toEndpoints: [{}]}], enableDefaultDeny: {egress: false}"
    assert fitted(policies("cilium", spec), Direction.INGRESS).codes == ["NPT308 exact"]


CLOSED = ["", ALLOW_TCP, f"{{action: Deny, protocol: UDP}}, {ALLOW}", "{action: Pass}", "{action: Allow, ipVersion: 4}"]


@pytest.mark.parametrize("egress", CLOSED)
def test_what_is_closed_is_refused_at_its_place(egress: str) -> None:
    found = fitted(both(egress), Direction.INGRESS)
    assert (found.codes, found.said) == (
        ["NPT210"],
        ["a Kubernetes NetworkPolicy says nothing of egress: what NetworkPolicy/shop/p closes would be open"],
    )
    (refusal,) = found.report.refusals
    assert refusal.origin.path[:2] == ("spec", "egress")


def test_each_direction() -> None:
    given = policies("calico", f"types: [Ingress], ingress: [{ALLOW_TCP}]")
    assert fitted(given, Direction.EGRESS).codes == ["NPT210"]


def test_a_policy_of_no_other_direction_is_left_to_the_pass_for_those() -> None:
    found = fitted(policies("calico", f"types: [Egress], egress: [{ALLOW}]"), Direction.INGRESS)
    assert (found.codes, [policy.egress for policy in found.after]) == ([], [None])
