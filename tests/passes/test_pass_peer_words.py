"""Peers by something else than pods and addresses, where the target has no word for them."""

from __future__ import annotations

import pytest

from tests.passes.fitting import form, policies, rule, run
from translate.core.diagnostics import Report
from translate.core.origin import spell
from translate.model.edit import with_rules
from translate.model.peers import Both, Except, Fqdn, Kind, Kinds, Nodes, Opaque, Peer
from translate.model.policy import PolicySet, Rule
from translate.model.rewrite import from_literals
from translate.model.selectors import Exists, Label, Scope
from translate.model.traffic import ANY_TRAFFIC
from translate.model.unknowns import API_SERVER, Labelled
from translate.plan.passes import peer_words

SERVICE = "{services: {name: db, namespace: shop}}"
LEFT_ALONE = [
    (f"types: [Egress], egress: [{{action: Allow, destination: {SERVICE}}}]", "calico"),
    ("types: [Egress], egress: [{action: Allow, destination: {selector: has(x)}}]", "kubernetes"),
    ("types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8]}}, {action: Allow}]", "kubernetes"),
]
DROPPED = [
    # spec of Calico, who loses access, where
    (
        f"types: [Egress], egress: [{{action: Allow, destination: {SERVICE}}}]",
        "endpoints and ports of the Service shop/db",
        "spec.egress[0].destination.services",
    ),
    (
        f"types: [Ingress], ingress: [{{action: Allow, source: {SERVICE}}}]",
        "endpoints of the Service shop/db",
        "spec.ingress[0].source.services",
    ),
]
X = from_literals(((Exists(Label(Scope.POD, "x")), True),))
WORDS: list[tuple[Peer, str]] = [
    (Nodes(X), "nodes by label"),
    (Fqdn("*.example.com"), "addresses of the DNS name *.example.com"),
    (Kinds((Kind.OUTSIDE, Kind.OTHER_NODES)), "peers that are outside or other nodes"),
    (Opaque(Labelled("reserved:ingress")), "peers with the label reserved:ingress"),
    (Both((Kinds((Kind.PODS,)), Fqdn("a.b"))), "peers that are pods"),
    (Except(Nodes(X)), "peers other than nodes by label"),
    (Opaque(API_SERVER), "addresses of the API server"),
    (
        Both((Kinds((Kind.OUTSIDE,)), Except(Opaque(API_SERVER)))),
        "peers other than addresses of the API server",
    ),
]


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    assert run(peer_words.run, policies("calico", spec), to).untouched


@pytest.mark.parametrize(("spec", "who", "path"), DROPPED)
def test_dropped(spec: str, who: str, path: str) -> None:
    outcome = run(peer_words.run, policies("calico", spec), "kubernetes")
    assert outcome.codes == ["NPT508 tighter"]
    direction = path.split(".")[1].split("[")[0]
    pods = "the pods of NetworkPolicy/shop/p"
    lost = {"ingress": f"{who} lose access to {pods}", "egress": f"{pods} lose access to {who}"}[direction]
    assert outcome.said == [f"{lost}: a Kubernetes NetworkPolicy cannot say them"]
    assert outcome.forms == [form("all", **{direction: []})]
    assert spell(outcome.report.losses[0].origin.path) == path


def with_peers(*peers: Peer, action: str = "Allow") -> PolicySet:
    """A policy of Calico with these peers in its only rule."""
    given = policies("calico", f"types: [Ingress], ingress: [{{action: {action}}}]")

    def change(each: Rule) -> tuple[Rule, ...]:
        return (Rule(each.action, peers, (ANY_TRAFFIC,), each.origin),)

    return type(given)(given.semantics, tuple(with_rules(policy, change) for policy in given.policies))


@pytest.mark.parametrize(("peer", "who"), WORDS)
def test_each_word_that_is_missing_is_said(peer: Peer, who: str) -> None:
    outcome = run(peer_words.run, with_peers(peer), "kubernetes")
    assert outcome.forms == [form("all", ingress=[])]
    assert [message.split(" lose access")[0] for message in outcome.said] == [who]
    told = [loss.hint for loss in outcome.report.losses if "API server" in who]
    assert set(told) <= {"state them (--api-server)"}


def test_the_other_peers_of_the_rule_stay() -> None:
    given = policies("calico", "types: [Ingress], ingress: [{action: Allow, source: {selector: has(x)}}]")
    (own,) = given.policies[0].ingress.rules[0].peers  # type: ignore[union-attr]
    outcome = run(peer_words.run, with_peers(Fqdn("a.b"), own), "kubernetes")
    assert outcome.forms == [form("all", ingress=[rule(["pods has x of the own namespace"])])]


def test_what_a_deny_rule_stops_cannot_be_dropped() -> None:
    """Without the peer the rule would stop fewer, so who was stopped would get in."""
    outcome = run(peer_words.run, with_peers(Fqdn("a.b"), action="Deny"), "kubernetes")
    assert (outcome.codes, outcome.said) == (
        ["NPT210"],
        ["addresses of the DNS name a.b of a Deny rule have no counterpart in a Kubernetes NetworkPolicy"],
    )
    assert outcome.report.losses == Report().losses
