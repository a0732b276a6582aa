"""Which natural form to take where there are several: the first that is proved to mean the same.

A Deny is left out where nothing is lost by it, said as a deny that beats all allows where the target has those, or as
rules in order. Which of these keeps the meaning depends on all policies together, so the proof decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec.structs import replace

from translate.api.intake import Intake
from translate.core.diagnostics import Report
from translate.core.origin import Path
from translate.dialects import of_group
from translate.model.policy import PolicySet
from translate.plan.fit import Form, fit, forms
from translate.plan.passes.actions import rests_on_proof
from translate.verify.compare import Proof, Verdict, prove

Place: TypeAlias = tuple[str, int, Path]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The policies in one form, what was said on the way, and the proof of the model where there was a choice."""

    fitted: PolicySet
    report: Report
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """The objects of the input that are of the target already, and stay as they are: their places, and the names (with
    namespaces) that they take.
    """

    places: frozenset[Place] = frozenset()
    names: frozenset[tuple[str | None, str]] = frozenset()


def own_objects(taken: Intake, target: str) -> Own:
    """The objects that need no translation."""
    mine = [p for p in taken.policies.policies if dialect_of(taken.values[p.origin.place]) == target]
    names = frozenset((policy.identity.namespace, policy.identity.name) for policy in mine)
    return Own(frozenset(policy.origin.place for policy in mine), names)


def dialect_of(value: Mapping[str, Any]) -> str | None:
    """The dialect of an object."""
    return of_group(str(value.get("apiVersion")).rpartition("/")[0])


RANKING = (Verdict.SAME, Verdict.TIGHTER, Verdict.UNDECIDED, Verdict.MIXED, Verdict.LOOSER)


def best(taken: Intake, target: str, own: Own, *, loosen: bool) -> Attempt:
    """The policies but for ``own`` as ``target`` can spell them best; the report of the intake is not touched."""
    choices = forms(taken.policies, target)
    if len(choices) == 1 and not rests_on_proof(taken.policies, choices[0].actions):
        return _attempt(taken, target, choices[0], own, loosen=loosen)
    found: list[Attempt] = []
    for form in choices:
        attempt = _attempt(taken, target, form, own, loosen=loosen)
        if not attempt.report.refusals:
            proof = prove(taken.policies, attempt.fitted, facts=taken.facts)
            attempt = Attempt(attempt.fitted, attempt.report, proof)
            if proof.verdict is Verdict.SAME:
                return attempt
        found.append(attempt)
    return min(found, key=_rank)


def _rank(attempt: Attempt) -> int:
    return len(RANKING) if attempt.proof is None else RANKING.index(attempt.proof.verdict)


def _attempt(taken: Intake, target: str, form: Form, own: Own, *, loosen: bool) -> Attempt:
    before = taken.report
    report = Report(list(before.losses), list(before.refusals), list(before.notes))
    others = tuple(policy for policy in taken.policies.policies if policy.origin.place not in own.places)
    fitted = fit(
        replace(taken.policies, policies=others),
        target,
        report,
        form=form,
        loosen=loosen,
        facts=taken.facts,
        reserved=own.names,
    )
    return Attempt(fitted, report)
