"""The configuration: where it is found, what of it counts, and that the command line counts for more."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest

from tests.api.test_api_accept import CILIUM, DB, WEB
from translate.cli.config_read import KEYS
from translate.cli.config_search import nearest
from translate.cli.main import COMMANDS, commands

OWN, PROJECT = ".netpol-translate.yaml", "pyproject.toml"
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]}
"""
RANGES = "pods: [10.244.0.0/16]\nnodes: [172.18.0.0/16]\n"
TO_CALICO = "to: calico\n"


@pytest.fixture
def files(folder: Path) -> Path:
    """A git checkout with policies of both dialects."""
    (folder / ".git").mkdir()
    (folder / "p.yaml").write_text(CILIUM)
    (folder / "c.yaml").write_text(CALICO)
    return folder


def configured(folder: Path, text: str, name: str = OWN) -> None:
    (folder / name).write_text(text)


def test_the_target_of_the_configuration_is_the_one_without_a_flag(run, files: Path) -> None:
    assert run("p.yaml").code == 2
    configured(files, TO_CALICO)
    assert run("p.yaml").out == run("p.yaml", "--to", "calico", "--no-config").out
    assert "kind: CiliumNetworkPolicy" in run("p.yaml", "--to", "cilium").out


def test_toml_says_the_same(run, files: Path) -> None:
    configured(
        files,
        "[tool.other]\nx = 1\n[tool.netpol-translate]\nto = 'calico'\non-loss = 'loosen'\nfacts = {services = ['10.96.0.0/12']}\n"
        f"[[tool.netpol-translate.accept]]\ncode = 506\npolicy = '{WEB}'\nuntil = 2026-12-31\n",
        PROJECT,
    )
    toml = run("p.yaml", today=date(2026, 12, 31))
    (files / PROJECT).unlink()
    accept = f"accept: [{{code: 506, policy: {WEB}, until: 2026-12-31}}]\n"
    configured(files, f"to: calico\non-loss: loosen\nfacts: {{services: [10.96.0.0/12]}}\n{accept}")
    assert tuple(run("p.yaml", today=date(2026, 12, 31))) == tuple(toml)
    assert ("192.0.2.0/24" in toml.out, toml.code) == (True, 1)


