"""``verify`` and ``roundtrip``: is this file the same as that one, and does a policy survive the way there and back?"""

from __future__ import annotations

from typing import Unpack

from msgspec.structs import replace

from translate.api.convert import translated
from translate.api.options import Options, RoundTripKeywords, VerifyKeywords, chosen, dialect
from translate.api.refusing import located
from translate.api.releases import read_on
from translate.api.remembered import remembered
from translate.api.result import RoundTrip, Verification
from translate.api.structure import differences
from translate.api.text_folder import texts_of
from translate.api.translation_validation import proof_of
from translate.core.diagnostics import InputError, Problem, UnsupportedError
from translate.frontend import bystanders
from translate.frontend.facts import facts_of
from translate.frontend.intake import apart, take_in
from translate.frontend.link import Linked, SharedManifests, link
from translate.frontend.sources import Input, sources
from translate.model.policy import Bearing, PolicySet
from translate.prover.allowance import allowed
from translate.prover.compare import Proof, Verdict
from translate.prover.unjudged import difference


def verify(
    before: Input, after: Input, *, options: Options | None = None, **keywords: Unpack[VerifyKeywords]
) -> Verification:
    """Compare two inputs over all pods, namespaces, addresses and packets that the facts leave possible, also of
    different dialects. Of ``options``, what says how they are read, and how much work the proof may take.

    What is not understood on either side makes the answer undecided, never ``same``. Raises InputError.
    """
    asked = chosen(options, keywords, VerifyKeywords)
    with allowed(asked.max_seconds, asked.max_memory), remembered(asked.cache):
        return _verified(before, after, asked)


def _verified(before: Input, after: Input, asked: Options) -> Verification:
    known, where = facts_of(asked.facts), asked.default_namespace
    texts = texts_of(asked.cache)
    left_intake, right_intake = take_in(sources(before), texts), take_in(sources(after), texts)
    shared: SharedManifests = {}
    first = link(left_intake, default_namespace=where, engine=asked.source_engine, facts=known, manifests=shared)
    second = link(
        right_intake, default_namespace=where, engine=asked.target_engine, facts=first.facts, manifests=shared
    )
    texts.keep()
    first, second = read_on(asked.before_version, first), read_on(asked.after_version, second)
    refusals = [*located(first.report.refusals, first.places), *located(second.report.refusals, second.places)]
    left, right = _comparable(first, second)
    if refusals:
        reason = f"{refusals[0].message}: what is not read cannot be compared"
        proof = Proof(Verdict.UNDECIDED, reason=reason)
    else:
        proof = proof_of(left, right, second.facts, steps=asked.max_steps)
        odd = difference(left, right, (Bearing.ROUTES,))
        proof = replace(proof, verdict=Verdict.UNDECIDED, reason=odd, later=None) if odd else proof
    report = first.report.merged(second.report)
    unseen = bystanders.unlooked((*first.foreign, *second.foreign))
    if unseen:
        report.note(unseen)
    notes = tuple(dict.fromkeys(report.notes))
    return Verification(proof, left, right, first.places, second.places, tuple(refusals), notes, second.facts)


def _comparable(first: Linked, second: Linked) -> tuple[PolicySet, PolicySet]:
    """Both sets; one without any policy is read by the engine of the other, as there is nothing else to go by."""
    left, right = first.policies, second.policies
    told = (*left.policies, *right.policies, *left.unjudged, *right.unjudged)
    if not (told or first.report.refusals or second.report.refusals):
        message = "neither input holds a policy: there is nothing to compare"
        raise InputError([Problem(message=message)])
    if not right.policies:
        right = replace(right, semantics=left.semantics)
    if not left.policies:
        left = replace(left, semantics=right.semantics)
    return left, right


def roundtrip(
    source: Input, *, via: str, options: Options | None = None, **keywords: Unpack[RoundTripKeywords]
) -> RoundTrip:
    """Translate to ``via`` and back: the proof compares first with last, ``differences`` tells how the structure
    changed. Of ``options``, what says how the input is read, and how much work a proof may take.

    Each text is read once: the input, what it became, and what came back. Raises InputError, and UnsupportedError where
    a direction cannot be translated.
    """
    asked, target = chosen(options, keywords, RoundTripKeywords), dialect(via)
    with allowed(asked.max_seconds, asked.max_memory):
        return _there_and_back(source, target, asked)


def _there_and_back(source: Input, target: str, asked: Options) -> RoundTrip:
    where, engine, steps = asked.default_namespace, asked.source_engine, asked.max_steps
    whole, known = take_in(sources(source)), facts_of(asked.facts)
    given, unread = apart(whole)
    way = Options(default_namespace=where, max_steps=steps)
    there, between = translated(
        given, target, replace(way, source_engine=engine, source_version=asked.source_version), known
    )
    first = link(given, default_namespace=where, facts=known)
    if not first.dialects:
        raise InputError([Problem(message="the input holds no policy")])
    if not there.text or between is None or there.before is None:
        raise UnsupportedError((), there.open_losses, there.places)
    back, again = translated(between.called(f"{target} form"), first.dialects[0], way, first.facts)
    if not back.text or again is None:
        raise UnsupportedError((), back.open_losses, back.places)
    semantics = there.before.semantics
    last = link(again.called("way back"), default_namespace=where, engine=semantics.name, facts=first.facts)
    after = replace(last.policies, semantics=semantics)
    proof = proof_of(there.before, after, first.facts, steps=steps)
    changed = differences(there.before, last.policies)
    gone = tuple(bystanders.identity(item.value) for item in unread)
    if gone:
        reason = f"{gone[0]} decides about traffic and is not read: it does not come back"
        proof = replace(proof, verdict=Verdict.UNDECIDED, reason=reason, later=None)
    return RoundTrip(there, back, proof, changed | {str(name): ("only before",) for name in gone}, gone)
