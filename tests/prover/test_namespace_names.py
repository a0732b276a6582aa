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
    ipVersion: 4
    destination:
      namespaceSelector: {selector}
      selector: all()
"""
DENIED = """\
  - action: Deny
    protocol: ICMP
    icmp: {type: 8}
    destination: {namespaceSelector: has(team), selector: has(role) && !has(role)}
"""


@pytest.mark.parametrize("pattern", ["contains 'w'", "starts with 'w'", "ends with 'b'", "contains 'e'"])
def test_a_pattern_of_names_is_not_every_name(pattern: str) -> None:
    some, every = (POLICY.format(selector=text) for text in (f"projectcalico.org/name {pattern}", "all()"))
    found = verify(some, every)
    assert found.verdict is Verdict.LOOSER
    assert found.counterexample is not None
    peer = found.counterexample.point.peer
    assert peer is not None
    assert peer.namespace
    assert verify(every, some).verdict is Verdict.TIGHTER


def test_nothing_is_added_that_lets_every_namespace_through() -> None:
    """A rule for some names cannot be said; what may stand in its place is for the namespace of the policy alone."""
    found = convert(POLICY.format(selector="projectcalico.org/name contains 'w'") + DENIED, to="cilium")
    (rule,) = found.objects[0]["spec"]["egress"]
    assert rule["toEndpoints"] == [{}]
