"""Decision lists become tails of a diagram: selectors, ranges and ports become masks on the axes of the space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from translate.core.ranges import family
from translate.model.peers import (
    Anyone,
    Both,
    Cidr,
    Except,
    Fqdn,
    Kinds,
    Nodes,
    Opaque,
    OwnNamespace,
    Peer,
    Reach,
    Workloads,
)
from translate.model.policy import Action, AddressSet, Policy
from translate.model.selectors import And, Not, Or, Scope, Selector, atoms, conjunction
from translate.model.sets import meant
from translate.model.traffic import WITH_PORTS, NamedPort, Traffic
from translate.prover.axes import SUBJECT_LINES, DnsName, End, Fixed
from translate.prover.constraints import complement, meet, product, union
from translate.prover.diagram import Constraints, Diagram, Level, Tails
from translate.prover.interpretations import WITH_PODS, Interpretation
from translate.prover.point import Others, PeerClass
from translate.prover.runs import RunsOfRules
from translate.prover.space import CLASS_BIT, COMMON_MASK, KIND_MASK, OTHERS_BIT, Space
from translate.prover.steps import Clause, OthersClause, OwnNodeClause, Step

Ends: TypeAlias = tuple[End, End]
"""Whose pod labels and whose namespace labels a selector reads: a pod of the subject's namespace has the subject's."""
SUBJECT: Ends = (End.SUBJECT, End.SUBJECT)
PEER_SAME: Ends = (End.PEER, End.SUBJECT)
PEER_OTHER: Ends = (End.PEER, End.PEER)
NODE: Ends = (End.NODE, End.NODE)

NODE_CLASSES = CLASS_BIT[PeerClass.OWN_NODE] | CLASS_BIT[PeerClass.OTHER_NODE]
SAME, OTHER = CLASS_BIT[PeerClass.POD_SAME], CLASS_BIT[PeerClass.POD_OTHER]

Precondition: TypeAlias = tuple[tuple[int, int], ...]
"""What traffic needs of the axes before its own: the class of the peer, the family of its address."""


class Lowering(Struct):
    """Lowers the steps of any number of sides into one diagram."""

    diagram: Diagram
    runs: RunsOfRules = field(default_factory=RunsOfRules)
    _traffic: dict[tuple[tuple[Traffic, ...], int], list[tuple[Precondition, int]]] = field(default_factory=dict)
    _selected: dict[tuple[Selector, Ends], list[Constraints]] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """The space of the diagram."""
        return self.diagram.space

    def lower(self, steps: list[Step], reading: Interpretation, sets: tuple[AddressSet, ...] = ()) -> Tails:
        """The tails of a decision list whose rules may mean ``sets``. Raises OutOfBudget."""
        found: set[int] = set()
        for rank, step in enumerate(steps):
            level = Level(rank, step.action, step.tier, step.part, step.leaves)
            for clause in step.clauses:
                found |= self.tails_of(clause, level, reading, sets)
        return frozenset(found)

    def tails_of(
        self,
        clause: Clause | OwnNodeClause | OthersClause,
        level: Level,
        reading: Interpretation,
        sets: tuple[AddressSet, ...] = (),
    ) -> set[int]:
        """The tails of one clause at a place in a list; none where no point meets it. Raises OutOfBudget."""
        found: set[int] = set()
        end = self.diagram.terminal(level)
        if isinstance(clause, OthersClause):
            own = {0: CLASS_BIT[PeerClass.OWN_NODE]} if clause.own_node else {}
            self._add(found, own | self._others(clause.others), (end,))
        elif isinstance(clause, OwnNodeClause):
            own = {0: CLASS_BIT[PeerClass.OWN_NODE]}
            for subject in [{}] if clause.policy is None else self.subject(clause.policy):
                self._add(found, own | subject, (end,))
        elif clause.rule is None:
            for subject in self.subject(clause.policy):
                self._add(found, subject, (end,))
        else:
            self._add_rule(found, clause, end, reading, sets)
        return found

    def ruled_out(self, boxes: Iterable[Constraints]) -> Tails:
        """The tails of a list that allows ``boxes`` before anything else: put in front of both sides, these agree."""
        end = self.diagram.terminal(Level(-1, Action.ALLOW, -1))
        found: set[int] = set()
        for box in boxes:
            self._add(found, box, (end,))
        return frozenset(found)

    def _others(self, others: tuple[Others, ...]) -> Constraints:
        return {self.space.axis(Fixed.OTHERS): sum(OTHERS_BIT[one] for one in others)}

    def _add(self, found: set[int], constraints: Constraints, ends: tuple[int, ...]) -> None:
        chain = self.diagram.chain(constraints, ends)
        if chain is not None:
            found.add(chain)

    def _add_rule(
        self, found: set[int], clause: Clause, end: int, reading: Interpretation, sets: tuple[AddressSet, ...]
    ) -> None:
        policy, rule = clause.policy, clause.rule
        assert rule is not None
        traffic = self._traffic_tails(rule.traffic, end)
        grouped: dict[Precondition, list[int]] = {}
        for requirement, tail in traffic:
            grouped.setdefault(requirement, []).append(tail)
        subjects = self.subject(policy)
        if rule.subject is not None:
            subjects = product(subjects, [box for peer in rule.subject for box in self._own(peer, policy, sets)])
        for box in self._peers(rule.peers, policy, reading, sets):
            for subject in subjects:
                both = meet(subject, box)
                if both is None:
                    continue
                for requirement, tails in grouped.items():
                    limited = meet(both, dict(requirement)) if requirement else both
                    if limited is not None:
                        self._add(found, limited, tuple(sorted(tails)))

    def _traffic_tails(self, traffic: tuple[Traffic, ...], end: int) -> list[tuple[Precondition, int]]:
        """(requirement, tail) per alternative; protocols with equal ports share one tail."""
        key = (traffic, end)
        known = self._traffic.get(key)
        if known is not None:
            return known
        space = self.space
        ports: dict[int, int] = {}
        result: list[tuple[Precondition, int]] = []
        for item in traffic:
            if isinstance(item.port, NamedPort) or not item.is_plain:
                from translate.prover.packets import packets_of  # not for plain ports

                result += [self._tail(box, end) for box in packets_of(item, self.space, self.diagram.budget)]
                continue
            protocols = [item.protocol] if item.protocol is not None else list(space.protocols)
            if item.port is not None:
                protocols = [protocol for protocol in protocols if protocol in WITH_PORTS]
            for protocol in protocols:
                ports[protocol] = ports.get(protocol, 0) | space.port_mask(item.port)
        by_ports: dict[int, int] = {}
        for protocol, mask in ports.items():
            by_ports[mask] = by_ports.get(mask, 0) | space.protocol_mask(protocol)
        for mask, protocols_mask in by_ports.items():
            chain = self.diagram.chain({space.protocol_axis: protocols_mask, space.port_axis: mask}, (end,))
            result += [((), chain)] if chain is not None else []
        self._traffic[key] = result
        return result

    def _tail(self, box: Constraints, end: int) -> tuple[Precondition, int]:
        """The part of ``box`` that comes before the axes of traffic, and the chain of the rest."""
        edge = self.space.protocol_axis
        chain = self.diagram.chain({axis: mask for axis, mask in box.items() if axis >= edge}, (end,))
        assert chain is not None
        return tuple(sorted((axis, mask) for axis, mask in box.items() if axis < edge)), chain

    def subject(self, policy: Policy) -> list[Constraints]:
        """The boxes of the pods that a policy governs."""
        boxes = self._boxes(policy.subject.pods, SUBJECT)
        namespaces = policy.subject.namespaces
        if isinstance(namespaces, OwnNamespace):
            return product(boxes, [{1: self.space.name_mask(policy.identity.namespace or "")}])
        return product(boxes, self._boxes(namespaces, SUBJECT))

    def _peers(
        self, peers: tuple[Peer, ...], policy: Policy, reading: Interpretation, sets: tuple[AddressSet, ...]
    ) -> Iterator[Constraints]:
        """The boxes of all peers of a rule; its ranges, of which there may be very many, are one."""
        found = self.runs.of(peers)
        for peer in found.others:
            yield from self._peer(peer, policy, reading, sets)
        for outside, runs in found.by_reach(reading).items():
            classes = CLASS_BIT[PeerClass.OUTSIDE] if outside else COMMON_MASK
            yield self._at(self.space.address.union(runs), classes)

    def _peer(
        self, peer: Peer, policy: Policy, reading: Interpretation, sets: tuple[AddressSet, ...]
    ) -> list[Constraints]:
        match peer:
            case Anyone():
                return [{}]
            case Cidr(reach=reach):
                outside = reach is Reach.OUTSIDE or (reach is Reach.OPEN and reading not in WITH_PODS)
                return [self._at(self.space.cidr_mask(peer), CLASS_BIT[PeerClass.OUTSIDE] if outside else COMMON_MASK)]
            case Kinds(kinds):
                return [{0: sum(KIND_MASK[kind] for kind in dict.fromkeys(kinds)) & self.space.full[0]}]
            case Nodes(labels):
                return product(self._boxes(labels, NODE), [{0: NODE_CLASSES}])
            case Fqdn(pattern):
                return [{0: CLASS_BIT[PeerClass.OUTSIDE], self.space.axis(DnsName(pattern)): 2}]
            case Opaque(unknown):
                return [{self.space.axis(unknown): 2}]
            case Both(peers):
                boxes: list[Constraints] = [{}]
                for inner in peers:
                    boxes = product(boxes, self._peer(inner, policy, reading, sets))
                return boxes
            case Except(inner):
                return self._outside(self._peer(inner, policy, reading, sets))
            case Workloads():
                ranges = [block for found in meant(peer, policy.identity.namespace, sets) for block in found.blocks]
                mask = 0
                for block in ranges:
                    mask |= self.space.address.blocks(block)
                found = self._workloads(peer) + ([self._at(mask, COMMON_MASK)] if mask else [])
                return found if peer.unseen is None else [*found, {0: COMMON_MASK, self.space.axis(peer.unseen): 2}]

    def _outside(self, boxes: list[Constraints]) -> list[Constraints]:
        return complement(boxes, self.space.full, self.diagram.budget)

    def _at(self, addresses: int, classes: int) -> Constraints:
        """Peers of ``classes`` at ``addresses``."""
        return {0: classes, self.space.address_axis: addresses}

    def _workloads(self, peer: Workloads) -> list[Constraints]:
        if isinstance(peer.namespaces, OwnNamespace):
            return product(self._boxes(peer.pods, PEER_SAME), [{0: SAME}])
        both = conjunction(peer.namespaces, peer.pods)
        if all(atom.label.scope is not Scope.NAMESPACE for atom in atoms(both)):
            return product(self._boxes(both, PEER_SAME), [{0: SAME | OTHER}])
        same = product(self._boxes(both, PEER_SAME), [{0: SAME}])
        return same + product(self._boxes(both, PEER_OTHER), [{0: OTHER}])

    def _own_range(self, block: str, excluding: tuple[str, ...]) -> Constraints:
        """The subject's address is in a range; the peer's is then of the same family."""
        line = SUBJECT_LINES[family(block)]
        mine = {self.space.axis(line): self.space.lines[line].blocks(block, excluding)}
        return {self.space.address_axis: self.space.address.family(family(block)), **mine}

    def _own(self, peer: Peer, policy: Policy, sets: tuple[AddressSet, ...]) -> list[Constraints]:
        """A condition on the subject of a rule."""
        match peer:
            case Workloads(namespaces, pods):
                boxes = self._boxes(pods, SUBJECT)
                if isinstance(namespaces, OwnNamespace):
                    boxes = product(boxes, [{1: self.space.name_mask(policy.identity.namespace or "")}])
                else:
                    boxes = product(boxes, self._boxes(namespaces, SUBJECT))
                found = meant(peer, policy.identity.namespace, sets)
                return boxes + [self._own_range(block, ()) for item in found for block in item.blocks]
            case Cidr(block, excluding):
                # A packet is of one family at both ends.
                return [self._own_range(block, excluding)]
            case Both(peers):
                boxes = [{}]
                for inner in peers:
                    boxes = product(boxes, self._own(inner, policy, sets))
                return boxes
            case Except(inner):
                return self._outside(self._own(inner, policy, sets))
            case Anyone() | Nodes() | Fqdn() | Kinds() | Opaque():
                return [{}]
            case never:
                assert_never(never)

    def _boxes(self, selector: Selector, ends: Ends) -> list[Constraints]:
        key = (selector, ends)
        boxes = self._selected.get(key)
        if boxes is None:
            boxes = self._selected[key] = self._expand(selector, ends, True)
        return boxes

    def _expand(self, selector: Selector, ends: Ends, positive: bool) -> list[Constraints]:
        """Disjunctive normal form: the boxes whose union the selector (or its opposite) is."""
        match selector:
            case Not(term):
                return self._expand(term, ends, not positive)
            case And(terms) | Or(terms):
                parts = [self._expand(term, ends, positive) for term in terms]
                if isinstance(selector, And) == positive:
                    boxes: list[Constraints] = [{}]
                    for part in parts:
                        boxes = product(boxes, part)
                        self.diagram.budget.spend(len(boxes))
                    return boxes
                return union(parts)
        end = ends[selector.label.scope is Scope.NAMESPACE]
        axis = self.space.label_axis(end, selector.label)
        mask = self.space.atom_mask(selector)
        return [{axis: mask if positive else self.space.full[axis] & ~mask}]
