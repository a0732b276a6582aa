"""The wheel and the sdist: built, installed apart from the checkout, and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from requirements.sbom import main as write_sbom
from requirements.sbom import runtime

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


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in a fresh environment (dependencies from this one), away from the checkout and without a network."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    install = [*pip, "install", "--no-index", "--no-deps", "--ignore-installed", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    return environment


def test_the_installed_wheel_translates(environment: Path, tmp_path: Path) -> None:
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


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def test_the_wheel_says_where_it_comes_from(wheel: Path) -> None:
    found = metadata(wheel)
    urls = dict(line.split(", ", 1) for line in found.get_all("Project-URL", []))
    assert list(urls) == ["Homepage", "Documentation", "Changelog", "Issues", "Security", "Source"]
    assert {url.startswith(urls["Source"]) for url in urls.values()} == {True}
    assert found["Author"] == "The netpol-translate maintainers"
    assert found["License-Expression"] == "Apache-2.0"


def test_the_links_of_the_page_on_an_index_lead_to_files_of_the_release(wheel: Path) -> None:
    found = metadata(wheel)
    source = dict(line.split(", ", 1) for line in found.get_all("Project-URL", []))["Source"]
    links = re.findall(r"\]\(([^)]+)\)", str(found.get_payload()))
    beside = f"{source}/blob/v{found['Version']}/"
    assert len(links) > 10
    for link in links:
        assert link.startswith(("https://", "#")), link
        if link.startswith(source):
            assert link.startswith(beside)
            assert (ROOT / link.removeprefix(beside).partition("#")[0]).exists(), link


def test_manual_pages_and_completion_are_installed_where_they_are_looked_for(environment: Path) -> None:
    for path in (path for path in (ROOT / "share").rglob("*") if path.is_file()):
        name = path.relative_to(ROOT)
        assert (environment / name).read_bytes() == path.read_bytes(), name


def test_bash_completes_with_the_installed_file(environment: Path) -> None:
    script = f"""
    PATH={environment}/bin:$PATH
    . {environment}/share/bash-completion/completions/netpol-translate
    COMP_WORDS=(netpol-translate ver) COMP_CWORD=1
    _netpol_translate_completion netpol-translate
    echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("verify version\n", "")


def test_the_plugin_of_kubectl_is_installed_with_its_completion(environment: Path) -> None:
    plugin, completion = (environment / "bin" / f"{name}-netpol_translate" for name in ("kubectl", "kubectl_complete"))
    done = subprocess.run([str(plugin), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("netpol-translate ")
    done = subprocess.run([str(completion), "--to", "ci"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("cilium\n:4\n", "")


def test_the_same_bytes_are_built_elsewhere_and_later(wheel: Path, tmp_path: Path) -> None:
    """From a copy with other times and other permissions, under another umask."""
    with (tmp_path / "ignored").open("w") as nothing:
        ignored = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")
        copy = shutil.copytree(ROOT, tmp_path / "elsewhere", ignore=ignored, symlinks=True)
        for path in copy.rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
            path.chmod(path.stat().st_mode & 0o700)
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(copy)]
        subprocess.run(command, check=True, stdout=nothing, stderr=nothing, umask=0o077)
    for first in (wheel, next(wheel.parent.glob("*.tar.gz"))):
        assert (tmp_path / "dist" / first.name).read_bytes() == first.read_bytes(), first.name


def test_the_bill_of_materials_lists_what_is_installed(wheel: Path, tmp_path: Path) -> None:
    """Validated against the schema of CycloneDX by its own tool, which fails otherwise."""
    write_sbom(tmp_path / "sbom.json", wheel)
    bom = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    root = bom["metadata"]["component"]
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert (root["name"], root["version"], root["type"]) == (
        "netpol-translate",
        metadata(wheel)["Version"],
        "application",
    )
    assert {one["purl"] for one in bom["components"]} == {
        f"pkg:pypi/{found.name.lower().replace('_', '-')}@{found.version}" for found in runtime().values()
    }
    needs = next(one["dependsOn"] for one in bom["dependencies"] if one["ref"] == root["bom-ref"])
    assert {name.partition("==")[0].lower() for name in needs} == {
        "click",
        "deepdiff",
        "jinja2",
        "msgspec",
        "pyyaml",
        "ruamel.yaml",
    }
    assert str(ROOT) not in json.dumps(bom)
