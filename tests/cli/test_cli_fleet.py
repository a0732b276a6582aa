"""``fleet``: each cluster comes to what it comes to by itself, whoever does the work and whatever becomes of the others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fleet_work import Job, done, times_begun
from translate.cli.processes import KILLED, by_processes

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
OF_CALICO = ("engine-swap", "ordered-deny", "tiers", "network-sets", "host-policies", "service-accounts")
KILLS = pytest.mark.skipif(os.name != "posix", reason="kills with signals")


def files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.yaml")}


@pytest.fixture
def clusters(folder: Path) -> Path:
    """A folder for each cluster, two of them not as they should be."""
    for name in OF_CALICO:
        (folder / "clusters" / name).mkdir(parents=True)
        shutil.copy(SAMPLES / name / "calico.yaml", folder / "clusters" / name)
    (folder / "clusters" / "broken").mkdir()
    (folder / "clusters" / "broken" / "a.yaml").write_text("kind: [\n")
    (folder / "clusters" / "empty").mkdir()
    return folder / "clusters"


def rows(run, *arguments: str) -> dict[str, dict]:
    found = run("fleet", *arguments, "-o", "json")
    told = json.loads(found.out)
    assert told["exit_code"] == found.code
    names = [one["name"] for one in told["clusters"]]
    assert len(set(names)) == len(names)
    return {one["name"]: one for one in told["clusters"]}


@pytest.mark.parametrize("to", ["cilium", "kubernetes"])
def test_each_comes_to_what_convert_says_of_it_alone(run, clusters: Path, to: str) -> None:
    found = rows(run, "clusters", "--to", to, "--output-dir", "all", "-j", "1")
    assert list(found) == sorted([*OF_CALICO, "broken", "empty"])
    for name, row in found.items():
        alone = run("convert", f"clusters/{name}", "--to", to, "--output-dir", f"alone/{name}", "--report", "json=-")
        assert row["exit_code"] == alone.code, name
        told = json.loads(alone.out)
        if told.get("proof"):
            assert row["verdict"] == told["proof"]["verdict"]
            assert row["policies"] == len(told["policies"])
            lost = [loss for loss in told["losses"] if not loss["accepted"] and loss["effect"] != "exact"]
            assert sum(loss["count"] for loss in row["losses"]) == len(lost)
    assert files(Path("all")) == files(Path("alone"))
    assert files(Path("all"))


def test_each_comes_to_what_verify_says_of_it_alone(run, clusters: Path) -> None:
    run("fleet", "clusters", "--to", "cilium", "--output-dir", "after", "-j", "1")
    Path("after", "only-here").mkdir()
    found = rows(run, "clusters", "--after", "after", "-j", "1")
    names = sorted(path.name for path in Path("after").iterdir())
    for name in names[:-1] if names[-1] == "only-here" else names:
        if name != "only-here":
            assert found[name]["exit_code"] == run("verify", f"clusters/{name}", f"after/{name}").code, name
    assert found["only-here"]["verdict"] == found["broken"]["verdict"] == "missing"
    assert found["only-here"]["remarks"] == ["there is no such cluster before"]
    assert found["broken"]["remarks"] == ["there is no such cluster after"]


def test_what_is_wrong_with_one_is_a_line(run, clusters: Path) -> None:
    code, out, err = run("fleet", "clusters/broken", "clusters/tiers", "--to", "cilium", "-j", "1")
    assert code == 2
    assert out.splitlines() == [
        "cluster  policies  verdict  losses",
        "broken             invalid",
        "tiers    2         same     1 NPT520 looser-later",
        "broken: clusters/broken/a.yaml:2:1: a value is missing here: quote it if it starts with a sign",
    ]
    assert err == "2 clusters · 1 same · 1 invalid\n"


@pytest.mark.parametrize("more", [("-o", "text"), ("-o", "markdown"), ("-o", "json")], ids=str)
def test_several_processes_say_the_same(run, clusters: Path, more: tuple[str, ...]) -> None:
    one, two = (
        run("fleet", "clusters", "--to", "cilium", "--output-dir", f"out{jobs}", "-j", jobs, *more)
        for jobs in ("1", "2")
    )
    assert one == two
    assert files(Path("out1")) == files(Path("out2")) != {}


def test_proofs_are_shared(run, clusters: Path) -> None:
    arguments = ("fleet", "clusters", "--to", "cilium", "-j", "2", "--cache", "proofs", "-v")
    first, second = run(*arguments), run(*arguments)
    assert (first.code, first.out) == (second.code, second.out)
    told = [line for line in second.err.splitlines() if line.startswith("  from the cache: ")]
    assert told == ["  from the cache: engine-swap, network-sets, ordered-deny, service-accounts, tiers"]


@pytest.mark.parametrize("name", ["evil\x1b[31m", "a|b<script>", "line\nend", "…", "-j", "a b"])
def test_names_are_names(run, folder: Path, name: str) -> None:
    (folder / "clusters" / name).mkdir(parents=True)
    shutil.copy(SAMPLES / "tiers" / "calico.yaml", folder / "clusters" / name)
    for form in ("text", "markdown"):
        found = run("fleet", "clusters", "--to", "cilium", "--output-dir", "out", "--force", "-o", form, "-j", "1")
        assert found.code == 1
        assert all(c.isprintable() or c == "\n" for c in found.out + found.err)
        assert "<script>" not in (found.out if form == "markdown" else "")
    assert len(files(Path("out", name))) == 2
    assert list(rows(run, "clusters", "--to", "cilium", "-j", "1")) == [name]


def test_names_that_lead_elsewhere_are_called_what_they_are(run, clusters: Path, monkeypatch) -> None:
    monkeypatch.chdir(clusters / "tiers")
    assert list(rows(run, ".", "--to", "cilium", "-j", "1")) == ["tiers"]
    assert list(rows(run, "../tiers/../tiers", "--to", "cilium", "-j", "1")) == ["tiers"]
    assert len(rows(run, "..", ".", "--to", "cilium", "-j", "1")) == len(OF_CALICO) + 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("clusters",), "Error: --to translates the clusters, --after compares them: one of the two"),
        (("clusters", "--after", "clusters", "--to", "cilium"), "Error: --to translates the clusters, --after compares them: one of the two"),
        (("clusters", "--after", "clusters", "--output-dir", "x"), "Error: --output-dir is for a translation: add --to"),
        (("clusters", "--to", "cilium", "--output-dir", "clusters", "--force"), "clusters/broken: error: is in a cluster that is read: clusters/broken"),
        (("clusters", "other", "--to", "cilium"), "other/tiers: error: has the name of another cluster: clusters/tiers"),
        (("nothing", "--to", "cilium"), "nothing: error: cannot be read: No such file or directory"),
        (("clusters/empty", "--to", "cilium"), "clusters/empty: error: holds no cluster: no file that ends in .yaml, .yml, .json, and no folder"),
        (("clusters", "--after", "nothing"), "nothing: error: cannot be read: No such file or directory"),
        (("clusters", "--to", "cilium", "--cache", "clusters/broken/a.yaml"), "clusters/broken/a.yaml: error: is no folder: proofs cannot be kept in it"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(run, clusters: Path, arguments: tuple[str, ...], said: str) -> None:
    Path("other", "tiers").mkdir(parents=True)
    code, out, err = run("fleet", *arguments)
    assert (code, out, err.splitlines()[-1]) == (2, "", said)


@pytest.mark.parametrize(
    ("arguments", "path", "said"),
    [
        (("--to", "cilium"), "clusters/tiers/calico.yaml", "is an input, and never written over"),
        (("--to", "cilium", "-R"), "clusters/tiers/below/more.yaml", "is an input, and never written over"),
        (("--after", "clusters"), "clusters/broken/a.yaml", "is an input, and never written over"),
        (("--to", "cilium"), "link.yaml", "is an input, and never written over"),
        (("--to", "cilium", "--output-dir", "out"), "out/tiers/x.yaml", "is in a folder that is written: out/tiers"),
    ],
)  # fmt: skip
def test_a_report_takes_the_place_of_nothing(
    run, clusters: Path, arguments: tuple[str, ...], path: str, said: str
) -> None:
    (clusters / "tiers" / "below").mkdir()
    (clusters / "tiers" / "below" / "more.yaml").write_text("{}")
    Path("link.yaml").symlink_to("clusters/tiers/calico.yaml")
    before = files(clusters)
    code, out, err = run("fleet", "clusters", *arguments, "-o", f"json={path}", "-j", "1")
    assert (code, out, err) == (2, "", f"{path}: error: {said}\n")
    assert files(clusters) == before
    assert not Path("out").exists()


def test_files_that_exist_stay(run, clusters: Path) -> None:
    arguments = ("clusters/tiers", "clusters/engine-swap", "--to", "cilium", "--output-dir", "out", "-j", "1")
    run("fleet", *arguments)
    before = files(Path("out"))
    shutil.rmtree("out/engine-swap")
    found = rows(run, *arguments)
    assert [row["exit_code"] for row in found.values()] == [2, 1]
    assert found["tiers"]["remarks"][0].endswith("exists: --force writes over it")
    assert files(Path("out")) == before
    assert [row["exit_code"] for row in rows(run, *arguments, "--force").values()] == [1, 1]


def test_a_snapshot_brings_its_facts(run, folder: Path) -> None:
    """Of each cluster its own."""
    for name in ("a", "b"):
        assert (
            run("collect", str(SAMPLES / "whole-cluster" / "calico.yaml"), "--output-dir", f"clusters/{name}").code == 0
        )
    facts = Path("clusters/a/facts.yaml")
    facts.write_text(facts.read_text("utf-8").replace("# complete", "complete"), "utf-8")
    found = rows(run, "clusters", "--to", "kubernetes", "-j", "1")
    for name in ("a", "b"):
        assert found[name]["exit_code"] == run("--to", "kubernetes", f"clusters/{name}", "-o", "name").code
    assert found["a"]["verdict"] == "same"
    assert found["b"]["verdict"] != "same"


def test_a_configuration_holds_for_all(run, clusters: Path) -> None:
    Path(".netpol-translate.yaml").write_text("to: cilium\naccept: [{code: NPT501, reason: agreed}]\n", "utf-8")
    found = rows(run, "clusters", "--output-dir", "out", "-j", "1")
    assert {name: row["exit_code"] for name, row in found.items() if row["losses"] == []}["engine-swap"] == 0
    assert rows(run, "clusters", "--after", "out", "-j", "1")["engine-swap"]["verdict"] == "tighter"


def jobs(folder: Path, *names: str) -> list[Job]:
    """A ``!`` for each process that is to be killed."""
    return [Job(name.rstrip("!"), str(folder), name.count("!")) for name in names]


@KILLS
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    found = list(by_processes(done, jobs(tmp_path, "a", "b!", "c", "d!", "e", "f"), 2))
    assert sorted(found) == [(n, name * 3, "") for n, name in enumerate("abcdef")]
    assert [times_begun(tmp_path, name) for name in "abcdef"] == [1, 2, 1, 2, 1, 1]


ALONE = """
import multiprocessing.resource_tracker, os, resource, sys
from multiprocessing import popen_spawn_posix, spawn, connection
from translate.cli.processes import by_processes

