"""What decides the packets that two sets treat differently: more than the one packet that a proof shows."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from translate.core.origin import Place
from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.comparison import MOST_AT_ONCE, begin_anew
from translate.prover.decision import Decision
from translate.prover.point import Others, PeerClass, Point
from translate.prover.proof import Proof, Verdict
from translate.prover.questions import questions
from translate.prover.sides import Sides, sides_of


class DecidedApart(Struct, frozen=True):
    """Packets that are treated differently while other policies do ``others``, by what decides them on either side."""

    effect: Verdict
    others: Others
    point: Point
    """One of them."""
    before: Decision
    after: Decision
    own_node: bool
    """Whether it is about what the pod's own node sends."""


def differences(
    before: PolicySet,
    after: PolicySet,
    proof: Proof,
    *,
    facts: Facts = NO_FACTS,
    steps: int = MAX_STEPS,
    sides: Sequence[Sides] = (),
) -> tuple[DecidedApart, ...]:
    """The differences of the kinds that ``proof`` shows, one for each pair of policies that decide, as far as the steps
    suffice. ``sides``: what a proof lowered of both directions.
    """
    budget = Budget(steps)
    shown = (*proof.counterexamples, *proof.later_counterexamples)
    kinds = {(x.effect, x.point.others) for x in shown}
    found: dict[tuple[object, ...], DecidedApart] = {}
    asked = next((some for some in questions(before, after, facts) if some[0].after is proof.reading), ())
    begin_anew(sides, steps)
    try:
        for number, direction in enumerate(Direction if kinds else ()):
            mine = sides[number] if sides else None
            side = mine or sides_of(before, after, direction, budget, facts, own_node_aside=False)
            for question in asked:
                effect = Verdict.LOOSER if question.looser else Verdict.TIGHTER
                for others in (others for others in Others if (effect, others) in kinds):
                    for point in side.points(question, others, most=MOST_AT_ONCE):
                        own = point.peer_class is PeerClass.OWN_NODE and direction is Direction.INGRESS
                        one = DecidedApart(effect, others, point, *side.decisions(question, point), own)
                        found.setdefault((effect, others, own, _place(one.before), _place(one.after)), one)
    except UNFINISHED:
        pass
    told = {(one.effect, one.others) for one in found.values()}
    rest = (x for x in shown if (x.effect, x.point.others) not in told)
    others_told = (DecidedApart(x.effect, x.point.others, x.point, x.before, x.after, own_node=False) for x in rest)
    return (*found.values(), *others_told)


def _place(decision: Decision) -> Place | None:
    return None if decision.policy is None else decision.policy.origin.place
