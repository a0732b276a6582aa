"""Actions, tiers and rules that do not isolate, for dialects that only allow."""

from __future__ import annotations

import pytest

from tests.passes.fitting import policies, run
from translate.core.origin import spell
from translate.plan.passes import actions

LEFT_ALONE = [
    # from, spec, to
    ("kubernetes", "podSelector: {}, ingress: [{}]", "calico"),
    ("kubernetes", "podSelector: {}, ingress: [{}]", "cilium"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "kubernetes"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "cilium"),
    ("calico", "ingress: [{action: Log}, {action: Deny}, {action: Pass}]", "calico"),
    ("calico", "types: [Ingress, Egress]", "cilium"),
    ("cilium", "endpointSelector: {}, ingress: [{}]", "kubernetes"),
]
REFUSED = [
    ("calico", "ingress: [{action: Deny}]", "kubernetes", "spec.ingress[0]"),
    ("calico", "ingress: [{action: Allow}, {action: Pass}]", "cilium", "spec.ingress[1]"),
    ("calico", "types: [Egress], egress: [{action: Log}]", "kubernetes", "spec.egress[0]"),
    (
        "cilium",
        "endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: false}",
        "kubernetes",
        "spec.ingress",
    ),
    ("cilium", "endpointSelector: {}, egress: [{}], enableDefaultDeny: {egress: false}", "calico", "spec.egress"),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(actions.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("source", "spec", "to", "path"), REFUSED)
def test_refused(source: str, spec: str, to: str, path: str) -> None:
    outcome = run(actions.run, policies(source, spec), to)
    assert outcome.after == outcome.before
    assert outcome.codes == ["NPT210"]
    assert spell(outcome.report.refusals[0].origin.path) == path


def test_every_rule_is_named() -> None:
    spec = "types: [Ingress, Egress], ingress: [{action: Deny}], egress: [{action: Deny}, {action: Log}]"
    outcome = run(actions.run, policies("calico", spec), "kubernetes")
    assert [refusal.message.split(" has ")[0] for refusal in outcome.report.refusals] == [
        "the action Deny",
        "the action Deny",
        "the action Log",
    ]
