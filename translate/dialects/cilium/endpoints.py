"""Endpoints of Cilium's own as subjects of policies: a cluster-wide policy governs those that its selector does not
leave out (https://github.com/cilium/cilium, pkg/k8s/apis/cilium.io/utils).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate.core.origin import Origin
from translate.dialects.cilium.scope import RESERVED, Term, terms
from translate.model.peers import Kind
from translate.model.selectors import Exists
from translate.tables import load

if TYPE_CHECKING:
    from translate.dialects.cilium.manifest import Selector

GOVERNED = (Kind.HEALTH, Kind.INGRESS, Kind.INIT)
"""Those that policies are enforced for: what is unmanaged is no endpoint of the agent."""
CALLED = {
    Kind.HEALTH: "the endpoints of Cilium's health checks",
    Kind.INGRESS: "Cilium's ingress proxy (gateway)",
    Kind.INIT: "endpoints that Cilium has no labels of yet",
}


def governed(selector: Selector, place: Origin) -> tuple[Kind, ...]:
    """The endpoints of Cilium's own that the selector of a cluster-wide policy finds."""
    found = terms(selector, place)
    return tuple(kind for kind in GOVERNED if all(_holds(term, kind) for term in found))


def called(selector: Selector, place: Origin) -> str:
    """Whose traffic a policy decides that governs no pods: nodes, or endpoints of Cilium's own."""
    found = [term for term in terms(selector, place) if term.source == RESERVED and not term.negative]
    labels = [label for term in found if (label := load.entities().label(term.key)) is not None]
    own = [CALLED[kind] for label in labels for kind in label.always if kind in CALLED]
    return " and ".join(dict.fromkeys(own)) or "hosts"


def _holds(term: Term, kind: Kind) -> bool:
    """Whether ``term`` holds for an endpoint whose one label says of which kind it is."""
    label = load.entities().label(term.key) if term.source in ("any", RESERVED) else None
    empty = isinstance(term.test, Exists) or "" in term.test.values
    return (label is not None and kind in label.always and empty) is not term.negative
