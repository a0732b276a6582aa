"""The nearest tighter form: allows that could stand beside those of a form, and let nothing through that the input
keeps out, are added and proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from translate.api.attempts import TIGHT, Attempt, check_size, is_tight, is_tighter, own_node_aside, steps_of, with_kept
from translate.api.for_good import lost_for_good
from translate.api.still_lost import still_lost
from translate.api.task import Task
from translate.core.diagnostics import Effect, Report
from translate.core.origin import Origin, Place
from translate.model.edit import with_rules
from translate.model.peers import Reach
from translate.model.policy import Action, Direction, Policy, PolicySet, Rule, Section
from translate.plan.additions import additions
from translate.plan.context import Target
from translate.plan.legalize import Form, legalize, target_of
from translate.plan.union import Addition, RuleIndex, Union, closed, lacking, unmarked, with_added
from translate.prover.compare import prove
from translate.prover.proof import Proof, Verdict
from translate.prover.redundant import redundant
from translate.prover.room import Room, room
from translate.tables import load

ADDED = "added"
"""The file, so to say, of what could be added."""
MOST_ADDITIONS = 200
"""For so many sections of policies allows are looked for."""
OF_A_PROOF = 10
"""A look for more allows takes this part of the steps of a proof, so that it costs about as much."""


def widened(chosen: Attempt, others: Sequence[Attempt], task: Task) -> tuple[Attempt, bool]:
    """The chosen attempt, if it is tighter, with allows that ``others`` have and it lacks, or that the target could say
    beside them, as far as the proof says that nothing gets wider than the input by them, and more gets through; and
    whether not all was tried.
    """
    given = task.given.policies
    if given.semantics.leaves_open or not is_tighter(chosen):
        return chosen, False
    base, is_whole = _looked_at(chosen, task)
    found = tuple(islice(_additions(chosen, base, others, task), MOST_ADDITIONS))
    if not found:
        return chosen, not is_whole
    fitting = _fitting(task, *_marked(chosen.fitted, found))
    cut_short = not (fitting.is_all and is_whole and len(found) < MOST_ADDITIONS)
    if not fitting.fits:
        return chosen, cut_short
    more = [
        replace(found[number], rule=replace(rule, origin=found[number].rule.origin))
        for (_, number, _), rule in fitting.fits
    ]
    proof = _proved(task, given, chosen.fitted) if chosen.proof is None else chosen.proof
    nearer = _Search(task, others).added(chosen, proof, more)
    if nearer is chosen:
        return chosen, cut_short
    fitted = nearer.fitted
    report = still_lost(nearer.report, given, lambda part: _proved(task, part, fitted).verdict)
    return replace(nearer, report=report), cut_short


def _looked_at(chosen: Attempt, task: Task) -> tuple[PolicySet, bool]:
    """The policies beside which something may fit, first those of which a loss is told; and whether these are all."""
    given, losses = task.given, chosen.report.losses
    policies = chosen.fitted.policies
    if chosen.form is None or not chosen.form.flat:
        vain = lost_for_good(given.policies, losses, Reach[load.capabilities()[task.to].reach.upper()], given.facts)
        policies = tuple(policy for policy in policies if policy.origin.place not in vain)
    lost = {loss.origin.place[:2] for loss in losses if loss.effect is Effect.TIGHTER}
    ordered = sorted(policies, key=lambda policy: policy.origin.place[:2] not in lost)
    return replace(chosen.fitted, policies=tuple(ordered[:MOST_ADDITIONS])), len(ordered) < MOST_ADDITIONS


def _additions(chosen: Attempt, base: PolicySet, others: Sequence[Attempt], task: Task) -> Iterator[Addition]:
    """What could be added: first what other tight forms allow, then for the policies of ``base``. It may be of what
    is denied, too.
    """
    for other in others:
        if is_tight(other):
            yield from lacking(chosen.fitted, other.fitted)
    if not base.policies:
        return
    mine = {policy.origin.place for policy in base.policies}
    policies = tuple(policy for policy in task.given.policies.policies if policy.origin.place in mine)
    given = replace(task.given.policies, policies=policies)
    said = replace(given, policies=tuple(with_rules(policy, _allowing) for policy in policies))
    spoken = legalize(said, task.to, Report(), engine=task.semantics, facts=task.given.facts)
    forms = [chosen.fitted, *(one.fitted for one in others), spoken]
    yield from additions(base, forms, given, load.capabilities()[task.to])


def _allowing(rule: Rule) -> tuple[Rule, ...]:
    return (replace(rule, action=Action.ALLOW),)


def _marked(base: PolicySet, found: Sequence[Addition]) -> tuple[PolicySet, tuple[Place, ...]]:
    """The set with all that could be added, each rule at a place of its own, whose document is its number."""
    marks = [Origin(ADDED, number) for number in range(len(found))]
    marked = [replace(one, rule=replace(one.rule, origin=mark)) for one, mark in zip(found, marks, strict=True)]
    return with_added(base, marked).policies, tuple(mark.place for mark in marks)


def _proved(task: Task, before: PolicySet, fitted: PolicySet) -> Proof:
    """The proof that a form is chosen by."""
    after, aside = with_kept(fitted, task), own_node_aside(task, before)
    return prove(before, after, facts=task.given.facts, own_node_aside=aside, steps=steps_of(task))


def _fitting(task: Task, wide: PolicySet, asked: Sequence[Place]) -> Room:
    """What of the rules at some places of a form lets more through that the input lets through as well."""
    before, after = task.given.policies, with_kept(wide, task)
    aside = own_node_aside(task, before)
    return room(before, after, asked, task.given.facts, own_node_aside=aside, steps=steps_of(task) // OF_A_PROOF)


class _Search(Struct, frozen=True):
    """What is known where something is added."""

    task: Task
    others: Sequence[Attempt]

    def added(self, chosen: Attempt, known: Proof, more: Sequence[Addition]) -> Attempt:
        """The attempt, of which the proof is known, with more allows, if it is nearer."""
        fitted = self._fewest(with_added(chosen.fitted, more))
        if fitted is None or chosen.form is None:
            return chosen
        report = chosen.report.merged()
        fitted = closed(fitted, self._target(chosen.form), report)
        for other in self.others:
            fitted = unmarked(fitted, other.fitted)
        if any(one.form is not None and one.form.flat for one in (chosen, *self.others)):
            check_size(fitted, self.task.options.max_rules, report)
        proof = _proved(self.task, self.task.given.policies, fitted)
        if report.refusals or not _is_as_good(proof, known):
            return chosen
        # A policy of another form may isolate pods, too: then it is another form, and none that is nearer.
        more_of_it = prove(chosen.fitted, fitted, facts=self.task.given.facts, steps=steps_of(self.task))
        if more_of_it.verdict is not Verdict.LOOSER:
            return chosen
        return replace(chosen, fitted=fitted, report=report, proof=proof, added=len(more), comparison=None)

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
        found = redundant(_numbered(policies), self.task.given.facts, steps=steps_of(self.task))
        return frozenset((one.policy.origin.document, one.direction, one.rule.origin.document) for one in found)

    def _target(self, form: Form) -> Target:
        given, to = self.task.given, self.task.to
        taken = frozenset((policy.identity.namespace, policy.identity.name) for policy in self.task.kept)
        return target_of(given.policies, to, self.task.semantics, form, facts=given.facts, reserved=taken)


def _is_as_good(proof: Proof, than: Proof) -> bool:
    """Whether a proof shows nothing wider than the input, on no day that another one does not show as well."""
    return (
        proof.verdict in TIGHT
        and not proof.opens_what_others_close
        and (proof.holds_later or proof.later is than.later)
    )


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
