"""Really installed beside another distribution named ``translate``: the script stops, and says what to do."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation import standin

ROOT = Path(__file__).parents[2]
AGAIN = "reinstall netpol-translate (pip install --force-reinstall)"
APART = "keep the two in environments of their own (pipx, venv)"

pytestmark = pytest.mark.packaging


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment of its own, with the dependencies of this one; installs without a network."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def site(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder)}))

    def pip(self, command: str, *arguments: str) -> None:
        offline = ("--no-deps", "--no-index", "--no-build-isolation") if command == "install" else ("--yes",)
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", self.python)
        subprocess.run([*pip, command, *offline, *arguments], check=True, capture_output=True)

    def run(self, *command: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr of a program of this environment."""
        program, *arguments = command
        done = subprocess.run(
            [str(self.folder / "bin" / program), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment(tmp_path / "venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made.folder)], check=True)
    (made.site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return made


def translates(environment: Environment) -> bool:
    policy = ROOT / "samples" / "seed" / "egress-cidr" / "kubernetes.yaml"
    code, out, _ = environment.run("netpol-translate", "--to", "calico", str(policy))
    return code == 0 and "kind: NetworkPolicy" in out


def test_installed_uninstalled_and_mended(wheel: Path, environment: Environment, tmp_path: Path) -> None:
    environment.pip("install", str(wheel))
    assert translates(environment)

    environment.pip("install", str(standin.wheel(tmp_path)))
    assert environment.run("python", "-m", "translate")[1] == "", "the stand-in runs under its own name"
    assert standin.ran(environment.site)
    (environment.site / "translate" / "ran").unlink()
    init = f"{environment.site}/translate/__init__.py: error: this file of netpol-translate"
    line = f"{init} was replaced by the distribution translate 99.1: uninstall that and {AGAIN}, or {APART}"
    for command in ("netpol-translate", "kubectl-netpol_translate"):
        assert environment.run(command, "--to", "calico", "secret/shop") == (2, "", f"{line}\n")
        assert environment.run(command, "--help") == (2, "", f"{line}\n")
    assert environment.run("python", "-m", "netpol_translate", "--help") == (2, "", f"{line}\n")
    code, _, err = environment.run("python", "-c", "from netpol_translate import convert")
    assert (code, err.splitlines()[-1]) == (1, f"netpol_translate.installation.InstallationError: {line}")
    assert not standin.ran(environment.site)

    environment.pip("uninstall", "translate")
    line = f"{init} is missing, and 1 more: {AGAIN}"
    assert environment.run("netpol-translate", "--version") == (2, "", f"{line}\n")

    environment.pip("install", "--force-reinstall", str(wheel))
    assert translates(environment)


def test_installed_after_the_other_ours_works(wheel: Path, environment: Environment, tmp_path: Path) -> None:
    environment.pip("install", str(standin.wheel(tmp_path)))
    environment.pip("install", str(wheel))
    assert translates(environment)
    assert not standin.ran(environment.site)


def test_an_editable_install_is_hidden_by_the_other(environment: Environment, tmp_path: Path) -> None:
    environment.pip("install", "--editable", str(ROOT))
    assert translates(environment)
    environment.pip("install", str(standin.wheel(tmp_path)))
    line = (
        f"{environment.site}/translate/__init__.py: error: the distribution translate 99.1 comes before"
        f" {ROOT}/translate of netpol-translate: {APART}"
    )
    assert environment.run("netpol-translate", "--to", "calico", "secret/shop") == (2, "", f"{line}\n")
    assert not standin.ran(environment.site)


def test_what_is_installed_is_typed(wheel: Path, environment: Environment, tmp_path: Path) -> None:
    environment.pip("install", str(wheel))
    program = tmp_path / "program.py"
    program.write_text("from netpol_translate import Result, convrt\nresult: Result = 1\n", encoding="utf-8")
    cache = ("--cache-dir", str(tmp_path / "cache"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", environment.python, *cache, str(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.partition(": error: ")[2] for line in done.stdout.splitlines()[:2]] == [
        'Module "netpol_translate" has no attribute "convrt"; maybe "convert"?  [attr-defined]',
        'Incompatible types in assignment (expression has type "int", variable has type "Result")  [assignment]',
    ]
