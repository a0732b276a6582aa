"""The probe pods of a plan, and its namespaces, as objects to be made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from translate.model.traffic import PROTOCOL_NAMES
from translate.probing.values import ProbePlan, ProbePod
from translate.yamlio.write import write

LIFETIME = 3600
"""So many seconds after they came up pods that nobody removed end by themselves."""
NEVER_READY = "netpol-translate/never-ready"
"""A condition that nobody ever sets: no Service sends anybody to such a pod, whatever labels it has."""
LISTEN = """\
for one in "$@"; do
  while :; do
    socat -T 10 "${one%/*}6-LISTEN:${one#*/},ipv6only=0,fork,reuseaddr" EXEC:cat ||
      socat -T 10 "${one%/*}4-LISTEN:${one#*/},fork,reuseaddr" EXEC:cat
    sleep 1
  done &
done
while :; do sleep 60; done
"""
"""Answers with what it is sent, on IPv6 and IPv4 at once where there is IPv6."""
NO_SIDECAR = {"sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled"}
"""A sidecar takes every connection itself, so that a probe would always get through."""


def manifests(plan: ProbePlan) -> Iterator[dict[str, Any]]:
    """The objects, in the sequence in which they can be made."""
    for namespace in plan.namespaces:
        if namespace.is_made:
            labels = {"labels": dict(namespace.labels)} if namespace.labels else {}
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace.name, **labels}}
    for pod in plan.pods:
        yield _pod(pod, plan.image)


def as_yaml(plan: ProbePlan) -> str:
    """The same as a YAML stream."""
    return write(list(manifests(plan)))


def _pod(pod: ProbePod, image: str) -> dict[str, Any]:
    labels = {"labels": dict(pod.labels)} if pod.labels else {}
    account = {} if pod.account == "default" else {"serviceAccountName": pod.account}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": pod.namespace, **labels, "annotations": NO_SIDECAR},
        "spec": {
            **account,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "activeDeadlineSeconds": LIFETIME,
            "terminationGracePeriodSeconds": 0,
            "readinessGates": [{"conditionType": NEVER_READY}],
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65534,
                "runAsGroup": 65534,
                "seccompProfile": {"type": "RuntimeDefault"},
                # A pod without rights may then listen on the ports below 1024, too.
                "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
            },
            "containers": [_container(pod, image)],
        },
    }


def _container(pod: ProbePod, image: str) -> dict[str, Any]:
    listens = [f"{PROTOCOL_NAMES[protocol]}/{port}" for protocol, port in pod.listens]
    ports = [
        {"name": name, "containerPort": number, "protocol": PROTOCOL_NAMES[protocol]}
        for protocol, name, number in pod.named_ports
    ]
    return {
        "name": "probe",
        "image": image,
        "command": ["sh", "-c", LISTEN, "probe", *listens],
        **({"ports": ports} if ports else {}),
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "200m", "memory": "128Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
