"""Plans: what is tried, with which pods, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import translate
from tests.properties.strategies import effort
from translate import Answer, Aspect, Direction, InputError, ProbePlan
from translate.model.facts import NO_FACTS, Facts
from translate.model.selectors import And, Exists, In, Label, Not, Or, Scope, Selector
from translate.probing.cover import cover
from translate.probing.outside import outside_of
from translate.probing.solutions import solutions
from translate.prover.evaluator_match import selects_labels
from translate.rendering.testplan_words import sentence

NP = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  podSelector: {matchLabels: {app: web}}\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: app == 'web'\n"
CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: web}}\n"
API = "{podSelector: {matchLabels: {app: api}}}"
POD = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: a, image: a, ports: [{name: http, containerPort: 8080}]}]}\n"
NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ops, labels: {team: ops}}\n"


def told(plan: ProbePlan) -> list[str]:
    return [f"{sentence(one)}: {one.expected.value}" for one in plan.probes]


PLANS = [
    (
        "a peer and a port: both, and the next of each",
        f"{NP}  ingress:\n  - from: [{API}]\n    ports: [{{port: 80}}]\n",
        [
            "shop{app=api} to shop{app=web} on TCP 80: allowed",
            "shop{} to shop{app=web} on TCP 80: denied",
            "shop{app=api} to shop{app=web} on TCP 81: denied",
        ],
    ),
    (
        "a range of ports ends where the next begins",
        f"{NP}  ingress:\n  - from: [{API}]\n    ports: [{{port: 80, endPort: 90}}]\n",
        [
            "shop{app=api} to shop{app=web} on TCP 80: allowed",
            "shop{} to shop{app=web} on TCP 80: denied",
            "shop{app=api} to shop{app=web} on TCP 91: denied",
        ],
    ),
    (
        "nothing is allowed: isolation by itself",
        f"{NP}  policyTypes: [Ingress]\n",
        ["netpol-probe{} to shop{app=web} on TCP 8080: denied"],
    ),
    (
        "no name is resolved, and the DNS of the cluster answers others",
        f"{NP}  policyTypes: [Egress]\n",
        [
            "netpol-probe{} to the cluster DNS on UDP 53: allowed",
            "shop{app=web} to the cluster DNS on UDP 53: denied",
        ],
    ),
    (
        "a number that a pod gives to a named port",
        f"{NP}  ingress:\n  - from: [{API}]\n    ports: [{{port: http}}]\n{POD}",
        [
            "shop{app=api} to shop{app=web} on TCP 8080: allowed",
            "shop{} to shop{app=web} on TCP 8080: denied",
            "shop{app=api} to shop{app=web} on TCP 8081: denied",
        ],
    ),
    (
        "a namespace by label is made",
        f"{NP}  ingress:\n  - from: [{{namespaceSelector: {{matchLabels: {{team: ops}}}}}}]\n    ports: [{{port: 80}}]\n",
        [
            "netpol-probe-2{} to shop{app=web} on TCP 80: allowed",
            "netpol-probe{} to shop{app=web} on TCP 80: denied",
            "netpol-probe-2{} to shop{app=web} on TCP 81: denied",
        ],
    ),
    (
        "one that is told is taken",
        f"{NP}  ingress:\n  - from: [{{namespaceSelector: {{matchLabels: {{team: ops}}}}}}]\n    ports: [{{port: 80}}]\n{NAMESPACE}",
        [
            "ops{} to shop{app=web} on TCP 80: allowed",
            "netpol-probe{} to shop{app=web} on TCP 80: denied",
            "ops{} to shop{app=web} on TCP 81: denied",
        ],
    ),
    (
        "a Deny, and what is next to it gets through",
        f"{CALICO}  ingress:\n  - {{action: Deny, protocol: TCP, source: {{selector: role == 'batch'}}, destination: {{ports: [80]}}}}\n  - {{action: Allow}}\n",
        [
            "shop{} to shop{app=web} on TCP 80: allowed",
            "shop{role=batch} to shop{app=web} on TCP 81: allowed",
            "shop{role=batch} to shop{app=web} on TCP 80: denied",
        ],
    ),
    (
        "the sender is let out, so that the receiver decides",
        f"{NP}  ingress:\n  - from: [{API}]\n    ports: [{{port: 80}}]\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: out, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Egress]}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: open, namespace: shop}\n"
        "spec: {podSelector: {matchLabels: {may: leave}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}\n",
        [
            "shop{app=api,may=leave} to shop{app=web} on TCP 80: allowed",
            "netpol-probe{app=api} to shop{app=web} on TCP 80: denied",
            "shop{app=api,may=leave} to shop{app=web} on TCP 81: denied",
            "shop{may=leave} to netpol-probe{} on TCP 8080: denied",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in PLANS], ids=[row[0] for row in PLANS])
def test_plans(text: str, expected: list[str]) -> None:
    assert sorted(told(translate.testplan(text))) == sorted(expected)


REASONS = [
    ("ICMP", f"{CALICO}  ingress: [{{action: Allow, protocol: ICMP}}]\n", "it is about ICMP, and a probe pod has no right to make up such packets"),
    ("SCTP", f"{NP}  ingress: [{{ports: [{{port: 9, protocol: SCTP}}]}}]\n", "it is about SCTP, which the tools of the image do not speak"),
    ("another protocol", f"{CALICO}  ingress: [{{action: Allow, protocol: 47}}]\n", "it is about IP protocol 47, which no tool of the image sends"),
    ("a named port", f"{NP}  ingress: [{{ports: [{{port: http}}]}}]\n", 'no pod of the input says which number its TCP port "http" is'),
    ("outside, coming in", f"{NP}  ingress: [{{from: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}]}}]\n", "it comes from outside the cluster, where no probe pod is"),
    ("outside, going out", f"{NP}  policyTypes: [Egress]\n  egress: [{{to: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}]}}]\n", "it is about addresses outside the cluster, and none of them is known to answer"),
    ("names", f"{CILIUM}  egress: [{{toFQDNs: [{{matchName: api.example.com}}]}}]\n", "it is about addresses outside the cluster, and none of them is known to answer"),
    ("nodes", f"{CILIUM}  ingress: [{{fromEntities: [remote-node]}}]\n", "it is about nodes, and no probe pod is on the network of its node"),
    ("endpoints of the engine", f"{CILIUM}  ingress: [{{fromEntities: [health]}}]\n", "it is about endpoints of the engine's own, which no probe pod is"),
    ("labels that no pod has", f"{CALICO}  ingress: [{{action: Allow, source: {{selector: \"role == '$(rm)'\"}}}}]\n", "no pod can be made that is what it selects"),
    ("logging", f"{CALICO}  ingress: [{{action: Log}}]\n", "it logs, which changes nothing for the packet"),
    ("everything", f"{NP}  ingress: [{{}}]\n", "it means everybody: there is no peer that it does not mean"),
    ("every packet", f"{NP}  ingress: [{{}}]\n", "it means every packet: there is none that it does not mean"),
    (
        "layer 7",
        f"{CILIUM}  ingress: [{{fromEndpoints: [{{}}], toPorts: [{{ports: [{{port: \"80\", protocol: TCP}}], rules: {{http: [{{method: GET}}]}}}}]}}]\n",
        "it depends on what nobody told, as whether what a rule asks on layer 7 holds: HTTP GET requests",
    ),
    (
        "nobody is let out",
        f"{NP}  ingress: [{{from: [{API}]}}]\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: out, namespace: shop}}\nspec: {{podSelector: {{}}, policyTypes: [Egress]}}\n",
        "nobody gets that far: the sender denies it (egress: isolated, and no rule allows it (NetworkPolicy/shop/out))",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS])
def test_what_is_not_tried_has_its_reason(text: str, reason: str) -> None:
    assert reason in [one.reason for one in translate.testplan(text).untested]


def test_a_fact_settles_what_it_is_named_for() -> None:
    text = f"{NP}  ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: ops, team: a}}}}}}], ports: [{{port: 80}}]}}]\n"
    open_ = translate.testplan(text)
    assert ("add the Namespace object to the input, or state its labels with --facts") in [
        one.way for one in open_.untested
    ]
    settled = translate.testplan(text, facts={"namespaces": {"ops": {"team": "a"}, "shop": {}}})
    assert "ops{} to shop{app=web} on TCP 80: allowed" in told(settled)


def test_what_is_refused_is_no_plan() -> None:
    text = f"{CALICO}  ingress: [{{action: Allow, protocol: TCP, source: {{ports: [http]}}}}]\n"
    plan = translate.testplan(text)
    assert plan.reason.endswith("what is not read cannot be judged")
    assert (plan.probes, plan.is_whole) == ((), False)


def test_a_search_that_is_cut_short_says_so() -> None:
    text = "---\n".join(
        f"{NP.replace('name: web', f'name: web-{n}', 1)}  ingress: [{{from: [{API}]}}]\n" for n in range(20)
    )
    plan = translate.testplan(text, max_seconds=1e-9)
    assert not plan.is_whole
    assert plan.notes == ("the search for probes did not finish within 1e-09 s of CPU (--max-seconds allows more)",)


def test_each_probe_tries_what_the_others_do_not() -> None:
    """No probe of a plan is needless, and each says what it is for."""
    plan = translate.testplan(PLANS[0][1])
    for one, other in combinations(plan.probes, 2):
        assert not set(one.purposes) <= set(other.purposes)
    assert {purpose.aspect for one in plan.probes for purpose in one.purposes} == set(Aspect)
    assert {one.deniers for one in plan.probes} == {(), (Direction.INGRESS,)}
    assert [one.expected for one in plan.probes] == [Answer.ALLOWED, Answer.DENIED, Answer.DENIED]


COVERS = [
    ([], []),
    ([set()], []),
    ([{1}, {1, 2}], [1]),
    ([{1, 2}, {2, 3}, {3, 4}], [0, 2]),
    ([{1, 2, 3, 4}, {1, 2, 5}, {3, 4, 6}], [1, 2]),
]


@pytest.mark.parametrize(("sets", "chosen"), COVERS)
def test_cover(sets: list[set[int]], chosen: list[int]) -> None:
    assert cover([frozenset(one) for one in sets]) == chosen


@effort(100)
@given(st.lists(st.frozensets(st.integers(0, 8)), max_size=8))
def test_a_cover_holds_everything_and_keeps_its_bound(sets: list[frozenset[int]]) -> None:
    chosen = cover(sets)
    everything = frozenset[int]().union(*sets)
    assert frozenset[int]().union(*(sets[n] for n in chosen)) == everything
    fewest = next(
        k for k in range(len(sets) + 1) if any(frozenset().union(*some) == everything for some in combinations(sets, k))
    )
    harmonic = sum(1 / n for n in range(1, max(map(len, sets), default=0) + 1))
    assert len(chosen) <= fewest * max(harmonic, 1)


LABELS = [Label(Scope.POD, key) for key in "abc"]


def selectors() -> st.SearchStrategy[Selector]:
    atoms = st.one_of(
        st.builds(In, st.sampled_from(LABELS), st.sampled_from([("1",), ("1", "2"), ("3",)])),
        st.builds(Exists, st.sampled_from(LABELS)),
    )
    several = st.tuples
    return st.recursive(
        atoms, lambda inner: st.one_of(st.builds(Not, inner), st.builds(And, several(inner, inner)), st.builds(Or, several(inner, inner))), max_leaves=6
    )  # fmt: skip


@effort(300)
@given(selectors())
def test_labels_that_are_found_make_a_selector_true(selector: Selector) -> None:
    for found in solutions(selector):
        assert selects_labels(selector, {label.key: value for label, value in found.items() if value is not None})


def plain(selector: Selector) -> Iterator[dict[str, str]]:
    for a in (None, "1", "2", "3", "x"):
        for b in (None, "1", "2", "3", "x"):
            for c in (None, "1", "2", "3", "x"):
                yield {key: value for key, value in zip("abc", (a, b, c), strict=True) if value is not None}


@effort(300)
@given(selectors())
def test_labels_are_found_for_most_that_can_be_true(selector: Selector) -> None:
    """Where none are, the plan says that no pod can be made: that has to be true of what people write."""
    conjunctive = And((selector,))
    if not solutions(conjunctive):
        assert not any(selects_labels(selector, labels) for labels in plain(selector))


OUTSIDE = [
    ("203.0.113.7:443", ("203.0.113.7", 443)),
    ("[2001:DB8::1]:443", ("2001:db8::1", 443)),
    ("API.example.com:8443", ("api.example.com", 8443)),
]


@pytest.mark.parametrize(("text", "found"), OUTSIDE)
def test_what_is_outside(text: str, found: tuple[str, int]) -> None:
    assert outside_of([text], NO_FACTS) == (found,)


WRONG = [
    "",
    "x",
    "203.0.113.7",
    "203.0.113.7:0",
    "203.0.113.7:65536",
    "203.0.113.7:٣",
    "a b:80",
    "$(rm):80",
    "-x:80",
    "[fe80::1%eth0]:80",
    "10.0.0.1:80",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_outside(text: str) -> None:
    with pytest.raises(InputError, match="outside "):
        outside_of([text], Facts(pods=("10.0.0.0/8",)))
