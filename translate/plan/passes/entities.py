"""Everyone of a kind (pods, the own node, other nodes, whatever is outside) and what only the cluster knows, where the
target has no word for it: with facts about addresses they are ranges, and some of it is no matter.

The own node is let in anyway outside Cilium. Endpoints of Cilium's own are nowhere else: a rule that names them is
lost, one that means them among all others means whoever there is. Pods are pods of all namespaces. Outside is every
address that is neither a pod's nor a node's; without facts Kubernetes leaves to the engine what a range means, and
elsewhere the peer is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Origin
from translate.core.ranges import lies_in, overlap
from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import (
    ENDPOINTS,
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
    told_apart,
)
from translate.model.policy import Action, Direction, Policy, Rule, Section
from translate.model.selectors import EVERYTHING
from translate.model.unknowns import API_SERVER
from translate.plan.contained import fewest_holes
from translate.plan.context import Pass, Target
from translate.plan.losing import access, drop
from translate.plan.passes.peer_words import SERVERS, STATED
from translate.tables.records import PeerWord

DROPPED, WIDER, ENDPOINT, NO_COUNTERPART = "NPT508", "NPT506", "NPT517", "NPT210"
WORLD = ("0.0.0.0/0", "::/0")
ENDPOINT_CALLED = {
    Kind.HEALTH: "health checks of {} (entity health)",
    Kind.INGRESS: "{}'s ingress proxy (entity ingress: its Gateways and Ingresses)",
    Kind.INIT: "endpoints that {} has no labels of yet (entity init)",
    Kind.UNMANAGED: "pods that {} does not manage (entity unmanaged)",
}
INSTEAD = {
    Kind.HEALTH: "nothing else has these checks: nobody misses it where the cluster no longer runs {}",
    Kind.INGRESS: "add a rule for the pods of your own ingress controller (gateway) instead",
    Kind.INIT: "if some pods must be let through from their first moment, add a rule for them",
    Kind.UNMANAGED: "add a rule for the pods that are meant, by their labels",
}
NO_PODS = {Kind.OWN_NODE, Kind.OTHER_NODES, Kind.OUTSIDE}
EXCEPT = "leave the deny out if nothing takes the place of what it keeps out, or deny the pods that do"
RANGES = "state the address ranges of pods and nodes (--pods, --nodes)"
SHARED = "where no pod has the address of a node, state ranges that do not overlap"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Say kinds of peers as pods and ranges, as far as that is the same."""
    if PeerWord.KINDS in target.can.peer_words or not any(
        isinstance(peer, (Kinds, Both, Opaque))
        for policy in policies
        for rule in rules_of(policy)
        for peer in rule.peers
    ):
        return policies

    def section(policy: Policy, direction: Direction) -> Section | None:
        found = policy.section(direction)
        if found is None:
            return None
        rules = tuple(made for rule in found.rules for made in _rule(rule, policy, direction, target, report))
        return replace(found, rules=rules)

    return tuple(
        replace(policy, ingress=section(policy, Direction.INGRESS), egress=section(policy, Direction.EGRESS))
        for policy in policies
    )


def _rule(rule: Rule, policy: Policy, direction: Direction, target: Target, report: Report) -> Iterator[Rule]:
    peers: list[Peer] = []
    for peer in _together(rule.peers):
        for found in _said(peer, direction, rule, target):
            if isinstance(found, _Lost):
                if found.wider and _may_widen(rule, target) and target.loosens(WIDER, found.origin, policy):
                    _widen(found, rule, policy, report)
                    peers += found.wider
                elif found.code == NO_COUNTERPART:
                    # To leave everyone out would be far from what is meant.
                    message = f"{found.what}: a {target.can.title} has no word for them"
                    report.refuse(NO_COUNTERPART, message, origin=found.origin, about=policy.called, hint=found.hint)
                else:
                    code, why, hint = found.code, found.why, found.hint
                    drop(code, found.what, rule, policy, target, report, origin=found.origin, why=why, hint=hint)
                    peers += found.kept
            else:
                peers.append(found)
    if peers:
        yield rule if tuple(peers) == rule.peers else replace(rule, peers=tuple(peers))


def _may_widen(rule: Rule, target: Target) -> bool:
    """Whether a wider peer lets through more and nothing else: a Deny would stop more, and where order was worked out
    others are left out on purpose.
    """
    return rule.action is not Action.DENY and not target.flat


