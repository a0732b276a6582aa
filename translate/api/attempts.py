"""Attempts to say policies in one form, and the account of all that were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from translate.api.result import Tried
from translate.api.task import Task
from translate.core.diagnostics import Effect, Report
from translate.core.origin import Place, spell
from translate.dialects.base import JsonObject
from translate.dialects.gates import name_of
from translate.model.facts import Facts
from translate.model.policy import Identity, Policy, PolicySet
from translate.plan.legalize import Form
from translate.prover.proof import Counterexample, Proof, Verdict

if TYPE_CHECKING:
    from translate.api.account import Account
    from translate.plan.trace import Change
    from translate.prover.comparison import Comparison

TOO_LARGE = "NPT220"
STEPS, SHARE = 200_000, 5
"""The bound on a proof that chooses a form: so many steps, or where more are given than usual this part of them. The
written text is proved with more.
"""


WIDER = (Effect.LOOSER, Effect.MIXED)
TIGHT = (Verdict.SAME, Verdict.TIGHTER)


class Attempt(Struct, frozen=True):
    """The policies in one form, what was said on the way, and the proof of the model where there was a choice."""

    fitted: PolicySet
    report: Report
    proof: Proof | None = None
    loosened: bool = False
    """Whether it is the nearest looser form, as was asked for."""
    tried: tuple[Tried, ...] = ()
    """What was tried for the policies as a whole, this one included."""
    form: Form | None = None
    changed: tuple[Change, ...] = ()
    """With ``explain_plan``: what each pass changed."""
    put_back: bool = False
    """Whether the search for the Denies that are needed was given up, and all are kept."""
    untried: tuple[str, ...] = ()
    """What was not tried, as something before it was taken or came out the same."""
    comparison: Comparison | None = None
    """How it was compared with the input, if what was lowered for that is still there."""
    added: int = 0
    """How many allows it has beside those of its own form."""
    too_many: int = 0
    """The rules in place of one policy, if they are more than are wanted."""
    cut_short: bool = False
    """Whether not all was tried that it could allow beside those."""

    @property
    def title(self) -> str:
        """The form, and that it has more allows."""
        own = "" if self.form is None else self.form.title
        return f"{own}, with more allows beside" if self.added else own


def is_tighter(attempt: Attempt) -> bool:
    """Whether something is lost by an attempt, and nothing gained; without a proof as far as is said."""
    if attempt.proof is not None:
        return attempt.proof.verdict is Verdict.TIGHTER and is_tight(attempt)
    effects = {loss.effect for loss in attempt.report.losses}
    return Effect.TIGHTER in effects and effects.isdisjoint(WIDER) and not attempt.report.refusals


def is_tight(attempt: Attempt) -> bool:
    """Whether an attempt is proved to let nothing through that the input keeps out."""
    tight = attempt.proof is not None and attempt.proof.verdict in TIGHT
    return tight and not attempt.loosened and not attempt.report.refusals


def beside(chosen: Attempt, found: Sequence[Attempt], facts: Facts, steps: int) -> list[Attempt]:
    """The attempts, what others of them lose told by a packet that the chosen one, which loses something too, lets
    through; by none where there is no such packet.
    """
    if chosen.proof is None or chosen.proof.verdict is not Verdict.TIGHTER:
        return list(found)
    from translate.prover.compare import prove  # only where an account is asked for

    shown = []
    for one in found:
        if one is not chosen and one.proof is not None and one.proof.verdict is Verdict.TIGHTER:
            seen = prove(chosen.fitted, one.fitted, facts=facts, steps=steps).counterexamples
            lost = tuple(example for example in seen if example.effect is Verdict.TIGHTER)
            one = replace(one, proof=replace(one.proof, counterexamples=lost, later_counterexamples=()))
        shown.append(one)
    return shown


def told(chosen: Attempt, found: Sequence[Attempt]) -> Attempt:
    """The attempt with an account of all that were made."""
    tried = tuple(_account(attempt, chosen) for attempt in found or [chosen])
    return replace(chosen, tried=tried)


def _account(attempt: Attempt, chosen: Attempt) -> Tried:
    form, proof = attempt.form, attempt.proof
    refusal = attempt.report.refusals[0].message if attempt.report.refusals else ""
    example = None if proof is None else next(iter((*proof.counterexamples, *proof.later_counterexamples)), None)
    told = next(iter(proof.counterexamples), None) if proof is not None else None
    return Tried(
        form=attempt.title,
        passes=tuple(change.step for change in attempt.changed),
        verdict=proof.verdict.value if proof is not None else "refused" if refusal else "natural",
        chosen=attempt is chosen,
        why=refusal if proof is None else "" if told is None else _difference(told),
        worked_out=form is not None and form.flat,
        later=None if proof is None else proof.later,
        packet=example,
        undecided="" if proof is None else proof.reason,
        loosened=attempt.loosened,
        put_back=attempt.put_back,
    )


def _difference(example: Counterexample) -> str:
    """What decides a packet before and after, in a line."""
    who = example.before.policy.identity if example.before.policy else "no policy"
    what = "denies" if not example.before.allowed else "allows"
    place = f" {spell(example.before.rule.origin.path)}" if example.before.rule is not None else ""
    return f"{who}{place} {what} a packet that the output {'denies' if example.before.allowed else 'allows'}"


def account_of(task: Task, attempt: Attempt, fitted: PolicySet, sets: Sequence[JsonObject]) -> Account:
    """What stands for what, which bounds the search for it kept to, and what else is written: of ``fitted``, and
    ``sets`` that policies name.
    """
    from translate.api.account import Account, Beside, Purpose, rows  # only where an account is asked for

    given, options = task.given.policies, task.options
    found = rows(given.policies, task.kept, attempt.fitted.policies, attempt.changed)
    mine = {policy.origin.place for policy in given.policies}
    tiers = fitted.tiers if fitted.semantics.name != given.semantics.name else ()
    logs = (policy.identity for policy in fitted.policies if policy.origin.place not in mine)
    others = [Beside(Identity("Tier", None, tier.name), Purpose.TIER) for tier in tiers]
    others += [Beside(Identity(str(one["kind"]), None, name_of(one)), Purpose.SET) for one in sets]
    others += [Beside(identity, Purpose.LOG) for identity in logs]
    steps = steps_to_choose(options.max_steps)
    return Account(found, attempt.untried, steps, options.max_rules, tuple(others), cut_short=attempt.cut_short)


def steps_to_choose(most: int) -> int:
    """What a proof that chooses a form may take where one of the written text may take ``most`` steps."""
    return min(most, max(STEPS, most // SHARE))


def own_node_aside(task: Task, before: PolicySet) -> bool:
    """Where the target cannot keep a pod's own node out no form does better, and the loss is told for itself."""
    return before.semantics.keeps_own_node_out and not task.semantics.keeps_own_node_out


