"""Policies of equal order on the command line: which release it is, or a loss that names the two."""

from __future__ import annotations

from pathlib import Path

import pytest

TIED = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: deny-all}
spec:
  namespaceSelector: all()
  types: [Ingress]
  ingress: [{action: Deny}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: aaa}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP}]
"""
PAIR = (
    "   GlobalNetworkPolicy/deny-all and NetworkPolicy/aaa/web are of equal order, and it matters which is asked first: "
    "Calico 3.32 and later sorts equal orders by name, namespace, kind, and the output goes by that; Calico up to 3.31 "
    "sorts equal orders by namespace, tier and name, which lets more through"
)


@pytest.fixture
def tied(folder: Path) -> Path:
    path = folder / "tied.yaml"
    path.write_text(TIED)
    return path


def test_without_a_release_a_loss_names_the_pair(run, tied: Path) -> None:
    ran = run("--to", "cilium", tied.name)
    assert ran.code == 1
    assert "tied.yaml:1:1: tighter  NPT530 sequence-not-known" in ran.err
    assert PAIR in ran.err.splitlines()
    assert "NPT504" not in ran.err
    assert "    where   Calico up to 3.31 sorts equal orders by namespace, tier and name" in ran.err.splitlines()
    assert run("--to", "cilium", tied.name, "--accept", "NPT530").code == 0


@pytest.mark.parametrize("flags", [(), ("--no-verify",)])
def test_it_is_told_whether_or_not_the_text_is_proved(run, tied: Path, flags: tuple[str, ...]) -> None:
    ran = run("--to", "cilium", tied.name, *flags)
    assert (ran.code, "NPT530" in ran.err) == (1, True)


@pytest.mark.parametrize(("release", "denied"), [("3.31", False), ("3.30", False), ("3.32", True)])
def test_with_a_release_its_sequence_is_meant(run, tied: Path, release: str, denied: bool) -> None:
    ran = run("--to", "cilium", tied.name, "--source-version", f"calico={release}")
    assert ran.code == 0
    assert ("protocol: TCP" not in ran.out) is denied
    assert "proved the same" in ran.err


def test_both_ends_may_have_a_release(run, tied: Path) -> None:
    versions = {"before": ("--before-version", "calico=3.31"), "after": ("--after-version", "calico=3.32")}
    assert run("verify", tied.name, tied.name).code == 0
    assert run("verify", tied.name, tied.name, *versions["before"], *versions["after"]).code == 1
    assert run("verify", tied.name, tied.name, *versions["before"]).code == 1
    assert run("verify", tied.name, tied.name, *versions["before"], "--after-version", "calico=3.30").code == 0


def test_the_release_of_the_target_is_not_that_of_the_source(run, tied: Path) -> None:
    older = ("--to", "calico", tied.name, "--target-version", "calico=3.30")
    assert "NPT214" in run(*older).err
    ran = run(*older, "--source-version", "calico=3.31")
    assert (ran.code, ran.out) == (0, TIED)


def test_roundtrip_takes_one(run, tied: Path) -> None:
    assert run("roundtrip", tied.name, "--via", "cilium", "--source-version", "calico=3.31").code == 0


def test_only_what_is_told_apart_can_be_stated(run, tied: Path) -> None:
    ran = run("--to", "calico", tied.name, "--source-version", "cilium=1.18")
    assert ran.code == 2
    assert "the releases of cilium are not told apart where policies are read, those of calico are" in ran.err
    assert run("verify", tied.name, tied.name, "--before-version", "calico=2.0").code == 2
    assert run("verify", tied.name, tied.name, "--after-version", "3.31").code == 2


def test_what_is_of_equal_order_only_in_the_output_is_told(run, folder: Path) -> None:
    """A Kubernetes policy stands behind those of Calico up to 3.31; one of Calico goes by its name alone."""
    (folder / "mixed.yaml").write_text(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: a}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}\n---\n"
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: closed-1, namespace: a}\n"
        "spec: {order: 1000, types: [Ingress], ingress: [{action: Deny, protocol: TCP}]}\n"
    )
    ran = run("--to", "calico", "mixed.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "looser  NPT530" in ran.err
    assert "NetworkPolicy/a/closed of the output are of equal order" in ran.err
    assert run("--to", "calico", "mixed.yaml", "--source-version", "calico=3.32").code == 0


RANGE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.20.0.0/16}}]}]}
"""
ENFORCER = "--source-engine says who enforces them today"


@pytest.mark.parametrize(
    ("facts", "options", "shown"),
    [
        ("", (), True),
        ("", ("--source-engine", "cilium"), False),
        ("pods: [10.20.0.0/17]\nnodes: [192.168.0.0/16]\n", (), True),
        ("pods: [10.244.0.0/16]\nnodes: [192.168.0.0/16]\n", (), False),
        ("pods: [10.244.0.0/16]\n", (), True),
    ],
)
def test_who_enforces_a_range_today_is_asked(
    run, folder: Path, facts: str, options: tuple[str, ...], shown: bool
) -> None:
    (folder / "range.yaml").write_text(RANGE)
    (folder / "facts.yaml").write_text(facts or "pods: []\n")
    stated = ("--facts", "facts.yaml") if facts else ()
    ran = run("--to", "cilium", "range.yaml", *stated, *options)
    assert ran.code == 0
    assert (ENFORCER in ran.err) is shown
