"""Conditions that make no difference: left out where other rules let the same packets through, or said by ports."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import documents, policies, rule, run, target_for, text
from translate.api.support import load
from translate.core.diagnostics import Report
from translate.plan.passes import conditions

A, B = "fromEndpoints: [{matchLabels: {a: a}}]", "fromEndpoints: [{matchLabels: {b: b}}]"
PORT = "ports: [{port: '80', protocol: TCP}]"
GET = f"toPorts: [{{{PORT}, rules: {{http: [{{method: GET}}, {{method: PUT}}]}}}}]"
EVERY = f"toPorts: [{{{PORT}, rules: {{http: [{{}}]}}}}]"
OF_A, OF_B = "pods a in {a} of the own namespace", "pods b in {b} of the own namespace"
ASKED = ["TCP 80 if HTTP GET requests", "TCP 80 if HTTP PUT requests"]
LEFT_OUT = "what CiliumNetworkPolicy/shop/p asks on layer 7 makes no difference: {} lets the same packets through"
P, Q = "CiliumNetworkPolicy/shop/p", "CiliumNetworkPolicy/shop/p2"
SAID = "CiliumNetworkPolicy/shop/p lets every packet of its protocol pass the proxy: a Kubernetes NetworkPolicy says so by ports"
CASES = [
    # elements of p, elements of p2 (if any), rules of p for Kubernetes, what is said
    ([f"{A}, {GET}"], [], [rule([OF_A], ASKED)], []),
    ([f"{A}, {GET}", f"{A}"], [], [rule([OF_A])], [LEFT_OUT.format(P)]),
    ([f"{A}, {GET}", f"toPorts: [{{{PORT}}}]"], [], [rule(["anyone"], ["TCP 80"])], [LEFT_OUT.format(P)]),
    ([f"{A}, {GET}"], ["fromEndpoints: [{}]"], [], [LEFT_OUT.format(Q)]),
    ([f"{A}, {EVERY}"], [], [rule([OF_A], ["TCP 80"])], [SAID]),
    ([f"{A}, {GET}", f"fromEntities: [all], {EVERY}"], [], [rule(["anyone"], ["TCP 80"])], [LEFT_OUT.format(P), SAID]),
    # others' pods, ports and peers make up for nothing, nor for a part of the peers
    ([f"{A}, {GET}"], [f"{B}"], [rule([OF_A], ASKED)], []),
    ([f"{A}, {GET}", "fromEntities: [all], toPorts: [{ports: [{port: '81'}]}]"], [], None, []),
    ([f"fromEndpoints: [{{}}], {GET}", A], [], None, []),
    # two rules together do
    (
        [
            f"{A}, toPorts: [{{ports: [{{port: '80', endPort: 81, protocol: TCP}}], rules: {{http: [{{method: GET}}]}}}}]",
            f"toPorts: [{{{PORT}}}]",
        ],
        [f"{A}, toPorts: [{{ports: [{{port: '81', endPort: 90}}]}}]"],
        [rule(["anyone"], ["TCP 80"])],
        [LEFT_OUT.format(f"{P} with {Q}")],
    ),
]


@pytest.mark.parametrize(("elements", "beside", "rules", "said"), CASES)
def test_conditions(elements: list[str], beside: list[str], rules: list[object] | None, said: list[str]) -> None:
    one = "endpointSelector: {}, ingress: [%s]"
    specs = [one % ", ".join("{" + element + "}" for element in part) for part in (elements, beside) if part]
    found = run(conditions.run, policies("cilium", *specs), "kubernetes")
    assert found.said == said
    assert found.codes == ["NPT310 exact"] * len(said)
    assert (found.after == found.before) if rules is None else (found.forms[0]["ingress"]["rules"] == rules)


NAMES = "toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchName: a}]}}]"
NO_MORE = "; addresses of DNS names are no longer learned from the answers"


@pytest.mark.parametrize(
    ("beside", "free"),
    [
        ("toPorts: [{ports: [{port: '53'}]}]", True),
        ("toEntities: [all]", False),
        ("toPorts: [{ports: [{port: '50', endPort: 60}]}]", False),
        ("toPorts: [{ports: [{port: dns}]}]", False),
    ],
)
def test_names_are_made_up_for_by_rules_of_their_port_alone(beside: str, free: bool) -> None:
    given = policies("cilium", f"endpointSelector: {{}}, egress: [{{toEndpoints: [{{}}], {NAMES}}}, {{{beside}}}]")
    found = run(conditions.run, given, "kubernetes")
    assert found.said == ([LEFT_OUT.format(P) + NO_MORE] if free else [])
    assert len(found.forms[0]["egress"]["rules"]) == (1 if free else 2)


@pytest.mark.parametrize(
    "asked",
    [
        f"toPorts: [{{{PORT}, terminatingTLS: {{secret: {{name: s}}}}}}]",
        "authentication: {mode: required}",
    ],
)
def test_what_stays_is_no_business_of_other_rules(asked: str) -> None:
    given = policies("cilium", f"endpointSelector: {{}}, ingress: [{{{A}, {asked}}}]")
    assert run(conditions.run, given, "kubernetes").untouched


@pytest.mark.parametrize("specs", [[f"endpointSelector: {{}}, ingress: [{{{A}, {GET}}}, {{{A}, {EVERY}}}, {{{A}}}]"]])
def test_a_target_that_can_say_conditions_keeps_them(specs: list[str]) -> None:
    assert run(conditions.run, policies("cilium", *specs), "cilium").untouched


def test_policies_that_stay_as_they_are_count() -> None:
    """A NetworkPolicy of the input that Kubernetes output leaves alone opens the port, too."""
    given = load(
        documents(
            text("cilium", f"endpointSelector: {{}}, ingress: [{{{A}, {GET}}}]"),
            text("kubernetes", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", "name: q, namespace: shop"),
        )
    )
    asking, beside = given.policies
    report = Report()
    target = target_for("kubernetes", replace(given, policies=(asking,)), beside=(beside,))
    (found,) = conditions.run((asking,), target, report)
    assert found.ingress is not None
    assert found.ingress.rules == ()
    assert [loss.message for loss in report.losses] == [LEFT_OUT.format("NetworkPolicy/shop/q")]
