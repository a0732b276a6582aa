"""What of the input never does anything, in words: so that nobody looks in vain for it in the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from translate.api.result import Result
from translate.api.task import Task
from translate.core.diagnostics import Note
from translate.core.origin import Origin, is_within, spell
from translate.frontend.link import Linked
from translate.frontend.sources import Places
from translate.model.policy import Action, Direction, Policy, Rule
from translate.prover.empty_rules import Why
from translate.prover.never import Never, never_matching

if TYPE_CHECKING:
    from translate.prover.forestalled import Decider

MOST_TOLD = 10
SHARE = 20
"""This part of the steps of a proof may be used for it."""
NOTHING_SELECTED = "NPT302"


def with_never(result: Result, task: Task) -> Result:
    """The result with a note for each rule and policy of the input that never does anything, as far as that is seen
    with little work.
    """
    given = task.given
    steps = task.options.max_steps // SHARE
    found = never_matching(given.policies, given.facts, steps=steps, explained=MOST_TOLD)
    unsaid = [one for one in found if not _is_told(one, result)]
    hosts = any(item.is_host for item in given.policies.sets)
    notes = [Note(message=_said(one, given.places, hosts=hosts), origin=_origin(one)) for one in unsaid[:MOST_TOLD]]
    if len(unsaid) > MOST_TOLD:
        count = len(unsaid) - MOST_TOLD
        many = "rule of the input never matches" if count == 1 else "rules of the input never match"
        notes.append(Note(message=f"{count} more {many}"))
    return replace(result, notes=(*result.notes, *notes))


def told_of(given: Linked, steps: int) -> Iterator[tuple[Never, Note]]:
    """Each rule and policy of an input that never does anything, with the words for it."""
    hosts = any(item.is_host for item in given.policies.sets)
    for one in never_matching(given.policies, given.facts, steps=steps):
        yield one, Note(message=_said(one, given.places, hosts=hosts), origin=_origin(one))


def _origin(one: Never) -> Origin:
    return one.policy.subject.origin if one.rule is None else one.rule.origin


def _is_told(one: Never, result: Result) -> bool:
    """Whether a note about a part of it gives the reason, or a loss says that its policy selects no pod."""
    if one.why is None:
        return False
    inside = any(is_within(note.origin.place, _origin(one).place) for note in result.notes)
    return inside or any(loss.code == NOTHING_SELECTED and loss.about == one.policy.identity for loss in result.losses)


def _said(one: Never, places: Places, *, hosts: bool) -> str:
    if one.rule is None:
        return f"{_policy(one.policy, places)} has no effect: no pod can be what it selects"
    who = f"{_rule(one.policy, one.rule, places)} never matches"
    aside = " (traffic of hosts aside)" if hosts and one.policy.subject.hosts is not None else ""
    return f"{who}{aside}: {_why(one, places)}"


def _why(one: Never, places: Places) -> str:
    if one.why is not None:
        return _nothing(one.why, one.direction)
    if not one.by:
        return "all that it asks for is decided before it"
    listed = [_decider(by, places) for by in one.by]
    if one.more:
        return f"{', '.join(listed)} first, and others the rest"
    return f"{' and '.join(listed)} first"


def _nothing(why: Why, direction: Direction | None) -> str:
    own, other = ("destination", "source") if direction is Direction.INGRESS else ("source", "destination")
    match why:
        case Why.SUBJECT:
            return "no pod can be what its policy selects"
        case Why.OWN_END:
            return f"its {own} is a pod that the policy selects, and none of these can be what it asks of the {own}"
        case Why.PEERS:
            return f"nobody can be what it asks of the {other}"
        case Why.TRAFFIC:
            return "no packet can be what it asks for"
        case Why.TOGETHER:
            way = "from" if direction is Direction.INGRESS else "to"
            return f"no packet {way} such a {other} can be what it asks for"
        case Why.STATED:
            return "what is stated of the cluster leaves no packet that it asks for"
        case never:
            assert_never(never)


def _decider(by: Decider, places: Places) -> str:
    if by.rule is None:
        return f"{_policy(by.policy, places)} denies at the end of its tier what this is about"
    match by.action:
        case Action.ALLOW | Action.LOG:
            does = "allows it"
        case Action.DENY:
            does = "denies it"
        case Action.PASS:
            does = "passes it on"
        case never:
            assert_never(never)
    order = f" at order {by.policy.order:g}" if by.policy.order is not None else ""
    return f"{_rule(by.policy, by.rule, places, order)} {does}"


def _policy(policy: Policy, places: Places) -> str:
    return f"{policy.identity}{_at(policy.origin, places)}"


def _rule(policy: Policy, rule: Rule, places: Places, order: str = "") -> str:
    path = f" {spell(rule.origin.path)}" if rule.origin.path else ""
    return f"{policy.identity}{path}{order}{_at(rule.origin, places)}"


def _at(origin: Origin, places: Places) -> str:
    place = places.locate(origin)
    return f" ({origin.file}:{place[0]})" if place else ""
