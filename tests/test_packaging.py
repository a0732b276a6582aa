"""The wheel and the sdist: built, installed apart from the checkout, and used."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}}
"""

pytestmark = pytest.mark.packaging


def test_the_wheel_holds_the_tables_byte_for_byte(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith("translate/_mappings/")}
    beside = {
        f"translate/_mappings/{path.relative_to(ROOT / 'mappings').as_posix()}": path.read_bytes()
        for path in sorted((ROOT / "mappings").rglob("*"))
        if path.is_file()
    }
    assert packed == beside


def test_the_wheel_is_typed_and_licensed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {"translate/py.typed", "netpol_translate/py.typed"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_installed_wheel_translates(wheel: Path, tmp_path: Path) -> None:
    """Installed into a fresh environment (dependencies from this one), away from the checkout and without a network."""
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    install = [*pip, "install", "--no-index", "--no-deps", "--ignore-installed", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    run = subprocess.run(
        [str(environment / "bin" / "netpol-translate"), "--to", "cilium"],
        input=POLICY,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "kind: CiliumNetworkPolicy" in run.stdout
    assert "proved the same" in run.stderr
