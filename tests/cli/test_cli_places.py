"""Names that no file can have, and places that are out of reach: each is named in one line, and nothing else is blamed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n"
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "netpol_translate"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
LONG = "n" * 300
CONVERT = ("--to", "calico", "p.yaml")
TOO_LONG = [
    # the arguments, and what is said of the long name
    (("--to", "calico", LONG), f"{LONG}: error: cannot be read"),
    (("check", LONG), f"{LONG}: error: cannot be read"),
    (("verify", LONG, "p.yaml"), f"{LONG}: error: cannot be read"),
    (("diff", "p.yaml", LONG), f"{LONG}: error: cannot be read"),
    (("matrix", "p.yaml", "--after", LONG), f"{LONG}: error: cannot be read"),
    (("collect", LONG), f"{LONG}: error: cannot be read"),
    (("fleet", LONG, "--to", "calico"), f"{LONG}: error: cannot be read"),
    (("fleet", "c", "--after", LONG), f"{LONG}: error: cannot be read"),
    ((*CONVERT, "--facts", LONG), f"{LONG}: error: cannot be read"),
    ((*CONVERT, "--config", LONG), f"{LONG}: error: cannot be read"),
    ((*CONVERT, "--output-file", LONG), f"{LONG}: error: cannot be written"),
    ((*CONVERT, "--output-file", f"{LONG}/x"), f"{LONG}/x: error: cannot be written"),
    ((*CONVERT, "--output-dir", LONG), f"{LONG}: error: cannot be written"),
    ((*CONVERT, "--output-dir", f"new/{LONG}"), f"new/{LONG}/shop.networkpolicy.p.yaml: error: cannot be written"),
    ((*CONVERT, "--report", f"json={LONG}"), f"{LONG}: error: cannot be written"),
    (("check", "p.yaml", "--report", f"json={LONG}"), f"{LONG}: error: cannot be written"),
    (("report", "p.yaml", "--to", "calico", "-o", f"json={LONG}"), f"{LONG}: error: cannot be written"),
    (("collect", "p.yaml", "--output-dir", LONG), f"{LONG}: error: cannot be written"),
    (("fleet", "c", "--to", "calico", "--output-dir", LONG), f"{LONG}: error: cannot be written"),
    (("fleet", "c", "--to", "calico", "-o", f"json={LONG}"), f"{LONG}: error: cannot be written"),
    ((*CONVERT, "--cache", LONG), f"{LONG}: error: cannot be used"),
    (("fleet", "c", "--to", "calico", "--cache", LONG), f"{LONG}: error: cannot be used"),
]


@pytest.fixture
def files(folder: Path) -> Path:
    """A policy, and a cluster that has it."""
    (folder / "c").mkdir()
    for name in ("p.yaml", "c/p.yaml"):
        (folder / name).write_text(POLICY)
    return folder


@pytest.mark.parametrize(("arguments", "said"), TOO_LONG, ids=[" ".join(one).replace(LONG, "…") for one, _ in TOO_LONG])
def test_a_name_that_is_too_long(run, files: Path, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert [line for line in err.splitlines() if ": error: " in line] == [f"{said}: File name too long"]


def test_what_else_is_wrong_is_told_as_well(run, files: Path) -> None:
    (files / "bad.yaml").write_text("a: [")
    code, out, err = run("--to", "calico", LONG, "p.yaml", "bad.yaml", "nothing.yaml")
    assert (code, out) == (2, "")
    assert [line.partition(": error: ")[0] for line in err.splitlines() if ": error: " in line] == [
        LONG,
        "bad.yaml:2:1",
        "nothing.yaml",
    ]


def test_none_is_written_if_one_has_no_place(run, files: Path) -> None:
    assert run(*CONVERT, "--output-file", "o.yaml", "--report", f"json={LONG}").code == 2
    assert sorted(os.listdir()) == ["c", "p.yaml"]


@pytest.mark.parametrize("command", [CONVERT, ("check", "p.yaml"), ("verify", "p.yaml", "p.yaml")], ids=str)
def test_a_summary_that_has_no_place(run, files: Path, monkeypatch, command: tuple[str, ...]) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    code, out, err = run(*command, "--report", "github")
    assert (code, "kind: NetworkPolicy" in out) == (2, command == CONVERT)
    assert err == "nowhere/summary.md: error: cannot be written: No such file or directory (GITHUB_STEP_SUMMARY)\n"


@pytest.mark.skipif(os.name != "posix", reason="opens files by number")
@pytest.mark.parametrize("command", ["--to calico -", "facts -", "collect -", "fn", "post-render --to calico"])
def test_a_stdin_that_cannot_be_read(files: Path, command: str) -> None:
    script = f"{' '.join(COMMAND)} {command} 0> for-writing"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=ENV, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("-: error: cannot be read: Bad file descriptor")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_without_permission(run, files: Path) -> None:
    (files / "zero").mkdir()
    (files / "zero").chmod(0)
    if os.access("zero", os.R_OK):
        pytest.skip("whoever runs this may read everything")
    for arguments, said in (
        (("--to", "calico", "zero/x", "zero"), ["zero/x: error: cannot be read", "zero: error: cannot be read"]),
        ((*CONVERT, "--output-file", "zero/x"), ["zero/x: error: cannot be written"]),
        ((*CONVERT, "--output-dir", "zero/x"), ["zero/x: error: cannot be written"]),
        ((*CONVERT, "--report", "json=zero/x"), ["zero/x: error: cannot be written"]),
        ((*CONVERT, "--cache", "zero/x"), ["zero/x: error: cannot be used"]),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert [line for line in err.splitlines() if ": error: " in line] == [
            f"{one}: Permission denied" for one in said
        ]
    (files / "zero").chmod(0o700)


GONE = "mkdir gone; cd gone; rmdir ../gone; exec "


@pytest.mark.skipif(os.name != "posix", reason="the current folder cannot be deleted")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_current_folder_that_is_gone_is_needed_for_relative_names_alone(files: Path, jobs: str) -> None:
    (files / "d").mkdir()
    (files / "d" / "p.yaml").write_text(POLICY)

    def ran(arguments: str) -> tuple[int, str, str]:
        script = GONE + " ".join([*COMMAND, arguments])
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=ENV, cwd=files, check=False)
        return done.returncode, done.stdout, done.stderr

    code, out, err = ran(
        f"fleet {files}/c {files}/d --to calico -j {jobs} --output-dir {files}/new -o json={files}/f.json"
    )
    assert (code, out, err) == (0, "", "2 clusters · 2 same\n")
    assert sorted(os.listdir(files / "new")) == ["c", "d"]
    assert ran("fleet c --to calico")[2] == "c: error: cannot be read: No such file or directory\n"
    code, out, err = ran(f"--to calico {files}/p.yaml --output-file x")
    assert (code, out, err) == (2, "", "x: error: cannot be written: No such file or directory\n")
