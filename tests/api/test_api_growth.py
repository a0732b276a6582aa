"""How the work grows with the input, counted in calls: four times as many policies cost not much more than four times.

Seconds differ from machine to machine; the calls of a run do not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from translate import check, convert
from translate.model.facts import Facts

FEW, MANY, MOST_TIMES = 25, 100, 5.7
"""Policies of two inputs, and how many times the calls: 4 to the power of 1.25."""


def _policies(count: int) -> Iterator[str]:
    """Policies of Kubernetes, five in each namespace, one of ten with a range that is of pods as well."""
    for number in range(count):
        block = f"10.{number}.0.0/16" if number % 10 == 0 else f"192.0.2.{number}/32"
        yield f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{number}, namespace: team-{number // 5}}}
spec:
  podSelector: {{matchLabels: {{app: a{number % 7}}}}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{{podSelector: {{matchLabels: {{app: a{number % 3}}}}}}}]
    ports: [{{port: {8000 + number % 5}}}]
  egress:
  - to: [{{ipBlock: {{cidr: {block}}}}}]
  - to: [{{namespaceSelector: {{matchLabels: {{env: e{number % 2}}}}}}}]
"""


def _cluster(count: int) -> Iterator[str]:
    """The namespaces of so many policies with their pods, three for each policy."""
    for number in range(count // 5):
        yield (
            f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{number}, labels: {{env: e{number % 2}, "
            f"kubernetes.io/metadata.name: team-{number}}}}}\n"
        )
    for number in range(3 * count):
        yield (
            f"apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{number}, namespace: team-{number // 15}, labels: "
            f"{{app: a{number % 7}, pod-template-hash: h{number}}}}}\nspec: {{containers: [{{name: c, image: i}}]}}\n"
        )


def _ordered(count: int) -> Iterator[str]:
    """Calico policies by their order, five in each namespace, one of five with a Deny."""
    for number in range(count):
        yield f"""\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: p{number}, namespace: team-{number // 5}}}
spec:
  order: {number}
  selector: app == 'a{number % 7}'
  types: [Ingress]
  ingress:
  - {{action: {"Deny" if number % 5 == 0 else "Allow"}, protocol: TCP, source: {{selector: app == 'a{number % 3}'}}}}
"""


def _text(*parts: Iterator[str]) -> str:
    return "---\n".join(one for part in parts for one in part)


KNOWN = Facts(complete=("Namespace", "Pod"))
RUNS: dict[str, Callable[[int], object]] = {
    "to Calico": lambda n: convert(_text(_policies(n)), to="calico"),
    "all pods told": lambda n: convert(_text(_policies(n), _cluster(n)), to="cilium", facts=KNOWN),
    "all pods told, checked": lambda n: check(_text(_policies(n), _cluster(n)), facts=KNOWN),
    "order worked out": lambda n: convert(_text(_ordered(n)), to="kubernetes"),
    "denials logged": lambda n: convert(_text(_ordered(n)), to="calico", log_denials=True),
    "ordered, checked": lambda n: check(_text(_ordered(n))),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_work_grows_with_the_input_and_not_with_its_square(name: str) -> None:
    run = RUNS[name]
    run(FEW)  # what is loaded or compiled once is no part of it
    few, many = _calls(run, FEW), _calls(run, MANY)
    assert many < MOST_TIMES * few, f"{few} calls for {FEW} policies, {many} for {MANY}: {many / few:.1f} times"


def _calls(run: Callable[[int], object], count: int) -> int:
    """How often a function is called, or comes back, in a run."""
    seen = 0

    def see(*_: object) -> None:
        nonlocal seen
        seen += 1

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        run(count)
    finally:
        sys.setprofile(before)
    return seen
