"""Our two packages in a folder of their own, as a checkout has them and as an installer leaves them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with both packages, without a list of their files."""
    for package in ("translate", "netpol_translate"):
        shutil.copytree(ROOT / package, tmp_path / "site" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "site"


@pytest.fixture
def site(checkout: Path) -> Path:
    """The same with the RECORD that an installer writes: path, hash, size; compiled files without the last two."""
    info = checkout / "netpol_translate-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: netpol-translate\nVersion: 0.1.0\n", encoding="utf-8")
    files = sorted(path for path in checkout.rglob("*") if path.is_file())
    lines = [f"{path.relative_to(checkout).as_posix()},sha256=unread,{path.stat().st_size}\n" for path in files]
    lines += ["../../../bin/netpol-translate,sha256=unread,236\n", "translate/__pycache__/__init__.cpython-311.pyc,,\n"]
    (info / "RECORD").write_text("".join(lines), encoding="utf-8")
    return checkout
