"""What a plain installation of the wheel holds, as CycloneDX: ``python requirements/sbom.py OUTPUT [WHEEL]``.

The releases are those of the environment that this runs in: what the lock holds, without the tools of developers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NAME = "netpol-translate"
MAKER = (sys.executable, "-m", "cyclonedx_py", "environment")
HOW = (
    "--mc-type",
    "application",
    "--spec-version",
    "1.6",
    "--output-reproducible",
    "--validate",
    "--output-format",
    "JSON",
)


def runtime(name: str = NAME) -> dict[str, Distribution]:
    """What is needed to run it on this platform, by name; not itself."""
    found: dict[str, Distribution] = {}
    left = [name]
    while left:
        for text in distribution(left.pop()).requires or ():
            needed = Requirement(text)
            key = canonicalize_name(needed.name)
            if key not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                found[key] = distribution(key)
                left.append(key)
    return found


def installed(wheel: Path, folder: Path) -> Path:
    """An environment in ``folder`` with the wheel and what it needs, and nothing else; its Python."""
    venv.create(folder, with_pip=False)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    for found in runtime().values():
        for file in found.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(found.locate_file(file)), site / file)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder / "bin" / "python"


def main(output: Path, wheel: Path) -> None:
    """Write the bill of materials; fails where it does not fit its schema."""
    with tempfile.TemporaryDirectory() as folder:
        python = installed(wheel, Path(folder) / "venv")
        command = [*MAKER, *HOW, "--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(output), str(python)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
