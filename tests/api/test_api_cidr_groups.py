"""CIDR groups whose ranges stand in the output are named, and a round trip does not call ranges the reference."""

from __future__ import annotations

import pytest

import translate
from translate import Effect, Verdict

GROUP = """\
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: %s, labels: {role: %s}}
spec: {externalCIDRs: [%s]}
---
"""
POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {}
  egress:
  - toCIDRSet: [%s]
"""
GROUPS = GROUP % ("a", "partner", "198.51.100.0/24") + GROUP % ("b", "other", "203.0.113.0/24")
FACTS = {"pods": ["10.0.0.0/8"], "nodes": ["172.16.0.0/12"]}


@pytest.mark.parametrize("to", ["kubernetes", "calico"])
@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("{cidrGroupRef: a}", ["a"]),
        ("{cidrGroupSelector: {matchLabels: {role: partner}}}", ["a"]),
        ("{cidrGroupSelector: {matchExpressions: [{key: role, operator: Exists}]}}", ["a", "b"]),
        ("{cidrGroupSelector: {matchExpressions: [{key: role, operator: NotIn, values: [other]}]}}", ["b"]),
        ("{cidrGroupRef: a}, {cidrGroupRef: b}, {cidrGroupRef: a}", ["a", "b"]),
        ("{cidr: 198.51.100.0/24}", []),
    ],
)
def test_each_group_is_named_once(to: str, item: str, names: list[str]) -> None:
    given = GROUPS + POLICY % item
    result = translate.convert(given, to=to, facts=FACTS)
    assert [(x.code, x.effect, x.message.split()[3]) for x in result.losses if x.code == "NPT303"] == [
        ("NPT303", Effect.EXACT, f"CiliumCIDRGroup/{name}") for name in names
    ]
    trip = translate.roundtrip(given, via=to, facts=FACTS)
    assert trip.proof.verdict is Verdict.SAME
    changed = f"sets: [{', '.join(f'CiliumCIDRGroup/{name}' for name in names)}] → nothing"
    assert (changed in trip.differences.get("shop/out", ())) is bool(names)


def test_in_their_own_dialect_they_stay() -> None:
    given = GROUPS + POLICY % "{cidrGroupRef: a}"
    result = translate.convert(given, to="cilium")
    assert (result.text, result.losses) == (given, ())
