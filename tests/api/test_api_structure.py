"""How two policies differ, as data: what stands where in the one and in the other."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import translate
from tests.passes.fitting import text
from translate.api.canonical import canonical
from translate.api.structure import MOST_PAIRS, differences
from translate.model.policy import PolicySet


def policies(spec: str, dialect: str = "calico", name: str = "name: p, namespace: shop") -> PolicySet:
    return translate.load(text(dialect, spec, name))


def changes(before: str, after: str) -> tuple[str, ...]:
    """What changed between two specs of a Calico policy."""
    found = differences(policies(before), policies(after))
    return found.get("shop/p", ())


def rules(*given: str) -> str:
    return f"order: 1, selector: app == 'db', types: [Ingress], ingress: [{', '.join(given)}]"


WEB = "{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [80, 443]}}"
NETS = "{action: Allow, source: {nets: [10.0.0.0/8, 192.168.0.0/16], notNets: [10.1.0.0/16]}}"
DENY = "{action: Deny}"
WEB_RULE = (
    "{action: Allow, peers: [{pods: {label: app, in: [web]}, namespaces: own, sets: true}], "
    "traffic: [{protocol: TCP, port: 443}, {protocol: TCP, port: 80}]}"
)
DENY_RULE = "{action: Deny, peers: [anyone], traffic: [{protocol: any}]}"

DIFFER = {
    "one value": (
        rules(NETS, WEB),
        rules(NETS, WEB.replace("'web'", "'gw'")),
        ["ingress.rules[1].peers[0].pods.in[0]: web → gw"],
    ),
    "one of several ports": (
        rules(WEB),
        rules(WEB.replace("443", "8443")),
        ["ingress.rules[0].traffic[0].port: 443 → 8443"],
    ),
    "a port more": (
        rules(WEB),
        rules(WEB.replace("443", "443, 9000")),
        ["ingress.rules[0].traffic[2]: nothing → {protocol: TCP, port: 9000}"],
    ),
    "a range less": (
        rules(NETS),
        rules(NETS.replace(", 192.168.0.0/16", "")),
        ["ingress.rules[0].peers[1]: {cidr: 192.168.0.0/16} → nothing"],
    ),
    "a rule less": (rules(DENY, WEB, NETS), rules(DENY, NETS), [f"ingress.rules[1]: {WEB_RULE} → nothing"]),
    "a rule more": (rules(WEB), rules(DENY, WEB), [f"ingress.rules[1]: nothing → {DENY_RULE}"]),
    "a rule that is given twice": (rules(DENY, DENY), rules(DENY), [f"ingress.rules[1]: {DENY_RULE} → nothing"]),
    "the nearest rule stands for one that changed": (
        rules(DENY, WEB),
        rules(WEB.replace("TCP", "UDP"), WEB.replace("'web'", "'gw'")),
        [
            f"ingress.rules[0]: {DENY_RULE} → nothing",
            "ingress.rules[1].traffic[0].protocol: TCP → UDP",
            "ingress.rules[1].traffic[1].protocol: TCP → UDP",
            f"ingress.rules[2]: nothing → {WEB_RULE.replace('[web]', '[gw]')}",
        ],
    ),
    "another selector": (
        rules(WEB),
        rules(WEB).replace("app == 'db'", "app != 'db' && has(x)"),
        ["subject.pods: {label: app, in: [db]} → {and: [{label: x, exists: true}, {label: app, notIn: [db]}]}"],
    ),
    "a direction more": (
        "order: 1, types: [Ingress]",
        "order: 1, types: [Ingress, Egress]",
        ["egress: nothing → {isolates: true, rules: []}"],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), DIFFER.values(), ids=DIFFER)
def test_paths_and_values(before: str, after: str, expected: list[str]) -> None:
    found = changes(before, after)
    assert list(found) == expected


def test_order_is_no_difference() -> None:
    other = rules(DENY, NETS.replace("10.0.0.0/8, 192.168.0.0/16", "192.168.0.0/16, 10.0.0.0/8"), WEB)
    assert changes(rules(WEB.replace("80, 443", "443, 80"), NETS, DENY), other) == ()


def test_policies_that_only_one_side_has() -> None:
    one, other = policies(rules()), policies(rules(), name="name: q, namespace: shop")
    assert differences(one, other) == {"shop/p": ("only before",), "shop/q": ("only after",)}


def test_dialects_that_say_the_same_have_one_form() -> None:
    spec = "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]"
    first = policies(spec, "kubernetes")
    for to in ("calico", "cilium"):
        again = translate.load(translate.convert(text("kubernetes", spec, "name: p, namespace: shop"), to=to).text)
        assert differences(first, again) == {}


def test_many_rules_are_compared_in_no_time() -> None:
    """Beyond so many pairs, what changed stands for what changed in the order of the text."""
    count = 200
    assert count**2 > MOST_PAIRS
    before = [WEB.replace("'web'", f"'w{number}'") for number in range(count)]
    found = changes(rules(*before), rules(*(rule.replace("443", "8443") for rule in before)))
    assert list(found) == [f"ingress.rules[{number}].traffic[0].port: 443 → 8443" for number in range(count)]


SELECTORS: dict[str, Any] = {
    "all()": "all",
    "has(a)": {"label": "a", "exists": True},
    "!has(a)": {"label": "a", "exists": False},
    "a in {'y', 'x'}": {"label": "a", "in": ["x", "y"]},
    "a not in {'y', 'x'}": {"label": "a", "notIn": ["x", "y"]},
    "a starts with 'x'": {"label": "a", "startsWith": "x"},
    "a ends with 'x'": {"label": "a", "endsWith": "x"},
    "a contains 'x'": {"label": "a", "contains": "x"},
    "!(a contains 'x')": {"not": {"label": "a", "contains": "x"}},
    "has(b) || has(a)": {"or": [{"exists": True, "label": "a"}, {"exists": True, "label": "b"}]},
    "has(b) && has(a)": {"and": [{"exists": True, "label": "a"}, {"exists": True, "label": "b"}]},
}


@pytest.mark.parametrize(("selector", "expected"), SELECTORS.items(), ids=SELECTORS)
def test_selectors_are_data(selector: str, expected: Any) -> None:
    (policy,) = policies(f'order: 1, types: [Ingress], selector: "{selector}"').policies
    assert canonical(policy)["subject"] == {"pods": expected}


CILIUM = """
endpointSelector: {}
egress:
- {toFQDNs: [{matchName: a.b}], toPorts: [{ports: [{port: "80", endPort: 90, protocol: TCP}]}]}
- {toNodes: [{}]}
- {toEntities: [host]}
- {icmps: [{fields: [{type: 8, family: IPv4}]}]}
- {toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: ns}}], toPorts: [{ports: [{port: web, protocol: TCP}]}]}
"""


def test_peers_and_traffic_are_data() -> None:
    spec = yaml.safe_dump(yaml.safe_load(CILIUM), default_flow_style=True, width=1 << 16).strip()[1:-1]
    (policy,) = policies(spec, "cilium").policies
    any_traffic = [{"protocol": "any"}]
    assert canonical(policy)["egress"]["rules"] == [
        {"action": "Allow", "peers": [{"name": "a.b"}], "traffic": [{"protocol": "TCP", "port": "80-90"}]},
        {"action": "Allow", "peers": [{"and": [{"kinds": ["other nodes"]}, {"nodes": "all"}]}], "traffic": any_traffic},
        {"action": "Allow", "peers": [{"kinds": ["own node"]}], "traffic": any_traffic},
        {"action": "Allow", "peers": ["anyone"], "traffic": [{"protocol": "ICMP", "type": 8, "family": "IPv4"}]},
        {
            "action": "Allow",
            "peers": [
                {"pods": "all", "namespaces": {"label": "kubernetes.io/metadata.name of the namespace", "in": ["ns"]}}
            ],
            "traffic": [{"protocol": "TCP", "port": "web"}],
        },
    ]
