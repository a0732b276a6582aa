"""The main job: read, fit, emit, write, and prove the written text against the input."""

from __future__ import annotations

from typing import Unpack

from msgspec.structs import replace

from translate.api.accept import looked_up
from translate.api.emptied import with_emptied
from translate.api.options import ConvertKeywords, Options, chosen, dialect
from translate.api.producing import produced
from translate.api.releases import read_on, release_of
from translate.api.remembered import remembered
from translate.api.result import OUTPUT, LossError, Result
from translate.api.task import Task
from translate.core.accepting import NOTHING, Acceptance
from translate.core.diagnostics import Effect, InputError, Loss, UnsupportedError
from translate.core.several import at_most, workers
from translate.dialects import get, those
from translate.frontend.facts import facts_of
from translate.frontend.intake import Intake, take_in
from translate.frontend.lifting import WORTH_A_PROCESS
from translate.frontend.link import link
from translate.frontend.sources import Input, Source, sources
from translate.model.facts import Facts
from translate.prover.allowance import allowed


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
    if Effect.LOOSER_LATER in {loss.effect for loss in result.losses}:
        from translate.api.later import with_other_targets  # only where denies do not stay
        from translate.api.ways import MOST_POLICIES

        result = with_other_targets(result, asked, lambda to, options: again(to, options, facts), MOST_POLICIES)
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
    result, comparison = produced(task)
    result = replace(result, accepted=accepted)
    if not options.verify:
        from translate.api.idle import with_idle  # not with a proof, like the next
        from translate.api.unproved import rested

        return _withheld(with_emptied(rested(with_idle(result, task), task)), options), None
    if not again and workers() > 1 and len(result.parts) >= WORTH_A_PROCESS:
        from translate.api.meanwhile import proved_meanwhile  # only where another process may help

        found = proved_meanwhile(result, task, comparison)
        if found is not None:
            return _withheld(with_emptied(found), options), None
    from translate.api.never import with_never  # not without a proof, like the next
    from translate.api.translation_validation import proved, read_back

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
        result = replace(result, text="", objects=(), parts=(), withheld=True)
    if stops:
        raise LossError(result)
    return result
