"""How Cilium enforces policies of the Kubernetes API: its agent turns them into rules of its own
(https://github.com/cilium/cilium, pkg/k8s/network_policy.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.dialects.base import BeyondError
from translate.dialects.cilium.semantics import TITLE
from translate.dialects.cilium.settings import CiliumSettings
from translate.dialects.cilium.unknowns import AGGREGATES
from translate.dialects.shared_reading import AdminReading, SharedReading
from translate.model.peers import Both, Kind, Kinds, Opaque, OwnNamespace, Peer, Reach, Workloads
from translate.model.rewrite import relabel, rewrite
from translate.model.selectors import (
    EVERYTHING,
    NAMESPACE_NAME,
    NOTHING,
    And,
    Atom,
    Exists,
    Label,
    Not,
    Scope,
    Selector,
)
from translate.tables import load
from translate.tables.records import Meaning


def reading(cilium: CiliumSettings) -> SharedReading:
    """What an agent that is set up so makes of them; it reads ``policyTypes`` only where a rule list is empty."""
    return SharedReading(
        reach=Reach.OUTSIDE,
        listed_only=False,
        pods=own_pods,
        peers=confined if cilium.confines_selectors else unconfined,
        admin=AdminReading(title=TITLE, kinds=()),
    )


def pods(asked: Selector) -> Selector:
    """A selector of pods as Cilium reads it. Raises BeyondError."""
    return rewrite(asked, _known)


def own_pods(asked: Selector) -> Selector:
    """A selector of pods in the policy's own namespace, which the agent adds to its labels: one that is asked for there
    is overwritten, and one among the expressions is not. Raises BeyondError.
    """
    return rewrite(asked, _known_in_own)


def _known_in_own(atom: Atom) -> Selector:
    found = load.labels().meaning("cilium", Scope.POD, atom.label.key) if atom.label.scope is Scope.POD else None
    if found is not None and found[0].means is Meaning.NAMESPACE_NAME and not isinstance(atom, Exists):
        message = (
            f"a selector on {atom.label.key} under Cilium, which puts the namespace of the policy there, is not read"
        )
        raise BeyondError(message, atom.origin)
    return _known(atom)


def _known(atom: Atom) -> Selector:
    """A pod label as Cilium knows it: some are no part of identities, some keys are facts of its own."""
    table = load.labels()
    found = table.meaning("cilium", Scope.POD, atom.label.key) if atom.label.scope is Scope.POD else None
    if found is None:
        hidden = atom.label.scope is Scope.POD and table.unseen.hides(atom.label.key)
        return NOTHING if hidden else atom
    record, rest = found
    match record.means:
        case Meaning.NAMESPACE_NAME:
            return relabel(atom, NAMESPACE_NAME)
        case Meaning.NAMESPACE_LABEL:
            return relabel(atom, Label(Scope.NAMESPACE, rest))
        case Meaning.CLUSTER_NAME if isinstance(atom, Exists):
            return EVERYTHING
        case _:
            raise BeyondError(f"a selector on the {record.means} under Cilium is not read", atom.origin)


def confined(peers: tuple[Peer, ...]) -> tuple[Peer, ...]:
    """The peers of a rule where selectors mean pods of the own cluster alone. Raises BeyondError."""
    return tuple([_confined(peer) if isinstance(peer, Workloads) else peer for peer in peers])


def _confined(peer: Workloads) -> Workloads:
    asked = own_pods(peer.pods) if isinstance(peer.namespaces, OwnNamespace) else pods(peer.pods)
    return replace(peer, pods=asked)


def unconfined(peers: tuple[Peer, ...]) -> tuple[Peer, ...]:
    """The peers of a rule, and whom else they mean where the own cluster is not added. Raises BeyondError."""
    return confined(peers) + tuple([stray for peer in peers if isinstance(peer, Workloads) for stray in _strays(peer)])


def _strays(peer: Workloads) -> Iterator[Peer]:
    """Whom Cilium means besides pods where no positive term is left and it does not add its own cluster."""
    if isinstance(peer.namespaces, OwnNamespace) or peer.namespaces == EVERYTHING:
        return
    if all(isinstance(term, Not) for asked in (peer.namespaces, peer.pods) for term in _terms(asked)):
        yield Kinds(tuple(kind for kind in Kind if kind is not Kind.PODS), peer.origin)
        yield Both((Kinds((Kind.PODS, Kind.OUTSIDE)), Opaque(AGGREGATES)), peer.origin)


def _terms(asked: Selector) -> tuple[Selector, ...]:
    return asked.terms if isinstance(asked, And) else (asked,)
