"""Which natural form to take where there are several: the first that is proved to mean the same.

A Deny is left out where nothing is lost by it, said as a deny that beats all allows where the target has those, or as
rules in order. Which of these keeps the meaning depends on all policies together, so the proof decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace

from translate.api.intake import Intake
from translate.core.diagnostics import Effect, Report
from translate.core.origin import Place
from translate.core.release import Release
from translate.dialects import of_group
from translate.model.policy import Action, PolicySet
from translate.plan.fit import Form, fit, forms
from translate.plan.passes.actions import rests_on_proof
from translate.verify.compare import Proof, Verdict, prove
from translate.verify.point import PeerClass


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


MOST_DENIES = 200
"""So many Deny rules are looked for one by one; each costs a proof."""
RANKING = (Verdict.SAME, Verdict.TIGHTER, Verdict.UNDECIDED, Verdict.MIXED, Verdict.LOOSER)


@dataclass(frozen=True, slots=True)
class Aim:
    """What the policies are to become; objects that are ``own`` stay as they are."""

    target: str
    own: Own = Own()
    loosen: bool = False
    release: Release | None = None


def best(taken: Intake, aim: Aim) -> Attempt:
    """The policies as the target can spell them best; the report of the intake is not touched."""
    choices = forms(taken.policies, aim.target)
    if len(choices) == 1 and not rests_on_proof(taken.policies, choices[0].actions) and choices[0].denying is None:
        return _attempt(taken, choices[0], aim)
    found: list[Attempt] = []
    for form in choices:
        attempt = _refined(taken, form, aim)
        if attempt.proof is not None and attempt.proof.verdict is Verdict.SAME:
            return attempt
        found.append(attempt)
    return min(found, key=_rank)


def _refined(taken: Intake, form: Form, aim: Aim) -> Attempt:
    """A form with the Deny rules that turn out to be needed, each named by a packet that it denies in the input."""
    found: list[Attempt] = []
    while True:
        attempt = _attempt(taken, form, aim)
        if not attempt.report.refusals:
            proof = prove(taken.policies, attempt.fitted, facts=taken.facts)
            attempt = replaced(attempt, proof=proof)
        found.append(attempt)
        needed = form.denying or frozenset()
        more = _missing(attempt, aim.target)
        if form.denying is None or more <= needed or len(needed) >= MOST_DENIES:
            return min(found, key=_rank)
        form = replaced(form, denying=needed | more)


def _missing(attempt: Attempt, target: str) -> frozenset[Place]:
    """The Deny rules of the input whose packets get through; but for those of the pod's own node, which only Cilium
    keeps out.
    """
    examples = attempt.proof.counterexamples if attempt.proof is not None else ()
    return frozenset(
        x.before.rule.origin.place
        for x in examples
        if x.effect is Verdict.LOOSER
        and x.before.rule is not None
        and x.before.rule.action is Action.DENY
        and (target == "cilium" or x.point.peer_class is not PeerClass.OWN_NODE)
    )


def _rank(attempt: Attempt) -> tuple[int, bool]:
    """Verdicts in their order of worth, refusals last; among equals a form whose losses name what is tighter."""
    if attempt.proof is None:
        return len(RANKING), False
    explained = any(loss.effect is Effect.TIGHTER for loss in attempt.report.losses)
    return RANKING.index(attempt.proof.verdict), attempt.proof.verdict is Verdict.TIGHTER and not explained


def _attempt(taken: Intake, form: Form, aim: Aim) -> Attempt:
    before = taken.report
    report = Report(list(before.losses), list(before.refusals), list(before.notes))
    others = tuple(policy for policy in taken.policies.policies if policy.origin.place not in aim.own.places)
    fitted = fit(
        replace(taken.policies, policies=others),
        aim.target,
        report,
        form=form,
        loosen=aim.loosen,
        facts=taken.facts,
        reserved=aim.own.names,
        release=aim.release,
    )
    return Attempt(fitted, report)
