"""What ranges match where they hold nodes, said in peers, so that lowering needs to know nothing of it.

Only the symbolic side reads policies through this; the plain interpreter has its own account of it.
"""

from __future__ import annotations

from itertools import product
from typing import assert_never

from msgspec.structs import replace

from translate.model.peers import Anyone, Both, Cidr, Except, Fqdn, Kind, Kinds, Nodes, Opaque, Peer, Reach, Workloads
from translate.model.policy import Policy, PolicySet, Rule, Section
from translate.model.unknowns import OwnNodeIn

OWN, OTHERS = Kinds((Kind.OWN_NODE,)), Kinds((Kind.OTHER_NODES,))


def settled(policies: PolicySet) -> PolicySet:
    """The same set with what its ranges match written out."""
    if not policies.semantics.ranges_hold_nodes:
        return policies
    return replace(policies, policies=tuple(_policy(policy) for policy in policies.policies))


def _policy(policy: Policy) -> Policy:
    return replace(policy, ingress=_section(policy.ingress), egress=_section(policy.egress))


def _section(section: Section | None) -> Section | None:
    return None if section is None else replace(section, rules=tuple(_rule(rule) for rule in section.rules))


def _rule(rule: Rule) -> Rule:
    return replace(rule, peers=tuple(found for peer in rule.peers for found in _peers(peer)))


def _peers(peer: Peer) -> list[Peer]:
    """Peers that together are ``peer``."""
    match peer:
        case Cidr(block, _, Reach.OUTSIDE) if not block.endswith("/0"):
            return [peer, Both((OTHERS, replace(peer, reach=Reach.ADDRESS)), peer.origin), *_own_node(peer)]
        case Both(inner):
            return [replace(peer, peers=parts) for parts in product(*map(_peers, inner))]
        case Except(inner):
            parts = tuple(Except(found, peer.origin) for found in _peers(inner))
            return [parts[0] if len(parts) == 1 else Both(parts, peer.origin)]
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return [peer]
        case never:
            assert_never(never)


def _own_node(peer: Cidr) -> list[Peer]:
    """The own node is meant by any of its addresses: the one that the packet shows, and others that nobody knows."""
    holes = [Except(found) for hole in peer.excluding for found in _has_address(hole)]
    return [Both((OWN, found, *holes), peer.origin) for found in _has_address(peer.block)]


def _has_address(block: str) -> tuple[Peer, ...]:
    return Cidr(block, (), Reach.ADDRESS), Opaque(OwnNodeIn(block))
