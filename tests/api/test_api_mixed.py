"""Policies of two engines in one input: all of the second one are refused, so that the first can go on without them."""

from __future__ import annotations

import pytest

import translate
from translate import UnsupportedError

CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: c%d, namespace: shop}
spec: {selector: app == 'a', types: [Ingress]}
---
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: l%d, namespace: shop}
spec: {endpointSelector: {}, ingress: [{}]}
---
"""
MANY = 60
"""More than the rest is translated anew for."""
TEXT = "".join((CALICO + CILIUM) % (number, number) for number in range(MANY))
SAID = "calico and cilium policies in one input: no engine reads both"


def test_each_of_them_is_refused() -> None:
    with pytest.raises(UnsupportedError) as stopped:
        translate.convert(TEXT, to="kubernetes")
    refusals = stopped.value.refusals
    assert {(one.code, one.message) for one in refusals} == {("NPT203", SAID)}
    assert [one.line for one in refusals] == [6 + 10 * number for number in range(MANY)]


def test_the_rest_goes_on_without_all_of_them() -> None:
    result = translate.convert(TEXT, to="kubernetes", keep_going=True)
    assert len(result.refusals) == MANY
    assert [row.source.name for row in result.policies] == [f"c{number}" for number in range(MANY)]
