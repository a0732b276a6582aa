"""The main job: read, fit, emit, write, and prove the written text against the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from translate.api import inplace
from translate.api.comments import carry
from translate.api.denials import logging_for
from translate.api.facts import FactsInput, facts_of
from translate.api.intake import Intake, take_in
from translate.api.options import dialect, engine_of, one_of
from translate.api.refusing import refuse_excesses, say_what_stays_behind, stop_at_refusals
from translate.api.releases import TargetVersion, dressed, must_be_dressed, refuse_newer, release_of, standing
from translate.api.result import Mapped, Result, graded
from translate.api.sources import Input, sources
from translate.api.staging import refuse_logging, refuse_second_twins
from translate.api.stamp import compiled, stamped
from translate.api.strategies import Aim, Own, best, own_objects
from translate.api.translation_validation import compared, explained, proved
from translate.core.diagnostics import Effect, Loss, UnsupportedError
from translate.core.origin import Origin
from translate.core.release import Release
from translate.dialects import get, of_object, those
from translate.dialects.base import Emitted, Object
from translate.dialects.denials import Additions, LogRequest, added
from translate.dialects.protocol import ObserveDenials, Rewriting
from translate.model.policy import Direction, Identity, PolicySet
from translate.plan.passes.actions import rests_on_proof
from translate.tables.load import capabilities, codes
from translate.yamlio.verbatim import Keeper
from translate.yamlio.write import write

OnLoss: TypeAlias = Literal["tighten", "loosen", "stop"]
Stamp: TypeAlias = Literal["comment", "annotation", "none"]
LogDirection: TypeAlias = Literal["both", "ingress", "egress"]


def convert(
    source: Input,
    *,
    to: str,
    from_: str = "auto",
    default_namespace: str = "default",
    source_engine: str | None = None,
    on_loss: OnLoss = "tighten",
    accept: Sequence[str] = (),
    log_denials: bool = False,
    log_direction: LogDirection = "both",
    log_explicit: bool = False,
    stage: bool = False,
    facts: FactsInput = None,
    verify: bool = True,
    passthrough: bool = False,
    stamp: Stamp = "none",
    target_version: TargetVersion = None,
    max_rules: int = 500,
    explain_plan: bool = False,
) -> Result:
    """Translate every policy of ``source`` to the dialect ``to`` and prove that the meaning was kept.

    ``log_denials`` logs what is denied, in ``log_direction``, with ``log_explicit`` only what Deny rules deny.
    ``stage`` writes staged kinds of Calico. ``facts`` tells what policies cannot (docs/facts.md). ``target_version``,
    ``"cilium=1.18"`` or a mapping, refuses what that release does not have. ``max_rules`` may stand in place of one
    policy where order is worked out; ``explain_plan`` fills in which passes changed anything.

    Raises InputError for input that is not valid, and UnsupportedError where a construct cannot be translated at all
    (or with ``on_loss="stop"``, where anything would be lost). Losses are values of the result.
    """
    _check(on_loss, log_direction, accept)
    asked = _Asked(
        to=dialect(to),
        loosen=on_loss == "loosen",
        log=_wanted(log_direction, explicit_only=log_explicit) if log_denials else None,
        stage=stage,
        passthrough=passthrough,
        stamp=stamp,
        default_namespace=default_namespace,
        release=release_of(target_version, dialect(to)),
        max_rules=max_rules,
        explain_plan=explain_plan,
    )
    taken = take_in(
        sources(source),
        default_namespace=default_namespace,
        engine=engine_of(source_engine),
        only=None if from_ == "auto" else dialect(from_),
        facts=facts_of(facts),
        to=asked.to,
    )
    result = replace(_produced(taken, asked), accepted=frozenset(accept))
    result = _withheld(_judged(result, taken, asked, verify=verify))
    if on_loss == "stop" and result.open_losses:
        raise UnsupportedError((), result.open_losses)
    return result


def _withheld(result: Result) -> Result:
    """Nothing is written that lets through more than was accepted."""
    if any(loss.effect in (Effect.LOOSER, Effect.MIXED) for loss in result.open_losses):
        return replace(result, text="", objects=(), parts=())
    return result


def _check(on_loss: str, log_direction: str, accept: Sequence[str]) -> None:
    one_of("on_loss", on_loss, ("tighten", "loosen", "stop"))
    one_of("log_direction", log_direction, ("both", *Direction))
    if isinstance(accept, str):
        raise ValueError(f"accept is a list of codes, not the text {accept!r}")
    for code in accept:
        one_of("accept", code, codes())


def _judged(result: Result, taken: Intake, asked: _Asked, *, verify: bool) -> Result:
    """The result with its proof; without ``verify``, what rests on one is still asked of the model."""
    if verify:
        return proved(result, taken, asked.log, asked.default_namespace, stage=asked.stage)
    rests = taken.facts.settings.stated or rests_on_proof(taken.policies, capabilities()[asked.to].actions)
    if result.after is None or not rests:
        return result
    return explained(result, compared(taken.policies, result.after, taken.facts), taken.facts)


def _wanted(direction: str, *, explicit_only: bool) -> LogRequest:
    directions = tuple(Direction) if direction == "both" else (Direction(direction),)
    return LogRequest(directions, explicit_only)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of a translation that decide what is written."""

    to: str
    loosen: bool
    log: LogRequest | None
    stage: bool
    passthrough: bool
    stamp: str
    default_namespace: str
    release: Release | None = None
    max_rules: int = 500
    explain_plan: bool = False

    def __post_init__(self) -> None:
        one_of("stamp", self.stamp, ("comment", "annotation", "none"))
        if self.stage and get(self.to).staging is None:
            able = those(lambda dialect: dialect.staging is not None)
            title, name = " or ".join(found.title for found in able), " or ".join(repr(found.name) for found in able)
            raise ValueError(f"only {title} has staged policies: stage needs to={name}")


