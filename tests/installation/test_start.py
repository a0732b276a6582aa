"""What a person sees who starts us beside another ``translate``: one line, and none of the other's code was run."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from netpol_translate.starting import is_command
from tests.installation import standin

AGAIN = "reinstall netpol-translate (pip install --force-reinstall)"
APART = "keep the two in environments of their own (pipx, venv)"
MODULE = ("-m", "netpol_translate")
IMPORT = ("-c", "try:\n import netpol_translate\nexcept ImportError as error:\n print(error)")


@dataclass(frozen=True, slots=True)
class Said:
    """What a process left: its exit code and both streams."""

    code: int
    out: str
    err: str


def start(*arguments: str, path: Path, cwd: Path) -> Said:
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "TMPDIR", "SYSTEMROOT")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(path), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def script(folder: Path, name: str = "netpol-translate") -> str:
    """The script that pip writes for an entry point."""
    file = folder / name
    file.write_text("import sys\nfrom netpol_translate.__main__ import main\nsys.exit(main())\n", encoding="utf-8")
    return str(file)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("kind", ["checkout", "site"])
def test_ours_starts(kind: str, request: pytest.FixtureRequest, elsewhere: Path) -> None:
    path: Path = request.getfixturevalue(kind)
    ours = Said(0, "netpol-translate 0.1.0\n", "")
    assert start(*MODULE, "--version", path=path, cwd=elsewhere) == ours
    assert start("-m", "translate", "--version", path=path, cwd=elsewhere) == ours
    assert start(*IMPORT, path=path, cwd=elsewhere) == Said(0, "", "")


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        (standin.NAME, standin.MODULES),
        ("translate-toolkit", ("translate/__init__.py", "translate/convert/__init__.py")),
        ("other.things", ("translate/yamlio/read.py",)),
    ],
    ids=["translate", "translate-toolkit", "one-file-below"],
)
def test_a_distribution_that_replaced_files_is_named(
    name: str, modules: tuple[str, ...], site: Path, tmp_path: Path, elsewhere: Path
) -> None:
    standin.unpack(standin.wheel(tmp_path, name=name, modules=modules), site)
    line = (
        f"{site / modules[0]}: error: this file of netpol-translate was replaced by the distribution {name} 99.1:"
        f" uninstall that and {AGAIN}, or {APART}\n"
    )
    assert start(*MODULE, "--to", "calico", "secret/shop", path=site, cwd=elsewhere) == Said(2, "", line)
    assert start(script(tmp_path), "--help", path=site, cwd=elsewhere) == Said(2, "", line)
    assert start(script(tmp_path, "kubectl-netpol_translate"), path=site, cwd=elsewhere) == Said(2, "", line)
    assert start(*IMPORT, path=site, cwd=elsewhere) == Said(0, line, "")
    assert not standin.ran(site)


def test_files_that_went_with_another_distribution_are_named(site: Path, elsewhere: Path) -> None:
    """As after ``pip uninstall translate``: what both had is gone."""
    for name in ("__init__.py", "__main__.py"):
        (site / "translate" / name).unlink()
    line = f"{site}/translate/__init__.py: error: this file of netpol-translate is missing, and 1 more: {AGAIN}\n"
    assert start(*MODULE, "--help", path=site, cwd=elsewhere) == Said(2, "", line)
    assert start(*IMPORT, path=site, cwd=elsewhere) == Said(0, line, "")


def test_a_file_that_nobody_owns_up_to_is_named(site: Path, elsewhere: Path) -> None:
    (site / "translate" / "__main__.py").write_text(standin.RAN, encoding="utf-8")
    place = f"{site}/translate/__main__.py: error: this file of netpol-translate"
    line = f"{place} is not as netpol-translate installed it: {AGAIN}\n"
    assert start(*MODULE, "--help", path=site, cwd=elsewhere) == Said(2, "", line)
    assert not standin.ran(site)


def test_a_folder_in_the_way_is_named(site: Path, elsewhere: Path) -> None:
    other = elsewhere / "translate"
    other.mkdir()
    assert start(*MODULE, "--version", path=site, cwd=elsewhere).code == 0, (
        "a folder that is no package is not imported"
    )
    (other / "__init__.py").write_text(standin.RAN, encoding="utf-8")
    line = (
        f"{other}/__init__.py: error: Python finds this before {site}/translate of netpol-translate:"
        " run it from another folder, rename this one, or take it off PYTHONPATH\n"
    )
    assert start(*MODULE, "--help", path=site, cwd=elsewhere) == Said(2, "", line)
    assert start(*IMPORT, path=site, cwd=elsewhere) == Said(0, line, "")
    assert not standin.ran(elsewhere)
    # -P: the current folder is not on Python's path.
    assert start("-P", *MODULE, "--version", path=site, cwd=elsewhere).code == 0


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_distribution_earlier_on_the_path_is_named(
    packed: bool, checkout: Path, tmp_path: Path, elsewhere: Path
) -> None:
    """As beside an editable install, whose folder comes last; and with a wheel on PYTHONPATH."""
    earlier = standin.wheel(tmp_path)
    if not packed:
        standin.unpack(earlier, tmp_path / "earlier")
        earlier = tmp_path / "earlier"
    line = (
        f"{earlier}/translate/__init__.py: error: the distribution translate 99.1 comes before {checkout}/translate"
        f" of netpol-translate: {APART}\n"
    )
    both = Path(f"{earlier}{os.pathsep}{checkout}")
    assert start(*MODULE, "--help", path=both, cwd=elsewhere) == Said(2, "", line)
    assert not standin.ran(tmp_path)


def test_a_translate_that_the_program_has_loaded_already_is_named(site: Path, elsewhere: Path) -> None:
    other = elsewhere / "translate.py"
    other.write_text("", encoding="utf-8")
    loading = f"import sys\nsys.path.insert(0, {str(elsewhere)!r})\nimport translate\nsys.path.pop(0)\n"
    line = f"{other}: error: Python finds this before {site}/translate of netpol-translate: run it from another folder,"
    said = start("-P", "-c", loading + IMPORT[1], path=site, cwd=elsewhere)
    assert said == Said(0, f"{line} rename this one, or take it off PYTHONPATH\n", "")
    made_up = "import sys, types\nsys.modules['translate'] = types.ModuleType('translate')\n"
    said = start("-P", "-c", made_up + IMPORT[1], path=site, cwd=elsewhere)
    line = f"{site}/translate: error: Python does not import this package of netpol-translate:"
    assert said == Said(0, f"{line} put {site} first on its path\n", "")


def test_a_path_spelled_otherwise_is_the_same_folder(site: Path, elsewhere: Path) -> None:
    spelled = f"import sys\nsys.path.insert(0, {f'{elsewhere}/../site'!r})\n"
    assert start("-P", "-c", spelled + IMPORT[1], path=elsewhere, cwd=elsewhere) == Said(0, "", "")


def test_an_import_that_is_not_caught_ends_with_the_line(site: Path, elsewhere: Path) -> None:
    (site / "translate" / "__init__.py").unlink()
    said = start("-c", "import netpol_translate", path=site, cwd=elsewhere)
    assert said.code == 1
    last = f"{site}/translate/__init__.py: error: this file of netpol-translate is missing: {AGAIN}"
    assert said.err.splitlines()[-1] == f"netpol_translate.installation.InstallationError: {last}"


def test_a_name_of_two_lines_is_said_on_one(site: Path, elsewhere: Path) -> None:
    odd = elsewhere / "a\nb"
    (odd / "translate").mkdir(parents=True)
    (odd / "translate" / "__init__.py").write_text("", encoding="utf-8")
    said = start(*MODULE, "--help", path=site, cwd=odd)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"{elsewhere}/a\\nb/translate/__init__.py: error: " in said.err


@pytest.mark.parametrize(
    ("argv", "orig_argv", "expected"),
    [
        (["/usr/bin/netpol-translate"], ["python", "/usr/bin/netpol-translate"], True),
        (["/usr/bin/kubectl-netpol_translate"], ["python", "/usr/bin/kubectl-netpol_translate"], True),
        (["C:/venv/Scripts/netpol-translate.exe"], ["python.exe", "netpol-translate.exe"], True),
        (["-m"], ["python", "-m", "netpol_translate", "--help"], True),
        (["-m"], ["python", "-P", "-mnetpol_translate"], True),
        (["-m"], ["python", "-m", "theirs.tool"], False),
        (["/usr/bin/theirs"], ["python", "/usr/bin/theirs", "netpol_translate"], False),
        ([""], ["python"], False),
        ([], [], False),
    ],
)
def test_only_our_own_command_ends_the_process(argv: list[str], orig_argv: list[str], expected: bool) -> None:
    assert is_command(argv, orig_argv) is expected
