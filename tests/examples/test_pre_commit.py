"""``.pre-commit-hooks.yaml``: the real pre-commit runs the hooks of the example in a scratch repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.conftest import BIN, ROOT, Shell, commit

pytestmark = pytest.mark.skipif(not (BIN / "pre-commit").exists(), reason="pre-commit is not installed")

HOOKS = ROOT / ".pre-commit-hooks.yaml"
URL = "https://github.com/netpol-translate/netpol-translate"
DEAD = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dead, namespace: shop}
spec:
  podSelector: {matchLabels: {tier: dead}}
  ingress:
    - from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}, {key: a, operator: NotIn, values: [b]}]}}]
"""


@pytest.fixture
def hooks(tmp_path: Path, shell: Shell) -> None:
    """A repository that git takes for ours: our hooks, which run the tool of this environment instead of installing it."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    text = HOOKS.read_text(encoding="utf-8")
    assert text.count("language: python") == 2
    (folder / HOOKS.name).write_text(text.replace("language: python", "language: unsupported"), encoding="utf-8")
    commit(shell, folder, "tag", "v0.1.0")
    (tmp_path / "home" / ".gitconfig").write_text(f'[url "{folder}"]\n  insteadOf = {URL}\n', encoding="utf-8")


def ran(shell: Shell, repository: Path) -> tuple[int, str]:
    done = shell(["pre-commit", "run", "--all-files"], repository)
    return done.returncode, done.stdout + done.stderr


def test_the_hooks_and_the_example_are_valid(shell: Shell) -> None:
    for command in (["validate-manifest", str(HOOKS)], ["validate-config", ".pre-commit-config.yaml"]):
        done = shell(["pre-commit", *command], ROOT / "examples" / "repository")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.usefixtures("hooks")
def test_the_example_passes(shell: Shell, repository: Path) -> None:
    code, printed = ran(shell, repository)
    assert code == 0, printed
    assert printed.count("Passed") == 2


@pytest.mark.usefixtures("hooks")
def test_a_translation_that_went_stale_is_shown_with_a_packet(shell: Shell, repository: Path) -> None:
    policy = repository / "policies" / "database.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("5432", "5433"), encoding="utf-8")
    code, printed = ran(shell, repository)
    assert code == 1
    assert "network policies say what is meant" in printed.partition("Passed")[0]
    assert "TCP 5433" in printed
    assert "before  Allowed  policies/database.yaml:" in printed


@pytest.mark.usefixtures("hooks")
def test_a_rule_that_never_matches_is_found(shell: Shell, repository: Path) -> None:
    (repository / "policies" / "dead.yaml").write_text(DEAD, encoding="utf-8")
    shell(["git", "add", "-A"], repository)
    code, printed = ran(shell, repository)
    assert code == 1
    assert "NPT401" in printed
