"""Actions, tiers and rules that do not isolate, for dialects that only allow: left out, and the proof decides."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import calico, documents, form, policies, rule, run, text
from translate import Effect, Verdict
from translate.api.support import load
from translate.core.origin import spell
from translate.plan.passes import actions
from translate.tables import load as tables

LEFT_ALONE = [
    # from, spec, to
    ("kubernetes", "podSelector: {}, ingress: [{}]", "calico"),
    ("kubernetes", "podSelector: {}, ingress: [{}]", "cilium"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "kubernetes"),
    ("calico", "types: [Ingress], ingress: [{action: Allow}]", "cilium"),
    ("calico", "tier: security, ingress: [{action: Log}, {action: Deny}, {action: Pass}]", "calico"),
    ("calico", "types: [Ingress, Egress]", "cilium"),
    ("cilium", "endpointSelector: {}, ingress: [{}]", "kubernetes"),
]
ALLOW, TCP = rule(["anyone"]), rule(["anyone"], ["TCP"])
REWRITTEN = [
    # spec of Calico, form for Kubernetes
    ("types: [Ingress], ingress: [{action: Deny}]", form("all", ingress=[])),
    ("types: [Ingress], ingress: [{action: Allow, protocol: TCP}, {action: Deny}]", form("all", ingress=[TCP])),
    ("types: [Ingress], ingress: [{action: Pass, protocol: UDP}, {action: Allow}]", form("all", ingress=[ALLOW])),
    (
        "types: [Ingress, Egress], ingress: [{action: Allow}, {action: Deny}], egress: [{action: Deny, protocol: TCP}]",
        form("all", ingress=[ALLOW], egress=[]),
    ),
]
REFUSED = [
    (
        "cilium",
        "endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: false}",
        "kubernetes",
        "spec.ingress",
        "",
    ),
    (
        "cilium",
        "endpointSelector: {}, egress: [{}], enableDefaultDeny: {egress: false}",
        "calico",
        "spec.egress",
        " of the usual tier",
    ),
]


@pytest.mark.parametrize(("source", "spec", "to"), LEFT_ALONE)
def test_left_alone(source: str, spec: str, to: str) -> None:
    assert run(actions.run, policies(source, spec), to).untouched


@pytest.mark.parametrize(("spec", "expected"), REWRITTEN)
def test_rewritten(spec: str, expected: dict) -> None:
    outcome = run(actions.run, policies("calico", spec), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([expected], [])


def test_a_tier_is_left_out() -> None:
    outcome = run(actions.run, policies("calico", "tier: security, types: [Ingress]"), "kubernetes")
    assert ([policy.tier for policy in outcome.after], outcome.codes) == (["default"], [])


@pytest.mark.parametrize(("source", "spec", "to", "path", "where"), REFUSED)
def test_rules_that_do_not_isolate_are_refused(source: str, spec: str, to: str, path: str, where: str) -> None:
    outcome = run(actions.run, policies(source, spec), to)
    assert outcome.after == outcome.before
    assert outcome.codes == ["NPT210"]
    assert outcome.said == [
        f"rules that do not isolate have no counterpart in a {tables.capabilities()[to].title}{where}",
    ]
    assert spell(outcome.report.refusals[0].origin.path) == path
    assert not outcome.report.refusals[0].hint


ONLY_CILIUM = "endpointSelector: {}, ingressDeny: [{fromEntities: [health]}], enableDefaultDeny: {ingress: false}"


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("kubernetes", "rules that do not isolate have no counterpart in a Kubernetes NetworkPolicy"),
        # Calico has a tier for such rules: what it lacks is the peer.
        (
            "calico",
            "health checks of Cilium (entity health) of a Deny rule have no counterpart in a Calico NetworkPolicy "
            "(projectcalico.org/v3): a Calico NetworkPolicy (projectcalico.org/v3) has no such peer, as only Cilium has it",
        ),
    ],
)
@pytest.mark.parametrize("facts", [None, {"complete": ["Policy"]}])
def test_what_really_cannot_be_said_of_rules_that_do_not_isolate(
    to: str, said: str, facts: dict[str, list[str]] | None
) -> None:
    """That these are all policies changes nothing of it, so no hint says so."""
    with pytest.raises(translate.UnsupportedError) as raised:
        translate.convert(text("cilium", ONLY_CILIUM), to=to, facts=facts)
    (refusal,) = raised.value.refusals
    assert (refusal.message, str(refusal.about)) == (said, "CiliumNetworkPolicy/shop/p")
    assert "complete: [Policy]" not in refusal.hint


CLUSTER_POLICY = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: web}}}
  ingress: [{action: %s, from: [{namespaces: {}}]}]
"""


@pytest.mark.parametrize("action", ["Accept", "Deny", "Pass"])
@pytest.mark.parametrize("to", ["kubernetes", "calico", "cilium"])
@pytest.mark.parametrize("facts", [None, {"complete": ["Policy"]}])
def test_policies_around_all_network_policies_are_compared_alone(
    action: str, to: str, facts: dict[str, list[str]] | None
) -> None:
    with pytest.raises(translate.UnsupportedError) as raised:
        translate.convert(CLUSTER_POLICY % action, to=to, facts=facts)
    (refusal,) = raised.value.refusals
    assert (refusal.code, refusal.hint) == ("NPT210", "")
    assert refusal.message == (
        "it decides before or behind all NetworkPolicies and isolates nobody: that is compared (verify), and not "
        f"translated to a {tables.capabilities()[to].title}"
    )


