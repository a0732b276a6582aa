"""The Kubernetes API as the engine that it specifies: what it leaves open any engine may do (NetworkPolicy concept)."""

from __future__ import annotations

from translate.model.peers import Reach
from translate.model.semantics import Combining, OwnNode, Semantics, Sentences, SharedPolicies, TieBreak
from translate.model.settings import EngineSettings

NAME, TITLE = "kubernetes", "Kubernetes"


def semantics(settings: EngineSettings) -> Semantics:
    """What the API demands; ``settings`` are of engines, and tell who is like what."""
    narrow = "Cilium" if all(one.reads_ranges_as_usual for one in settings.engines) else "Cilium by default"
    return Semantics(
        NAME,
        TITLE,
        Combining.PERMIT_UNION,
        Reach.OPEN,
        from_own_node=OwnNode.EXEMPT,
        to_own_node=OwnNode.OPEN,
        shared=SharedPolicies(),
        ties=(TieBreak.DENY_FIRST, TieBreak.ALLOW_FIRST),
        sentences=Sentences(
            ties=(
                "of equal priorities the engine applies, for each packet, what lets the least through",
                "of equal priorities the engine applies, for each packet, what lets the most through",
            ),
            narrow_ranges=f"as {narrow} does",
            wide_ranges="as Calico does",
        ),
    )
