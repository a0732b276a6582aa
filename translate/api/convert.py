"""The main job: read, fit, emit, write, and prove the written text against the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from translate.api import inplace
from translate.api.accept import looked_up
from translate.api.attempts import account_of
from translate.api.emptied import with_emptied
from translate.api.never import with_never
from translate.api.options import ConvertKeywords, Options, chosen, dialect
from translate.api.output import Insertions, mapped, written
from translate.api.refusing import refuse_excesses, say_what_stays_behind, stop_at_refusals
from translate.api.releases import dressed, must_be_dressed, read_on, refuse_newer, release_of, standing
from translate.api.remembered import remembered
from translate.api.result import OUTPUT, SEPARATOR, LossError, Mapped, Result
from translate.api.sets_kept import with_sets
from translate.api.strategies import best
from translate.api.task import Task, kept_policies
from translate.api.translation_validation import proved, read_back, rested
from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Effect, InputError, Loss, Note, Report, UnsupportedError
from translate.core.origin import Place
from translate.core.several import at_most, workers
from translate.dialects import get, those
from translate.dialects.base import Emitted
from translate.dialects.protocol import ObserveDenials, Rewriting
from translate.frontend.facts import facts_of
from translate.frontend.intake import Intake, take_in
from translate.frontend.lifting import WORTH_A_PROCESS
from translate.frontend.link import link
from translate.frontend.sources import Input, Source, sources
from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.prover.allowance import allowed

if TYPE_CHECKING:
    from translate.prover.comparison import Comparison
    from translate.yamlio.edit import Insertion


def convert(source: Input, *, to: str, options: Options | None = None, **keywords: Unpack[ConvertKeywords]) -> Result:
    """Translate every policy of ``source`` to the dialect ``to`` and prove that the meaning was kept.

    How, say ``options``, or keyword arguments of the same names: ``convert(source, to="calico", log_denials=True)``.

    Raises InputError for input that is not valid, and UnsupportedError where a construct cannot be translated at all
    (with ``on_loss="stop"`` LossError, where anything would be lost). Losses are values of the result.
    """
    asked, target = chosen(options, keywords, ConvertKeywords), dialect(to)
    if asked.stage and get(target).staging is None:
        able = those(lambda dialect: dialect.staging is not None)
        title, name = " or ".join(found.title for found in able), " or ".join(repr(found.name) for found in able)
        raise ValueError(f"only {title} has staged policies: stage needs to={name}")
    with allowed(asked.max_seconds, asked.max_memory), remembered(asked.cache), at_most(asked.jobs):
        return _converted(source, target, asked)


def _converted(source: Input, target: str, asked: Options) -> Result:
    return converted(take_in(sources(source)), target, asked)


def converted(intake: Intake, target: str, asked: Options, *, most_tried: int | None = None) -> Result:
    """The translation of what was read; what makes it one to one is tried for ``most_tried`` policies at most.

    Raises as ``convert`` does.
    """
    facts = facts_of(asked.facts)
    accepted = looked_up(asked.accept, intake, asked.default_namespace) if asked.accept else NOTHING

    def again(to: str, options: Options, others: Facts) -> Result:
        return translated(intake, to, options, others)[0]

    try:
        result = translated(intake, target, asked, facts, accepted)[0]
    except LossError as stop:
        accepted.check(stop.result.losses)
        raise
    except (UnsupportedError, InputError) as error:
        try:
            result = _rest(intake, target, asked, facts, accepted, error)
        except UnsupportedError as refused:
            if asked.explain_plan:
                from translate.api.ways import ways_out  # only where an account is asked for

                refused.ways = ways_out(target, asked, facts, again)
            raise
    accepted.check(result.losses)
    if asked.suggest and result.before is not None and result.open_losses:
        from translate.api.suggestion import suggestion  # only where something is lost

        def lost(others: Facts) -> tuple[Loss, ...]:
            tight = replace(asked, on_loss="tighten", explain_plan=False)
            return translated(intake, target, tight, others, accepted)[0].open_losses

        result = replace(result, suggestion=suggestion(result.open_losses, facts, result.before, lost))
    if result.account is None:
        return result
    from translate.api.ways import MOST_POLICIES, with_ways  # only where an account is asked for

    return with_ways(result, asked, facts, again, most=MOST_POLICIES if most_tried is None else most_tried)


def _rest(
    intake: Intake, to: str, options: Options, facts: Facts, accepted: Acceptance, error: UnsupportedError | InputError
) -> Result:
    """The translation of what is not refused, if that is wanted. Raises ``error``, with what is lost of the rest."""
    if not options.keep_going and isinstance(error, InputError):
        raise error
    from translate.api.going_on import going_on, headed  # only where something is refused

    wanted = replace(options, verify=options.verify and options.keep_going)
    rest = going_on(
        intake,
        error,
        lambda part: translated(part, to, wanted, facts, accepted)[0],
        namespace=options.default_namespace,
    )
    if options.keep_going and rest.result is not None:
        return replace(headed(rest.result, rest), refusals=rest.refusals, problems=rest.problems)
    if isinstance(error, UnsupportedError) and not rest.problems:
        known = {(loss, loss.origin.place): loss for loss in (*error.losses, *rest.losses)}
        raise UnsupportedError(rest.refusals, known.values(), error.places or intake.places) from None
    raise error


def translated(
    intake: Intake, to: str, options: Options, facts: Facts, accepted: Acceptance = NOTHING, *, again: bool = False
) -> tuple[Result, Intake | None]:
    """The translation of what was read, and with ``again`` the written text as it was read again for the proof.

    Raises as ``convert`` does.
    """
    given = link(
        intake,
        default_namespace=options.default_namespace,
        engine=options.source_engine,
        only=None if options.from_ == "auto" else dialect(options.from_),
        facts=facts,
        to=to,
    )
    given = read_on(options.source_version, given)
    task = Task(given, to, options, release_of(options.target_version, to), accepted)
    result, comparison = _produced(task)
    result = replace(result, accepted=accepted)
    if not options.verify:
        return _withheld(with_emptied(rested(result, task)), options), None
    if not again and workers() > 1 and len(result.parts) >= WORTH_A_PROCESS:
        from translate.api.meanwhile import proved_meanwhile  # only where another process may help

        found = proved_meanwhile(result, task, comparison)
        if found is not None:
            return _withheld(with_emptied(found), options), None
    text = take_in((Source(OUTPUT, result.text),))
    result = with_never(read_back(result, task, text), task)
    # The values that were read are as large as what they mean: nobody is to hold them while that is proved.
    kept = text if again else None
    del text
    return _withheld(with_emptied(proved(result, task, comparison)), options), kept


def _withheld(result: Result, options: Options) -> Result:
    """Nothing is written that lets through more than was accepted; with ``stop`` nothing where anything is lost."""
    lost = result.open_losses
    stops = options.on_loss == "stop" and bool(lost)
    if stops or any(loss.effect in (Effect.LOOSER, Effect.MIXED) for loss in lost):
        result = replace(result, text="", objects=(), parts=())
    if stops:
        raise LossError(result)
    return result


def _produced(task: Task) -> tuple[Result, Comparison | None]:
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
    kept = with_sets(task, fitted, report)
    report, emitted = kept.report, _emitted(task, kept.policies, kept.report)
    objects, parts = written(task, fitted, emitted, insertions, kept.objects)
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
        account=account_of(task, attempt, fitted, kept.objects) if options.explain_plan else None,
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
        from translate.dialects.denials import added

        log = get(task.to).log_denials
        kept = task.kept if log is not None else ()
        whole = replace(fitted, policies=(*kept, *fitted.policies), semantics=task.semantics)
        found = logging_for(whole, task.to, request, report, steps=task.options.max_steps)
        places, additions = found.apart(len(kept))
        fitted = added(fitted, additions)
        for place in places:
            origin = kept[place.number].origin
            if log is not None:
                insertion = log.insertion(place, origin, task.given.values[origin.place])
                insertions.setdefault(origin.place, []).append(insertion)
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
    emitted = [dressed(item, task.to, task.release) for item in target.emit(fitted.policies, traced=traced)]
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
