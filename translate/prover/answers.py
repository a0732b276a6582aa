"""The answer to a connection: allowed, denied, or what it depends on, with the walks that show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import product

from translate.model.policy import Direction
from translate.prover.asking import Another, Granted, OpenQuestion, Supposed, Told, worlds_of
from translate.prover.budget import Budget, OutOfBudget
from translate.prover.judge import Circumstances, Judge
from translate.prover.near_miss import NearMiss, nearest
from translate.prover.settings_of import settings_of
from translate.prover.trace import Trace

MOST_TRIED = 20_000
"""So often a connection is judged, each time with other answers to what nobody told."""
MOST_TRIED_AGAIN, COMPARED = 200, 60


class Answer(StrEnum):
    """What becomes of a connection; UNDECIDED: nobody can say, as something is not read or there is too much to try."""

    ALLOWED = "allowed"
    DENIED = "denied"
    DEPENDS = "depends"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Supposition:
    """Something that nobody told, supposed to be as ``answer`` says (``yes`` and ``no`` of a sentence, else a value);
    ``way``: how it can be told. ``sentence``: all of it in words.
    """

    question: str
    answer: str
    sentence: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """One end: the pod that is judged there, its own answer, the walk, and the nearest miss where it is denied.

    ``unknown``: what nobody told and the words of the walk take for granted, though the answer is the same without.
    """

    direction: Direction
    pod: str
    answer: Answer
    trace: Trace
    near_miss: NearMiss | None = None
    unknown: tuple[Supposition, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """The answer if what is ``supposed`` is so."""

    answer: Answer
    supposed: tuple[Supposition, ...]
    walks: tuple[Walk, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """One way in which all may be, and whether the connection then gets through."""

    setting: Circumstances
    supposed: Supposed
    allowed: bool

    @property
    def told(self) -> dict[OpenQuestion, str]:
        """All that is supposed, in words."""
        return {**self.setting.told, **{question: _said(answer) for question, answer in self.supposed.items()}}


def cases_of(judge: Judge, *, with_misses: bool = True) -> tuple[Alternative, ...]:
    """One case where the answer is the same whatever is not known, else one that is allowed and one that is denied,
    which differ in as little as can be; none where no packet can be sent. ``with_misses``: with the nearest miss of
    what is denied, which every rule of every policy is asked for. Raises OutOfBudget.
    """
    worlds = list(_worlds(judge, tuple(judge.ends)))
    allowed = [world for world in worlds if world.allowed]
    denied = [world for world in worlds if not world.allowed]
    if allowed and denied:
        pair = _nearest(allowed, denied)
        return tuple(
            _case(judge, world, (*_differing(world, other), *_needed(world, other, worlds)), with_misses)
            for world, other in (pair, pair[::-1])
        )
    return tuple(_case(judge, world, (), with_misses) for world in worlds[:1])


def _worlds(judge: Judge, directions: tuple[Direction, ...]) -> Iterator[_World]:
    budget = Budget(MOST_TRIED)
    for setting in settings_of(judge):
        for supposed, allowed in worlds_of(partial(judge.allows, directions, setting), {}, budget):
            yield _World(setting, supposed, allowed)


def _nearest(allowed: list[_World], denied: list[_World]) -> tuple[_World, _World]:
    """The pair with the fewest differences, the first of those."""
    pairs = product(allowed[:COMPARED], denied[:COMPARED])
    return min(pairs, key=lambda pair: len(_differing(*pair)) + len(_differing(*reversed(pair))))


def _differing(world: _World, other: _World) -> tuple[Supposition, ...]:
    theirs = other.told
    return tuple(
        _supposition(question, answer) for question, answer in world.told.items() if theirs.get(question) != answer
    )


def _supposition(question: OpenQuestion, answer: str) -> Supposition:
    match answer:
        case "yes":
            words = question.text
        case "no":
            words = question.otherwise
        case "absent":
            words = f"there is no {question.text}"
        case _:
            words = f"{question.text} is {answer}"
    return Supposition(question.text, answer, words, question.way)


def _needed(world: _World, other: _World, worlds: list[_World]) -> Iterator[Supposition]:
    """What is supposed of both alike, and without which the answer of ``world`` might be the other one."""
    mine, theirs = world.told, other.told
    for question, answer in mine.items():
        if theirs.get(question) == answer and any(_turns(world, question, one) for one in worlds):
            yield _supposition(question, answer)


def _turns(world: _World, question: OpenQuestion, other: _World) -> bool:
    """Whether ``other`` has another answer than ``world``, and supposes nothing else but of ``question``."""
    if other.allowed is world.allowed:
        return False
    mine, theirs = world.told, other.told
    changed = {one for one in mine.keys() & theirs.keys() if mine[one] != theirs[one]}
    return changed == {question}


def _said(answer: Told) -> str:
    match answer:
        case None:
            return "absent"
        case bool():
            return "yes" if answer else "no"
        case Another():
            return "anything else"
        case _:
            return answer or '""'


def _case(judge: Judge, world: _World, supposed: tuple[Supposition, ...], with_misses: bool) -> Alternative:
    walks = tuple(_walk(judge, direction, world, with_misses) for direction in judge.ends)
    return Alternative(Answer.ALLOWED if world.allowed else Answer.DENIED, supposed, walks)


def _walk(judge: Judge, direction: Direction, world: _World, with_misses: bool) -> Walk:
    granted: Granted = {}
    found = judge.walk(direction, world.setting, world.supposed, granted)
    answer = _own_answer(judge, direction, world)
    miss = nearest(judge.policies, found, world.setting.reading) if with_misses else None
    unknown = tuple(_supposition(question, _said(told)) for question, told in granted.items())
    return Walk(direction, judge.ends[direction][0].called, answer, found, miss, unknown)


def _own_answer(judge: Judge, direction: Direction, world: _World) -> Answer:
    """What one end says by itself, whatever the other does."""
    judged = partial(judge.allows, (direction,), world.setting)
    try:
        found = {allowed for _, allowed in worlds_of(judged, world.supposed, Budget(MOST_TRIED_AGAIN))}
    except OutOfBudget:
        return Answer.DEPENDS
    if len(found) > 1:
        return Answer.DEPENDS
    return Answer.ALLOWED if True in found else Answer.DENIED
