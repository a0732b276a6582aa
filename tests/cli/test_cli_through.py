"""Reports to what is open already: written through, behind what stands there, and no link to it is replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from translate.cli.streams import is_stream

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/fd/1"), reason="open files have no names here")
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n"
ROOT = Path(__file__).parents[2]
BEFORE = "what stood there before\n"


def shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """``script`` with ``$T`` the command; ``so`` is a link to its stdout, ``twice`` a link to that link."""
    (folder / "p.yaml").write_text(POLICY)
    (folder / "so").symlink_to("/proc/self/fd/1" if os.path.exists("/proc/self/fd/1") else "/dev/fd/1")
    (folder / "below").mkdir()
    (folder / "below" / "twice").symlink_to("../so")
    env = {**os.environ, "T": f"{sys.executable} -m netpol_translate", "PYTHONPATH": str(ROOT)}
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env, cwd=folder, check=False)


@pytest.mark.parametrize("name", ["so", "below/twice", "./so", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("opening", [">", ">>"])
def test_a_report_is_written_through_to_stdout(folder: Path, name: str, opening: str) -> None:
    if not os.path.exists(name) and name.startswith("/"):
        pytest.skip("this system does not call it so")
    (folder / "cap").write_text(BEFORE)
    command = f"$T --to calico p.yaml --output-file o.yaml --force -q --report json={name} {opening} cap"
    done = shell(folder, command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = (folder / "cap").read_text()
    assert text.startswith(BEFORE) is (opening == ">>")
    assert json.loads(text.removeprefix(BEFORE))["proof"]["verdict"] == "same"
    assert (folder / "so").is_symlink()
    assert (folder / "below" / "twice").is_symlink()


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="this system does not call it so")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "/dev/../dev/stdout"])
def test_what_the_system_calls_it_is_a_stream(name: str) -> None:
    """Asked without a run: if it were none, the one of this machine would be replaced."""
    assert is_stream(Path(name))


def test_what_is_said_before_and_after_stays(folder: Path) -> None:
    script = "(echo first; $T check p.yaml -q --report json=so; echo last) > cap"
    assert shell(folder, script).returncode == 0
    lines = (folder / "cap").read_text().splitlines()
    assert (lines[0], lines[-1]) == ("first", "last")
    assert json.loads("".join(lines[1:-1]))["findings"] == []


@pytest.mark.parametrize("descriptor", ["2", "7"])
def test_other_open_files_as_well(folder: Path, descriptor: str) -> None:
    done = shell(folder, f"$T check p.yaml -q --report json=/dev/fd/{descriptor} {descriptor}> cap")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((folder / "cap").read_text())["findings"] == []


def test_one_that_is_not_open_is_an_error(folder: Path) -> None:
    done = shell(folder, "$T check p.yaml --report json=/dev/fd/77")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == "/dev/fd/77: error: cannot be written: Bad file descriptor"


def test_the_output_goes_through_as_well(folder: Path) -> None:
    done = shell(folder, "$T --to calico p.yaml -q --output-file so > cap")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "kind: NetworkPolicy" in (folder / "cap").read_text()
