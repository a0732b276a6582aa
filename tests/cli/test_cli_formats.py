"""``--report`` for programs and platforms: each format holds all that was found, and nothing in it can forge more."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator

from translate.rendering import formats

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
LOSSY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec: {endpointSelector: {}, egress: [{toCIDR: [203.0.113.0/24]}]}
"""
LOST = (
    "the pods of CiliumNetworkPolicy/shop/out lose access to addresses of 203.0.113.0/24 outside the cluster: "
    "a Calico range would open it to pods and nodes inside the range as well, which the source does not"
)
EVIL = {
    "losses": [
        {
            "code": "NPT502",
            "effect": "tighter",
            "message": "a\n::error::forged | <b>x</b> & \x1b[31m ]]> =1+1 `code`",
            "file": "f,o:o.yaml",
            "line": 3,
            "column": 1,
            "object": 'x"y<z',
            "path": "spec",
            "accepted": False,
        }
    ],
    "proof": {"verdict": "tighter"},
}


def reported(run, name: str, text: str = LOSSY, command: tuple[str, ...] = ("--to", "calico")) -> str:
    return run(*command, "--report", f"{name}=-", "--output-file", "/dev/null", "-q", stdin=text).out


def test_sarif_has_a_rule_for_each_code_and_a_fingerprint_for_each_result(run) -> None:
    found = json.loads(reported(run, "sarif"))
    assert found["version"] == "2.1.0"
    (only,) = found["runs"]
    (rule,) = only["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("NPT502", "cidr-dropped")
    (result,) = only["results"]
    assert result == {
        "ruleId": "NPT502",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": LOST},
        "partialFingerprints": result["partialFingerprints"],
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "-"}, "region": {"startLine": 4, "startColumn": 49}}}
        ],
    }


@pytest.mark.parametrize(
    "command",
    [("--to", "calico"), ("check", "--to", "calico"), ("check",), ("verify", "a.yaml"), ("diff", "a.yaml")],
    ids=" ".join,
)
def test_sarif_is_valid_against_the_schema_of_its_standard(run, folder: Path, command: tuple[str, ...]) -> None:
    (folder / "a.yaml").write_text(LOSSY.replace("203.0.113.0", "203.0.112.0"))
    (folder / "b.yaml").write_text(LOSSY)
    run(*command, "b.yaml", "--report", "sarif=r.sarif")
    found = json.loads((folder / "r.sarif").read_text())
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(found)] == []
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors({**found, "version": "2"})] != []


def test_a_fingerprint_survives_moved_lines_and_tells_findings_apart(run) -> None:
    def prints(text: str) -> list[str]:
        found = json.loads(reported(run, "sarif", text))["runs"][0]["results"]
        return [one["partialFingerprints"]["object/v1"] for one in found]

    assert prints(LOSSY) == prints("# a line more\n\n" + LOSSY)
    assert prints(LOSSY) != prints(LOSSY.replace("name: out", "name: other"))


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("looser", "error"),
        ("mixed", "error"),
        ("refused", "error"),
        ("tighter", "warning"),
        ("unknown", "warning"),
        ("looser-later", "warning"),
        ("exact", "note"),
    ],
)
def test_levels(kind: str, level: str) -> None:
    assert formats.Said(kind, "NPT501", "", "", 0, 0, "", "").level == level


