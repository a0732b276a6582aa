"""Ranges that no packet comes from or goes to in the cluster that is stated, whatever the rule asks besides."""

from __future__ import annotations

from collections.abc import Iterable

from translate.core.ranges import bounds, overlap
from translate.model.facts import Facts
from translate.model.peers import Both, Cidr, Peer, Reach
from translate.model.semantics import Semantics
from translate.prover.empty_rules import Why


def why_stated(peers: Iterable[Peer], semantics: Semantics, facts: Facts) -> Why | None:
    """Why what is stated leaves nobody that is one of ``peers``; None where it leaves somebody, or more than a look at
    their ranges would be needed.
    """
    found = [_why(peer, semantics, facts) for peer in peers]
    return None if None in found else next(iter(found), None)


def _why(peer: Peer, semantics: Semantics, facts: Facts) -> Why | None:
    if isinstance(peer, Both):
        return next(filter(None, (_why(part, semantics, facts) for part in peer.peers)), None)
    if not isinstance(peer, Cidr):
        return None
    if _covers(facts.services, peer.block):
        return Why.OF_SERVICES
    # A node may have an address of pods, and the API server one of either.
    unknown = semantics.ranges_hold_nodes or semantics.ranges_hold_pods
    if peer.reach is not Reach.OUTSIDE or unknown or any(overlap(peer.block, one) for one in facts.api_servers):
        return None
    return Why.OF_CLUSTER if _covers((*facts.pods, *facts.nodes), peer.block) else None


def _covers(blocks: Iterable[str], block: str) -> bool:
    """Whether ``blocks`` together hold all of ``block``."""
    first, last = bounds(block)
    for start, end in sorted(map(bounds, blocks)):
        if start > first:
            return False
        first = max(first, end + 1)
        if first > last:
            return True
    return False
