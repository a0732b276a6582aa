"""Whole inputs whose order is worked out: what random policies found, kept as small cases."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from tests.passes.fitting import calico, documents, text
from translate.prover.proof import Verdict

NAMESPACES = {"namespaces": {"shop": {}, "other": {}}}
KUBERNETES_CLOSED = text(
    "kubernetes", "podSelector: {}, policyTypes: [Ingress], ingress: []", "name: q, namespace: shop"
)


def outcome(source: str, to: str, **options: Any) -> tuple[str, list[str], list[dict[str, Any]]]:
    """The verdict, the codes of the losses, and what is written."""
    result = translate.convert(source, to=to, **options)
    assert result.proof is not None
    return result.proof.verdict.value, [loss.code for loss in result.losses], result.objects


def rules(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """The ingress rules of an object."""
    found: list[dict[str, Any]] = policy["spec"].get("ingress", [])
    return found


def test_a_policy_that_stays_counts_where_order_is_worked_out() -> None:
    """A NetworkPolicy of the input closes the pods that a Deny before it would have left open."""
    denying = text("calico", "selector: has(app), types: [Ingress], ingress: [{action: Deny}, {action: Allow}]")
    verdict, codes, found = outcome(documents(denying, KUBERNETES_CLOSED), "kubernetes")
    assert (verdict, codes) == ("same", [])
    assert [item["metadata"]["name"] for item in found] == ["q", "p"]


def test_pods_of_another_namespace_are_not_isolated_by_the_first() -> None:
    """A cluster-wide policy without rules stands in each namespace, also where order is worked out."""
    head = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: all}\n"
    port = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"
    own = text("cilium", f"endpointSelector: {{}}, egressDeny: [{{{port}}}], egress: [{{{port}}}]")
    verdict, codes, found = outcome(
        documents(head + "spec: {endpointSelector: {}, egress: [{}]}\n", own), "kubernetes", facts=NAMESPACES
    )
    assert (verdict, codes) == ("same", ["NPT520"])  # no policy may allow what the deny is about
    assert {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in found} == {
        ("shop", "all"),
        ("other", "all"),
        ("shop", "p"),
    }


@pytest.mark.parametrize("verify", [True, False])
def test_a_part_for_namespaces_with_a_label_is_no_part_for_all(verify: bool) -> None:
    """By the facts the namespace has no such label: the allow is nobody's."""
    closing = calico("GlobalNetworkPolicy", "ingress: [{action: Deny, protocol: TCP, destination: {ports: [80]}}]")
    allow = "ingress: [{action: Allow, destination: {namespaceSelector: has(env), selector: all()}}]"
    result = translate.convert(
        documents(closing, text("calico", allow)), to="kubernetes", facts=NAMESPACES, verify=verify
    )
    assert all(rules(item) == [] for item in result.objects)
    assert [loss.code for loss in result.losses] == []
    assert len(result.objects) == 3


@pytest.mark.parametrize("verify", [True, False])
def test_a_port_by_its_name_and_within_numbers(verify: bool) -> None:
    """Both must hold: a rule by name leaves out the ports that are denied."""
    source = text(
        "cilium",
        "endpointSelector: {}, ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: http, protocol: TCP}]}]}], "
        "ingressDeny: [{fromEntities: [cluster], toPorts: [{ports: [{port: '81', protocol: TCP}]}]}]",
    )
    result = translate.convert(source, to="calico", verify=verify, accept=["NPT511"])
    (policy,) = result.objects
    (rule,) = rules(policy)
    assert rule["destination"] == {"ports": ["http"], "notPorts": [81]}


def test_what_comes_out_twice_is_written_once() -> None:
    """Two peers that are one leave one rule."""
    source = text(
        "calico",
        "ingress: [{action: Deny, source: {selector: has(b)}}, {action: Allow, source: {selector: has(a)}}, "
        "{action: Allow, source: {selector: has(a)}}]",
    )
    verdict, _, (policy,) = outcome(source, "kubernetes")
    assert verdict == Verdict.SAME
    assert len(rules(policy)) == 1


@pytest.mark.parametrize("selector", ["!has(kubernetes.io/metadata.name)", "!has(projectcalico.org/name)"])
def test_a_policy_for_what_is_in_no_namespace_is_read_back(selector: str) -> None:
    """``global()`` is a word for rules."""
    source = calico("GlobalNetworkPolicy", f'namespaceSelector: "{selector}", types: [Egress]')
    result = translate.convert(source, to="calico", log_denials=True)
    assert "global()" not in result.text
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def comments_of(text: str) -> list[str]:
    """The lines that are comments."""
    return [line for line in text.splitlines() if line.startswith("#")]


