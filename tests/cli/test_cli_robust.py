"""What a machine may do to the command: links that lead nowhere, full disks, endless pipes, files named twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from translate.prover.allowance import PAGES
from translate.yamlio.limits import DEFAULT

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: np, namespace: shop}
spec: {podSelector: {}}
"""
COMMAND = [sys.executable, "-m", "netpol_translate"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def policy(folder: Path) -> Path:
    (folder / "np.yaml").write_text(POLICY)
    return folder / "np.yaml"


def test_a_link_to_itself_is_an_error_in_one_line(run, folder: Path) -> None:
    (folder / "loop.yaml").symlink_to("loop.yaml")
    code, out, err = run("--to", "calico", "loop.yaml")
    assert (code, out) == (2, "")
    assert err == "loop.yaml: error: cannot be read: Too many levels of symbolic links\n"
    (folder / "np.yaml").write_text(POLICY)
    assert run("--to", "calico", "np.yaml", "--output-file", "loop.yaml").code == 2


@pytest.mark.parametrize("options", [(), ("-R",)])
def test_a_pipe_in_a_folder_is_not_waited_for_and_a_link_to_nowhere_is_told(run, policy: Path, options) -> None:
    os.mkfifo(policy.parent / "pipe.yaml")
    ran = run("--to", "calico", str(policy.parent), *options)
    assert ran.code == 0
    assert f"note: 1 file holds no manifest: {policy.parent}/pipe.yaml" in ran.err.splitlines()
    (policy.parent / "gone.yaml").symlink_to("nowhere")
    ran = run("--to", "calico", str(policy.parent), *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0].endswith("gone.yaml: error: cannot be read: No such file or directory")


@pytest.mark.parametrize("report", ["json=out.yaml", "json=./out.yaml"])
def test_a_report_never_takes_the_place_of_the_output(run, policy: Path, report: str) -> None:
    code, out, err = run("--to", "calico", str(policy), "--output-file", "out.yaml", "--report", report)
    assert (code, out) == (2, "")
    assert "out.yaml: error: is named for two outputs: name two files" in err
    assert '"problems"' in Path("out.yaml").read_text(), "what was wrong is reported where it was asked for"


def test_two_reports_are_two_files(run, policy: Path) -> None:
    code, _, err = run("--to", "calico", str(policy), "--report", "json=r", "--report", "sarif=r")
    assert code == 2
    assert err.splitlines()[-1] == "Error: Invalid value for '--report': 'r' is named for two reports"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_no_difference(policy: Path) -> None:
    with open("/dev/full", "w") as full:
        said = subprocess.run(
            [*COMMAND, "verify", str(policy), str(policy)], stderr=full, stdout=subprocess.PIPE, cwd=ROOT, check=False
        )
    assert said.returncode == 2


def test_no_more_of_a_pipe_is_read_than_the_limit_allows() -> None:
    """The writer gets no further than the limit and what a pipe holds."""
    many = DEFAULT.text + (8 << 20)
    script = f"import sys; [sys.stdout.write('# x' * 1000 + chr(10)) for _ in range({many // 3000})]"
    writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = subprocess.run(
        [*COMMAND, "--to", "calico", "-"], stdin=writer.stdout, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert writer.stdout is not None
    writer.stdout.close()
    writer.wait()
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)
    assert said.stderr == "-:1:1: error: the input is larger than 67,108,864 bytes\n"


def test_a_round_trip_that_would_be_looser_is_a_difference(run) -> None:
    source = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: s.b}\nspec: {tier: s, order: 10, "
    source += "types: [Ingress], ingress: [{action: Deny, source: {nets: [198.51.100.0/24]}}, {action: Pass}]}\n"
    code, _, err = run("roundtrip", "--via", "cilium", stdin=source)
    assert code == 1
    assert "NPT522" in err


LABELLED = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: p{0}, namespace: shop}}
spec: {{order: {0}, selector: k{0} != 'a', ingress: [{{action: {1}, source: {{selector: k{2} != 'b'}}}}]}}
"""


@pytest.mark.skipif(not PAGES.exists(), reason="the system does not tell how much memory a process has")
def test_a_proof_that_takes_more_memory_than_it_may_is_undecided(folder: Path) -> None:
    """Labels that have little to do with each other leave many remainders."""
    texts = [LABELLED.format(n, ("Allow", "Deny")[n % 2], (n + 7) % 20) for n in range(20)]
    (folder / "before.yaml").write_text("---\n".join(texts))
    (folder / "after.yaml").write_text("---\n".join([*texts, LABELLED.format(20, "Deny", 3)]))
    command = [*COMMAND, "verify", "before.yaml", "after.yaml", "--max-memory", "1"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert ran.stderr.startswith(
        "? undecided: the proof did not finish within 1 MiB of memory (--max-memory allows more)"
    )


LIMITED = """
import resource, sys
import translate.cli.check, translate.cli.convert, translate.cli.fleet
from translate.cli.main import run
limit = (int(sys.argv[1]) << 20) + sum(int(word) for word in open("/proc/self/statm").read().split()[:1]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.skipif(not PAGES.exists(), reason="the system does not tell how much memory a process has")
@pytest.mark.parametrize(
    "command", [("--to", "calico", "many.yaml"), ("check", "many.yaml"), ("fleet", ".", "--to", "calico")], ids=str
)
def test_want_of_memory_is_told_in_a_line(folder: Path, command: tuple[str, ...]) -> None:
    many = "---\n".join(POLICY.replace("name: np", f"name: np{number}") for number in range(3000))
    (folder / "many.yaml").write_text(many)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "14", *command, "-j", "1"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 2
    said = "there is not enough memory: give the run more, or less to do at once (fewer files, -j 1), or let proofs end sooner (--max-memory MIB)"
    if command[0] == "fleet":
        assert done.stdout.splitlines()[-1].endswith(f": {said}")
    else:
        assert (done.stdout, done.stderr) == ("", f"netpol-translate: error: {said}\n")
