"""Cilium's denies, which beat all allows, for a target of ordered rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.passes.fitting import Outcome, form, plain, policies, rule, target_for
from translate.core.diagnostics import Report
from translate.plan.passes import deny_first

DENY = "ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}]"
ALLOW = "ingress: [{fromEndpoints: [{}]}]"
OPEN = "enableDefaultDeny: {ingress: false}"
DENIED = form("all", ingress=[rule(["pods a in {b} of the own namespace"], action="Deny")])
ALLOWED = form("all", ingress=[rule(["pods all of the own namespace"])])
CLOSED = form("all", ingress=[])
BOTH_CLOSED = form("all", ingress=[], egress=[])


def run(spec: str, to: str, tier: bool = False, source: str = "cilium") -> Outcome:
    given, report = policies(source, spec), Report()
    target = target_for(to, given)
    return Outcome(given.policies, deny_first.run(given.policies, replace(target, deny_tier=tier), report), report)


LEFT_ALONE = [
    ("cilium", f"endpointSelector: {{}}, {DENY}, {ALLOW}", "kubernetes"),
    ("cilium", f"endpointSelector: {{}}, {DENY}, {ALLOW}", "cilium"),
    ("calico", "order: 1, types: [Ingress], ingress: [{action: Deny}]", "calico"),
    ("kubernetes", "podSelector: {}", "calico"),
]
REWRITTEN = [
    # spec of Cilium, name, order and form of each policy; a policy in the tier of its own is marked: one of allows alone
    # is called otherwise
    (ALLOW, [("p", 1000, ALLOWED)]),
    ("ingress: [{}]", [("p", 1000, CLOSED)]),
    (f"{DENY}, {ALLOW}", [("p-denies *", 100, DENIED), ("p", 1000, ALLOWED)]),
    (DENY, [("p-denies *", 100, DENIED), ("p", 1000, CLOSED)]),
    (f"{DENY}, egress: [{{}}]", [("p-denies *", 100, DENIED), ("p", 1000, BOTH_CLOSED)]),
    (f"{OPEN}, {DENY}", [("p-denies *", 100, DENIED)]),
    (f"{OPEN}, {DENY}, {ALLOW}", [("p-denies *", 100, DENIED), ("p-open *", 200, ALLOWED)]),
    (f"{OPEN}, {ALLOW}", [("p-open *", 200, ALLOWED)]),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
@pytest.mark.parametrize("tier", [False, True])
def test_left_alone(source: str, spec: str, to: str, tier: bool) -> None:
    assert run(spec, to, tier, source).untouched


@pytest.mark.parametrize(("spec", "expected"), REWRITTEN)
@pytest.mark.parametrize("tier", [False, True])
def test_rewritten(spec: str, expected: list, tier: bool) -> None:
    outcome = run(f"endpointSelector: {{}}, {spec}", "calico", tier)
    found = [(policy.identity.name, policy.tier, policy.order, plain(policy)) for policy in outcome.after]
    wanted = []
    for mark, order, whole in expected:
        name = mark.removesuffix(" *")
        own = "cilium-denies" if DENY in spec else "cilium-allows"
        inside = tier and name != mark
        wanted.append((f"{own}.{name}" if inside else name, own if inside else "default", order, whole))
    assert (found, outcome.codes) == (wanted, [])
