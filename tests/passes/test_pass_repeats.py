"""Nothing is said twice: equal rules and peers, and ranges that the planner made; what a person wrote stays."""

from __future__ import annotations

import pytest

from tests.passes.fitting import calico, documents, form, plain, policies, rule, run, target_for
from translate.api.support import load
from translate.core.diagnostics import Report
from translate.model.edit import rules_of
from translate.model.policy import PolicySet
from translate.plan.contained import written_ranges
from translate.plan.passes import address_sets, merge, repeats

A80 = "{action: Allow, protocol: TCP, source: {selector: has(a)}, destination: {ports: [80]}}"
MANY = "{action: Allow, protocol: TCP, source: {selector: has(a)}, destination: {ports: ['1:99']}}"
BOTH = "{action: Allow, protocol: TCP, source: {selector: has(a)}, destination: {ports: [80, '1:99']}}"
PODS = "pods has a of the own namespace"


def written(*rules: str) -> PolicySet:
    return policies("calico", f"types: [Ingress], ingress: [{', '.join(rules)}]")


def nets(*blocks: str, but: tuple[str, ...] = ()) -> str:
    holes = f", notNets: [{', '.join(but)}]" if but else ""
    return f"{{action: Allow, source: {{nets: [{', '.join(blocks)}]{holes}}}}}"


LEFT_ALONE = [
    (written(A80, A80), "calico"),
    (written(A80, MANY), "kubernetes"),
    (written(BOTH), "kubernetes"),
    (written(nets("10.0.0.0/8", "10.1.0.0/16", but=("10.2.0.0/16",))), "kubernetes"),
    (written(nets("10.0.0.0/8", "10.1.0.0/16")), "kubernetes"),
    (written(nets("10.0.0.0/9", "10.128.0.0/9")), "cilium"),
    (written(A80, A80.replace("Allow", "Deny")), "cilium"),
]
ONCE = [
    ([A80, A80], [rule([PODS], ["TCP 80"])]),
    ([A80, MANY, A80], [rule([PODS], ["TCP 80"]), rule([PODS], ["TCP 1-99"])]),
]


@pytest.mark.parametrize(("given", "to"), LEFT_ALONE)
def test_left_alone(given: PolicySet, to: str) -> None:
    assert run(repeats.run, given, to).untouched


@pytest.mark.parametrize(("rules", "once"), ONCE)
@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
def test_equal_rules_once(rules: list[str], once: list[object], to: str) -> None:
    assert run(repeats.run, written(*rules), to).forms == [form("all", ingress=once)]


def test_what_was_written_in_rules_of_their_own_stays() -> None:
    given = written(nets("10.1.0.0/16"), nets("10.0.0.0/8"), nets("10.1.0.0/16"))
    merged = PolicySet(given.semantics, run(merge.run, given, "kubernetes").after)
    assert run(repeats.run, merged, "kubernetes").forms == [form("all", ingress=[rule(["10.0.0.0/8", "10.1.0.0/16"])])]


@pytest.mark.parametrize(
    ("blocks", "left"),
    [
        ("10.0.0.0/24, 10.0.1.0/24", {"10.0.0.0/23"}),
        ("10.0.1.0/24, 10.0.2.0/24", {"10.0.1.0/24", "10.0.2.0/24"}),
        ("10.0.0.0/25, 10.0.1.0/24, 10.0.0.128/25", {"10.0.0.0/23"}),
        ("10.0.0.7/32, 10.0.0.0/24", {"10.0.0.0/24"}),
        ("0.0.0.0/1, 128.0.0.0/1", {"0.0.0.0/0"}),
        ('"2001:db8::/33", "2001:db8:8000::/33", 10.0.0.0/24', {"2001:db8::/32", "10.0.0.0/24"}),
    ],
)
def test_ranges_of_a_set(blocks: str, left: set[str]) -> None:
    given = with_set(blocks, "{action: Allow, source: {selector: role == 'far', namespaceSelector: global()}}")
    spelled = run(address_sets.run, given, "kubernetes").after
    (found,) = run(repeats.run, PolicySet(given.semantics, spelled), "kubernetes").forms
    assert {peer for peer in found["ingress"]["rules"][0]["peers"] if "/" in peer} == left


@pytest.mark.parametrize(
    ("near", "but", "left"),
    [
        ("10.0.0.0/8", "", {"10.0.0.0/8", "192.0.2.1/32"}),
        ("10.1.0.0/24", "", {"10.1.0.0/16", "10.1.0.0/24", "192.0.2.1/32"}),
        ("10.1.0.0/16", "", {"10.1.0.0/16", "192.0.2.1/32"}),
        ("10.0.0.0/8", "10.2.0.0/16", {"10.0.0.0/8 except 10.2.0.0/16", "192.0.2.1/32"}),
        ("10.0.0.0/8", "10.1.9.0/24", {"10.0.0.0/8 except 10.1.9.0/24", "10.1.0.0/16", "192.0.2.1/32"}),
    ],
)
def test_ranges_of_a_set_beside_written_ones(near: str, but: str, left: set[str]) -> None:
    far = "{action: Allow, source: {selector: role == 'far', namespaceSelector: global()}}"
    given = with_set("10.1.0.0/16, 192.0.2.1/32", nets(near, but=(but,) if but else ()), far)
    written_there = run(repeats.run, given, "kubernetes")
    assert written_there.untouched
    spelled = run(address_sets.run, given, "kubernetes").after
    merged = run(merge.run, PolicySet(given.semantics, spelled), "kubernetes").after
    target = target_for("kubernetes", given, written=written_ranges(given.policies))
    (policy,) = repeats.run(merged, target, Report())
    (found,) = plain(policy)["ingress"]["rules"]
    assert {peer for peer in found["peers"] if "/" in peer} == left


def with_set(blocks: str, *rules: str) -> PolicySet:
    return load(
        documents(
            calico("GlobalNetworkSet", f"nets: [{blocks}]", labels="role: far"),
            calico("NetworkPolicy", f"types: [Ingress], ingress: [{', '.join(rules)}]"),
        )
    )


def test_a_rule_that_stands_for_equal_ones_knows_where_they_were() -> None:
    (policy,) = run(repeats.run, written(A80, MANY, A80, A80), "cilium").after
    first, second = rules_of(policy)
    assert [origin.path[-1] for origin in first.also.places] == [2, 3]
    assert second.also.places == ()
