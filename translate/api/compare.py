"""``verify`` and ``roundtrip``: is this file the same as that one, and does a policy survive the way there and back?"""

from __future__ import annotations

from msgspec.structs import replace

from translate.api.convert import convert
from translate.api.facts import FactsInput, facts_of
from translate.api.intake import Intake, take_in
from translate.api.options import engine_of
from translate.api.refusing import located
from translate.api.result import RoundTrip, Verification
from translate.api.sources import Input, Source, sources
from translate.api.structure import differences
from translate.api.translation_validation import compared
from translate.core.diagnostics import InputError, Problem, UnsupportedError
from translate.model.policy import PolicySet
from translate.prover.compare import Proof, Verdict
from translate.prover.fact_core import fact_core


def verify(
    before: Input,
    after: Input,
    *,
    default_namespace: str = "default",
    source_engine: str | None = None,
    target_engine: str | None = None,
    facts: FactsInput = None,
) -> Verification:
    """Compare two inputs over all pods, namespaces, addresses and packets that the facts leave possible, also of
    different dialects.

    What is not understood on either side makes the answer undecided, never ``same``. Raises InputError.
    """
    known = facts_of(facts)
    first = take_in(sources(before), default_namespace=default_namespace, engine=engine_of(source_engine), facts=known)
    second = take_in(
        sources(after), default_namespace=default_namespace, engine=engine_of(target_engine), facts=first.facts
    )
    refusals = [*located(first.report.refusals, first.places), *located(second.report.refusals, second.places)]
    left, right = _comparable(first, second)
    if refusals:
        reason = f"{refusals[0].message}: what is not read cannot be compared"
        proof = Proof(Verdict.UNDECIDED, reason=reason)
    else:
        proof = fact_core(compared(left, right, second.facts), left, right, second.facts)
    return Verification(
        proof,
        left,
        right,
        first.places,
        second.places,
        tuple(refusals),
        tuple(dict.fromkeys((*first.report.notes, *second.report.notes))),
    )


def _comparable(first: Intake, second: Intake) -> tuple[PolicySet, PolicySet]:
    """Both sets; one without any policy is read by the engine of the other, as there is nothing else to go by."""
    left, right = first.policies, second.policies
    if not (left.policies or right.policies or first.report.refusals or second.report.refusals):
        message = "neither input holds a policy: there is nothing to compare"
        raise InputError([Problem(message=message)])
    if not right.policies:
        right = replace(right, semantics=left.semantics)
    if not left.policies:
        left = replace(left, semantics=right.semantics)
    return left, right


def roundtrip(
    source: Input,
    *,
    via: str,
    default_namespace: str = "default",
    source_engine: str | None = None,
    facts: FactsInput = None,
) -> RoundTrip:
    """Translate to ``via`` and back: the proof compares first with last, ``differences`` tells how the structure
    changed.

    Raises InputError, and UnsupportedError where a direction cannot be translated.
    """
    given = sources(source)
    known = facts_of(facts)
    there = convert(given, to=via, default_namespace=default_namespace, source_engine=source_engine, facts=known)
    first = take_in(given, default_namespace=default_namespace, facts=known)
    origin, known = first.dialects, first.facts
    if not origin:
        raise InputError([Problem(message="the input holds no policy")])
    if not there.text:
        raise UnsupportedError((), there.open_losses)
    between = (Source(f"{via} form", there.text),)
    back = convert(between, to=origin[0], default_namespace=default_namespace, facts=known)
    if there.before is None or not back.text:
        raise UnsupportedError((), back.open_losses)
    text, engine = (Source("way back", back.text),), there.before.semantics.name
    last = take_in(text, default_namespace=default_namespace, engine=engine, facts=known)
    after = replace(last.policies, semantics=there.before.semantics)
    proof = fact_core(compared(there.before, after, known), there.before, after, known)
    return RoundTrip(there, back, proof, differences(there.before, last.policies))
