"""Labels that an engine sets itself, in selectors of Kubernetes policies that it enforces."""

from __future__ import annotations

import pytest

import translate
from translate import UnsupportedError, Verdict

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {%s}
  ingress: [%s]
"""
ANY, FROM = "", "{from: [{%s}]}"


def peer(text: str) -> str:
    return POLICY % (ANY, FROM % text)


def subject(labels: str) -> str:
    return POLICY % (labels, "")


NONE = POLICY % (ANY, "")
IN_DATA = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}, podSelector: {}"

CALICO = [
    (peer("podSelector: {matchLabels: {projectcalico.org/namespace: shop}}"), peer("podSelector: {}")),
    (peer("podSelector: {matchLabels: {projectcalico.org/namespace: data}}"), NONE),
    (peer("namespaceSelector: {}, podSelector: {matchLabels: {projectcalico.org/namespace: data}}"), peer(IN_DATA)),
    (peer("namespaceSelector: {matchLabels: {projectcalico.org/name: data}}"), peer(IN_DATA)),
    (peer("podSelector: {matchLabels: {projectcalico.org/orchestrator: k8s}}"), peer("podSelector: {}")),
    (peer("podSelector: {matchLabels: {projectcalico.org/orchestrator: other}}"), NONE),
    (
        peer("namespaceSelector: {}, podSelector: {matchLabels: {pcns.env: prod}}"),
        peer("namespaceSelector: {matchLabels: {env: prod}}"),
    ),
    (subject("matchLabels: {projectcalico.org/namespace: shop}"), NONE),
    (subject("matchExpressions: [{key: projectcalico.org/namespace, operator: DoesNotExist}]"), ""),
]
CILIUM = [
    (
        peer("namespaceSelector: {}, podSelector: {matchLabels: {io.kubernetes.pod.namespace: data}}"),
        peer(IN_DATA),
    ),
    (
        peer("podSelector: {matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}"),
        peer("podSelector: {}"),
    ),
    (
        peer("namespaceSelector: {}, podSelector: {matchLabels: {io.cilium.k8s.namespace.labels.env: prod}}"),
        peer("namespaceSelector: {matchLabels: {env: prod}}"),
    ),
    (peer("podSelector: {matchLabels: {io.cilium.k8s.other: x}}"), NONE),
    (subject("matchExpressions: [{key: io.cilium.k8s.other, operator: DoesNotExist}]"), NONE),
]


def compared(engine: str, given: str, meaning: str) -> Verdict:
    after = meaning or "apiVersion: v1\nkind: List\nitems: []\n"
    return translate.verify(given, after, source_engine=engine, target_engine=engine).verdict


@pytest.mark.parametrize(("given", "meaning"), CALICO)
def test_labels_that_calico_sets(given: str, meaning: str) -> None:
    assert compared("calico", given, meaning) is Verdict.SAME


@pytest.mark.parametrize("given", [peer("podSelector: {%s}"), subject("%s")])
@pytest.mark.parametrize(
    "asked",
    [
        "matchLabels: {io.kubernetes.pod.namespace: data}",
        "matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [data]}]",
    ],
)
def test_what_cilium_overwrites_is_refused(given: str, asked: str) -> None:
    with pytest.raises(UnsupportedError, match="puts the namespace of the policy there"):
        translate.load(given.replace("%s", asked), source_engine="cilium")


@pytest.mark.parametrize(("given", "meaning"), CILIUM)
def test_labels_that_cilium_sets(given: str, meaning: str) -> None:
    assert compared("cilium", given, meaning) is Verdict.SAME


@pytest.mark.parametrize(
    ("given", "meaning"), [pair for pair in CALICO if "projectcalico" in pair[0] or "pcns" in pair[0]]
)
def test_to_the_api_they_are_labels_like_others(given: str, meaning: str) -> None:
    after = meaning or "apiVersion: v1\nkind: List\nitems: []\n"
    assert translate.verify(given, after).verdict is not Verdict.SAME


def test_the_output_says_what_calico_makes_of_them() -> None:
    given = peer("namespaceSelector: {}, podSelector: {matchLabels: {projectcalico.org/namespace: data}}")
    result = translate.convert(given, to="kubernetes", source_engine="calico")
    assert "projectcalico" not in result.text
    assert "kubernetes.io/metadata.name: data" in result.text
