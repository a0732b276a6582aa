"""A real API server: kube-apiserver and etcd, without kubelet and controllers, for one test run."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

CRDS = Path(__file__).parents[3] / "shared" / "crds"
INSTALLED = ("calico-3.32", "cilium-1.20", "network-policy-api-0.2")
PATIENCE = 120
"""Seconds until the server must be ready."""
TOKENS = 'admin-token,admin,1,"system:masters"\nreader-token,reader,2,"system:authenticated"\n'


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: where it is, and an administrator's client."""

    address: str
    client: Any

    def send(self, method: str, path: str, value: Mapping[str, Any], **parameters: str) -> dict[str, Any]:
        """What the server answers; fails with its words where it refuses."""
        kind = "application/apply-patch+yaml" if method == "PATCH" else "application/json"
        answer = self.client.request(
            method, path, content=json.dumps(value), headers={"Content-Type": kind}, params=parameters
        )
        assert answer.status_code < 300, f"{value.get('kind')} {path}: {answer.json().get('message', answer.text)}"
        found: dict[str, Any] = answer.json()
        return found

    def kubeconfig(self, place: Path, token: str) -> Path:
        """A kubeconfig for whoever has the token."""
        config = {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "here", "user": "me"}}],
            "clusters": [{"name": "here", "cluster": {"server": self.address, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "me", "user": {"token": token}}],
        }
        place.write_text(json.dumps(config))
        return place


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, as long as the block runs."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server with the CRDs of all makers, ready."""
    httpx2 = pytest.importorskip("httpx2", reason='needs the extra "cluster"')
    place = Path(os.environ.get("NETPOL_APISERVER", ""))
    if not os.environ.get("NETPOL_APISERVER") or not all(
        (place / name).exists() for name in ("kube-apiserver", "etcd")
    ):
        pytest.skip("no kube-apiserver and etcd: make apiserver-test builds them")
    if not CRDS.is_dir():
        pytest.skip("no CRDs of the vendors: ../shared/crds is not here")
    folder = tmp_path_factory.mktemp("apiserver")
    (folder / "tokens.csv").write_text(TOKENS)
    subprocess.run(["openssl", "genrsa", "-out", str(folder / "key.pem"), "2048"], check=True, capture_output=True)
    etcd, peer, port = free_port(), free_port(), free_port()
    with ExitStack() as stack:
        stack.enter_context(running(etcd_command(place, folder, etcd, peer), folder / "etcd.log"))
        process = stack.enter_context(running(server_command(place, folder, etcd, port), folder / "server.log"))
        address = f"https://127.0.0.1:{port}"
        client = stack.enter_context(
            httpx2.Client(base_url=address, verify=False, headers={"Authorization": "Bearer admin-token"}, timeout=60)
        )
        wait_until_ready(client, process, folder / "server.log", httpx2.TransportError)
        found = Server(address, client)
        install_crds(found)
        yield found


def etcd_command(place: Path, folder: Path, client: int, peer: int) -> list[str]:
    urls = [f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"]
    return [
        str(place / "etcd"),
        f"--data-dir={folder / 'etcd'}",
        "--unsafe-no-fsync",
        f"--listen-client-urls={urls[0]}",
        f"--advertise-client-urls={urls[0]}",
        f"--listen-peer-urls={urls[1]}",
        f"--initial-advertise-peer-urls={urls[1]}",
        f"--initial-cluster=default={urls[1]}",
    ]


def server_command(place: Path, folder: Path, etcd: int, port: int) -> list[str]:
    key = folder / "key.pem"
    return [
        str(place / "kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        f"--cert-dir={folder / 'certificates'}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--disable-admission-plugins=ServiceAccount",
    ]


def wait_until_ready(client: Any, process: subprocess.Popen[bytes], log: Path, not_there: type[Exception]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except not_there:
            pass
        time.sleep(0.3)
    pytest.fail(f"the API server does not get ready:\n{log.read_text()[-3000:]}")


def install_crds(server: Server) -> None:
    """The kinds of all makers, served."""
    names = []
    for folder in INSTALLED:
        for file in sorted((CRDS / folder).glob("*.yaml")):
            for value in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                if value is not None and value.get("kind") == "CustomResourceDefinition":
                    value.pop("status", None)
                    server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", value)
                    names.append(value["metadata"]["name"])
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        listed = server.client.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions").json()["items"]
        ready = {
            one["metadata"]["name"]
            for one in listed
            if any(
                c["type"] == "Established" and c["status"] == "True"
                for c in (one.get("status", {}).get("conditions") or ())
            )
        }
        if ready >= set(names):
            return
        time.sleep(0.3)
    pytest.fail("the CRDs do not get established")
