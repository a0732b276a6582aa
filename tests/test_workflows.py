"""The workflows run on the versions of Python that we declare, and call targets that the Makefile has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.test_lock import pythons

ROOT = Path(__file__).parents[1]
TESTS = ("check.yml", "releases.yml")
WORKFLOWS = {path.name: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def read(name: str) -> dict[str, Any]:
    """YAML 1.2, as the runner reads it: ``on`` is no boolean."""
    found: dict[str, Any] = YAML(typ="safe").load(WORKFLOWS[name].read_text(encoding="utf-8"))
    return found


def calls(workflow: dict[str, Any]) -> set[tuple[str, str]]:
    """Each version of Python and the target that is made with it."""
    found = set()
    for job in workflow["jobs"].values():
        matrix = job["strategy"]["matrix"]
        for step in job["steps"]:
            for target in matrix.get("target", [""]):
                line = step.get("run", "").replace("${{ matrix.target }}", target)
                if line:
                    assert re.fullmatch(r"make [a-z]+", line), line
                    found |= {(python, line.removeprefix("make ")) for python in matrix["python"]}
    return found


def test_every_change_is_checked_on_every_python() -> None:
    workflow = read("check.yml")
    assert {"push", "pull_request"} <= workflow["on"].keys()
    assert calls(workflow) == {(python, "check") for python in pythons()}


def test_every_week_the_newest_and_the_oldest_releases_are_tried() -> None:
    workflow = read("releases.yml")
    assert re.fullmatch(r"\d+ \d+ \* \* \d", workflow["on"]["schedule"][0]["cron"])
    assert calls(workflow) == {(python, target) for python in pythons() for target in ("newest", "oldest")}


def test_each_workflow_is_looked_at_here() -> None:
    assert sorted(WORKFLOWS) == sorted([*TESTS, "release.yml"])


@pytest.mark.parametrize("name", TESTS)
def test_a_workflow_calls_what_there_is_and_may_write_nothing(name: str) -> None:
    workflow = read(name)
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {target for _, target in calls(workflow)} <= targets
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        uses = [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]
        assert uses == ["actions/checkout", "actions/setup-python"]
        assert job["steps"][1]["with"]["python-version"] == "${{ matrix.python }}"


def test_a_release_is_checked_and_built_before_it_is_published() -> None:
    workflow = read("release.yml")
    jobs, targets = workflow["jobs"], set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("build", None),
        ("publish", "build"),
        ("page", "publish"),
    ]
    made = [step["run"].removeprefix("make ") for step in jobs["build"]["steps"] if "run" in step]
    assert made == ["check", "sbom"]
    assert set(made) <= targets
    assert jobs["build"]["steps"][1]["with"]["python-version"] == pythons()[-1]
    assert re.search(r"^sbom: dist\b", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_a_release_may_write_only_where_it_must_and_holds_no_secret() -> None:
    workflow = read("release.yml")
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in workflow["jobs"].items()} == {
        "build": None,
        "publish": {"id-token": "write"},
        "page": {"contents": "write"},
    }
    assert workflow["jobs"]["publish"]["environment"] == "pypi"
    assert [step for step in workflow["jobs"]["publish"]["steps"] if "run" in step] == []
    text = WORKFLOWS["release.yml"].read_text(encoding="utf-8")
    assert "secrets." not in text
    assert [line for line in text.splitlines() if "run:" in line and "${{" in line] == []


def test_a_release_uses_actions_by_their_commits() -> None:
    text = WORKFLOWS["release.yml"].read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
