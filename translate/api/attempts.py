"""Which natural form to take where there are several: the first that is proved to mean the same.

A Deny is left out where nothing is lost by it, said as a deny that beats all allows where the target has those, or as
rules in order. Which of these keeps the meaning depends on all policies together, so the proof decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from translate.api.intake import Intake
from translate.core.diagnostics import Report
from translate.model.policy import PolicySet
from translate.plan.fit import Form, fit, forms
from translate.plan.passes.actions import rests_on_proof
from translate.verify.compare import Proof, Verdict, prove


@dataclass(frozen=True, slots=True)
class Attempt:
    """The policies in one form, what was said on the way, and the proof of the model where there was a choice."""

    fitted: PolicySet
    report: Report
    proof: Proof | None = None


RANKING = (Verdict.SAME, Verdict.TIGHTER, Verdict.UNDECIDED, Verdict.MIXED, Verdict.LOOSER)


def best(taken: Intake, target: str, *, loosen: bool) -> Attempt:
    """The policies as ``target`` can spell them best; the report of the intake is not touched."""
    choices = forms(taken.policies, target)
    if len(choices) == 1 and not rests_on_proof(taken.policies, choices[0].actions):
        return _attempt(taken, target, choices[0], loosen=loosen)
    found: list[Attempt] = []
    for form in choices:
        attempt = _attempt(taken, target, form, loosen=loosen)
        if not attempt.report.refusals:
            proof = prove(taken.policies, attempt.fitted, facts=taken.facts)
            attempt = Attempt(attempt.fitted, attempt.report, proof)
            if proof.verdict is Verdict.SAME:
                return attempt
        found.append(attempt)
    return min(found, key=_rank)


def _rank(attempt: Attempt) -> int:
    return len(RANKING) if attempt.proof is None else RANKING.index(attempt.proof.verdict)


def _attempt(taken: Intake, target: str, form: Form, *, loosen: bool) -> Attempt:
    before = taken.report
    report = Report(list(before.losses), list(before.refusals), list(before.notes))
    return Attempt(fit(taken.policies, target, report, form=form, loosen=loosen, facts=taken.facts), report)
