"""NetworkPolicy validation in our words: every rule of the API once, at the place where the API server complains."""

from __future__ import annotations

from typing import Any

import pytest

from translate.core.diagnostics import InputError
from translate.core.origin import Origin, spell
from translate.dialects.decode import decode
from translate.dialects.kubernetes.manifest import NetworkPolicy
from translate.dialects.kubernetes.validate import problems

TEXT = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
DNS = "lower-case letters, digits and '-', with a letter or digit at both ends"
PEER = "spec.ingress[0].from[0]"
PORT = "spec.ingress[0].ports[0]"
NO_PEER = f"{PEER} must name a peer: podSelector, namespaceSelector or ipBlock; {{}} after a selector means all"
BOTH = f"{PEER} must not have an ipBlock together with a selector: make them two items of the list"


def policy(spec: Any = None, **metadata: object) -> dict[str, object]:
    meta = {"name": "p", "namespace": "x", **metadata}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def peer(**fields: object) -> dict[str, object]:
    return {"ingress": [{"from": [fields]}]}


def ports(**fields: object) -> dict[str, object]:
    return {"ingress": [{"ports": [fields]}]}


def block(cidr: str, *holes: object) -> dict[str, object]:
    return peer(ipBlock={"cidr": cidr, "except": list(holes)})


def labels(**terms: object) -> dict[str, object]:
    return {"podSelector": {"matchLabels": terms}}


def term(**fields: object) -> dict[str, object]:
    return {"podSelector": {"matchExpressions": [{"key": "a", **fields}]}}


def verdict(value: dict[str, object], *, strict_cidrs: bool = True) -> list[tuple[str, str]]:
    """Place and message of every problem, whether decoding or validation found it."""
    try:
        found = problems(decode(value, NetworkPolicy), strict_cidrs=strict_cidrs)
    except InputError as error:
        found = list(error.problems)
    return [(spell(problem.origin.path), problem.message) for problem in found]


ACCEPTED = [
    policy(),
    policy({}),
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}},
    {"apiVersion": "extensions/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {}},
    policy({"podSelector": None, "ingress": None, "egress": None, "policyTypes": None}),
    policy({"ingress": [None]}),
    policy({"ingress": [{"from": None, "ports": [None]}]}),
    policy({"egress": [{"to": [], "ports": [{}]}]}),
    policy(labels(app=None)),
    policy(labels(app="")),
    policy({"podSelector": {"matchLabels": {"example.com/App_1.x": "v1.2_3"}}}),
    policy(peer(podSelector=None, namespaceSelector={})),
    policy(peer(podSelector={}, ipBlock=None)),
    policy(block("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.0.0/16")),
    policy(block("2001:DB8:0:0::/32")),
    policy(ports(port=1, endPort=65535)),
    policy(ports(port=80, endPort=80, protocol="SCTP")),
    policy(ports(port=1, endPort=1)),
    policy(ports(port="8080-tcp", protocol=None, endPort=None)),
    policy(term(operator="Exists", values=[])),
    policy(term(operator="NotIn", values=["", "b"])),
    policy({"policyTypes": ["Ingress", "Ingress"]}),
    policy({"policyTypes": ["Ingress"], "egress": [{}]}),
    policy({}, name="1.a-b.c"),
    policy({}, name=None, generateName="p-"),
    policy({}, annotations={"Example.com/x": "anything at all"}, labels={"a": "b"}),
    policy({}, annotations={"a": "x" * 262_140, "b": "12"}),
    # What a server wrote into an object that came from kubectl get -o yaml.
    policy({}, uid="u", resourceVersion="1", generation=1, creationTimestamp=None, managedFields=[{}], selfLink="/x"),
    policy({}) | {"status": {}},
]


