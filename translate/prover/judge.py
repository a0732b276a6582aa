"""A connection judged at both of its ends, under everything that is not known of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from translate.core.ranges import bounds
from translate.model.conditions import Condition
from translate.model.facts import Facts
from translate.model.policy import Direction, Policy, PolicySet
from translate.model.selectors import Scope
from translate.model.semantics import TieBreak
from translate.model.traffic import PROTOCOL_NAMES
from translate.model.unknowns import API_SERVER, OwnNodeIn, PodIn, Unknown
from translate.prover import alternatives
from translate.prover.addresses import place
from translate.prover.asking import Asked, Granted, OpenPod, OpenQuestion, Oracle, Supposed, open_set
from translate.prover.connection import Connection, ConnectionEnd, Labels, peer_class
from translate.prover.decision import Decision
from translate.prover.dns import stands_for
from translate.prover.evaluator import decide, governs
from translate.prover.interpretations import Interpretation
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.sight import sight_of
from translate.prover.trace import Trace, trace

NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)


class Circumstances(Struct, frozen=True):
    """One way in which all may be that is neither told nor asked for label by label; ``told``: in words, by question,
    where there are several ways.
    """

    reading: Interpretation
    ties: TieBreak | None
    peer_class: PeerClass | None
    """Of a node that may be the pod's own or another."""
    source_address: str
    destination_address: str
    source_port: int | None
    node_labels: Labels
    told: Mapping[OpenQuestion, str] = {}


