"""IP ranges on their way between engines that mean different addresses by them."""

from __future__ import annotations

import pytest

from tests.passes.fitting import Outcome, form, policies, rule, run, target_for
from translate.core.diagnostics import Report
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Cidr, Reach
from translate.model.policy import Direction
from translate.plan.contained import fewest_holes
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
        ["NPT502 tighter"],
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


@pytest.mark.parametrize("loosen", [False, True])
def test_a_deny_of_a_range_is_tighter_whatever_is_wanted(loosen: bool) -> None:
    deny = policies("cilium", "endpointSelector: {}, ingressDeny: [{fromCIDR: [10.0.0.0/8]}]")
    outcome = run(cidr_reach.run, deny, "calico", loosen=loosen)
    assert (outcome.codes, reaches(outcome)) == (["NPT501 tighter"], [Reach.ADDRESS])


FACTS = Facts(pods=("10.244.0.0/16",), nodes=("172.18.0.0/16",))
PODS, NODES = "pods all of namespaces all", "own node or other nodes"
FROM_CALICO = [
    # nets, notNets, codes, peers for Cilium
    ("10.0.0.0/8", "", [], ["10.0.0.0/8", PODS]),
    ("172.16.0.0/12", "", [], ["172.16.0.0/12", NODES]),
    ("0.0.0.0/0", "", [], ["0.0.0.0/0", NODES, PODS]),
    ("192.0.2.0/24", "", [], ["192.0.2.0/24"]),
    ("0.0.0.0/0", "10.244.0.0/16, 172.18.0.0/16", [], ["0.0.0.0/0 except 10.244.0.0/16, 172.18.0.0/16"]),
    ("10.0.0.0/8", "10.0.0.0/9", [], ["10.0.0.0/8 except 10.0.0.0/9", PODS]),
    # some of the pods are in the range, or in a hole of it; nobody outside the cluster is
    ("10.244.1.0/24", "", ["NPT501 tighter"], []),
    ("0.0.0.0/0", "10.244.1.0/24", ["NPT501 tighter"], ["0.0.0.0/0 except 10.244.1.0/24", NODES]),
]
FROM_CILIUM = [
    # CIDR, peers for Calico
    ("0.0.0.0/0", ["0.0.0.0/0 except 10.244.0.0/16, 172.18.0.0/16"]),
    ("10.0.0.0/8", ["10.0.0.0/8 except 10.244.0.0/16"]),
    ("192.0.2.0/24", ["192.0.2.0/24"]),
    ("10.244.1.0/24", []),
    ("::/0", ["::/0"]),
]


def told(source: str, spec: str, to: str, facts: Facts = FACTS) -> Outcome:
    given, report = policies(source, spec), Report()
    target = target_for(to, given, facts=facts)
    return Outcome(given.policies, cidr_reach.run(given.policies, target, report), report)


@pytest.mark.parametrize(("nets", "holes", "codes", "peers"), FROM_CALICO)
def test_what_is_known_of_pods_and_nodes_is_named(nets: str, holes: str, codes: list, peers: list) -> None:
    spec = f"types: [Egress], egress: [{{action: Allow, destination: {{nets: ['{nets}'], notNets: [{holes}]}}}}]"
    outcome = told("calico", spec, "cilium")
    assert (outcome.codes, outcome.forms) == (codes, [form("all", egress=[rule(peers)] if peers else [])])


@pytest.mark.parametrize(("to", "reach"), [("calico", Reach.ADDRESS), ("kubernetes", Reach.OPEN)])
@pytest.mark.parametrize(("block", "peers"), FROM_CILIUM)
def test_what_is_known_of_pods_and_nodes_is_cut_out(block: str, peers: list, to: str, reach: Reach) -> None:
    outcome = told("cilium", f"endpointSelector: {{}}, egress: [{{toCIDR: ['{block}']}}]", to)
    assert (outcome.codes, outcome.forms) == ([], [form("all", egress=[rule(peers)] if peers else [])])
    assert set(reaches(outcome)) <= {reach}


