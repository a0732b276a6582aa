"""All ways in which a connection may be, as far as policies can tell them apart and nobody told which it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import TypeVar

from msgspec.structs import replace

from translate.core.ranges import family
from translate.model.peers import Cidr, Peer, Reach
from translate.model.policy import PolicySet
from translate.model.semantics import TieBreak
from translate.model.ties import tell
from translate.model.traffic import ICMP, ICMPV6, WITH_PORTS
from translate.prover import alternatives
from translate.prover.asking import OpenQuestion
from translate.prover.connection import Connection, ConnectionEnd, EndKind, Labels, peer_class
from translate.prover.interpretations import WITH_OWN_NODE, WITH_PODS, Interpretation, interpretations
from translate.prover.judge import OF_ADDRESSES, Circumstances, Judge
from translate.prover.point import ENDPOINTS, PODS, PeerClass

Value = TypeVar("Value")
FAMILIES: dict[int, tuple[int, ...]] = {ICMP: (4,), ICMPV6: (6,)}
WHO = "--source-engine says who enforces these policies"
RANGES = OpenQuestion("the engine finds pods and nodes by ranges", WHO, "the engine finds no pods or nodes by ranges")
OWN_NODE = OpenQuestion(
    "the engine lets every pod reach its own node", WHO, "the engine judges what a pod sends to its own node"
)
FIRST = OpenQuestion("which of equal orders is first", "--source-version says which release it is")
FAMILY = OpenQuestion("the packet", "say an address of either end")
NODE = OpenQuestion("the node", "add the Pod with its nodeName, or say node or own-node")
NODE_LABELS = OpenQuestion("what the node has for labels", "name a Node of the input, as in node/NAME")
SOURCE_PORT = OpenQuestion("the source port", "say it behind --from, as in NAMESPACE/NAME:NUMBER")
OTHERS = (SOURCE_PORT, NODE_LABELS)
_Rest = tuple[tuple[str, ...], tuple[str, ...], tuple[int | None, ...], tuple[Labels, ...]]


def settings_of(judge: Judge) -> Iterator[Circumstances]:
    """Every setting; none where no packet can be sent between the ends."""
    near = _together(judge)
    connection = judge.connection
    both = (_readings(near, connection), _ties(near), _classes(connection), families(judge))
    names = (*(OpenQuestion(f"the address of {end.called}", OF_ADDRESSES) for end in _ends(connection)), *OTHERS)
    rests: dict[tuple[PeerClass | None, int], _Rest] = {}
    for reading, ties, kind, version in product(*both):
        if (kind, version) not in rests:
            rests[kind, version] = _rest(judge, kind, version)
        rest = rests[kind, version]
        shared = _told(near, both, (reading, ties, kind, version))
        if len(rest[0]) > 1 or len(rest[1]) > 1:
            shared.pop(FAMILY, None)  # the address says it
        open_ones = [number for number, ways in enumerate(rest) if len(ways) > 1]
        for chosen in product(*rest):
            told = {names[number]: _said(chosen[number]) for number in open_ones}
            yield Circumstances(reading, ties, kind, *chosen, told | shared)


def _rest(judge: Judge, kind: PeerClass | None, version: int) -> _Rest:
    """The addresses of both ends, the source ports and the labels of a node, where the rest is chosen."""
    source, destination = (_addresses(judge, end, version, kind) for end in _ends(judge.connection))
    return source, destination, _source_ports(judge), _node_labels(judge, kind)


def _ends(connection: Connection) -> tuple[ConnectionEnd, ConnectionEnd]:
    return connection.source, connection.destination


def _together(judge: Judge) -> PolicySet:
    """The policies that may matter at either end."""
    found = {id(policy): policy for near in judge.near.values() for policy in near.policies}
    mine = tuple(policy for policy in judge.policies.policies if id(policy) in found)
    return replace(judge.policies, policies=mine)


def _readings(near: PolicySet, connection: Connection) -> tuple[Interpretation, ...]:
    """The readings that may tell anything of such peers."""
    kinds = [
        found for end, other in permutations(_ends(connection)) if other.is_pod for found in peer_class(other, end)
    ]
    in_the_cluster = any(kind is not PeerClass.OUTSIDE for kind in kinds)
    own_node = PeerClass.OWN_NODE in kinds
    return tuple(
        reading
        for reading in interpretations(near)
        if (in_the_cluster or reading not in WITH_PODS) and (own_node or reading not in WITH_OWN_NODE)
    )


def _ties(near: PolicySet) -> tuple[TieBreak | None, ...]:
    return near.semantics.ties if tell(near) else (None,)


def _classes(connection: Connection) -> tuple[PeerClass | None, ...]:
    """What a node may be to the pod at the other end; None where there is nothing to choose."""
    source, destination = _ends(connection)
    subject, peer = (source, destination) if source.is_pod else (destination, source)
    found = peer_class(subject, peer)
    return found if len(found) > 1 else (None,)


def families(judge: Judge) -> tuple[int, ...]:
    """The address families of the packet, as far as they can matter."""
    found: tuple[int, ...] = FAMILIES.get(judge.connection.protocol, (4, 6))
    known = [end for end in _ends(judge.connection) if end.addresses]
    for end in known:
        found = tuple(version for version in found if version in {family(one) for one in end.addresses})
    possible = tuple(
        version for version in found if all(_has_address(judge, end, version) for end in _ends(judge.connection))
    )
    return possible if _tells_families(judge) else possible[:1]


def _tells_families(judge: Judge) -> bool:
    rules = [rule for one, near in judge.near.items() for rule in alternatives.rules(near.policies, one)]
    peers = (*alternatives.peers(rules), *alternatives.own_sides(rules))
    ranges = alternatives.blocks(peers, judge.policies.sets)
    return bool(ranges) or alternatives.tells_families(alternatives.each(rules))


def _has_address(judge: Judge, end: ConnectionEnd, version: int) -> bool:
    if end.addresses:
        return any(family(one) == version for one in end.addresses)
    return alternatives.has_address(version, _seen_as(judge.connection, end, None), judge.facts)


def _addresses(judge: Judge, end: ConnectionEnd, version: int, kind: PeerClass | None) -> tuple[str, ...]:
    """The addresses of one family that an end may have, as far as policies can tell them apart."""
    if end.addresses:
        return tuple(one for one in end.addresses if family(one) == version)
    seen = _seen_as(judge.connection, end, kind)
    ranges = alternatives.blocks(_asked_of(judge, end, seen), judge.policies.sets)
    return alternatives.addresses(ranges, version, seen, judge.facts)


def _seen_as(connection: Connection, end: ConnectionEnd, kind: PeerClass | None) -> PeerClass:
    if kind is not None and end.kind is EndKind.NODE:
        return kind
    source, destination = _ends(connection)
    return peer_class(destination if end is source else source, end)[0]


def _asked_of(judge: Judge, end: ConnectionEnd, seen: PeerClass) -> Iterator[Peer]:
    """What the rules at both ends ask that the address of ``end`` may answer."""
    for direction, (subject, peer) in judge.ends.items():
        rules = list(alternatives.rules(judge.near[direction].policies, direction))
        if subject is end:
            yield from alternatives.own_sides(rules)
        if peer is end and seen not in ENDPOINTS:
            yield from (one for one in alternatives.peers(rules) if _may_mean(one, seen, judge.policies))


def _may_mean(peer: Peer, seen: PeerClass, policies: PolicySet) -> bool:
    """Whether a range can mean such an end at all."""
    if not isinstance(peer, Cidr) or peer.reach is not Reach.OUTSIDE or seen is PeerClass.OUTSIDE:
        return True
    semantics = policies.semantics
    return semantics.ranges_hold_pods if seen in PODS else semantics.ranges_hold_nodes


def _source_ports(judge: Judge) -> tuple[int | None, ...]:
    if judge.connection.protocol not in WITH_PORTS:
        return (None,)
    if judge.connection.source_port is not None:
        return (judge.connection.source_port,)
    rules = [rule for one, near in judge.near.items() for rule in alternatives.rules(near.policies, one)]
    return alternatives.source_ports(alternatives.each(rules))


def _node_labels(judge: Judge, kind: PeerClass | None) -> tuple[Labels, ...]:
    """What labels a node may have that is one of the ends."""
    nodes = (EndKind.NODE, EndKind.OWN_NODE)
    node = next((end for end in _ends(judge.connection) if end.kind in nodes), None)
    if node is None:
        return ((),)
    if node.node_labels is not None:
        return (node.node_labels,)
    return alternatives.node_labels(_together(judge).policies)


def _told(near: PolicySet, ways: Sequence[Sequence[object]], chosen: Sequence[object]) -> dict[OpenQuestion, str]:
    """What is supposed, in words, where there are several ways."""
    reading, ties, kind, version = chosen
    found: dict[OpenQuestion, str] = {}
    for question, so in ((RANGES, WITH_PODS), (OWN_NODE, WITH_OWN_NODE)):
        if len({one in so for one in ways[0]}) > 1:
            found[question] = "yes" if reading in so else "no"
    if len(ways[1]) > 1 and isinstance(ties, TieBreak):
        found[FIRST] = _sentence(near, ties)
    if len(ways[2]) > 1 and isinstance(kind, PeerClass):
        found[NODE] = kind.value
    if len(ways[3]) > 1:
        found[FAMILY] = f"IPv{version}"
    return found


def _sentence(near: PolicySet, ties: TieBreak) -> str:
    told = near.semantics.sentences.ties
    at = near.semantics.ties.index(ties)
    return told[at] if at < len(told) else ties.value


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{key}={text}" for key, text in value) or "none"
    return str(value)