def test_what_is_compiled_names_the_policy_it_stands_for() -> None:
    """A policy that lost nothing to others, and stands alone for its source, needs no word."""
    denying = text(
        "calico", "order: 1, ingress: [{action: Deny, source: {selector: has(b)}}]", "name: d, namespace: shop"
    )
    cut = text("calico", "order: 2, ingress: [{action: Allow, source: {selector: has(a)}}]")
    apart = text("calico", "selector: has(z), types: [Egress], egress: [{action: Allow}]", "name: q, namespace: shop")
    written = translate.convert(documents(denying, cut, apart), to="kubernetes").text
    assert comments_of(written) == ["# stands for NetworkPolicy/shop/p, without what is denied or passed on before it"]
    copies = calico(
        "GlobalNetworkPolicy", "namespaceSelector: \"projectcalico.org/name in {'a', 'b'}\", ingress: [{action: Allow}]"
    )
    assert comments_of(translate.convert(copies, to="kubernetes").text) == 2 * ["# stands for GlobalNetworkPolicy/g"]
    stamped = translate.convert(documents(denying, cut), to="kubernetes", stamp="comment").text
    assert [line.split(" of ")[0] for line in comments_of(stamped)] == [
        "# stands for NetworkPolicy/shop/d",
        "# stands for NetworkPolicy/shop/p",
    ]


def test_the_own_node_is_no_reason_to_read_an_output_otherwise() -> None:
    """Of the engines that an output is for the best is told; that the own node gets in everywhere does not count."""
    source = documents(
        text("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]", "name: a, namespace: x"),
        text(
            "cilium",
            "endpointSelector: {}, enableDefaultDeny: {ingress: false},"
            " ingress: [{fromEntities: [remote-node]}, {fromCIDR: [0.0.0.0/0]}],"
            " ingressDeny: [{fromEntities: [host], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]",
            "name: b, namespace: x",
        ),
    )
    facts = {"nodes": ["10.1.2.200"]}
    for proving in (True, False):
        result = translate.convert(source, to="kubernetes", facts=facts, accept=["NPT511"], verify=proving)
        assert result.text
        assert {loss.code for loss in result.losses} == {"NPT504", "NPT511"}


def test_a_comparison_afterwards_says_the_same() -> None:
    """What ``convert`` proves of its text ``verify`` proves of the same two texts."""
    source = documents(
        text("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]", "name: a, namespace: x"),
        text(
            "cilium",
            "endpointSelector: {}, enableDefaultDeny: {ingress: false},"
            " ingress: [{fromEntities: [remote-node]}, {fromCIDR: [0.0.0.0/0]}],"
            " ingressDeny: [{fromEntities: [host], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]",
            "name: b, namespace: x",
        ),
    )
    facts = {"nodes": ["10.1.2.200"]}
    written = translate.convert(source, to="kubernetes", facts=facts, accept=["NPT511"])
    assert written.proof is not None
    again = translate.verify(source, written.text, facts=facts)
    assert again.proof.verdict is written.proof.verdict is Verdict.MIXED


def test_every_policy_is_told_that_is_not_the_same() -> None:
    """Nothing that passes can be said: each policy opens what others close, and none is called the same."""
    tier = calico("Tier", "order: 100", "security")
    passing = "tier: security, order: 1, types: [Ingress], ingress: [{{action: Pass, source: {{selector: has({0})}}}}]"
    both = (
        calico("GlobalNetworkPolicy", f"selector: has({name}), {passing.format(name)}", f"security.{name}")
        for name in "ab"
    )
    result = translate.convert(documents(tier, *both), to="cilium")
    assert result.text == ""
    assert {row.codes for row in result.policies} == {("NPT522", "NPT520")}


def test_a_policy_that_governs_nobody_yet_is_no_victim_of_what_others_lose() -> None:
    """Cilium never sees the label; where it is seen the policy cuts its pods off, whatever nodes lose elsewhere."""
    losing = text("cilium", "endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [remote-node]}]")
    unseen = KUBERNETES_CLOSED.replace(
        "podSelector: {}", "podSelector: {matchLabels: {topology.kubernetes.io/zone: a}}"
    )
    result = translate.convert(documents(losing, unseen), to="kubernetes")
    assert [(str(row.source), row.exactness.value, row.codes) for row in result.policies] == [
        ("CiliumNetworkPolicy/shop/p", "tighter", ("NPT508",)),
        ("NetworkPolicy/shop/q", "tighter", ("NPT504",)),
    ]
