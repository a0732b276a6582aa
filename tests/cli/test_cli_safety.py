"""Text of the input on a terminal or in a CI log: nothing it could obey, and no line that the input wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

FORGED = "::error file=forged::"
HOSTILE = [
    # what is hostile, the input
    (
        "name",
        f'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {{name: "x\\n{FORGED}\\e[31m"}}\n',
    ),
    ("kind", f'apiVersion: v1\nkind: "Con\\e[31m\\n{FORGED}"\nmetadata: {{name: x}}\n'),
    ("version", f'apiVersion: "networking.k8s.io/v1\\e[31m\\n{FORGED}"\nkind: NetworkPolicy\nmetadata: {{name: x}}\n'),
    (
        "entity",
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{endpointSelector: {{}}, ingress: [{{fromEntities: ["a\\e[31m\\n{FORGED}"]}}]}}\n',
    ),
    (
        "tier",
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{tier: "a\\e[31m\\n{FORGED}", types: [Ingress]}}\n',
    ),
    (
        "key",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{podSelector: {{matchLabels: {{"a\\e[31m\\n{FORGED}": 1}}}}}}\n',
    ),
    (
        "field",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{"a\\e[31m\\n{FORGED}": 1}}\n',
    ),
    (
        "selector",
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{types: [Ingress], selector: "a\\e[31m\\n{FORGED}"}}\n',
    ),
    (
        "range",
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: x}\n"
        f'spec: {{ingress: [{{action: Allow, source: {{nets: ["a\\e[31m\\n{FORGED}"]}}}}]}}\n',
    ),
]


@pytest.mark.parametrize(("what", "text"), HOSTILE, ids=[what for what, _ in HOSTILE])
@pytest.mark.parametrize(
    "command",
    [["--to", "calico"], ["--to", "calico", "--passthrough"], ["roundtrip", "--via", "cilium"]],
    ids=["convert", "passthrough", "roundtrip"],
)
def test_no_control_character_and_no_forged_line(run, folder: Path, what: str, text: str, command: list[str]) -> None:
    (folder / "in.yaml").write_text(text)
    ran = run(*command, "in.yaml")
    assert ran.code in (0, 2)
    for stream in (ran.out, ran.err):
        assert "\x1b" not in stream
        assert not any(line.startswith("::") for line in stream.splitlines())


def test_a_hostile_file_name(run, folder: Path) -> None:
    name = f"a\x1b[31m\n{FORGED}.yaml"
    (folder / name).write_text("a: [")
    ran = run("--to", "calico", name)
    assert (ran.code, ran.out) == (2, "")
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_hostile_file_name_in_a_stamp(run, folder: Path) -> None:
    name = "a\x1b[31m\nkind: Evil.yaml"
    (folder / name).write_text("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\n")
    out = run("--to", "calico", "--stamp", "comment", name).out
    assert "\x1b" not in out
    before, _, _ = out.partition("apiVersion:")
    assert all(line.startswith("#") or not line for line in before.splitlines())


def test_annotations_keep_their_characters_escaped(run) -> None:
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        'metadata: {name: x, annotations: {a: "x\\e[31my"}}\nspec: {podSelector: {}}\n'
    )
    for form, written in (("yaml", '    a: "x\\x1B[31my"\n'), ("json", '      "a": "x\\u001b[31my"\n')):
        out = run("--to", "calico", "-o", form, stdin=text).out
        assert "\x1b" not in out
        assert written in out


def test_hostile_arguments(run) -> None:
    for arguments in (
        ["rule", "\x1b[31m"],
        ["dialects", "\x1b[31m"],
        ["--to", "\x1b[31m"],
        ["--to", "calico", "--default-namespace", "\x1b[31m"],
    ):
        ran = run(*arguments)
        assert ran.code == 2
        assert "\x1b" not in ran.err
