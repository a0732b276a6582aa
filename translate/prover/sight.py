"""What rules can tell of the addresses of a packet: where they can tell none, it is judged once for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from translate.model.peers import Cidr, Opaque, Peer, Reach, Workloads
from translate.model.policy import Rule
from translate.prover import alternatives
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.point import PODS, PeerClass


@dataclass(frozen=True, slots=True)
class Sight:
    """``always``: the address of the peer, or its family, is looked at; ``open``: that of a pod is wherever open ranges
    are read as of pods; ``own``: that of the subject is.
    """

    always: bool
    open: bool
    own: bool

    def sees(self, peer: PeerClass, reading: Interpretation) -> bool:
        """Whether addresses, or how ranges are read, may matter where the peer is of such a class."""
        return self.always or peer not in PODS or (self.open and reading in WITH_PODS)


def sight_of(rules: Iterable[Rule]) -> Sight:
    """What ``rules`` of one direction see, all of which are asked at one end."""
    asked = tuple(rules)
    peers = tuple(alternatives.peers(asked))
    own = any(rule.subject is not None for rule in asked)
    return Sight(
        own or any(map(_sees, peers)) or alternatives.tells_families(alternatives.each(asked)),
        any(map(_is_open, peers)),
        own,
    )


def _sees(peer: Peer) -> bool:
    """Whether it may look at the address of a pod, however ranges are read: unknown sets may be told by address."""
    match peer:
        case Cidr():
            return not _is_open(peer)
        case Workloads():
            return peer.sets is not None or peer.unseen is not None
        case _:
            return isinstance(peer, Opaque)


def _is_open(peer: Peer) -> bool:
    return isinstance(peer, Cidr) and peer.reach is Reach.OPEN
