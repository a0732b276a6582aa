"""A large input by one process and by two: the same answers, down to the last note."""

from __future__ import annotations

import os
import sys
from functools import cache

import pytest

from translate import convert, verify
from translate.api.result import Result
from translate.core.diagnostics import InputError
from translate.rendering.json import of_result, of_verification

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="this system does not copy processes"
)
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: app-{number}
  namespace: team-{team}
  annotations:
    note: {filling}
spec:
  podSelector:
    matchLabels:
      app: app-{number}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {{matchLabels: {{app: app-{caller}}}}}
    - namespaceSelector: {{matchExpressions: [{{key: tier, operator: In, values: [web, {tier}]}}]}}
    ports:
    - {{port: {port}}}
    - {{port: 53, protocol: UDP}}
  egress:
  - to:
    - ipBlock: {{cidr: 10.{team}.0.0/16, except: [10.{team}.1.0/24]}}
"""
NEVER = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: never, namespace: team-1}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In, values: [a]}, {key: app, operator: NotIn, values: [a]}]}
  ingress: [{}]
"""
SIZE = 1_000


@cache
def text(changed: int = -1) -> str:
    documents = (
        POLICY.format(
            number=number,
            team=number % 40,
            caller=number * 7 % SIZE,
            tier="ab"[number % 2],
            port=9999 if number == changed else 1000 + number % 50,
            filling="x" * 300,
        )
        for number in range(SIZE)
    )
    return "---\n".join(documents) + NEVER


def helped() -> float:
    """The time that other processes have worked for this one."""
    times = os.times()
    return times.children_user + times.children_system


def translated(source: str, to: str, jobs: int, engine: str | None = None) -> Result:
    return convert(source, to=to, jobs=jobs, source_engine=engine)


@pytest.mark.parametrize(("to", "engine"), [("calico", None), ("cilium", None), ("calico", "cilium")])
def test_a_translation_by_two_processes_is_the_same(to: str, engine: str | None) -> None:
    """The same as the input, so that it is read back meanwhile; or tighter."""
    alone, before = translated(text(), to, 1, engine), helped()
    together = translated(text(), to, 2, engine)
    assert helped() - before > 0.1
    assert alone.proof is not None
    assert alone.proof.is_same is (engine is None)
    assert together.text == alone.text
    assert of_result(together) == of_result(alone)
    assert any("never" in str(note.message) for note in together.notes)


def test_a_translation_of_what_was_translated_is_the_same() -> None:
    source = translated(text(), "calico", 1).text
    alone, before = translated(source, "cilium", 1), helped()
    together = translated(source, "cilium", 2)
    assert helped() - before > 0.1
    assert (together.text, of_result(together)) == (alone.text, of_result(alone))


@pytest.mark.parametrize("changed", [-1, 7])
def test_a_comparison_by_two_processes_is_the_same(changed: int) -> None:
    after = translated(text(changed), "cilium", 1).text
    alone, before = verify(text(), after), helped()
    together = verify(text(), after, jobs=2)
    assert helped() - before > 0.1
    assert of_verification(together) == of_verification(alone)


@pytest.mark.parametrize("steps", [1, 1_000, 4_000, 12_000, 50_000])
def test_a_proof_ends_where_it_would_by_one_process(steps: int) -> None:
    """Steps are counted in both processes, and add up: too few are too few, with what was found until then."""
    after = translated(text(7), "cilium", 1).text
    alone, together = (verify(text(), after, jobs=jobs, max_steps=steps) for jobs in (1, 2))
    assert of_verification(together) == of_verification(alone)


def test_a_problem_has_its_line_whoever_came_upon_it() -> None:
    source = text().replace("port: 1042", "port: nothing/else", 1)
    found = []
    for jobs in (1, 2):
        with pytest.raises(InputError) as told:
            convert(source, to="calico", jobs=jobs)
        found.append([(one.message, one.line, one.column) for one in told.value.problems])
    assert found[0] == found[1]
    assert found[0][0][1] > 900
