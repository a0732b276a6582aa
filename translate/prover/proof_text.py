"""A proof as a text that is read again beside the question that it answers: policies and rules are numbers there.

So a text holds no policy, says nothing of where one was written, and cannot bring one in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from translate.model.policy import Direction, Policy, PolicySet, Rule
from translate.model.unknowns import Unknown
from translate.prover.assumptions import Assumption
from translate.prover.decision import Decision
from translate.prover.interpretations import Interpretation
from translate.prover.memory import ProofQuestion
from translate.prover.point import Others, Point
from translate.prover.proof import Counterexample, Proof, Verdict


class _Decided(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision; ``policy`` and ``rule``: which of the set, and which of its section."""

    allowed: bool
    why: str
    logged: bool
    policy: int | None = None
    rule: int | None = None


class _Unknown(Struct, frozen=True, forbid_unknown_fields=True):
    """An unknown set: the name of its type, and its fields."""

    kind: str
    fields: dict[str, Any]


class _Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A counterexample; the unknown sets of its packet stand apart, as their types are the dialects' own."""

    effect: Verdict
    point: Point
    opaque: tuple[_Unknown, ...]
    before: _Decided
    after: _Decided
    sorting: tuple[str, ...]


class _Written(Struct, frozen=True, forbid_unknown_fields=True):
    """A decided proof."""

    verdict: Verdict
    examples: tuple[_Example, ...]
    assumptions: tuple[Assumption, ...]
    reading: Interpretation
    later: Verdict | None
    later_examples: tuple[_Example, ...]


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Written)


class UnkeepableError(Exception):
    """A proof that rests on what its question does not hold, or a text that is none of a proof for it."""


def written(proof: Proof, question: ProofQuestion) -> bytes:
    """The text of a decided ``proof``. Raises UnkeepableError."""
    examples, later = (
        tuple(_example(one, question) for one in some) for some in (proof.counterexamples, proof.later_counterexamples)
    )
    return _ENCODER.encode(_Written(proof.verdict, examples, proof.assumptions, proof.reading, proof.later, later))


def read(text: bytes, question: ProofQuestion) -> Proof:
    """The proof that was written for an equal question. Raises UnkeepableError for any other text."""
    try:
        found = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnkeepableError from error
    today, later = (tuple(_told(one, question) for one in some) for some in (found.examples, found.later_examples))
    proof = Proof(found.verdict, today, found.assumptions, "", found.reading, found.later, later, recalled=True)
    if not _agrees(proof):
        raise UnkeepableError
    return proof


def _agrees(proof: Proof) -> bool:
    """Whether the verdicts are those of the packets: same if and only if there is none."""
    told = [_verdict(x.effect for x in proof.counterexamples)]
    told += [_verdict(x.effect for x in (*proof.counterexamples, *proof.later_counterexamples))]
    nothing = all(x.point.others is Others.NOTHING for x in proof.counterexamples)
    return nothing and proof.verdict is told[0] and proof.later in (None, told[1])


def _verdict(effects: Iterator[Verdict]) -> Verdict:
    found = set(effects)
    return Verdict.MIXED if len(found) == 2 else next(iter(found), Verdict.SAME)


def _example(example: Counterexample, question: ProofQuestion) -> _Example:
    point = example.point
    unknown = tuple(_Unknown(_kind(type(one)), msgspec.to_builtins(one)) for one in point.opaque)
    before, after = (
        _decided(one, policies, point.direction)
        for one, policies in ((example.before, question.before), (example.after, question.after))
    )
    return _Example(example.effect, replace(point, opaque=frozenset()), unknown, before, after, example.sorting)


def _told(example: _Example, question: ProofQuestion) -> Counterexample:
    point = replace(example.point, opaque=frozenset(map(_unknown, example.opaque)))
    before, after = (
        _decision(one, policies, point.direction)
        for one, policies in ((example.before, question.before), (example.after, question.after))
    )
    if before.allowed is after.allowed or after.allowed is not (example.effect is Verdict.LOOSER):
        raise UnkeepableError
    return Counterexample(example.effect, point, before, after, example.sorting)


def _decided(decision: Decision, policies: PolicySet, direction: Direction) -> _Decided:
    policy, rule = decision.policy, decision.rule
    number = None if policy is None else _number(policy, policies.policies)
    section = None if policy is None else policy.section(direction)
    place = None if rule is None else _number(rule, section.rules if section is not None else ())
    return _Decided(decision.allowed, decision.why, decision.logged, number, place)


def _number(one: Policy | Rule, some: tuple[Policy, ...] | tuple[Rule, ...]) -> int:
    """Which of ``some`` is the very one: others may be equal to it and stand elsewhere. Raises UnkeepableError."""
    for number, other in enumerate(some):
        if other is one:
            return number
    raise UnkeepableError


def _decision(decided: _Decided, policies: PolicySet, direction: Direction) -> Decision:
    policy: Policy | None = None
    rule: Rule | None = None
    try:
        if decided.policy is not None:
            policy = policies.policies[_index(decided.policy)]
        if decided.rule is not None:
            section = policy.section(direction) if policy is not None else None
            rule = section.rules[_index(decided.rule)] if section is not None else None
            if rule is None:
                raise UnkeepableError
    except IndexError as error:
        raise UnkeepableError from error
    return Decision(decided.allowed, policy, rule, decided.why, decided.logged)


def _index(number: int) -> int:
    if number < 0:
        raise UnkeepableError
    return number


def _unknown(found: _Unknown) -> Unknown:
    """The unknown set of that name among the types there are: a text names none that is not loaded."""
    kind = {_kind(one): one for one in _kinds(Unknown)}.get(found.kind)
    try:
        if kind is not None:
            return msgspec.convert(found.fields, kind)
    except msgspec.ValidationError as error:
        raise UnkeepableError from error
    raise UnkeepableError


def _kinds(base: type[Unknown]) -> Iterator[type[Unknown]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _kind(kind: type[Unknown]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
