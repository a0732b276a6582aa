"""A facts file out of what a cluster prints of itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import collapse_addresses, ip_address, ip_network
from typing import Any

import yaml

from translate.core.diagnostics import InputError, Problem
from translate.core.loose import map_at, maps_at, pairs_of, texts_at
from translate.core.origin import Origin
from translate.dialects.base import Object
from translate.frontend.intake import take_in
from translate.frontend.sources import Input, sources
from translate.model.selectors import NAMESPACE_NAME

TUNNEL = re.compile(r"TunnelAddr$|WireguardInterfaceAddr$|ipv[46]-\w+-host$", re.IGNORECASE)
"""Annotations of nodes with an address that a network made for them."""
KINDS = ("Namespace", "Node", "Pod", "Service")
"""The kinds that are looked at; nothing of any other object is read or written."""
HEAD = """\
# What the cluster tells of itself. State only what is so, and go on: docs/facts.md has every field.
"""
UNKNOWN = {
    "pods": "# pods: [10.244.0.0/16]      # the ranges that pods get their addresses from; {}",
    "services": "# services: [10.96.0.0/12]   # the range of Services: service-cluster-ip-range of the API server",
    "apiServers": "# apiServers: [172.18.0.2]   # of the API server: kubectl get endpointslices -n default",
}
TUNNELS = """\
# Nodes may have addresses among those of pods, too (tunnels, bridges): if yours have, add that range to nodes as well.
"""
COMPLETE = """\
# complete: [Pod, Service]    # if the objects below are all that there are (kubectl get -A)
"""


def facts_file(source: Input) -> str:
    """The text of a facts file: addresses of nodes, ranges of pods, namespaces, and below them Pods and Services.

    What the objects do not tell for certain is left as a comment. Raises InputError for what cannot be read, and where
    there is nothing to tell.
    """
    intake = take_in(sources(source))
    if intake.problems:
        raise InputError(intake.problems)
    core = [item for item in intake.foreign if item.value.get("apiVersion") == "v1"]
    of = {kind: [item.value for item in core if item.value.get("kind") == kind] for kind in KINDS}
    if not any(of.values()):
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(_kinds(intake.foreign).items())) or "none"
        message = f"the input holds no {', '.join(KINDS[:-1])} or {KINDS[-1]} to tell of the cluster; objects: {found}"
        raise InputError(
            [Problem(message=message, origin=Origin(intake.sources[0].name if intake.sources else "input"))]
        )
    return HEAD + "".join(_lines(of)) + _objects(of)


def _kinds(objects: Iterable[Object]) -> Counter[str]:
    return Counter(str(item.value.get("kind")) for item in objects)


def _lines(of: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[str]:
    pods = _pod_ranges(of["Node"], of["Pod"])
    yield _flow("pods", pods) if pods else UNKNOWN["pods"].format(_seen(of["Pod"])).rstrip() + "\n"
    nodes = _node_addresses(of["Node"])
    yield _flow("nodes", nodes) + TUNNELS if nodes else "# nodes: [172.18.0.0/16]      # the addresses of nodes\n"
    yield f"{UNKNOWN['services']}\n{UNKNOWN['apiServers']}\n"
    if of["Namespace"]:
        named = {_name(one): _labels(one) for one in of["Namespace"]}
        yield _yaml({"namespaces": {name: _own(name, labels) for name, labels in sorted(named.items())}})
    if of["Pod"] or of["Service"]:
        yield COMPLETE


def _own(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels that somebody gave: every namespace has its name under one key."""
    return {key: text for key, text in sorted(labels.items()) if (key, text) != (NAMESPACE_NAME.key, name)}


