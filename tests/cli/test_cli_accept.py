"""``--accept CODE@PLACE``: what is said of it, and how the command ends."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.api.test_api_accept import CILIUM, DB, WEB

LOOSEN = ("--to", "calico", "--on-loss", "loosen", "p.yaml")


@pytest.fixture
def files(folder: Path) -> Path:
    (folder / "p.yaml").write_text(CILIUM)
    return folder


def test_one_place_is_accepted_and_the_other_still_told(run, files: Path) -> None:
    code, out, err = run(*LOOSEN, "--accept", f"506@{WEB}=the platform team agreed")
    assert (code, "192.0.2.0/24" in out) == (1, True)
    assert err.splitlines()[0] == "p.yaml:8:7: looser  NPT506 cidr-wider (accepted)"
    assert err.splitlines()[1].endswith(" (accepted: the platform team agreed)")
    assert "p.yaml:18:14: tighter  NPT502 cidr-dropped" in err.splitlines()
    assert "--accept NPT506@POLICY" in err


def test_all_places_accepted_end_with_0(run, files: Path) -> None:
    assert run(*LOOSEN, "--accept", f"NPT506@{WEB}", "--accept", "cidr-wider@p.yaml:18").code == 0


def test_reports_know_which_loss_is_accepted(run, files: Path) -> None:
    accept = f"NPT502@{DB}=agreed \x1b[31m"
    run("--to", "calico", "p.yaml", "--accept", accept, "--report", "json=r.json", "--report", "sarif=r.sarif")
    report = json.loads((files / "r.json").read_text())
    jsonschema.validate(report, json.loads(run("schema", "report").out))
    losses = report["losses"]
    assert {loss["object"]: loss.get("reason") for loss in losses} == {WEB: None, DB: "agreed \x1b[31m"}
    assert "(accepted: agreed \\x1b[31m)" in run("--to", "calico", "p.yaml", "--accept", accept).err
    assert {loss["object"]: loss["accepted"] for loss in losses} == {WEB: False, DB: True}
    results = json.loads((files / "r.sarif").read_text())["runs"][0]["results"]
    assert [WEB in one["message"]["text"] for one in results] == [True]


def test_an_accept_that_nothing_uses_is_told_at_the_end(run, files: Path) -> None:
    idle = ("--accept", "NPT502", "--accept", f"NPT510@{WEB}", "--accept", "NPT501=never")
    code, _, err = run("--to", "calico", "p.yaml", *idle)
    assert (code, err.splitlines()[-2]) == (0, f"note: nothing that would be accepted is lost: NPT510@{WEB}, NPT501")
    assert run("--to", "calico", "p.yaml", *idle, "-q").err == ""


def test_check_tells_it_too(run, files: Path) -> None:
    idle = ("check", "--to", "calico", "p.yaml", "--accept", "NPT502", "--accept", "NPT501")
    assert run(*idle).err.splitlines()[-1] == "note: nothing that would be accepted is lost: NPT501"
    assert "accepted is lost" not in run(*idle, "-q").err


@pytest.mark.parametrize(
    ("accept", "line"),
    [
        (
            "NPT506@CiliumNetworkPolicy/shop/wbe",
            "--accept: error: NPT506@CiliumNetworkPolicy/shop/wbe: nothing in the input is called "
            f"'CiliumNetworkPolicy/shop/wbe'; did you mean {WEB!r}?",
        ),
        ("506@p.yaml:10", "--accept: error: NPT506@p.yaml:10: no object is on line 10 of p.yaml"),
        (
            "NPT506@q.yaml:3",
            "--accept: error: NPT506@q.yaml:3: 'q.yaml' is no file of the input; did you mean 'p.yaml'?",
        ),
        (
            f"NPT999@{WEB}",
            "Error: Invalid value for --accept: 'NPT999' is no code of a loss; did you mean 'NPT509'? "
            "(see: netpol-translate rule)",
        ),
        ("NPT506@", "Error: Invalid value for --accept: 'NPT506@' names no place behind the @: a policy, or FILE:LINE"),
    ],
)
def test_a_place_or_code_that_is_none_is_one_line(run, files: Path, accept: str, line: str) -> None:
    for command in ((), ("check",)):
        code, out, err = run(*command, "--to", "calico", "p.yaml", "--accept", accept)
        assert (code, out, err.splitlines()[-1]) == (2, "", line)


def test_the_input_of_a_pipe_has_lines_too(run) -> None:
    code, _, err = run("--to", "calico", "--accept", "NPT502@-:18", stdin=CILIUM)
    assert (code, "-:18:14: tighter  NPT502 cidr-dropped (accepted)" in err) == (1, True)
