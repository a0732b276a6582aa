"""Both directions of some policy sets over axes of the same meaning and cuts, so that what gets through can be met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from msgspec.structs import replace

from translate.model.edit import rules_of
from translate.model.facts import Facts
from translate.model.peers import Cidr, Peer, Workloads, parts
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.semantics import TieBreak
from translate.model.ties import tell
from translate.model.traffic import WITH_PORTS
from translate.prover.budget import Budget
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import Constraints, Diagram, Level, Tails
from translate.prover.interpretations import Interpretation, interpretations
from translate.prover.lower import Lowering
from translate.prover.settled import settled
from translate.prover.space import Space
from translate.prover.world_constraints import impossible

Reading: TypeAlias = tuple[Interpretation, TieBreak | None]
"""How what an API leaves open is read, and how equal orders are told apart."""
ANYBODY = Subject(EVERYTHING, EVERYTHING)


def readings(policies: PolicySet) -> tuple[Reading, ...]:
    """All ways in which a set may be read: what is said of it must hold in each."""
    ties = policies.semantics.ties if tell(policies) else (None,)
    return tuple(product(interpretations(policies), ties))


@dataclass(frozen=True, slots=True)
class Half:
    """One direction: ``lists`` has for each set what each of its readings decides, ``impossible`` a list that allows
    just what no cluster has.
    """

    space: Space
    diagram: Diagram
    impossible: Tails
    lists: tuple[tuple[Tails, ...], ...]

    def boxes(self) -> Iterator[Constraints]:
        """What each rule, and each fact, asks of the two ends."""
        tails = self.impossible.union(*(tails for one in self.lists for tails in one))
        return (_ends(self.diagram, tail) for tail in sorted(tails) if tail >= 0)


def halves(sets: Sequence[PolicySet], facts: Facts, budget: Budget) -> dict[Direction, Half]:
    """Both directions of all ``sets``; their axes are the same, number by number. Raises OutOfBudget."""
    known = [settled(one) for one in sets]
    asking = [_asker(one) for one in known]
    return {direction: _half(known, asking, direction, facts, budget) for direction in Direction}


def _half(
    sets: Sequence[PolicySet], asking: Sequence[PolicySet], direction: Direction, facts: Facts, budget: Budget
) -> Half:
    space = Space(asking, direction, budget, facts)
    lowering = Lowering(Diagram(space, budget))
    # A protocol without ports has none but the first atom of the line: all else there is no packet.
    portless = space.full[space.protocol_axis] & ~sum(space.protocol_mask(one) for one in WITH_PORTS)
    nothing: Constraints = {space.protocol_axis: portless, space.port_axis: space.full[space.port_axis] & ~1}
    out = lowering.ruled_out((*impossible(space, facts), nothing))
    lists = tuple(
        tuple(
            lowering.lower(verdict_steps(one, direction, reading, None, ties), reading, one.sets)
            for reading, ties in readings(one)
        )
        for one in sets
    )
    return Half(space, lowering.diagram, out | {lowering.diagram.terminal(Level(0, Action.DENY))}, lists)


def _asker(policies: PolicySet) -> PolicySet:
    """A set that asks of either end, in either direction, all that ``policies`` ask of any: so axes have all cuts."""
    rules = [rule for policy in policies.policies for rule in rules_of(policy)]
    peers = dict.fromkeys(part for rule in rules for peer in rule.peers for part in parts(peer))
    own = dict.fromkeys(part for rule in rules for peer in rule.subject or () for part in parts(peer))
    subjects = dict.fromkeys(Workloads(one.subject.namespaces, one.subject.pods) for one in policies.policies)
    pods = dict.fromkeys(
        replace(one, sets=None, unseen=None) for one in (*peers, *own, *subjects) if isinstance(one, Workloads)
    )
    mine: tuple[Peer, ...] = (*(one for one in own if isinstance(one, Cidr | Workloads)), *pods)
    traffic = tuple(dict.fromkeys(item for rule in rules for item in rule.traffic))
    asking = Section(True, (Rule(Action.ALLOW, (*peers, *own, *pods), traffic, subject=mine),))
    names = dict.fromkeys(one.identity.namespace for one in policies.policies)
    none = Section(True, ())
    bare = tuple(Policy(Identity("", name, ""), ANYBODY, none, none) for name in names if name is not None)
    return replace(policies, policies=(Policy(Identity("", None, ""), ANYBODY, asking, asking), *bare))


def _ends(diagram: Diagram, tail: int) -> Constraints:
    """What a tail asks before the axes of packets: up to there it is one chain."""
    found: Constraints = {}
    while tail >= 0:
        axis, mask, following = diagram.tails[tail]
        if axis >= diagram.space.protocol_axis:
            break
        found[axis] = mask
        if len(following) > 1:
            break
        tail = following[0]
    return found
