"""``--assume``: by flag, facts file and configuration; tried and told, never on by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from translate.tables import load

METADATA = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-metadata}
spec:
  types: [Egress]
  egress:
  - {action: Deny, destination: {nets: [169.254.169.254/32]}}
  - {action: Allow}
"""
PUBLIC = METADATA.replace("169.254.169.254/32", "203.0.113.0/24")
LINE = (
    "  assumes: no pod and no node has a link-local, loopback or multicast address (--assume link-local-is-outside); not so "
    "where nodes answer DNS at 169.254.20.10 (NodeLocal DNSCache)"
)
CILIUM = ["--to", "cilium", "--assume", "link-local-is-outside"]
TRIED = "if it is so that no pod and no node has a link-local, loopback or multicast address, this settles 1 of 1 (tried; check it):"


@pytest.fixture
def files(folder: Path) -> Path:
    (folder / "p.yaml").write_text(METADATA)
    return folder


def test_what_is_assumed_is_told_without_asking(run, files: Path) -> None:
    ran = run(*CILIUM, "p.yaml")
    assert (ran.code, LINE in ran.err.splitlines()) == (1, True)
    assert "NPT521" in ran.err
    assert "NPT501" not in ran.err
    assert "NPT501" in run("--to", "cilium", "p.yaml").err
    assert LINE not in run("--to", "cilium", "p.yaml").err


def test_a_forecast_tells_it(run, files: Path) -> None:
    assert LINE in run("check", *CILIUM, "p.yaml").err.splitlines()
    assert LINE not in run("check", "--to", "cilium", "p.yaml").err.splitlines()


@pytest.mark.parametrize("command", ["verify", "diff"])
def test_comparisons_tell_it(run, files: Path, command: str) -> None:
    (files / "c.yaml").write_text(run(*CILIUM, "p.yaml").out)
    told = run(command, "p.yaml", "c.yaml", *CILIUM[2:]).err
    assert LINE in told.splitlines()


def test_a_facts_file_and_flags_add_up(run, files: Path) -> None:
    written = run(*CILIUM, "p.yaml").out
    (files / "facts.yaml").write_text("assume: [link-local-is-outside]\n")
    assert run("--to", "cilium", "p.yaml", "--facts", "facts.yaml").out == written
    (files / "facts.yaml").write_text("assume: [public-is-outside]\n")
    assert run("--to", "cilium", "p.yaml", "--facts", "facts.yaml").out != written
    assert run(*CILIUM, "p.yaml", "--facts", "facts.yaml").out == written
    (files / "facts.yaml").write_text("pods: [10.0.0.0/8, 169.254.9.0/24]\n")
    ran = run(*CILIUM, "p.yaml", "--facts", "facts.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        'facts: error: pods[1] "169.254.9.0/24" contradicts assume link-local-is-outside: no pod and no node has a '
        "link-local, loopback or multicast address\n"
    )


@pytest.mark.parametrize("value", ["link-local-is-outside", "[link-local-is-outside]"])
def test_a_configuration_may_state_it(run, files: Path, value: str) -> None:
    written = run(*CILIUM, "p.yaml").out
    (files / ".netpol-translate.yaml").write_text(f"assume: {value}\nto: cilium\n")
    assert run("p.yaml").out == written
    assert run("p.yaml", "--assume", "public-is-outside").out != written  # what the command line says wins
    assert run("p.yaml", "--no-config", "--to", "cilium").out != written


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "[link-local]",
            "'link-local' is not one of link-local-is-outside, public-is-outside; did you mean 'link-local-is-outside'?",
        ),
        ("{a: b}", "it must be a list of link-local-is-outside, public-is-outside"),
    ],
)
def test_a_configuration_that_misspells_it(run, files: Path, value: str, said: str) -> None:
    (files / "c.yaml").write_text(f"assume: {value}\n")
    ran = run("p.yaml", "--config", "c.yaml", "--to", "cilium")
    assert (ran.code, ran.err) == (2, f"c.yaml:1:9: error: assume is wrong: {said}\n")


def test_a_flag_that_misspells_it(run, files: Path) -> None:
    ran = run("p.yaml", "--to", "cilium", "--assume", "public-outside")
    assert ran.code == 2
    assert "did you mean 'public-is-outside'?" in ran.err


def test_a_report_says_which_would_settle_something(run, files: Path) -> None:
    lines = run("--to", "cilium", "p.yaml").err.splitlines()
    at = lines.index(f"or, {TRIED}")
    assert lines[at + 1] == "   --assume link-local-is-outside"
    (files / "p.yaml").write_text(PUBLIC)
    said = run("--to", "cilium", "p.yaml").err
    assert "   --assume public-is-outside" in said.splitlines()
    assert "link-local" not in said
    assert "--assume" not in run("--to", "cilium", "p.yaml", "--no-suggest").err


def test_nothing_is_said_of_what_settles_nothing(run, files: Path) -> None:
    (files / "p.yaml").write_text(METADATA.replace("169.254.169.254/32", "10.0.0.0/8"))
    assert "--assume" not in run("--to", "cilium", "p.yaml").err
    assert "--assume link-local" not in run(*CILIUM, "p.yaml").err.replace(LINE, "")


def test_the_packet_of_a_comparison_is_asked_again_with_it(run, files: Path) -> None:
    (files / "open.yaml").write_text(METADATA.replace("Deny", "Allow"))
    said = run("verify", "p.yaml", "open.yaml", *CILIUM[2:]).err
    assert "netpol-translate explain open.yaml --assume link-local-is-outside --from " in said


@pytest.mark.parametrize("name", ["link-local-is-outside", "public-is-outside"])
def test_each_has_an_entry_that_says_where_it_is_not_so(run, name: str) -> None:
    said = " ".join(run("rule", name).out.split())
    assert said == f"{name} {load.words()[name].meaning}"
    assert "It is not so where" in said
