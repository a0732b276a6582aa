"""Pairs of small policies and how the second compares with the first: laws, non-laws, traps of all three dialects."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

import translate
from tests import semantics
from translate.model.peers import OWN_NAMESPACE, Anyone, Peer
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ICMP, ICMPV6, SCTP, TCP, UDP, Traffic
from translate.prover.compare import prove
from translate.prover.evaluator import decide
from translate.prover.interpretations import interpretations
from translate.prover.point import PeerClass
from translate.prover.proof import Counterexample, Verdict

Document = dict[str, Any]
PODS: Document = {"podSelector": {}}
ANYWHERE: Document = {"namespaceSelector": {}}


def kube(ingress: Any = None, egress: Any = None, *, name: str = "p", namespace: str = "x", **spec: Any) -> Document:
    """A NetworkPolicy; ``None`` for a direction leaves it out."""
    given = {key: value for key, value in (("ingress", ingress), ("egress", egress)) if value is not None}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **given, **spec},
    }


def source(*peers: Document) -> Document:
    """Ingress from ``peers`` alone."""
    return kube([{"from": list(peers)}])


def ports(*items: Document) -> Document:
    """Ingress on ``items`` alone."""
    return kube([{"ports": list(items)}])


def block(cidr: str, *holes: str) -> Document:
    """An ipBlock peer."""
    return {"ipBlock": {"cidr": cidr, **({"except": list(holes)} if holes else {})}}


def pods(*terms: Document, **labels: str) -> Document:
    """A podSelector peer."""
    return {"podSelector": {"matchLabels": labels, "matchExpressions": list(terms)}}


def home(*terms: Document, **labels: str) -> Document:
    """A namespaceSelector peer."""
    return {"namespaceSelector": {"matchLabels": labels, "matchExpressions": list(terms)}}


def term(key: str, operator: str, *values: str) -> Document:
    """One requirement."""
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


def calico(*ingress: Document, name: str = "p", namespace: str = "x", **spec: Any) -> Document:
    """A Calico NetworkPolicy for ingress."""
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"types": ["Ingress"], "ingress": list(ingress), **spec},
    }


def act(action: str, selector: str = "", **rule: Any) -> Document:
    """A Calico rule, from pods of the own namespace if a selector is given."""
    return {"action": action, **({"source": {"selector": selector}} if selector else {}), **rule}


def cilium(*ingress: Document, name: str = "p", namespace: str = "x", **spec: Any) -> Document:
    """A CiliumNetworkPolicy for ingress."""
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"endpointSelector": {}, "ingress": list(ingress), **spec},
    }


def on(port: Any, protocol: str = "TCP", **more: Any) -> Document:
    """One item of ports."""
    return {"port": port, "protocol": protocol, **more}


NAME = "kubernetes.io/metadata.name"
POD_NAMESPACE = "io.kubernetes.pod.namespace"
A, B = pods(app="a"), pods(app="b")
NET = "10.0.0.0/8"
OPEN: Document = kube([{}])
SHUT: Document = kube([])
CALICO_A = {"action": "Allow", "source": {"selector": "projectcalico.org/orchestrator == 'k8s' && app == 'a'"}}


@dataclass(frozen=True)
class Pair:
    """What is compared and what must come out; ``engines`` as ``source_engine`` and ``target_engine``."""

    title: str
    before: list[Document]
    after: list[Document]
    verdict: str
    engines: tuple[str | None, str | None] = (None, None)


def pair(title: str, before: Any, after: Any, verdict: str, *engines: str | None) -> Pair:
    """A pair; single documents need no list."""
    left, right = (item if isinstance(item, list) else [item] for item in (before, after))
    one, other = (*engines, None, None)[:2]
    return Pair(title, left, right, verdict, (one, other))


LAWS = [
    pair("empty ports are absent ports", kube([{"ports": [], "from": [A]}]), source(A), "same"),
    pair(
        "one empty ports item is TCP alone",
        kube([{"ports": [], "from": [A]}]),
        kube([{"ports": [{}], "from": [A]}]),
        "tighter",
    ),
    pair("empty from is absent from", kube([{"from": []}]), OPEN, "same"),
    pair("every namespace with and without pods", source(ANYWHERE), source({**ANYWHERE, **PODS}), "same"),
    pair("everyone and every pod", OPEN, source(ANYWHERE), "tighter"),
    pair("own namespace by its name label", source(PODS), source(home(**{NAME: "x"})), "same"),
    pair("own pods and pods anywhere", source(A), source({**ANYWHERE, **A}), "looser"),
    pair("own pods and pods of other names", source(PODS), source(home(term(NAME, "NotIn", "x"))), "mixed"),
    pair("endPort equal to port", ports(on(80)), ports(on(80, endPort=80)), "same"),
    pair("all ports and no port", ports({"protocol": "TCP"}), ports(on(1, endPort=65535)), "same"),
    pair("named and numbered", ports(on("http")), ports(on(80)), "mixed"),
    pair("two names", ports(on("http")), ports(on("web")), "mixed"),
    pair("a name of another protocol", ports(on("dns")), ports(on("dns", "UDP")), "mixed"),
    pair("a named port and the whole protocol", ports(on("http")), ports({"protocol": "TCP"}), "looser"),
    pair("In of one value", source(A), source(pods(term("app", "In", "a"))), "same"),
    pair("In of two is two peers", source(A, B), source(pods(term("app", "In", "b", "a"))), "same"),
    pair(
        "two NotIn",
        source(pods(term("k", "NotIn", "a"), term("k", "NotIn", "b"))),
        source(pods(term("k", "NotIn", "a", "b"))),
        "same",
    ),
    pair(
        "NotIn includes absent",
        source(pods(term("k", "NotIn", "a"))),
        source(pods(term("k", "NotIn", "a"), term("k", "Exists"))),
        "tighter",
    ),
    pair("Exists and a value", source(pods(term("k", "Exists"))), source(pods(k="")), "tighter"),
    pair("empty value is not absent", source(pods(k="")), source(pods(term("k", "DoesNotExist"))), "mixed"),
    pair(
        "rules of two policies add up",
        kube([{"from": [A]}, {"from": [B]}]),
        [source(A), kube([{"from": [B]}], name="q")],
        "same",
    ),
    pair("a policy covered by another", [OPEN, kube([{"from": [A]}], name="q")], OPEN, "same"),
    pair("the only isolating policy goes", SHUT, [], "looser"),
    pair("isolation of fewer pods", SHUT, kube([], podSelector={"matchLabels": {"app": "a"}}), "looser"),
    pair(
        "a subject that nothing satisfies",
        [],
        kube([], podSelector={"matchExpressions": [term("k", "Exists"), term("k", "DoesNotExist")]}),
        "same",
    ),
    pair("a subject that no pod has today", [], kube([], podSelector={"matchLabels": {"no": "body"}}), "tighter"),
    pair("two halves of a range", source(block(NET)), source(block("10.0.0.0/9"), block("10.128.0.0/9")), "same"),
    pair("a quarter is missing", source(block(NET)), source(block("10.0.0.0/9"), block("10.128.0.0/10")), "tighter"),
    pair("all addresses and everyone", OPEN, source(block("0.0.0.0/0"), block("::/0")), "tighter"),
    pair(
        "all addresses and everyone in Calico",
        OPEN,
        source(block("0.0.0.0/0"), block("::/0")),
        "same",
        "calico",
        "calico",
    ),
    pair(
        "all addresses and everyone in Cilium",
        OPEN,
        source(block("0.0.0.0/0"), block("::/0")),
        "tighter",
        "cilium",
        "cilium",
    ),
    pair(
        "three protocols and all of them",
        OPEN,
        ports(*({"protocol": name} for name in ("TCP", "UDP", "SCTP"))),
        "tighter",
    ),
    pair("policyTypes default", OPEN, kube([{}], policyTypes=["Ingress"]), "same"),
    pair("egress rules isolate for egress", kube(), kube(None, [{}]), "same"),
    pair("an empty egress list with its type", kube(), kube(None, [], policyTypes=["Ingress", "Egress"]), "tighter"),
    pair(
        "two policies of complementary subjects",
        SHUT,
        [
            kube([], podSelector={"matchExpressions": [term("k", "Exists")]}),
            kube([], name="q", podSelector={"matchExpressions": [term("k", "DoesNotExist")]}),
        ],
        "same",
    ),
]

NUMBERS = [
    pair("neighbouring ranges", ports(on(80, endPort=90)), ports(on(80, endPort=85), on(86, endPort=90)), "same"),
    pair("a gap of one port", ports(on(80, endPort=90)), ports(on(80, endPort=85), on(87, endPort=90)), "tighter"),
    pair("overlapping ranges", ports(on(80, endPort=90)), ports(on(80, endPort=88), on(82, endPort=90)), "same"),
    pair("one port more", ports(on(80)), ports(on(80, endPort=81)), "looser"),
    pair("another protocol", ports(on(53)), ports(on(53, "UDP")), "mixed"),
    pair("IPv4 and IPv6", source(block("0.0.0.0/0")), source(block("::/0")), "mixed"),
    pair(
        "an IPv6 range in IPv4 is nothing of it",
        source(block("0.0.0.0/0")),
        source(block("0.0.0.0/0"), block("2001:db8::/32")),
        "looser",
    ),
    pair("halves of IPv6", source(block("::/0")), source(block("::/1"), block("8000::/1")), "same"),
    pair("except of one half", source(block(NET, "10.0.0.0/9")), source(block("10.128.0.0/9")), "same"),
    pair("except of everything", source(block(NET, "10.0.0.0/9", "10.128.0.0/9")), SHUT, "same"),
    pair("except re-admitted", source(block(NET, "10.1.0.0/16"), block("10.1.0.0/16")), source(block(NET)), "same"),
    pair(
        "except re-admitted in part",
        source(block(NET, "10.1.0.0/16"), block("10.1.0.0/17")),
        source(block(NET)),
        "looser",
    ),
    pair(
        "except in another policy",
        [source(block(NET, "10.1.0.0/16")), kube([{"from": [block(NET)]}], name="q")],
        source(block(NET)),
        "same",
    ),
    pair("a last address", source(block("255.255.255.255/32")), source(block("255.255.255.254/31")), "looser"),
]

NAMESPACES = [
    pair("name label and own namespace", source({**home(**{NAME: "x"}), **A}), source(A), "same"),
    pair("another label is not the name", source(home(name="x")), source(PODS), "mixed"),
    pair("all but one name", source(home(term(NAME, "NotIn", "y"))), source(ANYWHERE), "looser"),
    pair("own or other", source(ANYWHERE), source(PODS, home(term(NAME, "NotIn", "x"))), "same"),
    pair("a namespace always has a name", source(ANYWHERE), source(home(term(NAME, "Exists"))), "same"),
    pair("no namespace is without a name", SHUT, source(home(term(NAME, "DoesNotExist"))), "same"),
    pair("two names at once", SHUT, source(home(term(NAME, "In", "x"), term(NAME, "In", "y"))), "same"),
    pair("an impossible name", SHUT, source(home(**{NAME: "Not_A_Name"})), "same"),
    pair("labels of two namespaces", source(home(env="prod")), source(home(env="test")), "mixed"),
    pair("the same policy elsewhere", SHUT, kube([], namespace="y"), "mixed"),
    pair("an isolated pod and label of its own", source(home(env="a")), source(PODS, home(env="a")), "looser"),
]

BOTH = ["Ingress", "Egress"]
NAMED_OUT = kube(None, [{"to": [block(NET)], "ports": [on("http")]}])
EGRESS = [
    pair("named port to an address", NAMED_OUT, kube(None, [], policyTypes=BOTH), "tighter"),
    pair("named port to an address in Cilium", NAMED_OUT, kube(None, [], policyTypes=BOTH), "same", "cilium", "cilium"),
    pair(
        "named port to pods",
        kube(None, [{"to": [A], "ports": [on("http")]}]),
        kube(None, [{"to": [A], "ports": [on("web")]}]),
        "mixed",
    ),
    pair("egress and ingress", kube([{"from": [A]}]), kube([], [{"to": [A]}]), "tighter"),
]

CALICO = [
    pair(
        "order decides",
        calico(act("Deny", "app == 'a'"), act("Allow")),
        calico(act("Allow"), act("Deny", "app == 'a'")),
        "looser",
    ),
    pair(
        "a deny behind everything",
        calico(act("Allow", "app == 'a'")),
        calico(act("Allow", "app == 'a'"), act("Deny")),
        "same",
    ),
    pair(
        "Log changes nothing",
        calico(act("Allow", "app == 'a'")),
        calico(act("Log"), act("Allow", "app == 'a'"), act("Log")),
        "same",
    ),
    pair(
        "Pass skips the policies behind",
        [calico(act("Pass", "app == 'a'"), act("Deny"), order=1)],
        [calico(act("Deny"), order=1)],
        "tighter",
    ),
    pair(
        "Pass skips a later Deny",
        [calico(act("Pass"), order=1), calico(act("Deny"), name="q", order=2)],
        [calico(act("Pass"))],
        "same",
    ),
    pair(
        "order of policies",
        [calico(act("Deny"), order=1), calico(act("Allow"), name="q", order=2)],
        [calico(act("Deny"), order=2), calico(act("Allow"), name="q", order=1)],
        "looser",
    ),
    pair(
        "equal orders go by name",
        [calico(act("Deny"), order=1), calico(act("Allow"), name="q", order=1)],
        calico(act("Deny")),
        "same",
    ),
    pair(
        "no order comes last",
        [calico(act("Deny")), calico(act("Allow"), name="q", order=9)],
        calico(act("Allow")),
        "same",
    ),
    pair(
        "starts with", calico(act("Allow", "k starts with 'ab'")), calico(act("Allow", "k starts with 'a'")), "looser"
    ),
    pair(
        "contains what it starts with",
        calico(act("Allow", "k starts with 'ab' && k contains 'b'")),
        calico(act("Allow", "k starts with 'ab'")),
        "same",
    ),
    pair(
        "contains and ends", calico(act("Allow", "k ends with 'ab'")), calico(act("Allow", "k contains 'ab'")), "looser"
    ),
    pair(
        "a value that a prefix covers",
        calico(act("Allow", "k == 'abc' || k starts with 'ab'")),
        calico(act("Allow", "k starts with 'ab'")),
        "same",
    ),
    pair("no legal value", calico(act("Allow", "k == '-'")), calico(act("Deny")), "same"),
    pair(
        "not equal includes absent",
        calico(act("Allow", "k != 'a'")),
        calico(act("Allow", "has(k) && k != 'a'")),
        "tighter",
    ),
    pair(
        "De Morgan",
        calico(act("Allow", "!(a == '1' && b == '1')")),
        calico(act("Allow", "a != '1' || b != '1'")),
        "same",
    ),
    pair(
        "nets and notNets",
        calico(act("Allow", source={"nets": [NET], "notNets": ["10.0.0.0/9"]})),
        calico(act("Allow", source={"nets": ["10.128.0.0/9"]})),
        "same",
    ),
    pair(
        "notNets alone has a family",
        calico(act("Deny", source={"nets": [NET]}), act("Allow")),
        calico(act("Allow", source={"notNets": [NET]})),
        "tighter",
    ),
    pair("numbers of protocols", calico(act("Allow", protocol="TCP")), calico(act("Allow", protocol=6)), "same"),
    pair("GRE is not ESP", calico(act("Allow", protocol=47)), calico(act("Allow", protocol=50)), "mixed"),
    pair(
        "namespace by Calico's own label",
        calico(act("Allow", "projectcalico.org/orchestrator == 'k8s'")),
        calico(act("Allow", "has(projectcalico.org/orchestrator)")),
        "same",
    ),
]

CILIUM = [
    pair("an empty element matches nothing", cilium({}), cilium({"fromEndpoints": []}), "same"),
    pair("entity all is everyone", cilium({"fromEntities": ["all"]}), [], "same"),
    pair(
        "every endpoint of the namespace",
        cilium({"fromEndpoints": [{}]}),
        cilium({"fromEndpoints": [{"matchLabels": {POD_NAMESPACE: "x"}}]}),
        "same",
    ),
    pair(
        "endpoints of all namespaces",
        cilium({"fromEndpoints": [{}]}),
        cilium({"fromEndpoints": [{"matchExpressions": [term(POD_NAMESPACE, "Exists")]}]}),
        "looser",
    ),
    pair(
        "any and k8s source",
        cilium({"fromEndpoints": [{"matchLabels": {"k8s:app": "a"}}]}),
        cilium({"fromEndpoints": [{"matchLabels": {"any:app": "a"}}]}),
        "same",
    ),
    pair(
        "two CIDRs",
        cilium({"fromCIDR": [NET]}),
        cilium({"fromCIDRSet": [{"cidr": "10.0.0.0/9"}, {"cidr": "10.128.0.0/9"}]}),
        "same",
    ),
    pair(
        "default deny switched off",
        cilium({"fromEndpoints": [{}]}),
        cilium({"fromEndpoints": [{}]}, enableDefaultDeny={"ingress": False}),
        "looser",
    ),
    pair(
        "port 0 is every port",
        cilium({"toPorts": [{"ports": [{"port": "0", "protocol": "TCP"}]}]}),
        cilium({"toPorts": [{"ports": [{"port": "1", "endPort": 65535, "protocol": "TCP"}]}]}),
        "same",
    ),
    pair(
        "ANY is three protocols",
        cilium({"toPorts": [{"ports": [{"port": "53"}]}]}),
        cilium({"toPorts": [{"ports": [{"port": "53", "protocol": p} for p in ("TCP", "UDP", "SCTP")]}]}),
        "same",
    ),
]

ACROSS = [
    pair("[{}] is everything and nothing", OPEN, cilium({}), "tighter"),
    pair("deny all", SHUT, cilium({}), "same"),
    pair("deny all in Calico", SHUT, calico(), "same"),
    pair("allow all", OPEN, cilium({"fromEntities": ["all"]}), "same"),
    pair("pods of the own namespace", source(A), calico(CALICO_A), "same"),
    pair(
        "pods of the own namespace in Cilium",
        source(A),
        cilium({"fromEndpoints": [{"matchLabels": {"app": "a"}}]}),
        "same",
    ),
    pair(
        "all namespaces in Calico",
        source(ANYWHERE),
        calico({"action": "Allow", "source": {"namespaceSelector": "all()"}}),
        "same",
    ),
    pair(
        "ICMP under a rule without ports",
        OPEN,
        calico(*(act("Allow", protocol=p) for p in ("TCP", "UDP", "SCTP"))),
        "tighter",
    ),
    pair("a range in Calico", source(block(NET)), calico(act("Allow", source={"nets": [NET]})), "same"),
    pair("a range in Cilium", source(block(NET)), cilium({"fromCIDR": [NET]}), "same"),
    pair(
        "a range of Calico becomes one of Cilium", source(block(NET)), cilium({"fromCIDR": [NET]}), "tighter", "calico"
    ),
    pair(
        "a range of Cilium becomes one of Calico",
        source(block(NET)),
        calico(act("Allow", source={"nets": [NET]})),
        "looser",
        "cilium",
    ),
    pair("the CNI is swapped", source(block(NET)), source(block(NET)), "tighter", "calico", "cilium"),
    pair("the CNI is swapped back", source(block(NET)), source(block(NET)), "looser", "cilium", "calico"),
    pair("the CNI is swapped, labels only", source(A), source(A), "same", "calico", "cilium"),
    pair(
        "rules of a direction not listed",
        kube([{}], [{"to": [A]}], policyTypes=["Ingress"]),
        kube([{}], [{"to": [A]}], policyTypes=["Ingress"]),
        "tighter",
        "calico",
        "cilium",
    ),
    pair("a rule for nodes stays open", kube(policyTypes=["Egress"]), calico(types=["Egress"]), "same"),
    pair("a rule for nodes is settled", kube(policyTypes=["Egress"]), calico(types=["Egress"]), "same", "cilium"),
    pair(
        "Calico to Cilium with a gap",
        calico(CALICO_A),
        cilium({"fromEndpoints": [{"matchLabels": {"app": "b"}}]}),
        "mixed",
    ),
    pair(
        "a named port across dialects",
        ports(on("http")),
        calico(act("Allow", protocol="TCP", destination={"ports": ["http"]})),
        "same",
    ),
    pair(
        "several rules become one",
        kube([{"from": [A], "ports": [on(80)]}, {"from": [A], "ports": [on(443)]}]),
        calico({**CALICO_A, "protocol": "TCP", "destination": {"ports": [80, 443]}}),
        "same",
    ),
]

UNREAD = [
    pair(
        "a kind that is not read",
        SHUT,
        [SHUT, {"apiVersion": "projectcalico.org/v3", "kind": "Profile", "metadata": {"name": "a"}, "spec": {}}],
        "undecided",
    ),
]

PAIRS = [*LAWS, *NUMBERS, *NAMESPACES, *EGRESS, *CALICO, *CILIUM, *ACROSS, *UNREAD]


def confirmed(example: Counterexample, before: PolicySet, after: PolicySet) -> bool:
    """Whether the plain interpreter sees the effect under readings that are to be compared."""
    left, right = interpretations(before), interpretations(after)
    questions = zip(left, right, strict=True) if len(left) == len(right) else itertools.product(left, right)
    wanted = (False, True) if example.effect is Verdict.LOOSER else (True, False)
    point = example.point
    return any((decide(before, point, r).allowed, decide(after, point, s).allowed) == wanted for r, s in questions)


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case.title)
def test_pair(case: Pair) -> None:
    """The verdict is as said, in both directions, and every counterexample is real."""
    engines = {"source_engine": case.engines[0], "target_engine": case.engines[1]}
    result = translate.verify(case.before, case.after, **engines)
    assert result.proof.verdict.value == case.verdict, result.proof
    shown = [x.effect.value for x in result.proof.counterexamples]
    assert shown == {"mixed": ["looser", "tighter"], "looser": ["looser"], "tighter": ["tighter"]}.get(case.verdict, [])
    assert all(confirmed(x, result.before, result.after) for x in result.proof.counterexamples)
    swapped = {"source_engine": case.engines[1], "target_engine": case.engines[0]}
    opposite = {"looser": "tighter", "tighter": "looser"}.get(case.verdict, case.verdict)
    assert translate.verify(case.after, case.before, **swapped).proof.verdict.value == opposite


def test_there_are_enough_pairs() -> None:
    """Titles are told apart, and every verdict is wanted by some pair."""
    assert len({case.title for case in PAIRS}) == len(PAIRS) == 116
    assert {case.verdict for case in PAIRS} == {verdict.value for verdict in Verdict}


SMALL = [
    (source(pods(term("k", "NotIn", "a"))), source(pods(term("k", "NotIn", "a"), term("k", "Exists"))), ((), ())),
    (source(A), source(B), ((), (("app", "b"),))),
    (source(PODS), source(pods(a="1", b="2")), ((), ())),
    (SHUT, kube([], podSelector={"matchLabels": {"app": "a"}}), ((), ())),
    ([], kube([], podSelector={"matchLabels": {"no": "body", "who": "is"}}), ((("no", "body"), ("who", "is")), ())),
]


@pytest.mark.parametrize(("before", "after", "labels"), SMALL)
def test_counterexamples_carry_no_label_too_many(before: Any, after: Any, labels: Any) -> None:
    """The labels of the subject and of the peer are just those that the difference needs."""
    sides = [item if isinstance(item, list) else [item] for item in (before, after)]
    point = translate.verify(*sides).proof.counterexamples[0].point
    assert (point.subject.labels, point.peer.labels if point.peer else ()) == labels
    assert point.subject.namespace_labels == ()
    assert point.names == frozenset()
    assert point.direction is Direction.INGRESS


def test_a_difference_of_other_namespaces_shows_two_of_them() -> None:
    """The peer of a witness in another namespace is in another one indeed, unmentioned here."""
    (example,) = translate.verify([source(A)], [source({**ANYWHERE, **A})]).proof.counterexamples
    assert example.point.peer_class is PeerClass.POD_OTHER
    assert example.point.subject.namespace == "x"
    assert example.point.peer is not None
    assert example.point.peer.namespace not in ("x", "")
    assert example.point.peer.labels == (("app", "a"),)


def test_a_policy_set_without_policies_is_compared_by_the_engine_of_the_other() -> None:
    """Both directions of ``prove`` agree that a set is the same as itself."""
    for documents in ([SHUT], [calico(act("Deny"))], [cilium({})]):
        policies = translate.load(documents)
        assert prove(policies, policies).verdict is Verdict.SAME
        assert prove(policies, PolicySet(policies.semantics, ())).verdict is Verdict.LOOSER


def test_a_protocol_that_is_mentioned_does_not_stand_for_all_the_others() -> None:
    """GRE is named and ESP is not: all that is named together is not everything."""
    everyone: tuple[Peer, ...] = (Anyone(),)

    def of(*protocols: int | None) -> PolicySet:
        rules = tuple(Rule(Action.ALLOW, everyone, (Traffic(protocol),)) for protocol in protocols)
        whole = Policy(
            Identity("NetworkPolicy", "x", "p"), Subject(OWN_NAMESPACE, EVERYTHING), Section(True, rules), None
        )
        return PolicySet(semantics.CALICO, (whole,))

    named = (TCP, UDP, SCTP, ICMP, ICMPV6, 47)
    (example,) = prove(of(*named), of(None)).counterexamples
    assert example.effect is Verdict.LOOSER
    assert example.point.protocol not in named


def test_service_accounts_are_told_apart_or_not_compared() -> None:
    """Calico's label for the service account of a pod is no pod label, and no reason to crash."""
    sides = [[calico(selector=f"projectcalico.org/serviceaccount == '{name}'")] for name in ("a", "b")]
    assert translate.verify(*sides).proof.verdict in (Verdict.MIXED, Verdict.UNDECIDED)
