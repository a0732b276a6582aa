"""Settings of engines: each turns a verdict, in both interpreters alike, and a proof rests on it by name."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import translate
from tests.properties.policies import composed, policy_sets, ranges
from tests.properties.situations import points
from tests.properties.strategies import BLOCKS, effort, some
from tests.prover.symbolic import Symbolic
from tests.semantics import CALICO, CILIUM
from translate.dialects import get
from translate.dialects.calico.settings import CalicoSettings
from translate.dialects.cilium.settings import CiliumSettings
from translate.model.peers import Reach
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.settings import EngineSettings
from translate.model.traffic import ANY_TRAFFIC
from translate.model.unknowns import OwnNodeIn, PodIn
from translate.prover.assumptions import About
from translate.prover.evaluator import decide
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.proof import Verdict

Document = dict[str, Any]
NAMESPACE = "k8s:io.kubernetes.pod.namespace"
SHOP, WEB = Pod("shop"), Pod("shop", (), (("app", "web"),))


def cilium(app: str | None = "web", **spec: Any) -> Document:
    """A CiliumNetworkPolicy for the pods of an app, or all of its namespace."""
    selector = {"matchLabels": {"app": app}} if app else {}
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"endpointSelector": selector, **spec},
    }


def kubernetes(**spec: Any) -> Document:
    """A NetworkPolicy for all pods of a namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"podSelector": {}, **spec},
    }


def calico(**spec: Any) -> Document:
    """A Calico policy for all pods of a namespace."""
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": spec,
    }


def packet(direction: str, peer: PeerClass, address: str, *, opaque: str = "", subject: Pod = WEB) -> Point:
    """A packet to port 80."""
    pod = SHOP if peer is PeerClass.POD_SAME else Pod("other") if peer is PeerClass.POD_OTHER else None
    known = frozenset({PodIn(opaque) if pod else OwnNodeIn(opaque)} if opaque else ())
    return Point(Direction(direction), subject, peer, pod, address, 6, 80, opaque=known)


def on_cilium(**settings: Any) -> Document:
    """Facts that state ``settings``, with underscores for hyphens."""
    return {"settings": {"cilium": {name.replace("_", "-"): value for name, value in settings.items()}}}


ALWAYS, NEVER = on_cilium(enable_policy="always"), on_cilium(enable_policy="never")
POLICY, NODES = on_cilium(allow_localhost="policy"), on_cilium(policy_cidr_match_mode=["nodes"])
IN_PODS, IN_BOTH = (on_cilium(policy_cidr_match_mode=mode) for mode in (["pods"], ["pods", "nodes"]))
ABROAD = on_cilium(policy_default_local_cluster=False)
DROP = {"settings": {"calico": {"defaultEndpointToHostAction": "Drop"}}}

