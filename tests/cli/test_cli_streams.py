"""Streams that are closed, cut or not UTF-8: a clear line and an exit code of the table, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

POLICY = "# für web\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n"
COMMAND = [sys.executable, "-m", "translate"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A file with one policy, and a comment that ASCII cannot say."""
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    return str(tmp_path / "p.yaml")


def environment(**more: str) -> dict[str, str]:
    """This process's, without what decides on colour and encoding."""
    unset = ("NO_COLOR", "FORCE_COLOR", "TERM", "LANG", "PYTHONIOENCODING", "PYTHONUTF8")
    kept = {key: value for key, value in os.environ.items() if key not in unset and not key.startswith("LC_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def shell(script: str, policy: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """``script`` with ``$T`` the command and ``$F`` the file."""
    env = environment(T=" ".join(COMMAND), F=policy, **more)
    return subprocess.run(["bash", "-c", script], capture_output=True, env=env, timeout=60)


@pytest.mark.parametrize(
    "script", ["$T --to calico <&-", "$T --to calico - <&-", "$T collect - <&-", "$T fn <&-", "$T facts - <&-"]
)
def test_no_stdin(policy: str, script: str) -> None:
    done = shell(script, policy)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"internal error" not in done.stderr
    assert b"no input" in done.stderr or b"cannot be read" in done.stderr


TO_STDOUT = (
    *(
        "--help",
        "-h",
        "",
        "--version",
        "version",
        "convert --help",
        "completion bash",
        "rule",
        "rule NPT501",
        "dialects",
    ),
    *("dialects cilium", "schema report", "facts --example", "collect --print-rbac", "--to calico $F", "matrix $F"),
    *("check $F -q --report json=-", "testplan $F", "report $F --to calico", "fleet $D --to calico -j 1"),
)


@pytest.mark.parametrize("arguments", TO_STDOUT)
def test_no_stdout_for_what_is_asked_for_there(policy: str, arguments: str) -> None:
    done = shell(f"$T {arguments} >&-", policy, D=str(Path(policy).parent))
    assert (done.returncode, done.stderr.decode()) == (2, "stdout: error: cannot be written: it is closed\n")


@pytest.mark.parametrize(
    "arguments",
    [
        *("check $F", "verify $F $F", "roundtrip $F --via calico", "--to calico $F --output-file $D/o.yaml"),
        *(
            "report $F --to calico -o html=$D/r.html",
            "fleet $D --to calico -j 1 -o json=$D.json",
            "matrix $F -o svg=$D/m",
        ),
        "collect $F --output-dir $D/taken",
    ],
)
def test_no_stdout_where_nothing_is_for_it(policy: str, arguments: str) -> None:
    done = shell(f"$T {arguments} -q >&-", policy, D=str(Path(policy).parent))
    assert (done.returncode, b"error" in done.stderr) == (0, False)


def test_no_stderr(policy: str) -> None:
    done = shell("$T --to calico $F 2>&-", policy)
    assert done.returncode == 0
    assert done.stdout.startswith("# für web\n".encode())


def test_a_full_disk(policy: str) -> None:
    done = shell("$T --to calico $F >/dev/full", policy)
    assert done.returncode == 2
    assert b"cannot be written: No space left on device" in done.stderr
    assert b"internal error" not in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", ["--to calico $F", "rule", "dialects", "--help", "--version", "version"])
def test_a_reader_that_went_away(policy: str, arguments: str) -> None:
    """``… | head``: 1 would mean that something was found, so a cut pipe is trouble, and there is nobody to tell."""
    read, write = os.pipe()
    os.close(read)
    line = [*COMMAND, *arguments.replace("$F", policy).split()]
    done = subprocess.run(line, stdout=write, stderr=subprocess.PIPE, env=environment(), timeout=60)
    os.close(write)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "more",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C"},
    ],
    ids=str,
)
def test_the_document_is_utf_8_whatever_the_locale(policy: str, more: dict[str, str]) -> None:
    done = shell("$T --to calico $F", policy, **more)
    assert done.returncode == 0
    assert done.stdout.startswith("# für web\n".encode())


def test_a_locale_without_utf_8_gets_ascii_words(policy: str) -> None:
    more = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    Path(policy).write_text(POLICY.replace("für", "for"), encoding="utf-8")
    said = shell("$T --to calico -v $F >/dev/null; $T verify $F $F", policy, **more).stderr
    assert said.isascii()
    assert b"  NetworkPolicy/shop/p -> NetworkPolicy  same\n" in said
    assert b"1 translated | 1 same | 0 tighter | 0 looser\n" in said
    assert b"+ proved the same: both let through exactly the same packets, whatever policy is added later\n" in said
    for arguments in ("rule NPT502", "rule", "dialects", "dialects cilium", "--help", "convert --help"):
        assert shell(f"$T {arguments}", policy, **more).returncode == 0


@pytest.mark.parametrize(
    ("options", "more", "coloured"),
    [
        ("", {}, False),
        ("--color always", {}, True),
        ("--color always", {"NO_COLOR": "1"}, True),
        ("--color never", {"FORCE_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1"}, True),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colour_is_asked_for(policy: str, options: str, more: dict[str, str], coloured: bool) -> None:
    done = shell(f"$T --to calico $F {options}", policy, **more)
    assert (b"\x1b[" in done.stderr) is coloured
    assert b"\x1b" not in done.stdout


def test_the_module_and_both_scripts_are_one_program(policy: str) -> None:
    scripts = Path(sys.executable).parent
    for name in ("netpol-translate", "kubectl-netpol_translate"):
        if (scripts / name).exists():
            done = subprocess.run(
                [scripts / name, "--to", "calico", policy], capture_output=True, env=environment(), timeout=60
            )
            assert (done.returncode, done.stdout) == (0, shell("$T --to calico $F", policy).stdout)
