"""What is denied for good and comes out in Kubernetes: other targets are named where they were tried and keep it."""

from __future__ import annotations

import pytest

import translate

DNS = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: web}
spec:
  endpointSelector: {matchLabels: {app: a}}
  egress:
  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}]
    toPorts:
    - ports: [{port: "53", protocol: UDP}]
      rules: {dns: [{matchName: api.example.com}]}
"""
DENY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: web}
spec:
  endpointSelector: {matchLabels: {app: a}}
  ingress: [{}]
  ingressDeny:
  - fromEndpoints: [{matchLabels: {app: b}}]
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: web}
spec:
  order: 1
  selector: app == 'a'
  types: [Egress]
  egress:
  - {action: Deny, %s}
  - {action: Allow, destination: {selector: app == 'b'}}
"""
PODS, METADATA = "destination: {selector: app == 'c'}", "destination: {nets: [169.254.169.254/32]}"
PING = "protocol: ICMP, icmp: {type: 8}, destination: {nets: [10.0.0.0/8]}"


def reopened(text: str, to: str, **options: bool) -> list[translate.Loss]:
    return [loss for loss in translate.convert(text, to=to, **options).losses if loss.code == "NPT520"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (DNS, ["cilium"]),
        (DENY, ["calico", "cilium"]),
        (CALICO % PODS, ["calico", "cilium"]),
        (CALICO % "protocol: TCP, source: {ports: [77]}, destination: {selector: app == 'b'}", ["calico"]),
        (CALICO % PING, ["calico"]),
        (CALICO % METADATA, ["calico"]),
    ],
)
def test_each_target_that_is_named_keeps_what_is_denied(text: str, named: list[str]) -> None:
    losses = reopened(text, "kubernetes", suggest=True)
    found = {name for loss in losses for name in ("calico", "cilium") if f"--to {name}" in loss.hint}
    assert (len(losses), found) == (1, set(named))
    assert all(not reopened(text, name) for name in found)


def test_what_was_not_tried_is_not_named() -> None:
    (loss,) = reopened(DENY, "kubernetes", suggest=False)
    assert loss.hint.startswith("--to cilium can say it; ")


AUTHENTICATION = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: web}
spec:
  endpointSelector: {matchLabels: {app: a}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: b}}]
    authentication: {mode: required}
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [(DNS, "what it asks for on layer 7 does not hold"), (AUTHENTICATION, "the peer does not prove who it is")],
)
def test_what_is_asked_of_packets_is_not_called_a_deny(text: str, why: str) -> None:
    (loss,) = reopened(text, "kubernetes")
    assert loss.message == (
        "CiliumNetworkPolicy/web/p asks more of packets than ports, whatever else allows them; "
        "in the output another policy that allows them lets them through unasked"
    )
    proof = translate.convert(text, to="kubernetes").proof
    assert proof is not None
    assert {shown.before.why for shown in proof.later_counterexamples} == {why}
    (denied,) = reopened(DENY, "kubernetes")
    assert denied.message.startswith("CiliumNetworkPolicy/web/p denies packets for good; ")