if sys.argv[1] == "process":
    if os.geteuid() == 0:  # who may do everything may have any number
        os.setuid(65534)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
else:
    held = [os.dup(0) for _ in range(30)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))
print(list(by_processes(str.upper, ["a", "b", "c"], 2)))
"""


@KILLS
@pytest.mark.parametrize("what", ["process", "pipe"])
def test_where_there_is_no_room_for_a_process_this_one_does_it(what: str) -> None:
    done = subprocess.run([sys.executable, "-c", ALONE, what], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[(0, 'A', ''), (1, 'B', ''), (2, 'C', '')]\n"


ABANDONED = """
import signal, sys, time
from translate.cli.processes import by_processes

signal.setitimer(signal.ITIMER_REAL, 2)  # kills this process, in the midst of waiting
list(by_processes(time.sleep, [float(sys.argv[1])] * 2, 2))
"""


@KILLS
@pytest.mark.parametrize("seconds", ["60", "3"], ids=["in its midst", "as it ends"])
def test_processes_end_soon_after_the_one_that_gives_them_work(seconds: str) -> None:
    command = [sys.executable, "-c", ABANDONED, seconds]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGALRM, "", "")


@KILLS
def test_what_kills_its_process_twice_is_given_up(tmp_path: Path) -> None:
    found = list(by_processes(done, jobs(tmp_path, "a", "b!!!", "c"), 2))
    assert sorted(found) == [(0, "aaa", ""), (1, None, KILLED), (2, "ccc", "")]
    assert [times_begun(tmp_path, name) for name in "abc"] == [1, 2, 1]


def test_who_stops_listening_leaves_no_process(tmp_path: Path) -> None:
    work = by_processes(done, jobs(tmp_path, *"abcdefgh"), 2)
    next(work)
    work.close()
    from multiprocessing import active_children

    assert active_children() == []


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A scheduler of Dask with two workers, each a process."""

    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


