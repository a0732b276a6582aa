"""Another checker beside us, where both answer the same question: do these two sets of policies mean the same?

network-config-analyzer compares what the pods that it is told of may reach, we every cluster; so it is given the
namespaces and a pod for each subject. It runs in an environment of its own (``make bench`` installs it), named by
NETPOL_PEERS; without that nothing is timed.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks import inputs
from benchmarks.corpus import Policy, policies

POLICIES = 100
PORTS = [
    {"name": "http", "containerPort": 8080, "protocol": "TCP"},
    {"name": "metrics", "containerPort": 9090, "protocol": "TCP"},
]


def python() -> str | None:
    """The interpreter that has the other checker, None where it is not installed."""
    return os.environ.get("NETPOL_PEERS")


def version(interpreter: str) -> str:
    """Its name and release."""
    (found,) = Path(interpreter).parents[1].glob("lib/*/site-packages/network_config_analyzer-*.dist-info")
    return "network-config-analyzer " + found.name.removesuffix(".dist-info").partition("-")[2]


def commands(folder: Path, interpreter: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The arguments of ours and the command of theirs, for one set and a rewritten copy."""
    copies = inputs.copies(folder, POLICIES)
    namespaces = inputs.written(folder / "namespaces.yaml", _namespaces(policies(POLICIES)))
    pods = inputs.written(folder / "pods.yaml", _pods(policies(POLICIES)))
    before, after = copies["original"], copies["rewritten"]
    nca = str(Path(interpreter).with_name("nca"))
    return ("verify", before, after, "-q"), (nca, "--equiv", before, "-b", after, "-n", namespaces, "-p", pods)


def _namespaces(found: list[Policy]) -> list[Policy]:
    names = sorted({policy["metadata"]["namespace"] for policy in found})
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n, "labels": {"kubernetes.io/metadata.name": n}}}
        for n in names
    ]


def _pods(found: list[Policy]) -> list[Policy]:
    """A pod for each namespace and labels that a policy asks for."""
    asked = {
        (policy["metadata"]["namespace"], tuple(sorted(policy["spec"]["podSelector"]["matchLabels"].items())))
        for policy in found
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod-{number}", "namespace": namespace, "labels": dict(labels)},
            "spec": {"containers": [{"name": "main", "image": "none", "ports": PORTS}]},
            "status": {"podIP": "10.0.0.1", "hostIP": "192.168.0.1", "phase": "Running"},
        }
        for number, (namespace, labels) in enumerate(sorted(asked))
    ]