def _together(peers: tuple[Peer, ...]) -> Iterator[Peer]:
    """The peers, all that are kinds as one: the own node and the others are all nodes. Beside everyone is nobody."""
    found = [peer for peer in peers if isinstance(peer, Kinds)]
    everyone = next((peer for peer in peers if isinstance(peer, Anyone) or peer == Kinds(tuple(Kind))), None)
    if everyone is not None:
        yield everyone
        return
    if found:
        yield Kinds(tuple(dict.fromkeys(kind for peer in found for kind in peer.kinds)), found[0].origin)
    yield from (peer for peer in peers if not isinstance(peer, Kinds))


class _Lost:
    """A peer that cannot be said; ``wider``: the nearest that can, ``kept``: what of it can."""

    def __init__(
        self,
        what: str,
        origin: Origin,
        hint: str = "",
        wider: tuple[Peer, ...] = (),
        code: str = DROPPED,
        why: str = "",
        kept: tuple[Peer, ...] = (),
    ) -> None:
        self.what, self.origin, self.hint, self.wider, self.code, self.why = what, origin, hint, wider, code, why
        self.kept = kept


def _widen(lost: _Lost, rule: Rule, policy: Policy, report: Report) -> None:
    message = f"{access('gain', 'pods and nodes', rule, policy)}: {lost.what} are said as all addresses"
    report.lose(WIDER, Effect.LOOSER, message, origin=lost.origin, about=policy.called, hint=lost.hint)


def _said(peer: Peer, direction: Direction, rule: Rule, target: Target) -> Iterator[Peer | _Lost]:
    match peer:
        case Kinds(kinds):
            yield from _kinds(frozenset(kinds), peer, direction, rule, target)
        case Both((Kinds(kinds), Opaque(unknown))) if unknown == API_SERVER:
            if not kinds:
                return
            yield from _api_server(peer, target.facts)
        case Both((Kinds(()), *_)):
            return
        case Both((Kinds(kinds), Cidr() as where)):
            yield from _in_range(frozenset(kinds), where, target)
        case Anyone() | Workloads() | Cidr() | Nodes() | Fqdn() | Opaque() | Both() | Except():
            yield peer
        case never:
            assert_never(never)


def _kinds(
    kinds: frozenset[Kind], peer: Kinds, direction: Direction, rule: Rule, target: Target
) -> Iterator[Peer | _Lost]:
    if kinds == frozenset(Kind):
        yield Anyone(peer.origin)
        return
    named = told_apart(kinds)
    left = [_called(kind, direction, target) for kind in ENDPOINTS if kind not in kinds]
    is_told = target.facts.pods and target.facts.nodes
    if kinds >= NO_PODS and 0 < len(left) <= len(named) and not is_told:
        what = f"everyone but {' and '.join(left)}"
        yield _Lost(what, peer.origin, f"{EXCEPT}; or {RANGES}", code=NO_COUNTERPART)
        return
    yield from (_endpoint(kind, _naming(rule, peer, kind), rule, direction, target) for kind in named)
    if Kind.PODS in kinds:
        yield Workloads(EVERYTHING, EVERYTHING, None, _naming(rule, peer, Kind.PODS).origin)
    nodes = kinds & {Kind.OWN_NODE, Kind.OTHER_NODES}
    if nodes == {Kind.OWN_NODE} and direction is Direction.INGRESS and rule.action is Action.ALLOW:
        nodes = frozenset()  # kubelet gets in without a rule
    if nodes:
        yield from _nodes(nodes, _naming(rule, peer, *nodes), direction, target)
    if Kind.OUTSIDE in kinds:
        yield from _outside(_naming(rule, peer, Kind.OUTSIDE), target)


def _naming(rule: Rule, together: Kinds, *kinds: Kind) -> Kinds:
    """All that the rule says of kinds, from the place that names one of ``kinds``."""
    at = (peer.origin for peer in rule.peers if isinstance(peer, Kinds) and not set(kinds).isdisjoint(peer.kinds))
    return replace(together, origin=next(at, together.origin))


def _endpoint(kind: Kind, peer: Kinds, rule: Rule, direction: Direction, target: Target) -> _Lost:
    """An endpoint of an engine's own that a rule means for itself."""
    why = f"a {target.can.title} has no such peer, as only {target.source.title} has it"
    instead = INSTEAD[kind].format(target.source.title)
    without = EXCEPT if target.facts.pods and target.facts.nodes else f"{EXCEPT}; or {RANGES}"
    hint = instead if rule.action is Action.ALLOW else without
    return _Lost(_called(kind, direction, target), peer.origin, hint, code=ENDPOINT, why=why)


def _called(kind: Kind, direction: Direction, target: Target) -> str:
    """An endpoint of an engine's own in words; what a proxy sends it sends for its clients."""
    clients = "clients of " if (kind, direction) == (Kind.INGRESS, Direction.INGRESS) else ""
    return clients + ENDPOINT_CALLED[kind].format(target.source.title)


