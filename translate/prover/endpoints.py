"""Endpoints of an engine's own as subjects: a set of policies as one of them meets it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from translate.model.peers import Kind
from translate.model.policy import PolicySet, Subject
from translate.model.selectors import EVERYTHING
from translate.model.semantics import Enforcement
from translate.prover.point import PeerClass

EVERY = Subject(EVERYTHING, EVERYTHING)
AS_PEERS = {Kind.INGRESS: PeerClass.INGRESS, Kind.HEALTH: PeerClass.HEALTH, Kind.INIT: PeerClass.INIT}
"""Those that policies may govern, the most telling first."""


def governed(before: PolicySet, after: PolicySet) -> Iterator[tuple[PeerClass, PolicySet, PolicySet]]:
    """Each kind of endpoint that policies of either set govern, where both engines have such, with the sets of what
    governs it; without those kinds for which another one stands.
    """
    for kinds, mine, theirs in governed_alike(before, after):
        yield kinds[0], mine, theirs


def governed_alike(before: PolicySet, after: PolicySet) -> Iterator[tuple[tuple[PeerClass, ...], PolicySet, PolicySet]]:
    """The same with all kinds that are governed alike together, the most telling first."""
    if not (before.semantics.has_endpoints and after.semantics.has_endpoints):
        return
    known = {kind for one in (before, after) for policy in one.policies for kind in policy.subject.endpoints}
    found: list[tuple[list[PeerClass], PolicySet, PolicySet]] = []
    for kind in AS_PEERS if known else ():
        mine, theirs = _of(before, kind), _of(after, kind)
        alike = next((kinds for kinds, *sets in found if sets == [mine, theirs]), None)
        if alike is not None:
            alike.append(AS_PEERS[kind])
        elif mine != theirs:
            found.append(([AS_PEERS[kind]], mine, theirs))
    yield from ((tuple(kinds), mine, theirs) for kinds, mine, theirs in found)


def _of(policies: PolicySet, kind: Kind) -> PolicySet:
    """The policies that govern such an endpoint, as if it were all that there is to govern."""
    found = tuple(replace(p, subject=EVERY) for p in policies.policies if kind in p.subject.endpoints)
    # An endpoint without labels yet is isolated whether a policy selects it or not.
    nowhere = policies.semantics.enforcement is Enforcement.NOWHERE
    isolated = kind is Kind.INIT and not nowhere
    semantics = replace(policies.semantics, enforcement=Enforcement.EVERYWHERE) if isolated else policies.semantics
    return replace(policies, policies=found, semantics=semantics, unjudged=(), services=(), assumed=())
