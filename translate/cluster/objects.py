"""What is kept of an object: what people wrote of a policy, and of a Pod or Service what policies can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from translate.core.loose import map_at, maps_at, pairs_of
from translate.dialects.objects import STRIPPED

WRITTEN = ("name", "generateName", "namespace", "labels", "annotations")
"""The metadata that people write; the rest is the server's."""
SERVERS = ("apiVersion", "kind", "metadata", "status")


def written(value: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as somebody wrote it: without status and what else the server keeps of it."""
    meta = map_at(value, "metadata")
    kept = {key: meta[key] for key in WRITTEN if meta.get(key)}
    if isinstance(kept.get("annotations"), Mapping):
        kept["annotations"] = {key: text for key, text in kept["annotations"].items() if key not in STRIPPED}
    shown = {key: part for key, part in kept.items() if part != {}}
    head = {"apiVersion": value.get("apiVersion"), "kind": value.get("kind"), "metadata": shown}
    return {**head, **{key: part for key, part in value.items() if key not in SERVERS}}


def namespace(value: Mapping[str, Any]) -> dict[str, Any]:
    """A Namespace: its name and labels."""
    return head(value, "Namespace")


def pod(value: Mapping[str, Any]) -> dict[str, Any]:
    """A Pod: labels, account, named ports, addresses and phase."""
    spec, status = map_at(value, "spec"), map_at(value, "status")
    containers = {
        key: [_container(one) for one in maps_at(spec, key)] for key in ("containers", "initContainers") if key in spec
    }
    kept = {key: spec[key] for key in ("hostNetwork", "serviceAccountName") if key in spec}
    seen = {key: status[key] for key in ("phase", "podIPs") if key in status}
    return {**head(value, "Pod"), "spec": {**kept, **containers}, "status": seen}


def _container(value: Mapping[str, Any]) -> dict[str, Any]:
    """Its name and the ports that have one; nothing of its image, environment or secrets."""
    ports = [
        {key: port[key] for key in ("name", "containerPort", "protocol") if key in port}
        for port in maps_at(value, "ports")
    ]
    kept = {key: value[key] for key in ("name", "restartPolicy") if key in value}
    named = [port for port in ports if port.get("name")]
    return {**kept, "ports": named} if named else kept


def service(value: Mapping[str, Any]) -> dict[str, Any]:
    """A Service: what it selects, and its ports."""
    spec = map_at(value, "spec")
    ports = [
        {key: port[key] for key in ("name", "port", "targetPort", "protocol") if key in port}
        for port in maps_at(spec, "ports")
    ]
    kept = {key: spec[key] for key in ("type", "selector") if key in spec}
    return {**head(value, "Service"), "spec": {**kept, "ports": ports}}


def head(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Name, namespace and labels of an object of the core API."""
    meta = map_at(value, "metadata")
    kept = {key: meta[key] for key in ("name", "namespace") if key in meta}
    labels = dict(pairs_of(map_at(meta, "labels")))
    return {"apiVersion": "v1", "kind": kind, "metadata": {**kept, **({"labels": labels} if labels else {})}}
