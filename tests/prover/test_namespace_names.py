"""Namespaces that no pattern of a name fits are told apart from those that one fits."""

from __future__ import annotations

import pytest

from translate import Verdict, convert, verify

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: p, namespace: web}}
spec:
  selector: all()
  types: [Egress]
  egress:
  - action: Allow
    destination:
      namespaceSelector: {selector}
      selector: all()
"""
PATTERNS = ["contains 'w'", "starts with 'w'", "ends with 'b'", "contains 'e'"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_of_names_is_not_every_name(pattern: str) -> None:
    some, every = (POLICY.format(selector=f"projectcalico.org/name {pattern}"), POLICY.format(selector="all()"))
    found = verify(some, every)
    assert found.verdict is Verdict.LOOSER
    assert found.counterexample is not None
    peer = found.counterexample.point.peer
    assert peer is not None
    assert peer.namespace
    assert verify(every, some).verdict is Verdict.TIGHTER


DENIED = """\
  - action: Deny
    protocol: ICMP
    icmp: {type: 8}
    destination: {namespaceSelector: has(team), selector: has(role) && !has(role)}
"""


def test_nothing_is_added_that_lets_every_namespace_through() -> None:
    """What a rule for some names cannot say was put in place by one for all of them, on the word of a proof."""
    source = POLICY.format(selector="projectcalico.org/name contains 'w'").replace(
        "Allow\n", "Allow\n    ipVersion: 4\n"
    )
    found = convert(source + DENIED, to="cilium")
    assert "icmps" in found.text
    assert "toEndpoints:\n  - {}\n" in found.text.replace("    ", "  ")
    assert "operator: Exists" not in found.text
