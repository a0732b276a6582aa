"""A facts file out of what a cluster prints of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from translate.cluster import objects
from translate.cluster.gathered import Gathered, stated, yaml_text
from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.dialects.base import Object
from translate.frontend.intake import take_in
from translate.frontend.sources import Input, sources

KINDS = ("Namespace", "Node", "Pod", "Service")
"""The kinds that are looked at; nothing of any other object is read or written."""
HEAD = """\
# What the cluster tells of itself. State only what is so, and go on: docs/facts.md has every field.
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
    told = Gathered()
    for value in (value for values in of.values() for value in values):
        told.take(value)
    spaces = told.namespace_lines() if told.namespaces else ""
    complete = COMPLETE if of["Pod"] or of["Service"] else ""
    return HEAD + stated("".join(told.lines()) + spaces) + complete + _objects(of)


def _kinds(items: Iterable[Object]) -> Counter[str]:
    return Counter(str(item.value.get("kind")) for item in items)


def _objects(of: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """Pods and Services with what matters of them."""
    kept = [*map(objects.pod, of["Pod"]), *map(objects.service, of["Service"])]
    kept.sort(key=lambda one: (one["kind"], str(one["metadata"].get("namespace")), one["metadata"]["name"]))
    return "---\n" + yaml_text({"apiVersion": "v1", "kind": "List", "items": kept}) if kept else ""
