"""Whom the literal YAML forms of Calico policies mean (Calico API reference): peers, conditions on the subject,
subjects; without address sets in the input.
"""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import (
    DEFAULT,
    PEERS,
    WEB,
    Allowed,
    allowed,
    both,
    calico,
    everything,
    expected,
    ipv4,
    nothing,
    others,
    own_pods,
    peers,
    pods,
)
from translate.api.support import load
from translate.dialects.calico import read_selector
from translate.dialects.calico.selector import parse
from translate.model.edit import rules_of
from translate.model.peers import Workloads
from translate.model.policy import Direction
from translate.model.selectors import And, Scope, atoms
from translate.prover.point import Pod

IPV4 = tuple(name for name in PEERS if ipv4(name, ""))
POD_ADDRESSES = tuple(name for name in PEERS if pods(name, ""))
X = ("own x", "prod x", "test x")
BARE = ("own bare", "prod bare", "plain bare")
LIVE = ("prod x", "prod bare")
O = "projectcalico.org/orchestrator == 'k8s'"  # noqa: E741

# an entity rule, what it matches in a NetworkPolicy of namespace shop and in a GlobalNetworkPolicy
# (no sets, no host endpoints in the cluster)
ENTITIES = [
    ("", everything, everything),
    ("selector: all()", own_pods, pods),
    ("selector: \"app == 'x'\"", peers("own x"), peers(*X)),
    ("selector: '!has(app)'", peers("own bare"), peers(*BARE)),
    ("selector: \"app != 'x'\"", peers("own bare"), peers(*BARE)),
    ("selector: \"app not in {'x', 'z'}\"", peers("own bare"), peers(*BARE)),
    ("selector: \"app in {'x', 'z'}\"", peers("own x"), peers(*X)),
    ("selector: 'app in {}'", nothing, nothing),
    ("selector: '!all()'", nothing, nothing),
    ("selector: \"app starts with 'x'\"", peers("own x"), peers(*X)),
    (f'selector: "{O}"', own_pods, pods),
    ("selector: \"projectcalico.org/orchestrator != 'k8s'\"", nothing, nothing),
    # the opposite of a match: of entities in a NetworkPolicy, of addresses in a global one
    ("notSelector: \"app == 'x'\"", peers("own bare"), others(*X)),
    ("notSelector: all()", nothing, others(*POD_ADDRESSES)),
    ("selector: all(), notSelector: \"app == 'x'\"", peers("own bare"), peers(*BARE)),
    ("selector: has(app), notSelector: \"app == 'x'\"", nothing, nothing),
    ("namespaceSelector: all(), notSelector: \"app == 'x'\"", peers(*BARE), peers(*BARE)),
    # namespaces
    ("namespaceSelector: all()", pods, pods),
    ("namespaceSelector: \"env == 'p'\"", peers(*LIVE), peers(*LIVE)),
    ("namespaceSelector: \"env != 'p'\"", *[peers("own x", "own bare", "test x", "plain bare")] * 2),
    ("namespaceSelector: \"all() && env != 'p'\"", *[peers("own x", "own bare", "test x", "plain bare")] * 2),
    ("namespaceSelector: '!all()'", nothing, nothing),
    ("namespaceSelector: global()", nothing, nothing),
    ("namespaceSelector: has(env)", *[peers("prod x", "prod bare", "test x")] * 2),
    ("namespaceSelector: \"projectcalico.org/name == 'live'\"", peers(*LIVE), peers(*LIVE)),
    ("namespaceSelector: \"kubernetes.io/metadata.name in {'live', 'test'}\"", *[peers(*LIVE, "test x")] * 2),
    ("namespaceSelector: \"env == 'p'\", selector: \"app == 'x'\"", peers("prod x"), peers("prod x")),
    ("namespaceSelector: all(), selector: \"app == 'x'\"", peers(*X), peers(*X)),
    # without a namespaceSelector a rule of a NetworkPolicy never leaves its namespace, whatever the selector says
    ("selector: \"projectcalico.org/namespace == 'live'\"", nothing, peers(*LIVE)),
    ("selector: \"projectcalico.org/namespace == 'shop'\"", own_pods, own_pods),
    ("selector: \"pcns.env == 'p'\"", nothing, peers(*LIVE)),
    ("selector: \"pcns.projectcalico.org/name == 'live'\"", nothing, peers(*LIVE)),
    ("selector: \"projectcalico.org/namespace == 'live'\", namespaceSelector: all()", *[peers(*LIVE)] * 2),
    ("selector: \"pcns.env == 'p' && app == 'x'\", namespaceSelector: all()", *[peers("prod x")] * 2),
    # service accounts
    ("serviceAccounts: {}", everything, everything),
    ("serviceAccounts: {names: [web]}", peers("own x"), peers("own x", "prod x")),
    ("serviceAccounts: {names: [web, default]}", own_pods, pods),
    ("serviceAccounts: {selector: \"team == 'a'\"}", peers("own x"), peers("own x")),
    ("serviceAccounts: {selector: \"team != 'a'\"}", peers("own bare"), others("own x", *IPV4[6:], "outside v6")),
    ("serviceAccounts: {selector: all()}", own_pods, pods),
    ("serviceAccounts: {names: [web], selector: \"team == 'a'\"}", peers("own x"), peers("own x")),
    ("serviceAccounts: {names: [default], selector: \"team == 'a'\"}", nothing, nothing),
    ("serviceAccounts: {names: [web]}, namespaceSelector: all()", *[peers("own x", "prod x")] * 2),
    ("serviceAccounts: {names: [web]}, selector: '!has(app)'", nothing, nothing),
    ("serviceAccounts: {names: [default]}, selector: \"app == 'x'\"", nothing, peers("test x")),
    ("selector: \"projectcalico.org/serviceaccount == 'web'\"", peers("own x"), peers("own x", "prod x")),
    ("selector: \"pcsa.team == 'a'\"", peers("own x"), peers("own x")),
    ("selector: '!has(pcsa.team)'", peers("own bare"), others("own x", *IPV4[6:], "outside v6")),
    ("selector: \"pcsa.projectcalico.org/name == 'web'\"", peers("own x"), peers("own x", "prod x")),
    # addresses, those of pods and nodes included, in any namespace; one family each
    ("nets: [0.0.0.0/0]", ipv4, ipv4),
    ("nets: ['::/0']", *[peers("outside v6")] * 2),
    ("nets: [10.0.0.0/8]", *[peers(*POD_ADDRESSES, "outside 10")] * 2),
    ("nets: [10.244.0.0/16, 203.0.113.10/32]", *[peers(*POD_ADDRESSES, "outside")] * 2),
    ("nets: [10.0.0.0/8], notNets: [10.244.0.0/16]", *[peers("outside 10")] * 2),
    ("nets: [10.244.0.0/16], notNets: [10.0.0.0/8]", nothing, nothing),
    ("nets: [10.244.0.0/16], notNets: [10.244.0.0/16]", nothing, nothing),
    ("notNets: [10.0.0.0/8]", *[peers("own node", "other node", "outside")] * 2),
    ("notNets: [10.0.0.0/8, 172.16.0.0/12]", *[peers("outside")] * 2),
    ("notNets: ['fd00::/8']", *[peers("outside v6")] * 2),
    ("notNets: ['2001:db8::/32']", nothing, nothing),
    ("nets: [10.244.0.0/31], selector: all()", peers("own x"), peers("own x")),
    ("nets: [10.244.0.0/29], selector: \"app == 'x'\"", peers("own x"), peers(*X)),
    ("notNets: [10.244.0.0/30], selector: all()", nothing, peers("prod bare", "test x", "plain bare")),
    ("nets: [10.0.0.0/8], notSelector: \"app == 'x'\"", peers("own bare"), peers(*BARE, "outside 10")),
    # empty fields impose nothing
    ("nets: [], notNets: [], ports: [], notPorts: []", everything, everything),
    ("selector: '', notSelector: '', namespaceSelector: ''", everything, everything),
]


