"""What becomes of a rule, or a part of it, that the target cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from translate.core.diagnostics import Effect, Report
from translate.core.origin import Origin
from translate.model.policy import Action, Direction, Policy, Rule
from translate.plan.context import Target

NO_COUNTERPART, NOTHING_SELECTED = "NPT210", "NPT302"
MOST_SHOWN = 3


def in_parts(
    policies: tuple[Policy, ...], parts_of: Callable[[Policy], Iterable[Policy]], report: Report
) -> tuple[Policy, ...]:
    """Each policy as the parts that ``parts_of`` makes of it; one of no pods has none, and is named."""
    found = [(policy, tuple(parts_of(policy))) for policy in policies]
    # A refused policy has no part either, and is told already. Several may be parts of one policy themselves.
    told = {policy.origin.place for policy, parts in found if parts or report.refusals}
    for policy, _ in found:
        if policy.origin.place not in told:
            told.add(policy.origin.place)
            about, origin = policy.called, policy.subject.origin
            message = f"{about} selects no pod, so nothing stands for it"
            report.lose(NOTHING_SELECTED, Effect.EXACT, message, origin=origin, about=about)
    return tuple(part for _, parts in found for part in parts)


def lose_access(what: str, rule: Rule, policy: Policy) -> str:
    """That peers of a rule no longer get through, said of whoever sends."""
    return access("lose", what, rule, policy)


def access(verb: str, what: str, rule: Rule, policy: Policy) -> str:
    """Who gains or loses access to whom, as far as the direction is known: ``what`` are the peers."""
    pods = f"the pods of {policy.called}"
    match direction_of(rule, policy):
        case Direction.INGRESS:
            return f"{what} {verb} access to {pods}"
        case Direction.EGRESS:
            return f"{pods} {verb} access to {what}"
        case None:
            return f"{what} {verb} access to or from {pods}"
        case never:
            assert_never(never)


def not_sent(what: str, rule: Rule, policy: Policy) -> str:
    """That packets of a rule no longer get through, and which way as far as that is known."""
    ways = {Direction.INGRESS: "reach", Direction.EGRESS: "leave", None: "reach or leave"}
    return f"{what} no longer {ways[direction_of(rule, policy)]} the pods of {policy.called}"


def drop(
    code: str,
    what: str,
    rule: Rule,
    policy: Policy,
    target: Target,
    report: Report,
    *,
    origin: Origin,
    why: str = "",
    hint: str = "",
    packets: str = "",
    lost: Callable[[str, Rule, Policy], str] = lose_access,
) -> None:
    """Tell that ``what`` of ``rule`` is not in the output, and ``why``: ``lost`` says who loses what by it, on
    ``packets`` if that is not on all of them.

    A rule that does anything but allow cannot be cut that way: who it stopped would get in, so it is refused.
    """
    match rule.action:
        case Action.ALLOW:
            why = why or f"a {target.can.title} cannot say them"
            on = f" on {packets}" if packets else ""
            _lost(code, f"{lost(what, rule, policy)}{on}: {why}", policy, report, origin=origin, hint=hint)
        case Action.DENY | Action.PASS | Action.LOG:
            message = f"{what} of a {rule.action.value} rule have no counterpart in a {target.can.title}"
            message += f": {why}" if why else ""
            report.refuse(NO_COUNTERPART, message, origin=origin, about=policy.called, hint=hint)
        case never:
            assert_never(never)


def direction_of(rule: Rule, policy: Policy) -> Direction | None:
    """The direction that a rule of ``policy`` is about; None where it is no longer one of its rules, and no text says
    which it was.
    """
    for direction in Direction:
        section = policy.section(direction)
        if section is not None and any(rule is one for one in section.rules):
            return direction
    fields = [step for step in rule.origin.path if isinstance(step, str)]
    return next((one for one in Direction for field in fields if field.startswith(one.value)), None)


def _lost(code: str, message: str, policy: Policy, report: Report, *, origin: Origin, hint: str) -> None:
    """Somebody loses access; a rule that fell into pieces says it once."""
    if not report.says_of_loss(message, origin):
        report.lose(code, Effect.TIGHTER, message, origin=origin, about=policy.called, hint=hint)
