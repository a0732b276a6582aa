"""Which labels a Calico selector reads where, and what namespaces it is confined to (Calico API reference, EntityRule).

Inside a ``selector`` some keys are Calico's own (``mappings/labels.yaml``); a ``namespaceSelector`` reads the labels of
namespaces. A rule selector matches pods and every labelled address set unless it asks for pods.
"""

from __future__ import annotations

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin
from translate.dialects.calico.selector import SelectorSyntaxError, parse, pointer
from translate.model.peers import OWN_NAMESPACE, OwnNamespace
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    SERVICE_ACCOUNT_NAME,
    And,
    Atom,
    Exists,
    In,
    Label,
    Scope,
    Selector,
)
from translate.tables import load

IN_A_NAMESPACE = Exists(NAMESPACE_NAME)
GLOBAL = "global()"
"""Everything outside namespaces: host endpoints and global sets, no pods; legal only as a whole namespaceSelector."""


def read(text: str, scope: Scope, origin: Origin, all_means: Selector = EVERYTHING) -> Selector:
    """Parse a selector; a mistake becomes an InputError with a caret under the place."""
    try:
        return parse(text, scope, origin, all_means=all_means)
    except SelectorSyntaxError as error:
        excerpt = tuple(pointer(text, error.offset).splitlines())
        raise InputError([Problem(message=f"selector: {error.message}", origin=origin, excerpt=excerpt)]) from None


def policy_pods(selector: Selector) -> Selector:
    """The subject of a namespaced policy: pods only, own labels of Calico resolved."""
    return rewrite(selector, _resolve_pod)


def entity_pods(text: str, origin: Origin) -> tuple[Selector, bool]:
    """The pods a rule selector matches, and whether labelled address sets could match it too."""
    selector = read(text, Scope.POD, origin)
    terms = selector.terms if isinstance(selector, And) else (selector,)
    only_pods = any(isinstance(term, In) and _is_pod_mark(term) for term in terms)
    return rewrite(selector, _resolve_pod), not only_pods and text != ""


def entity_namespaces(text: str, origin: Origin) -> tuple[Selector | OwnNamespace, bool]:
    """The namespaces a rule is confined to (own namespace without ``text``), and whether ``text`` was given."""
    if not text:
        return OWN_NAMESPACE, False
    if text.strip() == GLOBAL:
        return NOTHING, True
    # all() is replaced by "is in a namespace": no host endpoint and no global set is.
    return rewrite(read(text, Scope.NAMESPACE, origin, IN_A_NAMESPACE), _resolve_namespace), True


def _is_pod_mark(atom: In) -> bool:
    found = load.labels().meaning("calico", "pod", atom.label.key)
    return found is not None and found[0].means == "kubernetes pod" and found[0].value in atom.values


def _resolve_pod(atom: Atom) -> Selector:
    found = load.labels().meaning("calico", "pod", atom.label.key)
    if found is None:
        return atom
    record, rest = found
    match record.means:
        case "kubernetes pod":
            return (
                EVERYTHING
                if isinstance(atom, Exists) or (isinstance(atom, In) and record.value in atom.values)
                else NOTHING
            )
        case "namespace name":
            return relabel(atom, NAMESPACE_NAME)
        case "namespace label":
            return _resolve_namespace(relabel(atom, Label(Scope.NAMESPACE, rest)))
        case "service account name":
            return relabel(atom, SERVICE_ACCOUNT_NAME)
        case _:
            return relabel(atom, Label(Scope.SERVICE_ACCOUNT, rest))


def _resolve_namespace(atom: Atom) -> Selector:
    found = load.labels().meaning("calico", "namespace", atom.label.key)
    if found is not None and found[0].means == "namespace name":
        return relabel(atom, NAMESPACE_NAME)
    return atom
