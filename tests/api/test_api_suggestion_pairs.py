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
