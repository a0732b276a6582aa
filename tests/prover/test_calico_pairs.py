"""Pairs of Calico policies with all that its rules can say, and how the second compares with the first."""

from __future__ import annotations

import pytest

import translate
from tests.dialects.verdicts import calico

NP, GNP = "NetworkPolicy", "GlobalNetworkPolicy"


def into(*rules: str, kind: str = NP, more: str = "") -> str:
    """A policy for what comes in."""
    return calico(kind, f"types: [Ingress], ingress: [{', '.join(rules)}]{more}")


def sends(*rules: str) -> str:
    """A policy for what goes out."""
    return calico(NP, f"types: [Egress], egress: [{', '.join(rules)}]")


def allow(fields: str) -> str:
    return f"{{action: Allow, {fields}}}"


def deny(fields: str) -> str:
    return f"{{action: Deny, {fields}}}"


SETS = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: g, labels: {app: x}}
spec: {nets: [192.0.2.0/24]}
---
"""
X = "selector: \"app == 'x'\""
ON_80 = "protocol: TCP, destination: {ports: [80]}"
PAIRS = [
    # title, before, after, verdict
    (
        "addresses of the subject, of both families",
        into("{action: Deny}"),
        into(deny("destination: {nets: [0.0.0.0/0]}"), deny("destination: {nets: ['::/0']}"), "{action: Allow}"),
        "same",
    ),
    (
        "an address of the subject and a protocol",
        sends(allow("protocol: TCP")),
        sends(allow("protocol: TCP"), allow("protocol: UDP, source: {nets: [10.1.2.0/24]}")),
        "looser",
    ),
    (
        "a subject whose ranges are all cut out",
        into("{action: Deny}"),
        into(allow("destination: {nets: [10.1.0.0/16], notNets: [10.0.0.0/8]}")),
        "same",
    ),
    (
        "a service and a protocol",
        into(allow("protocol: TCP")),
        into(allow("protocol: TCP, source: {services: {name: a, namespace: b}}")),
        "tighter",
    ),
    (
        "a service and a port, in either order",
        sends(allow("destination: {services: {name: a, namespace: b}}"), allow(ON_80)),
        sends(allow(ON_80), allow("destination: {services: {name: a, namespace: b}}")),
        "same",
    ),
    (
        "two services",
        into(allow("source: {services: {name: a, namespace: b}}")),
        into(allow("source: {services: {name: b, namespace: a}}")),
        "mixed",
    ),
    (
        "not a port is the ports below and above",
        into(allow("protocol: TCP, destination: {notPorts: [80]}")),
        into(allow("protocol: TCP, destination: {ports: ['1:79', '81:65535']}")),
        "same",
    ),
    (
        "not a source port is a deny before",
        into(allow("protocol: TCP, source: {notPorts: [80]}")),
        into(deny("protocol: TCP, source: {ports: [80]}"), allow("protocol: TCP")),
        "same",
    ),
    (
        "a type of ICMP is all its codes",
        into(*[allow(f"protocol: ICMP, icmp: {{type: 8, code: {code}}}") for code in range(256)]),
        into(allow("protocol: ICMP, icmp: {type: 8}")),
        "same",
    ),
    (
        "ICMP by name and by number",
        into(allow("protocol: ICMP")),
        into(allow("protocol: 1")),
        "looser",
    ),
    (
        "ICMP by number in IPv4",
        into(allow("protocol: ICMP")),
        into(allow("protocol: 1, ipVersion: 4")),
        "same",
    ),
    ("a version and the range of it", into(allow("ipVersion: 6")), into(allow("source: {nets: ['::/0']}")), "same"),
    (
        "both versions are all",
        into("{action: Allow}"),
        into(allow("ipVersion: 6"), allow("ipVersion: 4")),
        "same",
    ),
    ("a condition", into("{action: Allow}"), into(allow("http: {methods: [GET]}")), "tighter"),
    (
        "two conditions",
        into(allow("http: {methods: [PUT]}")),
        into(allow("http: {methods: [GET]}")),
        "mixed",
    ),
    (
        "a named port without a protocol is one of each",
        into(allow("destination: {ports: [http]}")),
        into(*[allow(f"protocol: {name}, destination: {{ports: [http]}}") for name in ("SCTP", "TCP", "UDP")]),
        "same",
    ),
    (
        "a notSelector of a namespace knows no strangers",
        into(allow(f"source: {{not{X[0].upper()}{X[1:]}}}")),
        into(allow("source: {selector: \"app != 'x'\"}")),
        "same",
    ),
    (
        "a notSelector of a global policy means strangers as well",
        into(allow("source: {notSelector: has(app)}"), kind=GNP),
        into(allow("source: {selector: '!has(app)'}"), kind=GNP),
        "tighter",
    ),
    (
        "a notSelector is a deny before",
        into(allow(f"source: {{not{X[0].upper()}{X[1:]}}}"), kind=GNP),
        into(deny(f"source: {{{X}}}"), "{action: Allow}", kind=GNP),
        "same",
    ),
    (
        "a set and its range",
        SETS + into(allow(f"source: {{namespaceSelector: global(), {X}}}")),
        into(allow("source: {nets: [192.0.2.0/24]}")),
        "same",
    ),
    (
        "a set and the half of its range",
        SETS + into(allow(f"source: {{namespaceSelector: global(), {X}}}")),
        into(allow("source: {nets: [192.0.2.0/25]}")),
        "tighter",
    ),
    (
        "with the set and without",
        SETS + into(allow(f"source: {{{X}}}"), kind=GNP),
        into(allow(f"source: {{{X}}}"), kind=GNP),
        "tighter",
    ),
    (
        "a set out of reach",
        SETS + into(allow(f"source: {{{X}}}")),
        into(allow(f"source: {{{X}}}")),
        "same",
    ),
    (
        "a condition on the subject and the subject of the policy",
        into(allow(f"destination: {{{X}}}"), more=f", {X}"),
        into("{action: Allow}", more=f", {X}"),
        "same",
    ),
    (
        "a service account by name and by label",
        into(allow("source: {serviceAccounts: {names: [a]}}")),
        into(allow("source: {selector: \"projectcalico.org/serviceaccount == 'a'\"}")),
        "same",
    ),
    (
        "two service accounts",
        into(allow("source: {serviceAccounts: {names: [a]}}")),
        into(allow("source: {serviceAccounts: {names: [b]}}")),
        "mixed",
    ),
]


@pytest.mark.parametrize(("before", "after", "verdict"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_pair(before: str, after: str, verdict: str) -> None:
    """The verdict is as said, in both directions."""
    opposite = {"looser": "tighter", "tighter": "looser"}.get(verdict, verdict)
    for one, other, wanted in ((before, after, verdict), (after, before, opposite)):
        proof = translate.verify(one, other).proof
        assert proof.verdict.value == wanted, proof
