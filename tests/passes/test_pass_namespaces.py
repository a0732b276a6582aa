"""Cluster-wide policies, for dialects whose policies belong to a namespace."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, form, plain, policies, run
from translate.api.support import load
from translate.core.origin import spell
from translate.plan.passes import namespaces


def spec(where: str, selector: str = "all()") -> str:
    """A policy of the namespaces ``where`` selects."""
    return f'namespaceSelector: "{where}", selector: "{selector}", types: [Ingress]'


REWRITTEN = [
    # spec of a GlobalNetworkPolicy, namespace → subject for Kubernetes
    (spec("projectcalico.org/name == 'a'"), {"a": "all"}),
    (spec("projectcalico.org/name in {'b', 'a'}", "has(x)"), {"b": "has x", "a": "has x"}),
    (spec("kubernetes.io/metadata.name == 'a'"), {"a": "all"}),
    ("selector: \"projectcalico.org/namespace == 'a' && has(x)\", types: [Ingress]", {"a": "has x"}),
    # other tests on the name are decided here
    (spec("projectcalico.org/name in {'ab', 'b'} && projectcalico.org/name starts with 'a'"), {"ab": "all"}),
    (spec("projectcalico.org/name in {'ab', 'b'} && !(projectcalico.org/name ends with 'b')"), {}),
    (
        spec("projectcalico.org/name in {'a', 'b'}", "projectcalico.org/namespace == 'b' || has(x)"),
        {"a": "has x", "b": "all"},
    ),
    (
        spec("projectcalico.org/name in {'a', 'b'}", "projectcalico.org/namespace contains 'a' && has(x)"),
        {"a": "has x"},
    ),
    # nobody: named, as nothing stands for the policy
    (spec("projectcalico.org/name == 'a' && projectcalico.org/name == 'b'"), {}),
]
UNNAMED = (
    "GlobalNetworkPolicy/g is cluster-wide and does not name its namespaces; a Kubernetes NetworkPolicy belongs to one"
)
REFUSED = [
    ("selector: has(x), types: [Ingress]", UNNAMED, "spec.selector"),
    (spec("all()"), UNNAMED, "spec.selector"),
    (spec("has(team)"), UNNAMED, "spec.selector"),
    (spec("projectcalico.org/name starts with 'a'"), UNNAMED, "spec.selector"),
    (spec("projectcalico.org/name not in {'a'}"), UNNAMED, "spec.selector"),
    (
        spec("projectcalico.org/name in {'a', 'b'} && team == 'x'"),
        "GlobalNetworkPolicy/g governs the namespace a only if that has a label team, "
        "which a Kubernetes NetworkPolicy cannot ask",
        "spec.selector",
    ),
]


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_policies_of_a_namespace_are_left_alone(to: str) -> None:
    assert run(namespaces.run, policies("calico", "selector: has(x), types: [Ingress]"), to).untouched
    assert run(namespaces.run, policies("kubernetes", "podSelector: {}"), to).untouched


def test_where_policies_can_be_cluster_wide_they_are_left_alone() -> None:
    given = load(calico("GlobalNetworkPolicy", spec("has(team)")))
    assert run(namespaces.run, given, "calico").untouched


@pytest.mark.parametrize(("given", "expected"), REWRITTEN)
def test_rewritten(given: str, expected: dict[str, str]) -> None:
    outcome = run(namespaces.run, load(calico("GlobalNetworkPolicy", given)), "kubernetes")
    assert {policy.identity.namespace: plain(policy) for policy in outcome.after} == {
        name: form(subject, ingress=[]) for name, subject in expected.items()
    }
    assert all(policy.identity.name == "g" and policy.metadata.namespace_given for policy in outcome.after)
    assert outcome.codes == ([] if expected else ["NPT302 exact"])


@pytest.mark.parametrize(("given", "message", "path"), REFUSED)
def test_refused(given: str, message: str, path: str) -> None:
    outcome = run(namespaces.run, load(calico("GlobalNetworkPolicy", given)), "kubernetes")
    assert (outcome.codes, outcome.said) == (["NPT210"], [message])
    assert spell(outcome.report.refusals[0].origin.path) == path


def test_nobody_is_named() -> None:
    given = load(calico("GlobalNetworkPolicy", REWRITTEN[-1][0]))
    assert run(namespaces.run, given, "kubernetes").said == [
        "GlobalNetworkPolicy/g selects no pod, so nothing stands for it"
    ]


BY_ACCOUNT = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: e}
spec:
  endpointSelector: {matchLabels: {app: a%s}}
  ingress:
  - fromEndpoints: [{matchLabels: {k8s:io.cilium.k8s.policy.serviceaccount: u}}]
  - fromEndpoints: [{matchLabels: {k8s:io.cilium.k8s.policy.serviceaccount: v}}]
"""
THREE = {"namespaces": {"a": {}, "b": {}, "c": {}}}


def test_what_is_lost_of_a_policy_in_many_namespaces_is_told_once_a_place() -> None:
    """The policy of the input is what people know, not the three that stand for it."""
    result = translate.convert(BY_ACCOUNT % "", to="kubernetes", facts={**THREE, "complete": ["Namespace"]})
    assert [found["metadata"]["namespace"] for found in result.objects] == ["a", "b", "c"]
    lost = [(loss.code, str(loss.about), spell(loss.origin.path)) for loss in result.losses]
    path = 'spec.ingress[{}].fromEndpoints[0].matchLabels["k8s:io.cilium.k8s.policy.serviceaccount"]'
    about = "CiliumClusterwideNetworkPolicy/e"
    assert lost == [("NPT503", about, path.format(0)), ("NPT503", about, path.format(1))]
    assert all(f"the pods of {about}: " in loss.message for loss in result.losses)


def test_what_is_refused_of_a_policy_in_many_namespaces_is_told_once() -> None:
    text = BY_ACCOUNT % ", k8s:io.cilium.k8s.policy.serviceaccount: w"
    with pytest.raises(translate.UnsupportedError) as raised:
        translate.convert(text, to="kubernetes", facts={**THREE, "complete": ["Namespace"]})
    assert [str(refusal.about) for refusal in raised.value.refusals] == ["CiliumClusterwideNetworkPolicy/e"]
