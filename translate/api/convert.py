"""The main job: read, fit, emit, write, and prove the written text against the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from translate.api.comments import carry
from translate.api.intake import Intake, take_in
from translate.api.options import dialect, engine_of, one_of
from translate.api.result import Mapped, Result, worst
from translate.api.sources import Input, Places, Source, sources
from translate.api.stamp import stamped
from translate.core.diagnostics import Effect, Loss, Refusal, Report, UnsupportedError
from translate.core.origin import NOWHERE
from translate.dialects import get
from translate.dialects.base import Emitted
from translate.model.policy import Engine, Identity, Policy, PolicySet
from translate.plan.fit import fit
from translate.plan.log_denials import add_logging
from translate.tables.load import codes
from translate.verify.compare import LoggingProof, Proof, Verdict, prove, prove_logging
from translate.yamlio.keep import kept
from translate.yamlio.write import write

Dialect: TypeAlias = Literal["kubernetes", "calico", "cilium"]
OnLoss: TypeAlias = Literal["tighten", "loosen", "stop"]
Stamp: TypeAlias = Literal["comment", "annotation", "none"]
UNEXPLAINED, LOOSER, TOO_LARGE = "NPT504", "NPT505", "NPT220"
OUTPUT = "output"


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
    verify: bool = True,
    passthrough: bool = False,
    stamp: Stamp = "none",
) -> Result:
    """Translate every policy of ``source`` to the dialect ``to`` and prove that the meaning was kept.

    Raises InputError for input that is not valid, and UnsupportedError where a construct cannot be translated at all
    (or with ``on_loss="stop"``, where anything would be lost). Losses are values of the result.
    """
    to, from_ = dialect(to), "auto" if from_ == "auto" else dialect(from_)
    one_of("on_loss", on_loss, ("tighten", "loosen", "stop"))
    one_of("stamp", stamp, ("comment", "annotation", "none"))
    if isinstance(accept, str):
        raise ValueError(f"accept is a list of codes, not the text {accept!r}")
    for code in accept:
        one_of("accept", code, codes())
    taken = take_in(
        sources(source),
        default_namespace=default_namespace,
        engine=engine_of(source_engine),
        only=None if from_ == "auto" else from_,
    )
    target, report = to, taken.report
    fitted = fit(taken.policies, target, report, loosen=on_loss == "loosen")
    if log_denials:
        fitted = add_logging(fitted, target, report)
    if report.refusals:
        raise UnsupportedError(located(report.refusals, taken.places), report.losses)
    traced = any(source.has_comments for source in taken.sources)
    emitted = get(target).emit(fitted.policies, traced=traced)
    refuse_excesses(emitted, report)
    if report.refusals:
        raise UnsupportedError(located(report.refusals, taken.places), report.losses)
    objects, parts = _written(taken, emitted, passthrough, stamp)
    result = Result(
        to=target,
        objects=tuple(objects),
        parts=tuple(parts),
        text="---\n".join(parts),
        policies=_mapped(taken.policies, emitted, report.losses),
        losses=tuple(report.losses),
        notes=tuple(report.notes),
        proof=None,
        foreign=taken.foreign_kinds,
        passthrough=passthrough,
        accepted=frozenset(accept),
        before=taken.policies,
        places=taken.places,
    )
    if verify:
        result = _proved(result, fitted, taken, log_denials, default_namespace)
    if any(loss.effect in (Effect.LOOSER, Effect.MIXED) for loss in result.open_losses):
        result = replace(result, text="", objects=(), parts=())
    if on_loss == "stop" and result.open_losses:
        raise UnsupportedError((), result.open_losses)
    return result


def refuse_excesses(emitted: Sequence[Emitted], report: Report) -> None:
    """Refuse objects whose text is longer than their API takes: they are not spelled, so nothing may be written."""
    for item in emitted:
        policy = item.policies[0]
        for excess in item.excesses:
            message = f"{policy.identity} needs {excess}"
            report.refuse(
                TOO_LARGE, message, origin=policy.origin, object=str(policy.identity), hint="split the policy"
            )


def located(refusals: Sequence[Refusal], places: Places) -> list[Refusal]:
    """The refusals with line and column worked out, in the order of the input."""
    found = []
    for refusal in refusals:
        line, column = places.locate(refusal.origin) or (0, 0)
        found.append(replace(refusal, line=line, column=column))
    return sorted(found, key=lambda x: (x.origin.file, x.line, x.column))


def _written(
    taken: Intake, emitted: Sequence[Emitted], passthrough: bool, stamp: Stamp
) -> tuple[list[dict[str, Any]], list[str]]:
    """The output objects, foreign ones behind them on request, and the text of each."""
    objects: list[dict[str, Any]] = [item.draft.value for item in emitted]
    comments = carry(taken.sources, emitted) or [None for _ in emitted]
    if stamp != "none":
        comments = [stamped(item, about, stamp) for item, about in zip(emitted, comments, strict=True)]
    parts = [write([value], [about]) for value, about in zip(objects, comments, strict=True)]
    for item in taken.foreign if passthrough else ():
        value = dict(item.value)
        text = taken.places.text(item.origin)
        objects.append(value)
        parts.append((kept(text, item.origin.path, value) if text else None) or write([value]))
    return objects, parts


def _mapped(before: PolicySet, emitted: Sequence[Emitted], losses: Sequence[Loss]) -> tuple[Mapped, ...]:
    """What stands for each policy; policies of one object (Cilium's ``specs``) share a row."""
    targets: dict[object, list[Identity]] = {}
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
    return _graded(tuple(rows.values()), losses)


def _proved(result: Result, fitted: PolicySet, taken: Intake, log_denials: bool, default_namespace: str) -> Result:
    """Read the written text again and compare it with the input; what the losses do not explain becomes one."""
    again = take_in((Source(OUTPUT, result.text),), default_namespace=default_namespace, only=None)
    after = again.policies if again.policies.policies else PolicySet(fitted.engine, ())
    after = PolicySet(fitted.engine, after.policies, after.tiers)
    proof = prove(taken.policies, after)
    logging: LoggingProof | None = prove_logging(after) if log_denials and fitted.engine is Engine.CALICO else None
    result = replace(result, proof=proof, logging=logging, after=after, after_places=again.places)
    return _explained(result, proof)


def _explained(result: Result, proof: Proof) -> Result:
    """Make losses and proof agree: a loss that touches no packet is exact, a difference without a loss gets one."""
    if proof.verdict is Verdict.SAME:
        losses = tuple(replace(loss, effect=Effect.EXACT) for loss in result.losses)
        rows = tuple(replace(row, exactness=Effect.EXACT) for row in result.policies)
        return replace(result, losses=losses, policies=rows)
    claimed = worst(loss.effect for loss in result.losses)
    if proof.verdict is Verdict.UNDECIDED or claimed.value == proof.verdict.value or claimed is Effect.MIXED:
        return result
    report = Report(losses=list(result.losses))
    for example in proof.counterexamples:
        effect = Effect(example.effect.value)
        if effect is claimed:
            continue
        blame = example.before.policy or _source_of(example.after.policy, result)
        report.lose(
            UNEXPLAINED if effect is Effect.TIGHTER else LOOSER,
            effect,
            "the output denies a packet that the input allows"
            if effect is Effect.TIGHTER
            else "the output would allow a packet that the input denies",
            origin=blame.origin if blame else NOWHERE,
            object=str(blame.identity) if blame else "",
            hint="the counterexample shows the packet",
        )
    losses = tuple(report.losses)
    return replace(result, losses=losses, policies=_graded(result.policies, losses))


def _source_of(policy: Policy | None, result: Result) -> Policy | None:
    """The policy of the input that an object of the output stands for."""
    if policy is None or result.before is None:
        return None
    name = (policy.identity.namespace, policy.identity.name)
    for row in result.policies:
        if any((target.namespace, target.name) == name for target in row.targets):
            return next(p for p in result.before.policies if p.origin.place == row.origin.place)
    return None


def _graded(rows: Sequence[Mapped], losses: Sequence[Loss]) -> tuple[Mapped, ...]:
    """The rows with the worst effect and the codes of the losses that name their policy."""
    if not losses:
        return tuple(rows)
    by_object: dict[str, list[Loss]] = {}
    for loss in losses:
        by_object.setdefault(loss.object, []).append(loss)
    graded = []
    for row in rows:
        mine = by_object.get(str(row.source), [])
        codes = tuple(dict.fromkeys(loss.code for loss in mine))
        graded.append(replace(row, exactness=worst(loss.effect for loss in mine), codes=codes))
    return tuple(graded)
