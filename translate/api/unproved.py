"""A translation whose text is not proved: what rests on a proof all the same."""

from __future__ import annotations

from msgspec.structs import replace

from translate.api.result import Result
from translate.api.task import Task
from translate.core.diagnostics import Note
from translate.model.assume import Assume
from translate.model.ties import tell
from translate.plan.passes.actions import rests_on_proof
from translate.tables.load import capabilities


def rested(result: Result, task: Task) -> Result:
    """The result without a proof of its text; what rests on a proof is still asked of the model."""
    given, steps = task.given, task.options.max_steps
    told = tuple(Note(message=f"assumed and not proved: {one.claim}; {one.limit}") for one in _assumed(result, task))
    result = replace(result, notes=(*result.notes, *told))
    rests = given.facts.settings.stated or rests_on_proof(given.policies, capabilities()[task.to].actions)
    rests = rests or tell(given.policies)
    if result.after is None or not rests:
        return result
    from translate.api.translation_validation import compared, explained  # not where nothing rests on a proof

    return explained(result, compared(given.policies, result.after, given.facts, steps), given.facts, steps)


def _assumed(result: Result, task: Task) -> tuple[Assume, ...]:
    """What is assumed of ranges that policies have."""
    if not task.given.facts.assumed:
        return ()
    from translate.prover.asked_ranges import asked_of  # only where something is assumed

    sides = (task.given.policies, *([] if result.after is None else [result.after]))
    return asked_of(sides, task.given.facts)
