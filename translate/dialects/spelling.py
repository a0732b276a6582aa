"""What the emitters share: metadata, LabelSelectors, and the marks that let comments follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from translate.core.origin import Path
from translate.dialects.base import Draft
from translate.model.peers import Cidr
from translate.model.policy import Policy, Rule, Section
from translate.model.selectors import And, Exists, In, Label, Not, Selector


class UnfitError(AssertionError):
    """A policy reached an emitter that the plan stage should have fitted first: a defect of this program."""


class DirectionFields(Struct, frozen=True):
    """A direction in the words of the APIs: its field, its name among the policy types, and its field of peers."""

    field: str
    type: str
    peers: str


INGRESS, EGRESS = DirectionFields("ingress", "Ingress", "from"), DirectionFields("egress", "Egress", "to")


def mark_rule(draft: Draft, at: Path, index: int, rule: Rule) -> None:
    """Say that an item of the list ``at`` a path stands for a rule, and for those that were equal to it."""
    for origin in (rule.origin, *rule.also.places):
        draft.mark(at, index, origin)


def sides(policy: Policy) -> list[tuple[DirectionFields, Section]]:
    """What the policy says, by direction."""
    return [(side, s) for side, s in ((INGRESS, policy.ingress), (EGRESS, policy.egress)) if s is not None]


def sections(policy: Policy) -> list[tuple[DirectionFields, Section]]:
    """What a policy that isolates says, by direction."""
    found = sides(policy)
    for _, section in found:
        if not section.isolates:
            raise UnfitError(f"{policy.identity} does not isolate")
    return found


def start(api_version: str, kind: str, policy: Policy, traced: bool) -> Draft:
    """An object with its metadata, its spec empty; name, namespace, labels and annotations as the source had them."""
    meta = policy.metadata
    metadata: dict[str, Any] = (
        {"generateName": meta.generate_name} if meta.generate_name else {"name": policy.identity.name}
    )
    if policy.identity.namespace is not None and meta.namespace_given:
        metadata["namespace"] = policy.identity.namespace
    if meta.labels:
        metadata["labels"] = dict(meta.labels)
    if meta.annotations:
        metadata["annotations"] = dict(meta.annotations)
    value: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {}}
    if not traced:
        return Draft(value)
    draft = Draft(value, {})
    where = policy.origin.at("metadata")
    for key in ("apiVersion", "kind", "metadata", "spec"):
        draft.mark((), key, policy.origin, key)
    for key in metadata:
        draft.mark(("metadata",), key, where, key)
    for group in ("labels", "annotations"):
        for key in metadata.get(group, ()):
            draft.mark(("metadata", group), key, where, group, key)
    return draft


def mark_range(draft: Draft, at: Path, peer: Cidr) -> None:
    """Mark what a ``cidr`` and its ``except`` answer to, in the map that is ``at`` a path."""
    draft.mark(at, "cidr", peer.origin, "cidr")
    if peer.excluding:
        draft.mark(at, "except", peer.holes)
        for index in range(len(peer.excluding)):
            draft.mark((*at, "except"), index, peer.holes, index)


def label_selector(draft: Draft, at: Path, selector: Selector, key_of: Callable[[Label], str]) -> dict[str, Any]:
    """The LabelSelector that is ``at`` a path of the object, of a conjunction of In, Exists and their opposites; single
    values become ``matchLabels``.
    """
    labels: dict[str, Any] = {}
    expressions: list[dict[str, Any]] = []
    for term in selector.terms if isinstance(selector, And) else (selector,):
        if isinstance(term, In) and len(term.values) == 1 and (key := key_of(term.label)) not in labels:
            labels[key] = term.values[0]
            if draft.marks is not None:
                draft.mark((*at, "matchLabels"), key, term.origin)
            continue
        negative = isinstance(term, Not)
        atom = term.term if isinstance(term, Not) else term
        if isinstance(atom, In):
            operator = "NotIn" if negative else "In"
            expressions.append({"key": key_of(atom.label), "operator": operator, "values": list(atom.values)})
        elif isinstance(atom, Exists):
            expressions.append({"key": key_of(atom.label), "operator": "DoesNotExist" if negative else "Exists"})
        else:
            raise UnfitError(f"{term} is no requirement of a LabelSelector")
        draft.mark((*at, "matchExpressions"), len(expressions) - 1, atom.origin)
    result: dict[str, Any] = {}
    if labels:
        result["matchLabels"] = labels
    if expressions:
        result["matchExpressions"] = expressions
    return result
