"""Tests on part of a label and on service accounts, where all Pods or Namespaces are told."""

from __future__ import annotations

import pytest

from tests.passes.fitting import calico, form, policies, rule, run
from translate.api.support import load
from translate.model.facts import Facts, Namespace, PodObject
from translate.plan.passes import told_values


def pod(labels: dict[str, str], account: str = "default", namespace: str = "shop") -> PodObject:
    return PodObject(namespace, tuple(labels.items()), account)


PODS = (
    pod({"app": "web-eu", "pod-template-hash": "1"}),
    pod({"app": "web-us", "pod-template-hash": "2"}),
    pod({"app": "api", "tier": "back", "pod-template-hash": "3"}, "robot"),
    pod({"app": "db", "tier": "back"}, "robot", "data"),
    pod({"app": "gate", "tier": "back"}, "porter", "data"),
)
ALL = Facts(pod_objects=PODS, complete=("Pod",))
SPACES = Facts(
    namespaces=(Namespace("prod-eu", (("env", "prod-1"),)), Namespace("prod-us"), Namespace("dev", (("env", "dev"),))),
    complete=("Namespace",),
)
SUBJECT = "selector: {}, types: [Ingress]"
SOURCE = "types: [Ingress], ingress: [{{action: Allow, source: {{{}}}}}]"
OWN = "types: [Ingress], ingress: [{{action: Allow, destination: {{{}}}}}]"

LEFT_ALONE = [
    # why, facts, source, spec, to
    ("nothing is told", Facts(pod_objects=PODS), "calico", SUBJECT.format("\"app starts with 'w'\""), "kubernetes"),
    ("only namespaces are", SPACES, "calico", SUBJECT.format("\"app starts with 'w'\""), "kubernetes"),
    ("the target has the word", ALL, "calico", SUBJECT.format("\"app starts with 'w'\""), "calico"),
    ("whole values are asked", ALL, "calico", SUBJECT.format("app == 'w'"), "kubernetes"),
    ("accounts have a word in Cilium", ALL, "calico", SOURCE.format("serviceAccounts: {names: [robot]}"), "cilium"),
    (
        "labels of accounts are not told",
        ALL,
        "calico",
        SOURCE.format("serviceAccounts: {selector: has(a)}"),
        "kubernetes",
    ),
    ("Kubernetes asks for values", ALL, "kubernetes", "podSelector: {matchLabels: {app: w}}", "cilium"),
]
HOME, ANYWHERE = "of the own namespace", "of namespaces has kubernetes.io/metadata.name"
EVERYWHERE = "namespaceSelector: all()"
REWRITTEN = [
    # what a source is, facts, to, the peer that comes out, what is said of
    ("selector: \"app starts with 'web'\"", ALL, "kubernetes", f"app in {{web-eu, web-us}} {HOME}", ["app"]),
    ("selector: \"app ends with 'us'\"", ALL, "cilium", f"app in {{web-us}} {HOME}", ["app"]),
    ("selector: \"app contains 'x'\"", ALL, "kubernetes", f"none {HOME}", ["app"]),
    # values of other namespaces are no matter, unless pods of these are meant
    ("selector: \"!(app contains 'e')\"", ALL, "kubernetes", f"app not in {{web-eu, web-us}} {HOME}", ["app"]),
    ("notSelector: \"app starts with 'web'\"", ALL, "kubernetes", f"app not in {{web-eu, web-us}} {HOME}", ["app"]),
    (
        f"selector: \"app contains 'e' && tier == 'back'\", {EVERYWHERE}",
        ALL,
        "kubernetes",
        f"app in {{gate, web-eu, web-us}} and tier in {{back}} {ANYWHERE}",
        ["app"],
    ),
    (
        "namespaceSelector: \"projectcalico.org/name starts with 'prod' || env starts with 'd'\"",
        SPACES,
        "cilium",
        "all of namespaces (env in {dev} or kubernetes.io/metadata.name in {prod-eu, prod-us})",
        ["kubernetes.io/metadata.name", "env"],
    ),
]
ACCOUNTS = [
    # accounts, the pods that have them
    ("{names: [robot]}", f"app in {{api}} {HOME}"),
    (f"{{names: [robot]}}, {EVERYWHERE}", f"app in {{api, db}} {ANYWHERE}"),
    (f"{{names: [default]}}, {EVERYWHERE}", f"app in {{web-eu, web-us}} {ANYWHERE}"),
    ("{names: [nobody]}", f"none {HOME}"),
    ("{selector: has(projectcalico.org/name)}", f"all {HOME}"),
]


