"""Equal orders of which nobody said how their engine tells them apart: a loss names the two policies that decide."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as altered

from translate.api.result import Result, graded
from translate.core.diagnostics import Effect, Report
from translate.dialects import get
from translate.model.facts import Facts
from translate.model.policy import Policy, PolicySet
from translate.model.semantics import TieBreak
from translate.model.ties import telling_pairs
from translate.prover.compare import Counterexample, Proof, Verdict, prove
from translate.prover.evaluator import decide
from translate.prover.sides import tie_breaks
from translate.tables import load

SEQUENCE = "NPT530"


def with_ties(result: Result, proof: Proof, facts: Facts, steps: int) -> Result:
    """The result with a loss for each effect that ``proof`` found and a sequence of equal orders has."""
    before, after = result.before, result.after
    if before is None or after is None or proof.verdict in (Verdict.SAME, Verdict.UNDECIDED):
        return result
    ways = dict.fromkeys(one for one, other in tie_breaks(before, after) if one is not other)
    report = Report()
    first, *others = (way for way in ways if way is not None) if len(ways) > 1 else (None,)
    for other in others:
        found = prove(_told_by(before, first), _told_by(before, other), facts=facts, steps=steps)
        for example in found.counterexamples:
            more = example.effect is Verdict.LOOSER
            effect = Effect.TIGHTER if more else Effect.LOOSER
            if proof.verdict in (Verdict.MIXED, Verdict(effect.value)):
                _lose(before, example, effect, other, report)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses))


def _told_by(policies: PolicySet, ties: TieBreak | None) -> PolicySet:
    return policies if ties is None else altered(policies, semantics=policies.semantics.told_by(ties))


def _lose(policies: PolicySet, example: Counterexample, effect: Effect, ties: TieBreak, report: Report) -> None:
    engine = policies.semantics
    one, two = _pair(policies, example, ties)
    here, there = engine.sentences.ties[0], engine.sentences.ties[engine.ties.index(ties)]
    lets = "more" if effect is Effect.TIGHTER else "less"
    report.lose(
        SEQUENCE,
        effect,
        f"{one.identity} and {two.identity} are of equal order, and it matters which is asked first: {here}, and the "
        f"output goes by that; {there}, which lets {lets} through",
        origin=one.origin,
        object=str(one.identity),
        hint=_way_out(engine.name),
    )


def _way_out(engine: str) -> str:
    if not get(engine).tells_releases:
        return "give each of them a priority of its own"
    release = f"--source-version {engine}={load.versions()[engine].newest}"
    return f"say which release enforces the input ({release}), or give each an order of its own"


def _pair(policies: PolicySet, example: Counterexample, ties: TieBreak) -> tuple[Policy, Policy]:
    """The two policies whose sequence decides the packet: alone, they decide it by other rules, too."""
    pairs = list(telling_pairs(policies))
    for pair in pairs:
        alone = altered(policies, policies=pair)
        rules = [decide(alone, example.point, ties=way).rule for way in (policies.semantics.ties[0], ties)]
        if rules[0] is not rules[1]:
            return pair
    return pairs[0]
