"""Label keys that the target cannot see, or reads as something of its own."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.plan.passes import label_keys

UNSEEN = ("pod-template-hash", "statefulset.kubernetes.io/pod-name", "topology.kubernetes.io/zone", "controller-uid")
LONG = "a-team-label-of-more-than-thirty-two-characters"
LEFT_ALONE = [
    ("podSelector: {matchLabels: {app.kubernetes.io/name: a}}", "cilium"),
    ("podSelector: {matchLabels: {app: a}}", "calico"),
    *((f"podSelector: {{matchLabels: {{{key}: a}}}}", "kubernetes") for key in UNSEEN),
    *((f"podSelector: {{matchLabels: {{{key}: a}}}}", "calico") for key in UNSEEN),
    (
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}}]}]",
        "cilium",
    ),
    ("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {example.com/team: a}}}]}]", "cilium"),
    (f"podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{{LONG}: a}}}}}}]}}]", "calico"),
]
REFUSED = [
    *((f"podSelector: {{matchLabels: {{{key}: a}}}}", "cilium") for key in UNSEEN),
    ("podSelector: {matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}", "cilium"),
    ("podSelector: {matchLabels: {projectcalico.org/namespace: a}}", "calico"),
    ("podSelector: {matchLabels: {pcns.team: a}}", "calico"),
    ("podSelector: {matchLabels: {io.kubernetes.pod.namespace: a}}", "cilium"),
]
PEERS = [
    ("{podSelector: {matchLabels: {pod-template-hash: a}}}", "cilium"),
    ("{podSelector: {matchExpressions: [{key: pod-template-hash, operator: NotIn, values: [a]}]}}", "cilium"),
    ("{podSelector: {matchLabels: {pcsa.team: a}}}", "calico"),
    (f"{{namespaceSelector: {{matchLabels: {{{LONG}: a}}}}}}", "cilium"),
]


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    assert run(label_keys.run, policies("kubernetes", spec), to).untouched


@pytest.mark.parametrize(("spec", "to"), REFUSED)
def test_subjects_are_refused(spec: str, to: str) -> None:
    outcome = run(label_keys.run, policies("kubernetes", spec), to)
    assert (outcome.codes, outcome.after) == (["NPT212"], outcome.before)


@pytest.mark.parametrize(("peer", "to"), PEERS)
def test_peers_are_dropped_and_named(peer: str, to: str) -> None:
    spec = f"podSelector: {{}}, ingress: [{{from: [{peer}, {{podSelector: {{matchLabels: {{app: a}}}}}}]}}, {{from: [{peer}]}}]"
    outcome = run(label_keys.run, policies("kubernetes", spec), to)
    assert outcome.codes == ["NPT503 tighter", "NPT503 tighter"]
    assert outcome.forms == [form("all", ingress=[rule(["pods app in {a} of the own namespace"])])]
