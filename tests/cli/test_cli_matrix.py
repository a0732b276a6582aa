"""``matrix``: what is printed, where it goes, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.api.test_api_matrix import ingress, policy

SVG = "{http://www.w3.org/2000/svg}"
SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = str(SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml")
NOTE = "note: this is what comes of these policies alone: another one may isolate more pods, or allow more\n"
DB = policy(
    "db",
    "{matchLabels: {app: db}}",
    rules=ingress("{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}"),
)
NASTY = "<script>alert(1)</script>\"'|`*\n=cmd|' /C calc'!A0"
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": NASTY, "namespace": "shop"},
    "spec": {"template": {"metadata": {"labels": {"app": "api"}}, "spec": {"containers": []}}},
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {
        "db": DB,
        "wider": DB.replace("app: api", "app: job"),
        "nasty": f"{DB}---\n{json.dumps(DEPLOYMENT)}\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.yaml") for name in texts}


GRID = """\
    shop
  1   {app=api}
  2   {app=db}
  3   any other pod
    other namespaces
  4   any pod
  5 other nodes
  6 own node
  7 world

  to 1 2 3 4 5 6 7
   1 * a * * * * *
   2 * . * * * * *
   3 * . * * * * *
   4 * . * * * * *
   5 * . * *
   6 * * * *
   7 * . * *

  *  everything
  .  nothing
  a  TCP 5432
"""


def test_groups_have_numbers_and_cells_have_marks(run, files: dict[str, str]) -> None:
    code, out, err = run("matrix", "--source-engine", "calico", files["db"])
    assert (code, out) == (0, GRID)
    assert err == f"7 groups · 40 pairs: 34 everything · 1 some ports · 5 nothing\n{NOTE}"


def test_verbose_says_who_exactly_is_in_a_group(run, files: dict[str, str]) -> None:
    out = run("matrix", "-v", "--source-engine", "calico", files["db"]).out
    assert "  3   any other pod\n        = pods labelled app not in (api, db) in shop\n" in out
    assert "shop/{app=api} reaches\n" in out


FOCUS = """\
shop/any other pod reaches
  shop/{app=api}, shop/any other pod, other namespaces/any pod,       everything
  other nodes, own node, world
  shop/{app=db}                                                       nothing

shop/any other pod is reached by
  all 7 of them  everything
"""


def test_a_focus_is_told_as_lists(run, files: dict[str, str]) -> None:
    code, out, err = run("matrix", "--source-engine", "calico", files["db"], "--focus", "shop/any{app=new}")
    assert (code, out) == (0, FOCUS)
    assert err.startswith("shop/any{app=new} is in shop/any other pod\n")


CHANGES = """\
from            to             was       is
shop/{app=api}  shop/{app=db}  TCP 5432  nothing
shop/{app=job}  shop/{app=db}  nothing   TCP 5432

