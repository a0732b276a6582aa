"""``collect``: a live cluster as a folder, asked of a stand-in for its API server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster import world
from tests.cluster.stand_in import TOKEN, Cluster, served

pytest.importorskip("lightkube", reason='reading a cluster needs the extra "cluster"')

Live = Callable[..., object]


@pytest.fixture
def live(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """``live(cluster, *arguments)``: collect from a server that has it."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)

    def ran(cluster: Cluster, *arguments: str):
        with served(cluster) as address:
            (folder / "kubeconfig").write_text(json.dumps(kubeconfig(address)))
            return run("collect", "--kubeconfig", "kubeconfig", *arguments)

    return ran


def kubeconfig(address: str, **user: object) -> dict[str, object]:
    return {
        "current-context": "c",
        "contexts": [
            {"name": "c", "context": {"cluster": "here", "user": "reader"}},
            {"name": "anonymous", "context": {"cluster": "here"}},
        ],
        "clusters": [{"name": "here", "cluster": {"server": address}}],
        "users": [{"name": "reader", "user": {"token": TOKEN, **user}}],
    }


def test_try(live, folder: Path) -> None:
    for make in (world.with_cilium, world.with_calico):
        cluster = make()
        r = live(cluster, "-A", "--force")
        print(r.code, r.out)
        print(r.err)
        for f in sorted((folder / "cluster").iterdir()):
            print("==", f.name)
            print(f.read_text())
        print(cluster.paths)
    assert 0
