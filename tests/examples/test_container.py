"""``Dockerfile`` and ``examples/container``: where no builder is, at least what they say is looked at."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

from tests.examples.conftest import EXAMPLES, ROOT, Shell
from tests.test_lock import pythons

BASE = f"python:{pythons()[-1]}-slim"
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT", "CMD"}
WATCHED = """
import os, sys
DOES = ("os.mkdir", "os.rename", "os.remove", "socket.connect", "socket.getaddrinfo", "subprocess.Popen")
def watch(event, about):
    if event in DOES or (event == "open" and set(str(about[1])) & set("wax+")):
        print(event, about, file=sys.stderr, flush=True)
        os._exit(77)
sys.addaudithook(watch)
sys.argv = ["netpol-translate", *sys.argv[1:]]
from netpol_translate.__main__ import main
main()
"""


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage, by its name."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (line for line in text.splitlines() if line and not line.startswith("#")):
        word, rest = line.split(" ", 1)
        if word == "FROM":
            current = found.setdefault(rest.partition(" AS ")[2], [])
        current.append((word, rest))
    return found


def said(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for name, rest in stage if name == word]


def test_stages_are_of_the_newest_python_or_of_each_other() -> None:
    found = stages()
    assert [said(stage, "FROM")[0].partition(" AS ")[0] for stage in found.values()] == [
        BASE,
        BASE,
        "runtime",
        "runtime",
    ]
    assert list(found) == ["build", "runtime", "fn", ""]
    assert {word for stage in found.values() for word, _ in stage} == KNOWN


def test_what_runs_is_no_root_and_was_only_copied() -> None:
    found = stages()
    assert said(found["runtime"], "USER") == ["65532:65532"]
    assert said(found["runtime"], "COPY") == ["--from=build /opt/netpol-translate /opt/netpol-translate"]
    assert [name for name in ("runtime", "fn", "") for _ in said(found[name], "RUN")] == []
    assert (said(found["fn"], "ENTRYPOINT"), said(found["fn"], "CMD")) == (['["netpol-translate", "fn"]'], [])
    assert (said(found[""], "ENTRYPOINT"), said(found[""], "CMD")) == (['["netpol-translate"]'], ['["--help"]'])


def test_what_is_installed_has_the_hash_of_the_lock() -> None:
    download, install = said(stages()["build"], "RUN")
    assert "--require-hashes --only-binary=:all: --dest /wheels -r requirements/lock.txt" in download
    assert install.count("-m pip ") == install.count("--no-index --find-links /wheels") == 2


def test_the_image_is_built_of_what_the_wheel_is_built_of() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!/") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert all((ROOT / name).exists() for name in kept)
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    built = {*wheel["packages"], *wheel["shared-data"], *wheel["force-include"]}
    assert kept == built | {"pyproject.toml", "README.md", "LICENSE", "requirements/lock.txt"}


def job() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((EXAMPLES / "container" / "job.yaml").read_text(encoding="utf-8"))
    return found


def test_the_job_has_no_rights() -> None:
    pod = job()["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["seccompProfile"]) == (
        True,
        {"type": "RuntimeDefault"},
    )
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["readOnly"] for mount in container["volumeMounts"]] == [True]


def test_the_arguments_of_the_job_check_a_mounted_config_map(shell: Shell, tmp_path: Path) -> None:
    """kubelet mounts links to links to files."""
    (container,) = job()["spec"]["template"]["spec"]["containers"]
    mounted = tmp_path / "work"
    (mounted / "..1").mkdir(parents=True)
    (mounted / "..data").symlink_to("..1")
    for policy in (EXAMPLES / "repository" / "policies").iterdir():
        (mounted / "..1" / policy.name).write_bytes(policy.read_bytes())
        (mounted / policy.name).symlink_to(f"..data/{policy.name}")
    words = [str(mounted) if word == container["volumeMounts"][0]["mountPath"] else word for word in container["args"]]
    done = shell(["netpol-translate", *words], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 policies checked: no findings" in done.stderr


def test_nothing_is_written_and_nobody_is_called_where_no_file_is_named(tmp_path: Path) -> None:
    policies = str(EXAMPLES / "repository" / "policies")
    for words in (["--to", "cilium"], ["check", "--to", "calico"], ["explain", "--from", "shop{}", "--to", "shop{}:1"]):
        command = [sys.executable, "-c", WATCHED, words[0], policies, *words[1:]]
        if words[0] == "--to":
            command = [sys.executable, "-c", WATCHED, *words, policies]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
    assert list(tmp_path.iterdir()) == []