def steps_of(task: Task) -> int:
    """The bound on a proof that chooses a form."""
    return steps_to_choose(task.options.max_steps)


def with_kept(fitted: PolicySet, task: Task) -> PolicySet:
    """What will be applied: the fitted policies, and those that stay as they are."""
    return replace(fitted, policies=(*fitted.policies, *task.kept)) if task.kept else fitted


def check_size(fitted: PolicySet, most: int, report: Report) -> int:
    """Refuse what nobody would want to own: more rules than asked for in place of one policy. How many there are in
    place of the policy that is refused and has most, 0 where none is.
    """
    rules: Counter[Place] = Counter()
    of: dict[Place, Policy] = {}
    for policy in fitted.policies:
        place = policy.origin.place
        of.setdefault(place, policy)
        rules[place] += sum(len(section.rules) for section in (policy.ingress, policy.egress) if section is not None)
    for place, count in rules.items():
        if count > most:
            policy = of[place]
            message = (
                f"{policy.identity} needs {count} rules once order is worked out, more than the {most} that "
                "are wanted: each Deny before an Allow cuts it into pieces"
            )
            hint = "state facts, take broad denies out, or allow more with --max-rules"
            report.refuse(TOO_LARGE, message, origin=policy.origin, about=policy.identity, hint=hint)
    return max((count for count in rules.values() if count > most), default=0)


def is_too_large(attempt: Attempt) -> bool:
    """Whether nothing but its size speaks against a form in which order is worked out."""
    flat = attempt.form is not None and attempt.form.flat
    refusals = attempt.report.refusals
    return flat and bool(refusals) and all(one.code == TOO_LARGE for one in refusals)


def fewest_rules(chosen: Attempt, found: Sequence[Attempt]) -> Attempt:
    """``chosen``, or where that is refused for its size the one of the refused ones that comes nearest to be taken."""
    if not (chosen.too_many and is_too_large(chosen)):
        return chosen
    return min((one for one in found if one.too_many and is_too_large(one)), key=lambda one: one.too_many)
