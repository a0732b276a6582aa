"""Peers that are several things at once, or everyone but somebody."""

from __future__ import annotations

import pytest

from tests.passes.fitting import calico, documents, form, policies, rule, run
from translate.api.support import load
from translate.model.policy import PolicySet
from translate.plan.passes import address_sets, peer_forms

SETS = {
    "inner": "nets: [10.1.0.0/16]",
    "outer": "nets: [0.0.0.0/0]",
    "same": "nets: [10.0.0.0/8]",
    "apart": "nets: [11.0.0.0/8]",
    "six": 'nets: ["fd00::/8"]',
    "several": "nets: [10.1.0.0/16, 10.2.0.0/16, 12.0.0.0/8]",
}
"""The ranges of a set by the value of its label ``set``."""


def given(source: str) -> PolicySet:
    """A cluster-wide policy that allows ``source``, as the pass before this one leaves it."""
    sets = [calico("GlobalNetworkSet", spec, name, f"set: {name}") for name, spec in SETS.items()]
    rules = f"[{{action: Allow, source: {{{source}}}}}]"
    policy = calico("GlobalNetworkPolicy", f"selector: all(), types: [Ingress], ingress: {rules}")
    policies_ = load(documents(*sets, policy))
    return type(policies_)(policies_.semantics, run(address_sets.run, policies_, "kubernetes").after)


LEFT_ALONE = [
    ("types: [Ingress], ingress: [{action: Allow}]", "kubernetes"),
    ("types: [Ingress], ingress: [{action: Allow, source: {selector: has(x)}}]", "kubernetes"),
    (
        "types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}]",
        "kubernetes",
    ),
    ("types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8], selector: has(x)}}]", "calico"),
]
SET = "selector: \"set == '{}' && !has(kind)\"".format
REWRITTEN = [
    # source of a rule, peers for Kubernetes beside pods: two ranges at once are their intersection
    (f"{SET('inner')}, nets: [10.0.0.0/8]", ["10.1.0.0/16"]),
    (f"{SET('outer')}, nets: [10.0.0.0/8]", ["10.0.0.0/8"]),
    (f"{SET('same')}, nets: [10.0.0.0/8]", ["10.0.0.0/8"]),
    (f"{SET('several')}, nets: [10.0.0.0/8]", ["10.1.0.0/16", "10.2.0.0/16"]),
    (f"{SET('inner')}, nets: [10.0.0.0/8], notNets: [10.1.1.0/24]", ["10.1.0.0/16 except 10.1.1.0/24"]),
    (f"{SET('inner')}, nets: [10.0.0.0/8], notNets: [10.2.0.0/16]", ["10.1.0.0/16"]),
    (f"{SET('inner')}, nets: [10.0.0.0/8], notNets: [10.1.0.0/16]", []),
    (f"{SET('apart')}, nets: [10.0.0.0/8]", []),
    (f"{SET('six')}, nets: [10.0.0.0/8]", []),
]
PODS_IN_RANGE = "pods inside 10.0.0.0/8"
BUT = "everyone but some pods or addresses"


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    assert run(peer_forms.run, policies("calico", spec), to).untouched


@pytest.mark.parametrize(("source", "ranges"), REWRITTEN)
def test_ranges_at_once_are_their_intersection(source: str, ranges: list[str]) -> None:
    outcome = run(peer_forms.run, given(source), "kubernetes")
    (found,) = outcome.forms
    assert found["ingress"]["rules"] == ([rule(ranges)] if ranges else [])
    # The pods with such labels, within the range, have no word: they are what is dropped.
    assert outcome.codes == ["NPT508 tighter"]
    assert outcome.said[0].startswith("pods inside 10.0.0.0/8")


DROPPED = [
    ("nets: [10.0.0.0/8], selector: has(x)", PODS_IN_RANGE),
    ("notSelector: has(x)", BUT),
    ("nets: [10.0.0.0/8], notSelector: has(x)", BUT),
]


@pytest.mark.parametrize(("source", "what"), DROPPED)
def test_dropped(source: str, what: str) -> None:
    outcome = run(peer_forms.run, given(source), "kubernetes")
    assert outcome.forms == [form("all", ingress=[]) | {"namespaces": "all"}]
    assert outcome.codes == ["NPT508 tighter"]
    assert outcome.said == [
        f"{what} lose access to the pods of GlobalNetworkPolicy/g: a Kubernetes NetworkPolicy cannot say them"
    ]


def test_the_rule_keeps_its_other_peers_and_its_traffic() -> None:
    rules = "[{action: Allow, protocol: TCP, source: {selector: has(x), nets: [10.0.0.0/8]}}, {action: Allow}]"
    outcome = run(peer_forms.run, policies("calico", f"types: [Ingress], ingress: {rules}"), "kubernetes")
    assert outcome.forms == [form("all", ingress=[rule(["anyone"])])]
