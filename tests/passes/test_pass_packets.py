"""What rules say of packets beside protocol and destination port."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.passes.fitting import Outcome, form, policies, rule, run, target_for
from translate.core.diagnostics import Report
from translate.model.edit import with_rules
from translate.model.policy import Rule
from translate.model.traffic import PROTOCOL_NAMES, TCP, UDP, IcmpType, PortRange, Traffic
from translate.plan.passes import packets


def spec(match: str, action: str = "Allow") -> str:
    """A policy of one rule."""
    return f"types: [Ingress], ingress: [{{action: {action}, {match}}}]"


PODS = "pods has x of the own namespace"
SAYABLE = [
    "protocol: TCP, destination: {ports: [80]}",
    "protocol: 47",
    "source: {selector: has(x)}",
]
ONLY_CALICO = [
    # match, what loses access in Kubernetes
    ("protocol: TCP, source: {ports: [1000]}", "packets from certain source ports"),
    ("protocol: ICMP, icmp: {type: 8}", "ICMP messages of certain types"),
    ("protocol: ICMP, icmp: {type: 8, code: 1}", "ICMP messages of certain types"),
    ("http: {methods: [GET]}", "HTTP requests that a layer 7 rule lets through"),
    ("protocol: ICMP, notICMP: {type: 8}", "ICMP messages of all types but some"),
    ("protocol: TCP, source: {notPorts: [80]}", "packets from all source ports but some"),
    ("protocol: TCP, destination: {notPorts: [http]}", "packets to all ports but one that has a name"),
    ("protocol: TCP, destination: {ports: [http], notPorts: [80]}", "packets to all ports but one that has a name"),
    ("ipVersion: 4, source: {selector: has(x)}", "pods over IPv4"),
    ("ipVersion: 6, source: {selector: has(x)}", "pods over IPv6"),
]
REWRITTEN = [
    # match, rules for Kubernetes
    # ports that are left out are the ranges around them
    ("protocol: TCP, destination: {notPorts: [80]}", [rule(["anyone"], ["TCP 1-79", "TCP 81-65535"])]),
    ("protocol: UDP, destination: {notPorts: ['1:79', 443]}", [rule(["anyone"], ["UDP 80-442", "UDP 444-65535"])]),
    ("protocol: TCP, destination: {notPorts: ['1:65534']}", [rule(["anyone"], ["TCP 65535"])]),
    ("protocol: TCP, destination: {notPorts: ['2:65535']}", [rule(["anyone"], ["TCP 1"])]),
    ("protocol: TCP, destination: {ports: ['80:90'], notPorts: ['85:95']}", [rule(["anyone"], ["TCP 80-84"])]),
    ("protocol: TCP, destination: {ports: ['80:90'], notPorts: [85]}", [rule(["anyone"], ["TCP 80-84", "TCP 86-90"])]),
    ("protocol: TCP, destination: {ports: [80], notPorts: [80]}", []),
    ("protocol: TCP, destination: {ports: [80], notPorts: [81]}", [rule(["anyone"], ["TCP 80"])]),
    # a protocol that is left out where another is asked for says nothing
    ("protocol: UDP, notProtocol: TCP", [rule(["anyone"], ["UDP"])]),
    ("protocol: TCP, notProtocol: TCP", []),
    # a family is the ranges of that family
    ("ipVersion: 4", [rule(["0.0.0.0/0"])]),
    ("ipVersion: 6, protocol: TCP, destination: {ports: [80]}", [rule(["::/0"], ["TCP 80"])]),
    ("ipVersion: 4, source: {nets: [10.0.0.0/8, 11.0.0.0/8]}", [rule(["10.0.0.0/8", "11.0.0.0/8"])]),
    ("ipVersion: 4, source: {nets: [10.0.0.0/8], selector: has(x)}", [rule([f"({PODS}) and (10.0.0.0/8)"])]),
]


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize("match", SAYABLE)
def test_what_all_can_say_is_left_alone(match: str, to: str) -> None:
    assert run(packets.run, policies("calico", spec(match)), to).untouched


@pytest.mark.parametrize("match", [match for match, *_ in (*ONLY_CALICO, *REWRITTEN)])
def test_calico_says_all_of_it(match: str) -> None:
    assert run(packets.run, policies("calico", spec(match)), "calico").untouched


@pytest.mark.parametrize(("match", "what"), ONLY_CALICO)
def test_dropped(match: str, what: str) -> None:
    outcome = run(packets.run, policies("calico", spec(match)), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=[])], ["NPT509 tighter"])
    assert outcome.said == [
        f"{_lost(what)} the pods of NetworkPolicy/shop/p: a Kubernetes NetworkPolicy cannot say them"
    ]


def _lost(what: str) -> str:
    return f"{what} {'lose access to' if what.startswith('pods') else 'no longer reach'}"


@pytest.mark.parametrize(("match", "rules"), REWRITTEN)
def test_rewritten(match: str, rules: list[dict]) -> None:
    outcome = run(packets.run, policies("calico", spec(match)), "kubernetes")
    assert (outcome.forms, outcome.codes) == ([form("all", ingress=rules)], [])


def test_a_protocol_that_is_left_out_leaves_the_others_that_have_a_word() -> None:
    outcome = run(packets.run, policies("calico", spec("notProtocol: TCP")), "kubernetes")
    assert (outcome.forms, outcome.codes) == (
        [form("all", ingress=[rule(["anyone"], ["UDP", "SCTP"])])],
        ["NPT509 tighter"],
    )
    assert outcome.said == [
        "packets of other protocols than TCP, UDP and SCTP (ping among them) no longer reach the pods of "
        "NetworkPolicy/shop/p: a Kubernetes NetworkPolicy cannot say them"
    ]


@pytest.mark.parametrize(("match", "what"), [row for row in ONLY_CALICO if "http" not in row[0]])
def test_a_deny_rule_cannot_be_cut_that_way(match: str, what: str) -> None:
    """Such rules do not get here for Kubernetes; wherever they do, who they stop must not get in."""
    outcome = run(packets.run, policies("calico", spec(match, "Deny")), "kubernetes")
    assert outcome.codes == ["NPT210"]
    assert outcome.said == [f"{what} of a Deny rule have no counterpart in a Kubernetes NetworkPolicy"]


def test_layer_7_of_calico_stays_in_calico_only() -> None:
    given = policies("calico", spec("http: {methods: [GET]}"))
    assert run(packets.run, given, "calico").untouched
    assert run(packets.run, given, "cilium").codes == ["NPT509 tighter"]


BUT_SOME = [
    # what is left out, rules for Calico, what loses access
    ((Traffic(TCP),), ["any but TCP"], ""),
    (
        (Traffic(TCP), Traffic(UDP)),
        ["SCTP", "ICMP", "ICMPv6"],
        "packets of other protocols than TCP, UDP, SCTP and ICMP",
    ),
    ((Traffic(icmp=IcmpType(8)), Traffic(icmp=IcmpType(3))), [], "ICMP messages of all types but several"),
    ((Traffic(TCP, PortRange(80, 80)),), [], "packets of all protocols but some ports of one"),
    (
        (Traffic(excluding=(Traffic(port=PortRange(80, 80)),)),),
        [],
        "packets with two port names, or two ICMP types, at once",
    ),
]


@pytest.mark.parametrize(("excluding", "left", "lost"), BUT_SOME)
def test_calico_leaves_out_one_of_a_sort(excluding: tuple[Traffic, ...], left: list[str], lost: str) -> None:
    """A rule has one notProtocol and one notICMP, and what it leaves out has no exceptions of its own."""
    given = policies("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all]}]")

    def but_some(one: Rule) -> list[Rule]:
        return [replace(one, traffic=(Traffic(excluding=excluding),))]

    changed = replace(given, policies=tuple(with_rules(policy, but_some) for policy in given.policies))
    outcome = run(packets.run, changed, "calico")
    (policy,) = outcome.after
    assert policy.ingress is not None
    said = [item for one in policy.ingress.rules for item in one.traffic]
    names = [PROTOCOL_NAMES[item.protocol] if item.protocol is not None else "any but TCP" for item in said]
    assert names == left
    assert all(lost in message for message in outcome.said)
    assert bool(outcome.said) is bool(lost)


NAMED = [
    ("protocol: TCP, destination: {ports: [http]}", "packets to the port called http"),
    ("protocol: TCP, destination: {notPorts: [http]}", "packets to all ports but one that has a name"),
]


@pytest.mark.parametrize(("match", "lost"), NAMED)
@pytest.mark.parametrize("to", ["calico", "kubernetes"])
def test_names_of_ports_need_a_word(match: str, lost: str, to: str) -> None:
    """Whatever else the target can leave out; a Deny of them is refused."""
    for action, code in (("Allow", "NPT509 tighter"), ("Deny", "NPT210")):
        given, report = policies("calico", spec(f"{match}", action)), Report()
        target = target_for(to, given)
        can = replace(target.can, port_names=False)
        after = packets.run(given.policies, replace(target, can=can), report)
        found = Outcome(given.policies, after, report)
        assert (found.codes, found.said[0].startswith(lost)) == ([code], True)
        assert found.forms == [form("all", ingress=[])]


DNS = (
    "endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53', protocol: UDP}], "
    "rules: {dns: [{matchName: a.example.com}]}}]}]"
)


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_without_a_rule_for_dns_names_stop_resolving(to: str) -> None:
    outcome = run(packets.run, policies("cilium", DNS), to)
    assert outcome.codes == ["NPT509 tighter"]
    (said,) = outcome.said
    assert said.startswith("DNS queries that a layer 7 rule lets through no longer leave the pods of ")
    assert said.endswith("cannot say which names may be asked for, so by this rule the pods resolve no name any more")


@pytest.mark.parametrize(
    ("section", "protocol", "rules", "way"),
    [
        ("egress", "UDP", "dns: [{matchName: a.example.com}]", "from"),
        ("ingress", "TCP", "http: [{method: GET}]", "to"),
    ],
)
def test_what_gets_through_unasked_says_which_way(section: str, protocol: str, rules: str, way: str) -> None:
    ports = f"{{ports: [{{port: '53', protocol: {protocol}}}], rules: {{{rules}}}}}"
    given = policies("cilium", f"endpointSelector: {{}}, {section}: [{{toPorts: [{ports}]}}]")
    outcome = run(packets.run, given, "kubernetes", loosen=True)
    assert outcome.said == [
        f"whatever is asked on layer 7 gets through {way} the pods of CiliumNetworkPolicy/shop/p on its ports"
    ]


AUTHENTICATED = "endpointSelector: {}, ingress: [{authentication: {mode: required}, fromEndpoints: [{}]}]"


@pytest.mark.parametrize(
    ("loosen", "said"),
    [
        (
            False,
            "connections of peers that prove who they are no longer reach the pods of CiliumNetworkPolicy/shop/p: "
            "a Kubernetes NetworkPolicy asks for no authentication",
        ),
        (
            True,
            "peers that do not prove who they are get through to the pods of CiliumNetworkPolicy/shop/p on its ports",
        ),
    ],
)
def test_authentication_is_no_request(loosen: bool, said: str) -> None:
    outcome = run(packets.run, policies("cilium", AUTHENTICATED), "kubernetes", loosen=loosen)
    assert outcome.said == [said]


def test_a_target_that_asks_for_requests_otherwise_is_not_said_to_lack_them() -> None:
    to_cilium = run(packets.run, policies("calico", spec("http: {methods: [GET]}")), "cilium")
    http = "{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET}]}}"
    given = policies("cilium", f"endpointSelector: {{}}, ingress: [{{toPorts: [{http}]}}]")
    to_calico = run(packets.run, given, "calico")
    for outcome in (to_cilium, to_calico):
        (said,) = outcome.said
        assert said.startswith("HTTP requests that a layer 7 rule lets through no longer reach the pods of ")
        assert said.endswith(" asks for requests in other words, which are not translated")
