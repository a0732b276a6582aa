"""What Cilium's policies ask beyond ports, and which other rules make up for it (Cilium documentation, layer 7 policies)."""

from __future__ import annotations

import pytest

import translate
from tests.dialects.verdicts import Packet, allowed, everything, expected, nothing, traffic
from tests.passes.fitting import documents, text
from tests.prover.points import conditions_of
from translate.api.support import load
from translate.core.diagnostics import UnsupportedError
from translate.model.conditions import Condition
from translate.model.policy import Direction

X = "{matchLabels: {app: x}}"
GET, POST = '{"http": {"method": "GET"}}', '{"http": {"method": "POST"}}'
CONDITIONS = [
    # what stands beside the port 80 of an egress element, the conditions
    ("rules: {http: []}", set()),
    ("rules: {http: [{}]}", {'{"http": {}}'}),
    ("rules: {http: [{method: GET}]}", {GET}),
    ("rules: {http: [{method: POST}, {method: GET}]}", {GET, POST}),
    ("rules: {http: [{headers: [B, A]}]}", {'{"http": {"headers": ["A", "B"]}}'}),
    ("rules: {dns: [{matchName: Example.com.}]}", {'{"dns": "example.com"}'}),
    ("rules: {dns: [{matchPattern: '*'}]}", {'{"dns": "*"}'}),
    ("serverNames: [a.example, b.example]", {'{"serverName": "a.example"}', '{"serverName": "b.example"}'}),
    ("terminatingTLS: {secret: {name: s}}", {'{"terminatingTLS": {"secret": {"name": "s"}}}'}),
    (
        "listener: {name: l, envoyConfig: {name: e}}",
        {'{"listener": {"envoyConfig": {"name": "e"}, "name": "l"}}'},
    ),
    (
        "terminatingTLS: {secret: {name: s}}, serverNames: [a], rules: {http: [{method: GET}]}",
        {'{"http": {"method": "GET"}, "serverName": "a", "terminatingTLS": {"secret": {"name": "s"}}}'},
    ),
]


@pytest.mark.parametrize(("beside", "conditions"), CONDITIONS)
def test_conditions(beside: str, conditions: set[str]) -> None:
    port = "toPorts: [{ports: [{port: '80', protocol: TCP}], " + beside + "}]"
    given = text("cilium", f"endpointSelector: {{}}, egress: [{{toEntities: [all], {port}}}]")
    found = conditions_of(load(given))
    assert {condition.said for condition in found} == conditions
    for holding in (frozenset[Condition](), *(frozenset({condition}) for condition in found)):
        freely = not found or any(condition.always_holds for condition in found)
        rule = traffic("tcp 80") if holding or freely else nothing
        passing = allowed(given, Direction.EGRESS, conditions=holding)
        assert passing == expected(rule, own_node_is_in=False)


ON_80 = "toPorts: [{ports: [{port: '80', protocol: TCP}]"
FREED = [
    # an allow beside GET on TCP 80 from app=x, whether it frees app=x on TCP 80
    (f"{{fromEndpoints: [{X}]}}", True),
    ("{fromEntities: [all]}", True),
    (f"{{{ON_80}}}]}}", True),
    ("{toPorts: [{ports: [{port: '79', endPort: 90, protocol: TCP}]}]}", True),
    (f"{{fromEndpoints: [{X}], toPorts: [{{ports: [{{port: '0'}}]}}]}}", True),
    (f"{{fromEntities: [all], {ON_80}, rules: {{http: [{{}}]}}}}]}}", True),
    ("{fromEntities: [world]}", False),
    ("{fromEntities: [all], toPorts: [{ports: [{port: '81', endPort: 90, protocol: TCP}]}]}", False),
    ("{fromEntities: [all], toPorts: [{ports: [{port: '80', protocol: UDP}]}]}", False),
    (f"{{fromEntities: [all], {ON_80}, rules: {{http: [{{method: PUT}}]}}}}]}}", False),
]


@pytest.mark.parametrize(("beside", "freed"), FREED)
@pytest.mark.parametrize("apart", [False, True])
def test_an_allow_that_asks_nothing_frees_a_packet_of_what_others_ask(beside: str, freed: bool, apart: bool) -> None:
    """Allows add up: those of one policy, and those of several (7.2)."""
    asking = f"{{fromEndpoints: [{X}], {ON_80}, rules: {{http: [{{method: GET}}]}}}}]}}"
    one = "endpointSelector: {}, ingress: [%s]"
    given = text("cilium", one % f"{asking}, {beside}")
    if apart:
        given = documents(text("cilium", one % asking), text("cilium", one % beside, "name: q, namespace: shop"))
    assert (("own x", "tcp 80") in allowed(given, Direction.INGRESS)) is freed


