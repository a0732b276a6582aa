"""Whether what is ruled out leaves anything to ask about: a proof about nothing would call everything the same."""

from __future__ import annotations

from translate.model.facts import Facts
from translate.model.policy import Action
from translate.prover.diagram import ALLOWED, ALWAYS_ALLOWED, DENIED, Level, Tails
from translate.prover.lower import NODE_CLASSES, Lowering
from translate.prover.point import PeerClass
from translate.prover.search import find
from translate.prover.space import CLASS_BIT, COMMON_MASK, POD_MASK


def nothing_left(lowering: Lowering, ruled_out: Tails, facts: Facts) -> str:
    """Why no answer can be had where ``ruled_out`` leaves no packet of a kind; empty where it leaves some of each."""
    kinds = [
        ("packet", COMMON_MASK),
        ("packet to or from a node", NODE_CLASSES),
        ("packet to or from an address outside the cluster", CLASS_BIT[PeerClass.OUTSIDE]),
    ]
    if not facts.are_all("Pod"):  # where all are told, one that is alone has no other pod to talk to
        kinds.append(("packet between pods", POD_MASK))
    missing = [what for what, classes in kinds if ruled_out and _covers(lowering, ruled_out, classes)]
    return f"what is stated of the cluster leaves no {missing[0]} possible: it contradicts itself" if missing else ""


def _covers(lowering: Lowering, ruled_out: Tails, classes: int) -> bool:
    """Whether every point with a peer of ``classes`` is ruled out. Raises OutOfBudget."""
    diagram = lowering.diagram
    others = lowering.ruled_out([{0: lowering.space.full[0] & ~classes}])
    rest = frozenset((diagram.terminal(Level(0, Action.DENY)),))
    return find(diagram, ruled_out | others | rest, ALWAYS_ALLOWED, (DENIED, ALLOWED)) is None
