"""Lengths that the API of the target refuses."""

from __future__ import annotations

import pytest

import translate
from tests.passes.fitting import policies, run, text
from translate.plan.passes import limits, peer_kinds


def blocks(count: int) -> str:
    """A policy of ``count`` ranges."""
    items = ", ".join(f"{{ipBlock: {{cidr: 10.{n // 250}.{n % 250}.0/24}}}}" for n in range(count))
    return f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{items}]}}]"


def apps(count: int) -> str:
    """A policy of ``count`` kinds of pods."""
    items = ", ".join(f"{{podSelector: {{matchLabels: {{app: a{n}}}}}}}" for n in range(count))
    return f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{items}]}}]"


def holes(count: int) -> str:
    """A policy of one range with ``count`` holes."""
    items = ", ".join(f"10.{n // 250}.{n % 250}.0/24" for n in range(count))
    return f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {{cidr: 10.0.0.0/8, except: [{items}]}}}}]}}]"


def values(count: int, where: str) -> str:
    """A policy with a selector of ``count`` values of nine characters."""
    items = ", ".join(f"value-{n:03}" for n in range(count))
    selector = f"{{matchExpressions: [{{key: app, operator: In, values: [{items}]}}]}}"
    if where == "subject":
        return f"podSelector: {selector}"
    return f"podSelector: {{}}, ingress: [{{from: [{{podSelector: {selector}}}]}}]"


LEFT_ALONE = [
    (apps(1024), "calico"),
    (blocks(1025), "calico"),
    (blocks(2000), "cilium"),
    (blocks(2000), "kubernetes"),
    (holes(256), "calico"),
    (holes(300), "cilium"),
    (values(60, "subject"), "calico"),
    (values(60, "peer"), "calico"),
    (values(200, "subject"), "cilium"),
]
REFUSED = [
    (apps(1025), "calico", "NetworkPolicy/shop/p needs 1025 rules in one direction, calico takes 1024"),
    (holes(257), "calico", "NetworkPolicy/shop/p cuts 257 ranges out of 10.0.0.0/8, calico takes 256"),
]
LONG = [
    (values(100, "subject"), "a selector of 1307 characters, calico takes 1024"),
    (values(100, "peer"), "a selector of 1350 characters, calico takes 1024"),
]


@pytest.mark.parametrize(("spec", "excess"), LONG, ids=["subject", "peer"])
def test_selectors_are_measured_as_they_are_spelled(spec: str, excess: str) -> None:
    with pytest.raises(translate.UnsupportedError) as refused:
        translate.convert(text("kubernetes", spec), to="calico")
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.message) == ("NPT220", f"NetworkPolicy/shop/p needs {excess}")


@pytest.mark.parametrize(("spec", "to"), LEFT_ALONE)
def test_left_alone(spec: str, to: str) -> None:
    given = policies("kubernetes", spec)
    split = run(peer_kinds.run, given, to)
    again = type(given)(given.semantics, split.after)
    assert run(limits.run, again, to).untouched


@pytest.mark.parametrize(("spec", "to", "message"), REFUSED, ids=["rules", "holes"])
def test_refused(spec: str, to: str, message: str | None) -> None:
    given = policies("kubernetes", spec)
    split = run(peer_kinds.run, given, to)
    outcome = run(limits.run, type(given)(given.semantics, split.after), to)
    assert outcome.codes == ["NPT220"]
    assert message is None or outcome.report.refusals[0].message == message


def test_no_rule_lists_more_ranges_than_the_target_takes() -> None:
    split = run(peer_kinds.run, policies("kubernetes", blocks(600)), "calico")
    section = split.after[0].egress
    assert section is not None
    assert [len(rule.peers) for rule in section.rules] == [256, 256, 88]


@pytest.mark.parametrize(("spec", "excess"), LONG, ids=["subject", "peer"])
def test_dump_refuses_them_too(spec: str, excess: str) -> None:
    """A policy that was left out would open its pods."""
    policies_ = translate.load(text("kubernetes", spec))
    with pytest.raises(translate.UnsupportedError) as refused:
        translate.dump(policies_, to="calico")
    assert [refusal.message for refusal in refused.value.refusals] == [f"NetworkPolicy/shop/p needs {excess}"]
