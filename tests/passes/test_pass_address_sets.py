"""Labelled address sets, for dialects without: their ranges stand in the rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.passes.fitting import calico, documents, form, rule, run, text
from translate.api.support import load
from translate.model.edit import rules_of
from translate.model.peers import Peer, Workloads, parts
from translate.model.policy import Policy
from translate.plan.passes import address_sets

MINE = calico("NetworkSet", 'nets: [10.0.0.0/8, "fd00::/8", 1.2.3.4]', "mine", "role: set")
EMPTY = calico("NetworkSet", "nets: []", "empty", "role: set")
EVERYWHERE = calico("GlobalNetworkSet", "nets: [11.0.0.0/8]", "everywhere", "role: set")
HOST = calico("HostEndpoint", "node: n1, interfaceName: eth0, expectedIPs: [10.1.2.3]", "host", "role: set")
OTHER = calico("NetworkSet", "nets: [12.0.0.0/8]", "other", "role: other")
PODS = "pods role in {set} of the own namespace"
RANGES = ["10.0.0.0/8", "fd00::/8", "1.2.3.4/32"]
BY_ROLE = "selector: role == 'set'"


def meaning_sets(policies: tuple[Policy, ...]) -> Iterator[Peer]:
    """The peers that a set could still be meant by."""
    for policy in policies:
        for each in rules_of(policy):
            for peer in each.peers:
                yield from (part for part in parts(peer) if isinstance(part, Workloads) and part.sets is not None)


def given(source: str, *sets: str) -> str:
    """A policy that allows ``source``, beside sets."""
    return documents(*sets, text("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{source}}}}}]"))


LEFT_ALONE = [
    (given(BY_ROLE, MINE), "calico"),
    (given("nets: [10.0.0.0/8]", MINE), "kubernetes"),
    # a set is no pod
    (given("selector: \"role == 'set' && projectcalico.org/orchestrator == 'k8s'\"", MINE), "kubernetes"),
]
REWRITTEN = [
    # text, peers for Kubernetes, names of the sets that are spelled out
    (given(BY_ROLE), [PODS], []),
    (given(BY_ROLE, OTHER), [PODS], []),
    (given(BY_ROLE, MINE, OTHER), [PODS, *RANGES], ["NetworkSet/shop/mine"]),
    (given(BY_ROLE, EMPTY), [PODS], ["NetworkSet/shop/empty"]),
    # in a namespaced policy a selector alone means the own namespace: nothing outside namespaces
    (given(BY_ROLE, EVERYWHERE, HOST), [PODS], []),
    (given(f"namespaceSelector: global(), {BY_ROLE}", EVERYWHERE, HOST, MINE), ["11.0.0.0/8", "10.1.2.3/32"],
     ["GlobalNetworkSet/everywhere", "HostEndpoint/host"]),
    (given(f"namespaceSelector: all(), {BY_ROLE}", EVERYWHERE, MINE), ["pods role in {set} of namespaces all", *RANGES],
     ["NetworkSet/shop/mine"]),
    # a range beside the selector cuts both
    (
        given(f"{BY_ROLE}, nets: [10.1.0.0/16]", MINE),
        [f"({one}) and (10.1.0.0/16)" for one in (PODS, *RANGES)],
        ["NetworkSet/shop/mine"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "to"), LEFT_ALONE)
def test_left_alone(source: str, to: str) -> None:
    assert run(address_sets.run, load(source), to).untouched


@pytest.mark.parametrize(("source", "peers", "names"), REWRITTEN)
def test_rewritten(source: str, peers: list[str], names: list[str]) -> None:
    outcome = run(address_sets.run, load(source), "kubernetes")
    assert outcome.forms == [form("all", ingress=[rule(peers)])]
    assert not any(meaning_sets(outcome.after))
    assert outcome.codes == ["NPT303 exact"] * len(names)
    assert outcome.said == [
        f"the ranges of {name} stand in NetworkPolicy/shop/p itself: later changes of the set do not reach it"
        for name in names
    ]


def test_everyone_but_a_set_is_everyone_but_its_pods_and_ranges() -> None:
    rules = "[{action: Allow, source: {notSelector: role == 'set'}}]"
    policy = calico("GlobalNetworkPolicy", f"selector: all(), types: [Ingress], ingress: {rules}")
    outcome = run(address_sets.run, load(documents(EVERYWHERE, policy)), "kubernetes")
    (found,) = outcome.forms
    assert found["ingress"]["rules"] == [rule(["(not (pods role in {set} of namespaces all)) and (not (11.0.0.0/8))"])]
    assert outcome.codes == ["NPT303 exact"]


def test_a_set_that_two_rules_mean_is_named_once() -> None:
    rules = "[{action: Allow, source: {selector: has(role)}}, {action: Allow, protocol: TCP, source: {selector: has(role)}}]"
    policy = text("calico", f"types: [Ingress], ingress: {rules}")
    assert run(address_sets.run, load(documents(MINE, policy)), "kubernetes").codes == ["NPT303 exact"]


def test_a_condition_on_the_subject_means_sets_as_well() -> None:
    source = documents(
        MINE, text("calico", f"types: [Ingress], ingress: [{{action: Allow, destination: {{{BY_ROLE}}}}}]")
    )
    outcome = run(address_sets.run, load(source), "kubernetes")
    assert outcome.forms == [form("all", ingress=[rule(["anyone"], own=[PODS, *RANGES])])]
    assert outcome.codes == ["NPT303 exact"]
