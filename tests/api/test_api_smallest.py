"""Ranges stand in the fewest words, and in the words of the input where these are as few."""

from __future__ import annotations

from typing import Any

import pytest

import translate

FACTS = {"complete": ["Policy", "NetworkSet"]}


def cilium(rules: str) -> str:
    return (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: out, namespace: shop}\n"
        f"spec: {{endpointSelector: {{}}, {rules}}}\n"
    )


def calico(*rules: str) -> str:
    return (
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: out, namespace: shop}\n"
        f"spec: {{selector: all(), types: [Egress], egress: [{', '.join(rules)}]}}\n"
    )


def blocks(text: str, *, to: str = "kubernetes") -> list[str]:
    """The ranges of the only rule of the output that has any, with what is left out of them."""
    (found,) = translate.convert(text, to=to, facts=FACTS).objects
    rules = [rule["to"] for rule in found["spec"]["egress"]]
    return [_said(peer["ipBlock"]) for peers in rules for peer in peers if "ipBlock" in peer]


def _said(block: dict[str, Any]) -> str:
    return " but ".join([block["cidr"], *([" ".join(block["except"])] if "except" in block else [])])


def test_what_a_deny_spares_stands_beside_the_range_without_it() -> None:
    text = cilium(
        "egress: [{toEntities: [world]}], egressDeny: [{toCIDRSet: [{cidr: 20.0.0.0/8, except: [20.2.0.0/16]}]}]"
    )
    assert blocks(text) == ["0.0.0.0/0 but 20.0.0.0/8", "20.2.0.0/16", "::/0"]


def test_in_the_other_family_as_well() -> None:
    text = cilium(
        "egress: [{toEntities: [world]}], "
        'egressDeny: [{toCIDRSet: [{cidr: "2001:db8::/32", except: ["2001:db8:5::/48", "2001:db8:7::/48"]}]}]'
    )
    assert blocks(text) == ["0.0.0.0/0", "::/0 but 2001:db8::/32", "2001:db8:5::/48", "2001:db8:7::/48"]


@pytest.mark.parametrize(
    ("denied", "allowed", "left"),
    [
        ("10.1.0.0/16", "10.0.0.0/8", ["10.0.0.0/8 but 10.1.0.0/16"]),
        ("10.64.0.0/10", "10.0.0.0/8", ["10.0.0.0/8 but 10.64.0.0/10"]),
        ("10.128.0.0/9", "10.0.0.0/8", ["10.0.0.0/9"]),
        (
            "172.16.5.0/24",
            "172.16.0.0/12, 192.168.0.0/17, 192.168.192.0/18",
            ["172.16.0.0/12 but 172.16.5.0/24", "192.168.0.0/17", "192.168.192.0/18"],
        ),
        ("10.0.0.7/32", "10.0.0.0/25, 10.0.0.128/25", ["10.0.0.0/24 but 10.0.0.7/32"]),
        ("10.0.0.0/8", "10.1.0.0/16, 192.0.2.0/24", ["192.0.2.0/24"]),
    ],
)
def test_what_a_deny_leaves_of_an_allow(denied: str, allowed: str, left: list[str]) -> None:
    text = calico(
        f"{{action: Deny, destination: {{nets: [{denied}]}}}}", f"{{action: Allow, destination: {{nets: [{allowed}]}}}}"
    )
    assert blocks(text) == left


def test_ranges_of_pods_and_nodes_are_not_left_out_twice() -> None:
    text = calico("{action: Deny, destination: {nets: [10.0.0.0/8]}}", "{action: Allow}")
    facts = FACTS | {"pods": ["10.1.0.0/16"], "nodes": ["172.18.0.0/16"]}
    (found,) = translate.convert(text, to="kubernetes", facts=facts).objects
    (outside,) = [
        peer["ipBlock"]
        for rule in found["spec"]["egress"]
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert outside["except"] == ["10.0.0.0/8", "172.18.0.0/16"]