def test_a_network_policy_frees_a_packet_of_what_a_cilium_policy_asks() -> None:
    asking = text("cilium", f"endpointSelector: {{}}, ingress: [{{{ON_80}, rules: {{http: [{{method: GET}}]}}}}]}}]")
    beside = text(
        "kubernetes", f"podSelector: {{}}, ingress: [{{from: [{{podSelector: {X}}}]}}]", "name: q, namespace: shop"
    )
    found = allowed(documents(asking, beside), Direction.INGRESS)
    assert {peer for peer, packet in found if packet == "tcp 80"} == {"own x", "own node"}


NAMES_FREED = [
    # an allow beside names asked of UDP 80 to app=x, whether it frees app=x on UDP 80
    ("{toEntities: [all], toPorts: [{ports: [{port: '80', protocol: UDP}]}]}", True),
    ("{toEntities: [all], toPorts: [{ports: [{port: '80'}]}]}", True),
    (
        "{toEntities: [all], toPorts: [{ports: [{port: '80', protocol: UDP}], rules: {dns: [{matchPattern: '*'}]}}]}",
        True,
    ),
    (f"{{toEndpoints: [{X}]}}", False),
    ("{toEntities: [all], toPorts: [{ports: [{port: '0', protocol: UDP}]}]}", False),
    ("{toEntities: [all], toPorts: [{ports: [{port: '79', endPort: 80, protocol: UDP}]}]}", False),
    ("{toEntities: [all], toPorts: [{ports: [{port: dns, protocol: UDP}]}]}", False),
    ("{toEntities: [all], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}", False),
    ("{toEntities: [all], toPorts: [{ports: [{port: '80', protocol: UDP}], rules: {dns: [{matchName: b}]}}]}", False),
]


@pytest.mark.parametrize(("beside", "freed"), NAMES_FREED)
def test_the_dns_proxy_knows_the_rules_of_its_own_port_alone(beside: str, freed: bool) -> None:
    asking = f"{{toEndpoints: [{X}], toPorts: [{{ports: [{{port: '80', protocol: UDP}}], rules: {{dns: [{{matchName: a}}]}}}}]}}"
    given = text("cilium", f"endpointSelector: {{}}, egress: [{asking}, {beside}]")
    named = {"udp 80": Packet(17, 80, frozenset({(17, "dns")}))}
    assert (("own x", "udp 80") in allowed(given, Direction.EGRESS, packets=named)) is freed


@pytest.mark.parametrize(
    "asked",
    [
        "terminatingTLS: {secret: {name: s}}",
        "terminatingTLS: {secret: {name: s}}, rules: {http: [{method: GET}]}",
        "listener: {name: l, envoyConfig: {name: e}}",
    ],
)
def test_an_allow_frees_no_packet_of_tls_or_a_listener(asked: str) -> None:
    asking = f"{{toEndpoints: [{X}], {ON_80}, {asked}}}]}}"
    given = text("cilium", f"endpointSelector: {{}}, egress: [{asking}, {{toEntities: [all]}}]")
    conditions = conditions_of(load(given))
    assert ("own x", "tcp 80") not in allowed(given, Direction.EGRESS)
    assert ("own x", "tcp 81") in allowed(given, Direction.EGRESS)
    assert ("own x", "tcp 80") in allowed(given, Direction.EGRESS, conditions=conditions)


@pytest.mark.parametrize("rules", ["http: [{method: GET}]", "dns: [{matchName: a}]"])
def test_where_nothing_is_denied_by_default_proxies_let_everything_pass(rules: str) -> None:
    """Such an endpoint is given an allow for everything, and the rules one for every request and name (3.3)."""
    element = f"{{toPorts: [{{ports: [{{port: '80', protocol: TCP}}], rules: {{{rules}}}}}]}}"
    given = f"endpointSelector: {{}}, egress: [{element}], enableDefaultDeny: {{egress: %s}}"
    assert allowed(text("cilium", given % "false"), Direction.EGRESS) == expected(everything, own_node_is_in=False)
    assert allowed(text("cilium", given % "true"), Direction.EGRESS) == set()


@pytest.mark.parametrize(
    ("beside", "let_in"),
    [
        ("rules: {http: [{method: GET}]}", True),
        ("serverNames: [a.example]", True),
        ("terminatingTLS: {secret: {name: s}}", False),
        ("terminatingTLS: {secret: {name: s}}, rules: {http: [{method: GET}]}", False),
    ],
)
def test_the_proxy_lets_the_own_node_in(beside: str, let_in: bool) -> None:
    """It is told so (7.2, "Local host traffic"); a listener or a certificate is not the policy's to waive."""
    port = "toPorts: [{ports: [{port: '80', protocol: TCP}], " + beside + "}]"
    given = text("cilium", f"endpointSelector: {{}}, ingress: [{{{port}}}]")
    assert (("own node", "tcp 80") in allowed(given, Direction.INGRESS)) is let_in


