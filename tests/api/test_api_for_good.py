"""Beside which policies no allow gives back what is lost, by what they lose and how much their ranges hold."""

from __future__ import annotations

import pytest

import translate
from translate.api.for_good import lost_for_good
from translate.core.diagnostics import Effect, Loss
from translate.model.assume import Assume
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Reach

CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [%s]
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [%s]
"""
GLOBAL = """\
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: all}
spec:
  namespaceSelector: all()
  types: [Ingress]
  ingress: [%s]
"""
RANGE = "{action: Allow, source: {nets: [10.0.0.0/8]}}"
HALVES = "{action: Allow, source: {nets: [0.0.0.0/1, 128.0.0.0/1]}}"
ALL_BUT_ONE = "{action: Allow, source: {nets: [0.0.0.0/0], notNets: [10.0.0.0/8]}}"
LINK_LOCAL = Facts(assumed=(Assume.LINK_LOCAL,))


def is_lost(text: str, reach: Reach, code: str = "NPT501", facts: Facts = NO_FACTS) -> bool:
    """Whether the first policy is found, whose first rule loses something."""
    given = translate.load(text)
    first = given.policies[0].origin
    loss = Loss(code=code, effect=Effect.TIGHTER, message="", origin=first.at("spec", "ingress", 0))
    return first.place in lost_for_good(given, [loss], reach, facts)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (RANGE, True),
        ("{action: Allow, source: {selector: a == 'b'}}, " + RANGE, True),
        ("{action: Log}, " + RANGE, True),
        ("{action: Allow, source: {nets: ['2001:db8::/32']}}", True),
        ("{action: Allow, source: {nets: ['::/0']}}", False),
        ("{action: Deny, source: {selector: a == 'b'}}, " + RANGE, False),
        ("{action: Pass, source: {selector: a == 'b'}}, " + RANGE, False),
        (HALVES, False),
        (ALL_BUT_ONE, True),
        (f"{ALL_BUT_ONE}, {RANGE}", False),
        (f"{ALL_BUT_ONE}, {ALL_BUT_ONE.replace('10.', '11.')}", False),
        ("{action: Allow, source: {nets: [10.0.0.0/8]}, destination: {nets: [10.0.0.0/9]}}", False),
    ],
)
def test_addresses_of_each_family_are_left_over(rules: str, expected: bool) -> None:
    assert is_lost(CALICO % rules, Reach.OUTSIDE) is expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{fromCIDR: [10.0.0.0/8]}", True),
        ("{fromCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}", True),
        ("{fromCIDR: [10.0.0.0/8]}, {fromEndpoints: [{matchLabels: {app: front}}]}", True),
        ("{fromCIDR: [10.0.0.0/8]}, {fromEntities: [cluster]}", False),
        ("{fromCIDR: [10.0.0.0/8]}, {fromEntities: [host]}", False),
    ],
)
def test_ranges_that_compare_addresses_would_hold_nodes(rules: str, expected: bool) -> None:
    assert is_lost(CILIUM % rules, Reach.ADDRESS, "NPT502") is expected


def test_what_else_is_lost_may_come_back() -> None:
    assert not is_lost(CALICO % RANGE, Reach.OUTSIDE, "NPT503")


@pytest.mark.parametrize(("rules", "expected"), [(RANGE, True), (HALVES, False)])
def test_what_reaches_beyond_a_namespace_decides_in_each(rules: str, expected: bool) -> None:
    assert is_lost(CALICO % RANGE + GLOBAL % rules, Reach.OUTSIDE) is expected


def test_a_tier_that_passes_may_let_everything_through() -> None:
    tier = "---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: ops}\nspec: {defaultAction: Pass}\n"
    assert not is_lost(CALICO.replace("spec:", "spec:\n  tier: ops") % RANGE + tier, Reach.OUTSIDE)


def test_where_it_is_stated_who_is_in_ranges_nothing_is_known_before() -> None:
    assert not is_lost(CALICO % RANGE, Reach.OUTSIDE, facts=Facts(pods=("10.0.0.0/16",)))


def test_what_holds_nobody_is_not_left_over() -> None:
    """All that such ranges leave over holds nobody, as is assumed."""
    rest = "{action: Allow, source: {nets: [%s]}}"
    blocks = ["0.0.0.0/1", "128.0.0.0/3", "160.0.0.0/5", "168.0.0.0/8", "169.0.0.0/9", "169.128.0.0/10"]
    blocks += ["169.192.0.0/11", "169.224.0.0/12", "169.240.0.0/13", "169.248.0.0/14", "169.252.0.0/15"]
    blocks += ["169.255.0.0/16", "170.0.0.0/7", "172.0.0.0/6", "176.0.0.0/4", "192.0.0.0/2"]
    given = CALICO % (rest % ", ".join(blocks))
    assert is_lost(given, Reach.OUTSIDE)
    assert not is_lost(given, Reach.OUTSIDE, facts=LINK_LOCAL)
