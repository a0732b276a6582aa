"""A real API server: it takes what is emitted, strictly, and ``collect`` reads it with the rights that it asks for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.apiserver.conftest import Server
from tests.golden.cases import CASES, DIALECTS, SAMPLES
from translate.cli.main import run
from translate.cluster.rbac import cluster_role
from translate.cluster.resources import plural
from translate.frontend.facts import facts_of

CLUSTER_WIDE = {
    "GlobalNetworkPolicy", "StagedGlobalNetworkPolicy", "Tier", "GlobalNetworkSet", "HostEndpoint",
    "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup", "Namespace", "Node", "ClusterRole", "ClusterRoleBinding",
}  # fmt: skip
FOREIGN = {"Pod", "Service", "Deployment", "Namespace"}
"""What samples have beside policies, so short that no server takes it."""


def emitted() -> Iterator[Any]:
    """The goldens of all samples: what is written of each."""
    for case in CASES:
        for dialect in DIALECTS:
            file = case.folder / f"{dialect}.yaml"
            if dialect != case.source and file.is_file():
                yield pytest.param(file, id=file.relative_to(SAMPLES).as_posix())


def path_of(value: dict[str, Any], *, named: bool) -> str:
    """Where an object lies."""
    group, _, version = value["apiVersion"].rpartition("/")
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    meta, kind = value["metadata"], value["kind"]
    inside = "" if kind in CLUSTER_WIDE else f"/namespaces/{meta.get('namespace', 'default')}"
    return f"{root}{inside}/{plural(kind, group)}" + (f"/{meta['name']}" if named else "")


def objects(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for value in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        if isinstance(value, dict):
            found += value["items"] if value.get("kind", "").endswith("List") else [value]
    return [one for one in found if one.get("kind") not in FOREIGN]


def make(server: Server, value: dict[str, Any]) -> None:
    server.send("PATCH", path_of(value, named=True), value, fieldManager="test", force="true")


@pytest.mark.parametrize("file", list(emitted()))
def test_the_server_takes_what_is_written(server: Server, file: Path) -> None:
    """Server-side dry run, strict: no unknown field, nothing that a schema or the server's own rules refuse."""
    for value in objects(file):
        namespace = value["metadata"].get("namespace")
        if namespace:
            make(server, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        meta = value["metadata"]
        parameters = {"dryRun": "All", "fieldManager": "test", "fieldValidation": "Strict"}
        if meta.get("name"):
            server.send("PATCH", path_of(value, named=True), value, force="true", **parameters)
        else:
            server.send("POST", path_of(value, named=False), value, **parameters)


def of(api: str, kind: str, name: str, namespace: str = "", /, **rest: Any) -> dict[str, Any]:
    meta = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("metadata", {})}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **rest}


