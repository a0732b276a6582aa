"""In which order Calico looks at tiers, policies and rules, which directions a policy is for, and what is never judged."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.dialects.verdicts import Allowed, allowed, calico, everything, expected, nothing, peers
from tests.passes.fitting import text
from translate.api.support import load
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import sources
from translate.model.policy import Action, Direction, Identity, Tier
from translate.prover.assumptions import About
from translate.prover.compare import prove
from translate.prover.proof import Verdict

NP, GNP, KNP = "NetworkPolicy", "GlobalNetworkPolicy", "KubernetesNetworkPolicy"


def policy(kind: str, spec: str, name: str = "p", namespace: str = "shop") -> str:
    """A policy for what comes in."""
    meta = f"name: {name}" if kind.endswith(GNP) else f"name: {name}, namespace: {namespace}"
    if kind == KNP:
        return text("kubernetes", f"podSelector: {{}}, policyTypes: [Ingress], {spec}", meta)
    return calico(kind, f"types: [Ingress], {spec}", meta)


def tier(name: str, spec: str) -> str:
    return calico("Tier", spec, f"name: {name}")


def taken(given: str) -> Linked:
    return link(take_in(sources(given)), default_namespace="default")


def let_in(*documents: str) -> set[tuple[str, str]]:
    return allowed("---\n".join(documents), Direction.INGRESS)


def of(rule: Allowed) -> set[tuple[str, str]]:
    return expected(rule, own_node_is_in=True)


ALLOW, DENY, PASS, LOG = (
    f"{{action: {action.value}}}" for action in (Action.ALLOW, Action.DENY, Action.PASS, Action.LOG)
)
FROM_X, FROM_ALL = "source: {selector: \"app == 'x'\"}", "source: {selector: all()}"
LISTS = [
    # rules in their order, what is let through
    ("", nothing),
    (f"{ALLOW}, {DENY}", everything),
    (f"{DENY}, {ALLOW}", nothing),
    (LOG, nothing),
    (f"{LOG}, {ALLOW}", everything),
    (f"{LOG}, {DENY}", nothing),
    (PASS, everything),
    (f"{PASS}, {DENY}", everything),
    (f"{DENY}, {PASS}", nothing),
    (f"{{action: Deny, {FROM_X}}}, {{action: Allow, {FROM_ALL}}}", peers("own bare")),
    (f"{{action: Allow, {FROM_X}}}, {DENY}", peers("own x")),
    (f"{{action: Pass, {FROM_X}}}, {DENY}", peers("own x")),
    (f"{{action: Log, {FROM_X}}}, {{action: Allow, {FROM_X}}}", peers("own x")),
]


@pytest.mark.parametrize(("rules", "rule"), LISTS)
def test_the_first_match_decides(rules: str, rule: Allowed) -> None:
    assert let_in(policy(NP, f"ingress: [{rules}]")) == of(rule)


ORDER = [
    # specs of policies a and b, what is let in
    (f"order: 1, ingress: [{DENY}]", f"order: 2, ingress: [{ALLOW}]", nothing),
    (f"order: 2, ingress: [{DENY}]", f"order: 1, ingress: [{ALLOW}]", everything),
    (f"ingress: [{DENY}]", f"order: 1e9, ingress: [{ALLOW}]", everything),
    (f"order: -1.5, ingress: [{DENY}]", f"order: -1, ingress: [{ALLOW}]", nothing),
    (f"order: 0.5, ingress: [{DENY}]", f"order: 0.25, ingress: [{ALLOW}]", everything),
    (f"ingress: [{DENY}]", f"ingress: [{ALLOW}]", nothing),
    ("ingress: []", f"ingress: [{ALLOW}]", everything),
    (f"order: 1, ingress: [{PASS}]", "order: 2, ingress: []", everything),
    (f"order: 1, ingress: [{LOG}]", f"order: 2, ingress: [{ALLOW}]", everything),
]


@pytest.mark.parametrize(("first", "second", "rule"), ORDER)
def test_policies_in_their_order(first: str, second: str, rule: Allowed) -> None:
    """No order at all is behind every order."""
    for one, other in itertools.product((NP, GNP), repeat=2):
        assert let_in(policy(one, first, "a"), policy(other, second, "b")) == of(rule)


TIES = [
    # two policies of one order, the one that Calico looks at first: by the text name/namespace/kind
    ((NP, "a-b"), (NP, "a")),
    ((NP, "a.b"), (NP, "a")),
    ((NP, "a-b"), (NP, "a.b")),
    ((NP, "a"), (NP, "a0")),
    ((NP, "a0"), (NP, "ab")),
    ((NP, "a"), (NP, "b")),
    ((GNP, "a"), (NP, "a")),
    ((GNP, "a-b"), (NP, "a")),
    ((NP, "a"), (GNP, "b")),
    ((KNP, "a"), (NP, "a")),
    ((KNP, "a-b"), (NP, "a")),
]


@pytest.mark.parametrize(("first", "second"), TIES)
def test_ties(first: tuple[str, str], second: tuple[str, str]) -> None:
    """A Kubernetes policy stands at order 1000."""
    for one, other in ((first, second), (second, first)):
        can_deny = one[0] != KNP
        mine = f"order: 1000, ingress: [{DENY}]" if can_deny else "ingress: [{}]"
        theirs = f"order: 1000, ingress: [{ALLOW if can_deny else DENY}]" if other[0] != KNP else "ingress: [{}]"
        found = let_in(policy(one[0], mine, one[1]), policy(other[0], theirs, other[1]))
        wins = one == first
        assert found == of(everything if wins != can_deny else nothing)


def test_kubernetes_policies_stand_at_1000() -> None:
    open_to_all = policy(KNP, "ingress: [{}]", "k")
    assert let_in(open_to_all, policy(NP, f"order: 999, ingress: [{DENY}]")) == of(nothing)
    assert let_in(open_to_all, policy(NP, f"order: 1001, ingress: [{DENY}]")) == of(everything)
    assert let_in(open_to_all, policy(NP, f"ingress: [{DENY}]")) == of(everything)


SHUT = policy(NP, "ingress: []", "shut")
OPEN = policy(NP, f"ingress: [{ALLOW}]", "open")
TIERS = [
    # documents beside the policy of tier t, the spec of tier t, the rules of its policy, what is let in
    ([], "order: 10, defaultAction: Deny", "", nothing),
    ([], "order: 10, defaultAction: Pass", "", everything),
    ([], "order: 10", "", nothing),
    ([], "order: 10, defaultAction: Pass", PASS, everything),
    ([], "order: 10, defaultAction: Deny", PASS, everything),
    ([OPEN], "order: 10, defaultAction: Deny", "", nothing),
    ([OPEN], "order: 10, defaultAction: Pass", "", everything),
    ([OPEN], "order: 10, defaultAction: Pass", DENY, nothing),
    ([SHUT], "order: 10, defaultAction: Pass", "", nothing),
    ([SHUT], "order: 10, defaultAction: Deny", PASS, nothing),
    ([SHUT], "order: 10, defaultAction: Deny", ALLOW, everything),
    ([SHUT], "order: 10, defaultAction: Pass", "{action: Allow, source: {nets: [10.244.0.1/32]}}", peers("own x")),
    ([SHUT], "order: 10, defaultAction: Pass", f"{LOG}, {ALLOW}", everything),
    # behind the tier default only what passes it arrives
    ([OPEN], "order: 2000000, defaultAction: Deny", DENY, everything),
    ([SHUT], "order: 2000000, defaultAction: Deny", ALLOW, nothing),
    ([policy(NP, f"ingress: [{PASS}]", "pass")], "order: 2000000, defaultAction: Deny", DENY, nothing),
    # t is behind default by its name where it has the order of default
    ([OPEN], "order: 1000000, defaultAction: Deny", DENY, everything),
    ([OPEN], "", DENY, everything),
    ([OPEN], "defaultAction: Pass", DENY, everything),
    ([OPEN], "order: 999999.5", DENY, nothing),
    # a tier that is there and of which no policy concerns the pod
    ([tier("u", "order: 1, defaultAction: Deny")], "order: 10, defaultAction: Pass", "", everything),
    ([calico(NP, "tier: u, types: [Egress]", "name: e, namespace: shop"), tier("u", "order: 1")],
     "order: 10, defaultAction: Pass", "", everything),
]  # fmt: skip


@pytest.mark.parametrize(("others", "spec", "rules", "rule"), TIERS)
@pytest.mark.parametrize("kind", [NP, GNP])
def test_tiers(kind: str, others: list[str], spec: str, rules: str, rule: Allowed) -> None:
    mine = policy(kind, f"tier: t, ingress: [{rules}]")
    assert let_in(*others, tier("t", spec), mine) == of(rule)


def test_a_tier_of_no_order_stands_where_default_does() -> None:
    before, behind = (policy(NP, f"tier: {name}, ingress: [{DENY}]") for name in ("aaa", "zzz"))
    assert let_in(OPEN, tier("aaa", ""), before) == of(nothing)
    assert let_in(OPEN, tier("zzz", ""), behind) == of(everything)


BUILT_IN = [
    # the tier of a policy without rules, what is let in beside an open and beside no other policy
    ("kube-admin", everything, everything),
    ("kube-baseline", everything, everything),
    ("default", everything, nothing),
]


@pytest.mark.parametrize(("name", "beside_open", "alone"), BUILT_IN)
def test_tiers_that_always_exist(name: str, beside_open: Allowed, alone: Allowed) -> None:
    mine = policy(NP, f"tier: {name}, ingress: []")
    found = taken(mine)
    assert found.policies.assumed == ()
    assert found.report.notes == []
    assert let_in(mine) == of(alone)
    assert let_in(mine, OPEN) == of(beside_open)
    denies = policy(NP, f"tier: {name}, ingress: [{DENY}]", "q")
    assert let_in(denies, OPEN) == of(
        everything if name == "kube-baseline" else nothing if name == "kube-admin" else everything
    )


def test_a_tier_that_is_not_in_the_input_is_assumed_and_said() -> None:
    found = taken(policy(NP, f"tier: platform, ingress: [{ALLOW}]"))
    assert found.policies.assumed == ("platform",)
    assert Tier("platform", 1_000_000.0, Action.DENY) in found.policies.tiers
    assert found.report.notes == []
    proof = prove(found.policies, found.policies)
    (said,) = [each for each in proof.assumptions if each.about is About.TIERS]
    assert said.about.shown
    assert str(said) == (
        "tier platform, which is not in the input, has order 1000000 and ends in Deny; "
        "as a Tier without a spec does: add its Tier object to be sure"
    )


STAGED = [
    calico("StagedNetworkPolicy", "order: 1, types: [Ingress]", "name: s, namespace: shop"),
    calico("StagedNetworkPolicy", "stagedAction: Delete", "name: s, namespace: shop"),
    calico("StagedGlobalNetworkPolicy", f"order: 1, types: [Ingress], ingress: [{DENY}]", "name: s"),
    calico("StagedGlobalNetworkPolicy", f"stagedAction: Learn, types: [Ingress], ingress: [{DENY}]", "name: s"),
    calico("StagedKubernetesNetworkPolicy", "podSelector: {}, policyTypes: [Ingress]", "name: s, namespace: shop"),
]


@pytest.mark.parametrize("staged", STAGED)
def test_staged_policies_are_as_if_they_were_absent(staged: str) -> None:
    """One that has the name of an enforced policy neither replaces nor deletes it."""
    assert let_in(staged) == of(everything)
    assert let_in(staged, policy(NP, "ingress: []", "s")) == of(nothing)
    assert [item.value["metadata"]["name"] for item in taken(staged).companions] == ["s"]


TYPES = [
    # spec; isolated for ingress, for egress; whether the CRDs fill it in otherwise
    ("selector: all()", True, False, False),
    ("ingress: []", True, False, False),
    ("egress: []", True, False, True),
    ("ingress: [], egress: [{action: Deny}]", False, True, True),
    ("ingress: [{action: Deny}], egress: []", True, False, True),
    ("egress: [{action: Deny}]", False, True, False),
    ("ingress: [{action: Deny}]", True, False, False),
    ("ingress: [{action: Deny}], egress: [{action: Deny}]", True, True, False),
    ("types: [Ingress]", True, False, False),
    ("types: [Egress]", False, True, False),
    ("types: [Ingress, Egress]", True, True, False),
    ("types: [Ingress], egress: [{action: Deny}]", True, False, False),
    ("types: [Egress], ingress: [{action: Deny}], egress: []", False, True, False),
]


@pytest.mark.parametrize(("spec", "ingress", "egress", "noted"), TYPES)
@pytest.mark.parametrize("kind", [NP, GNP])
def test_types(kind: str, spec: str, ingress: bool, egress: bool, noted: bool) -> None:
    """Left out they are filled in as calicoctl and the API server do, with a note where the CRDs do otherwise."""
    given = calico(kind, spec)
    assert allowed(given, Direction.INGRESS) == of(nothing if ingress else everything)
    assert allowed(given, Direction.EGRESS) == expected(nothing if egress else everything, own_node_is_in=False)
    notes = [str(note) for note in taken(given).report.notes]
    assert [True] * noted == ["has no types: read as" in note for note in notes]


@pytest.mark.parametrize("spec", ["selector: all()", "egress: []", "ingress: [{action: Deny}]"])
def test_types_of_what_was_stored_without_them(spec: str) -> None:
    """A policy that comes from the old storage is of both directions."""
    given = calico(NP, spec, "name: default.p, namespace: shop", "crd.projectcalico.org/v1")
    assert allowed(given, Direction.INGRESS) == of(nothing)
    assert allowed(given, Direction.EGRESS) == expected(nothing, own_node_is_in=False)
    assert str(load(given).policies[0].identity) == "NetworkPolicy/shop/p"


HOSTS_ONLY = [
    "doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}], egress: [{action: Deny}]",
    "preDNAT: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]",
]


@pytest.mark.parametrize("spec", HOSTS_ONLY)
def test_policies_that_never_judge_pods(spec: str) -> None:
    """They are kept as text; two sets of which differ are not judged."""
    given = calico(GNP, spec)
    assert let_in(given) == of(everything)
    policies = load(given)
    assert policies.policies == ()
    (kept,) = policies.unjudged
    assert kept.identity == Identity("GlobalNetworkPolicy", None, "p")
    assert json.loads(kept.said).keys() >= {"applyOnForward", "ingress"}
    same = prove(policies, policies)
    assert same.verdict is Verdict.SAME
    assert any("are not judged" in each.text for each in same.assumptions)
    assert prove(policies, load(calico(GNP, f"order: 3, {spec}"))).verdict is Verdict.UNDECIDED


def test_what_a_policy_says_of_hosts_alone_is_kept_beside_it() -> None:
    """``applyOnForward`` and hints change nothing for pods."""
    hint = "performanceHints: [AssumeNeededOnEveryNode]"
    given = calico(GNP, f"applyOnForward: true, {hint}, selector: has(app), types: [Ingress]")
    (found,) = load(given).policies
    assert found.metadata.extras == (("applyOnForward", True), ("performanceHints", ["AssumeNeededOnEveryNode"]))
    assert let_in(given) == of(nothing)
    proof = prove(load(given), load(given))
    assert any("host endpoints are not compared" in each.text for each in proof.assumptions)
