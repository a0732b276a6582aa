"""``verify`` and ``roundtrip``: is this file the same as that one, and does a policy survive the way there and back?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from msgspec.structs import replace

from translate.api.convert import translated
from translate.api.options import Options, RoundTripKeywords, VerifyKeywords, chosen, dialect
from translate.api.refusing import located
from translate.api.releases import read_on
from translate.api.remembered import remembered
from translate.api.result import Later, RoundTrip, Verification
from translate.api.structure import differences
from translate.api.text_folder import texts_of
from translate.api.translation_validation import proof_of
from translate.core.diagnostics import InputError, Note, Problem, Refusal, UnsupportedError
from translate.core.origin import NOWHERE, Origin
from translate.core.several import at_most
from translate.frontend import bystanders
from translate.frontend.facts import facts_of
from translate.frontend.in_common import InCommon
from translate.frontend.intake import Intake, apart, take_in
from translate.frontend.lifting import Lifts
from translate.frontend.link import Linked, link
from translate.frontend.sources import Input, sources
from translate.model.facts import Facts
from translate.model.policy import Bearing, PolicySet
from translate.prover.allowance import allowed
from translate.prover.proof import Proof, Verdict
from translate.prover.unjudged import difference


def verify(
    before: Input, after: Input, *, options: Options | None = None, **keywords: Unpack[VerifyKeywords]
) -> Verification:
    """Compare two inputs over all pods, namespaces, addresses and packets that the facts leave possible, also of
    different dialects. Of ``options``, what says how they are read, and how much work the proof may take.

    What is not understood on either side makes the answer undecided, never ``same``. Raises InputError.
    """
    asked = chosen(options, keywords, VerifyKeywords)
    with allowed(asked.max_seconds, asked.max_memory), remembered(asked.cache), at_most(asked.jobs):
        return _verified(before, after, asked)


def _verified(before: Input, after: Input, asked: Options) -> Verification:
    sides = _Sides(before, after, asked)
    found = _compared(sides, sides.first, sides.second())
    if any(sides.common.is_lent(one) for one in _told(found)):
        found = _compared(sides, sides.first, sides.owned())
    return found


class _Sides:
    """Both inputs, linked. Raises InputError."""

    def __init__(self, before: Input, after: Input, asked: Options) -> None:
        self.asked, texts = asked, texts_of(asked.cache)
        left, self._right = take_in(sources(before), texts), take_in(sources(after), texts)
        where, is_noted = asked.default_namespace, asked.cache is not None
        self.common = InCommon(left, self._right, where, texts.was_taken, is_noted=is_noted)
        first = self._linked(left, asked.source_engine, facts_of(asked.facts), self.common.before)
        self._facts = first.facts
        self.first = read_on(asked.before_version, first)
        self._second = self._borrowing()
        texts.keep(self.common.manifests)

    def second(self) -> Linked:
        """The set after; what is lent of it says where it stands before."""
        return self.owned() if self._second is None else self._second

    def owned(self) -> Linked:
        """The set after, all of which says where it stands there."""
        return self._after(self.common.owned)

    def _borrowing(self) -> Linked | None:
        """None where there is something to say, which needs the places of the side after."""
        try:
            found = self._after(self.common.after)
        except InputError:
            return None
        told: list[Note | Refusal] = [*found.report.notes, *found.report.refusals]
        return None if any(self.common.is_lent(one.origin) for one in told) else found

    def _after(self, lifting: Lifts) -> Linked:
        found = self._linked(self._right, self.asked.target_engine, self._facts, lifting)
        return read_on(self.asked.after_version, found)

    def _linked(self, intake: Intake, engine: str | None, facts: Facts, lifting: Lifts) -> Linked:
        where = self.asked.default_namespace
        return link(intake, default_namespace=where, engine=engine, facts=facts, lifting=lifting)


def _told(found: Verification) -> Iterator[Origin]:
    """The places of the side after that an answer shows."""
    proof = found.proof
    for example in (*proof.counterexamples, *proof.later_counterexamples):
        policy, rule = example.after.policy, example.after.rule
        yield NOWHERE if policy is None else policy.origin
        yield NOWHERE if rule is None else rule.origin


def _compared(sides: _Sides, first: Linked, second: Linked) -> Verification:
    asked = sides.asked
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
    is_lent = any(sides.common.is_lent(policy.origin) for policy in right.policies)
    owned = Later((lambda: _comparable(first, sides.owned())[1]) if is_lent else None)
    return Verification(proof, left, right, first.places, second.places, tuple(refusals), notes, second.facts, owned)


def _comparable(first: Linked, second: Linked) -> tuple[PolicySet, PolicySet]:
    """Both sets; one without any policy is read by the engine of the other, as there is nothing else to go by."""
    left, right = first.policies, second.policies
    told = (*left.policies, *right.policies, *left.unjudged, *right.unjudged)
    if not (told or first.report.refusals or second.report.refusals):
        from translate.api.staging import no_policy  # seldom needed

        raise InputError([Problem(message=f"{no_policy(first, second)}: there is nothing to compare")])
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
    with allowed(asked.max_seconds, asked.max_memory), at_most(asked.jobs):
        return _there_and_back(source, target, asked)


def _there_and_back(source: Input, target: str, asked: Options) -> RoundTrip:
    from translate.api.staging import is_staged, no_policy  # a comparison needs neither

    where, engine, steps = asked.default_namespace, asked.source_engine, asked.max_steps
    whole, known = take_in(sources(source)), facts_of(asked.facts)
    given, unread = apart(whole)
    way = Options(default_namespace=where, max_steps=steps)
    outward = replace(way, source_engine=engine, source_version=asked.source_version)
    there, between = translated(given, target, outward, known, again=True)
    first = link(given, default_namespace=where, facts=known)
    if not first.dialects:
        raise InputError([Problem(message=no_policy(first))])
    if there.withheld or between is None or there.before is None:
        raise UnsupportedError((), there.open_losses, there.places)
    back, again = translated(between.called(f"{target} form"), first.dialects[0], way, first.facts, again=True)
    if back.withheld or again is None:
        raise UnsupportedError((), back.open_losses, back.places)
    semantics = there.before.semantics
    last = link(again.called("way back"), default_namespace=where, engine=semantics.name, facts=first.facts)
    after = replace(last.policies, semantics=semantics)
    proof = proof_of(there.before, after, first.facts, steps=steps)
    changed = differences(there.before, last.policies)
    lost = tuple(bystanders.identity(item.value) for item in unread)
    if lost:
        reason = f"{lost[0]} decides about traffic and is not read: it does not come back"
        proof = replace(proof, verdict=Verdict.UNDECIDED, reason=reason, later=None)
    staged = (bystanders.identity(item.value) for item in first.companions if is_staged(item.value))
    gone = (*lost, *(staged if target != first.dialects[0] else ()))
    return RoundTrip(there, back, proof, changed | {str(name): ("only before",) for name in gone}, gone)