def _node_addresses(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The addresses that nodes say they have, inside and outside, and those that their network notes of tunnels."""
    known = tuple(nodes)
    given = (one for node in known for one in maps_at(map_at(node, "status"), "addresses"))
    texts = [str(one.get("address")) for one in given if one.get("type") in ("InternalIP", "ExternalIP")]
    for node in known:
        noted = pairs_of(map_at(_meta(node), "annotations"))
        texts += [text.partition("/")[0] for key, text in noted if TUNNEL.search(key)]
    return _sorted({text for text in texts if _is_address(text)})


def _pod_ranges(nodes: Iterable[Mapping[str, Any]], pods: Iterable[Mapping[str, Any]]) -> list[str]:
    """What nodes hand out to pods; nothing where pods have addresses outside of it, so that somebody else hands out."""
    texts = [text for node in nodes for text in texts_at(map_at(node, "spec"), "podCIDRs")]
    ranges = [ip_network(text) for text in texts if _is_range(text)]
    mine = [ip_address(text) for text in _pod_addresses(pods)]
    if not ranges or not all(any(one in block for block in ranges) for one in mine):
        return []
    four = collapse_addresses(block for block in ranges if block.version == 4)
    six = collapse_addresses(block for block in ranges if block.version == 6)
    return [str(block) for block in (*four, *six)]


def _pod_addresses(pods: Iterable[Mapping[str, Any]]) -> list[str]:
    """The addresses of running pods that are not those of their nodes."""
    own = [pod for pod in pods if map_at(pod, "spec").get("hostNetwork") is not True]
    given = (one for pod in own for one in maps_at(map_at(pod, "status"), "podIPs"))
    return _sorted({str(one.get("ip")) for one in given if _is_address(str(one.get("ip")))})


def _seen(pods: Iterable[Mapping[str, Any]]) -> str:
    addresses = _pod_addresses(pods)
    more = f" and {len(addresses) - 3} more" if len(addresses) > 3 else ""
    return f"seen: {', '.join(addresses[:3])}{more}" if addresses else ""


def _objects(of: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """Pods and Services with what matters of them."""
    kept = [*map(_pod, of["Pod"]), *map(_service, of["Service"])]
    kept.sort(key=lambda one: (one["kind"], str(one["metadata"].get("namespace")), one["metadata"]["name"]))
    return "---\n" + _yaml({"apiVersion": "v1", "kind": "List", "items": kept}) if kept else ""


def _pod(value: Mapping[str, Any]) -> dict[str, Any]:
    spec, status = map_at(value, "spec"), map_at(value, "status")
    containers = {
        key: [_container(one) for one in maps_at(spec, key)] for key in ("containers", "initContainers") if key in spec
    }
    kept = {key: spec[key] for key in ("hostNetwork", "serviceAccountName") if key in spec}
    seen = {key: status[key] for key in ("phase", "podIPs") if key in status}
    return {**_head(value, "Pod"), "spec": {**kept, **containers}, "status": seen}


def _container(value: Mapping[str, Any]) -> dict[str, Any]:
    """Its name and the ports that have one; nothing of its image, environment or secrets."""
    ports = [
        {key: port[key] for key in ("name", "containerPort", "protocol") if key in port}
        for port in maps_at(value, "ports")
    ]
    kept = {key: value[key] for key in ("name", "restartPolicy") if key in value}
    named = [port for port in ports if port.get("name")]
    return {**kept, "ports": named} if named else kept


def _service(value: Mapping[str, Any]) -> dict[str, Any]:
    spec = map_at(value, "spec")
    ports = [
        {key: port[key] for key in ("name", "port", "targetPort", "protocol") if key in port}
        for port in maps_at(spec, "ports")
    ]
    kept = {key: spec[key] for key in ("type", "selector") if key in spec}
    return {**_head(value, "Service"), "spec": {**kept, "ports": ports}}


def _head(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    meta = _meta(value)
    kept = {key: meta[key] for key in ("name", "namespace") if key in meta}
    labels = _labels(value)
    return {"apiVersion": "v1", "kind": kind, "metadata": {**kept, **({"labels": labels} if labels else {})}}


def _flow(key: str, texts: list[str]) -> str:
    return f"{key}: [{', '.join(_quoted(text) for text in texts)}]\n"


def _quoted(text: str) -> str:
    return f'"{text}"' if ":" in text else text


def _yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=False, width=120)
    return text


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (":" in text, int(ip_address(text))))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_range(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _meta(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return map_at(value, "metadata")


def _labels(value: Mapping[str, Any]) -> dict[str, str]:
    return dict(pairs_of(map_at(_meta(value), "labels")))


def _name(value: Mapping[str, Any]) -> str:
    return str(_meta(value).get("name"))
