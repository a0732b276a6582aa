"""What a slip of the fingers is answered with: commands, choices, codes, streams."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from translate.tables import load

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: np, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
SLIPS = [
    (["verfy", "np.yaml", "np.yaml"], "Error: no such command or file: 'verfy'; did you mean 'verify'?"),
    (
        ["--to", "callico", "np.yaml"],
        "Error: Invalid value for '--to': 'callico' is not one of kubernetes, calico, cilium, k8s, np; "
        "did you mean 'calico'?",
    ),
    (
        ["--to", "calico", "--on-loss", "loosn", "np.yaml"],
        "Error: Invalid value for '--on-loss': 'loosn' is not one of tighten, loosen, stop; did you mean 'loosen'?",
    ),
    (
        ["--to", "calico", "--report", "jason", "np.yaml"],
        "Error: Invalid value for '--report': 'jason' is not one of text, json, sarif, github, junit, markdown; did you mean 'json'?",
    ),
    (
        ["--to", "calico", "--accept", "cidr-narower", "np.yaml"],
        "Error: Invalid value for --accept: 'cidr-narower' is no code of a loss; did you mean 'cidr-narrower'? "
        "(see: netpol-translate rule)",
    ),
    (
        ["rule", "tigter"],
        "Error: there is no code 'tigter'; did you mean 'tighter'? (netpol-translate rule lists them all)",
    ),
    (
        ["--to", "calico", "--report", "json=-", "np.yaml"],
        "Error: the output and a report would both go to stdout: name a file for one (--output-file)",
    ),
]


@pytest.mark.parametrize(("arguments", "said"), SLIPS, ids=lambda value: value[0] if isinstance(value, list) else "")
def test_a_slip_is_answered_with_what_was_meant(run, folder: Path, arguments: list[str], said: str) -> None:
    (folder / "np.yaml").write_text(POLICY)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == said


def test_a_file_may_be_called_like_a_command_that_is_nearly_one(run, folder: Path) -> None:
    (folder / "verfy").write_text(POLICY)
    assert run("verfy", "--to", "kubernetes").code == 0


@pytest.mark.parametrize("word", ["NPT501", "npt501", "501", "cidr-narrower", "CIDR-narrower"])
def test_a_code_is_known_by_its_number_and_its_name(run, word: str) -> None:
    assert run("rule", word).out == run("rule", "NPT501").out
    assert run("rule", word).out.startswith("NPT501 cidr-narrower: loss")


@pytest.mark.parametrize("word", ["501", "cidr-narrower=agreed on Monday"])
def test_a_loss_is_accepted_by_its_number_or_name(run, word: str) -> None:
    cilium = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: "
    source = cilium + "{endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]}\n"
    assert run("--to", "calico", stdin=source).code == 1
    calico = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: "
    source = calico + "{types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]}\n"
    plain, accepted = run("--to", "cilium", stdin=source), run("--to", "cilium", "--accept", word, stdin=source)
    assert ("NPT501" in plain.err, plain.code, accepted.code) == (True, 1, 0)


@pytest.mark.parametrize("word", sorted(load.words()))
def test_the_words_of_a_report_are_explained(run, word: str) -> None:
    code, out, err = run("rule", word)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == word
    assert " ".join(out.split()).startswith(" ".join(f"{word} {load.words()[word].meaning}".split()))


def test_a_word_that_is_the_name_of_a_code_too_is_both(run) -> None:
    out = run("rule", "tighter").out
    assert out.startswith("tighter\n")
    assert "NPT504 tighter: loss (tighter)" in out


def test_a_report_to_a_dash_is_on_stdout(run, folder: Path) -> None:
    (folder / "np.yaml").write_text(POLICY)
    code, out, err = run("--to", "calico", "--report", "json=-", "--output-file", "out.yaml", "np.yaml")
    assert (code, json.loads(out)["proof"]["verdict"]) == (0, "same")
    assert "proved the same" in err
    assert sorted(path.name for path in folder.iterdir()) == ["np.yaml", "out.yaml"]
    code, out, _ = run("verify", "np.yaml", "out.yaml", "--report", "json=-", "-q")
    assert (code, json.loads(out)["proof"]["verdict"]) == (0, "same")


@pytest.mark.parametrize("target", ["text", "text=report.txt"])
def test_a_report_that_is_asked_for_is_whole_even_where_the_rest_is_quiet(run, folder: Path, target: str) -> None:
    (folder / "np.yaml").write_text(POLICY)
    err = run("--to", "calico", "--report", target, "-q", "np.yaml").err
    said = err if target == "text" else (folder / "report.txt").read_text()
    assert "proved the same" in said
    assert (err == "") is (target != "text")


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_a_pipe_that_brings_nothing_is_no_input(run, nothing: str) -> None:
    code, out, err = run("--to", "calico", "-", stdin=nothing)
    assert (code, out, err) == (2, "", "-: error: nothing came through the pipe\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_the_shell(run, shell: str) -> None:
    if shell == "bash" and sys.platform == "win32":
        pytest.skip("click asks bash for its version")
    code, out, _ = run("completion", shell)
    assert (code, "_NETPOL_TRANSLATE_COMPLETE" in out) == (0, True)


def test_the_shell_gets_its_script_and_its_words_from_the_program_itself() -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv = ['netpol-translate']; from translate.__main__ import main; main()",
    ]
    script = subprocess.run(
        command, env={"_NETPOL_TRANSLATE_COMPLETE": "zsh_source"}, capture_output=True, text=True, check=False
    ).stdout
    assert script.startswith("#compdef netpol-translate")
    asked = {"_NETPOL_TRANSLATE_COMPLETE": "zsh_complete", "COMP_WORDS": "netpol-translate ver", "COMP_CWORD": "1"}
    words = subprocess.run(command, env=asked, capture_output=True, text=True, check=False).stdout
    assert {"verify", "version"} <= set(words.split("\n"))


def test_what_is_misspelt_and_what_is_wrong_are_told_in_one_go(run) -> None:
    source = POLICY.replace("podSelector", "podselector").replace("[Ingress]", "[Ingres]")
    assert run("--to", "calico", stdin=source).err.splitlines() == [
        '-:4:8: error: unknown field "podselector" in spec; did you mean "podSelector"? '
        "The API server in strict mode, kubectl's default, refuses it",
        '-:4:39: error: spec.policyTypes[0] must be Ingress or Egress, not "Ingres"',
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("help",), "no such command or file: 'help'; did you mean '--help'?"),
        (("translate", "np.yaml"), "no such command or file: 'translate'; did you mean 'convert'?"),
        (("Validate", "np.yaml"), "no such command or file: 'Validate'; did you mean 'check'?"),
        (("lint", "np.yaml"), "no such command or file: 'lint'; did you mean 'check'?"),
        (("dialects", "cillium"), "there is no dialect 'cillium': kubernetes, calico, cilium; did you mean 'cilium'?"),
        (
            ("--to", "calico", "--target-version", "calicoo=3.28", "np.yaml"),
            "a dialect must be one of calico, cilium, kubernetes, not 'calicoo'; did you mean 'calico'?",
        ),
    ],
)
def test_words_that_are_meant_for_others(run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.rstrip().endswith(said)
