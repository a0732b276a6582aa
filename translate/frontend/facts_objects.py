"""What objects of the input that are no policies tell of the cluster: Namespaces, Pods, Services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from translate.core.loose import map_at, maps_at, pairs_of, text_at
from translate.core.names import dns_label_problem, label_key_problem, label_value_problem, port_name_problem
from translate.dialects.base import Object
from translate.model.facts import Facts, Namespace, PodObject, ServiceObject
from translate.model.selectors import NAMESPACE_NAME
from translate.model.traffic import SCTP, TCP, UDP

PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}
PORTS = range(1, 65536)

FINISHED = ("Succeeded", "Failed")
"""Phases of pods that have ended: they keep their object and have no address any more."""


class ToldObjects(Struct, frozen=True):
    """What objects of the input tell, each kind in the order of the input."""

    namespaces: tuple[Namespace, ...] = ()
    pods: tuple[PodObject, ...] = ()
    services: tuple[ServiceObject, ...] = ()


def told(foreign: Sequence[Object], default_namespace: str) -> ToldObjects:
    """What the objects of the core API among ``foreign`` tell."""
    core = [item for item in foreign if item.value.get("apiVersion") == "v1"]
    placed = [(_placed(item.value, default_namespace), item.origin) for item in core]

    def of(kind: str, read: Callable[[Mapping[str, Any]], Iterator[Any]]) -> tuple[Any, ...]:
        mine = ((value, origin) for value, origin in placed if value.get("kind") == kind)
        return tuple(replace(one, origin=origin) for value, origin in mine for one in read(value))

    made = tuple(
        replace(one, origin=item.origin)
        for item in foreign
        for template in templates(item.value)
        for one in _pod(_placed({**template, "metadata": _of_owner(item.value, template)}, default_namespace))
    )
    return ToldObjects(of("Namespace", _namespace), (*of("Pod", _pod), *made), of("Service", _service))


def templates(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The templates of pods in a workload of whatever kind: Deployment, CronJob, PodTemplate, somebody's own."""
    spec = map_at(value, "spec")
    for holder in (value, spec, map_at(map_at(spec, "jobTemplate"), "spec")):
        template = map_at(holder, "template")
        if maps_at(map_at(template, "spec"), "containers"):
            yield template


def _of_owner(value: Mapping[str, Any], template: Mapping[str, Any]) -> Mapping[str, Any]:
    """The metadata of pods of a workload: its namespace, the labels of the template, and any name."""
    labels = map_at(map_at(template, "metadata"), "labels")
    return {"namespace": text_at(map_at(value, "metadata"), "namespace"), "labels": labels}


def with_objects(facts: Facts, found: ToldObjects) -> Facts:
    """``facts``, and what objects tell beside them; where these contradict, what is known already stays."""
    namespaces = {one.name: one for one in found.namespaces} | {one.name: one for one in facts.namespaces}
    pods = dict.fromkeys((*facts.pod_objects, *facts.host_pods, *found.pods))
    return replace(
        facts,
        namespaces=tuple(namespaces.values()),
        pod_objects=tuple(pod for pod in pods if not pod.on_node),
        host_pods=tuple(pod for pod in pods if pod.on_node),
        service_objects=tuple(dict.fromkeys((*facts.service_objects, *found.services))),
    )


def _placed(value: Mapping[str, Any], default_namespace: str) -> Mapping[str, Any]:
    """The object with a namespace in its metadata, whatever it is without one."""
    metadata = map_at(value, "metadata")
    return {**value, "metadata": {**metadata, "namespace": text_at(metadata, "namespace") or default_namespace}}


def _namespace(value: Mapping[str, Any]) -> Iterator[Namespace]:
    metadata = value["metadata"]
    name = text_at(metadata, "name")
    if dns_label_problem(name) is None:
        pairs = _labels(metadata)
        yield Namespace(name, tuple((key, text) for key, text in pairs if key != NAMESPACE_NAME.key))


def _pod(value: Mapping[str, Any]) -> Iterator[PodObject]:
    """One that has finished is no pod any more. Of two numbers for one name engines choose differently."""
    metadata, spec = value["metadata"], map_at(value, "spec")
    if text_at(map_at(value, "status"), "phase") in FINISHED:
        return
    ports = tuple(dict.fromkeys(_named_ports(spec)))
    is_plain = len({(protocol, name) for protocol, name, _ in ports}) == len(ports) and not _has_sidecars(spec)
    account = text_at(spec, "serviceAccountName") or "default"
    yield PodObject(
        metadata["namespace"],
        tuple(_labels(metadata)),
        account,
        ports if is_plain else None,
        text_at(metadata, "name"),
        on_node=spec.get("hostNetwork") is True,
    )


def _has_sidecars(spec: Mapping[str, Any]) -> bool:
    """Whether containers that start first stay: not all engines see their ports."""
    return any(item.get("restartPolicy") == "Always" for item in maps_at(spec, "initContainers"))


def _named_ports(spec: Mapping[str, Any]) -> Iterator[tuple[int, str, int]]:
    for container in maps_at(spec, "containers"):
        for port in maps_at(container, "ports"):
            name, number, protocol = text_at(port, "name"), port.get("containerPort"), _protocol(port)
            if name and isinstance(number, int) and number in PORTS and protocol is not None:
                yield protocol, name, number


def _service(value: Mapping[str, Any]) -> Iterator[ServiceObject]:
    """What does not make sense tells nothing: to leave a part of it out would be to say more."""
    metadata, spec = value["metadata"], map_at(value, "spec")
    wanted, ports = map_at(spec, "selector"), [_port(port) for port in maps_at(spec, "ports")]
    selects = bool(wanted) and spec.get("type") != "ExternalName"
    is_clear = len(pairs_of(wanted)) == len(wanted) and None not in ports
    yield ServiceObject(
        metadata["namespace"],
        text_at(metadata, "name"),
        tuple(_labels(metadata)),
        tuple(pairs_of(wanted)) if selects and is_clear else None,
        tuple(dict.fromkeys(port for port in ports if port is not None)),
    )


def _port(port: Mapping[str, Any]) -> tuple[int, int | str] | None:
    """The protocol, and where pods serve it."""
    target, protocol = port.get("targetPort", port.get("port")), _protocol(port)
    is_number = isinstance(target, int) and target in PORTS
    if protocol is None or not (is_number or (isinstance(target, str) and port_name_problem(target) is None)):
        return None
    return protocol, target


def _labels(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, text in pairs_of(map_at(metadata, "labels")):
        if label_key_problem(key) is None and label_value_problem(text) is None:
            yield key, text


def _protocol(port: Mapping[str, Any]) -> int | None:
    return PROTOCOLS.get(text_at(port, "protocol") or "TCP")