@pytest.mark.parametrize(("entity", "own", "everywhere"), ENTITIES, ids=[row[0] or "nothing" for row in ENTITIES])
@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_peers(kind: str, entity: str, own: Allowed, everywhere: Allowed) -> None:
    rule = own if kind == "NetworkPolicy" else everywhere
    given = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, source: {{{entity}}}}}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)
    given = calico(kind, f"types: [Egress], egress: [{{action: Allow, destination: {{{entity}}}}}]")
    assert allowed(given, Direction.EGRESS) == expected(rule, own_node_is_in=False)


ON_THE_SUBJECT = [
    # an entity rule, whether it matches the subject (app=db of namespace shop, account web, 10.244.0.9, fd00:244::9)
    ("selector: \"app == 'db'\"", True, True),
    ("selector: \"app == 'x'\"", False, False),
    ("notSelector: \"app == 'db'\"", False, False),
    ("notSelector: \"app == 'x'\"", True, True),
    ("namespaceSelector: \"projectcalico.org/name == 'shop'\"", True, True),
    ("namespaceSelector: \"projectcalico.org/name == 'live'\"", False, False),
    ("namespaceSelector: global()", False, False),
    ("serviceAccounts: {names: [web]}", True, True),
    ("serviceAccounts: {names: [default]}", False, False),
    ("serviceAccounts: {selector: \"team == 'a'\"}", True, True),
    ("nets: [10.244.0.0/16]", True, False),
    ("nets: [10.245.0.0/16]", False, False),
    ("nets: ['fd00::/8']", False, True),
    ("nets: [10.245.0.0/16, 10.244.0.8/29]", True, False),
    ("notNets: [10.245.0.0/16]", True, False),
    ("notNets: [10.244.0.0/16]", False, False),
    ("nets: [10.244.0.0/16], notNets: [10.0.0.0/8]", False, False),
    ("nets: [10.244.0.0/16], selector: \"app == 'db'\"", True, False),
    ("nets: [10.244.0.0/16], selector: \"app == 'x'\"", False, False),
    ("nets: [10.244.0.0/16], notSelector: \"app == 'x'\"", True, False),
]


