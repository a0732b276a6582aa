"""What a proof asks: under which readings of either side, and beside which policies that are not given."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from typing import NamedTuple, TypeAlias

from translate.model.edit import rules_of
from translate.model.facts import NO_FACTS, Facts
from translate.model.peers import Reach
from translate.model.policy import DEFAULT_TIER, Action, PolicySet
from translate.model.semantics import TieBreak
from translate.model.ties import VERDICTS, tell
from translate.prover.interpretations import OF_ENGINES, Interpretation, interpretations
from translate.prover.point import Others
from translate.prover.steps import OthersPlace

Ties: TypeAlias = "tuple[TieBreak | None, TieBreak | None]"
"""How equal orders are told apart before and after; None where nothing rests on that."""


class Question(NamedTuple):
    """Whether some packet is allowed after and denied before (``looser``), or the other way round, under a reading of
    either side, with policies that are not given in some place (None: there are none) and equal orders told apart so.
    """

    looser: bool
    before: Interpretation
    after: Interpretation
    place: OthersPlace | None
    ties: Ties


def questions(before: PolicySet, after: PolicySet, facts: Facts = NO_FACTS) -> list[tuple[Question, ...]]:
    """Lists of questions: the sets are the same if one of the lists has no packet for any of its questions.

    Where the input leaves a point open any answer of the output is right: it is looser only if it allows what the most
    generous reading denies. An output that leaves points open is right if it is so for one kind of engine that there
    is, the input's own first. Where both leave them open, one engine reads both, whichever it is.
    """
    where = places(before, after, facts)
    told = tie_breaks(before, after)
    return [
        tuple(Question(*one, place, ties) for ties in told for one in asked for place in where)
        for asked in _asked(before, after)
    ]


def tie_breaks(before: PolicySet, after: PolicySet, actions: Collection[Action] = VERDICTS) -> list[Ties]:
    """All ways in which the sides may tell equal orders apart; an answer holds if it does for each of them.

    One engine of which that is not known has one way for both sides.
    """
    mine, theirs = _ways(before, actions), _ways(after, actions)
    if before.semantics.ties == after.semantics.ties and (None,) not in (mine, theirs):
        return [(ties, ties) for ties in before.semantics.ties]
    return list(product(mine, theirs))


def _ways(policies: PolicySet, actions: Collection[Action]) -> tuple[TieBreak | None, ...]:
    """How a side may tell equal orders apart, one None where that tells nothing of its answers."""
    return policies.semantics.ties if tell(policies, actions) else (None,)


def _asked(before: PolicySet, after: PolicySet) -> Iterator[list[tuple[bool, Interpretation, Interpretation]]]:
    least, most = Interpretation.LEAST, Interpretation.MOST
    mine, theirs = interpretations(before), interpretations(after)
    if before.semantics == after.semantics or (before.semantics.leaves_open and after.semantics.leaves_open):
        both = [reading for reading in Interpretation if reading in mine or reading in theirs]
        yield [(looser, reading, reading) for looser in (True, False) for reading in both]
    elif before.semantics.leaves_open:
        yield [(True, most, least), (False, least, least)]
    else:
        own = Interpretation.BLOCKS if before.semantics.reach is Reach.ADDRESS else least
        found = set(theirs) & OF_ENGINES
        if own is not least and any(policy.departures for policy in after.policies):
            found = {own}  # who reads ranges otherwise departs from what the API says there
        for reading in sorted(found, key=lambda reading: (reading is not own, reading is not least)):
            yield [(True, least, reading), (False, least, reading)]


def places(before: PolicySet, after: PolicySet, facts: Facts) -> tuple[OthersPlace | None, ...]:
    """Where policies that are not given are to be supposed: nowhere if it is stated that there are none, or if one of
    the engines enforces none of them.
    """
    if facts.are_all("Policy") or before.semantics.shared is None or after.semantics.shared is None:
        return (None,)
    ties = any(_ties_with_others(one) for one in (before, after))
    return (OthersPlace.FIRST, OthersPlace.LAST) if ties else (OthersPlace.FIRST,)


def _ties_with_others(policies: PolicySet) -> bool:
    """Whether a policy that does more than allow has the order of those that are not given."""
    shared = policies.semantics.shared
    return policies.semantics.has_order and any(
        shared is not None
        and policy.tier == DEFAULT_TIER
        and policy.order == shared.order
        and any(rule.action.cuts for rule in rules_of(policy))
        for policy in policies.policies
    )


def asked_of(question: Question) -> tuple[Others, ...]:
    """What policies that are not given may do, as far as ``question`` supposes any."""
    return (Others.NOTHING,) if question.place is None else tuple(Others)
