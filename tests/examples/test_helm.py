"""``examples/helm``: a chart through the real Helm 4 where it is installed, and always through the plugin's command."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.examples.conftest import EXAMPLES, Shell

HELM = EXAMPLES / "helm"
KINDS = ["v1 Service", "cilium.io/v2 CiliumNetworkPolicy", "v1 ConfigMap"]
RENDERED = ("hook.yaml", "policy.yaml", "service.yaml")


@cache
def is_helm_4() -> bool:
    helm = shutil.which("helm")
    if helm is None:
        return False
    said = subprocess.run([helm, "version", "--template={{.Version}}"], capture_output=True, text=True, check=False)
    return said.stdout.startswith("v4.")


needs_helm = pytest.mark.skipif(not is_helm_4(), reason="Helm 4 is not installed")


def kinds(text: str) -> list[str]:
    return [f"{one['apiVersion']} {one['kind']}" for one in yaml.safe_load_all(text) if one]


def helm(shell: Shell, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [f"--post-renderer-args={argument}" for argument in arguments]
    command = ["helm", "template", "shop", "shop", "--post-renderer", "netpol-translate", *words]
    return shell(command, HELM, HELM_PLUGINS=str(HELM))


def test_the_command_of_the_plugin_translates_the_chart(shell: Shell) -> None:
    plugin = yaml.safe_load((HELM / "netpol-translate" / "plugin.yaml").read_text(encoding="utf-8"))
    assert (plugin["apiVersion"], plugin["type"], plugin["runtime"]) == ("v1", "postrenderer/v1", "subprocess")
    (how,) = plugin["runtimeConfig"]["platformCommand"]
    values = yaml.safe_load((HELM / "shop" / "values.yaml").read_text(encoding="utf-8"))
    texts = [(HELM / "shop" / "templates" / name).read_text(encoding="utf-8") for name in RENDERED]
    given = "---\n".join(texts).replace("{{ .Values.port }}", str(values["port"]))
    done = shell([how["command"], *how["args"], "--to=cilium"], HELM, given)
    assert (done.returncode, sorted(kinds(done.stdout))) == (0, sorted(KINDS)), done.stderr


@needs_helm
def test_helm_renders_the_chart_for_cilium(shell: Shell, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    done = helm(shell, "--to=cilium", "--default-namespace=store", f"--report=text={report}")
    assert (done.returncode, kinds(done.stdout)) == (0, KINDS), done.stderr
    assert "postrender-filename" not in done.stdout
    assert "# Source: shop/templates/policy.yaml\napiVersion: cilium.io/v2\n" in done.stdout
    assert "✔ proved the same" in report.read_text(encoding="utf-8")


@needs_helm
def test_helm_stops_where_something_is_wrong(shell: Shell) -> None:
    done = helm(shell, "--to=cilum")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'failed to invoke post-renderer plugin "netpol-translate"' in done.stderr
