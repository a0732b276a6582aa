"""The ranges that a rule lists, as runs of addresses: there may be a hundred thousand, and each is met often."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from translate.core.ranges import bounds
from translate.model.peers import Cidr, Peer, Reach
from translate.prover.canonical import NumberRun, joined
from translate.prover.interpretations import WITH_PODS, Interpretation

LONG = 64
"""So many peers are worth the memory that their runs take."""


class RangesAndOthers(Struct, frozen=True):
    """Ranges by what they match, each kind where it comes first, in as few runs as can be; and all other peers."""

    ranges: dict[Reach, tuple[NumberRun, ...]]
    others: tuple[Peer, ...]

    def by_reach(self, reading: Interpretation) -> dict[bool, tuple[NumberRun, ...]]:
        """Whether only what is outside the cluster is matched, to the addresses."""
        open_is_outside = reading not in WITH_PODS
        found: dict[bool, tuple[NumberRun, ...]] = {}
        for reach, runs in self.ranges.items():
            outside = reach is Reach.OUTSIDE or (open_is_outside and reach is Reach.OPEN)
            found[outside] = joined([*found[outside], *runs]) if outside in found else runs
        return found


class RunsOfRules(Struct):
    """Looks at each long list of peers once, however often its rule is met."""

    _known: dict[int, tuple[tuple[Peer, ...], RangesAndOthers]] = field(default_factory=dict)
    """By the list itself, which is kept so that nothing else takes its place: all of it would have to be hashed."""

    def of(self, peers: tuple[Peer, ...]) -> RangesAndOthers:
        """The peers of a rule."""
        if len(peers) < LONG:
            return _sorted_out(peers)
        known = self._known.get(id(peers))
        if known is None:
            known = self._known[id(peers)] = peers, _sorted_out(peers)
        return known[1]


def _sorted_out(peers: Iterable[Peer]) -> RangesAndOthers:
    runs: dict[Reach, list[NumberRun]] = {}
    others: list[Peer] = []
    for peer in peers:
        if not isinstance(peer, Cidr):
            others.append(peer)
            continue
        known = runs.get(peer.reach)
        if known is None:
            known = runs[peer.reach] = []
        if peer.excluding:
            known += _without_holes(peer)
        else:
            known.append(bounds(peer.block))
    return RangesAndOthers({reach: joined(found) for reach, found in runs.items()}, tuple(others))


def _without_holes(peer: Cidr) -> list[NumberRun]:
    runs = [bounds(peer.block)]
    for hole in peer.excluding:
        first, last = bounds(hole)
        cut: list[NumberRun] = []
        for low, high in runs:
            cut += [run for run in ((low, min(high, first - 1)), (max(low, last + 1), high)) if run[0] <= run[1]]
        runs = cut
    return runs
