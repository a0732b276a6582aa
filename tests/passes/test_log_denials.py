"""Denial logging: a Log before each Deny, and one policy behind all others per group of isolated pods."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, plain, policies, rule, text
from translate.api.convert import convert
from translate.core.diagnostics import Report
from translate.plan.log_denials import add_logging
from translate.verify.compare import Verdict

LOG = [rule(["anyone"], action="Log"), rule(["anyone"], action="Deny")]
A = "podSelector: {matchLabels: {app: a}}"

LEFT_ALONE = [
    # nothing is denied
    f"{A}, ingress: [{{}}]",
    f"{A}, ingress: [{{}}], egress: [{{}}], policyTypes: [Ingress, Egress]",
]
ADDED = [
    # specs of Kubernetes, the name and form of each policy that is added
    ([A], [("zzz-log-denied-ingress", form("app in {a}", ingress=LOG))]),
    ([f"{A}, policyTypes: [Egress]"], [("zzz-log-denied-egress", form("app in {a}", egress=LOG))]),
    (
        [f"{A}, policyTypes: [Ingress, Egress]"],
        [
            ("zzz-log-denied-ingress", form("app in {a}", ingress=LOG)),
            ("zzz-log-denied-egress", form("app in {a}", egress=LOG)),
        ],
    ),
    (
        [A, "podSelector: {matchLabels: {app: b}}"],
        [("zzz-log-denied-ingress", form("(app in {a} or app in {b})", ingress=LOG))],
    ),
    ([A, "podSelector: {}"], [("zzz-log-denied-ingress", form("all", ingress=LOG))]),
    (
        [f"{A}, ingress: [{{}}], egress: [{{to: [{{podSelector: {{}}}}]}}], policyTypes: [Ingress, Egress]"],
        [("zzz-log-denied-egress", form("app in {a}", egress=LOG))],
    ),
]


@pytest.mark.parametrize("spec", LEFT_ALONE)
def test_left_alone(spec: str) -> None:
    given, report = policies("kubernetes", spec), Report()
    assert add_logging(given, "calico", report) == given
    assert report == Report()


@pytest.mark.parametrize(("specs", "added"), ADDED)
def test_added(specs: list[str], added: list[tuple[str, dict]]) -> None:
    given, report = policies("kubernetes", *specs), Report()
    found = add_logging(given, "calico", report).policies
    assert found[: len(specs)] == given.policies
    assert [(policy.identity.name, plain(policy)) for policy in found[len(specs) :]] == added
    assert all(policy.order is None for policy in found[len(specs) :])
    assert report == Report()


def test_a_log_of_the_same_match_stands_before_each_deny() -> None:
    deny = "{action: Deny, protocol: TCP, source: {selector: has(x)}, destination: {ports: [80]}}"
    given = policies("calico", f"order: 5, types: [Ingress], ingress: [{deny}, {{action: Allow}}]")
    found = add_logging(given, "calico", Report()).policies
    match = (["pods has x of the own namespace"], ["TCP 80"])
    rules = [rule(*match, action="Log"), rule(*match, action="Deny"), rule(["anyone"])]
    assert [plain(policy) for policy in found] == [form("all", ingress=rules)]


def test_more_than_eight_subjects_are_several_policies() -> None:
    given = policies("kubernetes", *(f"podSelector: {{matchLabels: {{app: a{n}}}}}" for n in range(9)))
    added = add_logging(given, "calico", Report()).policies[9:]
    assert [policy.identity.name for policy in added] == ["zzz-log-denied-ingress", "zzz-log-denied-ingress-2"]


def test_a_name_that_is_taken_is_left_to_its_owner() -> None:
    result = convert(
        text("kubernetes", A, "name: zzz-log-denied-ingress, namespace: shop"), to="calico", log_denials=True
    )
    assert [item["metadata"]["name"] for item in result.objects] == [
        "zzz-log-denied-ingress",
        "zzzz-log-denied-ingress",
    ]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_other_targets_say_why_not() -> None:
    given, report = policies("kubernetes", A), Report()
    assert add_logging(given, "kubernetes", report) == given
    assert [refusal.code for refusal in report.refusals] == ["NPT213"]
    given, report = policies("kubernetes", A), Report()
    assert add_logging(given, "cilium", report) == given
    assert [note.message for note in report.notes] == [
        "Cilium reports every drop without a change of policy: hubble observe --verdict DROPPED --namespace shop"
    ]


PROVED = [
    ("kubernetes", [A, "podSelector: {matchLabels: {tier: b}}, ingress: [{from: [{podSelector: {}}]}]"]),
    ("kubernetes", [f"{A}, ingress: [{{}}]", A]),
    ("cilium", ["endpointSelector: {matchLabels: {app: a}}, ingress: [{fromEndpoints: [{}]}], egress: [{}]"]),
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Deny, source: {selector: has(x)}}, {action: Allow}]"]),
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Pass, source: {selector: has(x)}}]"]),
    # an order-less policy whose name sorts behind ours (MAPPINGS g09): number it, or choose a name behind it
    ("calico", ["types: [Ingress], ingress: [{action: Allow, source: {selector: has(x)}}]"]),
    # a policy that ends in an unconditional Deny (g05, g17)
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Deny}]"]),
    # a policy whose Allow and Deny together settle everything, in two policies (g14)
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Allow}]", "order: 2, types: [Ingress]"]),
]


@pytest.mark.parametrize(("source", "specs"), PROVED)
@pytest.mark.parametrize("prefix", ["p", "zzzz"])
def test_verdicts_stay_and_exactly_the_denials_are_logged(source: str, specs: list[str], prefix: str) -> None:
    objects = [text(source, spec, f"name: {prefix}{n}, namespace: shop") for n, spec in enumerate(specs)]
    result = convert("---\n".join(objects), to="calico", log_denials=True)
    assert result.proof is not None
    assert result.logging is not None
    assert (result.proof.verdict, result.logging.holds) == (Verdict.SAME, True)