def test_an_authentication_is_asked_of_the_own_node_as_well() -> None:
    given = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all], authentication: {mode: required}}]")
    assert ("own node", "tcp 80") not in allowed(given, Direction.INGRESS)


AUTHENTICATION = [
    # modes of elements of ingress from app=x, the conditions
    (("disabled",), set()),
    (("required",), {'{"authentication": "required"}'}),
    (("required", "required"), {'{"authentication": "required"}'}),
]


@pytest.mark.parametrize(("modes", "conditions"), AUTHENTICATION)
def test_authentication(modes: tuple[str, ...], conditions: set[str]) -> None:
    elements = ", ".join(f"{{fromEndpoints: [{X}], authentication: {{mode: {mode}}}}}" for mode in modes)
    policies = load(text("cilium", f"endpointSelector: {{}}, ingress: [{elements}]"))
    assert {condition.said for condition in conditions_of(policies)} == conditions


def test_an_authentication_that_always_fails() -> None:
    given = text(
        "cilium", "endpointSelector: {}, ingress: [{fromEntities: [all], authentication: {mode: test-always-fail}}]"
    )
    assert allowed(given, Direction.INGRESS) == expected(nothing, own_node_is_in=False)


SNI = f"{ON_80}, serverNames: [a.example]}}]"
TOGETHER = [
    # two specs, whether they are read together
    # TLS that one rule asks for is asked of the port, whoever opens it (7.2)
    (f"endpointSelector: {{}}, egress: [{{{SNI}}}]", f"endpointSelector: {X}, egress: [{{{ON_80}}}]}}]", False),
    (f"endpointSelector: {X}, egress: [{{{SNI}}}]", f"endpointSelector: {X}, egress: [{{toEntities: [all]}}]", True),
    (
        f"endpointSelector: {X}, egress: [{{{SNI}}}]",
        f"endpointSelector: {{matchLabels: {{app: z}}}}, egress: [{{{ON_80}}}]}}]",
        True,
    ),
    # which proxy would have the packet
    *(
        (
            f"endpointSelector: {{}}, egress: [{{{ON_80}, {wraps}}}]}}]",
            f"endpointSelector: {{}}, egress: [{{toEntities: [world], {SNI}}}]",
            False,
        )
        for wraps in ("terminatingTLS: {secret: {name: s}}", "listener: {name: l, envoyConfig: {name: e}}")
    ),
    (
        f"endpointSelector: {{}}, egress: [{{toFQDNs: [{{matchName: a}}], {ON_80}, terminatingTLS: {{secret: {{name: s}}}}}}]}}]",
        f"endpointSelector: {{}}, egress: [{{toEndpoints: [{{}}], {ON_80}, rules: {{http: [{{}}]}}}}]}}]",
        True,
    ),
    # whose rules the DNS proxy would have for a port that has a name
    (
        "endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchName: a}]}}]}]",
        "endpointSelector: {}, egress: [{toPorts: [{ports: [{port: dns, protocol: UDP}], rules: {dns: [{matchName: a}]}}]}]",
        False,
    ),
    (
        "endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53', protocol: TCP}], rules: {dns: [{matchName: a}]}}]}]",
        "endpointSelector: {}, egress: [{toPorts: [{ports: [{port: dns, protocol: UDP}], rules: {dns: [{matchName: a}]}}]}]",
        True,
    ),
]


@pytest.mark.parametrize(("one", "other", "read"), TOGETHER)
def test_policies_that_cilium_does_not_add_up_for_a_pod_are_refused(one: str, other: str, read: bool) -> None:
    given = documents(text("cilium", one), text("cilium", other, "name: q, namespace: shop"))
    if read:
        assert len(load(given).policies) == 2
        return
    with pytest.raises(UnsupportedError) as caught:
        load(given)
    assert [refusal.code for refusal in caught.value.refusals] == ["NPT202"]


ON_443 = "{toEntities: [all], toPorts: [{ports: [{port: '443', protocol: TCP}]%s}]}"
ASKED = [", serverNames: [a.example]", ", serverNames: [b.example]", ""]
NAMED = f"endpointSelector: {{}}, egress: [{', '.join(ON_443 % one for one in ASKED)}]"


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_server_names_beside_a_plain_allow_are_refused_and_nothing_else_is_said_of_them(to: str) -> None:
    """TLS is asked of all traffic to the port then (7.2), so it is not true that the names make no difference."""
    with pytest.raises(UnsupportedError) as caught:
        translate.convert(text("cilium", NAMED), to=to)
    told = [(one.code, one.origin.path[:3]) for one in caught.value.refusals]
    assert told == [("NPT202", ("spec", "egress", 0)), ("NPT202", ("spec", "egress", 1))]
    assert caught.value.losses == ()


def test_a_rule_that_is_not_read_is_not_called_contained_in_another() -> None:
    codes = [finding.code for finding in translate.check(text("cilium", NAMED)).findings]
    assert codes == ["NPT405"]
