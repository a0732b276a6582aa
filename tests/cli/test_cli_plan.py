"""--explain-plan says which forms were tried; --max-rules bounds what stands in place of one policy."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]

ORDERED = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  order: 2000
  selector: app == 'api'
  types: [Ingress]
  ingress:
  - {action: Deny, source: {selector: banned == 'yes'}}
  - {action: Allow, source: {selector: role == 'web'}}
  - {action: Allow, source: {selector: has(admin)}}
"""
PLAIN = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec: {types: [Ingress], ingress: [{action: Allow}]}
"""


def test_the_forms_that_were_tried(run: Run) -> None:
    code, out, err = run("--to", "kubernetes", "--explain-plan", stdin=ORDERED)
    assert code == 0
    assert out.count("operator: NotIn") == 2
    lines = err.splitlines()
    assert lines[lines.index("plan: rule by rule: looser") :] == [
        "plan: rule by rule: looser",
        "  NetworkPolicy/shop/api spec.ingress[0] denies a packet that the output allows",
        "  changed by actions, address_sets, merge",
        "plan: order worked out into allows: same, taken",
        "  changed by address_sets, flat, merge",
    ]


def test_a_policy_that_only_allows_is_tried_in_one_form(run: Run) -> None:
    code, _, err = run("--to", "cilium", "--explain-plan", stdin=PLAIN)
    assert code == 0
    assert "plan: rule by rule: natural, taken" in err.splitlines()


def test_a_text_that_stays_has_no_plan(run: Run) -> None:
    code, out, err = run("--to", "calico", "--explain-plan", stdin=PLAIN)
    assert (code, out) == (0, PLAIN)
    assert err.splitlines()[-1] == "plan: the text of the input stays"


def test_more_rules_than_are_wanted_are_refused_by_name(run: Run) -> None:
    given = ORDERED.replace("Allow, source: {selector: role", "Allow, protocol: UDP, source: {selector: role")
    code, _, _ = run("--to", "kubernetes", "--max-rules", "2", stdin=given)
    assert code == 0
    code, out, err = run("--to", "kubernetes", "--max-rules", "1", stdin=given)
    assert (code, out) == (2, "")
    assert err.splitlines()[:3] == [
        "-:1:1: refused  NPT220 too-large",
        "   NetworkPolicy/shop/api needs 2 rules once order is worked out, more than the 1 that are wanted: each Deny before "
        "an Allow cuts it into pieces",
        "   state facts, take broad denies out, or allow more with --max-rules",
    ]


def test_no_rule_at_all_is_no_bound(run: Run) -> None:
    code, _, _ = run("--to", "kubernetes", "--max-rules", "0", stdin=ORDERED)
    assert code == 2
