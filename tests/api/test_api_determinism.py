"""Same input, same bytes; canonical output is a fixed point."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import translate

ROOT = Path(__file__).parents[2]
INPUT = """\
# what the shop may do
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop, labels: {z: a, b: c}, annotations: {y1: a, x1: b}}
spec:
  podSelector: {matchLabels: {tier: front, app: web}, matchExpressions: [{key: env, operator: NotIn, values: [q, p]}]}
  policyTypes: [Egress, Ingress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    - namespaceSelector: {matchLabels: {team: t, zone: z}}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.2.0.0/16, 10.1.0.0/16]}
    ports: [{port: 80}, {port: 53, protocol: UDP}, {port: http}, {port: 9000, endPort: 9010}]
  egress:
  - {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}}
"""
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 7.5
  selector: (app == "web" || app == 'api') && !(tier == 'x' && has(y1))
  ingress:
  - {action: Deny, source: {selector: "role == 'bad'"}}
  - action: Allow
    protocol: TCP
    source: {namespaceSelector: "env in {'p','q'}"}
    destination: {ports: [80, "90:99", http]}
  - {action: Log}
  - {action: Pass, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {'k8s:app': web}}
  ingress:
  - fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': mon, 'any:role': x}}, {}]
    toPorts: [{ports: [{port: '80'}, {port: http, protocol: TCP}]}]
  - fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]
  egress: [{}]
"""
SCRIPT = """
import sys, translate
from translate.rendering import json
for to in ("kubernetes", "calico", "cilium"):
    for given in sys.argv[1:]:
        try:
            result = translate.convert(given, to=to)
        except translate.Error as error:
            print(error)
            continue
        print(result.yaml())
        print(json.text(json.of_result(result)))
"""


def spoken(seed: str) -> bytes:
    """All output of a fresh process with this hash seed."""
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-c", SCRIPT, INPUT, CALICO, CILIUM]
    return subprocess.run(line, capture_output=True, env=env, check=True, timeout=120).stdout


def test_processes_agree_whatever_the_hash_seed() -> None:
    first = spoken("0")
    assert first.count(b"apiVersion") > 5
    assert spoken("1") == first
    assert spoken("4242") == first


@pytest.mark.parametrize("to", ["kubernetes", "calico", "cilium"])
def test_two_calls_agree(to: str) -> None:
    first, second = translate.convert(INPUT, to=to), translate.convert(INPUT, to=to)
    for name in ("text", "objects", "policies", "losses", "notes", "proof", "before", "after"):
        assert getattr(first, name) == getattr(second, name)


@pytest.mark.parametrize(
    ("given", "dialect"),
    [(INPUT, "kubernetes"), (INPUT, "calico"), (INPUT, "cilium"), (CALICO, "calico"), (CILIUM, "cilium")],
    ids=["kubernetes", "to calico", "to cilium", "calico", "cilium"],
)
def test_canonical_output_is_a_fixed_point(given: str, dialect: str) -> None:
    once = translate.convert(given, to=dialect).yaml()
    assert once
    assert translate.convert(once, to=dialect).yaml() == once


@pytest.mark.parametrize("to", ["calico", "cilium"])
def test_there_and_back_again_is_a_fixed_point(to: str) -> None:
    there = translate.convert(INPUT, to=to).yaml()
    back = translate.convert(there, to="kubernetes")
    assert translate.convert(back.yaml(), to=to).yaml() == there


@pytest.mark.parametrize("to", ["kubernetes", "calico", "cilium"])
def test_comments_stay_where_they_are(to: str) -> None:
    given = INPUT.replace("[10.2.0.0/16, 10.1.0.0/16]}", "[10.2.0.0/16, 10.1.0.0/16]}  # office")
    once = translate.convert(given, to=to).yaml()
    assert once.count("# office") == 1
    assert translate.convert(once, to=to).yaml() == once


def test_log_denials_twice_adds_nothing() -> None:
    once = translate.convert(INPUT, to="calico", log_denials=True)
    assert once.logging is not None
    assert once.logging.holds
    again = translate.convert(once.yaml(), to="calico")
    assert again.yaml() == once.yaml()


@pytest.mark.parametrize("between", ["", "\n", "---\n"])
def test_a_schema_for_editors_does_not_travel(between: str) -> None:
    """It is that of the object that was; what else stands beside it stays."""
    hint = f"# yaml-language-server: $schema=https://example.com/ciliumnetworkpolicy.json\n# For the shop.\n{between}"
    lines = translate.convert(hint + CILIUM, to="kubernetes").text.splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# For the shop."]
