"""What changes only once another policy is added beside input and output: losses of their own, once a policy.

Which other target denies for good what this one cannot is told where it was tried: whether it can rests on all that the
policies ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import assert_never

from msgspec.structs import replace

from translate.api.options import Options
from translate.api.result import Result, graded, source_of
from translate.core.diagnostics import Effect, Error, Loss, Report
from translate.core.identity import Identity
from translate.core.origin import NOWHERE
from translate.model.policy import Action, Policy
from translate.prover.decision import Decision
from translate.prover.differences import DecidedApart
from translate.prover.point import Others
from translate.prover.proof import Verdict
from translate.tables import load

REOPENED, CLOSED, OPENED = "NPT520", "NPT521", "NPT522"
STATE = "if the input holds all policies that there are and will be, state so: complete: [Policy] in the facts"


def with_later(result: Result, found: Iterable[DecidedApart]) -> Result:
    """The result with what changes on later days as losses."""
    report = Report()
    able = _own(result)
    told: set[str] = set()
    for one in (one for one in found if one.others is not Others.NOTHING):
        code, effect = _kind(one)
        blamed = _blamed(one, result)
        about = blamed.identity if blamed else None
        message = _message(code, str(about or "the input"), one.before)
        if message not in told:
            told.add(message)
            hint = _hint(able) if code == REOPENED else STATE
            origin = blamed.origin if blamed else NOWHERE
            report.lose(code, effect, message, origin=origin, about=about, hint=hint)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses))


def with_other_targets(result: Result, asked: Options, again: Callable[[str, Options], Result], most: int) -> Result:
    """The result that names the targets which deny for good what its own does not: each is tried, for ``most`` policies
    at most.
    """
    lost = [loss for loss in result.losses if loss.code == REOPENED]
    own = _own(result)
    others = [name for name in load.capabilities() if _denies(name) and name not in (*own, result.to)]
    if not lost or not own or not asked.suggest or len(result.policies) > most:
        return result
    plain = replace(
        asked,
        on_loss="tighten",
        accept=(),
        suggest=False,
        keep_going=False,
        explain_plan=False,
        log_denials=False,
        stage=False,
    )
    kept = {name: _keeps(name, plain, again) for name in others}

    def told(loss: Loss) -> Loss:
        if loss.code != REOPENED:
            return loss
        able = (*own, *(name for name, reopened in kept.items() if reopened is not None and loss.about not in reopened))
        return replace(loss, hint=_hint([name for name in load.capabilities() if name in able]))

    return replace(result, losses=tuple(map(told, result.losses)))


def _keeps(to: str, plain: Options, again: Callable[[str, Options], Result]) -> Collection[Identity | None] | None:
    """The policies whose denies another target does not keep for good either, None where nobody knows."""
    try:
        found = again(to, plain)
    except (Error, ValueError):  # refused, or made for this target alone
        return None
    proof = found.proof
    if proof is None or Verdict.UNDECIDED in (proof.verdict, proof.later):
        return None
    return {loss.about for loss in found.losses if loss.code == REOPENED}


def _own(result: Result) -> tuple[str, ...]:
    """The dialect of the input, where the target has no denies and that has them."""
    own = result.before.semantics.name if result.before is not None else ""
    return (own,) if own in load.capabilities() and _denies(own) and not _denies(result.to) else ()


def _hint(able: Iterable[str]) -> str:
    ways = " or ".join(f"--to {name}" for name in able)
    return f"{ways} can say it; {STATE}" if ways else STATE


def _denies(target: str) -> bool:
    return load.capabilities()[target].denies != "none"


def _kind(one: DecidedApart) -> tuple[str, Effect]:
    if one.effect is Verdict.TIGHTER:
        return CLOSED, Effect.TIGHTER_LATER
    match one.others:
        case Others.ISOLATE:
            return OPENED, Effect.LOOSER
        case Others.ALLOW | Others.NOTHING:
            return REOPENED, Effect.LOOSER_LATER
        case never:
            assert_never(never)


def _blamed(one: DecidedApart, result: Result) -> Policy | None:
    """The policy of the input that the difference is about."""
    return one.before.policy or source_of(one.after.policy, result)


def _message(code: str, name: str, before: Decision) -> str:
    """What is not as it was: said of ``name``, by what decides a packet in the input."""
    if code == REOPENED:
        reopened = "in the output another policy that allows them lets them through"
        if before.rule is not None and before.rule.action is Action.ALLOW:
            return f"{name} asks more of packets than ports, whatever else allows them; {reopened} unasked"
        return f"{name} denies packets for good; {reopened}"
    if code == OPENED:
        return f"pods that another policy isolates are opened: {name} leaves to other policies what the output allows"
    return f"once another policy is added, the output denies packets that {name} and that policy let through"
