"""How people write a connection: the grammar of ``--from`` and ``--to``, read without a look at any cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from translate.core.addresses import is_range
from translate.core.names import (
    dns_label_problem,
    dns_subdomain_problem,
    label_key_problem,
    label_value_problem,
    shown,
)
from translate.frontend.packet_text import PROTOCOLS, Sent, meant, packet_of, wrong

Labels = tuple[tuple[str, str], ...]

GRAMMAR = (
    ("NAMESPACE/NAME", "a Pod of the input or the facts; else a workload of that name (pod/NAMESPACE/NAME: a Pod)"),
    ("KIND/NAMESPACE/NAME", "the pods of a deployment, statefulset, daemonset, replicaset, job or cronjob"),
    ("NAMESPACE/NAME{k=v,…}", "a pod with just these labels, whatever its name; or NAMESPACE{k=v,…}"),
    ("NAMESPACE{k=v}/NAME{…}", "the same, in a namespace with just these labels"),
    ("…@ADDRESS", "any of these at that address"),
    ("ADDRESS", "who has that IPv4 or IPv6 address; with a port, IPv6 as [ADDRESS]:PORT"),
    ("node, own-node, node/NAME", "another node, the node the pod runs on, a Node of the input"),
    ("outside", "any address outside the cluster"),
    ("ingress, health, init, unmanaged", "endpoints of the engine's own, where it has such"),
    ("dns:NAME", "an address that this DNS name stands for, and no other name of the policies"),
    (":PORT", "behind --to: a number, a name that the pod gives it (:http), or both (:http=8080)"),
    (":NUMBER", "behind --from: the port that the packet comes from, where rules ask for that"),
    ("/PROTOCOL", "behind --to: tcp (the default), udp, sctp, icmp[:TYPE[:CODE]], icmpv6[:TYPE[:CODE]], ip:NUMBER"),
)
"""What may be written, and what it means; tests and documents show it from here."""

WORKLOADS = {
    name: kind
    for kind, names in {
        "Deployment": "deployment deployments deploy",
        "StatefulSet": "statefulset statefulsets sts",
        "DaemonSet": "daemonset daemonsets ds",
        "ReplicaSet": "replicaset replicasets rs",
        "Job": "job jobs",
        "CronJob": "cronjob cronjobs cj",
    }.items()
    for name in names.split()
}
PODS, NODES = ("pod", "pods", "po"), ("node", "nodes", "no")
ENTITIES = ("node", "own-node", "outside", "ingress", "health", "init", "unmanaged")

_SUFFIX = re.compile(r"(?::(?P<port>[^:/@\[\]{}]*))?(?:/(?P<protocol>[A-Za-z][A-Za-z0-9]*)(?P<numbers>(?::[^:/@]*)*))?")
_POD = re.compile(
    r"(?:(?P<kind>[^/{}@]+)/)?(?P<namespace>[^/{}@]+)(?P<of_namespace>\{[^{}]*\})?/(?P<name>[^/{}@]+)(?P<labels>\{[^{}]*\})?"
)
_LABELLED = re.compile(r"(?P<namespace>[^/{}@]+)(?P<labels>\{[^{}]*\})")
_NOT_A_POD = re.compile(r"(?P<kind>[^/{}@]+)/(?P<name>[^/{}@]+)")


BARE = "bare"
NO_END = "names no end of a connection: it is NAMESPACE/NAME, an address or another form that --help lists"


@dataclass(frozen=True, slots=True)
class Written:
    """One end as it is written; labels that are None are not given, a namespace that is empty neither.

    ``kind``: of a workload, Pod, Node, an entity, ``address`` or ``dns``; empty where it is not said, BARE where there
    is no more than a name.
    """

    text: str
    kind: str = ""
    namespace: str = ""
    name: str = ""
    labels: Labels | None = None
    namespace_labels: Labels | None = None
    address: str = ""


def source_of(text: str) -> tuple[Written, int | None]:
    """``--from``, and the port that the packet comes from, None where it is not said. Raises InputError."""
    found, sent = _split(text)
    if sent.given and (sent.name or sent.port is None):
        raise wrong(f"--from {shown(text)}: the protocol and the name of a port belong to --to")
    return found, sent.port


def destination_of(text: str) -> tuple[Written, Sent]:
    """``--to`` and the packet. Raises InputError."""
    return _split(text)


def _split(text: str) -> tuple[Written, Sent]:
    if _is_address(text) is not None:
        return _end(text), Sent()
    front = text[: max(text.rfind("}"), text.rfind("]")) + 1]
    before = text.rpartition("/")[0]
    if not front and text.startswith("dns:"):
        front = "dns:"
    elif not front and ":" in (_is_address(before) or ""):
        front = before
    rest = text[len(front) :]
    for match in _suffixes(rest):
        who = front + rest[: match.start()]
        if match["protocol"] is not None and match["port"] is None and not _stands_alone(who, match["protocol"]):
            continue
        return _end(who), packet_of(text, match)
    return _end(text), Sent()


def _suffixes(text: str) -> Iterator[re.Match[str]]:
    """What may be a port and a protocol at the end of ``text``, the longest first."""
    for start in range(len(text) + 1):
        found = _SUFFIX.fullmatch(text, start)
        if found is not None and text[start : start + 1] in (":", "/"):
            yield found


def _stands_alone(who: str, protocol: str) -> bool:
    """Whether a protocol without a port is one, and not the name of a pod."""
    known = protocol.lower() in PROTOCOLS or protocol.lower() == "ip"
    return known and (
        "/" in who or "{" in who or who in ENTITIES or who.startswith("dns:") or _is_address(who) is not None
    )


def _end(text: str) -> Written:
    who, at, tail = text.partition("@")
    address = ""
    if at:
        found = _is_address(tail)
        if found is None:
            raise wrong(f"{shown(text)}: {shown(tail)} is no IP address")
        address = found
    plain = _is_address(who)
    if plain is not None:
        return Written(text, "address", address=plain)
    if who.startswith("dns:"):
        return Written(text, "dns", name=_dns_name(text, who.removeprefix("dns:")), address=address)
    if who in ENTITIES:
        return Written(text, who, address=address)
    return _named(text, who, address)


def _named(text: str, who: str, address: str) -> Written:
    if "/" in who and "{" not in who and is_range(who, strict=False):
        raise wrong(f"{shown(text)} is a range: name one address of it")
    labelled, pod, short = _LABELLED.fullmatch(who), _POD.fullmatch(who), _NOT_A_POD.fullmatch(who)
    if labelled is not None:
        namespace, labels = _namespace(text, labelled["namespace"]), _labels(text, labelled["labels"])
        return Written(text, "", namespace, "", labels, None, address)
    if short is not None and short["kind"] in NODES:
        return Written(text, "Node", name=short["name"], address=address)
    if pod is None and not set(who) & set("/{}"):
        return Written(text, BARE, name=who, address=address)
    if pod is None:
        raise wrong(f"{shown(text)} {NO_END}")
    kind = pod["kind"] or ""
    known = WORKLOADS.get(kind, "Pod" if kind in PODS else "")
    if kind and not known:
        raise wrong(f"{shown(text)}: {shown(kind)} is no kind of pods{meant(kind, [*WORKLOADS, *PODS])}")
    own = _labels(text, pod["labels"]) if pod["labels"] is not None else None
    of_namespace = _labels(text, pod["of_namespace"]) if pod["of_namespace"] is not None else None
    if known and own is not None:
        raise wrong(f"{shown(text)}: the labels are those of the {known}; without {kind}/ they can be given")
    if of_namespace is not None and own is None:
        raise wrong(f"{shown(text)}: say the labels of the pod as well, {{}} if it has none")
    return Written(text, known, _namespace(text, pod["namespace"]), pod["name"], own, of_namespace, address)


def _namespace(text: str, name: str) -> str:
    fault = dns_label_problem(name)
    if fault is not None:
        raise wrong(f"{shown(text)}: the namespace {shown(name)} {fault}")
    return name


def _dns_name(text: str, name: str) -> str:
    fault = dns_subdomain_problem(name.lower().rstrip("."))
    if fault is not None:
        raise wrong(f"{shown(text)}: the DNS name {shown(name)} {fault}")
    return name.lower().rstrip(".")


def _labels(text: str, braced: str) -> Labels:
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in braced[1:-1].split(","))):
        key, equals, value = (one.strip() for one in part.partition("="))
        fault = label_key_problem(key)
        if not equals:
            raise wrong(f"{shown(text)}: {shown(part)} must be KEY=VALUE")
        if fault is not None or label_value_problem(value) is not None:
            raise wrong(f"{shown(text)}: {shown(key if fault else value)} {fault or label_value_problem(value)}")
        if key in found:
            raise wrong(f"{shown(text)}: the label {shown(key)} is given twice")
        found[key] = value
    return tuple(found.items())


def _is_address(text: str) -> str | None:
    """The address in the form in which it is compared, None where it is none."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = ip_address(inner)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return None if getattr(found, "scope_id", None) else str(mapped or found)
