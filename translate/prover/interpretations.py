"""How the points that the Kubernetes API leaves open are read.

An ``ipBlock`` over pod or node addresses and egress to the pod's own node are left to the engine (NetworkPolicy
documentation, "ipBlock" and "The two sorts of pod isolation"). Both only ever add allows, so the least and the most
bracket all that an engine may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from translate.model.peers import Cidr, Reach, parts
from translate.model.policy import Direction, PolicySet, Rule
from translate.model.semantics import OwnNode


class Interpretation(Enum):
    """What an engine may let through, the least first."""

    LEAST = "ranges are of addresses outside the cluster, and policies judge what a pod sends to its own node"
    BLOCKS = "ranges are of pods and nodes as well"
    OWN_NODE = "a pod always reaches its own node"
    MOST = "ranges are of pods and nodes as well, and a pod always reaches its own node"


WITH_PODS = frozenset((Interpretation.BLOCKS, Interpretation.MOST))
"""Open ranges match the addresses of pods and nodes."""
WITH_OWN_NODE = frozenset((Interpretation.OWN_NODE, Interpretation.MOST))
"""Egress to a pod's own node is let through."""
OF_ENGINES = frozenset(Interpretation) - WITH_OWN_NODE
"""How engines are known to read: Calico and Cilium ask the policies (semantics of either, own node)."""


def interpretations(policies: PolicySet) -> tuple[Interpretation, ...]:
    """The readings that tell engines of ``policies`` apart: one where an engine is named or nothing is left open."""
    semantics = policies.semantics
    if not semantics.leaves_open:
        return (Interpretation.LEAST,)
    ranges = next(_open(policies), None) is not None
    own_node = semantics.to_own_node is OwnNode.OPEN and any(policy.egress is not None for policy in policies.policies)
    return tuple(
        reading
        for reading in Interpretation
        if (ranges or reading not in WITH_PODS) and (own_node or reading not in WITH_OWN_NODE)
    )


def interpretations_of(policies: PolicySet, direction: Direction) -> tuple[Interpretation, ...]:
    """Those that tell engines apart in one direction."""
    semantics = policies.semantics
    open_here = OwnNode.OPEN is (semantics.from_own_node if direction is Direction.INGRESS else semantics.to_own_node)
    return tuple(one for one in interpretations(policies) if open_here or one not in WITH_OWN_NODE)


def open_blocks(policies: PolicySet) -> tuple[Cidr, ...]:
    """The IP ranges whose reach over pods and nodes is left open."""
    found: dict[tuple[str, tuple[str, ...]], Cidr] = {}
    for peer in _open(policies):
        found.setdefault((peer.block, peer.excluding), peer)
    return tuple(found.values())


def _open(policies: PolicySet) -> Iterator[Cidr]:
    for policy in policies.policies:
        for section in (policy.ingress, policy.egress):
            for rule in section.rules if section else ():
                yield from open_ranges(rule)


def open_ranges(rule: Rule) -> list[Cidr]:
    """The ranges of a rule that readings tell apart."""
    return [part for peer in rule.peers for part in parts(peer) if isinstance(part, Cidr) and part.reach is Reach.OPEN]