def test_which_configuration_is_used_is_told_with_v(run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(files, TO_CALICO)
    assert run("p.yaml", "-v").err.splitlines()[0] == f"config: {OWN}"
    assert "config" not in run("p.yaml").err
    assert "config" not in run("p.yaml", "-v", "--no-config", "--to", "calico").err
    (files / "below").mkdir()
    monkeypatch.chdir(files / "below")
    assert run("../p.yaml", "-v").err.splitlines()[0] == f"config: ../{OWN}"
    named = run("../p.yaml", "-v", "--config", str(files / OWN))
    assert named.err.splitlines()[0] == f"config: {files / OWN}"


FOUND = [
    # files, where the run is, which one is used
    ({"a/b/" + OWN: "", "a/" + OWN: ""}, "a/b", "a/b/" + OWN),
    ({"a/" + OWN: ""}, "a/b", "a/" + OWN),
    ({OWN: ""}, "a/b", OWN),
    ({"a/" + PROJECT: "[tool.netpol-translate]\n", OWN: ""}, "a/b", "a/" + PROJECT),
    ({"a/" + PROJECT: '[tool."netpol-translate"]\n', OWN: ""}, "a/b", "a/" + PROJECT),
    ({"a/" + PROJECT: "[[tool.netpol-translate.accept]]\n", OWN: ""}, "a", "a/" + PROJECT),
    ({"a/" + PROJECT: "[tool.netpol-translate]\n", "a/" + OWN: ""}, "a/b", "a/" + OWN),
    ({"a/" + PROJECT: "[project]\ndependencies = ['netpol-translate']\n", OWN: ""}, "a/b", OWN),
    ({"a/" + PROJECT: "[tool.netpol-translates]\n", OWN: ""}, "a/b", OWN),
    ({"a/" + PROJECT: "this is no TOML\n", OWN: ""}, "a/b", OWN),
    ({"a/.git/HEAD": "", OWN: ""}, "a/b", None),
    ({"a/.git": "gitdir: elsewhere\n", OWN: ""}, "a/b", None),
    ({"a/.git": "", "a/" + OWN: ""}, "a/b", "a/" + OWN),
    ({}, "a/b", None),
]


@pytest.mark.parametrize(("files", "start", "used"), FOUND)
def test_the_nearest_configuration_of_the_checkout_is_used(
    folder: Path, files: dict[str, str], start: str, used: str | None
) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    for name, text in {".git/HEAD": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    assert nearest(folder / start) == (None if used is None else folder / used)


def test_facts_are_a_file_beside_the_configuration_or_stand_in_it(
    run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = run("p.yaml", "--to", "calico", "--pods", "10.244.0.0/16", "--nodes", "172.18.0.0/16")
    assert right.code == 0
    (files / "cluster").mkdir()
    (files / "cluster" / "facts.yaml").write_text(RANGES)
    configured(files, "facts: cluster/facts.yaml\n")
    assert run("p.yaml", "--to", "calico").out == right.out
    monkeypatch.chdir(files / "cluster")
    assert run("../p.yaml", "--to", "calico").out == right.out
    monkeypatch.chdir(files)
    configured(files, "facts: {pods: [10.244.0.0/16], nodes: [172.18.0.0/16]}\n")
    assert run("p.yaml", "--to", "calico").out == right.out


def test_facts_of_flags_win(run, files: Path) -> None:
    ranges = "pods: [10.1.0.0/16], nodes: [172.18.0.0/16]"
    configured(files, f"to: calico\nfacts: {{{ranges}, namespaces: {{shop: {{a: b}}, default: {{}}}}}}\n")
    flags = ("--pods", "10.244.0.0/16")
    whole = run("p.yaml", "--no-config", "--to", "calico", *flags, "--nodes", "172.18.0.0/16")
    assert run("p.yaml", *flags).out == whole.out != run("p.yaml").out
    (files / "facts.yaml").write_text(RANGES)
    assert run("p.yaml", "--facts", "facts.yaml").out == whole.out
    # of two that name all namespaces there are, the flag counts
    named = run("p.yaml", "--namespace", "shop=c=d", "--namespace", "default")
    assert (named.code, named.out) == (0, run("p.yaml").out)


def test_accepts_of_flags_and_configuration_add_up(run, files: Path) -> None:
    configured(files, f"to: calico\naccept: [{{code: NPT502, policy: {DB}, reason: nobody is there}}]\n")
    assert (run("p.yaml").code, run("p.yaml", "--accept", f"NPT502@{WEB}").code) == (1, 0)
    assert run("p.yaml", "--accept", f"NPT502@{WEB}", "--no-config", "--to", "calico").code == 1


def test_an_accept_of_a_line_is_of_a_file_beside_the_configuration(
    run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"- {{code: NPT502, file: p.yaml, line: {line}}}\n" for line in (8, 18))
    configured(files, f"to: calico\naccept:\n{lines}- {{code: NPT502, file: '-', line: 8}}\n")
    (files / "below").mkdir()
    for folder, name in ((files, "p.yaml"), (files / "below", "../p.yaml"), (files / "below", str(files / "p.yaml"))):
        monkeypatch.chdir(folder)
        ran = run(name)
        assert ran.code == 0
        assert ran.err.splitlines()[-2].endswith(f"NPT502@-:8 ({os.path.relpath(files / OWN)}:5:3)")
    assert run(stdin=CILIUM.partition("---\n")[0]).code == 0


EXPIRING = f"""\
to: calico
on-loss: loosen
accept:
- {{code: NPT506, policy: {WEB}, until: 2026-12-31}}
- {{code: cidr-dropped, policy: {DB}}}
"""


def test_an_accept_holds_to_its_last_day(run, files: Path) -> None:
    configured(files, EXPIRING)
    last = run("p.yaml", today=date(2026, 12, 31))
    assert (last.code, "10.0.0.0/8" in last.out, "until" in last.err) == (0, True, False)
    for quiet in ((), ("-q",)):
        later = run("p.yaml", *quiet, today=date(2027, 1, 1))
        assert (later.code, "10.0.0.0/8" in later.out) == (1, False)
        line = f"{OWN}:4:3: NPT506@{WEB} was accepted until 2026-12-31: it is not used"
        assert later.err.splitlines()[0] == line
    assert run("check", "p.yaml", today=date(2027, 1, 1)).err.splitlines()[0] == line


def test_what_is_written_hangs_on_no_day_but_the_last_one(run, files: Path) -> None:
    configured(files, EXPIRING)
    days = [date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2040, 1, 1)]
    first, last, after, later = (run("p.yaml", today=day) for day in days)
    assert tuple(first) == tuple(last)
    assert tuple(after) == tuple(later)


def test_the_clock_is_not_read_where_no_accept_ends(run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from translate.cli.main import run as run_command_line

    def never() -> date:
        raise AssertionError("nobody may ask")

    configured(files, "to: calico\naccept: [{code: NPT502}]\n")
    assert run_command_line(["p.yaml", "-q"], clock=never) == 0


def test_an_accept_that_nothing_uses_is_told_with_its_place(run, files: Path) -> None:
    unused = "- {code: NPT510}\n- {code: NPT502, policy: NetworkPolicy/shop/elsewhere}\n"
    configured(files, f"to: calico\naccept:\n- code: NPT502\n{unused}- {{code: NPT502, file: gone.yaml, line: 3}}\n")
    code, _, err = run("p.yaml")
    told = f"NPT510 ({OWN}:4:3), NPT502@NetworkPolicy/shop/elsewhere ({OWN}:5:3), NPT502@gone.yaml:3 ({OWN}:6:3)"
    assert (code, err.splitlines()[-2]) == (0, f"note: nothing that would be accepted is lost: {told}")
    assert run("p.yaml", "-q").err == ""


def test_check_foresees_what_convert_would_do(run, files: Path) -> None:
    configured(files, f"to: calico\non-loss: loosen\naccept: [{{code: NPT506, policy: {WEB}}}]\n")
    assert "looser  NPT506 cidr-wider (accepted)" in run("check", "p.yaml").err
    configured(files, "to: calico\non-loss: stop\n")
    code, _, err = run("check", "p.yaml")
    assert (code, "tighter  NPT502 cidr-dropped: 2 times" in err) == (1, True)


def test_check_takes_a_release_for_a_target_that_it_may_not_have(run, files: Path) -> None:
    configured(files, "target-version: calico=3.31\naccept: [{code: NPT502, until: 2020-01-01}]\n")
    assert run("check", "p.yaml").err == run("check", "p.yaml", "--no-config").err


def test_explain_takes_facts_and_its_own_to(run, files: Path) -> None:
    configured(files, "to: calico\nfacts: {pods: [10.244.0.0/16], nodes: [172.18.0.0/16]}\n")
    ends = ("--from", "shop/any{app=web}", "--to", "10.244.0.7:80")
    assert run("explain", "p.yaml", *ends).out != run("explain", "p.yaml", *ends, "--no-config").out
    assert "Missing option '--to'" in run("explain", "p.yaml", *ends[:2]).err


def test_verify_and_roundtrip_take_facts(run, files: Path) -> None:
    (files / "k.yaml").write_text(CALICO.replace("nets: [10.0.0.0/8]", "nets: [10.0.0.0/8], notNets: [10.244.0.0/16]"))
    facts = "complete: [Policy]\n"
    (files / "facts.yaml").write_text(facts)
    configured(files, "facts: facts.yaml\n")
    for arguments in (
        ("diff", "c.yaml", "k.yaml"),
        ("roundtrip", "c.yaml", "--via", "cilium"),
    ):
        assert tuple(run(*arguments)) == tuple(run(*arguments, "--no-config", "--facts", "facts.yaml"))
    flags = run("verify", "c.yaml", "k.yaml", "--no-config", "--facts", "facts.yaml").err.splitlines()
    lines = run("verify", "c.yaml", "k.yaml").err.splitlines()
    assert [line for line in lines if "replay" not in line] == [line for line in flags if "replay" not in line]
    err = run("verify", "p.yaml", "c.yaml", "--config", OWN).err
    assert f"netpol-translate diff p.yaml c.yaml --config {OWN}" in err


def test_a_packet_is_asked_for_again_as_it_was_judged(run, files: Path) -> None:
    """What holds for the input of ``explain`` is said of BEFORE here: the engine of AFTER is another one."""
    (files / "facts.yaml").write_text(RANGES)
    kubernetes = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: "
    (files / "k.yaml").write_text(kubernetes + "{podSelector: {}, policyTypes: [Egress], egress: []}\n")
    for facts, typed in (("facts.yaml", "--no-config --facts facts.yaml"), ("{}", ""), (None, "--no-config")):
        engines = "source-engine: calico\ntarget-engine: cilium\n"
        configured(files, engines if facts is None else f"{engines}facts: {facts}\n")
        replay = [
            line for line in run("verify", "c.yaml", "k.yaml").err.splitlines() if line.startswith("    replay  ")
        ]
        wanted = f"    replay  netpol-translate explain k.yaml --source-engine cilium {typed} --from "
        assert [line[: len(wanted)] for line in replay] == ([wanted] if typed else [])
        for line in replay:
            assert run(*shlex.split(line)[2:]).code == 1
    typed = run("verify", "c.yaml", "k.yaml", "--no-config").err
    assert "explain k.yaml --no-config --from " in typed


def test_every_key_is_a_flag_of_that_name() -> None:
    flags = {
        flag.removeprefix("--")
        for name in COMMANDS
        for parameter in _command(name).params
        for flag in parameter.opts
        if isinstance(parameter, click.Option)
    }
    assert set(KEYS) <= flags


def _command(name: str) -> click.Command:
    found = commands.get_command(click.Context(commands), name)
    assert found is not None
    return found


MISTAKES = [
    ("too: calico", "1:1: error: too is no key of a configuration; did you mean 'to'?"),
    ("on_loss: stop", "1:1: error: on_loss is no key of a configuration; did you mean 'on-loss'?"),
    (
        "to: callico",
        "1:5: error: to is wrong: 'callico' is not one of kubernetes, calico, cilium, k8s, np; did you mean 'calico'?",
    ),
    ("to: [calico]", "1:5: error: to is wrong: \"['calico']\" is not one of kubernetes, calico, cilium, k8s, np; did you mean 'calico'?"),
    ("on-loss: losen", "1:10: error: on-loss is wrong: 'losen' is not one of tighten, loosen, stop; did you mean 'loosen'?"),
    (
        "source-engine: cillium",
        "1:16: error: source-engine is wrong: 'cillium' is not one of calico, cilium; did you mean 'cilium'?",
    ),
    (
        "target-version: cilum=1.18",
        "1:17: error: target-version is wrong: a dialect must be one of calico, cilium, kubernetes, not 'cilum'; "
        "did you mean 'cilium'?",
    ),
    ("target-version: [cilium]", "1:17: error: target-version is wrong: 'cilium' must be DIALECT=VERSION, as in cilium=1.20"),
    ("source-version: 3.30", "1:17: error: source-version is wrong: it must be DIALECT=VERSION, or a list of such texts"),
    ("facts: 3", "1:8: error: facts must be the path of a facts file, or facts themselves"),
    ("facts:\n  pods: [10.0.0.0/8x]", '2:10: error: facts.pods[0] "10.0.0.0/8x" must be an IP range or an address'),
    ("accept: NPT502", "1:9: error: accept must be a list, each of it a map with code, policy, file, line, reason, until"),
    ("accept: [NPT502]", "1:10: error: accept[0] must be a map with code, policy, file, line, reason, until"),
    ("accept:\n- policy: x", "2:3: error: accept[0] has no code"),
    (
        "accept:\n- code: cidr-droped",
        "2:9: error: accept[0].code is wrong: 'cidr-droped' is no code of a loss; did you mean 'cidr-dropped'? "
        "(see: netpol-translate rule)",
    ),
    ("accept:\n- code: 502\n  polcy: x", "3:3: error: accept[0].polcy is no key of an accept; did you mean 'policy'?"),
    ("accept:\n- {code: 502, until: 2026-02-30}", "2:22: error: accept[0].until must be a day that there is, as in 2027-01-31"),
    ("accept:\n- {code: 502, until: 20260228}", "2:22: error: accept[0].until must be a day that there is, as in 2027-01-31"),
    ("accept:\n- {code: 502, file: a, line: 0}", "2:30: error: accept[0].line must be the number of a line, from 1"),
    ("accept:\n- {code: 502, file: a, line: true}", "2:30: error: accept[0].line must be the number of a line, from 1"),
    ("accept:\n- {code: 502, policy: 3}", "2:23: error: accept[0].policy must be a text"),
    (
        "accept:\n- {code: 502, line: 3}",
        "2:3: error: accept[0] is wrong: what NPT502 is accepted for needs a file and a line of it, counted from 1",
    ),
    (
        "accept:\n- {code: 502, policy: p, file: a, line: 3}",
        "2:3: error: accept[0] is wrong: NPT502 is accepted for a policy or for a line, not for both at once",
    ),
    ("- to", ": error: a configuration is one map of keys"),
    ("to: calico\n---\nto: cilium", ": error: a configuration is one map of keys"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), MISTAKES)
def test_a_mistake_is_one_line_with_its_place(run, files: Path, text: str, line: str) -> None:
    configured(files, text)
    for arguments in (("p.yaml", "--to", "calico"), ("verify", "p.yaml", "p.yaml")):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err == f"{OWN}:{line.removeprefix(':').lstrip() if line.startswith(':') else line}\n".replace(
            f"{OWN}:error", f"{OWN}: error"
        )


def test_all_mistakes_are_told_in_their_order(run, files: Path) -> None:
    configured(files, "accept: [{code: x, until: y}]\nto: z\nfacts: {podz: []}\n")
    err = run("p.yaml").err
    assert [line.split(" ", 3)[2] for line in err.splitlines()] == [
        "accept[0].code",
        "accept[0].until",
        "to",
        "facts.podz",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("to = 'callico'", "error: to is wrong: 'callico' is not one of"),
        ("accept = [{code = 502, until = 2026-12-31T00:00:00}]", "error: accept[0].until must be a day"),
        ("facts = {pods = [1]}", 'error: facts.pods[0] "1" must be an IP range'),
        ("to =", "2:5: error: is no TOML: Invalid value"),
        ("x = " + "[" * 50_000, "error: is "),
        ("x = " + "9" * 50_000, "error: is no TOML: "),
    ],
)
def test_a_mistake_in_toml_names_the_key(run, files: Path, text: str, line: str) -> None:
    configured(files, f"[tool.netpol-translate]\n{text}\n", PROJECT)
    code, out, err = run("p.yaml", "--to", "calico")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"{PROJECT}:{'' if line[0].isdigit() else ' '}{line}")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "an alias bomb": BOMB.encode(),
    "deep": b"a: " + b"[" * 5000,
    "not UTF-8": b"to: cal\xff\xfeico\n",
    "zeros": b"\0" * 100,
    "huge": b"# " + b"x" * (2 << 20),
    "an endless text": b"to: " + b"x" * 100_000,
    "many documents": b"---\na: 1\n" * 1000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_configuration_is_one_line(run, files: Path, what: str) -> None:
    (files / OWN).write_bytes(HOSTILE[what])
    code, out, err = run("p.yaml", "--to", "calico")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(OWN)
    assert len(err) < 400


def test_a_hostile_project_is_one_line_or_none(run, files: Path) -> None:
    table = b"[tool.netpol-translate]\n"
    for text in (table + b"x = '\xff'\n", table + b"# " + b"x" * (2 << 20)):
        (files / PROJECT).write_bytes(text)
        code, _, err = run("p.yaml", "--to", "calico")
        assert (code, len(err.splitlines()), err.startswith(f"{PROJECT}: error: is ")) == (2, 1, True)
    for text in (b"\xff" * 100, b"[" * 100_000):
        (files / PROJECT).write_bytes(text)
        assert run("c.yaml", "--to", "calico").code == 0


def test_what_is_no_file_is_one_line(run, files: Path) -> None:
    (files / OWN).mkdir()
    assert tuple(run("c.yaml", "--to", "calico")) == (2, "", f"{OWN}: error: cannot be read: it is a folder\n")
    (files / OWN).rmdir()
    os.mkfifo(files / OWN)
    assert tuple(run("c.yaml", "--to", "calico")) == (2, "", f"{OWN}: error: cannot be read: it is no file\n")
    (files / OWN).unlink()
    (files / OWN).symlink_to("nowhere")
    ran = run("c.yaml", "--to", "calico")
    assert tuple(ran) == (2, "", f"{OWN}: error: cannot be read: No such file or directory\n")
    (files / OWN).unlink()
    (files / PROJECT).mkdir()
    assert run("c.yaml", "--to", "calico").code == 0


def test_a_file_that_is_named_must_be_there_and_have_the_table(run, files: Path) -> None:
    assert tuple(run("c.yaml", "--config", "x.yaml")) == (
        2,
        "",
        "x.yaml: error: cannot be read: No such file or directory\n",
    )
    (files / "x.toml").write_text("[tool.other]\n")
    assert tuple(run("c.yaml", "--config", "x.toml")) == (
        2,
        "",
        "x.toml: error: has no table [tool.netpol-translate]\n",
    )
    for both in (("--config", "x.toml", "--no-config"), ("--no-config", "--config", "x.toml")):
        assert run("c.yaml", *both).code == 2
    assert run("c.yaml", "--config", os.devnull, "--to", "calico").code == 0


def test_a_configuration_is_no_input(run, files: Path) -> None:
    (files / "p.yaml").unlink()
    configured(files, TO_CALICO)
    assert "no manifest" not in run(".").err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["convert", "--help"], ["--version"], ["rule", "NPT502"], ["dialects"]]
)
def test_who_asks_for_help_needs_no_configuration(run, files: Path, arguments: list[str]) -> None:
    configured(files, "too: wrong\n")
    assert run(*arguments).code == 0


