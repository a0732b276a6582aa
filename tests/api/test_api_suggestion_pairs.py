"""Facts that settle a loss only together are suggested together, and what one of them settles alone by itself."""

from __future__ import annotations

import pytest

import translate

DENY_WORLD = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: no-smtp}
spec:
  endpointSelector: {}
  enableDefaultDeny: {egress: false}
  egressDeny: [{toEntities: [world], toPorts: [{ports: [{port: "25", protocol: TCP}]}]}]
"""
HOST = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec: {endpointSelector: {}, egress: [{toEntities: [host, remote-node]}]}
"""


@pytest.mark.parametrize(
    ("given", "facts", "settles"),
    [(DENY_WORLD, ("pods", "nodes"), 3), (HOST, ("nodes",), 1)],
    ids=["both", "one of them"],
)
def test_what_is_suggested_settles_it(given: str, facts: tuple[str, ...], settles: int) -> None:
    result = translate.convert(given, to="calico", suggest=True)
    found = result.suggestion
    assert found is not None
    assert (tuple(key for key, _ in found.facts), found.settles, found.losses) == (facts, settles, settles)
    stated = {key: list(ranges) for key, ranges in found.facts}
    assert translate.convert(given, to="calico", facts=stated).open_losses == ()


METADATA = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-metadata}
spec:
  order: 10
  namespaceSelector: all()
  types: [Egress]
  egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}, {action: Allow}]
"""
OTHER = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{number}, namespace: shop}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
"""


@pytest.mark.parametrize(("others", "is_tried"), [(1, True), (301, False)])
def test_what_is_too_much_to_try_is_named_all_the_same(others: int, is_tried: bool) -> None:
    given = "---\n".join([METADATA, *(OTHER.format(number=number) for number in range(others))])
    found = translate.convert(given, to="cilium", suggest=True).suggestion
    assert found is not None
    assert [one.value for one, _ in found.assumed] == ["link-local-is-outside"] * is_tried
    assert [one.value for one in found.untried] == ["link-local-is-outside"] * (not is_tried)
    assert bool(found.facts) is is_tried
