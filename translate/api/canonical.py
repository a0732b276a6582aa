"""The canonical form of a policy for structural comparison: nested plain values, sorted, that no dialect colours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias, assert_never

from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kinds, Nodes, Opaque, OwnNamespace, Peer, Workloads
from translate.model.policy import Policy, Rule, Section
from translate.model.selectors import (
    And,
    Contains,
    EndsWith,
    Exists,
    In,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    StartsWith,
)
from translate.model.traffic import PROTOCOL_NAMES, NamedPort, PortRange, Traffic

Canonical: TypeAlias = dict[str, Any] | list[Any] | str | int | bool
"""Nested values of JSON without null; lists whose order means nothing are sorted."""


def canonical(policy: Policy) -> dict[str, Canonical]:
    """The subject, what is said per direction, and sets that are meant by name; rules stay in their order."""
    form: dict[str, Canonical] = {"subject": _subject(policy)}
    for direction, section in (("ingress", policy.ingress), ("egress", policy.egress)):
        if section is not None:
            form[direction] = _section(section)
    if policy.metadata.expanded:
        form["sets"] = _sorted(policy.metadata.expanded)
    return form


def key(value: Canonical) -> str:
    """What sorts canonical values, and is the same for equal ones alone."""
    return json.dumps(value, sort_keys=True)


def _sorted(values: Iterable[Canonical]) -> list[Canonical]:
    return sorted(values, key=key)


def _subject(policy: Policy) -> Canonical:
    pods = selector(policy.subject.pods)
    if isinstance(policy.subject.namespaces, OwnNamespace):
        return {"pods": pods}
    return {"namespaces": selector(policy.subject.namespaces), "pods": pods}


def _section(section: Section) -> Canonical:
    return {"isolates": section.isolates, "rules": [_rule(rule) for rule in section.rules]}


def _rule(rule: Rule) -> Canonical:
    form: dict[str, Canonical] = {
        "action": rule.action.value,
        "peers": _sorted(map(_peer, rule.peers)),
        "traffic": _sorted(map(_traffic, rule.traffic)),
    }
    if rule.subject:
        form["subject"] = _sorted(map(_peer, rule.subject))
    return form


def _peer(peer: Peer) -> Canonical:
    match peer:
        case Anyone():
            return "anyone"
        case Cidr(block, excluding):
            return {"cidr": block, "except": sorted(excluding)} if excluding else {"cidr": block}
        case Nodes(labels):
            return {"nodes": selector(labels)}
        case Fqdn(pattern):
            return {"name": pattern}
        case Kinds(kinds):
            return {"kinds": sorted(kind.value for kind in kinds)}
        case Opaque(unknown):
            return str(unknown)
        case Both(peers):
            return {"and": _sorted(map(_peer, peers))}
        case Except(part):
            return {"not": _peer(part)}
        case Workloads(namespaces, pods, sets):
            form: dict[str, Canonical] = {"pods": selector(pods)}
            form["namespaces"] = "own" if isinstance(namespaces, OwnNamespace) else selector(namespaces)
            # What the labels of sets must match is what those of pods must: it would tell every change twice.
            return form if sets is None else {**form, "sets": True}
        case _:
            assert_never(peer)


def _traffic(traffic: Traffic) -> Canonical:
    if traffic.protocol is None:
        form: dict[str, Canonical] = {"protocol": "any"}
    else:
        form = {"protocol": PROTOCOL_NAMES.get(traffic.protocol, traffic.protocol)}
    if traffic.port is not None:
        form["port"] = _port(traffic.port)
    if traffic.icmp is not None:
        form["type"] = traffic.icmp.type
        if traffic.icmp.code is not None:
            form["code"] = traffic.icmp.code
    if traffic.source is not None:
        form["source"] = _port(traffic.source)
    if traffic.family is not None:
        form["family"] = f"IPv{traffic.family}"
    if traffic.condition is not None:
        form["condition"] = traffic.condition.said
    if traffic.excluding:
        form["except"] = _sorted(map(_traffic, traffic.excluding))
    return form


def _port(port: PortRange | NamedPort) -> Canonical:
    match port:
        case NamedPort(name):
            return name
        case PortRange(first, last):
            return first if first == last else f"{first}-{last}"
        case _:
            assert_never(port)


def selector(term: Selector) -> Canonical:
    """A selector; ``all`` and ``none`` for those that ask nothing and that nothing meets."""
    match term:
        case And(()):
            return "all"
        case Or(()):
            return "none"
        case And(terms):
            return {"and": _sorted(map(selector, terms))}
        case Or(terms):
            return {"or": _sorted(map(selector, terms))}
        case Not(In(label, values)):
            return {"label": _label(label), "notIn": sorted(values)}
        case Not(Exists(label)):
            return {"label": _label(label), "exists": False}
        case Not(inner):
            return {"not": selector(inner)}
        case In(label, values):
            return {"label": _label(label), "in": sorted(values)}
        case Exists(label):
            return {"label": _label(label), "exists": True}
        case StartsWith(label, text):
            return {"label": _label(label), "startsWith": text}
        case EndsWith(label, text):
            return {"label": _label(label), "endsWith": text}
        case Contains(label, text):
            return {"label": _label(label), "contains": text}
        case _:
            assert_never(term)


def _label(label: Label) -> str:
    return label.key if label.scope is Scope.POD else f"{label.key} of the {label.scope.value}"