@pytest.mark.parametrize(("entity", "in_ipv4", "in_ipv6"), ON_THE_SUBJECT, ids=[row[0] for row in ON_THE_SUBJECT])
@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_what_a_rule_asks_of_its_subject(kind: str, entity: str, in_ipv4: bool, in_ipv6: bool) -> None:
    """Of both ends a packet has addresses of one family."""

    def rule(peer: str, traffic: str) -> bool:
        return in_ipv4 if ipv4(peer, traffic) else in_ipv6

    given = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, destination: {{{entity}}}}}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)
    given = calico(kind, f"types: [Egress], egress: [{{action: Allow, source: {{{entity}}}}}]")
    assert allowed(given, Direction.EGRESS) == expected(rule, own_node_is_in=False)


def test_both_ends_are_asked() -> None:
    given = calico(
        "NetworkPolicy",
        "types: [Ingress], ingress: [{action: Allow, source: {selector: \"app == 'x'\"}, destination: "
        "{selector: \"app == 'db'\"}}]",
    )
    assert allowed(given, Direction.INGRESS) == expected(both(own_pods, peers("own x")), own_node_is_in=True)


SUBJECTS = {
    "shop db": Pod("shop", (), (("app", "db"),), WEB),
    "shop bare": Pod("shop", (), (), DEFAULT),
    "live db": Pod("live", (("env", "p"),), (("app", "db"),), DEFAULT),
    "plain bare": Pod("plain", (), (), DEFAULT),
}
ALL, SHOP, DB, NOBODY = set(SUBJECTS), {"shop db", "shop bare"}, {"shop db", "live db"}, set[str]()
NP, GNP = "NetworkPolicy", "GlobalNetworkPolicy"
GOVERNED = [
    # kind, spec, the pods it governs, whether it governs host endpoints as well
    (NP, "", SHOP, False),
    (NP, "selector: all()", SHOP, False),
    (NP, "selector: \"app == 'db'\"", {"shop db"}, False),
    (NP, "selector: \"app == 'x'\"", NOBODY, False),
    (NP, "selector: '!all()'", NOBODY, False),
    (NP, f'selector: "{O}"', SHOP, False),
    (NP, "selector: \"projectcalico.org/namespace == 'shop'\"", SHOP, False),
    (NP, "selector: \"projectcalico.org/namespace != 'shop'\"", NOBODY, False),
    (NP, "selector: \"projectcalico.org/serviceaccount == 'web'\"", {"shop db"}, False),
    (NP, "selector: has(pcsa.team)", {"shop db"}, False),
    (NP, "serviceAccountSelector: \"team == 'a'\"", {"shop db"}, False),
    (NP, "serviceAccountSelector: all()", SHOP, False),
    (NP, "selector: '!has(app)', serviceAccountSelector: \"team == 'a'\"", NOBODY, False),
    (GNP, "", ALL, True),
    (GNP, "selector: \"app == 'db'\"", DB, True),
    (GNP, "selector: '!all()'", NOBODY, False),
    (GNP, f'selector: "{O}"', ALL, False),
    (GNP, "selector: has(projectcalico.org/namespace)", ALL, False),
    (GNP, "selector: \"projectcalico.org/namespace == 'shop'\"", SHOP, False),
    (GNP, "selector: \"pcns.env == 'p'\"", {"live db"}, False),
    (GNP, "namespaceSelector: all()", ALL, False),
    (GNP, "namespaceSelector: \"env == 'p'\"", {"live db"}, False),
    (GNP, "namespaceSelector: \"env != 'p'\"", {*SHOP, "plain bare"}, True),
    (GNP, "namespaceSelector: \"all() && env != 'p'\"", {*SHOP, "plain bare"}, False),
    (GNP, "namespaceSelector: \"env != 'p'\", selector: all()", {*SHOP, "plain bare"}, False),
    (GNP, "namespaceSelector: \"env != 'p'\", selector: '!all()'", NOBODY, True),
    (GNP, "namespaceSelector: \"env == 'p'\", selector: \"app == 'db'\"", {"live db"}, False),
    (GNP, "serviceAccountSelector: \"team == 'a'\"", {"shop db"}, False),
    (GNP, "serviceAccountSelector: \"team != 'a'\"", ALL - {"shop db"}, True),
    (GNP, "serviceAccountSelector: all()", ALL, False),
    (GNP, "serviceAccountSelector: \"team != 'a'\", selector: all()", ALL - {"shop db"}, False),
    (GNP, "serviceAccountSelector: \"team != 'a'\", selector: '!all()'", NOBODY, True),
    (GNP, "namespaceSelector: all(), serviceAccountSelector: \"team == 'a'\"", {"shop db"}, False),
]