@pytest.fixture
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    pytest.importorskip("distributed", reason="the extra fleet is not installed")
    place = tmp_path_factory.mktemp("dask")
    told = place / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}

    def begun(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *arguments, "--scheduler-file", str(told), "--no-dashboard"]
        with (place / f"{len(started)}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log)

    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(begun("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"))
        alone = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        started += [begun("distributed.cli.dask_worker", *alone) for _ in range(2)]
        script = (
            "import sys; from distributed import Client\n"
            "with Client(scheduler_file=sys.argv[1], timeout=60) as client:\n"
            "    client.wait_for_workers(2, timeout=60); print(client.scheduler.address)"
        )
        while not told.exists():
            assert started[0].poll() is None, (place / "0.log").read_text()
            time.sleep(0.05)
        asked = subprocess.run([sys.executable, "-c", script, str(told)], capture_output=True, text=True, check=True)
        yield Scheduler(asked.stdout.strip(), tuple(started[1:]))
    finally:
        for process in started:
            process.kill()
            process.wait()


def by_scheduler(address: str, folder: Path, *names: str) -> list[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.fleet_work", address, str(folder), *names]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


@KILLS
def test_a_killed_worker_of_dask_loses_nothing_and_a_fleet_is_the_same(
    scheduler: Scheduler, run, clusters: Path
) -> None:
    """A fleet by both workers; then one is killed in the midst of a job; then the rest by the other one."""

    def fleet() -> tuple[int, str]:
        command = [sys.executable, "-W", "ignore", "-m", "netpol_translate", "fleet", "clusters", "--to", "cilium"]
        places = ["--scheduler", scheduler.address, "--output-dir", "dask", "--force"]
        found = subprocess.run([*command, *places], capture_output=True, text=True, check=False)
        return found.returncode, found.stdout

    plain = run("fleet", "clusters", "--to", "cilium", "--output-dir", "plain", "-j", "1")
    assert fleet() == (plain.code, plain.out)
    assert files(Path("dask")) == files(Path("plain")) != {}
    marks = Path("marks")
    marks.mkdir()
    found = by_scheduler(scheduler.address, marks.absolute(), *"abcd", "e!", *"fghij")
    assert sorted(found) == [f"{n}|{name * 3}|" for n, name in enumerate("abcdefghij")]
    assert times_begun(marks, "e") == 2
    assert sum(one.poll() is not None for one in scheduler.workers) == 1
    assert fleet() == (plain.code, plain.out)


def test_without_the_extra_it_is_said_how_to_get_it(clusters: Path) -> None:
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from translate.cli.main import run\n"
        "sys.exit(run(['fleet', 'clusters', '--to', 'cilium', '--scheduler', 'tcp://127.0.0.1:1']))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    said = '--scheduler: error: a scheduler of Dask needs an extra: pip install "netpol-translate[fleet]"\n'
    assert (found.returncode, found.stdout, found.stderr) == (2, "", said)


def test_another_version_is_told_from_this_one(run, clusters: Path) -> None:
    from translate.api.options import Options
    from translate.cli.fleet_clusters import ClusterFolder
    from translate.cli.fleet_work import ClusterTask, judged

    task = ClusterTask(ClusterFolder("tiers", "clusters/tiers"), "cilium", Options(), False, os.getcwd(), b"other")
    found = judged(task)
    assert (found.verdict, found.exit_code, found.files) == ("failed", 2, ())
    assert found.remarks == ("who worked on it runs another version of netpol-translate",)
