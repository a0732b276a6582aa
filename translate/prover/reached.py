"""Log policies that no packet needs: everything that would meet them is decided or logged before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from sys import float_info

from msgspec.structs import replace

from translate.model.policy import Action, Direction, Policy, PolicySet
from translate.model.ties import tell
from translate.prover.budget import UNFINISHED, Budget
from translate.prover.concerned import Apart
from translate.prover.decision_list import reach_steps
from translate.prover.diagram import Diagram
from translate.prover.interpretations import Interpretation
from translate.prover.logging_proof import asking_policies
from translate.prover.lower import Lowering
from translate.prover.search import find
from translate.prover.space import Space


def needed(policies: PolicySet, candidates: tuple[Policy, ...], *, steps: int) -> tuple[Policy, ...]:
    """Those of ``candidates``, log policies that stand behind ``policies``, that some packet meets unlogged where all
    the others of them come first; where the steps do not suffice to tell, they stay.
    """
    found, apart = list(candidates), Apart(policies)
    budget = Budget(steps)
    for one in candidates:
        namespace = one.identity.namespace
        near = policies if namespace is None else apart.governing(namespace)
        others = (*near.policies, *(other for other in found if other is not one))
        whole = asking_policies(replace(policies, policies=(*_before(one, others), one)))
        try:
            reached = any(_meets(whole, one, direction, budget) for direction in Direction if one.section(direction))
        except UNFINISHED:
            break
        if not reached:
            found = [other for other in found if other is not one]
    return tuple(found)


def _before(one: Policy, others: Iterable[Policy]) -> Iterator[Policy]:
    """Those of the others that may select pods of ``one``, before it whatever they are called."""
    for other in others:
        if one.identity.namespace in (None, other.identity.namespace) or other.identity.namespace is None:
            yield other if other.order is not None else replace(other, order=float_info.max)


def _meets(whole: PolicySet, one: Policy, direction: Direction, budget: Budget) -> bool:
    """Whether some packet meets the Log rule of ``one``, in some sequence of equal orders."""
    lowering = Lowering(Diagram(Space((whole,), direction, budget), budget))
    for ties in whole.semantics.ties if tell(whole, tuple(Action)) else (None,):
        steps = reach_steps(whole, direction, one, ties)
        reached = lowering.lower(steps, Interpretation.LEAST, whole.sets)
        if find(lowering.diagram, frozenset(), reached) is not None:
            return True
    return False
