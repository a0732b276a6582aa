"""Completion of ``kubectl netpol-translate``: what kubectl asks ``kubectl_complete-netpol_translate`` for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from translate.cli.kubectl import completions

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ver"], "verify\tProve that BEFORE and AFTER let through...\nversion\tPrint the version.\n:4\n"),
        (["convert", "--to", "ca"], "calico\n:4\n"),
        (["--to", "c"], "calico\ncilium\n:4\n"),
        (["check", "--force"], ":0\n"),
        (["verify", ""], ":0\n"),
        (["convert", "--output-file", "o"], ":0\n"),
        (["verify", "--to", "x", "--no-such", ""], ":0\n"),
    ],
    ids=str,
)
def test_words_are_suggested_with_what_they_mean_else_files(words: list[str], said: str) -> None:
    assert completions(words) == said


def test_every_command_is_suggested_where_nothing_is_typed() -> None:
    words = [line.split("\t")[0] for line in completions([""]).splitlines()]
    assert {"convert", "verify", "fn", "post-render"} <= set(words)
    assert completions([]) == completions([""])


def test_a_meaning_is_on_the_line_of_its_word() -> None:
    lines = completions(["convert", "--"]).splitlines()
    assert all(line.startswith(("--", ":4")) and line.count("\t") <= 1 for line in lines)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
@pytest.mark.skipif(not (BIN / "kubectl_complete-netpol_translate").exists(), reason="the scripts are not installed")
def test_kubectl_itself_finds_the_plugin_and_its_completion(tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    assert kubectl is not None
    environment = {"PATH": str(BIN), "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}

    def said(*arguments: str) -> str:
        done = subprocess.run([kubectl, *arguments], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert said("netpol-translate", "--version") == "netpol-translate 0.1.0\n"
    assert said("__complete", "netpol-translate", "--to", "ca") == "calico\n:4\n"
    assert str(BIN / "kubectl-netpol_translate") in said("plugin", "list").splitlines()
