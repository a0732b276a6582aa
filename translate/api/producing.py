"""The objects of a translation and their text, in the form that is best: all but the proof of what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from translate.api import inplace
from translate.api.attempts import account_of
from translate.api.output import Insertions, mapped, written
from translate.api.refusing import refuse_excesses, say_what_stays_behind, stop_at_refusals
from translate.api.releases import dressed, must_be_dressed, refuse_newer, standing
from translate.api.result import SEPARATOR, Mapped, Result
from translate.api.strategies import best
from translate.api.task import Task, kept_policies
from translate.core.diagnostics import Effect, Note, Report
from translate.core.origin import Place
from translate.dialects import get
from translate.dialects.base import Emitted, JsonObject
from translate.dialects.protocol import ObserveDenials, Rewriting
from translate.model.policy import PolicySet

if TYPE_CHECKING:
    from translate.prover.comparison import Comparison
    from translate.yamlio.edit import Insertion


def produced(task: Task) -> tuple[Result, Comparison | None]:
    """The translation, not proved yet, and how its form was compared if there was a choice. Raises UnsupportedError."""
    given, options, said = task.given, task.options, task.given.report
    if options.log_denials and not given.policies.policies:
        remark = Report()
        from translate.api.staging import refuse_logging  # like the next, only where it is asked for

        refuse_logging(given.companions, remark)
        stop_at_refusals(said.merged(remark), given.places)
    if inplace.keeps_texts(given, task.to) and not options.stage and options.stamp == "none":
        result = _in_place(task)
        if result is not None:
            return result, None
        said = said.merged(Report(notes=[Note(message=inplace.REMARK)]))
    task = replace(task, kept=kept_policies(task))
    if get(task.to).rewriting is not Rewriting.NEVER and _is_newer(task):
        task, said = replace(task, kept=()), said.merged(Report(notes=[Note(message=inplace.REMARK)]))
    return _anew(task, said)


def _is_newer(task: Task) -> bool:
    """Whether the release that the output is for does not know all that the objects say that would stay."""
    if task.release is None or not task.kept:
        return False
    kept = [dict(task.given.values[policy.origin.place]) for policy in task.kept]
    return must_be_dressed(standing(kept, task.to, task.given, ()), task.to, task.release)


def _in_place(task: Task) -> Result | None:
    """The texts of the input with what logging adds; None where that cannot be done without touching more of them."""
    given, request, report = task.given, task.log_request, task.given.report.merged()
    from translate.dialects.denials import Additions  # only where the input is of the target itself

    additions = Additions()
    if request is not None:
        from translate.api.denials import logging_for  # only where logging is asked for

        enforced = replace(given.policies, semantics=task.semantics)
        additions = logging_for(enforced, task.to, request, report, steps=task.options.max_steps)
    stop_at_refusals(report, given.places)
    edited = inplace.edit(given, additions, report)
    if edited is None:
        return None
    if task.release is not None:
        objects = standing(edited.objects, task.to, given, ())
        if must_be_dressed(objects, task.to, task.release):
            return None
        refuse_newer(objects, task.to, task.release, report, reads_alike=task.reads_alike)
        stop_at_refusals(report, given.places)
    observed = _naming(task)
    if observed is not None:
        observed.keep(report)
    rows = tuple(Mapped(p.identity, p.origin, (p.identity,), Effect.EXACT) for p in given.policies.policies)
    return Result(
        to=task.to,
        objects=edited.objects,
        parts=edited.parts,
        text=edited.text,
        policies=rows,
        losses=tuple(report.losses),
        notes=tuple(report.notes),
        proof=None,
        foreign=given.foreign_kinds,
        passthrough=True,
        before=given.policies,
        places=given.places,
        facts=given.facts,
    )


def _naming(task: Task) -> ObserveDenials | None:
    """What names policies in the denials that are seen, if these are wanted and the target has it."""
    observed = get(task.to).observe_denials
    wanted = task.options.log_denials and observed is not None and observed.can_name(task.release)
    return observed if wanted else None


def _anew(task: Task, said: Report) -> tuple[Result, Comparison | None]:
    """The policies written anew, in the form that is best; ``said`` is what was said before."""
    given, options, attempt = task.given, task.options, best(task, said)
    report = attempt.report
    fitted, insertions = _logged(task, attempt.fitted, report)
    say_what_stays_behind(given, task.to, report, passthrough=options.passthrough)
    stop_at_refusals(report, given.places)
    spelled = fitted
    sets: Sequence[JsonObject] = ()
    if get(task.to).named_sets is not None:
        from translate.api.sets_kept import with_sets  # only for targets that have sets by name

        kept = with_sets(task, fitted, report)
        spelled, sets, report = kept.policies, kept.objects, kept.report
    emitted = _emitted(task, spelled, report)
    objects, parts = written(task, fitted, emitted, insertions, sets)
    if task.release is not None:
        out = standing(objects, task.to, given, emitted)
        refuse_newer(out, task.to, task.release, report, reads_alike=task.reads_alike)
        stop_at_refusals(report, given.places)
    result = Result(
        to=task.to,
        objects=tuple(objects),
        parts=tuple(parts),
        text=SEPARATOR.join(parts),
        policies=mapped(task, emitted, report.losses),
        losses=tuple(report.losses),
        notes=tuple(report.notes),
        proof=None,
        foreign=given.foreign_kinds,
        passthrough=options.passthrough,
        tried=attempt.tried,
        account=account_of(task, attempt, fitted, sets) if options.explain_plan else None,
        before=given.policies,
        after=fitted,
        places=given.places,
        facts=given.facts,
    )
    return result, attempt.comparison


def _logged(task: Task, fitted: PolicySet, report: Report) -> tuple[PolicySet, Insertions]:
    """The policies with what makes their denials seen, if that is wanted, and its insertions into what stays."""
    request = task.log_request
    insertions: dict[Place, list[Insertion]] = {}
    if request is not None:
        from translate.api.denials import logging_for  # only where logging is asked for
        from translate.dialects.denials import added, before_rules

        log = get(task.to).log_denials
        kept = task.kept if log is not None else ()
        whole = replace(fitted, policies=(*kept, *fitted.policies), semantics=task.semantics)
        found = logging_for(whole, task.to, request, report, steps=task.options.max_steps)
        places, additions = found.apart(len(kept))
        fitted = added(fitted, additions)
        if log is not None:
            for policy, rule in before_rules(kept, places):
                place = policy.origin.place
                insertions.setdefault(place, []).append(log.insertion(rule, task.given.values[place]))
    observed = _naming(task)
    if observed is not None:
        fitted = observed.named(fitted, {p.origin.place: p.identity for p in task.given.policies.policies}, report)
        if task.kept:
            observed.keep(report)
    return fitted, insertions


def _emitted(task: Task, fitted: PolicySet, report: Report) -> Sequence[Emitted]:
    """The objects of the target. Raises UnsupportedError for one that cannot be spelled or staged."""
    given, target = task.given, get(task.to)
    traced = any(source.has_comments for source in given.sources)
    emitted = target.emit(fitted.policies, traced=traced)
    if task.release is not None:
        emitted = [dressed(item, task.to, task.release) for item in emitted]
    if task.kept:
        emitted = [*inplace.beside_input(emitted, task.to, given)]
    refuse_excesses(emitted, report)
    stop_at_refusals(report, given.places)
    if task.options.stage and target.staging is not None:
        emitted = [target.staging.staged(item) for item in emitted]
        before = target.staging.before(given.companions, task.options.default_namespace)
        from translate.api.staging import refuse_second_twins

        refuse_second_twins(emitted, before, report)
        stop_at_refusals(report, given.places)
    return emitted
