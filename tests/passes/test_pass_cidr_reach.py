"""IP ranges on their way between engines that mean different addresses by them."""

from __future__ import annotations

import pytest

from tests.passes.fitting import Outcome, form, policies, rule, run
from translate.model.peers import Cidr, Reach
from translate.plan.passes import cidr_reach

KUBERNETES = "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]"
CALICO = "types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}]"
CILIUM = "endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]"
KEPT = form("all", ingress=[rule(["10.0.0.0/8 except 10.1.0.0/16"])])


def reaches(outcome: Outcome) -> list[Reach]:
    """The reach of each range that came out."""
    sections = [s for p in outcome.after for s in (p.ingress, p.egress) if s is not None]
    return [x.reach for s in sections for r in s.rules for x in r.peers if isinstance(x, Cidr)]


LEFT_ALONE = [
    ("calico", CALICO, "calico"),
    ("cilium", CILIUM, "cilium"),
    ("kubernetes", KUBERNETES, "kubernetes"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "cilium"),
    ("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all]}, {fromEndpoints: [{}]}]", "calico"),
]
REWRITTEN = [
    # from, spec, to, loosen, codes, plain form, reaches
    ("kubernetes", KUBERNETES, "calico", False, [], KEPT, [Reach.ADDRESS]),
    ("kubernetes", KUBERNETES, "cilium", False, [], KEPT, [Reach.OUTSIDE]),
    ("calico", CALICO, "kubernetes", False, [], KEPT, [Reach.OPEN]),
    ("cilium", CILIUM, "kubernetes", False, [], KEPT, [Reach.OPEN]),
    ("calico", CALICO, "cilium", False, ["NPT501 tighter"], KEPT, [Reach.OUTSIDE]),
    ("cilium", CILIUM, "calico", False, ["NPT502 tighter"], form("all", ingress=[]), []),
    ("cilium", CILIUM, "calico", True, ["NPT506 looser"], KEPT, [Reach.ADDRESS]),
    (
        "cilium",
        "endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/8, 11.0.0.0/8]}, {fromEndpoints: [{}]}]",
        "calico",
        False,
        ["NPT502 tighter", "NPT502 tighter"],
        form("all", ingress=[rule(["pods all of the own namespace"])]),
        [],
    ),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(cidr_reach.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("source", "spec", "to", "loosen", "codes", "expected", "reach"), REWRITTEN)
def test_rewritten(source, spec, to, loosen, codes, expected, reach) -> None:
    outcome = run(cidr_reach.run, policies(source, spec), to, loosen=loosen)
    assert (outcome.codes, outcome.forms, reaches(outcome)) == (codes, [expected], reach)