@pytest.mark.parametrize(("kind", "spec", "governed", "hosts"), GOVERNED)
def test_subjects(kind: str, spec: str, governed: set[str], hosts: bool) -> None:
    """``all()`` beside another selector of a global policy asks for a namespace, or for a service account."""
    given = calico(kind, f"types: [Ingress]{', ' * bool(spec)}{spec}")
    ends = {"outside": PEERS["outside"]}
    cut_off = {name for name, pod in SUBJECTS.items() if not allowed(given, Direction.INGRESS, ends, subject=pod)}
    assert cut_off == governed
    (policy,) = load(given).policies
    assert (policy.subject.hosts is not None) is hosts


def test_equal_selectors_are_read_once_and_each_keeps_its_place() -> None:
    selector = "once == 'a' && !(twice in {'b', 'c'} || has(thrice)) && four starts with 'd'"
    rule = f'{{action: Allow, source: {{selector: "{selector}"}}}}'
    given = "---\n".join(
        calico(NP, f"types: [Ingress], ingress: [{rule}, {rule}]").replace("name: p", f"name: p{number}")
        for number in range(10)
    )
    before = read_selector.parsed.cache_info().misses
    policies = load(given).policies
    assert read_selector.parsed.cache_info().misses - before <= 2, "this one, and what the policies are for"
    peers = [
        peer for policy in policies for rule in rules_of(policy) for peer in rule.peers if isinstance(peer, Workloads)
    ]
    assert len(peers) == 20
    for peer in peers:
        assert isinstance(peer.sets, And)
        for found in (peer.pods, peer.sets):
            read = parse(selector, Scope.POD, peer.origin.at("selector"))
            assert [(atom, atom.origin.place) for atom in atoms(found)] == [
                (atom, atom.origin.place) for atom in atoms(read)
            ]
            assert found == read