OWN, OTHER, OUTSIDE, POD = PeerClass.OWN_NODE, PeerClass.OTHER_NODE, PeerClass.OUTSIDE, PeerClass.POD_OTHER
NO_ALLOW, RANGE = cilium(ingress=[{}]), cilium(egress=[{"toCIDR": ["172.18.0.0/16"]}])
ALL_IPV4 = cilium(egress=[{"toCIDR": ["0.0.0.0/0"]}])
HOLED = cilium(egress=[{"toCIDRSet": [{"cidr": "172.18.0.0/16", "except": ["172.18.9.0/24"]}]}])
NOT_B = {"matchExpressions": [{"key": NAMESPACE, "operator": "NotIn", "values": ["b"]}]}
LABELLED = {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["b"]}]}
STRANGER = Pod("shop", (), (("app", "db"),))
TURNED = {
    # policy, packet, facts, whether the packet is let through without them and with them
    "always isolates the unselected": (NO_ALLOW, packet("ingress", POD, "10.1.0.1", subject=STRANGER), ALWAYS, 1, 0),
    "always isolates the other way": (NO_ALLOW, packet("egress", POD, "10.1.0.1"), ALWAYS, 1, 0),
    "always lets the own node in beside a policy": (NO_ALLOW, packet("ingress", OWN, "172.18.0.2"), ALWAYS, 1, 1),
    "and nowhere else": (NO_ALLOW, packet("ingress", OWN, "172.18.0.2", subject=STRANGER), ALWAYS, 1, 0),
    "always with a policy that does not isolate": (
        cilium(ingress=[{"fromEntities": ["host"]}], enableDefaultDeny={"ingress": False}),
        *(packet("ingress", POD, "10.1.0.1"), ALWAYS, 1, 0),
    ),
    "never lets denied packets through": (
        cilium(egressDeny=[{"toCIDR": ["172.18.0.0/16"]}]),
        *(packet("egress", OUTSIDE, "172.18.0.9"), NEVER, 0, 1),
    ),
    "policy keeps the own node out": (NO_ALLOW, packet("ingress", OWN, "172.18.0.2"), POLICY, 1, 0),
    "policy with a rule": (
        cilium(ingress=[{"fromEntities": ["host"]}]),
        *(packet("ingress", OWN, "172.18.0.2"), POLICY, 1, 1),
    ),
    "nodes are in ranges": (RANGE, packet("egress", OTHER, "172.18.0.3"), NODES, 0, 1),
    "others are not": (RANGE, packet("egress", OTHER, "172.19.0.3"), NODES, 0, 0),
    "nor are pods": (RANGE, packet("egress", POD, "172.18.0.3"), NODES, 0, 0),
    "nor is anything of 0.0.0.0/0": (
        cilium(egress=[{"toCIDR": ["0.0.0.0/0"]}]),
        *(packet("egress", OTHER, "172.18.0.3"), NODES, 0, 0),
    ),
    "pods are in ranges": (RANGE, packet("egress", POD, "172.18.0.3"), IN_PODS, 0, 1),
    "other pods are not": (RANGE, packet("egress", POD, "172.19.0.3"), IN_PODS, 0, 0),
    "pods of the namespace are": (RANGE, packet("egress", PeerClass.POD_SAME, "172.18.0.3"), IN_BOTH, 0, 1),
    "pods have a second address": (RANGE, packet("egress", POD, "fd00::3", opaque="172.18.0.0/16"), IN_PODS, 0, 1),
    "which may be elsewhere": (RANGE, packet("egress", POD, "fd00::3"), IN_PODS, 0, 0),
    "the address that is seen is the one of its family": (
        *(RANGE, packet("egress", POD, "172.19.0.3", opaque="172.18.0.0/16"), IN_PODS, 0, 0),
    ),
    "holes hold no pods": (HOLED, packet("egress", POD, "172.18.9.3"), IN_PODS, 0, 0),
    "nodes are not pods": (RANGE, packet("egress", OTHER, "172.18.0.3"), IN_PODS, 0, 0),
    "pods are in 0.0.0.0/0": (ALL_IPV4, packet("egress", POD, "172.18.0.3"), IN_PODS, 0, 1),
    "nodes are not, without pods": (ALL_IPV4, packet("egress", OTHER, "172.18.0.3"), IN_PODS, 0, 0),
    "nodes are, beside pods": (ALL_IPV4, packet("egress", OTHER, "172.18.0.3"), IN_BOTH, 0, 1),
    "but for those of another family": (ALL_IPV4, packet("egress", OTHER, "fd00::3"), IN_BOTH, 0, 0),
    "a deny of a range keeps out pods": (
        *(cilium(egressDeny=[{"toCIDR": ["172.18.0.0/16"]}]), packet("egress", POD, "172.18.0.3")),
        *(IN_PODS | {}, 0, 0),
    ),
    "the own node is": (RANGE, packet("egress", OWN, "172.18.0.2"), NODES, 0, 1),
    "and by an address of the other family": (
        *(RANGE, packet("egress", OWN, "fd00::2", opaque="172.18.0.0/16"), NODES, 0, 1),
    ),
    "other nodes are not": (RANGE, packet("egress", OTHER, "fd00::2", opaque="172.18.0.0/16"), NODES, 0, 0),
    "nodes outside of holes": (HOLED, packet("egress", OTHER, "172.18.0.3"), NODES, 0, 1),
    "nodes in holes": (HOLED, packet("egress", OTHER, "172.18.9.3"), NODES, 0, 0),
    "the own node with another address in a hole": (
        *(HOLED, packet("egress", OWN, "172.18.0.2", opaque="172.18.9.0/24"), NODES, 0, 0),
    ),
    "ipBlock": (
        kubernetes(policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": "172.18.0.0/16"}}]}]),
        *(packet("egress", OTHER, "172.18.0.3"), NODES, 0, 1),
    ),
    "negative selectors reach outside": (
        cilium(ingress=[{"fromEndpoints": [NOT_B]}]),
        *(packet("ingress", OUTSIDE, "8.8.8.8"), ABROAD, 0, 1),
    ),
    "positive ones do not": (
        cilium(ingress=[{"fromEndpoints": [{"matchLabels": {NAMESPACE: "c"}}]}]),
        *(packet("ingress", OUTSIDE, "8.8.8.8"), ABROAD, 0, 0),
    ),
    "negative namespaceSelectors": (
        kubernetes(ingress=[{"from": [{"namespaceSelector": LABELLED}]}]),
        *(packet("ingress", OTHER, "172.18.0.3"), ABROAD, 0, 1),
    ),
    "with a positive podSelector": (
        kubernetes(ingress=[{"from": [{"namespaceSelector": LABELLED, "podSelector": {"matchLabels": {"a": "b"}}}]}]),
        *(packet("ingress", OTHER, "172.18.0.3"), ABROAD, 0, 0),
    ),
    "empty namespaceSelectors": (
        kubernetes(ingress=[{"from": [{"namespaceSelector": {}}]}]),
        *(packet("ingress", OTHER, "172.18.0.3"), ABROAD, 0, 0),
    ),
    "Calico drops what goes to the own node": (
        calico(types=["Egress"], egress=[{"action": "Allow"}]),
        *(packet("egress", OWN, "172.18.0.2"), DROP, 1, 0),
    ),
    "also of pods without a policy": (
        calico(types=["Ingress"]),
        *(packet("egress", OWN, "172.18.0.2"), DROP, 1, 0),
    ),
    "and lets it in all the same": (calico(types=["Ingress"]), packet("ingress", OWN, "172.18.0.2"), DROP, 1, 1),
}


@pytest.mark.parametrize(("document", "point", "facts", "without", "having"), TURNED.values(), ids=TURNED)
def test_what_a_setting_turns(document: Document, point: Point, facts: Document, without: int, having: int) -> None:
    engine = next(iter(facts["settings"]))
    for stated, expected in (({}, without), (facts, having)):
        policies = translate.load([document], source_engine=engine, facts=stated)
        assert decide(policies, point).allowed is bool(expected)
        assert Symbolic(policies).allows(point) is bool(expected)


def test_settings_of_another_engine_change_nothing() -> None:
    document, point = kubernetes(policyTypes=["Ingress"]), packet("ingress", OWN, "172.18.0.2")
    for engine, of_others in (
        ("kubernetes", {**POLICY["settings"], **DROP["settings"]}),
        ("calico", POLICY["settings"]),
    ):
        policies = translate.load([document], source_engine=engine, facts={"settings": of_others})
        assert decide(policies, point).allowed
        assert Symbolic(policies).allows(point)


SETTINGS = st.builds(
    lambda enforcement, mode, own, host: EngineSettings(
        (CiliumSettings(enforcement, mode, own, None), CalicoSettings(host))
    ),
    st.sampled_from([None, "always", "never"]),
    st.sampled_from([(), ("nodes",), ("pods",), ("pods", "nodes")]),
    st.sampled_from([None, "policy"]),
    st.sampled_from([None, "Drop"]),
)


RULES = st.builds(
    lambda action, peers: Rule(action, tuple(peers), (ANY_TRAFFIC,)),
    st.sampled_from([Action.ALLOW, Action.DENY]),
    some(composed(ranges(Reach.OUTSIDE)), 1, 2),
)
SECTIONS = st.builds(lambda rules: Section(True, tuple(rules)), some(RULES, 1, 2))
RANGES_ALONE = st.builds(
    lambda section: PolicySet(
        CILIUM,
        (Policy(Identity("CiliumNetworkPolicy", None, "p"), Subject(EVERYTHING, EVERYTHING), section, section),),
    ),
    SECTIONS,
)
"""Policies for everyone, of ranges and what is made of them."""


SETS = {"calico": policy_sets(CALICO), "cilium": policy_sets(CILIUM), "ranges": RANGES_ALONE}


@pytest.mark.parametrize("sets", SETS.values(), ids=SETS)
def test_both_interpreters_agree_under_any_settings(sets: st.SearchStrategy[PolicySet]) -> None:
    """On random policies and points, where the own node has addresses in random ranges."""

    @effort(80)
    @given(sets, SETTINGS, st.integers(0, 1 << 32).map(random.Random))
    def run(policies: PolicySet, settings: EngineSettings, dice: random.Random) -> None:
        policies = replace(policies, semantics=get(policies.semantics.name).semantics(settings))
        symbolic = Symbolic(policies)
        for point in points(dice, 40, policies):
            owned = frozenset(kind(block) for kind in (OwnNodeIn, PodIn) for block in BLOCKS if dice.random() < 0.3)
            if dice.random() < 0.7:
                point = replace(point, peer_class=OWN, peer=None, fqdns=frozenset())
            point = replace(point, opaque=point.opaque | owned)
            assert symbolic.allows(point) == decide(policies, point).allowed, point

    run()


RANGES = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
ALLOW_ALL = cilium(None, ingress=[{"fromEntities": ["all"]}], egress=[{"toEntities": ["all"]}])
COMPARED = {
    # before, after, facts, verdict without settings and with them
    "never: nothing differs": (NO_ALLOW, ALLOW_ALL, NEVER, "looser", "same"),
    "always: isolation need not be written": (
        cilium(None, ingress=[{"fromEntities": ["all"]}], egress=[{}]),
        cilium(None, ingress=[{"fromEntities": ["all"]}]),
        *(ALWAYS, "looser", "same"),
    ),
    "policy: the own node by a rule": (
        *(NO_ALLOW, cilium(ingress=[{"fromEntities": ["host"]}]), POLICY, "same", "looser"),
    ),
    "nodes: known by their ranges": (
        cilium(egress=[{"toCIDR": ["172.18.0.0/16"]}]),
        cilium(egress=[{"toEntities": ["host", "remote-node"]}]),
        *(RANGES | NODES, "looser", "same"),
    ),
    "nodes: the own one has no address elsewhere": (
        cilium(egress=[{"toCIDR": ["192.0.2.0/24"]}]),
        cilium(
            egress=[{"toCIDRSet": [{"cidr": "192.0.2.0/24", "except": ["192.0.2.7/32"]}]}, {"toCIDR": ["192.0.2.7/32"]}]
        ),
        *(RANGES | NODES, "same", "same"),
    ),
    "pods: known by their ranges": (
        cilium(egress=[{"toCIDR": ["10.244.0.0/16"]}]),
        cilium(egress=[{"toEndpoints": [{"matchExpressions": [{"key": NAMESPACE, "operator": "Exists"}]}]}]),
        *(RANGES | IN_PODS, "looser", "same"),
    ),
    "pods: of two families, one of which is in no range": (
        cilium(egress=[{"toCIDR": ["192.0.2.0/24"]}]),
        cilium(
            egress=[{"toCIDRSet": [{"cidr": "192.0.2.0/24", "except": ["192.0.2.7/32"]}]}, {"toCIDR": ["192.0.2.7/32"]}]
        ),
        *({"pods": ["10.244.0.0/16", "fd00:1::/64"], "nodes": ["172.18.0.0/16"]} | IN_PODS, "same", "same"),
    ),
    "pods and nodes: a range as Calico reads it": (
        cilium(None, egress=[{"toCIDR": ["0.0.0.0/0"]}]),
        cilium(None, egress=[{"toEntities": ["all"]}]),
        *(RANGES | IN_BOTH, "looser", "same"),
    ),
    "a positive term": (
        cilium(ingress=[{"fromEndpoints": [NOT_B]}]),
        cilium(
            ingress=[
                {
                    "fromEndpoints": [
                        {"matchExpressions": [*NOT_B["matchExpressions"], {"key": NAMESPACE, "operator": "Exists"}]}
                    ]
                }
            ]
        ),
        *(ABROAD, "same", "tighter"),
    ),
    "Calico: egress to the own node": (
        calico(types=["Egress"], egress=[{"action": "Allow"}]),
        cilium(None, egressDeny=[{"toEntities": ["host"]}], enableDefaultDeny={"egress": False}),
        *(DROP, "tighter", "looser"),
    ),
}


@pytest.mark.parametrize(("before", "after", "facts", "without", "having"), COMPARED.values(), ids=COMPARED)
def test_comparisons(before: Document, after: Document, facts: Document, without: str, having: str) -> None:
    unstated = {name: value for name, value in facts.items() if name != "settings"}
    assert translate.verify([before], [after], facts=unstated).proof.verdict.value == without
    proof = translate.verify([before], [after], facts=facts).proof
    assert proof.verdict.value == having, proof.counterexamples
    (engine,) = facts["settings"]
    for name, value in facts["settings"][engine].items():
        spelled = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else value
        text = f"[{', '.join(value)}]" if isinstance(value, list) else spelled
        assert f"as stated: {engine.title()} runs with {name}: {text}" in map(str, proof.assumptions)


def test_only_what_is_not_stated_is_taken_for_granted() -> None:
    (line,) = (
        x for x in translate.verify([NO_ALLOW], [NO_ALLOW], facts=POLICY).proof.assumptions if x.about is About.SETUP
    )
    assert line.text == (
        "Cilium runs with its defaults: enforcement default, policy-cidr-match-mode empty, "
        "policy-default-local-cluster on, both address families"
    )


def test_a_cluster_that_isolates_all_is_not_translated_silently() -> None:
    """Kubernetes has no word for it: nothing is written, proved or not."""
    for target in ("kubernetes", "calico"):
        for proving in (True, False):
            result = translate.convert([NO_ALLOW], to=target, facts=ALWAYS, verify=proving)
            assert [loss.code for loss in result.losses] == ["NPT505"]
            assert result.text == ""
        unstated = translate.convert([NO_ALLOW], to=target)
        assert unstated.proof is not None
        assert (unstated.proof.verdict, unstated.losses) == (Verdict.SAME, ())


def test_targets_are_read_as_they_are_set_up() -> None:
    document = kubernetes(ingress=[{"from": [{"podSelector": {}}]}])
    verdicts = {}
    for name, facts in {"": {}, "always": ALWAYS, "never": NEVER, "policy": POLICY}.items():
        result = translate.convert([document], to="cilium", facts=facts)
        assert result.proof is not None
        verdicts[name] = result.proof.verdict.value, [loss.code for loss in result.losses], bool(result.text)
    assert verdicts == {
        "": ("same", [], True),
        "always": ("tighter", ["NPT504"], True),
        "never": ("looser", ["NPT505"], False),
        "policy": ("same", [], True),
    }


def test_ranges_in_a_cluster_that_finds_nodes_by_them() -> None:
    """A range keeps its meaning from one policy for Cilium to another, and its groups are refused by name."""
    document = kubernetes(policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": "172.18.0.0/16"}}]}])
    result = translate.convert([document], to="cilium", source_engine="cilium", facts=NODES)
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (Verdict.SAME, ())
    for facts, mode in ((NODES, "nodes"), (IN_PODS, "pods"), (IN_BOTH, "pods, nodes")):
        with pytest.raises(
            translate.UnsupportedError, match=rf"a CIDR group, with policy-cidr-match-mode: \[{mode}\],"
        ):
            translate.load([cilium(egress=[{"toCIDRSet": [{"cidrGroupRef": "g"}]}])], facts=facts)


def test_round_trips_keep_the_settings() -> None:
    document = kubernetes(
        policyTypes=["Ingress", "Egress"],
        ingress=[{"from": [{"podSelector": {}}]}],
        egress=[{"to": [{"ipBlock": {"cidr": "172.18.0.0/16"}}]}],
    )
    for facts in (NODES, ABROAD):
        trip = translate.roundtrip([document], via="cilium", source_engine="cilium", facts=facts)
        assert trip.proof.verdict is Verdict.SAME
