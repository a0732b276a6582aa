"""What of the input never does anything, in words: so that nobody looks in vain for it in the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from translate.api.idle import MOST_TOLD, NeverNote, at, idle, unnoted, with_notes
from translate.api.result import Result
from translate.api.task import Task
from translate.core.diagnostics import Note
from translate.core.origin import Origin, around, spell
from translate.frontend.link import Linked
from translate.frontend.sources import Places
from translate.model.policy import Action, Direction, Policy, Rule
from translate.prover.empty_rules import Why
from translate.prover.never import Never, never_matching

if TYPE_CHECKING:
    from translate.prover.forestalled import Decider

SHARE = 20
"""This part of the steps of a proof may be used for it."""
NOTHING_SELECTED = "NPT302"


def with_never(result: Result, task: Task) -> Result:
    """The result with a note for each policy, rule and part of a rule of the input that never does anything, as far as
    that is seen with little work: what lifting left out, and what is seen of the rest.
    """
    steps = task.options.max_steps // SHARE
    return with_notes(result, [*unnoted(task.given), *_unsaid(task.given, steps, result, explained=MOST_TOLD)])


def told_of(given: Linked, steps: int) -> Iterator[NeverNote]:
    """Each policy, rule and part of a rule of an input that never does anything."""
    yield from idle(given)
    yield from _unsaid(given, steps)


def _unsaid(
    given: Linked, steps: int, result: Result | None = None, *, explained: int = MOST_TOLD
) -> Iterator[NeverNote]:
    """What is seen in the set, where no note about a part of it gives the reason, nor a loss that its policy selects no
    pod. Beside a ``result`` only the first ``explained`` have words.
    """
    hosts = any(item.is_host for item in given.policies.sets)
    notes, losses = ((), ()) if result is None else (result.notes, result.losses)
    told = {*around(one.origin.place for one in given.idle), *around(note.origin.place for note in notes)}
    lost = {loss.about for loss in losses if loss.code == NOTHING_SELECTED}
    worded = 0
    for one in never_matching(given.policies, given.facts, steps=steps, explained=explained):
        if one.why is not None and (one.origin.place in told or one.policy.identity in lost):
            continue
        told.update(around((one.origin.place,)))
        words = _said(one, given, hosts=hosts) if result is None or worded < explained else ""
        worded += 1
        yield NeverNote(one.policy.identity, Note(message=words, origin=one.origin), is_policy=one.rule is None)


def _said(one: Never, given: Linked, *, hosts: bool) -> str:
    places = given.places
    if one.rule is None:
        return f"{_policy(one.policy, places)} has no effect: no pod can be what it selects"
    who = f"{_spelled(one.policy, one.origin, places)} never matches"
    aside = " (traffic of hosts aside)" if hosts and one.policy.subject.hosts is not None else ""
    return f"{who}{aside}: {_why(one, given)}"


def _why(one: Never, given: Linked) -> str:
    places = given.places
    if one.why is not None:
        return _nothing(one.why, one.direction, given.policies.semantics.title)
    if not one.by:
        return "all that it asks for is decided before it"
    listed = [_decider(by, places) for by in one.by]
    if one.more:
        return f"{', '.join(listed)} first, and others the rest"
    return f"{' and '.join(listed)} first"


def _nothing(why: Why, direction: Direction | None, engine: str) -> str:
    own, other = ("destination", "source") if direction is Direction.INGRESS else ("source", "destination")
    match why:
        case Why.SUBJECT:
            return "no pod can be what its policy selects"
        case Why.OWN_END:
            return f"its {own} is a pod that the policy selects, and none of these can be what it asks of the {own}"
        case Why.PEERS:
            return f"nobody can be what it asks of the {other}"
        case Why.ELSEWHERE:
            return f"its {other} is looked for in the namespace of the policy alone, and it asks for another"
        case Why.TRAFFIC:
            return "no packet can be what it asks for"
        case Why.TOGETHER:
            way = "from" if direction is Direction.INGRESS else "to"
            return f"no packet {way} such a {other} can be what it asks for"
        case Why.STATED:
            return "what is stated of the cluster leaves no packet that it asks for"
        case Why.OF_CLUSTER:
            return f"all of it is addresses of pods or nodes as stated, and ranges of {engine} match neither"
        case Why.OF_SERVICES:
            return "all of it is addresses of Services as stated, which policies never see"
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
    return f"{policy.identity}{at(policy.origin, places)}"


def _rule(policy: Policy, rule: Rule, places: Places, order: str = "") -> str:
    return _spelled(policy, rule.origin, places, order)


def _spelled(policy: Policy, origin: Origin, places: Places, order: str = "") -> str:
    path = f" {spell(origin.path)}" if origin.path else ""
    return f"{policy.identity}{path}{order}{at(origin, places)}"
