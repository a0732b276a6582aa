"""Who may stand for a peer or a subject of a policy in a try, and why nobody may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import assert_never

from translate.model.facts import Facts
from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kind,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Workloads,
    asked_together,
    parts,
)
from translate.model.policy import Direction, Policy, Rule
from translate.model.selectors import EVERYTHING, Selector, conjunction
from translate.probing.homes import Homes
from translate.probing.solutions import solutions
from translate.probing.trials import PodSpec, specs

MOST_PODS = 3


@dataclass(frozen=True, slots=True)
class Untestable:
    """Why something is not tried, and what would make it possible."""

    text: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class ProbeEnds:
    """Who may stand for a peer: pods, addresses outside where ``outside``; where nobody may, the ``reason``."""

    pods: tuple[PodSpec, ...] = ()
    outside: bool = False
    reason: Untestable | None = None


UNMAKEABLE = Untestable("no pod can be made that is what it selects")
FROM_OUTSIDE = Untestable("it comes from outside the cluster, where no probe pod is")
OF_NODES = Untestable("it is about nodes, and no probe pod is on the network of its node")
OF_THE_ENGINE = Untestable("it is about endpoints of the engine's own, which no probe pod is")
UNCONTROLLED = Untestable(
    "it is about addresses outside the cluster, and none of them is known to answer",
    "--outside ADDRESS:PORT, or NAME:PORT, names one that does",
)


def subjects(policy: Policy, rule: Rule | None, homes: Homes) -> tuple[PodSpec, ...]:
    """Pods that ``policy`` governs, and ``rule`` is for where it is for some of them only."""
    own = isinstance(policy.subject.namespaces, OwnNamespace)
    asked = asked_together(policy.subject.namespaces, policy.subject.pods)
    for peer in rule.subject or () if rule is not None else ():
        inner = [part for part in parts(peer) if isinstance(part, Workloads)]
        if inner:
            asked = conjunction(asked, *(asked_together(one.namespaces, one.pods) for one in inner))
            break
    return _pods(asked, policy.identity.namespace if own else None, homes)


def ends(peer: Peer, policy: Policy, direction: Direction, homes: Homes, facts: Facts) -> ProbeEnds:
    """Who may stand for ``peer`` of a rule."""
    outgoing = direction is Direction.EGRESS
    match peer:
        case Anyone():
            return ProbeEnds(plain(policy, homes), outgoing)
        case Workloads():
            return _made((peer,), policy, homes)
        case Cidr():
            return _found_outside(plain(policy, homes) if facts.pods else (), outgoing)
        case Fqdn():
            return _found_outside((), outgoing)
        case Kinds(kinds):
            return _of_kinds(kinds, policy, homes, outgoing=outgoing)
        case Nodes():
            return ProbeEnds(reason=OF_NODES)
        case Opaque(unknown):
            return ProbeEnds(reason=Untestable(f"only the cluster knows who is meant ({unknown})", unknown.way))
        case Both():
            inner = tuple(part for part in peer.peers if isinstance(part, Workloads))
            if inner:
                return _made(inner, policy, homes)
            if any(_is_of_nodes(part) for part in parts(peer)):
                return ProbeEnds(reason=OF_NODES)
            return _found_outside(plain(policy, homes), outgoing)
        case Except():
            return ProbeEnds(plain(policy, homes), outgoing)
        case never:
            assert_never(never)


def _of_kinds(kinds: tuple[Kind, ...], policy: Policy, homes: Homes, *, outgoing: bool) -> ProbeEnds:
    if Kind.PODS in kinds:
        return ProbeEnds(plain(policy, homes), outgoing and Kind.OUTSIDE in kinds)
    if Kind.OUTSIDE in kinds:
        return _found_outside((), outgoing)
    nodes = Kind.OWN_NODE in kinds or Kind.OTHER_NODES in kinds
    return ProbeEnds(reason=OF_NODES if nodes else OF_THE_ENGINE)


def _is_of_nodes(peer: Peer) -> bool:
    """Whether it means nodes and nobody else."""
    own = (Kind.OWN_NODE, Kind.OTHER_NODES)
    return isinstance(peer, Nodes) or (isinstance(peer, Kinds) and all(kind in own for kind in peer.kinds))


def _found_outside(pods: tuple[PodSpec, ...], outgoing: bool) -> ProbeEnds:
    return ProbeEnds(pods, outgoing, UNCONTROLLED if outgoing else FROM_OUTSIDE)


def _made(peers: tuple[Workloads, ...], policy: Policy, homes: Homes) -> ProbeEnds:
    own = any(isinstance(one.namespaces, OwnNamespace) for one in peers)
    asked = conjunction(*(asked_together(one.namespaces, one.pods) for one in peers))
    found = _pods(asked, policy.identity.namespace if own else None, homes)
    return ProbeEnds(found, reason=None if found else UNMAKEABLE)


def plain(policy: Policy, homes: Homes) -> tuple[PodSpec, ...]:
    """Pods without labels: one in a namespace of the plan, one in that of the policy."""
    own = policy.identity.namespace
    return (PodSpec(homes.made()), *((PodSpec(own),) if own is not None else ()))


def _pods(asked: Selector, own: str | None, homes: Homes) -> tuple[PodSpec, ...]:
    found = (spec for given in solutions(asked) for spec in specs(given, homes, own))
    return tuple(islice(dict.fromkeys(found), MOST_PODS))


def others(peers: tuple[PodSpec, ...], policy: Policy, homes: Homes) -> Iterator[PodSpec]:
    """Pods that are nearly such peers, the nearest first: without one of the labels, in another namespace, plain."""
    own = policy.identity.namespace
    for peer in peers:
        near_by = () if peer.is_dns else peer.labels
        for label in near_by:
            yield PodSpec(peer.namespace, tuple(one for one in peer.labels if one != label), peer.account)
        if peer.namespace != homes.made():
            yield PodSpec(homes.made(), peer.labels)
        for label in near_by:
            changed = ((key, value) if key != label[0] else (key, "probe") for key, value in peer.labels)
            yield PodSpec(peer.namespace, tuple(changed), peer.account)
    yield PodSpec(homes.made())
    if own is not None:
        yield PodSpec(own)


def everything(peer: Peer) -> bool:
    """Whether there is nobody that ``peer`` does not mean."""
    return isinstance(peer, Anyone) or (isinstance(peer, Workloads) and peer.pods == peer.namespaces == EVERYTHING)
