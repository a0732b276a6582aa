"""``examples/kustomize``: by the real kustomize where it is installed, and always by a ResourceList as it writes one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.examples.conftest import EXAMPLES, Shell

FOLDER = EXAMPLES / "kustomize"
KINDS = ["v1 Service", "cilium.io/v2 CiliumNetworkPolicy"]


def kinds(objects: list[dict[str, str]]) -> list[str]:
    return [f"{one['apiVersion']} {one['kind']}" for one in objects]


def test_the_function_of_the_example_translates_its_resources(shell: Shell) -> None:
    names = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    items = [yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")) for name in names["resources"]]
    (transformer,) = names["transformers"]
    config = yaml.safe_load((FOLDER / transformer).read_text(encoding="utf-8"))
    how = yaml.safe_load(config["metadata"]["annotations"]["config.kubernetes.io/function"])["exec"]
    given = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "functionConfig": config, "items": items}
    done = shell([how["path"], *how["args"]], FOLDER, yaml.safe_dump(given))
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(kinds(yaml.safe_load(done.stdout)["items"])) == sorted(KINDS)


@pytest.mark.skipif(shutil.which("kustomize") is None, reason="kustomize is not installed")
def test_kustomize_builds_it(shell: Shell) -> None:
    done = shell(["kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "."], FOLDER)
    assert (done.returncode, done.stderr) == (0, "")
    found = list(yaml.safe_load_all(done.stdout))
    assert kinds(found) == KINDS
    assert [one["metadata"].get("annotations") for one in found] == [None, None]


@pytest.mark.skipif(shutil.which("kustomize") is None, reason="kustomize is not installed")
def test_kustomize_stops_where_the_function_fails(shell: Shell, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "kustomize")
    transformer = folder / "translate.yaml"
    transformer.write_text(transformer.read_text(encoding="utf-8").replace("to: cilium", "to: cilum"), encoding="utf-8")
    done = shell(["kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "."], folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "functionConfig: error: spec.to is wrong: 'cilum'" in done.stderr
    assert "exit status 2" in done.stderr
