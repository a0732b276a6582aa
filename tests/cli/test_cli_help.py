"""Help, and what must not be loaded for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

import translate.cli.main
from translate.cli.main import COMMANDS, commands
from translate.tables import load

HEAVY = ("yaml", "msgspec", "deepdiff", "ruamel", "translate.api.convert", "translate.prover.compare")
PROBE = """
import atexit, sys
sys.argv = ["netpol-translate", *{arguments!r}]
from netpol_translate.__main__ import main
atexit.register(lambda: print({asked}, file=sys.stderr))
main()
"""


def at_the_end(arguments: list[str], asked: str) -> str:
    """What an expression is in a fresh process at the end of a run."""
    code = PROBE.format(arguments=arguments, asked=asked)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.splitlines()[-1]


def loaded(arguments: list[str], names: tuple[str, ...]) -> str:
    """Which of ``names`` a fresh process has imported after a run."""
    return at_the_end(arguments, f"[name for name in {names!r} if name in sys.modules]")


SELDOM = (
    *("difflib", "tempfile", "zipfile", "importlib.resources", "deepdiff", "ruamel", "jinja2", "translate.api.ways"),
    *(
        "translate.api.going_on",
        "translate.api.denials",
        "translate.dialects.schema_errors",
        "translate.rendering.json",
    ),
    *("translate.rendering.plan", "translate.yamlio.comments", "translate.yamlio.edit", "translate.yamlio.tree"),
    *("translate.yamlio.verbatim", "translate.dialects.cilium"),
    *(
        "translate.api.widening",
        "translate.prover.room",
        "translate.api.untold",
        "translate.api.later",
        "translate.plan.union",
    ),
    *("translate.plan.regions.flatten", "translate.plan.inhabited", "translate.prover.redundant"),
    *("translate.prover.forestalled", "translate.prover.evaluator", "translate.prover.witness"),
    *("translate.prover.logging_proof", "translate.dialects.installed", "translate.dialects.denials"),
    *("translate.dialects.kubernetes.admin_manifest", "translate.dialects.kubernetes.emit"),
    *("translate.frontend.residents", "translate.api.text_folder", "shutil"),
)
"""What only failures, denies, differences, accounts, comments, edits, facts, rare kinds, reports for programs or a third
dialect need.
"""
MODULES = 226
"""So many of our own a translation of one file may load: each takes a third of a millisecond."""
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{protocol: TCP, port: 8443}]}]
"""


def test_one_file_loads_nothing_that_is_seldom_needed(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    assert loaded(["--quiet", "--to", "calico", str(file)], SELDOM) == "[]"


def test_no_value_that_one_file_needs_is_a_dataclass(tmp_path: Path) -> None:
    """To create a class of those takes as long as to load two modules; a Struct takes nothing to speak of."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    ours = "[module for name, module in sys.modules.items() if name.startswith('translate')]"
    found = f"[n for module in {ours} for n, v in vars(module).items() if hasattr(v, '__dataclass_fields__')]"
    assert at_the_end(["--quiet", "--to", "calico", str(file)], found) == "[]"


def test_one_file_loads_so_many_modules(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    ours = "sum(name.startswith('translate') for name in sys.modules)"
    assert int(at_the_end(["--quiet", "--to", "calico", str(file)], ours)) <= MODULES


@pytest.mark.parametrize(
    ("to", "unneeded"),
    [
        ("calico", ("translate.prover.compare", "translate.dialects.calico.lift_rule")),
        ("cilium", ("translate.prover.compare", "translate.dialects.cilium.lift_rule")),
    ],
)
def test_without_a_proof_nothing_is_loaded_that_reads_the_output(
    tmp_path: Path, to: str, unneeded: tuple[str, ...]
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    assert loaded(["--quiet", "--no-verify", "--to", to, str(file)], unneeded) == "[]"


def test_plain_text_and_what_is_the_same_level_by_level_need_neither_a_parser_nor_a_diagram() -> None:
    file = Path(__file__).parents[2] / "samples" / "allow-all" / "kubernetes.yaml"
    names = ("yaml", "importlib.metadata", "translate.yamlio.build", "translate.prover.diagram")
    assert loaded(["--quiet", "--to", "calico", str(file)], names) == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], [], ["--version"], ["version"]], ids=str)
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    names = (
        HEAVY
        if arguments != ["version"]
        else ("deepdiff", "ruamel", "translate.api.convert", "translate.prover.compare")
    )
    assert loaded(arguments, names) == "[]"


def test_the_version_needs_no_click() -> None:
    assert loaded(["--version"], ("click", *HEAVY)) == "[]"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_and_option_says_what_it_is(name: str) -> None:
    context = click.Context(commands)
    command = commands.get_command(context, name)
    assert command is not None
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert (parameter.help or "").endswith((".", ")")), f"{name} {parameter.opts}"


def test_the_list_of_commands_agrees_with_their_help(run) -> None:
    out = run("--help").out
    for name, (_, text) in COMMANDS.items():
        assert name in out
        assert " ".join(text.split()[:4]) in out


def test_help_tells_the_exit_codes(run) -> None:
    lines = [line.strip() for line in run("--help").out.splitlines()]
    assert [line[:3] for line in lines[lines.index("Exit codes") + 1 :] if line] == ["0  ", "1  ", "2  ", "3  "]


def test_help_has_no_line_that_is_too_wide(run) -> None:
    for arguments in (["--help"], *([name, "--help"] for name in COMMANDS)):
        assert max(map(len, run(*arguments).out.splitlines())) <= 120


def test_version(run) -> None:
    assert tuple(run("version")) == (0, "netpol-translate 0.1.0\n", "")
    assert tuple(run("--version")) == (0, "netpol-translate 0.1.0\n", "")


def test_rule_lists_every_code(run) -> None:
    code, out, err = run("rule")
    assert (code, err) == (0, "")
    codes, _, words = out.partition("\n\nwords: ")
    assert [line.split()[0] for line in codes.splitlines()] == sorted(load.codes())
    assert words.replace("\n  ", " ").strip().split(", ") == list(load.words())
    assert "NPT502  loss     tighter/exact  cidr-dropped" in out.splitlines()


@pytest.mark.parametrize("name", sorted(load.codes()))
def test_rule_says_meaning_example_and_way_out(run, name: str) -> None:
    code, out, err = run("rule", name.lower())
    assert (code, err) == (0, "")
    assert out.startswith(f"{name} {load.codes()[name].name}: {load.codes()[name].kind}")
    assert [line for line in out.splitlines() if line in ("meaning", "example", "way out")] == [
        "meaning",
        "example",
        "way out",
    ]
    assert max(map(len, out.splitlines())) <= 100


def test_dialects_lists_every_construct(run) -> None:
    code, out, err = run("dialects")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["construct", "kubernetes", "calico", "cilium"]
    assert [line.split()[0] for line in lines[1:]] == [feature.id for feature in load.features()]
    assert run("dialects", "np").out == run("dialects", "k8s").out == run("dialects", "kubernetes").out


def test_the_help_that_is_printed_without_click_is_what_click_prints() -> None:
    """``translate/cli/help.txt``: write it anew from the expected text when a command changes."""
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
    with click.Context(commands, info_name="netpol-translate", terminal_width=100, **settings) as context:
        expected = commands.get_help(context) + "\n"
    assert (Path(translate.cli.main.__file__).parent / "help.txt").read_text(encoding="utf-8") == expected
