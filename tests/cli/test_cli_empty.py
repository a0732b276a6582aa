"""What is empty where a name or a text is due, as what an unset variable leaves: never the current folder, never nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n"
ROOT = Path(__file__).parents[2]
UNNAMED = [
    ("--to", "calico", ""),
    ("--to", "calico", "p.yaml", ""),
    ("--to", "calico", "-f", ""),
    ("check", ""),
    ("verify", "", "p.yaml"),
    ("verify", "p.yaml", ""),
    ("diff", "", "p.yaml"),
    ("roundtrip", "", "--via", "calico"),
    ("matrix", ""),
    ("matrix", "p.yaml", "--after", ""),
    ("testplan", ""),
    ("report", "", "--to", "calico"),
    ("explain", "", "--from", "shop/a", "--to", "shop/b"),
    ("facts", ""),
    ("collect", ""),
    ("fleet", "", "--to", "calico"),
    ("fleet", "c", "--after", ""),
    ("fleet", "c", "--to", "calico", "--output-dir", ""),
    ("fleet", "c", "--to", "calico", "--cache", ""),
    ("collect", "p.yaml", "--output-dir", ""),
    ("--to", "calico", "p.yaml", "--output-dir", ""),
    ("--to", "calico", "p.yaml", "--output-dir="),
    ("--to", "calico", "p.yaml", "--output-file", ""),
    ("--to", "calico", "p.yaml", "--cache", ""),
    ("--to", "calico", "p.yaml", "--facts", ""),
    ("--to", "calico", "p.yaml", "--config", ""),
    ("collect", "-A", "--kubeconfig", ""),
]


@pytest.mark.parametrize("arguments", UNNAMED, ids=" ".join)
def test_an_empty_name_names_nothing(run, folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "c").mkdir()
    for name in ("p.yaml", "c/p.yaml"):
        (folder / name).write_text(POLICY)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.endswith(": an empty text names no file: is a variable unset?\n")
    assert sorted(os.listdir()) == ["c", "p.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="pipes have no names here")
@pytest.mark.parametrize("made", ["false", "echo", "printf ' '"])
@pytest.mark.parametrize(
    "command",
    [
        *("--to calico $PIPE", "--to calico p.yaml $PIPE", "check $PIPE", "verify p.yaml $PIPE", "verify $PIPE p.yaml"),
        *("matrix p.yaml --after $PIPE", "collect $PIPE", "collect p.yaml $PIPE", "--to calico p.yaml --config $PIPE"),
        *("facts $PIPE", "explain $PIPE --from 10.0.0.1 --to 10.0.0.2:80"),
    ],
)
def test_nothing_came_through_a_pipe_that_has_a_name(folder: Path, command: str, made: str) -> None:
    (folder / "p.yaml").write_text(POLICY)
    script = f"{sys.executable} -m netpol_translate {command}".replace("$PIPE", f"<({made})")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (said,) = [line for line in done.stderr.splitlines() if ": error: " in line]
    assert said.endswith(": error: nothing came through the pipe")
    assert not (folder / "cluster").exists()


def test_what_is_known_to_be_empty_is_no_pipe_that_failed(run, folder: Path) -> None:
    (folder / "p.yaml").write_text(POLICY)
    assert run("diff", os.devnull, "p.yaml").code == 1


WITHOUT_POLICIES = {"empty": "", "blank": " \n\n", "comments": "# nothing here\n", "markers": "---\n# Source: x\n---\n"}
NOTHING_TO_SHOW = [
    ("matrix",),
    ("testplan",),
    ("explain", "--from", "10.0.0.1", "--to", "10.0.0.2:80"),
]


@pytest.mark.parametrize("text", WITHOUT_POLICIES.values(), ids=WITHOUT_POLICIES)
def test_a_file_without_documents_is_an_input_without_policies(run, folder: Path, text: str) -> None:
    (folder / "e.yaml").write_text(text)
    assert tuple(run("--to", "calico", "e.yaml")) == (0, "", "the input holds no policy: nothing to translate\n")
    assert run("check", "e.yaml").code == 0
    for command, *options in NOTHING_TO_SHOW:
        ran = run(command, "e.yaml", *options)
        assert ran.code == 2
        assert ran.err.startswith("input: error: the input holds no policy: there is nothing to ")


@pytest.mark.parametrize("text", WITHOUT_POLICIES.values(), ids=WITHOUT_POLICIES)
def test_a_pipe_without_documents_is_one_where_something_came_through(run, text: str) -> None:
    if text.strip():
        assert tuple(run("--to", "calico", "-", stdin=text)) == (
            0,
            "",
            "the input holds no policy: nothing to translate\n",
        )
    else:
        assert run("--to", "calico", "-", stdin=text).code == 2
        assert run("check", "-", stdin=text).code == 2


@pytest.mark.parametrize("text", WITHOUT_POLICIES.values(), ids=WITHOUT_POLICIES)
def test_a_file_without_documents_beside_others_is_named(run, folder: Path, text: str) -> None:
    (folder / "p.yaml").write_text(POLICY)
    (folder / "e.yaml").write_text(text)
    ran = run("--to", "calico", "p.yaml", "e.yaml")
    assert ran.code == 0
    assert "note: 1 file holds no manifest: e.yaml" in ran.err.splitlines()
