"""Log rules, for dialects that cannot log."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.core.origin import spell
from translate.plan.passes import logs

LEFT_ALONE = [
    # spec of Calico, to
    ("types: [Ingress], ingress: [{action: Log}, {action: Allow}]", "calico"),
    ("types: [Ingress], ingress: [{action: Deny}, {action: Pass}, {action: Allow}]", "kubernetes"),
    ("types: [Egress]", "kubernetes"),
]
REWRITTEN = [
    # spec of Calico, form for Kubernetes, where the loss stands
    (
        "types: [Ingress], ingress: [{action: Allow, protocol: UDP}, {action: Log}, {action: Allow, protocol: TCP}]",
        form("all", ingress=[rule(["anyone"], ["UDP"]), rule(["anyone"], ["TCP"])]),
        "spec.ingress[1]",
    ),
    (
        "types: [Ingress, Egress], ingress: [{action: Log}], egress: [{action: Log}]",
        form("all", ingress=[], egress=[]),
        "spec.ingress[0]",
    ),
    (
        "types: [Egress], egress: [{action: Log, protocol: TCP}, {action: Deny}]",
        form("all", egress=[rule(["anyone"], action="Deny")]),
        "spec.egress[0]",
    ),
]


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    assert run(logs.run, policies("calico", spec), to).untouched


@pytest.mark.parametrize(("spec", "expected", "path"), REWRITTEN)
def test_rewritten(spec: str, expected: dict, path: str) -> None:
    outcome = run(logs.run, policies("calico", spec), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([expected], ["NPT304 exact"])
    assert spell(outcome.report.losses[0].origin.path) == path


def test_each_policy_that_logged_is_named_once() -> None:
    quiet, loud = "types: [Ingress]", "types: [Ingress], ingress: [{action: Log}, {action: Log, protocol: TCP}]"
    outcome = run(logs.run, policies("calico", loud, quiet, loud), "kubernetes")
    assert outcome.said == [
        "NetworkPolicy/shop/p no longer logs: a Kubernetes NetworkPolicy has no Log rule",
        "NetworkPolicy/shop/p3 no longer logs: a Kubernetes NetworkPolicy has no Log rule",
    ]
