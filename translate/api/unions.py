"""What several tighter forms keep, in one: what one form loses and another keeps is added to the first, and proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from translate.api.attempts import Attempt, check_size, steps_to_choose
from translate.api.still_lost import still_lost
from translate.api.task import Task
from translate.core.origin import Origin
from translate.model.policy import Direction, Policy, PolicySet, Section
from translate.plan.context import Target
from translate.plan.legalize import Form, target_of
from translate.plan.union import Addition, RuleIndex, Union, closed, lacking, unmarked, with_added
from translate.prover.compare import Proof, Verdict, prove
from translate.prover.interpretations import Interpretation, interpretations, open_blocks
from translate.prover.redundant import redundant

MOST_TRIED = 8
"""So many times something is added to a form: it costs two proofs."""
TIGHT = (Verdict.SAME, Verdict.TIGHTER)

Proves = Callable[[PolicySet, PolicySet, Interpretation | None], Proof]
"""Proves one set against another, for one kind of engine or for the best."""


def united(chosen: Attempt, others: Sequence[Attempt], task: Task, proves: Proves) -> tuple[Attempt, bool]:
    """The chosen attempt, if it is tighter, with the allows that it lacks and ``others`` have, as far as the proof says
    that nothing gets wider than the input by them, and more gets through; and whether not all was tried.
    """
    if chosen.proof is None or chosen.proof.verdict is not Verdict.TIGHTER or not _is_tight(chosen):
        return chosen, False
    search = _Search(task, proves)
    for other in others:
        if _is_tight(other):
            chosen = search.joined(chosen, other)
    if not chosen.keeps:
        return chosen, search.is_cut_short
    given, fitted = task.given.policies, chosen.fitted
    report = still_lost(chosen.report, given, lambda part: proves(part, fitted, None).verdict)
    return replace(chosen, report=report), search.is_cut_short


def _is_tight(attempt: Attempt) -> bool:
    tight = attempt.proof is not None and attempt.proof.verdict in TIGHT
    return tight and not attempt.loosened and not attempt.report.refusals


class _Outcome(Struct, frozen=True):
    """What a try comes to: a nearer attempt, or whether nothing more gets through."""

    attempt: Attempt | None = None
    in_vain: bool = False


class _Search(Struct):
    """How much is left to try."""

    task: Task
    proves: Proves
    left: int = MOST_TRIED
    is_cut_short: bool = False

    @property
    def steps(self) -> int:
        """How many each proof may take."""
        return steps_to_choose(self.task.options.max_steps)

    def joined(self, chosen: Attempt, other: Attempt) -> Attempt:
        """With all that another form has beside the chosen one, or else with what of it may be added one by one."""
        more = lacking(chosen.fitted, other.fitted)
        if not more:
            return chosen
        whole = self._tried(chosen, other, more)
        if whole.attempt is not None:
            return whole.attempt
        # Where all of them together let nothing more through, as it is denied before, none of them does.
        for one in more if not whole.in_vain and len(more) > 1 else ():
            chosen = self._tried(chosen, other, (one,)).attempt or chosen
        return chosen

    def _tried(self, chosen: Attempt, other: Attempt, more: Sequence[Addition]) -> _Outcome:
        """The attempt with more allows, if it is nearer."""
        if not self.left or chosen.form is None or other.form is None:
            self.is_cut_short = True
            return _Outcome()
        self.left -= 1
        fitted = self._fewest(with_added(chosen.fitted, more))
        if fitted is None:
            return _Outcome(in_vain=True)
        report = chosen.report.merged()
        fitted = unmarked(closed(fitted, _target(self.task, chosen.form), report), other.fitted)
        if chosen.form.flat or other.form.flat:
            check_size(fitted, self.task.options.max_rules, report)
        if report.refusals:
            return _Outcome()
        given = self.task.given.policies
        proof = self.proves(given, fitted, None)
        if not (_is_as_good(proof, chosen.proof) and self._is_as_safe(chosen.fitted, fitted)):
            return _Outcome()
        if prove(chosen.fitted, fitted, facts=self.task.given.facts, steps=self.steps).verdict is not Verdict.LOOSER:
            return _Outcome(in_vain=True)
        titles = tuple(dict.fromkeys((*chosen.keeps, other.form.title)))
        return _Outcome(replace(chosen, fitted=fitted, report=report, proof=proof, keeps=titles))

    def _is_as_safe(self, chosen: PolicySet, fitted: PolicySet) -> bool:
        """Whether no kind of engine lets more through than the input for what was added: a range that was cut from
        nothing may hold the pods that a Deny is about.
        """
        if open_blocks(fitted) == open_blocks(chosen):
            return True
        given, known, asked = self.task.given.policies, interpretations(chosen), interpretations(fitted)
        return all(
            self.proves(given, fitted, one).verdict in TIGHT
            for one in asked
            if one not in known or self.proves(given, chosen, one).verdict in TIGHT
        )

    def _fewest(self, union: Union) -> PolicySet | None:
        """The set without rules that were added in vain or are no longer needed; None where all were in vain."""
        needless = self._needless(union.policies)
        if union.added <= needless:
            return None
        if needless - union.added:
            # What could go before as well was left standing on purpose.
            needless -= frozenset(map(union.moved, self._needless(union.base)))
        return union.without(needless)

    def _needless(self, policies: PolicySet) -> frozenset[RuleIndex]:
        """The rules that could go, one after the other, and nothing would change."""
        found = redundant(_numbered(policies), self.task.given.facts, steps=self.steps)
        return frozenset((one.policy.origin.document, one.direction, one.rule.origin.document) for one in found)


def _is_as_good(proof: Proof, than: Proof | None) -> bool:
    """Whether a proof shows nothing wider than the input, on no day that another one does not show as well."""
    later = than.later if than is not None else None
    return proof.verdict in TIGHT and not proof.opens_what_others_close and (proof.holds_later or proof.later is later)


def _numbered(policies: PolicySet) -> PolicySet:
    """The set, each of its rules at a place of its own, which tells its number."""

    def section(found: Section | None) -> Section | None:
        if found is None:
            return None
        return replace(found, rules=tuple(replace(r, origin=Origin("", at)) for at, r in enumerate(found.rules)))

    def one(number: int, policy: Policy) -> Policy:
        places = {"origin": Origin("", number), **{d.value: section(policy.section(d)) for d in Direction}}
        return replace(policy, **places)

    return replace(policies, policies=tuple(one(number, policy) for number, policy in enumerate(policies.policies)))


def _target(task: Task, form: Form) -> Target:
    taken = frozenset((policy.identity.namespace, policy.identity.name) for policy in task.kept)
    return target_of(task.given.policies, task.to, task.semantics, form, facts=task.given.facts, reserved=taken)
