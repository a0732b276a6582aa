"""Which labels a Cilium selector reads, and what namespaces it is confined to (Cilium documentation, layer 3 policies).

Peers of a namespaced policy are confined to its namespace unless the selector names a namespace or a namespace label.
Labels outside the identity are never there (``mappings/labels.yaml``, unseen).
"""

from __future__ import annotations

from translate.core.diagnostics import InputError, Problem
from translate.core.names import label_key_problem, label_value_problem, shown
from translate.core.origin import Origin
from translate.dialects.base import BeyondError
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.rewrite import relabel
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    Atom,
    Exists,
    In,
    Label,
    Not,
    Scope,
    Selector,
    conjunction,
)
from translate.tables import load

SOURCES = ("k8s", "any")
NAMESPACE = "io.kubernetes.pod.namespace"


def subject_selector(selector: ManifestSelector, namespace: str, place: Origin) -> Selector:
    """The pods a policy of ``namespace`` governs: a ``k8s:`` namespace in matchLabels is overwritten by the policy's
    own.
    """
    labels = {key: value for key, value in selector.matchLabels.items() if key != f"k8s:{NAMESPACE}"}
    return conjunction(*(term for _, term in _terms(ManifestSelector(labels, selector.matchExpressions), place)))


def peer_selector(selector: ManifestSelector, place: Origin) -> tuple[Selector | OwnNamespace, Selector]:
    """Namespaces and pods of a peer of a namespaced policy."""
    namespaces: list[Selector] = []
    pods: list[Selector] = []
    scoped = False
    for about_namespace, term in _terms(selector, place):
        scoped = scoped or about_namespace
        (namespaces if about_namespace else pods).append(term)
    # Only identities of namespaces have these labels, so "the namespace has a name" is no condition on pods.
    kept = [term for term in namespaces if term != Exists(NAMESPACE_NAME)]
    return (conjunction(*kept) if scoped else OWN_NAMESPACE), conjunction(*pods)


def _terms(selector: ManifestSelector, place: Origin) -> list[tuple[bool, Selector]]:
    """(is it about the namespace, the term) for each requirement."""
    found = []
    where = place.at("matchLabels")
    for key, value in selector.matchLabels.items():
        _check_value(value, where.at(key))
        found.append(_resolve(In(_label(key, where.at(key)), (value,), where.at(key))))
    for index, term in enumerate(selector.matchExpressions):
        origin = place.at("matchExpressions", index)
        label = _label(term.key, origin)
        has_values = term.operator in ("In", "NotIn")
        if has_values != bool(term.values):
            need = "needs values" if has_values else "takes no values"
            raise InputError([Problem(message=f"operator {term.operator} {need}", origin=origin)])
        for value in term.values:
            _check_value(value, origin)
        atom: Atom = In(label, tuple(term.values), origin) if has_values else Exists(label, origin)
        about, resolved = _resolve(atom)
        negative = term.operator in ("NotIn", "DoesNotExist")
        found.append((about, _negated(resolved) if negative else resolved))
    return found


def _negated(term: Selector) -> Selector:
    if term == NOTHING:
        return EVERYTHING
    return NOTHING if term == EVERYTHING else Not(term)


def _label(key: str, place: Origin) -> Label:
    source, colon, rest = key.partition(":")
    if not colon:
        source, rest = "any", key
    if source not in SOURCES:
        message = f"the label source {shown(source)} of {shown(key)} is beyond the part of Cilium that is read"
        raise BeyondError(message, place)
    problem = label_key_problem(rest)
    if problem is not None:
        raise InputError([Problem(message=f"{shown(key)} {problem}", origin=place)])
    return Label(Scope.POD, rest)


def _check_value(value: str, place: Origin) -> None:
    problem = label_value_problem(value)
    if problem is not None:
        raise InputError([Problem(message=f"{shown(value)} {problem}", origin=place)])


def _resolve(atom: Atom) -> tuple[bool, Selector]:
    """The test as the model knows it, and whether it is about the namespace."""
    table = load.labels()
    found = table.meaning("cilium", "pod", atom.label.key)
    if found is None:
        return False, NOTHING if table.unseen.hides(atom.label.key) else atom
    record, rest = found
    match record.means:
        case "namespace name":
            return True, relabel(atom, NAMESPACE_NAME)
        case "namespace label":
            return True, relabel(atom, Label(Scope.NAMESPACE, rest))
        case _:
            message = f"a selector on the {record.means} is beyond the part of Cilium that is read"
            raise BeyondError(message, atom.origin)
