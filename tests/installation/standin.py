"""Another distribution named ``translate``, as an index has one: a wheel that tells where its code was run."""

from __future__ import annotations

import zipfile
from pathlib import Path

NAME, VERSION = "translate", "99.1"
RAN = """import os
with open(os.path.join(os.path.dirname(__file__), "ran"), "a") as told:
    told.write(__name__ + "\\n")
def main(): print("sent to a web service")
"""
# The package of the same name that is nobody's distribution, or the like of Translate Toolkit, has no __main__.
MODULES = ("translate/__init__.py", "translate/__main__.py", "translate/main.py", "translate/providers/__init__.py")


def wheel(folder: Path, *, modules: tuple[str, ...] = MODULES, name: str = NAME) -> Path:
    """A wheel with these modules, written by hand."""
    info = f"{name.replace('-', '_')}-{VERSION}.dist-info"
    files = dict.fromkeys(modules, RAN) | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ntranslate-cli = translate.main:main\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    path = folder / f"{name.replace('-', '_')}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(file, text)
    return path


def unpack(archive: Path, site: Path) -> None:
    """Put a wheel where an installer puts it: over whatever is there."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(site)


def ran(site: Path) -> bool:
    """Whether any of its code was run there."""
    return any(site.rglob("ran"))
