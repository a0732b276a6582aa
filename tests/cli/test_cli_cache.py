"""``--cache``: what is printed is the same, and -v says that nothing was proved anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.passes.fitting import text

ALLOW = text("calico", "types: [Ingress], ingress: [{action: Allow, protocol: TCP}]")
DENY = text("calico", "types: [Ingress], ingress: [{action: Deny}]")
RECALLED = "  (from the cache)"


@pytest.fixture
def inputs(folder: Path) -> tuple[str, str]:
    Path("allow.yaml").write_text(ALLOW, encoding="utf-8")
    Path("deny.yaml").write_text(DENY, encoding="utf-8")
    return "allow.yaml", "deny.yaml"


@pytest.mark.parametrize(
    "command",
    [
        ("convert", "--to", "cilium", "allow.yaml", "--report", "json=-", "-o", "yaml", "--output-file", "-"),
        ("convert", "--to", "cilium", "allow.yaml", "--report", "json"),
        ("verify", "allow.yaml", "deny.yaml"),
        ("verify", "allow.yaml", "deny.yaml", "--report", "json"),
        ("check", "allow.yaml", "--to", "cilium"),
        ("diff", "allow.yaml", "deny.yaml"),
    ],
    ids=str,
)
def test_a_second_run_prints_the_same(run, inputs, command: tuple[str, ...]) -> None:
    plain = run(*command)
    assert run(*command, "--cache", "proofs") == plain
    assert Path("proofs").is_dir()
    assert run(*command, "--cache", "proofs") == plain


@pytest.mark.parametrize(
    "command",
    [
        ("convert", "--to", "cilium", "allow.yaml"),
        ("verify", "allow.yaml", "deny.yaml"),
        ("check", "allow.yaml", "--to", "cilium"),
    ],
)
def test_one_may_see_where_a_proof_comes_from(run, inputs, command: tuple[str, ...]) -> None:
    first, second = (run(*command, "-v", "--cache", "proofs") for _ in range(2))
    assert RECALLED not in first.err.splitlines()
    assert [line for line in second.err.splitlines() if line != RECALLED] == first.err.splitlines()
    assert second.err.splitlines().count(RECALLED) == 1


def test_a_file_cannot_hold_proofs(run, inputs) -> None:
    code, _, err = run("verify", *inputs, "--cache", "allow.yaml")
    assert (code, err) == (2, "allow.yaml: error: is no folder: proofs cannot be kept in it\n")
