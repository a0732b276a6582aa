"""Defaulting: what the API server writes into a NetworkPolicy before it stores it."""

from __future__ import annotations

import pytest

from tests.dialects.stored import stored
from translate.dialects.decode import decode
from translate.dialects.kubernetes.defaults import defaulted
from translate.dialects.kubernetes.manifest import NetworkPolicy


def policy(**fields: object) -> NetworkPolicy:
    value = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, **fields}
    return decode(value, NetworkPolicy)


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        (None, ("Ingress",)),
        ({}, ("Ingress",)),
        ({"ingress": []}, ("Ingress",)),
        ({"egress": []}, ("Ingress",)),
        ({"egress": None}, ("Ingress",)),
        ({"policyTypes": []}, ("Ingress",)),
        ({"egress": [{}]}, ("Ingress", "Egress")),
        ({"egress": [None]}, ("Ingress", "Egress")),
        ({"ingress": [{}], "egress": [{}], "policyTypes": None}, ("Ingress", "Egress")),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, ("Egress",)),
        ({"policyTypes": ["Ingress"], "egress": [{}]}, ("Ingress",)),
        ({"policyTypes": ["Egress", "Ingress"]}, ("Egress", "Ingress")),
    ],
)
def test_policy_types(spec: object, types: tuple[str, ...]) -> None:
    assert defaulted(policy(spec=spec)).spec.policyTypes == types


def test_protocol_is_tcp_in_both_directions_where_none_is_given() -> None:
    ports = [{"port": 80}, {"protocol": "UDP", "port": 53}, {"protocol": None}, {"protocol": ""}, None]
    spec = defaulted(policy(spec={"ingress": [{"ports": ports}], "egress": [{}, {"ports": ports}]})).spec
    expected = ["TCP", "UDP", "TCP", "", "TCP"]
    assert [port.protocol for port in spec.ingress[0].ports] == expected
    assert [port.protocol for port in spec.egress[1].ports] == expected
    assert spec.egress[0].ports == ()


def test_a_defaulted_policy_stays_the_same_object() -> None:
    once = defaulted(policy(spec={"ingress": [{"ports": [{"port": 80}]}]}))
    assert defaulted(once) is once


def test_defaulting_leaves_its_input_alone() -> None:
    given = policy(spec={"ingress": [{"ports": [{"port": 80}]}]})
    defaulted(given)
    assert given.spec.policyTypes == ()
    assert given.spec.ingress[0].ports[0].protocol is None


def test_stored_leaves_out_what_is_empty_but_the_pod_selector() -> None:
    assert stored(policy()) == {"podSelector": {}, "policyTypes": ["Ingress"]}
    spec = {
        "podSelector": {"matchLabels": {}, "matchExpressions": [{"key": "a", "operator": "Exists", "values": []}]},
        "ingress": [{"from": [], "ports": None}, {"from": [{"podSelector": {}, "namespaceSelector": None}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": []}}], "ports": [{}]}],
    }
    assert stored(policy(spec=spec)) == {
        "podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{}, {"from": [{"podSelector": {}}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"protocol": "TCP"}]}],
    }
