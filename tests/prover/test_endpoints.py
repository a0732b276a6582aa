"""Endpoints that an engine has of its own in proofs: peers and subjects between two sets of Cilium, elsewhere where a
rule names them.
"""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import text
from translate.prover.point import PeerClass
from translate.prover.proof import Verdict
from translate.rendering.witness import ends

PORT = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"
OWN = "health, ingress, init, unmanaged"
ALL_PODS = "{fromEndpoints: [{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}]}"
PAIRS = [
    # ingress before, ingress after, verdict, who is told apart
    ("[{fromEntities: [ingress]}]", "[{}]", "tighter", PeerClass.INGRESS),
    ("[{fromEntities: [health]}]", "[{}]", "tighter", PeerClass.HEALTH),
    ("[{fromEntities: [init]}]", "[{}]", "tighter", PeerClass.INIT),
    ("[{}]", "[{fromEntities: [unmanaged]}]", "looser", PeerClass.UNMANAGED),
    (f"[{{fromEntities: [ingress], {PORT}}}]", "[{fromEntities: [ingress]}]", "looser", PeerClass.INGRESS),
    ("[{fromEntities: [ingress]}]", "[{fromEntities: [health]}]", "mixed", PeerClass.HEALTH),
    ("[{fromEntities: [ingress]}]", "[{fromEndpoints: [{matchLabels: {'reserved:ingress': ''}}]}]", "same", None),
    ("[{fromEntities: [none]}]", "[{}]", "same", None),
    (f"[{{fromEntities: [host, remote-node, world, {OWN}]}}, {ALL_PODS}]", "[{fromEntities: [all]}]", "same", None),
    (f"[{{fromEntities: [host, remote-node, world]}}, {ALL_PODS}]", "[{fromEntities: [all]}]", "looser", None),
    (
        f"[{{fromEntities: [kube-apiserver, host, remote-node, {OWN}]}}, {ALL_PODS}]",
        "[{fromEntities: [cluster]}]",
        "same",
        None,
    ),
    (
        f"[{{fromEntities: [kube-apiserver, host, remote-node]}}, {ALL_PODS}]",
        "[{fromEntities: [cluster]}]",
        "looser",
        None,
    ),
    (
        "[{fromEndpoints: [{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}]}]",
        "[{fromEntities: [all]}]",
        "looser",
        PeerClass.INGRESS,
    ),
]


def _verify(before: str, after: str) -> translate.Proof:
    return translate.verify(before, after).proof


@pytest.mark.parametrize(("before", "after", "verdict", "who"), PAIRS)
def test_peers(before: str, after: str, verdict: str, who: PeerClass | None) -> None:
    left, right = (text("cilium", f"endpointSelector: {{}}, ingress: {one}") for one in (before, after))
    proof = _verify(left, right)
    assert proof.verdict.value == verdict
    if who is not None:
        assert proof.counterexamples[0].point.peer_class is who


def test_a_deny_that_is_taken_away() -> None:
    allows = "endpointSelector: {}, ingress: [{fromEntities: [all]}]"
    proof = _verify(
        text("cilium", f"{allows}, ingressDeny: [{{fromEntities: [ingress]}}]"),
        text("cilium", allows),
    )
    assert proof.verdict is Verdict.LOOSER
    point = proof.counterexamples[0].point
    assert ends(point) == ("the ingress proxy (gateway) 10.244.0.201", "pod in shop, labels none")


def test_outwards() -> None:
    proof = _verify(
        text("cilium", "endpointSelector: {}, egress: [{toEntities: [ingress]}]"),
        text("cilium", "endpointSelector: {}, egress: [{}]"),
    )
    assert proof.verdict is Verdict.TIGHTER
    assert proof.counterexamples[0].point.peer_class is PeerClass.INGRESS


@pytest.mark.parametrize("to", ["calico", "kubernetes"])
@pytest.mark.parametrize("allows", ["fromEntities: [all]", PORT, "fromEndpoints: [{}]"])
def test_wide_rules_stay_the_same_where_there_are_no_such_endpoints(allows: str, to: str) -> None:
    result = translate.convert(text("cilium", f"endpointSelector: {{}}, ingress: [{{{allows}}}]"), to=to)
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (Verdict.SAME, ())


def test_the_whole_cluster_loses_nothing_by_them() -> None:
    given = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [cluster]}]")
    facts = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"], "apiServers": ["172.18.0.2/32"]}
    result = translate.convert(given, to="calico", facts=facts)
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (Verdict.SAME, ())


@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_a_rule_that_names_the_gateway_is_lost_by_name(to: str) -> None:
    result = translate.convert(text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [ingress]}]"), to=to)
    assert result.proof is not None
    assert result.proof.verdict is Verdict.TIGHTER
    assert [loss.code for loss in result.losses] == ["NPT517"]
    assert result.proof.counterexamples[0].point.peer_class is PeerClass.INGRESS


NAMING = [
    ("ingress: [{fromEntities: [ingress]}]", "ingress proxy", True),
    ("ingress: [{fromEntities: [health]}]", "health checks", False),
    ("ingress: [{fromEntities: [cluster, health]}]", "health checks, ingress proxy", True),
    ("ingress: [{fromEntities: [cluster]}]", "ingress proxy", True),
    ("egressDeny: [{toEntities: [ingress]}]", "ingress proxy", True),
]


