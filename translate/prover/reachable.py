"""Whether the pods of a policy get packets of some kind through, to or from their own node or anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from translate.model.facts import Facts
from translate.model.peers import Anyone
from translate.model.policy import Action, Direction, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.traffic import Traffic
from translate.prover.budget import Budget
from translate.prover.constraints import product
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import ALLOWED, ALWAYS_DENIED, DENIED, Diagram, Level, Tails
from translate.prover.interpretations import Interpretation
from translate.prover.lower import Lowering
from translate.prover.packets import packets_of
from translate.prover.point import PeerClass, Point
from translate.prover.search import find
from translate.prover.settled import settled
from translate.prover.space import CLASS_BIT, Space
from translate.prover.witness import concretise
from translate.prover.world_constraints import impossible


@dataclass(slots=True)
class Reachable:
    """One direction of a set, asked about packets of the kinds that ``about`` names."""

    policies: PolicySet
    direction: Direction
    facts: Facts
    budget: Budget
    about: tuple[Traffic, ...]
    _known: PolicySet = field(init=False)
    _lowering: Lowering = field(init=False)
    _impossible: Tails = field(init=False)
    _lists: dict[Interpretation, Tails] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = known = settled(self.policies)
        # The axes are cut where policies say so: what is asked about has to be told from the rest as well.
        asking = Section(True, (Rule(Action.ALLOW, (Anyone(),), self.about),))
        asker = Policy(Identity("", None, ""), Subject(EVERYTHING, EVERYTHING), asking, asking)
        sides = (known, replace(known, policies=(asker,)))
        space = Space(sides, self.direction, self.budget, self.facts)
        self._lowering = Lowering(Diagram(space, self.budget))
        self._impossible = self._lowering.ruled_out(impossible(space, self.facts))

    def packet(
        self,
        policy: Policy,
        packets: Iterable[Traffic],
        reading: Interpretation,
        *,
        allowed: bool,
        own_node: bool = False,
    ) -> Point | None:
        """A possible packet of one of these kinds (among ``about``), of a pod that ``policy`` selects, that is decided
        so under a reading; None if there is none. The policy has rules of the direction. With ``own_node`` the peer is
        the pod's own node, else anybody but that. Raises OutOfBudget.
        """
        own = CLASS_BIT[PeerClass.OWN_NODE]
        classes = own if own_node else self._lowering.space.full[0] & ~own
        asked = self._asked(policy, packets, classes, Action.DENY if allowed else Action.ALLOW)
        rules, diagram = self._list(reading), self._lowering.diagram
        if allowed:
            path = find(diagram, rules, self._impossible | asked, (ALLOWED, DENIED))
        else:
            path = find(diagram, self._impossible | rules, asked | ALWAYS_DENIED, (DENIED, ALLOWED))
        return None if path is None else concretise(self._lowering.space, path)

    def _list(self, reading: Interpretation) -> Tails:
        """What is decided of all packets."""
        if reading not in self._lists:
            steps = verdict_steps(self._known, self.direction, reading)
            self._lists[reading] = self._lowering.lower(steps, reading, self._known.sets)
        return self._lists[reading]

    def _asked(self, policy: Policy, packets: Iterable[Traffic], classes: int, action: Action) -> Tails:
        """A list that decides so just the packets that are asked about."""
        end = self._lowering.diagram.terminal(Level(0, action, 0))
        subjects = product(self._lowering.subject(policy), [{0: classes}])
        kinds = [box for item in packets for box in packets_of(item, self._lowering.space, self.budget)]
        chains = (self._lowering.diagram.chain(box, (end,)) for box in product(subjects, kinds))
        return frozenset(chain for chain in chains if chain is not None)
