"""Rules and policies that never do anything: found with the reason, and none called so that may decide a packet."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, documents, text
from translate.core.origin import spell
from translate.model.facts import NO_FACTS, Facts, PodObject
from translate.model.policy import Direction
from translate.prover.budget import Budget
from translate.prover.empty_rules import Why
from translate.prover.forestalled import DecisionList
from translate.prover.interpretations import Interpretation
from translate.prover.never import Never, never_matching

TCP_FROM_ANYWHERE = "ingress: [{action: Deny, protocol: TCP}]"
WEB = "ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}}]"


def found(source: str, facts: Facts | None = None) -> list[str]:
    """What never matches: policy and rule, then why, or what decides first."""
    policies = translate.load(source)
    return [told(one) for one in never_matching(policies, *([facts] if facts else []))]


def told(one: Never) -> str:
    """One of them in a line."""
    who = f"{one.policy.identity.name} {spell(one.rule.origin.path) if one.rule else 'subject'}"
    by = [f"{x.policy.identity.name} {spell(x.rule.origin.path) if x.rule else 'end'} {x.action}" for x in one.by]
    return f"{who}: {one.why.name if one.why else ', '.join(by)}{', more' if one.more else ''}"


def ordered(*specs: str) -> str:
    """Cluster-wide Calico policies p1, p2 … of the orders 1, 2 …"""
    numbered = enumerate(specs, 1)
    return documents(*(calico("GlobalNetworkPolicy", f"order: {n}, {spec}", name=f"p{n}") for n, spec in numbered))


ASKS_FOR_NOTHING = [
    ("selector: app == 'a', ingress: [{action: Deny, destination: {selector: app == 'b'}}]", "OWN_END"),
    ("selector: app == 'a', egress: [{action: Allow, source: {selector: app != 'a'}}]", "OWN_END"),
    ("ingress: [{action: Allow, source: {selector: app == 'a' && app == 'b'}}]", "PEERS"),
    ("ingress: [{action: Allow, source: {selector: has(app) && !has(app)}}]", "PEERS"),
    ('egress: [{action: Deny, destination: {selector: "!all()"}}]', "PEERS"),
    ("egress: [{action: Allow, destination: {nets: [10.0.0.0/8], notNets: [10.0.0.0/9, 10.128.0.0/9]}}]", "PEERS"),
    ("ingress: [{action: Allow, protocol: TCP, notProtocol: TCP}]", "TRAFFIC"),
]


@pytest.mark.parametrize(("spec", "why"), ASKS_FOR_NOTHING)
def test_a_rule_that_asks_for_what_there_is_not(spec: str, why: str) -> None:
    name = "ingress" if "ingress" in spec else "egress"
    assert found(ordered(f"types: [Ingress, Egress], {spec}")) == [f"p1 spec.{name}[0]: {why}"]


def test_ranges_and_packets_of_two_families() -> None:
    icmp = "icmps: [{fields: [{type: 128, family: IPv6}]}]"
    source = text("cilium", f"endpointSelector: {{}}, ingress: [{{fromCIDR: [10.0.0.0/8], {icmp}}}]")
    assert found(source) == ["p spec.ingress[0]: TOGETHER"]


def test_a_policy_of_no_pod_is_told_once_and_its_rules_are_not() -> None:
    nobody = ordered("selector: app == 'a' && app == 'b', ingress: [{action: Allow}, {action: Deny}]")
    assert found(nobody) == ["p1 subject: SUBJECT"]
    elsewhere = text(
        "cilium",
        "endpointSelector: {matchLabels: {'any:io.kubernetes.pod.namespace': x}}, ingress: [{fromEntities: [all]}]",
    )
    assert found(elsewhere) == ["p subject: SUBJECT"]


FORESTALLED = [
    ((TCP_FROM_ANYWHERE, WEB), ["p2 spec.ingress[0]: p1 spec.ingress[0] Deny"]),
    (("ingress: [{action: Allow}, {action: Deny}]",), ["p1 spec.ingress[1]: p1 spec.ingress[0] Allow"]),
    # Two that have it together, one that passes on, and the end of a tier.
    (
        (
            "ingress: [{action: Deny, protocol: TCP, source: {selector: has(app)}}]",
            'ingress: [{action: Deny, protocol: TCP, source: {selector: "!has(app)"}}]',
            "ingress: [{action: Deny, protocol: TCP, source: {notSelector: all()}}]",
            "ingress: [{action: Allow, protocol: TCP}]",
        ),
        ["p4 spec.ingress[0]: p1 spec.ingress[0] Deny, p2 spec.ingress[0] Deny, p3 spec.ingress[0] Deny"],
    ),
    (("ingress: [{action: Pass}, {action: Deny}]",), ["p1 spec.ingress[1]: p1 spec.ingress[0] Pass"]),
    # What the engine decides without asking policies is no policy's doing.
    (
        (
            "ingress: [{action: Allow, source: {nets: [10.0.0.0/8]}}]",
            "ingress: [{action: Deny, source: {nets: [10.1.0.0/16]}}]",
        ),
        ["p2 spec.ingress[0]: p1 spec.ingress[0] Allow"],
    ),
]


@pytest.mark.parametrize(("specs", "lines"), FORESTALLED)
def test_a_rule_that_others_forestall(specs: tuple[str, ...], lines: list[str]) -> None:
    assert found(ordered(*specs)) == lines


def test_what_the_end_of_an_earlier_tier_denies() -> None:
    tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: first}\nspec: {order: 1}\n"
    head = "ingress: [{action: Allow, source: {selector: app == 'a'}}]"
    first = calico("GlobalNetworkPolicy", f"tier: first, {head}", name="first.p")
    rest = calico("GlobalNetworkPolicy", "ingress: [{action: Allow, source: {selector: app == 'b'}}]", name="p")
    assert found(documents(tier, first, rest)) == ["p spec.ingress[0]: first.p end Deny"]
    # Where the order of the tier is not given, nobody knows which comes first.
    assert found(documents(first, rest)) == []


def test_a_cilium_allow_that_a_deny_of_another_policy_beats() -> None:
    web = "endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]"
    deny = "endpointSelector: {}, ingressDeny: [{fromEntities: [all]}]"
    both = documents(text("cilium", web), text("cilium", deny, "name: q, namespace: shop"))
    assert found(both) == ["p spec.ingress[0]: q spec.ingressDeny[0] Deny"]


ALIVE = [
    # It denies what nothing allows today: another policy may allow it tomorrow.
    ("ingress: [{action: Allow, protocol: TCP}, {action: Deny, protocol: UDP}]",),
    # The second of two allows of one packet: which of them decides it is nobody's concern.
    (WEB, WEB),
    # Its peers may be address sets that the input does not hold.
    ("ingress: [{action: Allow, source: {namespaceSelector: global(), selector: feed == 'bad'}}]",),
    # A part of it is left.
    (TCP_FROM_ANYWHERE, "ingress: [{action: Allow, source: {selector: app == 'web'}}]"),
]


@pytest.mark.parametrize("specs", ALIVE)
def test_a_rule_that_decides_something_is_not_told(specs: tuple[str, ...]) -> None:
    assert found(ordered(*specs)) == []


def test_a_tie_that_releases_break_differently_forestalls_nothing() -> None:
    same = "order: 5, ingress: [{action: %s, protocol: TCP}]"
    both = documents(
        *(calico("GlobalNetworkPolicy", same % action, name=action.lower()) for action in ("Allow", "Deny"))
    )
    assert found(both) == []


@pytest.mark.parametrize(
    "source",
    [
        text("cilium", "endpointSelector: {}, ingress: [{}]"),
        text("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: []}]"),
        text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [none]}]"),
        text("kubernetes", "podSelector: {}, policyTypes: [Ingress, Egress]"),
    ],
)
def test_what_says_that_it_means_nobody_is_not_told(source: str) -> None:
    """These are how people write that nothing gets in."""
    assert found(source) == []


def test_facts_may_leave_a_rule_nothing() -> None:
    pods = (PodObject("shop", (("app", "api"),), name="api"), PodObject("shop", (("app", "db"),), name="db"))
    facts = Facts(pod_objects=pods, complete=("Pod",))
    two = ordered("ingress: [{action: Deny, source: {selector: app == 'web'}}, {action: Deny}]")
    assert found(two, facts) == ["p1 spec.ingress[0]: STATED"]


def test_the_work_is_bounded_and_what_is_not_seen_is_not_told() -> None:
    policies = translate.load(ordered(TCP_FROM_ANYWHERE, WEB))
    assert [one.by[0].policy.identity.name for one in never_matching(policies, steps=1_000)] == ["p1"]
    assert never_matching(policies, steps=1) == ()


def test_why_is_one_of_these() -> None:
    others = {"SUBJECT", "TOGETHER", "STATED", "ELSEWHERE", "OF_CLUSTER", "OF_SERVICES"}
    assert {why for _, why in ASKS_FOR_NOTHING} | others == {why.name for why in Why}


def test_rules_that_stand_first_are_not_lowered() -> None:
    """A direction in which nothing but allows stands costs no step."""
    rules = [{"action": "Allow", "source": {"selector": f"app == 'a{number}'"}} for number in range(5)]
    egress = [{"action": "Deny"}, {"action": "Allow"}]
    spec = {"types": ["Ingress", "Egress"], "ingress": rules, "egress": egress}
    metadata = {"name": "p", "namespace": "x"}
    given = translate.load(
        [{"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}]
    )
    for direction, first in ((Direction.INGRESS, True), (Direction.EGRESS, False)):
        budget = Budget(1000)
        found = DecisionList(given, direction, Interpretation.LEAST, NO_FACTS, budget)
        assert found.are_first([position for position, _ in found.rules()]) is first
        assert budget.steps == 1000
    stated = DecisionList(given, Direction.INGRESS, Interpretation.LEAST, Facts(pods=("10.0.0.0/8",)), Budget())
    assert not stated.are_first([position for position, _ in stated.rules()]), "a fact may leave no packet"
