"""Where the translation goes: whole or not at all, never over what exists, never outside the folder that was named."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from pathlib import Path

import pytest

from translate.cli.files import object_path
from translate.core.diagnostics import InputError

POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{{meta}}}\nspec: {{podSelector: {{matchLabels: {{app: {app}}}}}}}\n"


def policies(*metas: str) -> str:
    """Policies of different subjects with these metadata."""
    return "---\n".join(POLICY.format(meta=meta, app=f"app{n}") for n, meta in enumerate(metas))


def listing(folder: Path) -> list[str]:
    """All files below ``folder``, hidden ones as well."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_output_file_holds_what_stdout_would(run, folder: Path) -> None:
    text = policies("name: a, namespace: shop")
    printed = run("--to", "calico", stdin=text).out
    code, out, _ = run("--to", "calico", "--output-file", "new/out.yaml", stdin=text)
    assert (code, out, (folder / "new/out.yaml").read_text()) == (0, "", printed)
    assert listing(folder) == ["new/out.yaml"]


def test_output_file_dash_is_stdout(run, folder: Path) -> None:
    text = policies("name: a, namespace: shop")
    ran = run("--to", "calico", "--output-file", "-", stdin=text)
    assert (ran.out, listing(folder)) == (run("--to", "calico", stdin=text).out, [])


def test_an_output_file_that_exists_is_left_alone(run, folder: Path) -> None:
    (folder / "out.yaml").write_text("mine")
    ran = run("--to", "calico", "--output-file", "out.yaml", stdin=policies("name: a"))
    assert tuple(ran) == (2, "", "out.yaml: error: exists: --force writes over it\n")
    assert (folder / "out.yaml").read_text() == "mine"
    assert run("--to", "calico", "--output-file", "out.yaml", "--force", stdin=policies("name: a")).code == 0
    assert (folder / "out.yaml").read_text().startswith("apiVersion: projectcalico.org/v3\n")


def test_the_input_is_never_written_over(run, folder: Path) -> None:
    text = policies("name: a, namespace: shop")
    (folder / "in.yaml").write_text(text)
    for options in (
        ["--output-file", "in.yaml", "--force"],
        ["--report", "json=in.yaml"],
        ["--report", "json=./in.yaml"],
    ):
        code, out, err = run("--to", "calico", "in.yaml", *options)
        assert (code, out, err) == (2, "", "in.yaml: error: is an input, and never written over\n")
        assert (folder / "in.yaml").read_text() == text


def test_output_dir_holds_one_file_per_object(run, folder: Path) -> None:
    text = policies("name: a, namespace: shop", "name: a", "name: b.c, namespace: shop")
    assert run("--to", "cilium", "--output-dir", "out", stdin=text).code == 0
    assert listing(folder / "out") == [
        "ciliumnetworkpolicy.a.yaml",
        "shop.ciliumnetworkpolicy.a.yaml",
        "shop.ciliumnetworkpolicy.b.c.yaml",
    ]


def test_if_one_file_exists_none_is_written(run, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "shop.networkpolicy.b.yaml").write_text("mine")
    text = policies("name: a, namespace: shop", "name: b, namespace: shop")
    ran = run("--to", "calico", "--output-dir", "out", stdin=text)
    assert tuple(ran) == (2, "", "out/shop.networkpolicy.b.yaml: error: exists: --force writes over it\n")
    assert listing(folder / "out") == ["shop.networkpolicy.b.yaml"]


def test_every_object_gets_a_file_of_its_own(run, folder: Path) -> None:
    """A generated name must not fall together with a given one: the lost policy would open its pods."""
    text = policies(
        "name: web-1, namespace: shop", "generateName: web-, namespace: shop", "generateName: web-, namespace: shop"
    )
    code, _, err = run("--to", "calico", "--output-dir", "out", stdin=text)
    assert code == 0, err
    assert len(listing(folder / "out")) == 3


def test_foreign_objects_of_one_name_and_two_groups_get_two_files(run, folder: Path) -> None:
    text = "".join(
        f"apiVersion: {g}/v1\nkind: Thing\nmetadata: {{name: a, namespace: shop}}\n---\n" for g in ("one", "two")
    )
    code, _, err = run("--to", "calico", "--passthrough", "--output-dir", "out", stdin=text + policies("name: a"))
    assert code == 0, err
    assert len(listing(folder / "out")) == 3


