"""Which natural form to take where there are several: the first that is proved to mean the same.

A Deny is left out where nothing is lost by it, said as a deny that beats all allows where the target has those, or as
rules in order. Which of these keeps the meaning depends on all policies together, so the proof decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from translate.api.attempts import (
    Attempt,
    beside,
    check_size,
    fewest_rules,
    is_tighter,
    is_too_large,
    own_node_aside,
    steps_of,
    told,
    with_kept,
)
from translate.api.task import Task
from translate.core.diagnostics import Effect, Report
from translate.core.origin import Place
from translate.dialects import get
from translate.model.edit import rules_of
from translate.model.policy import Action, PolicySet
from translate.plan.legalize import Form, legalize, nearer, strategies
from translate.plan.passes.actions import rests_on_proof
from translate.plan.regions.cut import Cut
from translate.prover.proof import Proof, Verdict

if TYPE_CHECKING:
    from translate.plan.regions.encodings import Encodings
    from translate.plan.trace import Change
    from translate.prover.comparison import Comparison

MOST_ROUNDS = 4
"""So often the Deny rules are looked for that turn out to be needed, which costs a proof; then all are put back."""
OPENING = (Verdict.LOOSER, Verdict.MIXED)
RANKING = (Verdict.SAME, Verdict.TIGHTER, None, Verdict.UNDECIDED, Verdict.MIXED, Verdict.LOOSER)
"""None: refused."""
LOOSENED = RANKING.index(Verdict.TIGHTER) - 0.5
"""The nearest looser form, where that is wanted."""
OPENS, UNEXPLAINED = RANKING.index(Verdict.TIGHTER) + 0.3, RANKING.index(Verdict.TIGHTER) + 0.6
"""What opens only what another policy closes is written if that is accepted; better than to cut what no loss names."""
OPEN_TODAY, OPEN_LATER = (RANKING.index(Verdict.MIXED), 0), (RANKING.index(Verdict.SAME), RANKING.index(Verdict.MIXED))
"""The best there is for what lets more through today, or once there is another policy."""


def best(task: Task, said: Report) -> Attempt:
    """The policies as the target can spell them best; the report of each attempt goes on from what was ``said``."""
    policies = task.given.policies
    choices = strategies(policies, task.to)
    if len(choices) == 1 and not rests_on_proof(policies, choices[0].actions) and choices[0].denying is None:
        only = _attempt(task, choices[0], said)
        chosen, cut_short = _widened(task, only, [only])
        return replace(told(chosen, [] if chosen is only else [only, chosen]), cut_short=cut_short)
    from translate.plan.regions.encodings import Encodings  # only where there is a choice

    found: list[Attempt] = []
    encodings = Encodings()
    left = [*choices, *nearer(policies, choices)]
    while left:
        form = left.pop(0)
        attempt = _refined(task, form, said, found, encodings)
        if form.cut is not Cut.BY_PEER and any(attempt.fitted.policies == one.fitted.policies for one in found):
            continue
        found = _comparing_best([*found, attempt])
        if attempt.proof is not None and attempt.proof.is_same:
            break
        if is_too_large(attempt) and form.cut is Cut.BY_PEER:
            left.insert(0, replace(form, cut=Cut.BY_PORT))
    nearest = fewest_rules(_nearest(found, task), found)
    chosen, cut_short = _widened(task, nearest, found)
    found = [*found, *([] if any(chosen is one for one in found) else [chosen])]
    found = beside(chosen, found, task.given.facts, steps_of(task)) if task.options.explain_plan else found
    if task.options.on_loss == "loosen" and not (chosen.loosened or _is_same(chosen)):
        # What is loosened in vain must not cost a tighter form that is nearer.
        tight = best(replace(task, options=replace(task.options, on_loss="tighten")), said)
        known = [(one.form, one.packet, one.why) for one in tight.tried]
        tried = (one for one in told(chosen, found).tried if (one.form, one.packet, one.why) not in known)
        loose = (replace(one, form=f"{one.form}, loosened", chosen=False) for one in tried)
        return replace(tight, tried=(*loose, *tight.tried))
    return replace(told(chosen, found), untried=tuple(form.title for form in left), cut_short=cut_short)


def _comparing_best(found: list[Attempt]) -> list[Attempt]:
    """The attempts, of which only the best keeps what was lowered to compare it."""
    best_of_all = min(found, key=_rank)
    return [one if one is best_of_all or one.comparison is None else replace(one, comparison=None) for one in found]


def _widened(task: Task, chosen: Attempt, found: list[Attempt]) -> tuple[Attempt, bool]:
    """The attempt with what of the input fits beside it, if something is wanted and lost; whether not all was tried."""
    if task.options.on_loss == "loosen" or not is_tighter(chosen):
        return chosen, False
    from translate.api.widening import widened  # only where something is lost

    return widened(chosen, found, task)


def _is_same(attempt: Attempt) -> bool:
    proof = attempt.proof
    return proof is not None and proof.is_same and not proof.opens_what_others_close


def _nearest(found: list[Attempt], task: Task) -> Attempt:
    """The best attempt; of those that are tighter, and open nothing that others close, one that lets through more, as
    long as it is more of everything.
    """
    first, *others = sorted(found, key=_rank)
    if first.proof is None or first.proof.verdict is not Verdict.TIGHTER:
        return first
    from translate.prover.compare import prove  # only where there is a choice

    for other in others:
        if other.proof is None or other.proof.verdict is not Verdict.TIGHTER or _rank(other)[0] > _rank(first)[0]:
            continue
        proof = prove(first.fitted, other.fitted, facts=task.given.facts, steps=steps_of(task))
        first = other if proof.verdict is Verdict.LOOSER else first
    return first


class _Round(Struct, frozen=True):
    """An attempt with some of the Denies kept, what it is compared by, and which Denies it misses, if that was asked.

    ``at_best``: how it ranks at best where packets show that it is looser, so that no proof was needed to go on.
    """

    attempt: Attempt
    compared: Comparison
    missed: frozenset[Place] | None = None
    at_best: tuple[float, int] | None = None

    @property
    def opens(self) -> bool:
        """Whether it lets more through than the input, today or later."""
        proof = self.attempt.proof
        return self.at_best is not None or (proof is not None and not {proof.verdict, proof.later}.isdisjoint(OPENING))


def _refined(task: Task, form: Form, said: Report, before_it: Sequence[Attempt], encodings: Encodings) -> Attempt:
    """A form with the Deny rules that turn out to be needed, each named by a packet that it denies in the input; what
    an attempt ``before_it`` came to as well is not proved again.
    """
    denies = frozenset(_denies(task.given.policies))
    if task.options.on_loss == "loosen" and form.denying is not None:
        # What is let through on purpose would hide the Denies that are missed: none is left out.
        form = replace(form, denying=denies)
    rounds: list[_Round] = []
    put_back = False
    while True:
        kept = form.denying
        could_miss = None if kept is None or denies <= kept else kept
        last = _round(task, replace(_attempt(task, form, said, encodings), put_back=put_back), could_miss, before_it)
        rounds.append(last)
        if could_miss is None or not last.opens:
            return _best_of(task, rounds)
        if len(rounds) < MOST_ROUNDS:
            more = last.compared.missed().rules if last.missed is None else last.missed
        else:
            more, put_back = denies, True
        if more <= could_miss:
            return _best_of(task, rounds)
        form = replace(form, denying=could_miss | more)


def _round(task: Task, attempt: Attempt, kept: frozenset[Place] | None, before_it: Sequence[Attempt]) -> _Round:
    """What there is to say of an attempt that keeps some Denies (None: all that could be missed)."""
    from translate.prover.comparison import Comparison  # only where there is a choice

    given = task.given
    after, aside = with_kept(attempt.fitted, task), own_node_aside(task, given.policies)
    compared = Comparison(given.policies, after, given.facts, own_node_aside=aside, steps=steps_of(task))
    if attempt.report.refusals:
        return _Round(attempt, compared)
    known = next((one.proof for one in before_it if one.fitted == attempt.fitted), None)
    if known is not None or kept is None:
        return _Round(_with_proof(task, attempt, compared.proof() if known is None else known), compared)
    missed = compared.missed()
    if missed.is_shown and not missed.rules <= kept:
        compared.forget()
        return _Round(attempt, compared, missed.rules, OPEN_TODAY if missed.today else OPEN_LATER)
    return _Round(_with_proof(task, attempt, compared.proof()), compared, missed.rules)


def _with_proof(task: Task, attempt: Attempt, proof: Proof) -> Attempt:
    proved = replace(attempt, proof=proof)
    return replace(proved, loosened=_is_loosened(task, proved, with_kept(attempt.fitted, task)))


def _best_of(task: Task, rounds: Sequence[_Round]) -> Attempt:
    """The best attempt; those that are looser for sure are proved only where no other is better than they can be."""
    best = min((_rank(one.attempt) for one in rounds if one.at_best is None), default=None)
    found = []
    for one in rounds:
        attempt = replace(one.attempt, comparison=one.compared)
        if one.at_best is None:
            found.append(attempt)
        elif best is None or best >= one.at_best:
            found.append(_with_proof(task, attempt, one.compared.proof()))
    return min(found, key=_rank)


def _denies(policies: PolicySet) -> Iterator[Place]:
    """The places of all Deny rules."""
    for policy in policies.policies:
        yield from (rule.origin.place for rule in rules_of(policy) if rule.action is Action.DENY)


def _rank(attempt: Attempt) -> tuple[float, int]:
    """Verdicts in their order of worth; a refusal by name is worth more than what is looser today, unless that is what
    was asked for. Among equals, a form that means the same on later days.
    """
    proof = attempt.proof
    if proof is None:
        # A form without a tier of its own lacks words that the target has: what else is refused is more to the point.
        return RANKING.index(None), 0 if attempt.form is not None and attempt.form.deny_tier else 1
    worth: float = RANKING.index(proof.verdict)
    if proof.verdict is Verdict.TIGHTER and all(loss.effect is not Effect.TIGHTER for loss in attempt.report.losses):
        worth = UNEXPLAINED
    if attempt.loosened:
        worth = LOOSENED
    if proof.opens_what_others_close:
        worth = max(worth, OPENS)
    return worth, 0 if proof.holds_later else RANKING.index(proof.later)


def _is_loosened(task: Task, attempt: Attempt, after: PolicySet) -> bool:
    """Whether an attempt is looser because that was asked for, and lets nothing through that a Deny is about."""
    form, losses = attempt.form, attempt.report.losses
    if task.options.on_loss != "loosen" or attempt.proof is None or attempt.proof.verdict not in OPENING:
        return False
    if form is None or not (form.flat or form.denying is not None):
        return False
    from translate.api.untold import untold_denies  # only where something is loosened

    given = task.given
    return any(loss.effect is Effect.LOOSER for loss in losses) and not untold_denies(
        given.policies, after, losses, worked_out=form.flat, facts=given.facts, steps=steps_of(task)
    )


def _attempt(task: Task, form: Form, said: Report, encodings: Encodings | None = None) -> Attempt:
    given, options, report = task.given, task.options, said.merged()
    kept = {policy.origin.place for policy in task.kept}
    others = tuple(policy for policy in given.policies.policies if policy.origin.place not in kept)
    changed: list[Change] = []
    fitted = legalize(
        replace(given.policies, policies=others),
        task.to,
        report,
        engine=task.semantics,
        form=form,
        loosen=options.on_loss == "loosen",
        accepted=task.accepted,
        facts=given.facts,
        reserved=frozenset((policy.identity.namespace, policy.identity.name) for policy in task.kept),
        beside=task.kept,
        changed=changed if options.explain_plan else None,
        encodings=encodings,
    )
    if task.release is not None:
        older = get(task.to).gates.older(fitted.policies, task.release, report)
        if options.explain_plan:
            from translate.plan.trace import change  # only where an account is asked for

            changed += [found] if (found := change("versions", fitted.policies, older)) is not None else []
        fitted = replace(fitted, policies=older)
    too_many = check_size(fitted, options.max_rules, report) if form.flat else 0
    return Attempt(fitted, report, form=form, changed=tuple(changed), too_many=too_many)
