"""What is lost is what cannot be said, and nothing beside it; with ``--on-loss loosen`` the form that people write."""

from __future__ import annotations

import pytest

import translate
from translate.model.facts import NO_FACTS
from translate.prover.comparison import Comparison

WEB = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress:
  - %s
  - {action: Allow, source: {selector: app == 'front'}}
"""
FRONT = "[{podSelector: {matchLabels: {app: front}}}]"
KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [%s]
"""
ALL_THREE = "ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]"
NO_22 = (
    "ports: [{protocol: TCP, port: 1, endPort: 21}, {protocol: TCP, port: 23, endPort: 65535}, "
    "{protocol: UDP}, {protocol: SCTP}]"
)
CLUSTERWIDE = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: all}
spec:
  endpointSelector: {matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: Exists}]}
  %s
"""
GLOBAL = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: all}
spec:
  %snamespaceSelector: all()
  types: [%s]
  %s
"""
AT_LEAST = [
    # what is denied before the allow, and what must get through in any case
    ("{action: Deny, protocol: ICMP}", f"{{from: {FRONT}, {ALL_THREE}}}"),
    ("{action: Deny, protocol: ICMPv6, icmp: {type: 128}}", f"{{from: {FRONT}, {ALL_THREE}}}"),
    ("{action: Deny, protocol: TCP, destination: {ports: [22]}}", f"{{from: {FRONT}, {NO_22}}}"),
    (
        "{action: Deny, protocol: TCP, source: {nets: [10.0.0.0/8]}, destination: {ports: [22]}}",
        f"{{from: {FRONT}, {NO_22}}}",
    ),
    (
        "{action: Deny, protocol: UDP, source: {nets: ['::/0']}}",
        f"{{from: {FRONT}, ports: [{{protocol: TCP}}, {{protocol: SCTP}}]}}",
    ),
]


def lets_through_all_of(result: translate.Result, least: str) -> bool:
    """Whether a policy that is added to the output changes nothing."""
    both = result.text + "---\n" + least.replace("metadata: {name: ", "metadata: {name: added-")
    return translate.verify(result.text, both).verdict is translate.Verdict.SAME


@pytest.mark.parametrize(("deny", "least"), AT_LEAST)
def test_a_deny_costs_the_packets_that_it_is_about(deny: str, least: str) -> None:
    result = translate.convert(WEB % deny, to="kubernetes", source_engine="calico")
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    assert lets_through_all_of(result, KUBERNETES % least)


def test_a_deny_of_one_family_leaves_the_pods_what_it_is_not_about() -> None:
    denied = "ingress: [{action: Deny, protocol: UDP, source: {nets: ['::/0']}}, {action: Allow}]"
    result = translate.convert(GLOBAL % ("order: 10, ".replace(", ", "\n  "), "Ingress", denied), to="cilium")
    least = (
        "ingress: [{fromCIDR: [0.0.0.0/0]}, {fromEntities: [all], toPorts: [{ports: [{port: '0', protocol: TCP}]}]}]"
    )
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    assert lets_through_all_of(result, CLUSTERWIDE % least)


BLOCKED = "egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}, {action: Allow}]"
BY_HAND = CLUSTERWIDE % "egress: [{toEntities: [all]}]\n  egressDeny: [{toCIDR: [169.254.169.254/32]}]"


@pytest.mark.parametrize("order", ["", "order: 10\n  "])
def test_one_address_is_blocked_as_people_do_it(run, order: str) -> None:
    """Before policies of Kubernetes it is a deny; behind them they can allow the address all the same."""
    text = GLOBAL % (order, "Egress", BLOCKED)
    for accept, code in (("NPT506", 0), ("NPT506@GlobalNetworkPolicy/all", 0)):
        ran = run("--to", "cilium", "--on-loss", "loosen", "--accept", accept, stdin=text)
        assert ran.code == code, ran.err
        assert translate.verify(ran.out, BY_HAND).verdict is translate.Verdict.SAME
        assert ("egressDeny" in ran.out) is bool(order)
        assert (
            "the pods of GlobalNetworkPolicy/all gain access to pods and nodes inside 169.254.169.254/32: the source "
            "compares addresses, a Cilium range matches only addresses outside the cluster" in ran.err
        )
    shown = run("--to", "cilium", "--on-loss", "loosen", stdin=text)
    assert (shown.code, shown.out) == (1, "")


def test_what_lets_nothing_through_any_more_is_said(run) -> None:
    only_gre = WEB.replace("  - {action: Allow, source", "  - {action: Allow, protocol: 47, source") % ("{action: Log}")
    ran = run("--to", "kubernetes", stdin=only_gre)
    assert (
        "note: NetworkPolicy/shop/web is left with no rule: nobody reaches its pods any more, unless another policy "
        "allows it" in ran.err.splitlines()
    )


def test_what_keeps_a_rule_is_not_said_to_have_none() -> None:
    """Order is worked out here, so rules stand for no rule of the input alone."""
    result = translate.convert(CLOSED, to="kubernetes")
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    assert "namespaceSelector" in result.text
    assert result.emptied == ()


def test_nothing_is_said_of_pods_that_are_open(run) -> None:
    """The range has no counterpart, and no packet changes by that: nobody isolates the pods."""
    ran = run("--to", "calico", stdin=OPEN)
    assert "no packet changes by it" in ran.err
    assert "is left with no rule" not in ran.err


BESIDE = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress: [{toCIDR: [10.0.0.0/8]}, {toEndpoints: [{}]}]
  egressDeny: [{toEndpoints: [{matchLabels: {app: bad}}]}]
"""


@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_what_is_loosened_on_purpose_hides_no_deny_that_is_missed(to: str) -> None:
    result = translate.convert(BESIDE, to=to, on_loss="loosen", accept=["NPT506"])
    assert result.text
    found = translate.explain(result.text, from_="shop{app=web}", to="shop{app=bad}@192.168.0.9:80")
    assert found.answer is translate.Answer.DENIED


CLOSED = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{toPorts: [{ports: [{port: "80"}]}]}]
  egressDeny: [{toEndpoints: [{}]}]
"""
OPEN = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: false}
  ingress: [{fromCIDR: [10.1.2.0/24]}]
  ingressDeny: [{fromEndpoints: [{}]}]
"""


def test_an_allow_that_is_widened_lets_in_nobody_whom_a_deny_names() -> None:
    """Where order is worked out no Deny is left: an allow of the world that becomes all addresses would hold its pods."""
    result = translate.convert(OPEN, to="calico", on_loss="loosen", accept=["NPT506", "NPT511"])
    assert result.text
    assert result.before is not None
    after = translate.load(result.text)
    compared = Comparison(result.before, after, NO_FACTS, own_node_aside=True, steps=100_000)
    assert not compared.missed(today=True).rules


def test_a_deny_is_not_loosened_into_one_of_more() -> None:
    """Calico has no word for the world: all addresses would be far more than it."""
    given = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec: "
    given += "{endpointSelector: {}, egress: [{toEntities: [all]}], egressDeny: [{toEntities: [world]}]}"
    tight, loose = (translate.convert(given, to="calico", on_loss=how) for how in ("tighten", "loosen"))
    assert loose.text == tight.text != ""
    assert [loss.code for loss in loose.losses] == [loss.code for loss in tight.losses]