@pytest.mark.parametrize("value", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(value: dict[str, object]) -> None:
    assert verdict(value) == []


REFUSED = [
    # Metadata
    (policy({}, name=None), "metadata.name is missing: an object needs a name (or a generateName)"),
    (policy({}, name="Foo"), f'metadata.name "Foo" must consist of dot-separated parts of {DNS}'),
    (
        policy({}, name="${APP}-x"),
        f'metadata.name "${{APP}}-x" must consist of dot-separated parts of {DNS}; '
        '"${APP}" looks like a placeholder that no tool has filled in',
    ),
    (
        policy({}, name=None, generateName="P-"),
        f'metadata.generateName "P-" must consist of dot-separated parts of {DNS}',
    ),
    (policy({}, generateName="a_b"), f'metadata.generateName "a_b" must consist of dot-separated parts of {DNS}'),
    (policy({}, namespace="a.b"), f'metadata.namespace "a.b" must consist of {DNS}'),
    (
        policy({}, labels={"a": "b c"}),
        f'metadata.labels has "b c" as the value of "a", which must be empty or consist of {TEXT}',
    ),
    (
        policy({}, annotations={"a/b/c": ""}),
        "metadata.annotations has the key \"a/b/c\", which has more than one '/': "
        "a label key is a name, or a prefix, one '/' and a name",
    ),
    (
        policy({}, annotations={"a": "x" * 262_140, "b": "123"}),
        "metadata.annotations must have at most 262144 bytes in all, not 262145",
    ),
    # Selectors
    (
        policy(labels(app="a b")),
        f'spec.podSelector.matchLabels has "a b" as the value of "app", which must be empty or consist of {TEXT}',
    ),
    (
        policy({"podSelector": {"matchLabels": {"a=b": "c"}}}),
        f'spec.podSelector.matchLabels has the key "a=b", which must consist of {TEXT}',
    ),
    (policy(labels(v=2)), "spec.podSelector.matchLabels.v must be text, not the number 2: put it in quotes"),
    (
        policy(term(operator="in", values=["b"])),
        'spec.podSelector.matchExpressions[0].operator must be In, NotIn, Exists or DoesNotExist, not "in": write In',
    ),
    (
        policy(term(operator="Gt", values=["1"])),
        'spec.podSelector.matchExpressions[0].operator must be In, NotIn, Exists or DoesNotExist, not "Gt"',
    ),
    (
        policy(term()),
        'spec.podSelector.matchExpressions[0].operator must be In, NotIn, Exists or DoesNotExist, not ""',
    ),
    (
        policy(term(operator="In", values=[])),
        "spec.podSelector.matchExpressions[0].values must list at least one value, because the operator is In",
    ),
    (
        policy(term(operator="Exists", values=["b"])),
        "spec.podSelector.matchExpressions[0].values must be left out, because the operator is Exists",
    ),
    (
        policy(term(operator="Exists", key="")),
        'spec.podSelector.matchExpressions[0].key "" must not be empty',
    ),
    (
        policy(term(operator="In", values=["b", "x y"])),
        f'spec.podSelector.matchExpressions[0].values[1] "x y" must be empty or consist of {TEXT}',
    ),
    (
        policy(peer(namespaceSelector={"matchLabels": {"": "c"}})),
        f'{PEER}.namespaceSelector.matchLabels has the key "", which must not be empty',
    ),
    (
        policy(peer(podSelector={"matchLabels": {"": "c"}})),
        f'{PEER}.podSelector.matchLabels has the key "", which must not be empty',
    ),
    # Peers
    (policy({"ingress": [{"from": [None]}]}), NO_PEER),
    (policy(peer(podSelector=None)), NO_PEER),
    (policy({"egress": [{"to": [{}]}]}), NO_PEER.replace("ingress", "egress").replace("from", "to")),
    (policy(peer(ipBlock={"cidr": "10.0.0.0/8"}, podSelector={})), BOTH),
    (policy(peer(ipBlock={"cidr": "10.0.0.0/8"}, namespaceSelector={})), BOTH),
    # IP blocks
    (
        policy(peer(ipBlock={})),
        f"{PEER}.ipBlock.cidr is missing: write an IP range like 10.9.8.0/24 or 2001:db8::/64",
    ),
    (
        policy(block("10.0.0.1")),
        f'{PEER}.ipBlock.cidr "10.0.0.1" must be an IP range like 10.9.8.0/24 or 2001:db8::/64: '
        "write 10.0.0.1/32 for this one address",
    ),
    (
        policy(block("${NET}/8")),
        f'{PEER}.ipBlock.cidr "${{NET}}/8" must be an IP range like 10.9.8.0/24 or 2001:db8::/64; '
        '"${NET}" looks like a placeholder that no tool has filled in',
    ),
    (
        policy(block("10.0.0.1/24")),
        f'{PEER}.ipBlock.cidr "10.0.0.1/24" must not have bits set beyond the prefix length: '
        "write 10.0.0.0/24 for the whole range, or 10.0.0.1/32 for the one address",
    ),
    (
        policy(block("10.0.0.0/8", None)),
        f'{PEER}.ipBlock.except[0] "" must be an IP range like 10.9.8.0/24 or 2001:db8::/64',
    ),
    (
        policy(block("10.0.0.0/8", "10.0.0.0/8")),
        f'{PEER}.ipBlock.except[0] "10.0.0.0/8" must be a smaller range inside the cidr "10.0.0.0/8"',
    ),
    (
        policy(block("0.0.0.0/0", "10.0.0.0/8", "::/64")),
        f'{PEER}.ipBlock.except[1] "::/64" must be a smaller range inside the cidr "0.0.0.0/0"',
    ),
    # Ports
    (policy(ports(protocol="tcp")), f'{PORT}.protocol must be TCP, UDP or SCTP, not "tcp": write TCP'),
    (policy(ports(protocol="ICMP")), f'{PORT}.protocol must be TCP, UDP or SCTP, not "ICMP"'),
    (policy(ports(protocol="")), f'{PORT}.protocol must be TCP, UDP or SCTP, not ""'),
    (policy(ports(port=0)), f"{PORT}.port must be between 1 and 65535, not 0"),
    (policy(ports(port=65536)), f"{PORT}.port must be between 1 and 65535, not 65536"),
    (policy(ports(port=2**31)), f"{PORT}.port must be a number that fits into 32 bits, not 2147483648"),
    (
        policy(ports(port="80")),
        f'{PORT}.port "80" is read as the name of a port, because it is in quotes: write 80 without them',
    ),
    (
        policy(ports(port="-50:-1")),
        f"{PORT}.port \"-50:-1\" is no port name: it must consist of lower-case letters, digits and '-', "
        "and contain a lower-case letter, and not begin or end with '-'",
    ),
    (policy(ports(port=81, endPort=80)), f"{PORT}.endPort must not be smaller than port: 80 is less than 81"),
    (policy(ports(port=80, endPort=70_000)), f"{PORT}.endPort must be between 1 and 65535, not 70000"),
    (
        policy(ports(endPort=80)),
        f"{PORT}.endPort must not stand without port: write the first port of the range there",
    ),
    (
        policy(ports(port="http", endPort=80)),
        f'{PORT}.endPort must not stand beside a port name: a range needs a number in port, not "http"',
    ),
    (policy(ports(port=80, endPort="81")), f'{PORT}.endPort must be a number, not the text "81": leave out the quotes'),
    # Policy types
    (
        policy({"policyTypes": ["Ingress", "Egress", "Ingress"]}),
        "spec.policyTypes must have no more than two items, not 3",
    ),
    (
        policy({"policyTypes": ["Ingress", "egress"]}),
        'spec.policyTypes[1] must be Ingress or Egress, not "egress": write Egress',
    ),
    (
        policy({"policyTypes": "Ingress"}),
        'spec.policyTypes must be a list, not the text "Ingress": put "- " before each item',
    ),
    (policy({"ingress": {}}), 'spec.ingress must be a list, not a map: put "- " before each item'),
    (
        policy({}) | {"kind": "NetworkPolicyList"},
        'kind must be "NetworkPolicy", not the text "NetworkPolicyList"',
    ),
    (
        policy({"ingress": [{"from": [{"podSelector": {}, "ports": []}]}]}),
        f'unknown field "ports" in {PEER}; it is a field of spec.ingress[0]: is it indented too far? '
        "The API server in strict mode, kubectl's default, refuses it",
    ),
    (
        policy({"podSelector": {}, "ingress": [{"podSelector": {}}]}),
        'unknown field "podSelector" in spec.ingress[0]; did you mean it to stand inside "from"? '
        "The API server in strict mode, kubectl's default, refuses it",
    ),
    (
        policy({"podSelector": {}, "egress": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}),
        'unknown field "ipBlock" in spec.egress[0]; did you mean it to stand inside "to"? '
        "The API server in strict mode, kubectl's default, refuses it",
    ),
    (
        policy({"podSelector": {}, "ports": []}),
        'unknown field "ports" in spec; did you mean it to stand inside "ingress" or "egress"? '
        "The API server in strict mode, kubectl's default, refuses it",
    ),
]


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refused(value: dict[str, object], message: str) -> None:
    found = verdict(value)
    assert [text for _, text in found] == [message]
    place = found[0][0]
    assert message.startswith(f"{place} ") or message.startswith("unknown field")


def test_all_problems_come_in_the_order_of_the_server() -> None:
    spec = {
        "policyTypes": ["ingress"],
        "egress": [{"to": [{}]}],
        "ingress": [{"from": [{}], "ports": [{"port": 80, "endPort": 0, "protocol": "x"}]}],
        "podSelector": {"matchLabels": {"app": "a b"}},
    }
    assert [place for place, _ in verdict(policy(spec, name="A", labels={"": ""}))] == [
        "metadata.name",
        "metadata.labels",
        "spec.podSelector.matchLabels",
        f"{PORT}.protocol",
        f"{PORT}.endPort",
        f"{PORT}.endPort",
        PEER,
        "spec.egress[0].to[0]",
        "spec.policyTypes[0]",
    ]


@pytest.mark.parametrize("cidr", ["10.0.0.1/24", "010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104"])
def test_loose_ranges_pass_where_servers_before_1_36_decide(cidr: str) -> None:
    assert verdict(policy(block(cidr)), strict_cidrs=False) == []
    assert [place for place, _ in verdict(policy(block(cidr)))] == [f"{PEER}.ipBlock.cidr"]


def test_origins_lead_from_the_document() -> None:
    found = problems(decode(policy(ports(port=0)), NetworkPolicy), Origin("a.yaml", 2, ("items", 1)))
    place = ("items", 1, "spec", "ingress", 0, "ports", 0, "port")
    assert [problem.origin for problem in found] == [Origin("a.yaml", 2, place)]
