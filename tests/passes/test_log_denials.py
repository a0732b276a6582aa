"""Denial logging: a Log before each Deny, and one policy behind all others of a tier per group of isolated pods."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import calico, documents, form, plain, policies, rule, text
from tests.semantics import CALICO
from translate.api.convert import convert
from translate.api.denials import logging_for
from translate.api.support import load
from translate.core.diagnostics import Report
from translate.dialects.calico.log_denials import WHERE
from translate.dialects.denials import Additions, InsertionPoint, LogRequest, added
from translate.model.policy import Direction, PolicySet
from translate.prover.compare import prove
from translate.prover.decision_list import LogWish
from translate.prover.logging_proof import prove_logging
from translate.prover.proof import Verdict

ALL = LogRequest()
LOG = [rule(["anyone"], action="Log"), rule(["anyone"], action="Deny")]
A = "podSelector: {matchLabels: {app: a}}"
INGRESS, EGRESS = "zzz-log-denied-ingress", "zzz-log-denied-egress"


def logging(given: PolicySet, wanted: LogRequest = ALL) -> Additions:
    """The additions on Calico, which nothing is lost or refused for."""
    report = Report()
    found = logging_for(replace(given, semantics=CALICO), "calico", wanted, report)
    assert (report.losses, report.refusals) == ([], [])
    assert [note.message for note in report.notes] == ([WHERE] if found != Additions() else [])
    return found


def names(additions: Additions) -> list[str]:
    """What the added policies are called."""
    return [str(policy.identity) for policy in additions.policies]


def places(given: PolicySet, additions: Additions) -> list[tuple[str, str, int]]:
    """Where Log rules go."""
    found = [(given.policies[place.number].identity, place) for place in additions.rules]
    return [(str(identity), place.direction.value, place.index) for identity, place in found]


LEFT_ALONE = [
    # nothing is denied
    f"{A}, ingress: [{{}}]",
    f"{A}, ingress: [{{}}], egress: [{{}}], policyTypes: [Ingress, Egress]",
]
ADDED = [
    # specs of Kubernetes, the name and form of each policy that is added
    ([A], [(INGRESS, form("app in {a}", ingress=LOG))]),
    ([f"{A}, policyTypes: [Egress]"], [(EGRESS, form("app in {a}", egress=LOG))]),
    (
        [f"{A}, policyTypes: [Ingress, Egress]"],
        [(INGRESS, form("app in {a}", ingress=LOG)), (EGRESS, form("app in {a}", egress=LOG))],
    ),
    (
        [A, "podSelector: {matchLabels: {app: b}}"],
        [(INGRESS, form("(app in {a} or app in {b})", ingress=LOG))],
    ),
    ([A, "podSelector: {}"], [(INGRESS, form("all", ingress=LOG))]),
    (
        [f"{A}, ingress: [{{}}], egress: [{{to: [{{podSelector: {{}}}}]}}], policyTypes: [Ingress, Egress]"],
        [(EGRESS, form("app in {a}", egress=LOG))],
    ),
]


@pytest.mark.parametrize("spec", LEFT_ALONE)
def test_left_alone(spec: str) -> None:
    given = policies("kubernetes", spec)
    assert logging(given) == Additions()
    assert added(given, Additions()) == given


@pytest.mark.parametrize(("specs", "expected"), ADDED)
def test_added(specs: list[str], expected: list[tuple[str, dict]]) -> None:
    given = policies("kubernetes", *specs)
    additions = logging(given)
    assert [(policy.identity.name, plain(policy)) for policy in additions.policies] == expected
    assert all((policy.order, policy.tier) == (None, "default") for policy in additions.policies)
    assert additions.rules == ()
    assert added(given, additions).policies == (*given.policies, *additions.policies)


DENY = "{action: Deny, protocol: TCP, source: {selector: has(x)}, destination: {ports: [80]}}"
SAME_LOG = DENY.replace("Deny", "Log")
EXPLICIT = [
    # rules of Calico, before which of them a Log goes
    (f"{DENY}, {{action: Allow}}", [0]),
    (f"{{action: Allow, protocol: UDP}}, {DENY}, {{action: Allow}}", [1]),
    (f"{DENY}, {{action: Deny, protocol: UDP}}, {{action: Allow}}", [0, 1]),
    ("{action: Deny}", [0]),
    # logged already: by the same match, or by a Log of everything
    (f"{SAME_LOG}, {DENY}, {{action: Allow}}", []),
    (f"{SAME_LOG}, {{action: Allow, protocol: UDP}}, {DENY}, {{action: Allow}}", []),
    (f"{{action: Log}}, {DENY}, {{action: Allow}}", []),
    (f"{{action: Log}}, {DENY}, {{action: Deny}}", []),
    # a Log of something else, or behind the Deny, is none of it
    (f"{{action: Log, protocol: TCP}}, {DENY}, {{action: Allow}}", [1]),
    (f"{DENY}, {SAME_LOG}, {{action: Allow}}", [0]),
    (f"{DENY}, {{action: Log}}, {{action: Allow}}", [0]),
    ("{action: Log, destination: {selector: has(x)}}, {action: Deny}, {action: Allow}", [1]),
    # Pass denies nothing
    ("{action: Pass, protocol: TCP}, {action: Pass}", []),
]


@pytest.mark.parametrize(("rules", "indices"), EXPLICIT)
def test_a_log_before_each_deny(rules: str, indices: list[int]) -> None:
    given = policies("calico", f"order: 5, types: [Ingress], ingress: [{rules}]")
    additions = logging(given)
    assert places(given, additions) == [("NetworkPolicy/shop/p", "ingress", index) for index in indices]
    # Each list above ends with a rule for everything, so nothing reaches the end of the tier.
    assert additions.policies == ()


def test_the_log_is_of_the_same_match_and_stands_before() -> None:
    end = "destination: {selector: has(y)}"
    deny = f"{{action: Deny, {end}}}"
    given = policies("calico", f"order: 5, types: [Ingress], ingress: [{DENY}, {deny}, {{action: Allow}}]")
    match, own = (["pods has x of the own namespace"], ["TCP 80"]), ["pods has y of the own namespace"]
    with_port = given.policies[0]
    assert with_port.ingress is not None
    rules = [
        rule(*match, action="Log"),
        rule(*match, action="Deny"),
        rule(["anyone"], action="Log", own=own),
        rule(["anyone"], action="Deny", own=own),
        rule(["anyone"]),
    ]
    assert [plain(policy) for policy in added(given, logging(given)).policies] == [form("all", ingress=rules)]


def test_added_touches_the_policies_it_names_only() -> None:
    given = policies("calico", f"types: [Ingress, Egress], ingress: [{DENY}], egress: [{DENY}]", f"ingress: [{DENY}]")
    _, second = given.policies
    found = added(given, Additions((InsertionPoint(0, Direction.EGRESS, 0),)))
    assert found.policies[1] is second
    assert found.policies[0].ingress is not None
    assert [len(section.rules) for section in (found.policies[0].ingress, found.policies[0].egress) if section] == [
        1,
        2,
    ]


SETTLED = [
    # a rule for everything decides or logs all that reaches it: no policy at the end of the tier
    "types: [Ingress], ingress: [{action: Deny}]",
    "types: [Ingress], ingress: [{action: Allow, protocol: TCP}, {action: Allow}]",
    "types: [Ingress], ingress: [{action: Pass}]",
    "types: [Ingress], ingress: [{action: Allow, protocol: TCP}, {action: Log}]",
    "types: [Ingress], ingress: [{action: Log}, {action: Allow, protocol: TCP}]",
]
OPEN = [
    "types: [Ingress]",
    "types: [Ingress], ingress: [{action: Deny, protocol: TCP}]",
    "types: [Ingress], ingress: [{action: Log, protocol: TCP}]",
    "types: [Ingress], ingress: [{action: Allow, destination: {selector: has(x)}}]",
    "types: [Ingress], ingress: [{action: Pass, source: {nets: [0.0.0.0/0]}}]",
]


@pytest.mark.parametrize("spec", SETTLED)
def test_settled_policies_need_no_log_policy(spec: str) -> None:
    assert names(logging(policies("calico", spec))) == []


@pytest.mark.parametrize("spec", OPEN)
def test_open_ends_get_a_log_policy(spec: str) -> None:
    assert names(logging(policies("calico", spec))) == [f"NetworkPolicy/shop/{INGRESS}"]


@pytest.mark.parametrize("spec", SETTLED)
def test_where_everybody_is_settled_nobody_needs_one(spec: str) -> None:
    """A policy of all pods of all namespaces meets every packet before the end of its tier."""
    everybody = calico("GlobalNetworkPolicy", f"selector: all(), {spec}")
    given = load(documents(everybody, text("calico", "selector: has(a), types: [Ingress]")))
    assert names(logging(given)) == []


def test_one_policy_for_everybody_stands_for_all() -> None:
    everybody = calico("GlobalNetworkPolicy", "selector: all(), types: [Ingress, Egress]")
    given = load(documents(everybody, text("calico", "selector: has(a), types: [Ingress]")))
    additions = logging(given)
    assert names(additions) == [f"GlobalNetworkPolicy/{INGRESS}", f"GlobalNetworkPolicy/{EGRESS}"]
    assert [plain(policy)["namespaces"] for policy in additions.policies] == ["all", "all"]


def test_cluster_wide_policies_get_cluster_wide_log_policies_of_the_same_pods() -> None:
    one = calico("GlobalNetworkPolicy", "namespaceSelector: has(team), selector: has(a), types: [Ingress]", "one")
    two = calico("GlobalNetworkPolicy", "namespaceSelector: has(team), selector: has(b), types: [Ingress]", "two")
    other = calico("GlobalNetworkPolicy", "namespaceSelector: has(env), selector: has(b), types: [Ingress]", "other")
    mine = text("calico", "selector: has(c), types: [Ingress]")
    additions = logging(load(documents(one, other, mine, two)))
    assert {str(policy.identity): plain(policy) for policy in additions.policies} == {
        f"GlobalNetworkPolicy/{INGRESS}": form("(has a or has b)", ingress=LOG) | {"namespaces": "has team"},
        f"GlobalNetworkPolicy/{INGRESS}-2": form("has b", ingress=LOG) | {"namespaces": "has env"},
        f"NetworkPolicy/shop/{INGRESS}": form("has c", ingress=LOG),
    }


def test_subjects_that_may_be_hosts_are_not_joined() -> None:
    one = calico("GlobalNetworkPolicy", "selector: has(a), types: [Ingress]", "one")
    two = calico("GlobalNetworkPolicy", "selector: has(b), types: [Ingress]", "two")
    additions = logging(load(documents(one, two, one.replace("name: one", "name: three"))))
    assert [plain(policy)["subject"] for policy in additions.policies] == ["has a", "has b"]


def test_more_than_eight_subjects_are_several_policies() -> None:
    given = policies("kubernetes", *(f"podSelector: {{matchLabels: {{app: a{n}}}}}" for n in range(9)))
    assert names(logging(given)) == [f"NetworkPolicy/shop/{INGRESS}", f"NetworkPolicy/shop/{INGRESS}-2"]


SECURITY = calico("Tier", "order: 10, defaultAction: Deny", "security")
IN_TIER = text("calico", "tier: security, types: [Ingress], selector: has(a), ingress: [{action: Pass, protocol: TCP}]")


def test_each_tier_that_ends_in_deny_gets_its_own() -> None:
    given = load(documents(SECURITY, IN_TIER, text("calico", "types: [Ingress]", "name: q, namespace: shop")))
    additions = logging(given)
    assert [(policy.tier, policy.identity.name, plain(policy)["subject"]) for policy in additions.policies] == [
        ("security", f"security.{INGRESS}", "has a"),
        ("default", INGRESS, "all"),
    ]


def test_a_tier_that_ends_in_pass_gets_none() -> None:
    given = load(documents(SECURITY.replace("defaultAction: Deny", "defaultAction: Pass"), IN_TIER))
    assert logging(given) == Additions()


def test_the_built_in_tiers_are_known() -> None:
    given = policies("calico", "tier: kube-admin, types: [Ingress]", "tier: kube-baseline, types: [Ingress]")
    assert logging(given) == Additions()


def test_a_tier_that_is_not_in_the_input_is_refused() -> None:
    report = Report()
    additions = logging_for(load(IN_TIER), "calico", ALL, report)
    assert additions == Additions()
    (refusal,) = report.refusals
    assert (refusal.code, refusal.message, refusal.hint) == (
        "NPT213",
        "how the tier security ends is not in the input: a log policy at its end could deny",
        "add its Tier object, or log explicit denials only (--log-explicit)",
    )
    assert refusal.origin.place == ("input", 0, ())


def test_explicit_denials_need_no_end() -> None:
    given = policies("calico", f"tier: security, types: [Ingress], ingress: [{DENY}]")
    additions = logging(given, LogRequest(explicit_only=True))
    assert (places(given, additions), names(additions)) == ([("NetworkPolicy/shop/p", "ingress", 0)], [])


BOTH = f"types: [Ingress, Egress], ingress: [{DENY}], egress: [{DENY}]"
WISHES = [
    (ALL, ["ingress", "egress"], [INGRESS, EGRESS]),
    (LogRequest((Direction.INGRESS,)), ["ingress"], [INGRESS]),
    (LogRequest((Direction.EGRESS,)), ["egress"], [EGRESS]),
    (LogRequest(explicit_only=True), ["ingress", "egress"], []),
    (LogRequest((Direction.EGRESS,), explicit_only=True), ["egress"], []),
]


@pytest.mark.parametrize(("wanted", "directions", "expected"), WISHES)
def test_directions_and_explicit_denials(wanted: LogRequest, directions: list[str], expected: list[str]) -> None:
    given = policies("calico", BOTH)
    additions = logging(given, wanted)
    assert [place.direction.value for place in additions.rules] == directions
    assert [policy.identity.name for policy in additions.policies] == expected
    after = added(given, additions)
    assert prove(given, after).verdict is Verdict.SAME
    for other, *_ in WISHES:
        wish = LogWish(other.directions, other.explicit_only, keep_logs=True)
        assert prove_logging(after, given, wish).holds is (other == wanted)


TAKEN = [
    # name of an order-less policy of the input, name of the log policy
    ("p", INGRESS),
    # "/" stands behind the name, and sorts behind "-"
    ("zzz", "z" + INGRESS),
    ("zzz-log-denied-ingress", "z" + INGRESS),
    ("zzzz", "zz" + INGRESS),
    ("zzz-z", "z" + INGRESS),
]


@pytest.mark.parametrize(("name", "expected"), TAKEN)
def test_a_log_policy_sorts_behind_all_others_without_an_order(name: str, expected: str) -> None:
    given = load(text("calico", "selector: has(a), types: [Ingress]", f"name: {name}, namespace: shop"))
    additions = logging(given)
    assert names(additions) == [f"NetworkPolicy/shop/{expected}"]


def test_policies_with_an_order_or_of_another_tier_do_not_matter() -> None:
    ordered = text("calico", "order: 1, types: [Ingress]", "name: zzzzz, namespace: shop")
    elsewhere = text(
        "calico", "tier: security, types: [Egress], egress: [{action: Pass}]", "name: zzzzzz, namespace: shop"
    )
    assert names(logging(load(documents(SECURITY, ordered, elsewhere)))) == [f"NetworkPolicy/shop/{INGRESS}"]


def test_where_the_tier_s_name_would_not_sort_last_it_is_left_out() -> None:
    tier = SECURITY.replace("name: security", "name: abc")
    given = load(documents(tier, text("calico", "tier: abc, types: [Ingress]", "name: def, namespace: shop")))
    assert names(logging(given)) == [f"NetworkPolicy/shop/{INGRESS}"]


def test_a_name_that_is_taken_is_left_to_its_owner() -> None:
    result = convert(text("kubernetes", A, f"name: {INGRESS}, namespace: shop"), to="calico", log_denials=True)
    assert [item["metadata"]["name"] for item in result.objects] == [INGRESS, f"zzzz{INGRESS[3:]}"]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_kubernetes_cannot_log() -> None:
    report = Report()
    assert logging_for(policies("kubernetes", A), "kubernetes", ALL, report) == Additions()
    assert [(refusal.code, refusal.message) for refusal in report.refusals] == [
        ("NPT213", "a Kubernetes NetworkPolicy cannot log")
    ]


def test_cilium_logs_without_a_policy() -> None:
    report, said = (
        Report(),
        "what these policies deny: hubble observe --verdict DROPPED --drop-reason-desc POLICY_DENIED",
    )
    everywhere = calico("GlobalNetworkPolicy", "selector: all(), types: [Ingress]")
    given = load(
        documents(
            everywhere,
            text("calico", "types: [Ingress]"),
            text("calico", "selector: has(x), types: [Egress]", "name: q, namespace: shop"),
        )
    )
    assert logging_for(given, "cilium", ALL, report) == Additions()
    first, *commands = [note.message for note in report.notes]
    assert first.startswith("Cilium reports every drop without a change of policy: hubble observe --verdict DROPPED. ")
    assert commands == [
        f"{said} --traffic-direction ingress",
        f"{said} --traffic-direction ingress --to-namespace shop",
        f"{said} --traffic-direction egress --from-namespace shop --from-label k8s:x",
    ]


PROVED = [
    ("kubernetes", [A, "podSelector: {matchLabels: {tier: b}}, ingress: [{from: [{podSelector: {}}]}]"]),
    ("kubernetes", [f"{A}, ingress: [{{}}]", A]),
    ("cilium", ["endpointSelector: {matchLabels: {app: a}}, ingress: [{fromEndpoints: [{}]}], egress: [{}]"]),
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Deny, source: {selector: has(x)}}, {action: Allow}]"]),
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Pass, source: {selector: has(x)}}]"]),
    # an order-less policy whose name sorts behind ours (MAPPINGS g09): number it, or choose a name behind it
    ("calico", ["types: [Ingress], ingress: [{action: Allow, source: {selector: has(x)}}]"]),
    # a policy that ends in an unconditional Deny (g05, g17)
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Deny}]"]),
    # a policy whose Allow and Deny together settle everything, in two policies (g14)
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Allow}]", "order: 2, types: [Ingress]"]),
    # Log rules that are there already
    ("calico", ["order: 1, types: [Ingress], ingress: [{action: Log}]"]),
    ("calico", ["types: [Ingress], ingress: [{action: Allow, source: {selector: has(x)}}, {action: Log}]"]),
    ("calico", ["types: [Ingress], ingress: [{action: Log, protocol: TCP}, {action: Deny, protocol: TCP}]"]),
    # Pass over a policy in between
    (
        "calico",
        ["order: 1, selector: has(a), types: [Ingress], ingress: [{action: Pass, protocol: TCP}]", "types: [Ingress]"],
    ),
]


@pytest.mark.parametrize(("source", "specs"), PROVED)
@pytest.mark.parametrize("prefix", ["p", "zzzz"])
def test_verdicts_stay_and_exactly_the_denials_are_logged(source: str, specs: list[str], prefix: str) -> None:
    objects = [text(source, spec, f"name: {prefix}{n}, namespace: shop") for n, spec in enumerate(specs)]
    result = convert(documents(*objects), to="calico", log_denials=True)
    assert result.proof is not None
    assert result.logging is not None
    assert (result.proof.verdict, result.logging.holds) == (Verdict.SAME, True)


@pytest.mark.parametrize("last", ["Deny", "Pass"])
def test_that_is_proved_over_tiers(last: str) -> None:
    tier = SECURITY.replace("defaultAction: Deny", f"defaultAction: {last}")
    everywhere = calico(
        "GlobalNetworkPolicy", f"tier: security, order: 5, types: [Egress], egress: [{DENY}]", "security.g"
    )
    mine = text("calico", "types: [Ingress, Egress], ingress: [{action: Log}]", "name: q, namespace: shop")
    result = convert(documents(tier, IN_TIER, everywhere, mine), to="calico", log_denials=True)
    assert result.proof is not None
    assert result.logging is not None
    assert (result.proof.verdict, result.logging.holds) == (Verdict.SAME, True)


def test_a_log_that_is_missing_or_too_much_is_found() -> None:
    given = policies("calico", f"order: 1, types: [Ingress], ingress: [{DENY}, {{action: Log, protocol: UDP}}]")
    additions = logging(given)
    complete = added(given, additions)
    keeping = LogWish(keep_logs=True)
    assert prove_logging(complete, given, keeping).holds is True
    for less in (Additions(additions.rules), Additions((), additions.policies)):
        found = prove_logging(added(given, less), given, keeping)
        assert (found.holds, found.decision is not None and found.decision.logged) == (False, False)
    # The Log rule that was there is no denial.
    found = prove_logging(complete, given, LogWish())
    assert found.holds is True
    allowing = policies(
        "calico", "order: 1, types: [Ingress], ingress: [{action: Log, protocol: UDP}, {action: Allow}]"
    )
    assert prove_logging(allowing, allowing, keeping).holds is True
    found = prove_logging(allowing, allowing, LogWish())
    assert (found.holds, found.decision is not None and found.decision.logged) == (False, True)
