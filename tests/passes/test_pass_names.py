"""Names without dots, for Calico."""

from __future__ import annotations

import pytest

from tests.passes.fitting import run, text
from translate.api.support import load
from translate.plan.passes import names

LEFT_ALONE = [
    ("kubernetes", ["web"], "calico"),
    ("kubernetes", ["web.a"], "cilium"),
    ("kubernetes", ["web.a"], "kubernetes"),
    ("calico", ["default.web"], "calico"),
    ("calico", ["default.web"], "kubernetes"),
]
REWRITTEN = [
    (["web.a"], ["web-a"]),
    (["web.a.b"], ["web-a-b"]),
    (["web.a", "web-a"], ["web-a-2", "web-a"]),
    (["web-a", "web.a"], ["web-a", "web-a-2"]),
    (["web.a-b", "web-a.b"], ["web-a-b", "web-a-b-2"]),
    (["web.a", "web-a", "web-a-2"], ["web-a-3", "web-a", "web-a-2"]),
]
SPEC = {"kubernetes": "podSelector: {}", "calico": "types: [Ingress]"}


def named(source: str, *given: str) -> str:
    """Policies of these names."""
    return "---\n".join(text(source, SPEC[source], f"name: {name}, namespace: shop") for name in given)


@pytest.mark.parametrize(("source", "given", "to"), LEFT_ALONE)
def test_left_alone(source: str, given: list[str], to: str) -> None:
    assert run(names.run, load(named(source, *given)), to).untouched


@pytest.mark.parametrize(("given", "expected"), REWRITTEN)
def test_rewritten(given: list[str], expected: list[str]) -> None:
    outcome = run(names.run, load(named("kubernetes", *given)), "calico")
    assert [policy.identity.name for policy in outcome.after] == expected
    assert outcome.codes == ["NPT301 exact"] * sum("." in name for name in given)


def test_generated_names_lose_their_dots_too() -> None:
    given = load(text("kubernetes", SPEC["kubernetes"], "generateName: web.a-, namespace: shop"))
    outcome = run(names.run, given, "calico")
    assert [policy.metadata.generate_name for policy in outcome.after] == ["web-a-"]