class Judge:
    """What policies make of one connection in a cluster of ``facts``."""

    def __init__(self, policies: PolicySet, connection: Connection, facts: Facts) -> None:
        self.policies, self.connection, self.facts = policies, connection, facts
        source, destination = connection.source, connection.destination
        found = ((Direction.EGRESS, source, destination), (Direction.INGRESS, destination, source))
        self.ends = {direction: (subject, peer) for direction, subject, peer in found if subject.is_pod}
        self._kinds = {direction: peer_class(*ends)[0] for direction, ends in self.ends.items()}
        self.near = {direction: self._near(direction, subject) for direction, (subject, _) in self.ends.items()}
        self._values = {
            direction: alternatives.values(policies.policies, direction) for direction, policies in self.near.items()
        }
        self._sights = {
            direction: sight_of(alternatives.rules(policies.policies, direction))
            for direction, policies in self.near.items()
        }
        self._known: dict[Hashable, Decision] = {}
        """What asked for nothing, by what its end sees."""

    def _near(self, direction: Direction, subject: ConnectionEnd) -> PolicySet:
        """The policies that may govern an end: the others never matter."""
        pod = pod_of(subject, Oracle({}))
        return replace(
            self.policies,
            policies=tuple(
                p for p in self.policies.policies if p.section(direction) is not None and may_govern(p, pod)
            ),
        )

    def among_its_own(self) -> Judge:
        """A judge who sees no policies but those that may govern an end: answers are the same, and walks tell of no
        others.
        """
        near = {id(policy) for one in self.near.values() for policy in one.policies}
        kept = tuple(policy for policy in self.policies.policies if id(policy) in near)
        return Judge(replace(self.policies, policies=kept), self.connection, self.facts)

    def allows(self, directions: Iterable[Direction], setting: Circumstances, supposed: Supposed) -> bool:
        """Whether the connection gets through at the ends of ``directions``. Raises Asked."""
        return all(self._allows_at(direction, setting, supposed) for direction in directions)

    def _allows_at(self, direction: Direction, setting: Circumstances, supposed: Supposed) -> bool:
        seen = self.seen(direction, setting)
        found = self._known.get(seen)
        if found is None:
            point = self.point(direction, setting, self._oracle(direction, supposed))
            found = decide(self.near[direction], point, setting.reading, ties=setting.ties)
            if not supposed:  # it asked for nothing, so no answer would change it
                self._known[seen] = found
        return found.allowed

    def seen(self, direction: Direction, setting: Circumstances) -> Hashable:
        """What of ``setting`` the rules at an end can tell: where that is equal they do the same."""
        kind, mine, theirs = self._at(direction, setting)
        told = (direction.value, setting.peer_class, setting.ties, setting.source_port, setting.node_labels)
        sight = self._sights[direction]
        if not sight.sees(kind, setting.reading):
            return told
        return (*told, setting.reading.value, theirs, mine if sight.own else "")

    def _at(self, direction: Direction, setting: Circumstances) -> tuple[PeerClass, str, str]:
        """What the peer of an end is, the address of its subject and that of the peer."""
        kind = setting.peer_class or self._kinds[direction]
        if direction is Direction.INGRESS:
            return kind, setting.destination_address, setting.source_address
        return kind, setting.source_address, setting.destination_address

    def walk(self, direction: Direction, setting: Circumstances, supposed: Supposed, granted: Granted) -> Trace:
        """The walk at one end; what it asks beyond ``supposed`` matters to no verdict: it is ``granted``."""
        point = self.point(direction, setting, self._oracle(direction, supposed, granted))
        decided = self._known.get(self.seen(direction, setting))
        return trace(self.policies, point, setting.reading, setting.ties, decided)

    def _oracle(self, direction: Direction, supposed: Supposed, granted: Granted | None = None) -> Oracle:
        return Oracle(supposed, self._values[direction], granted)

    def point(self, direction: Direction, setting: Circumstances, oracle: Oracle) -> Point:
        """The point that an end is judged by."""
        subject, peer = self.ends[direction]
        kind, mine, theirs = self._at(direction, setting)
        asked, destination = self.connection, self.connection.destination
        return Point(
            direction=direction,
            subject=pod_of(subject, oracle),
            peer_class=kind,
            peer=pod_of(peer, oracle) if peer.is_pod else None,
            address=theirs,
            protocol=asked.protocol,
            port=asked.port,
            names=self._names(destination, oracle),
            node_labels=setting.node_labels if kind in NODES else (),
            fqdns=self._fqdns(peer, oracle),
            source_port=setting.source_port,
            icmp=asked.icmp,
            subject_address=mine,
            opaque=open_set(lambda unknown: self._is_in(unknown, peer, theirs, oracle)),
            conditions=open_set(partial(_is_met, oracle)),
        )

    def _names(self, destination: ConnectionEnd, oracle: Oracle) -> frozenset[tuple[int, str]]:
        """By which names the destination calls the port."""
        asked = self.connection
        if asked.port is None or not destination.is_pod:
            return frozenset()
        if asked.names is not None:
            return frozenset((asked.protocol, name) for name in asked.names)
        if destination.ports is not None:
            here = (asked.protocol, asked.port)
            return frozenset((protocol, name) for protocol, name, port in destination.ports if (protocol, port) == here)
        return open_set(partial(self._is_called, oracle))

    def _is_called(self, oracle: Oracle, name: tuple[int, str]) -> bool:
        asked = self.connection
        port = f"{PROTOCOL_NAMES[asked.protocol]} {asked.port} {name[1]}"
        who = asked.destination.called
        return name[0] == asked.protocol and oracle.holds(
            f"{who} calls {port}", f"{who} does not call {port}", OF_PORTS
        )

    def _fqdns(self, peer: ConnectionEnd, oracle: Oracle) -> frozenset[str]:
        if peer.dns:
            return open_set(lambda pattern: any(stands_for(pattern, name) for name in peer.dns))
        is_one, is_none = f"{peer.called} is an address of", f"{peer.called} is no address of"
        return open_set(lambda pattern: oracle.holds(f"{is_one} {pattern}", f"{is_none} {pattern}", OF_DNS))

    def _is_in(self, unknown: Unknown, peer: ConnectionEnd, address: str, oracle: Oracle) -> bool:
        if unknown == API_SERVER and self.facts.api_servers:
            return _holds(self.facts.api_servers, address)
        if isinstance(unknown, (OwnNodeIn, PodIn)):
            if peer.addresses:
                return any(_holds((unknown.block,), one) for one in peer.addresses)
            return oracle.holds(str(unknown), f"it is not so that {unknown}", OF_ADDRESSES)
        return oracle.holds(
            f"{peer.called} is one of the {unknown}", f"{peer.called} is none of the {unknown}", unknown.way
        )


OF_PORTS = "add the Pod to the input, or say the name with the port, as in :http=8080"
OF_DNS = "ask for the name instead, as in dns:api.example.com"
OF_ADDRESSES = "say the address, as in NAMESPACE/NAME@ADDRESS, or state ranges (--pods, --nodes)"


def _is_met(oracle: Oracle, condition: Condition) -> bool:
    return oracle.holds(
        f"what a rule asks on layer 7 holds: {condition}", f"what a rule asks on layer 7 does not hold: {condition}"
    )


def pod_of(end: ConnectionEnd, oracle: Oracle) -> Pod:
    """The pod that an end is; what is not known of it is asked of ``oracle``."""
    scopes = {Scope.NAMESPACE: end.namespace_labels, Scope.SERVICE_ACCOUNT: end.account_labels}
    return OpenPod(
        end.namespace,
        end.namespace_labels or (),
        end.labels,
        end.account_labels or (),
        oracle,
        end.called,
        frozenset(scope for scope, labels in scopes.items() if labels is None),
        end.account,
    )


def may_govern(policy: Policy, pod: Pod) -> bool:
    """Whether ``policy`` governs ``pod``, or may as far as its labels are known."""
    try:
        return governs(policy, pod)
    except Asked:
        return True


def _holds(blocks: Iterable[str], address: str) -> bool:
    return any(low <= place(address) <= high for low, high in map(bounds, blocks))
