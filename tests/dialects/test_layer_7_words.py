"""What rules ask on layer 7, as people read it."""

from __future__ import annotations

import pytest

import translate

CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: x, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{toEndpoints: [{}], %s}]
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {ingress: [{action: Allow, protocol: TCP, http: %s}]}
"""


def asked(text: str) -> list[str]:
    """The conditions of the only rule."""
    (policy,) = translate.load(text).policies
    (section,) = [one for one in (policy.ingress, policy.egress) if one is not None]
    return [str(item.condition) for rule in section.rules for item in rule.traffic]


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("{http: [{method: GET, path: /orders/.*}]}", "HTTP GET requests for /orders/.*"),
        ("{http: [{host: api.example.com}]}", "HTTP requests to the host api.example.com"),
        ("{http: [{headers: [X-A, X-B]}]}", "HTTP requests with the headers X-A, X-B"),
        ("{dns: [{matchPattern: '*.example.com'}]}", "DNS queries for *.example.com"),
    ],
)
def test_rules_of_cilium(element: str, words: str) -> None:
    assert asked(
        CILIUM
        % f"toPorts: [{{ports: [{{port: '53', protocol: {'UDP' if 'dns' in element else 'TCP'}}}], rules: {element}}}]"
    ) == [words]


def test_what_is_no_list_of_rules() -> None:
    ports = "ports: [{port: '443', protocol: TCP}]"
    assert asked(CILIUM % f"toPorts: [{{{ports}, serverNames: [a.example.com]}}]") == [
        "TLS for the server name a.example.com"
    ]
    assert asked(CILIUM % f"authentication: {{mode: required}}, toPorts: [{{{ports}}}]") == [
        "mutual authentication (required)"
    ]


@pytest.mark.parametrize(
    ("http", "words"),
    [
        ("{methods: [GET, HEAD]}", "HTTP GET or HEAD requests"),
        ("{paths: [{exact: /a}, {prefix: /b}]}", "HTTP requests for /a or below /b"),
    ],
)
def test_rules_of_calico(http: str, words: str) -> None:
    assert asked(CALICO % http) == [words]
