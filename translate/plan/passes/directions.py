"""Directions that a target says nothing of: what is open there anyway is left out, what closes something is refused."""

from __future__ import annotations

from msgspec.structs import replace

from translate.core.diagnostics import Effect, Report
from translate.model.edit import is_of_everything
from translate.model.policy import Action, Direction, Policy, Section
from translate.plan.context import Pass, Target
from translate.tables.records import KEEP

NO_COUNTERPART, NOTHING_SAID = "NPT210", "NPT308"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Leave out the sections of directions that the target does not have."""
    return tuple(_fitted(policy, target, report) for policy in policies)


def _fitted(policy: Policy, target: Target, report: Report) -> Policy:
    for direction in Direction:
        section = policy.section(direction)
        if section is None or direction in target.can.directions:
            continue
        policy = _without(policy, direction)
        what = f"a {target.can.title} says nothing of {direction.value}"
        if not _is_open(section):
            message = f"{what}: what {policy.called} closes would be open"
            report.refuse(NO_COUNTERPART, message, origin=section.origin, about=policy.called, hint=KEEP)
        elif policy.ingress is not None or policy.egress is not None:
            message = f"{what}, and {policy.called} leaves all of it open"
            report.lose(NOTHING_SAID, Effect.EXACT, message, origin=section.origin, about=policy.called)
    return policy


def _is_open(section: Section) -> bool:
    """Whether nothing is closed by it: without it all is open, as whatever closes something is refused."""
    only_allows = all(rule.action is Action.ALLOW for rule in section.rules)
    return only_allows and (not section.isolates or any(map(is_of_everything, section.rules)))


def _without(policy: Policy, direction: Direction) -> Policy:
    match direction:
        case Direction.INGRESS:
            return replace(policy, ingress=None)
        case Direction.EGRESS:
            return replace(policy, egress=None)


def _broken(policy: Policy, target: Target) -> bool:
    return any(policy.section(one) is not None for one in Direction if one not in target.can.directions)


PASS = Pass(
    run,
    needs="Log rules are gone where the target cannot log",
    guarantees="every section is of a direction that the target has",
    broken=_broken,
)
