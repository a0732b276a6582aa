"""What selectors of Calico rules mean by NetworkSets, GlobalNetworkSets and HostEndpoints, which all have labels."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import (
    DEFAULT,
    WEB,
    Allowed,
    End,
    Packet,
    X,
    account,
    allowed,
    calico,
    everything,
    expected,
    nothing,
    others,
    peers,
)
from translate.api.support import load
from translate.core.diagnostics import InputError, UnsupportedError
from translate.model.policy import Direction
from translate.prover.point import PeerClass, Pod

OUT, NODE = PeerClass.OUTSIDE, PeerClass.OTHER_NODE
LIVE = (("env", "p"),)
ENDS = {
    "own x": End(PeerClass.POD_SAME, Pod("shop", (), X, WEB), "10.244.0.1"),
    "own bare": End(PeerClass.POD_SAME, Pod("shop", (), (), DEFAULT), "10.244.0.2"),
    "live x": End(PeerClass.POD_OTHER, Pod("live", LIVE, X, account("web")), "10.244.0.3"),
    "live bare": End(PeerClass.POD_OTHER, Pod("live", LIVE, (), DEFAULT), "10.244.0.4"),
    "own set x": End(OUT, None, "198.51.100.7"),
    "own set bare": End(OUT, None, "198.51.101.7"),
    "live set x": End(OUT, None, "198.51.102.7"),
    "live set bare": End(OUT, None, "198.51.103.7"),
    "global x": End(OUT, None, "192.0.2.7"),
    "global bare": End(OUT, None, "2001:db8:1::7"),
    "host x": End(NODE, None, "172.18.0.3"),
    "host bare": End(NODE, None, "172.18.0.4"),
    "node": End(NODE, None, "172.18.0.5"),
    "outside": End(OUT, None, "8.8.8.8"),
}
PACKETS = {"tcp 80": Packet(6, 80), "icmp": Packet(1, icmp=(8, 0))}
V3 = "apiVersion: projectcalico.org/v3"


def namespace(name: str, labels: str = "") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def addresses(kind: str, meta: str, labels: str, spec: str) -> str:
    return f"{V3}\nkind: {kind}\nmetadata: {{{meta}, labels: {{{labels}}}}}\nspec: {{{spec}}}\n"


CLUSTER = [
    namespace("shop"),
    namespace("live", "env: p"),
    addresses("NetworkSet", "name: x, namespace: shop", "app: x", "nets: [198.51.100.0/24]"),
    addresses("NetworkSet", "name: bare, namespace: shop", "", "nets: [198.51.101.7]"),
    addresses("NetworkSet", "name: x, namespace: live", "app: x", "nets: [198.51.102.99/24]"),
    addresses("NetworkSet", "name: bare, namespace: live", "", "nets: [198.51.103.0/25, 198.51.103.128/25]"),
    addresses("GlobalNetworkSet", "name: x", "app: x", "nets: [192.0.2.0/24]"),
    addresses("GlobalNetworkSet", "name: bare", "", "nets: ['2001:db8:1::/48']"),
    addresses("HostEndpoint", "name: x", "app: x", "node: n1, interfaceName: '*', expectedIPs: [172.18.0.3]"),
    addresses("HostEndpoint", "name: bare", "", "node: n2, interfaceName: eth0, expectedIPs: [172.18.0.4]"),
    addresses("HostEndpoint", "name: blind", "app: x", "node: n3, interfaceName: eth0"),
]
OWN_X, OWN_BARE = ("own x", "own set x"), ("own bare", "own set bare")
LIVE_X, LIVE_BARE = ("live x", "live set x"), ("live bare", "live set bare")
OWN, PLACED = (*OWN_X, *OWN_BARE), (*OWN_X, *OWN_BARE, *LIVE_X, *LIVE_BARE)
FREE_X, FREE_BARE = ("global x", "host x"), ("global bare", "host bare")
FREE = (*FREE_X, *FREE_BARE)
ALL_X, ALL_BARE = (*OWN_X, *LIVE_X, *FREE_X), (*OWN_BARE, *LIVE_BARE, *FREE_BARE)
PODS = ("own x", "own bare", "live x", "live bare")
SETS = tuple(name for name in PLACED if "set" in name)

ENTITIES = [
    # an entity rule, what it matches in a NetworkPolicy of namespace shop and in a GlobalNetworkPolicy
    ("", everything, everything),
    ("selector: all()", peers(*OWN), peers(*PLACED, *FREE)),
    ("selector: \"app == 'x'\"", peers(*OWN_X), peers(*ALL_X)),
    ("selector: \"app != 'x'\"", peers(*OWN_BARE), peers(*ALL_BARE)),
    ("selector: '!has(app)'", peers(*OWN_BARE), peers(*ALL_BARE)),
    ("notSelector: \"app == 'x'\"", peers(*OWN_BARE), others(*ALL_X)),
    ("notSelector: has(app)", peers(*OWN_BARE), others(*ALL_X)),
    ("notSelector: all()", nothing, peers("node", "outside")),
    ("selector: all(), notSelector: \"app == 'x'\"", peers(*OWN_BARE), peers(*ALL_BARE)),
    ("namespaceSelector: all()", peers(*PLACED), peers(*PLACED)),
    ("namespaceSelector: \"env == 'p'\"", *[peers(*LIVE_X, *LIVE_BARE)] * 2),
    ("namespaceSelector: \"env != 'p'\"", *[peers(*OWN, *FREE)] * 2),
    ("namespaceSelector: '!has(env)'", *[peers(*OWN, *FREE)] * 2),
    ("namespaceSelector: \"has(env) || env != 'p'\"", *[peers(*PLACED, *FREE)] * 2),
    ("namespaceSelector: \"all() && env != 'p'\"", *[peers(*OWN)] * 2),
    ("namespaceSelector: \"projectcalico.org/name == 'live'\"", *[peers(*LIVE_X, *LIVE_BARE)] * 2),
    ("namespaceSelector: \"projectcalico.org/name != 'live'\"", *[peers(*OWN, *FREE)] * 2),
    ("namespaceSelector: global()", *[peers(*FREE)] * 2),
    ("namespaceSelector: global(), selector: \"app == 'x'\"", *[peers(*FREE_X)] * 2),
    ("namespaceSelector: global(), notSelector: \"app == 'x'\"", *[peers(*FREE_BARE)] * 2),
    ("namespaceSelector: all(), selector: \"app == 'x'\"", *[peers(*OWN_X, *LIVE_X)] * 2),
    ("namespaceSelector: all(), notSelector: \"app == 'x'\"", *[peers(*OWN_BARE, *LIVE_BARE)] * 2),
    # labels that Calico gives: sets have a namespace, hosts have none, and only pods are Kubernetes' and have accounts
    ("selector: \"projectcalico.org/orchestrator == 'k8s'\"", peers("own x", "own bare"), peers(*PODS)),
    ("selector: '!has(projectcalico.org/orchestrator)'", peers("own set x", "own set bare"), peers(*SETS, *FREE)),
    ("selector: has(projectcalico.org/namespace)", peers(*OWN), peers(*PLACED)),
    ("selector: \"projectcalico.org/namespace == 'live'\"", nothing, peers(*LIVE_X, *LIVE_BARE)),
    ("selector: \"pcns.env == 'p'\"", nothing, peers(*LIVE_X, *LIVE_BARE)),
    ("selector: \"pcns.env != 'p'\"", peers(*OWN), peers(*OWN, *FREE)),
    # service accounts: names mean pods, a selector means what it is true of
    ("serviceAccounts: {}", everything, everything),
    ("serviceAccounts: {names: [web]}", peers("own x"), peers("own x", "live x")),
    ("serviceAccounts: {selector: \"team == 'a'\"}", peers("own x"), peers("own x")),
    ("serviceAccounts: {selector: all()}", peers(*OWN), peers(*PLACED, *FREE)),
    (
        "serviceAccounts: {selector: \"team != 'a'\"}",
        peers("own bare", "own set x", "own set bare"),
        peers(*SETS, *FREE, "own bare", "live x", "live bare"),
    ),
    ("serviceAccounts: {names: [web], selector: '!has(team)'}", nothing, peers("live x")),
    ("serviceAccounts: {names: [web]}, namespaceSelector: all()", *[peers("own x", "live x")] * 2),
    # addresses and labels: both
    ("nets: [198.51.0.0/16]", *[peers(*SETS)] * 2),
    ("nets: [198.51.0.0/16], selector: \"app == 'x'\"", peers("own set x"), peers("own set x", "live set x")),
    ("notNets: [198.51.0.0/16], selector: \"app == 'x'\"", peers("own x"), peers("own x", "live x", *FREE_X)),
    (
        "nets: [198.51.0.0/16], notSelector: \"app == 'x'\"",
        peers("own set bare"),
        peers("own set bare", "live set bare"),
    ),
    ("nets: [172.18.0.0/16], namespaceSelector: global()", *[peers("host x", "host bare")] * 2),
]


@pytest.mark.parametrize(("entity", "own", "everywhere"), ENTITIES, ids=[row[0] or "nothing" for row in ENTITIES])
@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy"])
def test_whom_a_rule_means(kind: str, entity: str, own: Allowed, everywhere: Allowed) -> None:
    rule = own if kind == "NetworkPolicy" else everywhere
    wanted = expected(rule, own_node_is_in=False, ends=ENDS, packets=PACKETS)
    into = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, source: {{{entity}}}}}]")
    out = calico(kind, f"types: [Egress], egress: [{{action: Allow, destination: {{{entity}}}}}]")
    assert allowed("---\n".join([*CLUSTER, into]), Direction.INGRESS, ENDS, PACKETS) == wanted
    assert allowed("---\n".join([*CLUSTER, out]), Direction.EGRESS, ENDS, PACKETS) == wanted


COVERS = addresses("GlobalNetworkSet", "name: wide", "app: x", "nets: [10.244.0.2/32]")
SHARED = [
    # kind, entity, whether it means a pod without labels whose address is in a set that has app=x
    ("NetworkPolicy", "notSelector: \"app == 'x'\"", True),
    ("NetworkPolicy", "selector: \"app == 'x'\"", False),
    ("GlobalNetworkPolicy", "notSelector: \"app == 'x'\"", False),
    ("GlobalNetworkPolicy", "selector: all(), notSelector: \"app == 'x'\"", True),
    ("GlobalNetworkPolicy", "selector: \"app == 'x'\"", True),
    ("GlobalNetworkPolicy", "selector: '!has(app)'", True),
]


@pytest.mark.parametrize(("kind", "entity", "meant"), SHARED)
def test_an_address_of_two_owners(kind: str, entity: str, meant: bool) -> None:
    """A selector means whoever of the owners matches; the opposite alone in a global policy is asked of the address."""
    ends = {"own bare": ENDS["own bare"]}
    into = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, source: {{{entity}}}}}]")
    wanted = expected(everything if meant else nothing, own_node_is_in=False, ends=ends)
    assert allowed("---\n".join([COVERS, into]), Direction.INGRESS, ends) == wanted


SET_OF_LIVE = addresses("NetworkSet", "name: s, namespace: live", "app: x", "nets: [198.51.102.0/24]")
UNTOLD = [
    # kind, entity, whether the labels of the namespace live must be known
    ("NetworkPolicy", "selector: \"app == 'x'\"", False),
    ("NetworkPolicy", "namespaceSelector: all()", False),
    ("NetworkPolicy", "namespaceSelector: global()", False),
    ("NetworkPolicy", "namespaceSelector: \"projectcalico.org/name == 'live'\"", False),
    ("NetworkPolicy", "namespaceSelector: \"env == 'p'\"", True),
    ("NetworkPolicy", "namespaceSelector: \"env != 'p'\"", True),
    ("NetworkPolicy", "namespaceSelector: \"env == 'p'\", selector: \"app == 'y'\"", False),
    ("NetworkPolicy", "namespaceSelector: \"env == 'p' || all()\"", False),
    ("NetworkPolicy", "selector: \"pcns.env == 'p'\"", False),
    ("GlobalNetworkPolicy", "selector: \"app == 'x'\"", False),
    ("GlobalNetworkPolicy", "selector: \"pcns.env == 'p'\"", True),
    ("GlobalNetworkPolicy", "notSelector: \"pcns.env == 'p'\"", True),
    ("GlobalNetworkPolicy", "namespaceSelector: has(env)", True),
]


@pytest.mark.parametrize(("kind", "entity", "needed"), UNTOLD)
def test_labels_of_a_namespace_that_must_be_known(kind: str, entity: str, needed: bool) -> None:
    """Whether a set is meant must follow from the input, or the policy is refused."""
    into = calico(kind, f"types: [Ingress], ingress: [{{action: Allow, source: {{{entity}}}}}]")
    told = "---\n".join([namespace("live"), SET_OF_LIVE, into])
    assert load(told).sets[0].namespace_labels == ()
    untold = "---\n".join([SET_OF_LIVE, into])
    if not needed:
        assert load(untold).sets[0].namespace_labels is None
        return
    with pytest.raises(UnsupportedError) as caught:
        load(untold)
    (refusal,) = caught.value.refusals
    assert refusal.code == "NPT202"
    assert "labels of the namespace live, which are not in the input" in refusal.message


def test_what_a_set_holds() -> None:
    """Ranges are masked, bare addresses are ranges of one, and each is there once."""
    text = addresses(
        "GlobalNetworkSet", "name: g", "a: b", "nets: [10.9.9.9/8, 10.0.0.0/8, 192.0.2.7, '2001:DB8::1', 0.0.0.0/0]"
    )
    (found,) = load(text).sets
    assert found.blocks == ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::1/128", "0.0.0.0/0")
    assert (str(found.identity), found.labels) == ("GlobalNetworkSet/g", (("a", "b"),))


def test_named_ports_of_hosts_are_refused() -> None:
    host = addresses(
        "HostEndpoint",
        "name: h",
        "",
        "node: n1, interfaceName: eth0, ports: [{name: http, protocol: TCP, port: 80}]",
    )
    rule = "{action: Allow, protocol: TCP, destination: {ports: [%s]}}"
    for field, port, refused in (
        ("egress", "http", True),
        ("egress", "https", False),
        ("egress", "80", False),
        ("ingress", "http", False),
    ):
        policy = calico("NetworkPolicy", f"types: [{field.capitalize()}], {field}: [{rule % port}]")
        if refused:
            with pytest.raises(UnsupportedError, match="named ports of a HostEndpoint"):
                load(f"{host}---\n{policy}")
        else:
            load(f"{host}---\n{policy}")


SAME_NAMES = [
    [addresses("GlobalNetworkSet", "name: g", "", f"nets: [{net}]") for net in ("10.0.0.0/8", "11.0.0.0/8")],
    [addresses("HostEndpoint", "name: h", "", f"node: n1, interfaceName: {name}") for name in ("eth0", "eth1")],
    [calico("Tier", f"order: {order}", "name: t") for order in (1, 2)],
    [
        calico("GlobalNetworkPolicy", f"order: {order}, preDNAT: true, applyOnForward: true, types: [Ingress]")
        for order in (1, 2)
    ],
]


@pytest.mark.parametrize("documents", SAME_NAMES)
def test_two_objects_of_one_name_are_a_mistake(documents: list[str]) -> None:
    """In a cluster the later one replaces the earlier: what is meant cannot be told."""
    with pytest.raises(InputError, match="is in the input twice"):
        load("---\n".join(documents))