def test_no_toml_is_read_where_no_table_is_named(files: Path) -> None:
    configured(files, "[project]\nname = 'netpol-translate'\n", PROJECT)
    loaded = "import sys, translate.cli.main as m; m.run(['c.yaml', '--to', 'calico', '-q']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60)
    modules = set(done.stdout.split())
    assert "translate.cli.config_search" in modules
    assert modules.isdisjoint({"tomllib", "translate.cli.config_read"})


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("convert", "p.yaml", "--facts", "facts.yaml"), "facts.yaml"),
        (("check", "p.yaml", "--facts", "facts.yaml"), "./facts.yaml"),
        (("convert", "p.yaml"), OWN),
        (("convert", "p.yaml"), "of-config.yaml"),
        (("verify", "p.yaml", "p.yaml", "--config", "other.yaml"), "other.yaml"),
    ],
)
def test_what_a_run_reads_beside_its_input_is_never_written_over(run, files: Path, arguments, path: str) -> None:
    (files / "facts.yaml").write_text(RANGES)
    (files / "of-config.yaml").write_text(RANGES)
    configured(files, TO_CALICO + "facts: of-config.yaml\n")
    configured(files, TO_CALICO, "other.yaml")
    text = (files / path).read_text()
    outputs = [("--report", f"json={path}")]
    outputs += [("--output-file", path, "--force")] if arguments[0] == "convert" else []
    for output in outputs:
        code, out, err = run(*arguments, *output)
        assert (code, out, err.splitlines()[0]) == (2, "", f"{Path(path)}: error: is an input, and never written over")
        assert (files / path).read_text() == text
