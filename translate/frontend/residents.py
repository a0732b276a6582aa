"""Who is in the cluster by name: Pods, workloads, Nodes and ServiceAccounts of the input, with what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from msgspec import Struct, field

from translate.core.loose import map_at, maps_at, pairs_of, text_at
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


class Resident(Struct, frozen=True):
    """A pod, or the pods of a workload: ``kind`` is empty for a Pod; addresses that are not known are none."""

    kind: str
    name: str
    pod: PodObject
    addresses: tuple[str, ...] = ()
    node: str = ""


class NodeObject(Struct, frozen=True):
    """A node by name."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()


class Residents(Struct, frozen=True):
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
        metadata = map_at(item.value, "metadata")
        where, name = text_at(metadata, "namespace") or default_namespace, text_at(metadata, "name")
        if group == "" and kind == "Pod":
            pods += _residents("", item, default_namespace)
            if text_at(map_at(item.value, "status"), "phase") in FINISHED:
                finished.add((where, name))
        elif group == "" and kind == "Node":
            nodes.append(
                NodeObject(name, tuple(pairs_of(map_at(metadata, "labels"))), tuple(addresses_of_node(item.value)))
            )
        elif group == "" and kind == "ServiceAccount":
            accounts[where, name] = tuple(pairs_of(map_at(metadata, "labels")))
        elif isinstance(kind, str) and TEMPLATES.get(kind, ("", ()))[0] == group and kind in TEMPLATES:
            workloads += _of_template(kind, item, where, name, default_namespace)
    named = {(one.pod.namespace, one.name) for one in pods}
    known = (*facts.pod_objects, *facts.host_pods)
    stated = (pod for pod in known if pod.name and (pod.namespace, pod.name) not in named)
    pods += [Resident("", pod.name, pod) for pod in stated]
    return Residents(tuple(pods), tuple(workloads), tuple(nodes), frozenset(finished), accounts)


def _of_template(kind: str, item: Object, where: str, name: str, default_namespace: str) -> Iterator[Resident]:
    template = item.value
    for step in TEMPLATES[kind][1]:
        template = map_at(template, step)
    metadata = {**map_at(template, "metadata"), "namespace": where, "name": name}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.get("spec")}
    yield from _residents(kind, Object(pod, item.origin), default_namespace)


def _residents(kind: str, item: Object, default_namespace: str) -> Iterator[Resident]:
    for pod in told((item,), default_namespace).pods:
        yield Resident(
            kind, pod.name, pod, tuple(addresses_of_pod(item.value)), text_at(map_at(item.value, "spec"), "nodeName")
        )


def addresses_of_pod(value: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of a Pod, by its status."""
    status = map_at(value, "status")
    return _valid(dict.fromkeys((text_at(status, "podIP"), *(text_at(one, "ip") for one in maps_at(status, "podIPs")))))


def addresses_of_node(value: Mapping[str, Any]) -> Iterator[str]:
    """All addresses of a Node, by its status: those inside the cluster and those outside."""
    return _valid(text_at(one, "address") for one in maps_at(map_at(value, "status"), "addresses"))


def addresses_of_service(value: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of a Service inside the cluster; a headless one has none."""
    spec = map_at(value, "spec")
    more = spec.get("clusterIPs")
    texts = [text_at(spec, "clusterIP"), *(more if isinstance(more, list) else ())]
    return _valid(dict.fromkeys(text for text in texts if isinstance(text, str)))


def _valid(texts: Iterable[str]) -> Iterator[str]:
    """Addresses in the form in which they are compared."""
    for text in texts:
        try:
            yield str(ip_address(text))
        except ValueError:
            continue


def _group(value: Mapping[str, Any]) -> str:
    return str(value.get("apiVersion")).rpartition("/")[0]
