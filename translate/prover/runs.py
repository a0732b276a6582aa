"""The ranges that a rule lists, as runs of addresses: there may be a hundred thousand, and each is met often."""

from __future__ import annotations

from collections.abc import Iterable

from translate.model.peers import Cidr, Peer, Reach
from translate.prover.addresses import bounds
from translate.prover.canonical import NumberRun
from translate.prover.interpretations import WITH_PODS, Interpretation


def runs_by_reach(peers: Iterable[Peer], reading: Interpretation) -> tuple[dict[bool, list[NumberRun]], list[Peer]]:
    """Whether ranges match only what is outside the cluster, to their runs in the order of the ranges, each kind where
    it comes first; and the peers that are no ranges.
    """
    open_is_outside = reading not in WITH_PODS
    found: dict[bool, list[NumberRun]] = {}
    others: list[Peer] = []
    for peer in peers:
        if not isinstance(peer, Cidr):
            others.append(peer)
            continue
        outside = peer.reach is Reach.OUTSIDE or (open_is_outside and peer.reach is Reach.OPEN)
        runs = found.get(outside)
        if runs is None:
            runs = found[outside] = []
        if peer.excluding:
            runs += _without_holes(peer)
        else:
            runs.append(bounds(peer.block))
    return found, others


def _without_holes(peer: Cidr) -> list[NumberRun]:
    runs = [bounds(peer.block)]
    for hole in peer.excluding:
        first, last = bounds(hole)
        cut: list[NumberRun] = []
        for low, high in runs:
            cut += [run for run in ((low, min(high, first - 1)), (max(low, last + 1), high)) if run[0] <= run[1]]
        runs = cut
    return runs
