"""Cilium's denies, which beat all allows, for a target of ordered rules."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

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


DENIED_FIRST = [rule(["pods a in {b} of the own namespace"], action="Deny")]
IN_ONE = {
    # without a tier the denies of a policy stand in front of its allows
    f"{DENY}, {ALLOW}": [("p", 100, form("all", ingress=[*DENIED_FIRST, rule(["pods all of the own namespace"])]))],
    DENY: [("p", 100, DENIED)],
    f"{DENY}, egress: [{{}}]": [("p", 100, form("all", ingress=DENIED_FIRST, egress=[]))],
}


@pytest.mark.parametrize(("spec", "expected"), REWRITTEN)
@pytest.mark.parametrize("tier", [False, True])
def test_rewritten(spec: str, expected: list, tier: bool) -> None:
    expected = expected if tier else IN_ONE.get(spec, expected)
    outcome = run(f"endpointSelector: {{}}, {spec}", "calico", tier)
    found = [(policy.identity.name, policy.tier, policy.order, plain(policy)) for policy in outcome.after]
    wanted = []
    for mark, order, whole in expected:
        name = mark.removesuffix(" *")
        own = "cilium-denies" if DENY in spec else "cilium-allows"
        inside = tier and name != mark
        wanted.append((f"{own}.{name}" if inside else name, own if inside else "default", order, whole))
    assert (found, outcome.codes) == (wanted, [])


OF = "endpointSelector: {matchLabels: {app: %s}}, %s"


@pytest.mark.parametrize(
    ("specs", "names"),
    [
        # Denies of another policy for the same pods come before all allows.
        ([OF % ("x", f"{DENY}, {ALLOW}"), OF % ("z", DENY)], ["p", "p2"]),
        ([OF % ("x", f"{DENY}, {ALLOW}"), OF % ("x", DENY)], ["p-denies", "p", "p2"]),
        ([OF % ("x", DENY), OF % ("x", DENY)], ["p", "p2"]),
        ([OF % ("x", f"{DENY}, {ALLOW}"), OF % ("x", ALLOW)], ["p", "p2"]),
        ([f"endpointSelector: {{}}, {DENY}", OF % ("x", f"{DENY}, {ALLOW}")], ["p", "p2-denies", "p2"]),
    ],
)
def test_allows_come_behind_the_denies_of_all_for_their_pods(specs: list[str], names: list[str]) -> None:
    given = policies("cilium", *specs)
    after = deny_first.run(given.policies, target_for("calico", given), Report())
    assert [policy.identity.name for policy in after] == names
    split = {name.removesuffix("-denies") for name in names if name.endswith("-denies")}
    allows_alone = {"p2"} if specs[1] == OF % ("x", ALLOW) else set()
    wanted = [1000 if name in split | allows_alone else 100 for name in names]
    assert [policy.order for policy in after] == wanted