def _produced(taken: Intake, asked: _Asked) -> Result:
    """The translation, not proved yet. Raises UnsupportedError."""
    if asked.log is not None and not taken.policies.policies:
        refuse_logging(taken.companions, taken.report)
        stop_at_refusals(taken.report, taken.places)
    if inplace.keeps_texts(taken, asked.to) and not asked.stage and asked.stamp == "none":
        result = _in_place(taken, asked)
        if result is not None:
            return result
    return _anew(taken, asked)


def _in_place(taken: Intake, asked: _Asked) -> Result | None:
    report = taken.report
    said = len(report.notes)
    additions = Additions() if asked.log is None else logging_for(taken.policies, asked.to, asked.log, report)
    stop_at_refusals(report, taken.places)
    edited = inplace.edit(taken, additions, report)
    if edited is not None and asked.release is not None:
        written = standing(edited.objects, asked.to, taken, ())
        if must_be_dressed(written, asked.to, asked.release):
            report.note(inplace.REMARK)
            edited = None
        else:
            refuse_newer(written, asked.to, asked.release, report)
            stop_at_refusals(report, taken.places)
    observed = _naming(asked)
    if edited is not None and observed is not None:
        observed.keep(report)
    if edited is None:
        del report.notes[said:-1]  # what is said of logging is said again
        return None
    rows = tuple(
        Mapped(policy.identity, policy.origin, (policy.identity,), Effect.EXACT) for policy in taken.policies.policies
    )
    return Result(
        to=asked.to,
        objects=edited.objects,
        parts=edited.parts,
        text=edited.text,
        policies=rows,
        losses=tuple(report.losses),
        notes=tuple(report.notes),
        proof=None,
        foreign=taken.foreign_kinds,
        passthrough=True,
        before=taken.policies,
        places=taken.places,
    )


def _naming(asked: _Asked) -> ObserveDenials | None:
    """What names policies in the denials that are seen, if these are wanted and the target has it."""
    observed = get(asked.to).observe_denials
    return observed if asked.log is not None and observed is not None and observed.can_name(asked.release) else None


