"""The symbolic engine asked about single points: the same lowering and diagram that proofs use."""

from __future__ import annotations

from itertools import product

from translate.model.policy import Direction, PolicySet
from translate.prover.budget import Budget
from translate.prover.decision_list import verdict_steps
from translate.prover.diagram import Diagram
from translate.prover.interpretations import Interpretation
from translate.prover.lower import Lowering
from translate.prover.point import Point
from translate.prover.settled import settled
from translate.prover.space import Space
from translate.prover.steps import OthersPlace


class Symbolic:
    """One policy set, lowered for both directions and every reading."""

    def __init__(self, policies: PolicySet, *, steps: int = 1_000_000) -> None:
        policies = settled(policies)
        self._sides = {}
        for direction in Direction:
            budget = Budget(steps)
            lowering = Lowering(Diagram(Space((policies,), direction, budget), budget))
            readings = Interpretation if policies.semantics.leaves_open else (Interpretation.LEAST,)
            for reading, place in product(readings, OthersPlace):
                list_of = verdict_steps(policies, direction, reading, place)
                tails = lowering.lower(list_of, reading, policies.sets)
                self._sides[direction, reading, place] = (lowering.diagram, tails)

    def allows(
        self,
        point: Point,
        reading: Interpretation = Interpretation.LEAST,
        place: OthersPlace = OthersPlace.FIRST,
    ) -> bool:
        """Whether the engine of the set lets ``point`` through under ``reading``, with other policies in ``place``."""
        if (point.direction, reading, place) not in self._sides:
            reading = Interpretation.LEAST
        diagram, tails = self._sides[point.direction, reading, place]
        return diagram.verdict(tails, diagram.space.atoms(point))
