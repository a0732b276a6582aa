"""ICMP types stand beside the protocol by name where that is the same: releases up to 3.28 refuse the number."""

from __future__ import annotations

import translate

PING = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ping, namespace: shop}
spec:
  endpointSelector: {matchLabels: {team: a}}
  ingress:
  - icmps: [{fields: [{type: EchoRequest}]}]
  ingressDeny:
  - fromEndpoints: [{matchLabels: {quarantine: "yes", io.cilium.k8s.policy.cluster: default}}]
"""


def test_a_ping_of_pods_in_a_range_of_one_family() -> None:
    """Where a Deny is cut out the family is told by the range, and no longer by the packet."""
    result = translate.convert(PING, to="calico", accept=["NPT511"], suggest=False)
    rules = [rule for found in result.objects for rule in found["spec"]["ingress"] if "icmp" in rule]
    assert {(rule["protocol"], rule["icmp"]["type"]) for rule in rules} == {("ICMP", 8)}