2 of 55 pairs of groups change
"""


def test_two_inputs_are_told_as_what_changes(run, files: dict[str, str]) -> None:
    engines = ["--source-engine", "calico", "--target-engine", "calico"]
    code, out, _ = run("matrix", *engines, files["db"], "--after", files["wider"])
    assert (code, out) == (0, CHANGES)
    code, out, _ = run("matrix", *engines, files["db"], "--after", files["db"])
    assert (code, out) == (0, "none of 40 pairs of groups changes\n")


def test_a_translation_is_told_as_what_changes(run) -> None:
    code, out, _ = run("matrix", str(SAMPLES / "ordered-deny" / "calico.yaml"), "--to", "cilium")
    assert (code, out) == (0, "none of 40 pairs of groups changes\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--focus", "shpo"],
            "error: --focus: \"shpo\" is no group, no namespace and nobody of the input; did you mean 'shop'?\n",
        ),
        (
            ["-o", "svgg"],
            "Error: Invalid value for '-o' / '--output': 'svgg' is not one of text, csv, json, markdown, dot, svg; did you mean 'svg'?\n",
        ),
        (["-o", "svg="], "Error: Invalid value for '-o' / '--output': 'svg=' names no file\n"),
        (
            ["-o", "svg", "-o", "dot"],
            "Error: Invalid value for '-o' / '--output': each output but one needs a file of its own: FORMAT=PATH\n",
        ),
        (
            ["--after", "x", "--to", "calico"],
            "Error: --after names the second input, or --to translates the first: not both\n",
        ),
    ],
)
def test_a_slip_is_told_in_a_line(run, files: dict[str, str], arguments: list[str], message: str) -> None:
    code, out, err = run("matrix", files["db"], *arguments)
    assert (code, out) == (2, "")
    assert err.endswith(message)


def test_what_is_undecided_ends_in_three(run, files: dict[str, str]) -> None:
    code, out, err = run("matrix", "--max-steps", "3", files["db"])
    assert (code, out) == (3, "")
    assert err.startswith("? undecided: working out who reaches whom did not finish within 3 steps\n")
    assert run("matrix", "-q", "--max-steps", "3", files["db"]).err.count("\n") == 1


def test_one_run_writes_all_outputs_and_never_over_its_input(run, files: dict[str, str], tmp_path: Path) -> None:
    picture = tmp_path / "a.svg"
    code, out, err = run(
        "matrix", "-q", files["db"], "-o", "csv", "-o", f"svg={picture}", "-o", f"dot={tmp_path / 'a.dot'}"
    )
    assert (code, err) == (0, "")
    assert out.startswith("from,to,access,always,sometimes,depends_on\n")
    assert ElementTree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    code, _, err = run("matrix", files["db"], "-o", f"svg={files['db']}")
    assert code == 2
    assert "is an input" in err


def test_a_picture_stands_alone_and_says_what_it_is(run, files: dict[str, str]) -> None:
    text = run("matrix", "-q", files["db"], "-o", "svg").out
    root = ElementTree.fromstring(text)
    tags = [one.tag.rpartition("}")[2] for one in root.iter()]
    assert set(tags) <= {"svg", "title", "desc", "style", "pattern", "rect", "line", "text", "g"}
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert root.find("{*}title").text == "Who may reach whom"
    assert "rows send, columns receive" in root.find("{*}desc").text
    assert "prefers-color-scheme:dark" in text
    assert not re.search(r"(?:href|src|@import|url\((?!#))", text)
    hints = [one.find("{*}title").text for one in root.iter(f"{SVG}g") if one.find("{*}title") is not None]
    assert "shop/{app=api} → shop/{app=db}: TCP 5432" in hints


def test_names_that_are_markup_are_shown_as_text(run, files: dict[str, str]) -> None:
    texts = {name: run("matrix", "-q", files["nasty"], "-o", name).out for name in ("svg", "dot", "markdown", "csv")}
    picture = ElementTree.fromstring(texts["svg"])
    assert not list(picture.iter(f"{SVG}script"))
    assert any("[deployment/<script>" in (one.text or "") for one in picture.iter(f"{SVG}text"))
    assert "<script" not in texts["svg"] + texts["markdown"]
    assert r"&lt;script&gt;alert(1)&lt;/script&gt;" in texts["markdown"]
    assert r"\|" in texts["markdown"]
    assert all(line.count(" | ") == 2 for line in texts["markdown"].splitlines() if "script" in line)


def test_cells_of_a_table_are_no_formulas() -> None:
    from translate import Access, GroupKind, Matrix, MatrixCell, MatrixGroup
    from translate.rendering.matrix_dot import as_dot
    from translate.rendering.matrix_formats import as_csv, as_markdown
    from translate.rendering.matrix_svg import as_svg

    names = ['=cmd|" /C calc"!A0', '-1+<b>"x\\"', "a\nb]]></text><script>x</script>"]
    groups = tuple(MatrixGroup(name, GroupKind.PODS, name, name, (name,)) for name in names)
    cell = MatrixCell(Access.DEPENDS, "", names[0], (names[2],))
    found = Matrix(groups, ((cell,) * 3,) * 3)
    rows = list(csv.reader(io.StringIO(as_csv(found))))
    assert all(not text.startswith(("=", "+", "-", "@")) and "\n" not in text for row in rows for text in row)
    ElementTree.fromstring(as_svg(found))
    assert "<script" not in as_svg(found) + as_markdown(found)
    assert "<b>" not in as_svg(found) + as_markdown(found)
    lines = as_dot(found).splitlines()
    assert len(lines) == 4 + 4 * 3 + 9
    assert all(re.fullmatch(r'[^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*', line) for line in lines)
