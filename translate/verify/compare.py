"""Two policy sets, one answer: same, tighter, looser, mixed or undecided, with a packet for each difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.verify import assumptions
from translate.verify.budget import Budget, OutOfBudget
from translate.verify.diagram import ALLOWED, DENIED, Diagram
from translate.verify.lower import Lowering
from translate.verify.meaning import LogWish, log_steps, verdict_steps, wanted_log_steps
from translate.verify.plain import Decision, decide
from translate.verify.point import PeerClass, Point
from translate.verify.possible import impossible, possible
from translate.verify.readings import Reading, readings
from translate.verify.space import CLASS_BIT, Space
from translate.verify.witness import concretise, shrink

EVERY_DENIAL = LogWish()


class Verdict(StrEnum):
    """How the set after compares with the set before."""

    SAME = "same"
    TIGHTER = "tighter"
    LOOSER = "looser"
    MIXED = "mixed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One packet that the two sets treat differently, with what decided on either side."""

    effect: Verdict
    point: Point
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Proof:
    """The answer and what it rests on; ``reason`` says why an answer is undecided."""

    verdict: Verdict
    counterexamples: tuple[Counterexample, ...] = ()
    assumptions: tuple[str, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a proof is no yes or no: compare .verdict, which may be undecided")


def prove(
    before: PolicySet,
    after: PolicySet,
    *,
    facts: Facts = NO_FACTS,
    own_node_aside: bool = False,
    steps: int = 1_000_000,
) -> Proof:
    """Compare two sets over all pods, namespaces, addresses and packets that ``facts`` leave possible.

    ``own_node_aside``: but for what a pod's own node sends to it; ``steps`` bounds the work.
    """
    found: list[Counterexample] = []
    budget = Budget(steps)
    try:
        for direction in Direction:
            found += _compare(before, after, direction, budget, facts, own_node_aside)
    except (OutOfBudget, RecursionError):
        return _undecided(f"the proof did not finish within {steps} steps", found, before, after, facts)
    doubtful = next(
        (
            x
            for x in found
            if x.after.allowed is not (x.effect is Verdict.LOOSER) or x.before.allowed is x.after.allowed
        ),
        None,
    )
    if doubtful is not None:
        return _undecided(
            "a plain interpreter does not confirm the difference that was found", [], before, after, facts
        )
    if sorted(before.unjudged) != sorted(after.unjudged):
        return _undecided("policies for host traffic differ, and these are not judged", found, before, after, facts)
    return Proof(_verdict(found), _one_each(found), assumptions.of(before, after, facts))


def _undecided(reason: str, found: list[Counterexample], before: PolicySet, after: PolicySet, facts: Facts) -> Proof:
    return Proof(Verdict.UNDECIDED, _one_each(found), assumptions.of(before, after, facts), reason)


def _verdict(found: list[Counterexample]) -> Verdict:
    effects = {x.effect for x in found}
    if len(effects) == 2:
        return Verdict.MIXED
    return effects.pop() if effects else Verdict.SAME


def _one_each(found: list[Counterexample]) -> tuple[Counterexample, ...]:
    """The smallest counterexample per effect, looser first: a hole matters more than an outage."""
    best = []
    for effect in (Verdict.LOOSER, Verdict.TIGHTER):
        mine = [x for x in found if x.effect is effect]
        best += [min(mine, key=lambda x: _size(x.point))] if mine else []
    return tuple(best)


def _size(point: Point) -> int:
    pods = [pod for pod in (point.subject, point.peer) if pod is not None]
    extra = len(point.names) + len(point.node_labels) + len(point.fqdns)
    return extra + sum(1 + len(pod.labels) + len(pod.namespace_labels) for pod in pods)


def _compare(
    before: PolicySet, after: PolicySet, direction: Direction, budget: Budget, facts: Facts, own_node_aside: bool
) -> Iterator[Counterexample]:
    space = Space((before, after), direction, budget, facts)
    lowering = Lowering(Diagram(space, budget))
    aside = [{0: CLASS_BIT[PeerClass.OWN_NODE]}] if own_node_aside and direction is Direction.INGRESS else []
    out = lowering.ruled_out([*impossible(space, facts), *aside])
    left = {r: out | lowering.lower(verdict_steps(before, direction, r), r, before.sets) for r in readings(before)}
    right = {r: out | lowering.lower(verdict_steps(after, direction, r), r, after.sets) for r in readings(after)}
    for effect, first, second in _questions(tuple(left), tuple(right)):
        wanted = (DENIED, ALLOWED) if effect is Verdict.LOOSER else (ALLOWED, DENIED)
        path = lowering.diagram.find(left[first], right[second], wanted)
        if path is not None:
            yield _counterexample(
                effect, concretise(space, path), (before, first), (after, second), lambda x: possible(x, facts, space)
            )


def _questions(before: tuple[Reading, ...], after: tuple[Reading, ...]) -> list[tuple[Verdict, Reading, Reading]]:
    """Which readings to compare for either effect.

    Where one side leaves a point open, any answer of the other side is right: it is looser only if it allows what the
    most generous reading denies. Where both leave it open, one engine reads both, so equal readings are compared.
    """
    if len(before) == len(after):
        return [(effect, r, r) for effect in (Verdict.LOOSER, Verdict.TIGHTER) for r in before]
    most_before, most_after = before[-1], after[-1]
    return [(Verdict.LOOSER, most_before, after[0]), (Verdict.TIGHTER, before[0], most_after)]


def _counterexample(
    effect: Verdict,
    point: Point,
    before: tuple[PolicySet, Reading],
    after: tuple[PolicySet, Reading],
    is_possible: Callable[[Point], bool],
) -> Counterexample:
    wanted = (False, True) if effect is Verdict.LOOSER else (True, False)

    def shows(candidate: Point) -> bool:
        verdicts = decide(before[0], candidate, before[1]).allowed, decide(after[0], candidate, after[1]).allowed
        return verdicts == wanted and is_possible(candidate)

    # Shrinking must keep the direction: a hole must not turn into an outage on the way.
    point = shrink(point, shows) if shows(point) else point
    return Counterexample(effect, point, decide(before[0], point, before[1]), decide(after[0], point, after[1]))


@dataclass(frozen=True, slots=True)
class LoggingProof:
    """Whether just the wanted packets are logged; None where the budget ran out. The point is a packet where not.

    ``wish`` says which packets these are.
    """

    holds: bool | None
    point: Point | None = None
    decision: Decision | None = None
    wish: LogWish = EVERY_DENIAL


def prove_logging(
    after: PolicySet, before: PolicySet | None = None, wish: LogWish = EVERY_DENIAL, *, steps: int = 1_000_000
) -> LoggingProof:
    """Show that ``after`` logs a packet if and only if ``wish`` says so of ``before`` (of ``after`` itself without it).

    By default these are the packets that are denied.
    """
    budget = Budget(steps)
    origin = after if before is None else before
    try:
        for direction in Direction:
            point = _misjudged(after, origin, wish, direction, budget)
            if point is not None:
                confirmed = _is_wanted(origin, wish, point) != decide(after, point).logged
                return LoggingProof(False if confirmed else None, point, decide(after, point), wish)
    except (OutOfBudget, RecursionError):
        return LoggingProof(None, wish=wish)
    return LoggingProof(True, wish=wish)


def _misjudged(
    after: PolicySet, origin: PolicySet, wish: LogWish, direction: Direction, budget: Budget
) -> Point | None:
    space = Space((origin, after), direction, budget)
    lowering = Lowering(Diagram(space, budget))
    wanted = lowering.lower(wanted_log_steps(origin, direction, wish), Reading.LEAST, origin.sets)
    logged = lowering.lower(log_steps(after, direction), Reading.LEAST, after.sets)
    path = lowering.diagram.find(wanted, logged)

    def wrong(candidate: Point) -> bool:
        return _is_wanted(origin, wish, candidate) != decide(after, candidate).logged

    return None if path is None else shrink(concretise(space, path), wrong)


def _is_wanted(origin: PolicySet, wish: LogWish, point: Point) -> bool:
    decision = decide(origin, point)
    denied = not decision.allowed and point.direction in wish.directions
    return (wish.keep_logs and decision.logged) or (denied and not (wish.explicit_only and decision.rule is None))
