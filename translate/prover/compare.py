"""Two policy sets, one answer: same, tighter, looser, mixed or undecided, with a packet for each difference."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from translate.model.facts import NO_FACTS, Facts
from translate.model.policy import Direction, PolicySet
from translate.prover import unjudged
from translate.prover.assumed import assumptions_of
from translate.prover.budget import MAX_STEPS, PATIENCE, UNFINISHED, Budget, Patience, in_proportion, unfinished
from translate.prover.concerned import concerned
from translate.prover.directions import Directions
from translate.prover.endpoints import governed
from translate.prover.interpretations import Interpretation
from translate.prover.memory import ProofQuestion, current_memory
from translate.prover.point import Others, PeerClass, Point
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.prover.questions import Question, asked_of, places, questions
from translate.prover.sides import Sides, sides_of

TODAY = Facts(complete=("Policy",))
"""Endpoints of an engine's own are in no namespace: no policy of the shared API governs them, today or later."""


WORTH = (Verdict.SAME, Verdict.TIGHTER, Verdict.LOOSER, Verdict.MIXED)
"""Of the kinds of engine that an output may be for, the answer for the best is told."""


def prove(
    before: PolicySet,
    after: PolicySet,
    *,
    facts: Facts = NO_FACTS,
    own_node_aside: bool = False,
    reading: Interpretation | None = None,
    steps: int = MAX_STEPS,
    patience: Patience = PATIENCE,
    sides: list[Sides] | None = None,
) -> Proof:
    """Compare two sets over all pods, namespaces, addresses and packets that ``facts`` leave possible.

    ``own_node_aside``: but for what a pod's own node sends to it; ``reading``: the only one to try of the set after;
    ``steps`` bounds the work, in proportion where there are thousands of policies; ``patience`` says how it is gone
    about; ``sides``: both directions, where these sets were lowered for another question already, or none: then what is
    lowered of all of both sets is put there for the next question.
    """
    for one in (before, after):
        if one.unknown:
            reason = f"nothing is known of {', or of '.join(one.unknown)}, by {_called(one)}"
            return Proof(Verdict.UNDECIDED, reason=reason)
    question = ProofQuestion(before, after, facts, own_node_aside, reading, steps, patience)
    best, found, reason = _answered(question, sides)
    if best is None:
        return _undecided(reason, found, before, after, facts)
    if best.verdict is Verdict.UNDECIDED:
        return best
    return _with_endpoints(best, before, after, own_node_aside, steps, patience)


def _answered(question: ProofQuestion, lowered: list[Sides] | None) -> tuple[Proof | None, list[Counterexample], str]:
    """What was kept of an earlier run, or what a search finds; that is kept if nothing has cut it short."""
    memory, before, after, facts = current_memory(), question.before, question.after, question.facts
    lists = questions(before, after, facts)
    left, right = concerned(before, after, lists)
    # What is kept is of what is concerned alone: the name of a large set is dear, and one policy changes it.
    steps = in_proportion(question.steps, len(before.policies) + len(after.policies))
    concerning = replace(question, before=left, after=right, steps=steps, asked=tuple(lists))
    known = None if memory is None or unjudged.difference(before, after) else memory.recall(concerning)
    if known is not None:
        told = assumptions_of(before, after, facts, known.reading)
        return replace(known, assumptions=told), [], ""
    best, found, reason = _searched(question, concerning, lowered)
    if memory is not None and best is not None and best.verdict is not Verdict.UNDECIDED and not reason:
        memory.keep(concerning, best)
    return best, found, reason


def _searched(
    question: ProofQuestion, concerning: ProofQuestion, lowered: list[Sides] | None
) -> tuple[Proof | None, list[Counterexample], str]:
    """The best answer there is to ``question``, found with what is left of its sides; what was found on the way, and
    where there is none why. What the search took of the memory is free again when it is told.
    """
    before, after, facts = question.before, question.after, question.facts
    left, right, steps = concerning.before, concerning.after, concerning.steps
    budget = Budget(steps, patience=question.patience)
    found: list[Counterexample] = []
    best: Proof | None = None
    reason = ""
    try:
        sides = lowered or [
            sides_of(left, right, direction, budget, facts, question.own_node_aside) for direction in Direction
        ]
        if lowered is not None and not lowered and left is before and right is after:
            lowered += sides
        lists = [one for one in concerning.asked if question.reading in (None, one[0].after)]
        directions = Directions(sides, lists, _answers)
        reason = directions.nothing_left()
        for number, asked in enumerate(lists if not reason else ()):
            found.clear()
            directions.find(number, found)
            proof = _proof(found, before, after, facts, asked[0].after)
            if proof.verdict is Verdict.UNDECIDED:
                return proof, found, ""
            if best is None or _worth(proof) < _worth(best):
                best = proof
            if best.verdict is Verdict.SAME and best.later in (Verdict.SAME, None):
                break
    except UNFINISHED as error:
        reason = unfinished("the proof", steps, error)
    return best, found, reason


