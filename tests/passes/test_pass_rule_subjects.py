"""Rules for some pods of their policy: these pods get a policy of their own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import calico, form, policies, rule, run
from translate.api.support import load
from translate.core.origin import spell
from translate.model.edit import with_rules
from translate.model.peers import Cidr
from translate.plan.passes import rule_subjects

FOR_A = "{action: Allow, protocol: TCP, destination: {selector: has(a)}}"
FOR_ALL = "{action: Allow, protocol: UDP}"
TCP, UDP = rule(["anyone"], ["TCP"]), rule(["anyone"], ["UDP"])
LEFT_ALONE = [
    (f"types: [Ingress], ingress: [{FOR_A}]", "calico"),
    (f"types: [Ingress], ingress: [{FOR_ALL}]", "kubernetes"),
    ("types: [Ingress, Egress]", "kubernetes"),
]
REWRITTEN = [
    # spec of Calico, forms for Kubernetes
    # the policy that the rule came from stays: it isolates the others
    (
        f"types: [Ingress], ingress: [{FOR_A}, {FOR_ALL}]",
        [form("all", ingress=[UDP]), form("has a", ingress=[TCP])],
    ),
    (f"types: [Ingress], ingress: [{FOR_A}]", [form("all", ingress=[]), form("has a", ingress=[TCP])]),
    # the subject of the policy holds for the part too; a direction without such a rule is not in it
    (
        f"selector: has(b), types: [Ingress, Egress], ingress: [{FOR_A}], egress: [{FOR_ALL}]",
        [form("has b", ingress=[], egress=[UDP]), form("has a and has b", ingress=[TCP])],
    ),
    # one part per condition, in both directions
    (
        "types: [Ingress, Egress], ingress: [{action: Allow, destination: {selector: has(a)}}], "
        "egress: [{action: Allow, source: {selector: has(c)}}, {action: Allow, protocol: TCP, source: {selector: has(a)}}]",
        [
            form("all", ingress=[], egress=[]),
            form("has a", ingress=[rule(["anyone"])], egress=[TCP]),
            form("has c", egress=[rule(["anyone"])]),
        ],
    ),
    (
        "types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {notSelector: has(a)}}]",
        [form("all", ingress=[]), form("no a", ingress=[TCP])],
    ),
]


ONE_EACH = [
    # destination of a rule, conditions of the rules for Calico: one condition a rule, and none for nobody
    ("nets: [10.0.0.0/8, 11.0.0.0/8]", [["10.0.0.0/8"], ["11.0.0.0/8"]]),
    ("nets: [10.0.0.0/8], notNets: [10.0.0.0/8]", []),
    ("nets: [10.0.0.0/8, 11.0.0.0/8], notNets: [10.0.0.0/8]", [["11.0.0.0/8"]]),
]


@pytest.mark.parametrize(("destination", "conditions"), ONE_EACH)
@pytest.mark.parametrize("action", ["Allow", "Deny"])
def test_one_condition_a_rule(action: str, destination: str, conditions: list[list[str]]) -> None:
    spec = f"types: [Ingress], ingress: [{{action: {action}, destination: {{{destination}}}}}]"
    outcome = run(rule_subjects.run, policies("calico", spec), "calico")
    expected = [rule(["anyone"], action=action, own=own) for own in conditions]
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=expected)], [])


def test_a_rule_for_nobody_is_none_and_loses_nothing() -> None:
    spec = "types: [Ingress], ingress: [{action: Allow, destination: {nets: [10.0.0.0/8], notNets: [10.0.0.0/8]}}]"
    outcome = run(rule_subjects.run, policies("calico", spec), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=[])], [])


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    assert run(rule_subjects.run, policies("calico", spec), to).untouched


@pytest.mark.parametrize(("spec", "forms"), REWRITTEN)
def test_rewritten(spec: str, forms: list[dict]) -> None:
    outcome = run(rule_subjects.run, policies("calico", spec), "kubernetes")
    assert (outcome.forms, outcome.codes) == (forms, [])
    assert {str(policy.identity) for policy in outcome.after} == {"NetworkPolicy/shop/p"}


def test_the_condition_of_a_cluster_wide_policy_is_about_namespaces_too() -> None:
    end = "{namespaceSelector: team == 'x', selector: has(a)}"
    spec = f"selector: has(b), types: [Ingress], ingress: [{{action: Allow, destination: {end}}}]"
    outcome = run(rule_subjects.run, load(calico("GlobalNetworkPolicy", spec)), "kubernetes")
    assert [found["subject"] for found in outcome.forms] == ["has b", "has a and has b and team in {x}"]


def test_addresses_of_the_subject_are_dropped_and_named() -> None:
    spec = f"types: [Ingress], ingress: [{{action: Allow, destination: {{nets: [10.0.0.0/8]}}}}, {FOR_ALL}]"
    outcome = run(rule_subjects.run, policies("calico", spec), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=[UDP])], ["NPT509 tighter"])
    assert outcome.said == [
        "what a rule of NetworkPolicy/shop/p lets through to or from some addresses of its pods is lost: "
        "a Kubernetes NetworkPolicy selects pods by labels only"
    ]
    assert spell(outcome.report.losses[0].origin.path) == "spec.ingress[0]"


def test_pods_beside_addresses_keep_what_is_theirs() -> None:
    found = policies("calico", f"types: [Ingress], ingress: [{FOR_A}]")
    policy = with_rules(
        found.policies[0], lambda each: [replace(each, subject=(*(each.subject or ()), Cidr("10.0.0.0/8")))]
    )
    outcome = run(rule_subjects.run, replace(found, policies=(policy,)), "kubernetes")
    assert outcome.forms == [form("all", ingress=[]), form("has a", ingress=[TCP])]
    assert outcome.codes == ["NPT509 tighter"]
