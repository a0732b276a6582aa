"""What the literal YAML forms of a Calico NetworkPolicy mean (Calico API reference), and what is refused."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import (
    Allowed,
    allowed,
    both,
    everything,
    expected,
    nothing,
    own_pods,
    peers,
    pods,
    traffic,
)
from tests.passes.fitting import text
from translate.api.support import load
from translate.core.diagnostics import InputError, UnsupportedError
from translate.core.origin import spell
from translate.model.policy import Direction

IPV4 = (
    "own x", "own bare", "prod x", "prod bare", "test x", "plain bare", "own node", "other node", "outside", "outside 10",
)  # fmt: skip
POD_ADDRESSES = ("own x", "own bare", "prod x", "prod bare", "test x", "plain bare")
O = "projectcalico.org/orchestrator == 'k8s'"  # noqa: E741

# an entity rule, what it matches in a NetworkPolicy of namespace shop (no sets, no host endpoints in the cluster)
ENTITIES = [
    ("", everything),
    ("selector: all()", own_pods),
    ("selector: \"app == 'x'\"", peers("own x")),
    ("selector: '!has(app)'", peers("own bare")),
    ("selector: \"app != 'x'\"", peers("own bare")),
    ("selector: \"app not in {'x', 'z'}\"", peers("own bare")),
    ("selector: \"app in {'x', 'z'}\"", peers("own x")),
    ("selector: 'app in {}'", nothing),
    ("selector: '!all()'", nothing),
    ("selector: \"app starts with 'x'\"", peers("own x")),
    (f'selector: "{O}"', own_pods),
    ("selector: \"projectcalico.org/orchestrator != 'k8s'\"", nothing),
    ("namespaceSelector: all()", pods),
    ("namespaceSelector: \"env == 'p'\"", peers("prod x", "prod bare")),
    ("namespaceSelector: \"env != 'p'\"", peers("own x", "own bare", "test x", "plain bare")),
    ("namespaceSelector: \"all() && env != 'p'\"", peers("own x", "own bare", "test x", "plain bare")),
    ("namespaceSelector: has(env)", peers("prod x", "prod bare", "test x")),
    ("namespaceSelector: \"projectcalico.org/name == 'live'\"", peers("prod x", "prod bare")),
    ("namespaceSelector: \"kubernetes.io/metadata.name in {'live', 'test'}\"", peers("prod x", "prod bare", "test x")),
    ("namespaceSelector: \"env == 'p'\", selector: \"app == 'x'\"", peers("prod x")),
    ("namespaceSelector: all(), selector: \"app == 'x'\"", peers("own x", "prod x", "test x")),
    # without a namespaceSelector a rule never leaves its namespace, whatever the selector says
    ("selector: \"projectcalico.org/namespace == 'live'\"", nothing),
    ("selector: \"projectcalico.org/namespace == 'shop'\"", own_pods),
    ("selector: \"pcns.env == 'p'\"", nothing),
    ("selector: \"projectcalico.org/namespace == 'live'\", namespaceSelector: all()", peers("prod x", "prod bare")),
    ("selector: \"pcns.env == 'p' && app == 'x'\", namespaceSelector: all()", peers("prod x")),
    # addresses, those of pods and nodes included; one family each
    ("nets: [0.0.0.0/0]", peers(*IPV4)),
    ("nets: ['::/0']", peers("outside v6")),
    ("nets: [0.0.0.0/0, '::/0']", everything),
    ("nets: [10.0.0.0/8]", peers(*POD_ADDRESSES, "outside 10")),
    ("nets: [10.244.0.0/16, 203.0.113.10/32]", peers(*POD_ADDRESSES, "outside")),
    ("nets: [10.0.0.0/8], notNets: [10.244.0.0/16]", peers("outside 10")),
    ("nets: [10.244.0.0/16], notNets: [10.0.0.0/8]", nothing),
    ("notNets: [10.0.0.0/8]", peers("own node", "other node", "outside")),
    ("notNets: ['fd00::/8']", peers("outside v6")),
    ("notNets: [10.0.0.0/8, 'fd00::/8']", peers("own node", "other node", "outside", "outside v6")),
    ("notNets: [0.0.0.0/0]", nothing),
    # empty lists impose nothing
    ("nets: [], notNets: []", everything),
    ("selector: ''", everything),
]
TRAFFIC = [
    # fields of the rule, what it matches of everyone
    ("", everything),
    ("protocol: TCP", traffic("tcp 80", "tcp 81")),
    ("protocol: 6", traffic("tcp 80", "tcp 81")),
    ("protocol: '6'", traffic("tcp 80", "tcp 81")),
    ("protocol: UDP", traffic("udp 80", "udp 9")),
    ("protocol: 47", traffic("gre")),
    ("protocol: TCP, destination: {ports: [80]}", traffic("tcp 80")),
    ("protocol: TCP, destination: {ports: ['80']}", traffic("tcp 80")),
    ("protocol: TCP, destination: {ports: ['80:81']}", traffic("tcp 80", "tcp 81")),
    ("protocol: TCP, destination: {ports: [http]}", traffic("tcp 80")),
    ("protocol: UDP, destination: {ports: [http]}", traffic("udp 9")),
    ("protocol: TCP, destination: {ports: []}", traffic("tcp 80", "tcp 81")),
]
LISTS = [
    # rules in their order, what is let through
    ("{action: Allow}, {action: Deny}", everything),
    ("{action: Deny}, {action: Allow}", nothing),
    ("{action: Log}", nothing),
    ("{action: Log}, {action: Allow}", everything),
    ("{action: Pass}", everything),
    ("{action: Pass}, {action: Deny}", everything),
    (
        "{action: Deny, source: {selector: \"app == 'x'\"}}, {action: Allow, source: {selector: all()}}",
        peers("own bare"),
    ),
    ("{action: Allow, source: {selector: \"app == 'x'\"}}, {action: Deny}", peers("own x")),
]
TYPES = [
    # spec, whether ingress and egress are isolated: the defaults of calicoctl and of the API server
    ("selector: all()", True, False),
    ("egress: []", True, False),
    ("ingress: [], egress: [{action: Deny}]", False, True),
    ("ingress: [{action: Deny}], egress: []", True, False),
    ("egress: [{action: Deny}]", False, True),
    ("ingress: [{action: Deny}], egress: [{action: Deny}]", True, True),
    ("types: [], egress: [{action: Deny}]", False, True),
    ("types: [Ingress]", True, False),
    ("types: [Egress]", False, True),
    ("types: [Ingress, Egress]", True, True),
    ("types: [Ingress], egress: [{action: Deny}]", True, False),
]


@pytest.mark.parametrize(("entity", "rule"), ENTITIES, ids=[row[0] or "nothing" for row in ENTITIES])
def test_sources(entity: str, rule: Allowed) -> None:
    given = text("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{entity}}}}}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


@pytest.mark.parametrize(("entity", "rule"), ENTITIES, ids=[row[0] or "nothing" for row in ENTITIES])
def test_destinations(entity: str, rule: Allowed) -> None:
    given = text("calico", f"types: [Egress], egress: [{{action: Allow, destination: {{{entity}}}}}]")
    assert allowed(given, Direction.EGRESS) == expected(rule, own_node_is_in=False)


@pytest.mark.parametrize(("fields", "rule"), TRAFFIC, ids=[row[0] or "nothing" for row in TRAFFIC])
def test_traffic(fields: str, rule: Allowed) -> None:
    comma = ", " if fields else ""
    given = text("calico", f"types: [Ingress], ingress: [{{action: Allow{comma}{fields}}}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)
    given = text("calico", f"types: [Egress], egress: [{{action: Allow{comma}{fields}}}]")
    named = "http" in fields  # only pods have named ports
    assert allowed(given, Direction.EGRESS) == expected(both(rule, pods) if named else rule, own_node_is_in=False)


@pytest.mark.parametrize(("rules", "rule"), LISTS)
def test_the_first_match_decides(rules: str, rule: Allowed) -> None:
    given = text("calico", f"types: [Ingress], ingress: [{rules}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


@pytest.mark.parametrize(("spec", "ingress", "egress"), TYPES)
def test_types(spec: str, ingress: bool, egress: bool) -> None:
    given = text("calico", spec)
    assert allowed(given, Direction.INGRESS) == expected(nothing if ingress else everything, own_node_is_in=True)
    assert allowed(given, Direction.EGRESS) == expected(nothing if egress else everything, own_node_is_in=False)


ORDER = [
    # specs of policies a and b, what is let through in
    (
        "order: 1, types: [Ingress], ingress: [{action: Deny}]",
        "order: 2, types: [Ingress], ingress: [{action: Allow}]",
        nothing,
    ),
    (
        "order: 2, types: [Ingress], ingress: [{action: Deny}]",
        "order: 1, types: [Ingress], ingress: [{action: Allow}]",
        everything,
    ),
    (
        "types: [Ingress], ingress: [{action: Deny}]",
        "order: 1e9, types: [Ingress], ingress: [{action: Allow}]",
        everything,
    ),
    (
        "order: -1.5, types: [Ingress], ingress: [{action: Deny}]",
        "order: -1, types: [Ingress], ingress: [{action: Allow}]",
        nothing,
    ),
    ("types: [Ingress], ingress: [{action: Deny}]", "types: [Ingress], ingress: [{action: Allow}]", nothing),
    ("types: [Ingress]", "types: [Ingress], ingress: [{action: Allow}]", everything),
    ("order: 1, types: [Ingress], ingress: [{action: Pass}]", "order: 2, types: [Ingress]", everything),
]


@pytest.mark.parametrize(("first", "second", "rule"), ORDER)
def test_policies_in_their_order(first: str, second: str, rule: Allowed) -> None:
    given = (
        text("calico", first, "name: a, namespace: shop") + "---\n" + text("calico", second, "name: b, namespace: shop")
    )
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


SUBJECTS = [
    ("all()", True),
    ("", True),
    ("app == 'db'", True),
    ("app == 'x'", False),
    ("!all()", False),
    ("projectcalico.org/namespace == 'shop'", True),
    ("projectcalico.org/namespace == 'other'", False),
    ("projectcalico.org/namespace != 'shop'", False),
    (O, True),
]


@pytest.mark.parametrize(("selector", "isolated"), SUBJECTS)
def test_subjects(selector: str, isolated: bool) -> None:
    given = text("calico", f'selector: "{selector}", types: [Ingress]')
    rule = nothing if isolated else everything
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


REFUSED = [
    ("selector: \"projectcalico.org/serviceaccount == 'web'\"", "spec.selector"),
    ("selector: has(pcsa.team)", "spec.selector"),
    (
        "ingress: [{action: Allow, source: {selector: \"projectcalico.org/serviceaccount == 'web'\"}}]",
        "spec.ingress[0].source.selector",
    ),
    ("serviceAccountSelector: \"a == 'b'\"", "spec.serviceAccountSelector"),
    ("tier: platform", "spec.tier"),
    ("ingress: [{action: Allow, ipVersion: 4}]", "spec.ingress[0].ipVersion"),
    ("ingress: [{action: Allow, notProtocol: UDP}]", "spec.ingress[0].notProtocol"),
    ("ingress: [{action: Allow, protocol: ICMP, icmp: {type: 8}}]", "spec.ingress[0].icmp"),
    ("ingress: [{action: Allow, protocol: ICMP}]", "spec.ingress[0].protocol"),
    ("ingress: [{action: Allow, protocol: 58}]", "spec.ingress[0].protocol"),
    ("ingress: [{action: Allow, http: {methods: [GET]}}]", "spec.ingress[0].http"),
    ("ingress: [{action: Allow, source: {notSelector: \"a == 'b'\"}}]", "spec.ingress[0].source.notSelector"),
    ("ingress: [{action: Allow, source: {serviceAccounts: {names: [a]}}}]", "spec.ingress[0].source.serviceAccounts"),
    ("egress: [{action: Allow, destination: {services: {name: a}}}]", "spec.egress[0].destination.services"),
    ("ingress: [{action: Allow, protocol: TCP, source: {ports: [80]}}]", "spec.ingress[0].source.ports"),
    (
        "ingress: [{action: Allow, protocol: TCP, destination: {notPorts: [80]}}]",
        "spec.ingress[0].destination.notPorts",
    ),
    ("ingress: [{action: Allow, destination: {selector: \"a == 'b'\"}}]", "spec.ingress[0].destination"),
    ("egress: [{action: Allow, source: {nets: [10.0.0.0/8]}}]", "spec.egress[0].source"),
    ("ingress: [{action: Allow, source: {nets: [10.0.0.0/8], selector: has(a)}}]", "spec.ingress[0].source"),
    ("ingress: [{action: Allow, destination: {ports: [http]}}]", "spec.ingress[0].destination.ports"),
    ("ingress: [{action: Allow, source: {namespaceSelector: global()}}]", "spec.ingress[0].source.namespaceSelector"),
]


@pytest.mark.parametrize(("spec", "path"), REFUSED)
def test_what_is_beyond_is_refused_at_its_place(spec: str, path: str) -> None:
    """Legal, but not read: a refusal (undecided in a comparison), never an input error."""
    with pytest.raises(UnsupportedError) as caught:
        load(text("calico", spec))
    assert {refusal.code for refusal in caught.value.refusals} == {"NPT202"}
    assert path in [spell(refusal.origin.path) for refusal in caught.value.refusals]


BAD = [
    ("selector: 'app == x'", "expected a quoted text"),
    ("ingress: [{action: allow}]", 'did you mean "Allow"'),
    ("ingress: [{action: Allow, protocol: tcpp}]", '"tcpp"'),
    ("ingress: [{action: Allow, protocol: 0}]", '"0"'),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: [0]}}]", '"0"'),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: ['90:80']}}]", '"90:80"'),
    ("ingress: [{action: Allow, protocol: TCP, destination: {ports: ['80-90']}}]", '"80-90"'),
    ("ingress: [{action: Allow, source: {nets: [10.0.0]}}]", "is no IP range"),
    ("ingress: [{action: Allow, source: {nets: [10.0.0.1]}}]", "is no IP range"),
    ("ingress: [{action: Allow, source: {selector: global()}}]", "global() is allowed only"),
    ("types: [ingress]", 'did you mean "Ingress"'),
]


@pytest.mark.parametrize(("spec", "said"), BAD)
def test_what_calico_refuses_is_bad_input(spec: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(text("calico", spec))
    assert said in caught.value.problems[0].message