def _with_endpoints(
    proof: Proof, before: PolicySet, after: PolicySet, own_node_aside: bool, steps: int, patience: Patience
) -> Proof:
    """``proof``, which is about pods, and what of endpoints of an engine's own that policies govern as well."""
    for endpoint, mine, theirs in governed(before, after):
        # What gets from its node to an endpoint without labels depends on the sheer presence of policies.
        aside = own_node_aside or endpoint is PeerClass.INIT
        found = prove(
            mine, theirs, facts=TODAY, own_node_aside=aside, reading=proof.reading, steps=steps, patience=patience
        )
        if found.verdict is Verdict.UNDECIDED:
            return replace(proof, verdict=found.verdict, reason=found.reason)
        examples = [replace(x, point=replace(x.point, endpoint=endpoint)) for x in found.counterexamples]
        listed = [*proof.counterexamples, *examples]
        later = proof.later and _verdict([*listed, *proof.later_counterexamples])
        proof = replace(proof, verdict=_verdict(listed), counterexamples=_one_each(listed), later=later)
    return proof


def _worth(proof: Proof) -> tuple[int, int]:
    return WORTH.index(proof.verdict), WORTH.index(proof.later or Verdict.SAME)


def _proof(
    found: list[Counterexample], before: PolicySet, after: PolicySet, facts: Facts, reading: Interpretation
) -> Proof:
    """The answer that the packets give, if the plain interpreter confirms them."""
    if any(x.after.allowed is not (x.effect is Verdict.LOOSER) or x.before.allowed is x.after.allowed for x in found):
        return _undecided(
            "a plain interpreter does not confirm the difference that was found", [], before, after, facts
        )
    odd = unjudged.difference(before, after)
    if odd:
        return _undecided(odd, found, before, after, facts)
    told = assumptions_of(before, after, facts, reading)
    today = [x for x in found if x.point.others is Others.NOTHING]
    asked = places(before, after, facts) != (None,)
    return Proof(
        _verdict(today),
        _one_each(today),
        told,
        reading=reading,
        later=_verdict(found) if asked else None,
        later_counterexamples=_only_later(found, today),
    )


def _only_later(found: list[Counterexample], today: list[Counterexample]) -> tuple[Counterexample, ...]:
    """The smallest packet of each kind of difference that there is not today already."""
    effects = {x.effect for x in today}
    rest = [x for x in found if x.effect not in effects]
    return tuple(one for others in Others for one in _one_each([x for x in rest if x.point.others is others]))


def _called(policies: PolicySet) -> str:
    return policies.semantics.title or policies.semantics.name


def _undecided(reason: str, found: list[Counterexample], before: PolicySet, after: PolicySet, facts: Facts) -> Proof:
    return Proof(Verdict.UNDECIDED, _one_each(found), assumptions_of(before, after, facts), reason)


def _verdict(found: list[Counterexample]) -> Verdict:
    effects = {x.effect for x in found}
    if len(effects) == 2:
        return Verdict.MIXED
    return effects.pop() if effects else Verdict.SAME


def _one_each(found: list[Counterexample]) -> tuple[Counterexample, ...]:
    """The smallest counterexample per effect, looser first: a hole matters more than an outage.

    One that rests on the sequence of equal orders is told where nothing else is.
    """
    best = []
    for effect in (Verdict.LOOSER, Verdict.TIGHTER):
        mine = [x for x in found if x.effect is effect]
        best += [min(mine, key=lambda x: (bool(x.sorting), _size(x.point)))] if mine else []
    return tuple(best)


def _size(point: Point) -> int:
    pods = [pod for pod in (point.subject, point.peer) if pod is not None]
    extra = len(point.names) + len(point.node_labels) + len(point.fqdns)
    return extra + sum(1 + len(pod.labels) + len(pod.namespace_labels) for pod in pods)


def _answers(sides: Sides, asked: tuple[Question, ...]) -> Iterator[Counterexample]:
    """A small packet for each question that has one, and for all that policies may do that are not given."""
    for question in asked:
        whatever = sides.points(question)
        for point in (p for others in asked_of(question) for p in sides.points(question, others)) if whatever else ():
            from translate.prover.witness import shrink  # only where something differs

            # Shrinking must keep the direction: a hole must not turn into an outage on the way.
            shows = partial(sides.shows, question)
            small = sides.told(shrink(point, shows) if shows(point) else point)
            yield Counterexample(
                Verdict.LOOSER if question.looser else Verdict.TIGHTER,
                small,
                *sides.decisions(question, small),
                sorting=sides.sorting(question, small),
            )