RESTS = [
    # text, whether Kubernetes needs the proof
    (text("kubernetes", "podSelector: {}"), False),
    (text("calico", "types: [Ingress], ingress: [{action: Allow}]"), False),
    (text("calico", "types: [Ingress], ingress: [{action: Log}]"), False),
    (text("calico", "types: [Ingress], ingress: [{action: Deny}]"), True),
    (text("calico", "types: [Egress], egress: [{action: Allow}, {action: Pass}]"), True),
    (text("calico", "tier: security, types: [Ingress]"), True),
    (documents(text("calico", "types: [Ingress]"), calico("Tier", "order: 1", "t")), False),
]


@pytest.mark.parametrize(("source", "expected"), RESTS)
def test_what_rests_on_the_proof(source: str, expected: bool) -> None:
    given, can = load(source), tables.capabilities()
    assert actions.rests_on_proof(given, can["kubernetes"].actions) is expected
    assert actions.rests_on_proof(given, can["calico"].actions) is False


NAME = "kubernetes.io/metadata.name"
DENYING = calico("Tier", "order: 10, defaultAction: Deny", "security")
IN_TIER = "tier: security, order: 1, types: [Ingress], ingress: [{action: Allow, source: {selector: has(a)}}]"
KEPT = [
    # a Deny of what is denied anyway
    text(
        "calico", "order: 1, types: [Ingress], ingress: [{action: Allow, source: {selector: has(a)}}, {action: Deny}]"
    ),
    text(
        "calico", "order: 1, types: [Ingress], ingress: [{action: Deny, protocol: TCP}, {action: Allow, protocol: UDP}]"
    ),
    documents(DENYING, text("calico", IN_TIER)),
]
CUT = [
    # Calico, what is let in in the end, what loses access on the way to Kubernetes
    (
        text(
            "calico",
            "order: 1, types: [Ingress], ingress: [{action: Deny, source: {selector: has(a)}}, {action: Allow}]",
        ),
        [
            {"namespaceSelector": {"matchExpressions": [{"key": NAME, "operator": "NotIn", "values": ["shop"]}]}},
            {"podSelector": {"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}},
        ],
        ["NPT508", "NPT508", "NPT520"],  # nodes, and addresses outside the cluster; and what others may not allow
    ),
    # the tier denies before the default tier is looked at
    (
        documents(
            DENYING,
            text("calico", IN_TIER),
            text("calico", "order: 1, types: [Ingress], ingress: [{action: Allow}]", "name: q, namespace: shop"),
        ),
        [{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}}],
        ["NPT520"],
    ),
]


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("source", KEPT)
def test_what_changes_nothing_is_left_out_without_a_loss(source: str, verify: bool) -> None:
    """As long as there is no other policy: what is denied for good must not be allowed by any."""
    result = translate.convert(source, to="kubernetes", verify=verify, facts={"complete": ["Policy"]})
    assert (result.losses, result.exactness) == ((), Effect.EXACT if verify else Effect.UNKNOWN)
    assert [item["kind"] for item in result.objects] == ["NetworkPolicy"]
    later = translate.convert(source, to="kubernetes", verify=verify)
    assert [loss.code for loss in later.losses] == ["NPT520"]
    assert (later.objects, later.exactness) == (result.objects, Effect.LOOSER_LATER if verify else Effect.UNKNOWN)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(("source", "peers", "codes"), CUT)
def test_where_a_deny_cuts_what_is_left_is_said(
    source: str, peers: list[object], codes: list[str], verify: bool
) -> None:
    """Also without the proof of the written text: which form is taken rests on a proof of its own."""
    result = translate.convert(source, to="kubernetes", verify=verify)
    (rule,) = result.objects[0]["spec"]["ingress"]
    assert rule["from"] == peers
    assert [loss.code for loss in result.losses] == codes
    assert (result.proof is not None) is verify


def test_what_passes_the_last_tier_is_allowed_by_the_profiles() -> None:
    source = text("calico", "order: 1, types: [Ingress], ingress: [{action: Pass, protocol: TCP}]")
    result = translate.convert(source, to="kubernetes")
    assert result.objects[0]["spec"]["ingress"] == [{"ports": [{"protocol": "TCP"}]}]
    assert (result.losses, result.exactness) == ((), Effect.EXACT)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(
    ("rules", "codes"), [("[]", ["NPT308"]), ("[{action: Allow, source: {selector: has(a)}}]", ["NPT308", "NPT521"])]
)
def test_what_no_rule_of_a_passing_tier_decides_is_not_cut_off(rules: str, codes: list[str], verify: bool) -> None:
    """One tier alone is no plain list of allows where its default action is Pass: nothing denies what is left."""
    passing = calico("Tier", "order: 10, defaultAction: Pass", "early")
    source = documents(passing, text("calico", f"tier: early, types: [Ingress], ingress: {rules}"))
    result = translate.convert(source, to="kubernetes", verify=verify)
    assert (result.text, [loss.code for loss in result.losses]) == ("", codes)


@pytest.mark.parametrize("verify", [True, False])
def test_an_unfinished_proof_writes_nothing_that_rests_on_it(verify: bool) -> None:
    """Nobody gets far with one step, neither where a form is chosen nor where the written text is proved."""
    result = translate.convert(KEPT[0], to="kubernetes", verify=verify, max_steps=1)
    assert (result.text, [loss.code for loss in result.losses]) == ("", ["NPT505"])
    assert result.losses[0].message == (
        "what denies in the input is left out, and no proof shows that this lets nothing more through"
    )
    if result.proof is not None:
        assert (result.proof.verdict, result.proof.reason) == (
            Verdict.UNDECIDED,
            "the proof did not finish within 1 steps",
        )
    assert translate.convert(KEPT[0], to="kubernetes", verify=verify, max_steps=1, accept=["NPT505"]).text
    # Nothing rests on the proof where nothing that denies is left out.
    assert translate.convert(text("kubernetes", "podSelector: {}"), to="calico", verify=verify, max_steps=1).text