@pytest.mark.parametrize(
    ("facts", "source", "spec", "to"), [case[1:] for case in LEFT_ALONE], ids=[case[0] for case in LEFT_ALONE]
)
def test_left_alone(facts: Facts, source: str, spec: str, to: str) -> None:
    assert run(told_values.run, policies(source, spec), to, facts=facts).untouched


@pytest.mark.parametrize(("source", "facts", "to", "peer", "keys"), REWRITTEN)
def test_parts_of_labels(source: str, facts: Facts, to: str, peer: str, keys: list[str]) -> None:
    outcome = run(told_values.run, policies("calico", SOURCE.format(source)), to, facts=facts)
    assert outcome.forms == [form("all", ingress=[rule([f"pods {peer}"])])]
    assert outcome.codes == ["NPT309 exact"] * len(keys)
    assert outcome.said == [
        f"the test on part of the label {key} in NetworkPolicy/shop/p is written as what pods and namespaces of the input "
        "have now: a later one with another value is not meant"
        for key in keys
    ]


@pytest.mark.parametrize(("accounts", "peer"), ACCOUNTS)
def test_accounts(accounts: str, peer: str) -> None:
    """As a peer, and as a condition on the subject of a rule."""
    given = f"serviceAccounts: {accounts}"
    outcome = run(told_values.run, policies("calico", SOURCE.format(given)), "kubernetes", facts=ALL)
    assert outcome.forms == [form("all", ingress=[rule([f"pods {peer}"])])]
    assert outcome.codes == ["NPT309 exact"]
    own = run(told_values.run, policies("calico", OWN.format(given)), "kubernetes", facts=ALL)
    assert own.forms == [form("all", ingress=[rule(["anyone"], own=[f"pods {peer}"])])]


def test_accounts_that_no_label_tells_apart() -> None:
    """A label that an engine does not see tells nothing either."""
    twins = Facts(
        pod_objects=(pod({"app": "a", "pod-template-hash": "1"}, "x"), pod({"app": "a"}, "y")), complete=("Pod",)
    )
    given = policies("calico", SOURCE.format("serviceAccounts: {names: [x]}"))
    assert run(told_values.run, given, "kubernetes", facts=twins).untouched


def test_accounts_that_all_pods_have() -> None:
    bare = Facts(pod_objects=(pod({}, "x"), pod({"app": "a"}, "x")), complete=("Pod",))
    outcome = run(
        told_values.run, policies("calico", SOURCE.format("serviceAccounts: {names: [x]}")), "kubernetes", facts=bare
    )
    assert outcome.forms == [form("all", ingress=[rule([f"pods all {HOME}"])])]


def test_a_subject() -> None:
    spec = "selector: \"app starts with 'web'\", serviceAccountSelector: projectcalico.org/name == 'default'"
    outcome = run(told_values.run, policies("calico", spec + ", types: [Ingress]"), "kubernetes", facts=ALL)
    web = "app in {web-eu, web-us}"
    assert outcome.forms == [form(f"{web} and {web}", ingress=[])]
    assert outcome.codes == ["NPT309 exact"] * 2


def test_a_subject_of_all_namespaces() -> None:
    given = load(calico("GlobalNetworkPolicy", "selector: \"app ends with 'b'\", types: [Ingress]"))
    outcome = run(told_values.run, given, "cilium", facts=ALL)
    assert [found["subject"] for found in outcome.forms] == ["app in {db}"]
