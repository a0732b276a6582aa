"""``roundtrip`` counts the policies that it was given, whatever they are called when they come back."""

from __future__ import annotations

from collections.abc import Callable

from tests.passes.fitting import calico, documents, text

Run = Callable[..., tuple[int, str, str]]

DENY = "tier: security, order: 10, types: [Ingress], ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]"
RENAMED = calico("GlobalNetworkPolicy", DENY, "security.block")
SPELLED = calico("GlobalNetworkPolicy", "order: 2000, namespaceSelector: has(a), types: [Ingress]", "closed")
SAME = text("calico", "order: 1000, types: [Ingress]")


def structure(run: Run, given: str) -> list[str]:
    """What is said of the structure, and the names below it."""
    _, _, err = run("roundtrip", "--via", "cilium", stdin=given)
    lines = err.splitlines()
    first = next(number for number, line in enumerate(lines) if "structure:" in line)
    return [line for line in lines[first:] if " → " not in line]


def test_a_policy_that_comes_back_under_another_name_counts_once(run: Run) -> None:
    assert structure(run, documents(RENAMED, SPELLED)) == [
        "structure: 0 of 2 policies are the same field by field; 2 came back spelled otherwise:",
        "  closed",
        "  security-block",
        "    only after",
        "  security.block",
        "    only before",
    ]


def test_those_that_stay_the_same_are_counted(run: Run) -> None:
    assert structure(run, documents(RENAMED, SAME))[0] == (
        "structure: 1 of 2 policies are the same field by field; 1 came back spelled otherwise:"
    )
    assert structure(run, SAME) == ["✔ structure: the policy is the same, field by field, after cilium and back"]
