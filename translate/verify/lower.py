"""Decision lists become tails of a diagram: selectors, ranges and ports become masks on the axes of the space."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from translate.model.peers import Anyone, Cidr, Fqdn, Nodes, OwnNamespace, Peer, Reach, Workloads
from translate.model.policy import Direction, Policy
from translate.model.selectors import And, Not, Or, Scope, Selector, atoms, conjunction
from translate.model.traffic import WITH_PORTS, NamedPort, Traffic
from translate.verify.diagram import Constraints, Diagram, Level, Tails
from translate.verify.meaning import Clause, OwnNode, Step
from translate.verify.point import PeerClass
from translate.verify.readings import Reading
from translate.verify.space import ALL_CLASSES, CLASS_BIT, POD_MASK, Space

Ends: TypeAlias = tuple[str, str]
"""Whose pod labels and whose namespace labels a selector reads: a pod of the subject's namespace has the subject's."""
SUBJECT: Ends = ("subject", "subject")
PEER_SAME: Ends = ("peer", "subject")
PEER_OTHER: Ends = ("peer", "peer")
NODE: Ends = ("node", "node")

NODE_CLASSES = CLASS_BIT[PeerClass.OWN_NODE] | CLASS_BIT[PeerClass.OTHER_NODE]
SAME, OTHER = CLASS_BIT[PeerClass.POD_SAME], CLASS_BIT[PeerClass.POD_OTHER]


@dataclass(slots=True)
class Lowering:
    """Lowers the steps of any number of sides into one diagram."""

    diagram: Diagram
    _traffic: dict[tuple[tuple[Traffic, ...], int], list[tuple[int, int]]] = field(default_factory=dict)
    _selected: dict[tuple[Selector, Ends], list[Constraints]] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """The space of the diagram."""
        return self.diagram.space

    def lower(self, steps: list[Step], reading: Reading) -> Tails:
        """The tails of a decision list. Raises OutOfBudget."""
        found: set[int] = set()
        for rank, step in enumerate(steps):
            end = self.diagram.terminal(Level(rank, step.action, step.tier))
            for clause in step.clauses:
                if isinstance(clause, OwnNode):
                    own = {0: CLASS_BIT[PeerClass.OWN_NODE]}
                    for subject in [{}] if clause.policy is None else self._subject(clause.policy):
                        self._add(found, own | subject, (end,))
                elif clause.rule is None:
                    for subject in self._subject(clause.policy):
                        self._add(found, subject, (end,))
                else:
                    self._add_rule(found, clause, end, reading)
        return frozenset(found)

    def _add(self, found: set[int], constraints: Constraints, ends: tuple[int, ...]) -> None:
        chain = self.diagram.chain(constraints, ends)
        if chain is not None:
            found.add(chain)

    def _add_rule(self, found: set[int], clause: Clause, end: int, reading: Reading) -> None:
        assert clause.rule is not None
        traffic = self._traffic_tails(clause.rule.traffic, end)
        subjects = self._subject(clause.policy)
        for peer in clause.rule.peers:
            for box in self._peer(peer, reading):
                for subject in subjects:
                    both = _meet(subject, box)
                    if both is None:
                        continue
                    for classes in sorted({classes for classes, _ in traffic}):
                        ends = tuple(sorted(tail for wanted, tail in traffic if wanted == classes))
                        limited = _meet(both, {0: classes}) if classes != ALL_CLASSES else both
                        if limited is not None:
                            self._add(found, limited, ends)

    def _traffic_tails(self, traffic: tuple[Traffic, ...], end: int) -> list[tuple[int, int]]:
        """(peer classes it needs, tail) per alternative; protocols with equal ports share one tail."""
        key = (traffic, end)
        known = self._traffic.get(key)
        if known is not None:
            return known
        space = self.space
        ports: dict[int, int] = {}
        result: list[tuple[int, int]] = []
        for item in traffic:
            protocols = [item.protocol] if item.protocol is not None else list(space.protocols)
            if item.port is not None:
                protocols = [protocol for protocol in protocols if protocol in WITH_PORTS]
            if isinstance(item.port, NamedPort):
                result += [self._named(protocol, item.port.name, end) for protocol in protocols]
                continue
            for protocol in protocols:
                ports[protocol] = ports.get(protocol, 0) | space.port_mask(item.port)
        by_ports: dict[int, int] = {}
        for protocol, mask in ports.items():
            by_ports[mask] = by_ports.get(mask, 0) | space.protocol_mask(protocol)
        for mask, protocols_mask in by_ports.items():
            chain = self.diagram.chain({space.protocol_axis: protocols_mask, space.port_axis: mask}, (end,))
            result += [(ALL_CLASSES, chain)] if chain is not None else []
        self._traffic[key] = result
        return result

    def _named(self, protocol: int, name: str, end: int) -> tuple[int, int]:
        """Only pods call a port by a name, so the destination must be one."""
        space = self.space
        classes = ALL_CLASSES if space.direction is Direction.INGRESS else POD_MASK
        named = {space.protocol_axis: space.protocol_mask(protocol), space.axis("named", (protocol, name)): 2}
        chain = self.diagram.chain(named, (end,))
        assert chain is not None
        return classes, chain

    def _subject(self, policy: Policy) -> list[Constraints]:
        boxes = self._boxes(policy.subject.pods, SUBJECT)
        namespaces = policy.subject.namespaces
        if isinstance(namespaces, OwnNamespace):
            return _product(boxes, [{1: self.space.name_mask(policy.identity.namespace or "")}])
        return _product(boxes, self._boxes(namespaces, SUBJECT))

    def _peer(self, peer: Peer, reading: Reading) -> list[Constraints]:
        match peer:
            case Anyone():
                return [{}]
            case Cidr(reach=reach):
                outside = reach is Reach.OUTSIDE or (reach is Reach.OPEN and reading is Reading.LEAST)
                addresses = {self.space.address_axis: self.space.cidr_mask(peer)}
                return [{0: CLASS_BIT[PeerClass.OUTSIDE], **addresses} if outside else addresses]
            case Nodes(labels):
                return _product(self._boxes(labels, NODE), [{0: NODE_CLASSES}])
            case Fqdn(pattern):
                return [{0: CLASS_BIT[PeerClass.OUTSIDE], self.space.axis("fqdn", pattern): 2}]
            case Workloads(namespaces, pods):
                if isinstance(namespaces, OwnNamespace):
                    return _product(self._boxes(pods, PEER_SAME), [{0: SAME}])
                both = conjunction(namespaces, pods)
                if all(atom.label.scope is Scope.POD for atom in atoms(both)):
                    return _product(self._boxes(both, PEER_SAME), [{0: SAME | OTHER}])
                same = _product(self._boxes(both, PEER_SAME), [{0: SAME}])
                return same + _product(self._boxes(both, PEER_OTHER), [{0: OTHER}])

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
                        boxes = _product(boxes, part)
                        self.diagram.budget.spend(len(boxes))
                    return boxes
                return _union(parts)
        end = ends[selector.label.scope is not Scope.POD]
        axis = self.space.label_axis(end, selector.label)
        mask = self.space.atom_mask(selector)
        return [{axis: mask if positive else self.space.full[axis] & ~mask}]


def _meet(left: Constraints, right: Constraints) -> Constraints | None:
    """Both boxes at once; None where they do not meet."""
    both = dict(left)
    for axis, mask in right.items():
        mask &= both.get(axis, mask)
        if mask == 0:
            return None
        both[axis] = mask
    return both


def _product(left: list[Constraints], right: list[Constraints]) -> list[Constraints]:
    return [both for one in left for two in right if (both := _meet(one, two)) is not None]


def _union(parts: list[list[Constraints]]) -> list[Constraints]:
    """All boxes of ``parts``; those that constrain the same single axis become one."""
    lone: dict[int, int] = {}
    rest: list[Constraints] = []
    for box in (box for part in parts for box in part):
        if len(box) == 1:
            ((axis, mask),) = box.items()
            lone[axis] = lone.get(axis, 0) | mask
        else:
            rest.append(box)
    return [{axis: mask} for axis, mask in lone.items()] + rest