def test_github_annotations_and_the_summary_of_the_step(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    (folder / "f.yaml").write_text(LOSSY)
    err = run("--to", "calico", "--report", "github", "f.yaml").err
    assert err == f"::warning file=f.yaml,line=4,col=49,title=NPT502::{LOST}\n"
    assert "Proved: **tighter**" in (folder / "summary.md").read_text()
    many = "---\n".join(LOSSY.replace("name: out", f"name: p{number}") for number in range(14))
    assert run("--to", "calico", "--report", "github", stdin=many).err.count("::warning ") == 10


def test_junit_has_a_case_for_each_policy_and_one_for_the_proof(run) -> None:
    fine = LOSSY.replace("name: out", "name: fine").replace("egress: [{toCIDR: [203.0.113.0/24]}]", "ingress: [{}]")
    suite = ElementTree.fromstring(reported(run, "junit", f"{LOSSY}---\n{fine}"))
    assert suite.attrib == {"name": "netpol-translate", "tests": "3", "failures": "2"}
    assert [(case.get("name"), [one.get("type") for one in case]) for case in suite] == [
        ("CiliumNetworkPolicy/shop/out", ["NPT502"]),
        ("CiliumNetworkPolicy/shop/fine", []),
        ("verdict", ["verdict"]),
    ]
    same = ElementTree.fromstring(reported(run, "junit", fine))
    assert same.attrib["failures"] == "0"


def test_markdown_is_a_table(run) -> None:
    assert reported(run, "md") == reported(run, "markdown")
    assert reported(run, "markdown").splitlines()[:8] == [
        "## netpol-translate",
        "",
        "Proved: **tighter**",
        "",
        "1 translated, 0 same, 1 tighter, 0 looser",
        "",
        "| where | what | code | about |",
        "|---|---|---|---|",
    ]
    assert run("verify", "f.yaml", "f.yaml", "--report", "md=-", "-q").code == 2
    fine = LOSSY.replace("egress: [{toCIDR: [203.0.113.0/24]}]", "ingress: [{}]")
    assert reported(run, "markdown", fine).endswith("Nothing is lost, and nothing was found.\n")


def test_what_names_and_messages_hold_stays_text() -> None:
    assert formats.github(EVIL) == (
        "::warning file=f%2Co%3Ao.yaml,line=3,col=1,title=NPT502::"
        "a\\x0a::error::forged | <b>x</b> & \\x1b[31m ]]> =1+1 `code`\n"
    )
    suite = ElementTree.fromstring(formats.junit(EVIL))
    assert suite[0].get("name") == 'x"y<z'
    assert len(formats.junit(EVIL).splitlines()) == 9
    row = formats.markdown(EVIL).splitlines()[-1]
    assert row == (
        "| f,o:o.yaml:3 | tighter | NPT502 | a\\\\x0a::error::forged \\| &lt;b&gt;x&lt;/b&gt; &amp; "
        "\\\\x1b\\[31m \\]\\]&gt; =1+1 \\`code\\` |"
    )
    assert json.loads(formats.sarif(EVIL))["runs"][0]["results"][0]["message"]["text"].startswith("a\\x0a")


def test_what_two_inputs_treat_differently_is_no_silence(run, folder: Path) -> None:
    """A difference that verify or diff tells is a result in every format."""
    (folder / "a.yaml").write_text(LOSSY)
    (folder / "b.yaml").write_text(LOSSY.replace("203.0.113.0/24", "203.0.113.0/25"))
    for command in ("verify", "diff"):
        for name in formats.FORMATS:
            assert run(command, "a.yaml", "b.yaml", "--report", f"{name}=r.{name}").code == 1
        (result,) = json.loads((folder / "r.sarif").read_text())["runs"][0]["results"]
        assert (result["ruleId"], result["level"]) == ("difference", "warning")
        assert result["message"]["text"].startswith("egress: ")
        assert "allowed (CiliumNetworkPolicy/shop/out) before, denied (" in result["message"]["text"]
        assert (folder / "r.github").read_text().startswith("::warning file=b.yaml,line=1,")
        assert ElementTree.parse(folder / "r.junit").getroot().get("failures") == "2"
        page = (folder / "r.markdown").read_text()
        assert "Proved: **tighter**" in page
        assert "| tighter | difference | egress: " in page
        assert "Nothing is lost" not in page
        assert run(command, "a.yaml", "a.yaml", "--report", "junit=same", "-q").code == 0
        assert ElementTree.parse(folder / "same").getroot().get("failures") == "0"


def test_no_answer_is_no_silence_either(run, folder: Path) -> None:
    (folder / "a.yaml").write_text(LOSSY)
    other = "apiVersion: k8s.ovn.org/v1\nkind: EgressFirewall\nmetadata: {name: default, namespace: shop}\n"
    (folder / "b.yaml").write_text(f"{LOSSY}---\n{other}spec: {{egress: []}}\n")
    assert run("verify", "a.yaml", "b.yaml", "--report", "sarif=r", "--report", "markdown=m").code == 3
    found = [one["ruleId"] for one in json.loads((folder / "r").read_text())["runs"][0]["results"]]
    assert "undecided" in found
    assert "Nothing is lost" not in (folder / "m").read_text()


@pytest.mark.parametrize("name", [*formats.FORMATS, "md"])
def test_an_explanation_has_no_findings(run, folder: Path, name: str) -> None:
    (folder / "a.yaml").write_text(LOSSY)
    ran = run("explain", "--from", "shop{a=b}", "--to", "203.0.113.9:443", "--report", name, "a.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "an explanation is told as text or json" in ran.err


RUNS = [
    ("--to", "calico", "f.yaml"),
    ("--to", "kubernetes", "refused.yaml"),
    ("--to", "calico", "broken.yaml"),
    ("check", "f.yaml"),
    ("check", "--to", "calico", "f.yaml"),
    ("verify", "f.yaml", "refused.yaml"),
    ("roundtrip", "--via", "calico", "f.yaml"),
]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_every_command_has_every_format_and_several_at_once(run, folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "f.yaml").write_text(LOSSY)
    (folder / "broken.yaml").write_text("a: [")
    wide = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: w}\n"
    (folder / "refused.yaml").write_text(wide + "spec: {endpointSelector: {}, ingress: [{}]}\n")
    plain = run(*arguments)
    wanted = [f"{name}=r.{name}" for name in ("text", "json", *formats.FORMATS)]
    ran = run(*arguments, *(word for one in wanted for word in ("--report", one)))
    assert tuple(ran) == tuple(plain)
    for name in formats.FORMATS:
        assert (folder / f"r.{name}").read_text() or name == "github", name
    ElementTree.parse(folder / "r.junit")
    found = json.loads((folder / "r.sarif").read_text())["runs"][0]["results"]
    said = json.loads((folder / "r.json").read_text())
    assert len(found) == len(formats.all_said(said))
    assert bool(found) or arguments[0] == "verify" or arguments == ("check", "f.yaml")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode here")
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "markdown"])
@pytest.mark.parametrize("command", [("--to", "calico"), ("check",), ("check", "--to", "calico")], ids=" ".join)
def test_a_name_that_is_not_utf_8_is_spelled_out(run, folder: Path, form: str, command: tuple[str, ...]) -> None:
    names = [os.fsdecode(name) for name in (b"bad\xff.yaml", b"lossy\xff.yaml")]
    for name, text in zip(names, ("a: [", LOSSY), strict=True):
        Path(name).write_text(text)
        ran = run(*command, name, "--report", f"{form}=report")
        assert ran.code == 2 if name == names[0] else ran.code in (0, 1)
        found = Path("report").read_text(encoding="utf-8")
        assert (name == names[0]) <= (r"\udcff.yaml" in found)
