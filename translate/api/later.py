"""What changes only once another policy is added beside input and output: losses of their own, once a policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from translate.api.result import Result, graded, source_of
from translate.core.diagnostics import Effect, Report
from translate.core.identity import Identity
from translate.core.origin import NOWHERE
from translate.model.policy import Policy
from translate.prover.compare import Verdict
from translate.prover.differences import DecidedApart
from translate.prover.point import Others
from translate.tables import load

REOPENED, CLOSED, OPENED = "NPT520", "NPT521", "NPT522"
STATE = "if the input holds all policies that there are and will be, state so: complete: [Policy] in the facts"


def with_later(result: Result, found: Iterable[DecidedApart]) -> Result:
    """The result with what changes on later days as losses."""
    report = Report()
    able = "" if _denies(result.to) else " or ".join(f"--to {name}" for name in load.capabilities() if _denies(name))
    told: set[tuple[str, Identity | None]] = set()
    for one in (one for one in found if one.others is not Others.NOTHING):
        code, effect = _kind(one)
        blamed = _blamed(one, result)
        about = blamed.identity if blamed else None
        if (code, about) not in told:
            told.add((code, about))
            hint = f"{able} can say it; {STATE}" if able and code == REOPENED else STATE
            origin = blamed.origin if blamed else NOWHERE
            report.lose(code, effect, _message(code, str(about or "the input")), origin=origin, about=about, hint=hint)
    losses = (*result.losses, *report.losses)
    return replace(result, losses=losses, policies=graded(result.policies, losses))


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


def _message(code: str, name: str) -> str:
    if code == REOPENED:
        return f"{name} denies packets for good; in the output another policy that allows them lets them through"
    if code == OPENED:
        return f"pods that another policy isolates are opened: {name} leaves to other policies what the output allows"
    return f"once another policy is added, the output denies packets that {name} and that policy let through"