def _anew(taken: Intake, asked: _Asked) -> Result:
    target, wanted = asked.to, get(asked.to)
    changed = asked.stage or asked.stamp != "none" or (asked.log is not None and wanted.log_denials is not None)
    anew = wanted.rewriting is not Rewriting.NEVER and (changed or len(taken.dialects) == 1)
    own = Own() if anew else own_objects(taken, target)
    attempt = best(taken, Aim(target, own, asked.loosen, asked.release, asked.max_rules, asked.explain_plan))
    fitted, report = attempt.fitted, attempt.report
    if asked.log is not None:
        fitted = added(fitted, logging_for(fitted, target, asked.log, report))
    observed = _naming(asked)
    if observed is not None:
        fitted = observed.named(fitted, {p.origin.place: p.identity for p in taken.policies.policies}, report)
        if own.places:
            observed.keep(report)
    say_what_stays_behind(taken, target, report)
    stop_at_refusals(report, taken.places)
    traced = any(source.has_comments for source in taken.sources)
    emitted = [dressed(item, target, asked.release) for item in wanted.emit(fitted.policies, traced=traced)]
    refuse_excesses(emitted, report)
    stop_at_refusals(report, taken.places)
    if asked.stage and wanted.staging is not None:
        emitted = [wanted.staging.staged(item) for item in emitted]
        refuse_second_twins(emitted, wanted.staging.before(taken.companions, asked.default_namespace), report)
        stop_at_refusals(report, taken.places)
    objects, parts = _written(taken, fitted, own, emitted, asked)
    if asked.release is not None:
        refuse_newer(standing(objects, target, taken, emitted), target, asked.release, report)
        stop_at_refusals(report, taken.places)
    return Result(
        to=target,
        objects=tuple(objects),
        parts=tuple(parts),
        text="---\n".join(parts),
        policies=_mapped(taken.policies, own, emitted, report.losses),
        losses=tuple(report.losses),
        notes=tuple(report.notes),
        proof=None,
        foreign=taken.foreign_kinds,
        passthrough=asked.passthrough,
        tried=attempt.tried,
        before=taken.policies,
        after=fitted,
        places=taken.places,
    )


def _written(
    taken: Intake, fitted: PolicySet, own: Own, emitted: Sequence[Emitted], asked: _Asked
) -> tuple[list[dict[str, Any]], list[str]]:
    """The output objects and the text of each: what stands beside the policies in the dialect, then the policies,
    foreign objects behind them on request.
    """
    beside = [item for item in taken.companions if of_object(item.value) == asked.to]
    beside += [Object(taken.values[place], Origin(*place)) for place in taken.values if place in own.places]
    comments = carry(taken.places, emitted)
    if asked.stamp == "none":
        comments = compiled(emitted, comments, taken.policies)
    else:
        comments = [stamped(item, about, asked.stamp) for item, about in zip(emitted, comments, strict=True)]
    keeper = Keeper(taken.places.locators)
    objects: list[dict[str, Any]] = []
    parts: list[str] = []
    for item in beside:
        objects.append(dict(item.value))
        parts.append(keeper.text(item.origin, item.value))
    for value in get(asked.to).beside(fitted) if fitted.semantics.name != taken.policies.semantics.name else ():
        objects.append(value)
        parts.append(write([value]))
    for made, about in zip(emitted, comments, strict=True):
        objects.append(made.draft.value)
        parts.append(write([made.draft.value], [about]))
    for item in taken.foreign if asked.passthrough else ():
        objects.append(dict(item.value))
        parts.append(keeper.text(item.origin, item.value))
    return objects, parts


def _mapped(before: PolicySet, own: Own, emitted: Sequence[Emitted], losses: Sequence[Loss]) -> tuple[Mapped, ...]:
    """What stands for each policy; policies of one object (Cilium's ``specs``) share a row."""
    targets: dict[object, list[Identity]] = {
        policy.origin.place: [policy.identity] for policy in before.policies if policy.origin.place in own.places
    }
    for item in emitted:
        for policy in item.policies:
            identity = Identity(str(item.draft.value["kind"]), policy.identity.namespace, policy.identity.name)
            mine = targets.setdefault(policy.origin.place, [])
            if identity not in mine:
                mine.append(identity)
    rows = {
        policy.origin.place: Mapped(
            policy.identity, policy.origin, tuple(targets.get(policy.origin.place, ())), Effect.EXACT
        )
        for policy in before.policies
    }
    return graded(tuple(rows.values()), losses)
