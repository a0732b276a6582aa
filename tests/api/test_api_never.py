"""Notes on what never does anything, each with its place and that of what comes first."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, documents, text
from translate.api.idle import MOST_TOLD

DENY = calico("GlobalNetworkPolicy", "order: 10, ingress: [{action: Deny, protocol: TCP}]", name="no-tcp")


def notes(source: str, to: str = "calico", **options: object) -> list[str]:
    """The notes about what never does anything."""
    found = [note.message for note in translate.convert(source, to=to, **options).notes]  # type: ignore[arg-type]
    words = ("never match", "no effect", "always holds", "selects no Pod", "selects by labels")
    return [message for message in found if any(word in message for word in words)]


def allow(number: int) -> str:
    """An Allow behind the Deny."""
    return calico(
        "NetworkPolicy", f"order: {100 + number}, ingress: [{{action: Allow, protocol: TCP}}]", name=f"n{number}"
    )


def test_both_places_are_told() -> None:
    assert notes(documents(DENY, allow(1)), to="cilium") == [
        "NetworkPolicy/shop/n1 spec.ingress[0] (input:9) never matches: "
        "GlobalNetworkPolicy/no-tcp spec.ingress[0] at order 10 (input:4) denies it first"
    ]
    assert notes(documents(DENY, allow(1)), verify=False) == []


def test_several_that_come_first() -> None:
    halves = "selector: all(), ingress: [{action: Deny, protocol: TCP, source: {selector: %s}}]"
    first = calico("GlobalNetworkPolicy", "order: 1, " + halves % "has(app)", name="a")
    second = calico("GlobalNetworkPolicy", "order: 2, " + halves % '"!has(app)"', name="b")
    web = "order: 3, ingress: [{action: Allow, protocol: TCP, source: {selector: all()}}]"
    assert notes(documents(first, second, calico("NetworkPolicy", web, name="web"))) == [
        "NetworkPolicy/shop/web spec.ingress[0] (input:14) never matches: "
        "GlobalNetworkPolicy/a spec.ingress[0] at order 1 (input:4) denies it and "
        "GlobalNetworkPolicy/b spec.ingress[0] at order 2 (input:9) denies it first"
    ]


def test_at_most_so_many_are_told() -> None:
    found = notes(documents(DENY, *map(allow, range(MOST_TOLD + 3))))
    assert len(found) == MOST_TOLD + 1
    assert found[-1] == "3 more rules of the input never match"
    assert notes(documents(DENY, *map(allow, range(MOST_TOLD + 1))))[-1] == "1 more rule of the input never matches"


NOTHING = [
    (
        "selector: app == 'a', ingress: [{action: Deny, destination: {selector: app == 'b'}}]",
        "spec.ingress[0] (input:4) never matches: its destination is a pod that the policy selects, and none of these "
        "can be what it asks of the destination",
    ),
    (
        "egress: [{action: Deny, destination: {selector: app == 'a' && app == 'b'}}]",
        "spec.egress[0] (input:4) never matches: nobody can be what it asks of the destination",
    ),
    (
        "ingress: [{action: Deny, protocol: UDP, notProtocol: UDP}]",
        "spec.ingress[0] (input:4) never matches: no packet can be what it asks for",
    ),
    (
        "selector: app == 'a' && app == 'b', ingress: [{action: Deny}]",
        "(input:1) has no effect: no pod can be what it selects",
    ),
]


@pytest.mark.parametrize(("spec", "message"), NOTHING)
def test_the_reason_is_told(spec: str, message: str) -> None:
    assert notes(calico("GlobalNetworkPolicy", spec)) == [f"GlobalNetworkPolicy/g {message}"]


def test_hosts_are_left_aside_where_there_are_some() -> None:
    host = calico("HostEndpoint", "node: one, expectedIPs: [192.0.2.1]", name="h")
    two = calico("GlobalNetworkPolicy", "ingress: [{action: Allow}, {action: Deny}]")
    (message,) = notes(documents(host, two))
    assert "never matches (traffic of hosts aside): " in message


UNSEEN = [
    (
        "k8s.io.kubernetes.pod.namespace.labels.tenant",
        'Cilium leaves "k8s.io.kubernetes.pod.namespace.labels.tenant" out of what it knows of pods: did you mean '
        '"k8s:io.cilium.k8s.namespace.labels.tenant"?',
    ),
    (
        "k8s.io.kubernetes.pod.namespace",
        'Cilium leaves "k8s.io.kubernetes.pod.namespace" out of what it knows of pods: did you mean '
        '"k8s:io.kubernetes.pod.namespace"?',
    ),
    (
        "kubernetes.io/metadata.name",
        'Cilium leaves "kubernetes.io/metadata.name" out of what it knows of pods (the name of a namespace is '
        "k8s:io.kubernetes.pod.namespace)",
    ),
    ("pod-template-hash", 'Cilium leaves "pod-template-hash" out of what it knows of pods'),
    ("container:app", 'no pod has a label of the source "container"'),
]


@pytest.mark.parametrize(("key", "why"), UNSEEN)
def test_a_label_that_no_pod_has_in_cilium(key: str, why: str) -> None:
    """Told once for a rule, with the key that may have been meant."""
    peers = f"fromEndpoints: [{{matchLabels: {{'{key}': red}}}}]"
    source = text("cilium", f"endpointSelector: {{}}, ingress: [{{{peers}}}]")
    (message,) = notes(source)
    assert message.endswith(f" never matches: {why}")
    assert message.startswith("CiliumNetworkPolicy/shop/p spec.ingress[0].fromEndpoints[0].matchLabels")


@pytest.mark.parametrize(("key", "why"), UNSEEN)
def test_check_gives_the_same_reason_and_no_other(key: str, why: str) -> None:
    peers = f"fromEndpoints: [{{matchLabels: {{'{key}': red}}}}]"
    source = text("cilium", f"endpointSelector: {{}}, ingress: [{{{peers}}}]")
    (message,) = [one.message for one in translate.check(source).findings if one.code == "NPT401"]
    assert message.endswith(f" (input:4) never matches: {why}")


def test_check_tells_what_always_holds() -> None:
    term = "{key: pod-template-hash, operator: DoesNotExist}"
    source = text("cilium", f"endpointSelector: {{matchExpressions: [{term}]}}, ingress: [{{fromEntities: [all]}}]")
    assert [one.message for one in translate.check(source).findings if one.code == "NPT401"] == [
        "CiliumNetworkPolicy/shop/p spec.endpointSelector.matchExpressions[0] (input:4) always holds: "
        'Cilium leaves "pod-template-hash" out of what it knows of pods'
    ]


def test_that_a_pod_lacks_such_a_label_always_holds() -> None:
    term = "{key: pod-template-hash, operator: DoesNotExist}"
    source = text("cilium", f"endpointSelector: {{matchExpressions: [{term}]}}, ingress: [{{fromEntities: [all]}}]")
    assert notes(source, to="cilium") == [
        "CiliumNetworkPolicy/shop/p spec.endpointSelector.matchExpressions[0] always holds: "
        'Cilium leaves "pod-template-hash" out of what it knows of pods'
    ]


def test_labels_that_pods_have_are_no_matter() -> None:
    keys = ("app.kubernetes.io/name", "k8s:io.kubernetes.pod.namespace", "k8s:io.cilium.k8s.namespace.labels.tenant")
    for key in keys:
        peers = f"fromEndpoints: [{{matchLabels: {{'{key}': red}}}}]"
        assert notes(text("cilium", f"endpointSelector: {{}}, ingress: [{{{peers}}}]")) == []


def test_a_subject_that_no_pod_of_those_that_there_are_is() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: []}\n"
    for label, told in (
        ("web", []),
        ("api", ["NetworkPolicy/shop/p (input:6) selects no Pod of those that there are"]),
    ):
        policy = text("kubernetes", f"podSelector: {{matchLabels: {{app: {label}}}}}, policyTypes: [Ingress]")
        assert notes(documents(pod, policy), facts={"complete": ["Pod"]}) == told


def test_a_subject_by_labels_of_a_set() -> None:
    feed = calico("GlobalNetworkSet", "nets: [192.0.2.0/24]", name="feed", labels="feed: bad")
    for selector, told in (("feed == 'bad'", 1), ("feed == 'good'", 0), ("all()", 0), ("'!has(app)'", 0)):
        policy = calico("GlobalNetworkPolicy", f"selector: {selector}, ingress: [{{action: Deny}}]")
        found = notes(documents(feed, policy))
        assert (
            found
            == [
                "GlobalNetworkPolicy/g (input:6) selects by labels that GlobalNetworkSet/feed (input:1) has: it governs pods "
                "with these labels, and never the addresses of a set"
            ]
            * told
        )


def test_a_subject_by_the_namespace_of_a_set_selects_none_of_its_labels() -> None:
    feed = calico("NetworkSet", "nets: [192.0.2.0/24]", name="feed", labels="feed: bad")
    where = "namespaceSelector: kubernetes.io/metadata.name == 'shop'"
    for selector, told in ((where, 0), (f"{where}, selector: feed == 'bad'", 1)):
        policy = calico("GlobalNetworkPolicy", f"{selector}, ingress: [{{action: Deny}}]")
        found = notes(documents(feed, policy))
        assert ["selects by labels that NetworkSet/shop/feed" in note for note in found] == [True] * told
