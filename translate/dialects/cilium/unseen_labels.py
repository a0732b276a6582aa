"""Labels that a selector asks pods for, and that no pod has in Cilium: what a reader takes them for (Cilium
documentation, identity-relevant labels).
"""

from __future__ import annotations

from collections.abc import Iterator

from translate.core.diagnostics import Report
from translate.core.names import shown
from translate.core.origin import Origin, spell
from translate.dialects.base import Idle
from translate.dialects.cilium.manifest import Rule
from translate.dialects.cilium.manifest import Selector as ManifestSelector
from translate.dialects.cilium.scope import ELSEWHERE, NAMESPACE, NOWHERE, OF_PODS, Term, terms
from translate.model.policy import Identity
from translate.model.selectors import NAMESPACE_NAME, Scope
from translate.tables import load
from translate.tables.records import Meaning

LISTS = ("ingress", "ingressDeny", "egress", "egressDeny")
NAMESPACE_LABELS = "namespace.labels."
DOT_FOR_COLON = "k8s."


def say_unseen(rule: Rule, identity: Identity, place: Origin, report: Report) -> Iterator[Idle]:
    """Each label that no pod has, at the first place where ``rule`` asks for it; a note says so as well."""
    told: set[str] = set()
    for term in _terms(rule, place):
        why = _why_unseen(term)
        key = f"{term.source}:{term.key}"
        if not why or key in told:
            continue
        told.add(key)
        effect = "always holds" if term.negative else "never matches"
        where = f"{identity} {spell(term.test.origin.path)}"
        why += _meant(term)
        report.note(f"{where} {effect}: {why}", origin=term.test.origin)
        yield Idle(identity, term.test.origin, why, effect, is_noted=True)


def _terms(rule: Rule, place: Origin) -> Iterator[Term]:
    """What is asked of pods: by the subject, and by peers that are found by labels."""
    if isinstance(rule.endpointSelector, ManifestSelector):
        for term in terms(rule.endpointSelector, place.at("endpointSelector")):
            if term.source in OF_PODS or term.source in NOWHERE:
                yield term
    for name in LISTS:
        side = "fromEndpoints" if name.startswith("ingress") else "toEndpoints"
        for index, element in enumerate(getattr(rule, name)):
            for number, selector in enumerate(getattr(element, side) or ()):
                yield from terms(selector, place.at(name, index, side, number))


def _why_unseen(term: Term) -> str:
    if term.source in NOWHERE:
        return f"no pod has a label of the source {shown(term.source)}"
    if term.source in ELSEWHERE or term.means is not None or not load.labels().unseen.hides(term.key):
        return ""
    return f"Cilium leaves {shown(term.key)} out of what it knows of pods"


def _meant(term: Term) -> str:
    """Which key was meant instead, if that can be guessed."""
    key = term.key
    if key == NAMESPACE_NAME.key:
        return f" (the name of a namespace is k8s:{NAMESPACE})"
    dotted = key.removeprefix(DOT_FOR_COLON)
    if dotted != key and load.labels().meaning("cilium", Scope.POD, dotted) is not None:
        return f": did you mean {shown(f'k8s:{dotted}')}?"
    _, found, rest = key.partition(NAMESPACE_LABELS)
    if found and rest:
        return f": did you mean {shown(f'k8s:{_prefix()}{rest}')}?"
    return ""


def _prefix() -> str:
    """What Cilium puts before the key of a label of a namespace."""
    return next(
        record.prefix
        for record in load.labels().implicit
        if record.dialect == "cilium" and record.means is Meaning.NAMESPACE_LABEL
    )
