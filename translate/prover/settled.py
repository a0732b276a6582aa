"""What ranges match where they hold nodes or pods, said in peers, so that lowering needs to know nothing of it.

Only the symbolic side reads policies through this; the plain interpreter has its own account of it.
"""

from __future__ import annotations

from itertools import product
from typing import assert_never

from msgspec.structs import replace

from translate.model.peers import (
    COMMON_KINDS,
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kind,
    Kinds,
    Nodes,
    Opaque,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import Policy, PolicySet, Rule, Section
from translate.model.semantics import Semantics
from translate.model.unknowns import OwnNodeIn, PodIn

OWN, OTHERS, PODS = Kinds((Kind.OWN_NODE,)), Kinds((Kind.OTHER_NODES,)), Kinds((Kind.PODS,))
IPV4, IPV6 = Cidr("0.0.0.0/0", (), Reach.ADDRESS), Cidr("::/0", (), Reach.ADDRESS)


def settled(policies: PolicySet) -> PolicySet:
    """The same set with what its ranges match written out."""
    engine = policies.semantics
    if not (engine.ranges_hold_nodes or engine.ranges_hold_pods):
        return policies
    return replace(policies, policies=tuple(_policy(policy, engine) for policy in policies.policies))


def _policy(policy: Policy, engine: Semantics) -> Policy:
    return replace(policy, ingress=_section(policy.ingress, engine), egress=_section(policy.egress, engine))


def _section(section: Section | None, engine: Semantics) -> Section | None:
    if section is None:
        return None
    return replace(section, rules=tuple(settled_rule(rule, engine) for rule in section.rules))


def settled_rule(rule: Rule, engine: Semantics) -> Rule:
    """The same for one rule."""
    return replace(rule, peers=tuple(found for peer in rule.peers for found in _peers(peer, engine)))


def _peers(peer: Peer, engine: Semantics) -> list[Peer]:
    """Peers that together are ``peer``."""
    match peer:
        case Cidr(reach=Reach.OUTSIDE):
            return [peer, *_nodes(peer, engine), *_pods(peer, engine), *_endpoints(peer, engine)]
        case Both(inner):
            return [replace(peer, peers=parts) for parts in product(*(_peers(part, engine) for part in inner))]
        case Except(inner):
            parts = tuple(Except(found, peer.origin) for found in _peers(inner, engine))
            return [parts[0] if len(parts) == 1 else Both(parts, peer.origin)]
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Kinds() | Opaque():
            return [peer]
        case never:
            assert_never(never)


def _nodes(peer: Cidr, engine: Semantics) -> list[Peer]:
    """The nodes in a range: by a range of length 0 Cilium finds them only where it finds pods, too."""
    if not engine.ranges_hold_nodes or (peer.block.endswith("/0") and not engine.ranges_hold_pods):
        return []
    return [Both((OTHERS, replace(peer, reach=Reach.ADDRESS)), peer.origin), *_own_node(peer)]


def _pods(peer: Cidr, engine: Semantics) -> list[Peer]:
    """The pods in a range: by the address that the packet shows, and by the one of the other family."""
    if not engine.ranges_hold_pods:
        return []
    other = IPV4 if ":" in peer.block else IPV6
    holes = [Except(Opaque(PodIn(hole))) for hole in peer.excluding]
    shown = Both((PODS, replace(peer, reach=Reach.ADDRESS)), peer.origin)
    return [shown, Both((PODS, other, Opaque(PodIn(peer.block)), *holes), peer.origin)]


def _endpoints(peer: Cidr, engine: Semantics) -> list[Peer]:
    """Endpoints of the engine's own: nobody knows their addresses, so all mean them where pods count."""
    whole = engine.ranges_hold_pods and peer.block.endswith("/0")
    return [Except(Kinds(COMMON_KINDS), peer.origin)] if whole else []


def _own_node(peer: Cidr) -> list[Peer]:
    """The own node is meant by any of its addresses: the one that the packet shows, and others that nobody knows."""
    holes = [Except(found) for hole in peer.excluding for found in _has_address(hole)]
    return [Both((OWN, found, *holes), peer.origin) for found in _has_address(peer.block)]


def _has_address(block: str) -> tuple[Peer, ...]:
    return Cidr(block, (), Reach.ADDRESS), Opaque(OwnNodeIn(block))