def test_json_output_goes_into_json_files(run, folder: Path) -> None:
    assert (
        run("--to", "calico", "-o", "json", "--output-dir", "out", stdin=policies("name: a, namespace: shop")).code == 0
    )
    assert listing(folder / "out") == ["shop.networkpolicy.a.json"]


@pytest.mark.parametrize("name", ["../a", "a/b", "a\\b", "a\x00b", "x" * 260, ".."])
def test_names_never_lead_out_of_the_folder(name: str) -> None:
    for kind, namespace, called in (("Thing", None, name), (name, None, "a"), ("Thing", name, "a")):
        try:
            found = object_path(Path("out"), kind, namespace, called)
        except InputError as error:
            assert "has no name that a file can have" in error.problems[0].message  # noqa: PT017
        else:
            assert found.parent == Path("out")
            assert found.name not in ("", ".", "..")


def test_a_foreign_name_that_leads_out_is_refused(run, folder: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../../x}\n---\n" + policies("name: a")
    code, out, err = run("--to", "calico", "--passthrough", "--output-dir", "out", stdin=text)
    assert (code, out) == (2, "")
    assert err == "out: error: the object ConfigMap '../../x' has no name that a file can have\n"
    assert listing(folder) == []


def test_a_folder_that_cannot_be_made(run, folder: Path) -> None:
    (folder / "file").write_text("mine")
    ran = run("--to", "calico", "--output-dir", "file", stdin=policies("name: a"))
    assert tuple(ran) == (2, "", "file: error: cannot be written: File exists\n")
    ran = run("--to", "calico", "--output-dir", "file/x", stdin=policies("name: a"))
    assert tuple(ran) == (2, "", "file/x: error: cannot be written: Not a directory\n")
    assert listing(folder) == ["file"]


def test_a_folder_in_the_place_of_the_file(run, folder: Path) -> None:
    (folder / "out").mkdir()
    ran = run("--to", "calico", "--output-file", "out", "--force", stdin=policies("name: a"))
    assert tuple(ran) == (2, "", "out: error: cannot be written: Is a directory\n")
    assert listing(folder) == []


def test_nothing_is_written_where_a_later_report_cannot_be(run, folder: Path) -> None:
    (folder / "file").write_text("mine")
    code, out, err = run("--to", "calico", "--report", "json=file/x.json", stdin=policies("name: a"))
    assert (code, out) == (2, "")
    assert err == "file/x.json: error: cannot be written: Not a directory\n"


def test_a_device_or_pipe_is_written_to_and_never_replaced(run, folder: Path) -> None:
    """``--report json=/dev/stdout`` must not rename a file over the device."""
    os.mkfifo(folder / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((folder / "pipe").read_text()), daemon=True)
    reader.start()
    code = run("--to", "calico", "--report", "json=pipe", stdin=policies("name: a, namespace: shop")).code
    is_pipe = stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    reader.join(5)  # a thread that nobody wrote to ends with the process
    assert is_pipe
    assert code == 0
    assert got[0].startswith('{\n  "schema": "netpol-translate/report/v1"')


ALLOWED = (
    "# kept\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {{name: {0}, namespace: shop}}\n"
    "spec:\n  selector: app == '{0}'\n  ingress: [{{action: Allow, source: {1}}}]\n"
)
PAIR = "---\n".join([ALLOWED.format("fine", "{selector: all()}"), ALLOWED.format("lossy", "{nets: [10.0.0.0/8]}")])
DECIDED = re.compile(r"(?m)^ +after +Denied +(\S+)")


@pytest.mark.parametrize("where", [("--output-dir", "out"), ("--output-file", "out.yaml"), ()])
def test_a_counterexample_names_the_line_of_the_file_that_is_written(run, where: tuple[str, ...]) -> None:
    written = run("--to", "cilium", "--no-suggest", *where, stdin=PAIR)
    (place,) = set(DECIDED.findall(written.err))
    file, line, column = place.rsplit(":", 2)
    text = written.out if file == "output" else Path(file).read_text()
    assert (file == "output", column) == (not where, "1")
    assert text.splitlines()[int(line) - 1] == "apiVersion: cilium.io/v2"


def test_each_of_several_files_counts_its_lines_from_its_own_head(run) -> None:
    written = run("--to", "cilium", "--no-suggest", "--output-dir", "out", "--report", "json=-", stdin=PAIR)
    assert written.code == 1
    (example,) = json.loads(written.out)["proof"]["counterexamples"]
    assert (example["after"]["file"], example["after"]["line"]) == ("out/shop.ciliumnetworkpolicy.lossy.yaml", 2)
