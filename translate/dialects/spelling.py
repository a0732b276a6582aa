"""What the emitters share: metadata, LabelSelectors, and the marks that let comments follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from translate.dialects.base import Draft
from translate.model.policy import Policy
from translate.model.selectors import And, Exists, In, Label, Not, Selector


class UnfitError(AssertionError):
    """A policy reached an emitter that the plan stage should have fitted first: a defect of this program."""


def start(api_version: str, kind: str, policy: Policy, traced: bool) -> Draft:
    """An object with its metadata, its spec empty; name, namespace, labels and annotations as the source had them."""
    meta = policy.metadata
    name = {"generateName": meta.generate_name} if meta.generate_name else {"name": policy.identity.name}
    metadata: dict[str, Any] = dict(name)
    if policy.identity.namespace is not None and meta.namespace_given:
        metadata["namespace"] = policy.identity.namespace
    if meta.labels:
        metadata["labels"] = dict(meta.labels)
    if meta.annotations:
        metadata["annotations"] = dict(meta.annotations)
    value: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {}}
    if not traced:
        return Draft(value)
    draft = Draft(value, [])
    where = policy.origin.at("metadata")
    for key in ("apiVersion", "kind", "metadata", "spec"):
        draft.mark(value, key, policy.origin, key)
    for key in metadata:
        draft.mark(metadata, key, where, key)
    for group in ("labels", "annotations"):
        for key in metadata.get(group, ()):
            draft.mark(metadata[group], key, where, group, key)
    return draft


def label_selector(draft: Draft, selector: Selector, key_of: Callable[[Label], str]) -> dict[str, Any]:
    """A LabelSelector of a conjunction of In, Exists and their opposites; single values become ``matchLabels``."""
    labels: dict[str, Any] = {}
    expressions: list[dict[str, Any]] = []
    for term in selector.terms if isinstance(selector, And) else (selector,):
        atom = term.term if isinstance(term, Not) else term
        if not isinstance(atom, (In, Exists)):
            raise UnfitError(f"{term} is no requirement of a LabelSelector")
        key = key_of(atom.label)
        if isinstance(term, In) and len(term.values) == 1 and key not in labels:
            labels[key] = term.values[0]
            draft.mark(labels, key, term.origin)
            continue
        negative = isinstance(term, Not)
        expression: dict[str, Any] = {"key": key}
        if isinstance(atom, In):
            expression |= {"operator": "NotIn" if negative else "In", "values": list(atom.values)}
        else:
            expression |= {"operator": "DoesNotExist" if negative else "Exists"}
        expressions.append(expression)
        draft.mark(expressions, len(expressions) - 1, atom.origin)
    result: dict[str, Any] = {}
    if labels:
        result["matchLabels"] = labels
    if expressions:
        result["matchExpressions"] = expressions
    return result
