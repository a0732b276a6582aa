"""Selectors of Cilium: keys that may begin with a source, values, operators (``labels.ValidateLabelSelector``)."""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.names import label_key_problem, label_value_problem, shown
from translate.core.origin import Path
from translate.dialects.cilium.manifest import Requirement, Selector
from translate.dialects.objects import Fault

NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
NAME_LENGTH = 63
ANY = "any:"
"""The source of a key that names none."""


def selector_faults(selector: Selector, path: Path, *, sources: bool = True) -> Iterator[Fault]:
    """What is wrong with a selector; ``sources``: whether its keys may name one."""
    where = (*path, "matchLabels")
    for key, value in selector.matchLabels.items():
        problem = key_problem(key, sources=sources)
        if problem is not None:
            yield Fault(where, f"has the key {shown(key)}, which {problem}")
        problem = label_value_problem(value)
        if problem is not None:
            yield Fault(where, f"has {shown(value)} as the value of {shown(key)}, which {problem}")
    yield from _spelled_twice(selector, where)
    for index, requirement in enumerate(selector.matchExpressions):
        yield from _requirement(requirement, (*path, "matchExpressions", index), sources=sources)


def _spelled_twice(selector: Selector, path: Path) -> Iterator[Fault]:
    """One label under two keys: the agent makes one key of them, and which value it keeps is chance."""
    for key, value in selector.matchLabels.items():
        other = f"{ANY}{key}"
        if selector.matchLabels.get(other, value) != value:
            values = f"{shown(value)} and {shown(selector.matchLabels[other])}"
            text = f"has {shown(key)} and {shown(other)}, which are one key, with the values {values}"
            yield Fault(path, f"{text}: Cilium keeps either, so write one")


def key_problem(key: str, *, sources: bool = True) -> str | None:
    """Why ``key`` is no key of a Cilium selector, ``[source:]label-key``."""
    source, colon, label = key.partition(":")
    if not colon:
        reserved = f": write {shown('reserved:' + key[1:])}" if key.startswith("$") else ""
        problem = _label_problem(key)
        return problem + reserved if problem else None
    if not sources:
        return f"must not name a source, as the labels of CIDR groups have none: write {shown(label)}"
    if ":" in label:
        return "has more than one ':': a key is a label key, or a source, one ':' and a label key"
    if not (source.isascii() and source.isalnum()):
        return "has a source (before the ':') that must consist of letters and digits"
    problem = _label_problem(label)
    return f"has a label key (after the ':') that {problem}" if problem else None


def _label_problem(label: str) -> str | None:
    problem = label_key_problem(label)
    if problem is None or not label.startswith(NAMESPACE_LABELS) or "/" in label or len(label) <= NAME_LENGTH:
        return problem
    return f"{problem}, its prefix included: select such namespaces by name (io.kubernetes.pod.namespace)"


def _requirement(requirement: Requirement, path: Path, *, sources: bool) -> Iterator[Fault]:
    operator = requirement.operator
    wanted = operator in ("In", "NotIn")
    if wanted and not requirement.values:
        yield Fault((*path, "values"), f"must list at least one value, because the operator is {operator}")
    if not wanted and requirement.values:
        yield Fault((*path, "values"), f"must be left out, because the operator is {operator}")
    problem = key_problem(requirement.key, sources=sources)
    if problem is not None:
        yield Fault((*path, "key"), f"{shown(requirement.key)} {problem}")
    for index, value in enumerate(requirement.values):
        problem = label_value_problem(value)
        if problem is not None:
            yield Fault((*path, "values", index), f"{shown(value)} {problem}")
