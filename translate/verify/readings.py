"""How the points that the Kubernetes API leaves open are read.

An ``ipBlock`` over pod or node addresses and egress to the pod's own node are left to the engine (NetworkPolicy
documentation, "ipBlock" and "The two sorts of pod isolation"). Both only ever add allows, so two readings bracket all.
"""

from __future__ import annotations

from enum import Enum

from translate.model.peers import Cidr, Reach
from translate.model.policy import Engine, PolicySet


class Reading(Enum):
    """The least and the most that an engine may let through."""

    LEAST = "least"
    MOST = "most"


def readings(policies: PolicySet) -> tuple[Reading, ...]:
    """The readings that must be looked at; one where an engine is named or nothing is left open."""
    return (Reading.LEAST, Reading.MOST) if policies.engine is Engine.KUBERNETES else (Reading.LEAST,)


def open_blocks(policies: PolicySet) -> tuple[Cidr, ...]:
    """The IP ranges whose reach over pods and nodes is left open."""
    found: dict[tuple[str, tuple[str, ...]], Cidr] = {}
    for policy in policies.policies:
        for section in (policy.ingress, policy.egress):
            for rule in section.rules if section else ():
                for peer in rule.peers:
                    if isinstance(peer, Cidr) and peer.reach is Reach.OPEN:
                        found.setdefault((peer.block, peer.excluding), peer)
    return tuple(found.values())