@pytest.mark.parametrize(("rules", "who", "is_gateway"), NAMING)
def test_peers_that_are_nowhere_else_are_named_whatever_becomes_of_their_rule(
    rules: str, who: str, is_gateway: bool
) -> None:
    """A deny that changes nothing is left out, and who is in the cluster anyway needs no name: the report says both."""
    result = translate.convert(text("cilium", f"endpointSelector: {{}}, {rules}"), to="calico")
    assert result.proof is not None
    way = "; what takes the place of a gateway there needs a rule of its own" if is_gateway else ""
    told = f"peers that rules name and only Cilium has ({who}) are nowhere else{way}"
    assert [str(one) for one in result.proof.assumptions if one.about.shown] == [told]


@pytest.mark.parametrize(
    "rules", ["ingress: [{fromEntities: [all]}]", "ingress: [{fromEntities: [cluster, world]}]", "ingress: [{}]"]
)
def test_who_names_none_is_told_nothing(rules: str) -> None:
    result = translate.convert(text("cilium", f"endpointSelector: {{}}, {rules}"), to="calico")
    assert result.proof is not None
    assert [one for one in result.proof.assumptions if one.about.shown] == []


def test_who_denies_everyone_elsewhere_denies_them_too() -> None:
    given = text("calico", "types: [Ingress], ingress: [{action: Deny, protocol: TCP}, {action: Allow}]")
    result = translate.convert(given, to="cilium")
    allows = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all]}]")
    point = translate.verify(result.text, allows).proof.counterexamples[0].point
    assert point.peer_class is not PeerClass.INGRESS
    tcp = "toPorts: [{ports: [{port: '0', protocol: TCP}]}]"
    but = f"endpointSelector: {{}}, ingress: [{{fromEntities: [all]}}], ingressDeny: [{{fromEntities: [{OWN}], {tcp}}}]"
    assert translate.verify(text("cilium", but), result.text).proof.verdict is Verdict.TIGHTER


def _clusterwide(selector: str, rest: str) -> str:
    head = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: p}\n"
    return f"{head}spec: {{endpointSelector: {selector}, {rest}}}\n"


PODS = "{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}"
NO_GATEWAY = "{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}"
NO_HEALTH = "{matchExpressions: [{key: 'reserved:health', operator: DoesNotExist}]}"
ALLOWS = "ingress: [{fromEntities: [world]}, {fromEntities: [ingress]}]"
REORDERED = "ingress: [{fromEntities: [ingress, world]}]"
SUBJECTS = [
    ("{}", PODS, "ingress: [{}]", "ingress: [{}]", Verdict.LOOSER, PeerClass.INGRESS),
    (PODS, "{}", "ingress: [{}]", "ingress: [{}]", Verdict.TIGHTER, PeerClass.INGRESS),
    ("{}", "{}", ALLOWS, REORDERED, Verdict.SAME, None),
    ("{}", "{}", "ingress: [{}]", "ingress: [{fromEntities: [world]}]", Verdict.LOOSER, None),
    ("{}", NO_GATEWAY, "egress: [{}]", "egress: [{}]", Verdict.LOOSER, PeerClass.INGRESS),
    (NO_GATEWAY, NO_HEALTH, "egress: [{}]", "egress: [{}]", Verdict.MIXED, PeerClass.HEALTH),
    (PODS, NO_GATEWAY, "egress: [{}]", "egress: [{}]", Verdict.TIGHTER, PeerClass.HEALTH),
]


@pytest.mark.parametrize(("before", "after", "rules", "others", "verdict", "who"), SUBJECTS)
def test_subjects(before: str, after: str, rules: str, others: str, verdict: Verdict, who: PeerClass | None) -> None:
    proof = _verify(_clusterwide(before, rules), _clusterwide(after, others))
    assert proof.verdict is verdict
    if who is not None:
        assert proof.counterexamples[0].point.endpoint is who


def test_the_packet_of_a_subject_is_told_in_its_words() -> None:
    proof = _verify(_clusterwide("{}", "egress: [{}]"), _clusterwide(PODS, "egress: [{}]"))
    assert ends(proof.counterexamples[0].point)[0] == "the ingress proxy (gateway)"


def test_an_endpoint_without_labels_is_isolated_anyway() -> None:
    no_init = "{matchExpressions: [{key: 'reserved:init', operator: DoesNotExist}]}"
    assert _verify(_clusterwide("{}", "egress: [{}]"), _clusterwide(no_init, "egress: [{}]")).verdict is Verdict.SAME
    opened = "egress: [{toEntities: [all]}]"
    proof = _verify(_clusterwide(no_init, opened), _clusterwide("{}", opened))
    assert (proof.verdict, proof.counterexamples[0].point.endpoint) == (Verdict.LOOSER, PeerClass.INIT)


def test_every_endpoint_becomes_every_pod_with_a_word_about_it() -> None:
    result = translate.convert(_clusterwide("{}", "ingress: [{}]"), to="calico")
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
    told = (
        "endpoints of Cilium's own (health checks, ingress proxy, initializing endpoint), which policies govern "
        "there, are not compared; there are none where Cilium does not run"
    )
    assert told in [str(one) for one in result.proof.assumptions if one.about.shown]


def test_every_pod_elsewhere_leaves_the_endpoints_alone() -> None:
    given = (
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\nspec: {types: [Ingress]}\n"
    )
    result = translate.convert(given, to="cilium")
    assert result.after is not None
    assert [policy.subject.endpoints for policy in result.after.policies] == [()]
