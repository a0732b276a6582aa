"""Whether just the denials that somebody wants logged are logged."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from translate.model.policy import Action, Direction, PolicySet
from translate.model.semantics import OwnNode, TieBreak
from translate.prover.budget import MAX_STEPS, UNFINISHED, Budget
from translate.prover.decision import Decision
from translate.prover.decision_list import LogWish, log_steps, wanted_log_steps
from translate.prover.diagram import Diagram
from translate.prover.evaluator import decide
from translate.prover.interpretations import Interpretation
from translate.prover.lower import Lowering
from translate.prover.point import Point
from translate.prover.questions import Ties, tie_breaks
from translate.prover.search import find
from translate.prover.space import Space
from translate.prover.witness import concretise, shrink

EVERY_DENIAL = LogWish()


class LoggingProof(Struct, frozen=True):
    """Whether just the wanted packets are logged; None where that is undecided. The point is a packet where not.

    ``wish`` says which packets these are.
    """

    holds: bool | None
    point: Point | None = None
    decision: Decision | None = None
    wish: LogWish = EVERY_DENIAL


def prove_logging(
    after: PolicySet, before: PolicySet | None = None, wish: LogWish = EVERY_DENIAL, *, steps: int = MAX_STEPS
) -> LoggingProof:
    """Show that ``after`` logs a packet if and only if ``wish`` says so of ``before`` (of ``after`` itself without it).

    By default these are the packets that are denied. What the engine drops without asking policies is not theirs.
    """
    if any(one is not None and one.unknown for one in (after, before)):
        return LoggingProof(None, wish=wish)
    after, before = asking_policies(after), None if before is None else asking_policies(before)
    budget = Budget(steps)
    origin = after if before is None else before
    try:
        for direction in Direction:
            for ties in tie_breaks(origin, after, tuple(Action)):
                point = _misjudged(after, origin, wish, direction, ties, budget)
                if point is not None:
                    decision = decide(after, point, ties=ties[1])
                    confirmed = _is_wanted(origin, wish, point, ties[0]) != decision.logged
                    return LoggingProof(False if confirmed else None, point, decision, wish)
    except UNFINISHED:
        return LoggingProof(None, wish=wish)
    return LoggingProof(True, wish=wish)


def asking_policies(policies: PolicySet) -> PolicySet:
    """The set on an engine that asks policies of all packets: what it drops by itself no rule can log."""
    if policies.semantics.to_own_node is not OwnNode.DROPPED:
        return policies
    return replace(policies, semantics=replace(policies.semantics, to_own_node=OwnNode.ASKED))


def _misjudged(
    after: PolicySet, origin: PolicySet, wish: LogWish, direction: Direction, ties: Ties, budget: Budget
) -> Point | None:
    space = Space((origin, after), direction, budget)
    lowering = Lowering(Diagram(space, budget))
    wanted = lowering.lower(wanted_log_steps(origin, direction, wish, ties[0]), Interpretation.LEAST, origin.sets)
    logged = lowering.lower(log_steps(after, direction, ties[1]), Interpretation.LEAST, after.sets)
    path = find(lowering.diagram, wanted, logged)

    def wrong(candidate: Point) -> bool:
        return _is_wanted(origin, wish, candidate, ties[0]) != decide(after, candidate, ties=ties[1]).logged

    return None if path is None else shrink(concretise(space, path), wrong)


def _is_wanted(origin: PolicySet, wish: LogWish, point: Point, ties: TieBreak | None) -> bool:
    decision = decide(origin, point, ties=ties)
    denied = not decision.allowed and point.direction in wish.directions
    return (wish.keep_logs and decision.logged) or (denied and not (wish.explicit_only and decision.rule is None))