def _nodes(kinds: frozenset[Kind], peer: Kinds, direction: Direction, target: Target) -> Iterator[Peer | _Lost]:
    """All nodes but for one direction's own: an egress rule for one of the two cannot be said, it differs per pod."""
    both = len(kinds) == 2 or (direction is Direction.INGRESS and Kind.OTHER_NODES in kinds)
    if both and target.facts.nodes:
        yield from _ranges_of_nodes(peer, target.facts)
        return
    hint = "state the addresses of nodes (--nodes)" if both else ""
    alone = "processes on a pod's own node" if Kind.OWN_NODE in kinds else "nodes other than a pod's own"
    yield _Lost("nodes" if both else alone, peer.origin, hint)


def _ranges_of_nodes(peer: Kinds, facts: Facts) -> Iterator[Peer | _Lost]:
    """The ranges of nodes, without what pods may have as well: a range would let these in."""
    shared = {block: tuple(hole for hole in facts.pods if overlap(block, hole)) for block in facts.nodes}
    for block, holes in shared.items():
        if not any(lies_in(block, hole) for hole in holes):
            yield Cidr(block, holes, Reach.ADDRESS, peer.origin)
    if any(shared.values()):
        meant = (
            f"nodes with addresses that pods may have as well ({', '.join(b for b, holes in shared.items() if holes)})"
        )
        whole = tuple(Cidr(block, (), Reach.ADDRESS, peer.origin) for block, holes in shared.items() if holes)
        yield _Lost(meant, peer.origin, SHARED, whole)


def _outside(peer: Kinds, target: Target) -> Iterator[Peer | _Lost]:
    """Addresses outside the cluster: all but those of pods and nodes.

    Where a range may mean pods or not, as the engine has it, it is taken for what is outside, unless pods are kept out
    on purpose: on an engine that compares addresses the range would let them in.
    """
    facts = target.facts
    if facts.pods and facts.nodes:
        for block in WORLD:
            if block == WORLD[0] or any(":" in hole for hole in facts.pods):
                yield from _cut(Cidr(block, (), Reach.ADDRESS, peer.origin), facts)
    elif target.can.reach == "open" and not target.flat:
        yield from (Cidr(block, (), Reach.OPEN, peer.origin) for block in WORLD)
    else:
        from translate.plan.inhabited import deserted  # only where no word for it is known

        wide = tuple(Cidr(block, (), Reach.ADDRESS, peer.origin) for block in WORLD)
        kept = [part for whole in wide if (part := deserted(whole, facts)) is not None]
        which = "private addresses" if kept else "addresses"
        yield _Lost(f"{which} outside the cluster", peer.origin, RANGES, wide, kept=tuple(kept))


def _in_range(kinds: frozenset[Kind], where: Cidr, target: Target) -> Iterator[Peer | _Lost]:
    """What is no pod in a range: addresses outside the cluster, and where a range may mean nodes, these too."""
    if Kind.OUTSIDE not in kinds:
        yield _Lost(f"nodes inside {where.block}", where.origin)
    elif target.facts.pods and target.facts.nodes:
        yield from _cut(where, target.facts)
    elif target.flat and target.can.reach == "open":
        yield _Lost(f"addresses of {where.block} outside the cluster", where.origin, RANGES, (where,))
    else:
        yield replace(where, reach=Reach.OUTSIDE)


def _cut(where: Cidr, facts: Facts) -> Iterator[Cidr]:
    """A range without the addresses of pods and nodes."""
    known = [block for block in (*facts.pods, *facts.nodes) if overlap(block, where.block)]
    if not any(lies_in(where.block, block) for block in known):
        yield replace(where, excluding=fewest_holes(where.excluding, known), reach=Reach.ADDRESS)


def _api_server(peer: Peer, facts: Facts) -> Iterator[Peer | _Lost]:
    if facts.api_servers:
        yield from (Cidr(block, (), Reach.ADDRESS, peer.origin) for block in facts.api_servers)
        return
    yield _Lost(SERVERS, peer.origin, STATED)


def _broken(policy: Policy, target: Target) -> bool:
    unsaid = PeerWord.KINDS not in target.can.peer_words
    return unsaid and any(isinstance(peer, Kinds) for rule in rules_of(policy) for peer in rule.peers)


PASS = Pass(
    run,
    needs="compound peers as they were lifted",
    guarantees="no peer is everyone of a kind alone where the target has no word for it",
    broken=_broken,
)
