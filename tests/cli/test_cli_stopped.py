"""A run that somebody stops: one line, exit code 2, and nothing half written left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="stops with signals")
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{0}, namespace: shop}}\nspec: {{podSelector: {{matchLabels: {{app: a{0}}}}}}}\n"
ROOT = Path(__file__).parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


def begun(*arguments: str, ignored: tuple[int, ...] = ()) -> subprocess.Popen[str]:
    """The command, which treats Ctrl-C as at a terminal, but for signals that are ``ignored``."""

    def settle() -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN if one in ignored else signal.SIG_DFL)

    command = [sys.executable, "-m", "netpol_translate", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, preexec_fn=settle
    )


@pytest.fixture
def pipe(folder: Path) -> Path:
    """A pipe with a name, which is an input that nobody has written yet."""
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@pytest.mark.parametrize(
    ("number", "said"), [("SIGINT", "interrupted"), ("SIGTERM", "terminated"), ("SIGHUP", "terminated")]
)
def test_a_run_that_is_stopped_says_so_in_a_line(pipe: Path, number: str, said: str) -> None:
    run = begun("--to", "calico", str(pipe))
    with pipe.open("w"):  # waits until the command reads
        run.send_signal(getattr(signal, number))
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out, err) == (2, "", f"netpol-translate: {said}\n")


def test_what_is_to_be_ignored_is_ignored(pipe: Path) -> None:
    run = begun("--to", "calico", "-q", str(pipe), ignored=(signal.SIGINT, signal.SIGHUP))
    with pipe.open("w") as writer:
        run.send_signal(signal.SIGINT)
        run.send_signal(signal.SIGHUP)
        writer.write(POLICY.format(1))
    out, err = run.communicate(timeout=30)
    assert (run.returncode, out.count("kind: NetworkPolicy"), err) == (0, 1, "")


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [("netpol-translate", 2, "netpol-translate: interrupted"), ("theirs.py", 0, "KeyboardInterrupt")],
)
def test_ctrl_c_while_it_is_loaded(name: str, code: int, said: str) -> None:
    """Another program that imports us gets what it would get without us."""
    lines = (
        "import os, signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nsys.argv[0] = sys.argv[1]\n"
    )
    lines += "try:\n import netpol_translate\n os.kill(os.getpid(), signal.SIGINT)\n input()\n"
    lines += "except KeyboardInterrupt:\n print('KeyboardInterrupt', file=sys.stderr)\n"
    command = [sys.executable, "-c", lines, name]
    done = subprocess.run(command, capture_output=True, text=True, env=ENV, stdin=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"{said}\n")


@pytest.mark.parametrize(("number", "said"), [("SIGINT", "interrupted"), ("SIGTERM", "terminated")])
def test_what_is_half_written_is_taken_away(folder: Path, number: str, said: str) -> None:
    (folder / "many.yaml").write_text("---\n".join(POLICY.format(n) for n in range(3000)))
    run = begun("--to", "calico", "--no-verify", "-q", "many.yaml", "--output-dir", "out")
    while run.poll() is None and not list(folder.glob("out/.netpol-translate-*")):
        time.sleep(0.001)
    run.send_signal(getattr(signal, number))
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (2, "")
    assert list(folder.glob("out/.*")) == []
    assert err == f"netpol-translate: {said}\n"
