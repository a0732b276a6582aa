"""Who is in the cluster by name: Pods, workloads, Nodes and ServiceAccounts of the input, with what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from translate.dialects.base import Object
from translate.frontend.facts_objects import FINISHED, told
from translate.model.facts import Facts, PodObject

TEMPLATES = {
    "Deployment": ("apps", ("spec", "template")),
    "StatefulSet": ("apps", ("spec", "template")),
    "DaemonSet": ("apps", ("spec", "template")),
    "ReplicaSet": ("apps", ("spec", "template")),
    "Job": ("batch", ("spec", "template")),
    "CronJob": ("batch", ("spec", "jobTemplate", "spec", "template")),
}
"""The kinds whose objects make pods: their API group, and where they say how these look."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A pod, or the pods of a workload: ``kind`` is empty for a Pod; addresses that are not known are none."""

    kind: str
    name: str
    pod: PodObject
    addresses: tuple[str, ...] = ()
    node: str = ""


@dataclass(frozen=True, slots=True)
class NodeObject:
    """A node by name."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Residents:
    """All of them; ``finished``: namespace and name of pods that have ended. ``accounts``: labels by namespace and name
    of the service account.
    """

    pods: tuple[Resident, ...] = ()
    workloads: tuple[Resident, ...] = ()
    nodes: tuple[NodeObject, ...] = ()
    finished: frozenset[tuple[str, str]] = frozenset()
    accounts: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)


def residents(objects: Sequence[Object], facts: Facts, default_namespace: str) -> Residents:
    """Who is there by ``objects`` of the input and by ``facts``."""
    pods: list[Resident] = []
    workloads: list[Resident] = []
    nodes: list[NodeObject] = []
    finished, accounts = set(), {}
    for item in objects:
        group, kind = _group(item.value), item.value.get("kind")
        metadata = _map(item.value.get("metadata"))
        where, name = str(metadata.get("namespace") or default_namespace), str(metadata.get("name") or "")
        if group == "" and kind == "Pod":
            pods += _residents("", item, default_namespace)
            if _at(item.value, "status", "phase") in FINISHED:
                finished.add((where, name))
        elif group == "" and kind == "Node":
            nodes.append(NodeObject(name, _pairs(metadata.get("labels")), tuple(_addresses_of_node(item.value))))
        elif group == "" and kind == "ServiceAccount":
            accounts[where, name] = _pairs(metadata.get("labels"))
        elif isinstance(kind, str) and TEMPLATES.get(kind, ("", ()))[0] == group and kind in TEMPLATES:
            workloads += _of_template(kind, item, where, name, default_namespace)
    named = {(one.pod.namespace, one.name) for one in pods}
    stated = (pod for pod in (*facts.pod_objects, *facts.host_pods) if (pod.namespace, pod.name) not in named)
    pods += [Resident("", pod.name, pod) for pod in stated]
    return Residents(tuple(pods), tuple(workloads), tuple(nodes), frozenset(finished), accounts)


def _of_template(kind: str, item: Object, where: str, name: str, default_namespace: str) -> Iterator[Resident]:
    template = _map(_at(item.value, *TEMPLATES[kind][1]))
    metadata = {**_map(template.get("metadata")), "namespace": where, "name": name}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.get("spec")}
    yield from _residents(kind, Object(pod, item.origin), default_namespace)


def _residents(kind: str, item: Object, default_namespace: str) -> Iterator[Resident]:
    for pod in told((item,), default_namespace).pods:
        yield Resident(kind, pod.name, pod, tuple(_addresses_of_pod(item.value)), _text(item.value, "spec", "nodeName"))


def _addresses_of_pod(value: Mapping[str, Any]) -> Iterator[str]:
    several = _at(value, "status", "podIPs")
    listed = [one.get("ip") for one in several if isinstance(one, Mapping)] if isinstance(several, list) else []
    return _valid(dict.fromkeys((_at(value, "status", "podIP"), *listed)))


def _addresses_of_node(value: Mapping[str, Any]) -> Iterator[str]:
    several = _at(value, "status", "addresses")
    return _valid(
        [one.get("address") for one in several if isinstance(one, Mapping)] if isinstance(several, list) else []
    )


def _valid(texts: Iterable[Any]) -> Iterator[str]:
    """Addresses in the form in which they are compared."""
    for text in texts:
        try:
            yield str(ip_address(text if isinstance(text, str) else ""))
        except ValueError:
            continue


def _group(value: Mapping[str, Any]) -> str:
    return str(value.get("apiVersion")).rpartition("/")[0]


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = _map(value).get(step)
    return value


def _text(value: Any, *path: str) -> str:
    found = _at(value, *path)
    return found if isinstance(found, str) else ""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), text) for key, text in _map(value).items() if isinstance(text, str))
