"""What the engine does that enforces a set of policies: the traits that decide verdicts, and the sentences about them.

A trait that is None is not known: no proof can be had of such an engine. Branches on traits are exhaustive.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from translate.model.peers import Reach


class Combining(StrEnum):
    """The combining algorithm: how the rules that match a packet become one answer."""

    FIRST_APPLICABLE = "the first rule that matches decides, tier by tier and policy by policy"
    DENY_OVERRIDES = "a deny beats every allow, whatever the sequence"
    PERMIT_UNION = "allows add up; what stands in other tiers than the default one is first applicable"


class OwnNode(StrEnum):
    """What is decided of the node that a pod runs on, apart from rules that mean it."""

    ALWAYS = "let through before any policy is asked"
    EXEMPT = "never cut off by isolation, but judged by the tiers around that"
    UNLESS_DENIED = "let through unless a deny means it"
    ASKED = "judged like any other peer"
    DROPPED = "dropped, whatever policies say"
    OPEN = "left to the engine: judged, or let through"


class Enforcement(StrEnum):
    """Which pods policies are enforced for."""

    SELECTED = "pods that a policy selects"
    EVERYWHERE = "all pods: what no policy selects is isolated"
    NOWHERE = "none"


class TieBreak(StrEnum):
    """Which of two policies of one tier and equal order stands first."""

    BY_NAME = "by name, then namespace, then kind"
    BY_NAMESPACE = "by namespace, those of the whole cluster by their tier, then by name"
    DENY_FIRST = "for each packet the one that lets the least through"
    ALLOW_FIRST = "for each packet the one that lets the most through"


class SharedPolicies(Struct, frozen=True, gc=False):
    """Where policies of the shared API stand that are enforced beside the set: in the default tier, and where sequence
    means anything, behind what is of a lower ``order`` and before what is of a higher one.
    """

    order: float = 0.0


class Sentences(Struct, frozen=True, gc=False):
    """What a reader is told of an engine, each where it matters; empty: nothing is.

    ``running``: how it is supposed to be set up, ``stated``: as somebody states it is. ``ties``: who tells equal orders
    apart like that, one for each of the engine's ``ties``. ``sets``: what a proof supposes of address sets that are not
    in the input, ``all_sets``: what is stated where facts have ``kind_of_sets`` complete. ``narrow_ranges`` and
    ``wide_ranges``: who reads ranges of an open reach so. ``drops``: how drops are seen without any rule that logs
    them. ``tunnels``: that VXLAN and IP-in-IP of pods are dropped before policies are asked, ``tunnels_let_through``:
    what keeps the engine from that.
    """

    running: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    sets: str = ""
    all_sets: str = ""
    kind_of_sets: str = ""
    narrow_ranges: str = ""
    wide_ranges: str = ""
    drops: str = ""
    tunnels: str = ""
    tunnels_let_through: str = ""


class Semantics(Struct, frozen=True, gc=False):
    """One engine as it is set up; ``title`` is how people call it, ``reach`` what its IP ranges match.

    ``ranges_hold_nodes``, ``ranges_hold_pods``: ranges of outside addresses match these as well; nodes are matched by
    one of length 0 only where pods are.
    ``shared``: where policies of the shared API stand, None where the engine does not enforce them.
    ``has_endpoints``: it has endpoints of its own (a proxy for Gateways, health checks), which are peers.
    ``ties``: how it may tell policies of equal order apart; with more than one any of them is possible, and policies
    are written by the first.
    ``from_own_node`` is about what the node sends to its pod, ``to_own_node`` about what a pod sends there.
    """

    name: str
    title: str = ""
    combining: Combining | None = None
    reach: Reach | None = None
    from_own_node: OwnNode | None = None
    to_own_node: OwnNode | None = None
    ranges_hold_nodes: bool = False
    ranges_hold_pods: bool = False
    has_endpoints: bool = False
    enforcement: Enforcement = Enforcement.SELECTED
    shared: SharedPolicies | None = None
    ties: tuple[TieBreak, ...] = ()
    sentences: Sentences = Sentences()

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known of the engine, in words."""
        return tuple(_unknown(self))

    @property
    def leaves_open(self) -> bool:
        """Whether some of its answers are any engine's: a specification, not an engine."""
        return self.reach is Reach.OPEN or OwnNode.OPEN in (self.from_own_node, self.to_own_node)

    @property
    def keeps_own_node_out(self) -> bool:
        """Whether policies can keep the node out of its pods."""
        return self.from_own_node in (OwnNode.UNLESS_DENIED, OwnNode.ASKED)

    def told_by(self, ties: TieBreak) -> Semantics:
        """The engine as one that is known to tell equal orders apart like that."""
        at = self.ties.index(ties)
        sentences = replace(self.sentences, ties=self.sentences.ties[at : at + 1])
        return replace(self, ties=(ties,), sentences=sentences)

    @property
    def has_order(self) -> bool:
        """Whether the sequence of rules and policies means anything everywhere."""
        match self.combining:
            case Combining.FIRST_APPLICABLE:
                return True
            case Combining.DENY_OVERRIDES | Combining.PERMIT_UNION | None:
                return False
            case never:
                assert_never(never)

    @property
    def denies_override(self) -> bool:
        """Whether a deny beats every allow."""
        match self.combining:
            case Combining.DENY_OVERRIDES:
                return True
            case Combining.FIRST_APPLICABLE | Combining.PERMIT_UNION | None:
                return False
            case never:
                assert_never(never)

    @property
    def only_adds(self) -> bool:
        """Whether there is nothing but allows that add up, other tiers than the default one apart."""
        match self.combining:
            case Combining.PERMIT_UNION:
                return True
            case Combining.FIRST_APPLICABLE | Combining.DENY_OVERRIDES | None:
                return False
            case never:
                assert_never(never)


def _unknown(semantics: Semantics) -> Iterator[str]:
    if semantics.combining is None:
        yield "how rules combine"
    if semantics.reach is None:
        yield "what an IP range matches"
    if semantics.from_own_node is None:
        yield "whether the own node is let in"
    if semantics.to_own_node is None:
        yield "whether the own node is reached"
