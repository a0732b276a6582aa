"""Which address sets a rule means: by their labels, as far as the input tells them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.model.peers import OwnNamespace, Workloads
from translate.model.policy import AddressSet, Policy
from translate.model.rewrite import rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    And,
    Atom,
    Exists,
    Label,
    Not,
    Or,
    Scope,
    Selector,
    holds,
)


class UnknownLabelsError(Exception):
    """Whether ``found`` is meant depends on labels of its namespace that the input does not tell."""

    def __init__(self, found: AddressSet) -> None:
        super().__init__(str(found.identity))
        self.found = found


def meant(peer: Workloads, namespace: str | None, sets: tuple[AddressSet, ...]) -> Iterator[AddressSet]:
    """The sets whose addresses ``peer``, in a policy of ``namespace``, means. Raises UnknownLabelsError."""
    if peer.sets is None:
        return
    own = isinstance(peer.namespaces, OwnNamespace)
    for found in sets:
        if own and found.identity.namespace != namespace:
            continue
        answer = _answer(peer.sets, found)
        if not own and answer is not False:
            inside = _answer(peer.namespaces, found)
            answer = inside if inside is False or answer else None
        if answer is None:
            raise UnknownLabelsError(found)
        if answer:
            yield found


def may_govern(policy: Policy, host: AddressSet) -> bool:
    """Whether a policy governs a host, unless labels that nobody tells keep it from that."""
    return policy.subject.hosts is not None and _answer(policy.subject.hosts, host) is not False


def pods_of(peer: Workloads) -> Workloads | None:
    """The pods among what ``peer`` means, each of which is in a namespace whatever is asked of that; None if no pod
    can be meant.
    """
    pods = rewrite(peer.pods, _in_a_namespace)
    namespaces: Selector | OwnNamespace = peer.namespaces
    if not isinstance(namespaces, OwnNamespace):
        namespaces = rewrite(namespaces, _in_a_namespace)
    if NOTHING in (pods, namespaces):
        return None
    return replace(peer, namespaces=namespaces, pods=pods, sets=None, unseen=None)


def _in_a_namespace(atom: Atom) -> Selector:
    return EVERYTHING if atom == Exists(NAMESPACE_NAME) else atom


def _answer(selector: Selector | OwnNamespace, found: AddressSet) -> bool | None:
    """Whether the set matches; None where that is not known."""
    match selector:
        case OwnNamespace():
            return True
        case Not(term):
            inner = _answer(term, found)
            return None if inner is None else not inner
        case And(terms) | Or(terms):
            decisive, is_known = isinstance(selector, Or), True
            for term in terms:  # there may be hundreds of sets, most of which the first term leaves out
                answer = _answer(term, found)
                if answer is decisive:
                    return decisive
                is_known = is_known and answer is not None
            return not decisive if is_known else None
    known, value = _value(selector.label, found)
    if not known:
        return None
    return value is not None and holds(selector, value)


def _value(label: Label, found: AddressSet) -> tuple[bool, str | None]:
    """Whether the value is known, and the value, None if the label is absent."""
    if label.scope is Scope.POD:
        return True, next((value for key, value in found.labels if key == label.key), None)
    if label == NAMESPACE_NAME:
        return True, found.identity.namespace
    if label.scope is Scope.NAMESPACE and found.identity.namespace is not None:
        labels = found.namespace_labels
        return (False, None) if labels is None else (True, dict(labels).get(label.key))
    return True, None