@pytest.fixture(scope="module")
def inhabited(server: Server) -> Server:
    """The server with a few things in it, and a reader who may do what the role allows."""
    for value in (
        of("v1", "Namespace", "collected", metadata={"labels": {"team": "a"}}),
        of("v1", "Node", "n1", spec={"podCIDRs": ["10.244.0.0/24"], "podCIDR": "10.244.0.0/24"}),
        of(
            "v1",
            "Service",
            "web",
            "collected",
            spec={"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
        ),
        of("v1", "Secret", "key", "collected", stringData={"k": "s3cr3t"}),
        of("v1", "ConfigMap", "cilium-config", "kube-system", data={"allow-localhost": "policy"}),
        *(
            of(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                f"p{n}",
                "collected",
                spec={"podSelector": {"matchLabels": {"app": f"a{n}"}}},
            )
            for n in range(7)
        ),
        of("projectcalico.org/v3", "Tier", "platform", spec={"order": 10}),
        of(
            "cilium.io/v2",
            "CiliumNetworkPolicy",
            "out",
            "collected",
            spec={"endpointSelector": {}, "egress": [{"toEntities": ["world"]}]},
        ),
        yaml.safe_load(cluster_role()),
        of(
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            "reader",
            roleRef={
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "netpol-translate-collect",
            },
            subjects=[{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader"}],
        ),
    ):
        make(server, value)
    for n in range(5):
        pod = of("v1", "Pod", f"web-{n}", "collected", metadata={"labels": {"app": "web"}})
        ports = [{"name": "http", "containerPort": 8080}]
        make(server, {**pod, "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "web", "ports": ports}]}})
        status = {"phase": "Running", "podIP": f"10.244.0.{n + 5}", "podIPs": [{"ip": f"10.244.0.{n + 5}"}]}
        server.send(
            "PATCH",
            path_of(pod, named=True) + "/status",
            {**pod, "status": status},
            fieldManager="kubelet",
            force="true",
        )
    node = of("v1", "Node", "n1", status={"addresses": [{"type": "InternalIP", "address": "172.18.0.2"}]})
    server.send("PATCH", "/api/v1/nodes/n1/status", node, fieldManager="kubelet", force="true")
    return server


def collected(server: Server, folder: Path, token: str, *arguments: str) -> int:
    config = server.kubeconfig(folder / "kubeconfig", token)
    return run(["collect", "--kubeconfig", str(config), "--output-dir", str(folder / "cluster"), *arguments])


def test_a_reader_with_the_role_sees_all(inhabited: Server, tmp_path: Path) -> None:
    """Page by page; the role that --print-rbac prints is enough, and all of it is one that the server takes."""
    until = time.monotonic() + 20
    while (
        collected(inhabited, tmp_path, "reader-token", "-A", "--page-size", "3", "--force") == 1
        and time.monotonic() < until
    ):
        time.sleep(1)  # a role is known a moment after it was made
    told = yaml.safe_load((tmp_path / "cluster" / "snapshot.yaml").read_text())
    assert told["partial"] is False, told
    assert told["objects"]["networkpolicies.networking.k8s.io"] == 7
    assert told["objects"]["tiers.projectcalico.org"] == 1
    assert told["objects"]["ciliumnetworkpolicies.cilium.io"] == 1
    found = facts_of(tmp_path / "cluster" / "facts.yaml")
    assert (found.pods, found.nodes, found.services) == (("10.244.0.0/24",), ("172.18.0.2/32",), ("10.96.0.0/16",))
    assert [(pod.name, pod.ports) for pod in found.pod_objects] == [
        (f"web-{n}", ((6, "http", 8080),)) for n in range(5)
    ]
    assert ("collected", (("team", "a"),)) in [(one.name, one.labels) for one in found.namespaces]
    assert [one.stated for one in found.settings.engines] == [{"allow-localhost": "policy"}]
    written = "".join(path.read_text() for path in (tmp_path / "cluster").iterdir())
    assert not any(word in written for word in ("s3cr3t", "managedFields", "resourceVersion", "uid"))


def test_a_reader_without_rights_is_told(inhabited: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binding = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/reader"
    kept = inhabited.client.get(binding).json()
    assert inhabited.client.request("DELETE", binding).status_code == 200
    until = time.monotonic() + 20
    try:
        while collected(inhabited, tmp_path, "reader-token", "-A", "--force") != 2 and time.monotonic() < until:
            time.sleep(1)
        assert (
            "shows nothing to these credentials: collect --print-rbac prints what is needed" in capsys.readouterr().err
        )
    finally:
        kept["metadata"] = {"name": "reader"}
        inhabited.send("POST", binding.rpartition("/")[0], kept)


def test_a_stranger_is_told(inhabited: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert collected(inhabited, tmp_path, "nobody", "-A") == 2
    assert "does not know who asks (401)" in capsys.readouterr().err
    assert not (tmp_path / "cluster").exists()


def test_the_samples_are_where_they_are_looked_for() -> None:
    assert len(list(emitted())) > 80