def test_the_ranges_of_a_rule_are_one_loss() -> None:
    nets = ", ".join(f"10.{number}.0.0/16" for number in range(5))
    spec = f"types: [Egress], egress: [{{action: Allow, destination: {{nets: [{nets}]}}}}]"
    outcome = told("calico", spec, "cilium", NO_FACTS)
    assert [said.partition(":")[0] for said in outcome.said] == [
        "the pods of NetworkPolicy/shop/p lose access to pods and nodes inside 10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16 "
        "and 2 more"
    ]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [(NO_FACTS, ["--pods", "--nodes"]), (Facts(nodes=FACTS.nodes), ["--pods", "--nodes"]), (FACTS, [])],
)
def test_what_is_stated_is_not_asked_for_again(facts: Facts, asked: list[str]) -> None:
    spec = "types: [Egress], egress: [{action: Allow, destination: {nets: [10.244.1.0/24]}}]"
    (loss,) = told("calico", spec, "cilium", facts).report.losses
    assert loss.hint.startswith("add selectors or entities for those that are meant")
    assert [flag for flag in ("--pods", "--nodes") if flag in loss.hint] == asked


def test_half_a_fact_settles_half() -> None:
    spec = "types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]"
    outcome = told("calico", spec, "cilium", Facts(nodes=FACTS.nodes))
    assert outcome.codes == ["NPT501 tighter"]
    assert outcome.said[0].startswith("the pods of NetworkPolicy/shop/p lose access to pods inside 10.0.0.0/8: ")
    cilium = "endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]"
    assert told("cilium", cilium, "calico", Facts(nodes=FACTS.nodes)).codes == ["NPT502 tighter"]


def test_a_deny_of_a_range_is_exact_or_keeps_out_more() -> None:
    deny = "endpointSelector: {}, egressDeny: [{toCIDR: [10.0.0.0/8]}]"
    outcome = told("cilium", deny, "calico", NO_FACTS)
    assert outcome.forms == [form("all", egress=[rule(["10.0.0.0/8"], action="Deny")])]
    assert outcome.codes == ["NPT501 tighter"]
    assert outcome.said == [
        "the pods of CiliumNetworkPolicy/shop/p lose access to pods and nodes inside 10.0.0.0/8: a Calico Deny "
        "compares addresses, the source keeps out only what is outside the cluster"
    ]
    outcome = told("cilium", deny, "calico")
    assert outcome.forms == [form("all", egress=[rule(["10.0.0.0/8 except 10.244.0.0/16"], action="Deny")])]
    assert outcome.codes == []


def test_a_range_of_all_addresses_holds_all_pods_and_nodes() -> None:
    """A reader does not take 0.0.0.0/0 for everything between pods."""
    spec = "types: [Egress], egress: [{action: Allow, destination: {nets: [0.0.0.0/0]}}]"
    assert (
        told("calico", spec, "cilium", NO_FACTS)
        .said[0]
        .startswith("the pods of NetworkPolicy/shop/p lose access to all pods and nodes inside 0.0.0.0/0: ")
    )


@pytest.mark.parametrize(
    ("written", "made", "left"),
    [
        ([], ["10.244.0.0/16", "10.0.0.0/8"], ("10.0.0.0/8",)),
        ([], ["10.0.0.0/8", "10.0.0.0/8", "fd00::/8", "fd00:1::/32"], ("10.0.0.0/8", "fd00::/8")),
        (["10.0.0.0/8"], ["10.244.0.0/16", "172.16.0.0/12"], ("10.0.0.0/8", "172.16.0.0/12")),
        # what a person wrote stays, also within what is made
        (["10.244.0.0/16"], ["10.0.0.0/8"], ("10.244.0.0/16", "10.0.0.0/8")),
        (["10.0.0.0/8", "10.244.0.0/16"], [], ("10.0.0.0/8", "10.244.0.0/16")),
        (["10.0.0.0/8", "10.244.0.0/16"], ["10.1.0.0/16"], ("10.0.0.0/8", "10.244.0.0/16")),
    ],
)
def test_what_is_cut_out_holds_nothing_twice(written: list[str], made: list[str], left: tuple[str, ...]) -> None:
    assert fewest_holes(written, made) == left


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_ranges_of_pods_within_those_of_nodes_are_cut_out_once(to: str) -> None:
    spec = "endpointSelector: {}, egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: [192.0.2.0/24]}]}]"
    facts = Facts(pods=("10.244.0.0/16",), nodes=("10.0.0.0/8",))
    (policy,) = run(cidr_reach.run, policies("cilium", spec), to, facts=facts).after
    (peer,) = policy.section(Direction.EGRESS).rules[0].peers
    assert peer.excluding == ("192.0.2.0/24", "10.0.0.0/8")
