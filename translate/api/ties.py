"""Equal orders of which nobody said how their engine tells them apart: a loss names the two policies that decide."""

from __future__ import annotations

from msgspec.structs import replace

from translate.api.result import Result, graded, source_of
from translate.core.diagnostics import Effect, Report
from translate.dialects import get
from translate.model.facts import Facts
from translate.model.policy import Policy, PolicySet
from translate.model.semantics import TieBreak
from translate.model.ties import telling_pairs
from translate.prover.compare import prove
from translate.prover.proof import Counterexample, Proof, Verdict
from translate.prover.questions import tie_breaks
from translate.tables import load

SEQUENCE = "NPT530"


def with_ties(result: Result, proof: Proof, facts: Facts, steps: int) -> Result:
    """The result with a loss for each effect that ``proof`` found and that a sequence of equal orders has, of the input
    or of the output alone.
    """
    if result.before is None or result.after is None or proof.verdict in (Verdict.SAME, Verdict.UNDECIDED):
        return result
    report = Report()
    apart = [ways for ways in tie_breaks(result.before, result.after) if ways[0] is not ways[1]]
    for policies, ways in zip((result.before, result.after), zip(*apart, strict=True), strict=bool(apart)):
        first, *others = dict.fromkeys(way for way in ways if way is not None) or (None,)
        for other in others:
            of_first, of_other = (_told_by(policies, way) for way in (first, other))
            for example in prove(of_first, of_other, facts=facts, steps=steps).counterexamples:
                more = example.effect is Verdict.LOOSER
                effect = Effect.TIGHTER if more is (policies is result.before) else Effect.LOOSER
                if other is not None and proof.verdict in (Verdict.MIXED, Verdict(effect.value)):
                    _lose(policies, example, effect, other, result, report)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses))


def is_told(example: Counterexample, result: Result) -> bool:
    """Whether such a loss stands for a packet."""
    effects = {loss.effect.value for loss in result.losses if loss.code == SEQUENCE}
    return bool(example.sorting) and example.effect.value in effects


def _told_by(policies: PolicySet, ties: TieBreak | None) -> PolicySet:
    return policies if ties is None else replace(policies, semantics=policies.semantics.told_by(ties))


def _lose(
    policies: PolicySet, example: Counterexample, effect: Effect, ties: TieBreak, result: Result, report: Report
) -> None:
    engine = policies.semantics
    one, two = _pair(policies, example, ties)
    here, there = engine.sentences.ties[0], engine.sentences.ties[engine.ties.index(ties)]
    lets = "more" if example.effect is Verdict.LOOSER else "less"
    is_input = policies is result.before
    which = "and the output goes by that" if is_input else "and the output means the same there"
    blamed = one if is_input else source_of(one, result) or one
    report.lose(
        SEQUENCE,
        effect,
        f"{one.identity} and {two.identity}{'' if is_input else ' of the output'} are of equal order, and it matters "
        f"which is asked first: {here}, {which}; {there}, which lets {lets} through",
        origin=blamed.origin,
        about=blamed.identity,
        hint=_way_out(
            engine.name, "source" if result.before and result.before.semantics.name == engine.name else "target"
        ),
    )


def _way_out(engine: str, side: str) -> str:
    if not get(engine).tells_releases:
        return "give each of them a priority of its own"
    release = f"--{side}-version {engine}={load.versions()[engine].newest}"
    return f"say which release it is ({release}), or give each an order of its own"


def _pair(policies: PolicySet, example: Counterexample, ties: TieBreak) -> tuple[Policy, Policy]:
    """The two policies whose sequence decides the packet: alone, they decide it by other rules, too."""
    from translate.prover.evaluator import decide  # only where equal orders decide

    pairs = list(telling_pairs(policies))
    for pair in pairs:
        alone = replace(policies, policies=pair)
        rules = [decide(alone, example.point, ties=way).rule for way in (policies.semantics.ties[0], ties)]
        if rules[0] is not rules[1]:
            return pair
    return pairs[0]
