"""Kinds in several rules that are everyone together."""

from __future__ import annotations

import pytest

from tests.passes.fitting import policies, run
from translate.plan.passes import everyone

CLUSTER, WORLD, HOST = (f"{{fromEntities: [{name}]%s}}" for name in ("cluster", "world", "host"))
PODS = "{fromEndpoints: [{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}]%s}"
NODES = "{fromEntities: [host, remote-node]%s}"


def on(port: str, protocol: str = "TCP", more: str = "") -> str:
    return f", toPorts: [{{ports: [{{port: '{port}', protocol: {protocol}}}]{more}}}]"


GET = ", rules: {http: [{method: GET}]}"
CASES = [
    # the elements, and on what everyone is let through
    ([CLUSTER % "", WORLD % ""], ["any protocol", "any protocol"]),
    ([PODS % "", NODES % "", WORLD % ""], ["any protocol", "any protocol"]),  # that of the pods stays theirs
    ([CLUSTER % "", WORLD % on("80")], ["TCP 80"]),
    ([CLUSTER % on("80"), WORLD % on("80")], ["TCP 80", "TCP 80"]),
    ([CLUSTER % on("1"), WORLD % on("2")], []),
    ([CLUSTER % on("80", "UDP"), WORLD % on("80")], []),
    ([HOST % "", WORLD % ""], []),
    ([CLUSTER % on("80", "TCP", GET), WORLD % on("80")], []),
]


@pytest.mark.parametrize(("elements", "said"), CASES)
@pytest.mark.parametrize("to", ["kubernetes", "calico"])
def test_what_is_everyone_together(elements: list[str], said: list[str], to: str) -> None:
    given = policies("cilium", f"endpointSelector: {{}}, ingress: [{', '.join(elements)}]")
    found = run(everyone.run, given, to)
    (policy,) = found.forms
    rules = [one for one in policy["ingress"]["rules"] if one["peers"] == ["anyone"]]
    assert [what for one in rules for what in one["traffic"]] == said
    assert found.report.losses == []
    assert found.untouched is (said == [])


def test_cilium_has_a_word_for_each() -> None:
    given = policies("cilium", f"endpointSelector: {{}}, ingress: [{CLUSTER % ''}, {WORLD % ''}]")
    assert run(everyone.run, given, "cilium").untouched
