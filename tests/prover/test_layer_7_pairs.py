"""Pairs of Cilium policies that differ in what makes a condition of layer 7 void, and what they become elsewhere."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import documents, text

GATE, EVERYONE = "[{matchLabels: {app: gate}}]", "[{}]"
OTHERS = "[{matchExpressions: [{key: app, operator: NotIn, values: [gate]}]}]"
PORT = "ports: [{port: '8080', protocol: TCP}]"
GET = f"{{fromEndpoints: {GATE}, toPorts: [{{{PORT}, rules: {{http: [{{method: GET}}]}}}}]}}"
DNS = "ports: [{port: '53', protocol: UDP}]"
NAMES = f"{{toEndpoints: {GATE}, toPorts: [{{{DNS}, rules: {{dns: [{{matchPattern: '*.example.org'}}]}}}}]}}"
TLS = f"{{toEndpoints: {GATE}, toPorts: [{{{PORT}, originatingTLS: {{secret: {{name: s}}}}}}]}}"


def inwards(*elements: str) -> str:
    """A policy of ingress."""
    return text("cilium", f"endpointSelector: {{}}, ingress: [{', '.join(elements)}]")


def outwards(*elements: str) -> str:
    """A policy of egress."""
    return text("cilium", f"endpointSelector: {{}}, egress: [{', '.join(elements)}]")


def beside(spec: str) -> str:
    """A Kubernetes policy."""
    return text("kubernetes", f"podSelector: {{}}, {spec}", "name: q, namespace: shop")


PAIRS = {
    "a wider selector": (
        inwards(GET, f"{{fromEndpoints: {OTHERS}, toPorts: [{{{PORT}}}]}}"),
        inwards(GET, f"{{fromEndpoints: {EVERYONE}, toPorts: [{{{PORT}}}]}}"),
        "looser",
    ),
    "a range over the port": (
        inwards(GET, f"{{fromEndpoints: {GATE}, toPorts: [{{ports: [{{port: '8000', endPort: 8079, protocol: TCP}}]}}]}}"),
        inwards(GET, f"{{fromEndpoints: {GATE}, toPorts: [{{ports: [{{port: '8000', endPort: 8080, protocol: TCP}}]}}]}}"),
        "looser",
    ),
    "a NetworkPolicy": (
        documents(inwards(GET), beside("ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]")),
        documents(inwards(GET), beside("ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}]}]")),
        "looser",
    ),
    "void already": (inwards(GET, "{fromEntities: [all]}"), inwards("{fromEntities: [all]}"), "same"),
    "void by every request": (
        inwards(GET, f"{{fromEndpoints: {EVERYONE}, toPorts: [{{{PORT}, rules: {{http: [{{}}]}}}}]}}"),
        inwards(f"{{fromEndpoints: {EVERYONE}, toPorts: [{{{PORT}}}]}}"),
        "same",
    ),
    "names, and their port for others": (
        outwards(NAMES, f"{{toEndpoints: {OTHERS}, toPorts: [{{{DNS}}}]}}"),
        outwards(NAMES, f"{{toEndpoints: {EVERYONE}, toPorts: [{{{DNS}}}]}}"),
        "looser",
    ),
    "names, and an allow without ports": (outwards(NAMES, "{toEntities: [all]}"), outwards("{toEntities: [all]}"), "looser"),
    "TLS, and an allow without ports": (outwards(TLS, "{toEntities: [all]}"), outwards("{toEntities: [all]}"), "looser"),
    "a condition more": (inwards(GET), inwards(GET, GET.replace("GET", "PUT")), "looser"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name: str) -> None:
    before, after, verdict = PAIRS[name]
    assert translate.verify(before, after).verdict.value == verdict
    assert translate.verify(after, before).verdict.value == {"looser": "tighter"}.get(verdict, verdict)


WRITTEN = {
    "made void by another policy": (
        documents(inwards(GET), text("cilium", "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]", "name: q, namespace: shop")),
        ["NPT310"],
        2,
    ),
    "made void by a NetworkPolicy": (
        documents(inwards(GET), beside("ingress: [{from: [{podSelector: {}}]}]")), ["NPT310"], 2,
    ),
    "every name": (outwards(NAMES.replace("*.example.org", "*")), ["NPT310"], 1),
    "in force": (inwards(GET), ["NPT509"], 1),
    "names in force beside all ports": (outwards(NAMES, f"{{toEndpoints: {EVERYONE}}}"), ["NPT509"], 1),
}  # fmt: skip


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize("name", WRITTEN)
def test_only_what_is_in_force_is_lost(name: str, to: str) -> None:
    given, codes, objects = WRITTEN[name]
    result = translate.convert(given, to=to)
    assert result.proof is not None
    assert {loss.code for loss in result.losses} >= set(codes)
    assert result.proof.verdict.value == ("same" if codes == ["NPT310"] else "tighter")
    assert ("NPT509" in {loss.code for loss in result.open_losses}) is (codes == ["NPT509"])
    assert len(result.objects) == objects
