"""Order worked out: what a list of rules, tiers and passes let through in the end, as policies that only allow, or
whose denies beat their allows.

Each policy keeps its name and isolates as before; what it lets through is cut by all that was decided before it. The
target may lack policies that do not isolate: these say what they allow to the pods that others isolate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from translate.core.diagnostics import Report
from translate.core.origin import Place
from translate.core.shortened import shortened
from translate.model.edit import rules_of
from translate.model.policy import Action, Policy, PolicySet
from translate.plan.context import Pass, Target
from translate.plan.regions.boxes import MOST_BOXES, TooManyBoxesError
from translate.plan.regions.cut import Cut

if TYPE_CHECKING:
    from translate.plan.regions.encodings import Encodings

TOO_LARGE = "NPT220"
MOST_NAMES = 3


def of(
    whole: PolicySet,
    beside: tuple[Policy, ...] = (),
    cut: Cut = Cut.BY_PEER,
    encodings: Encodings | None = None,
) -> Pass:
    """The pass for the policies of ``whole``, whose tiers and engine say what their order means; those ``beside`` them
    count, and are not changed. ``encodings``: what other forms of them encoded, or will.
    """
    staying = {policy.origin.place for policy in beside}

    def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
        """The policies with their order worked out; a refusal where that gives more than anybody wants to read."""
        from translate.plan.regions.flatten import flattened  # only where order is worked out

        try:
            both = replace(whole, policies=(*policies, *beside))
            found = flattened(
                both,
                open_sections=target.can.open_sections,
                denies=Action.DENY in target.can.actions,
                facts=target.facts,
                cut=cut,
                encodings=encodings,
            )
            mine = [policy for policy in found.policies if policy.origin.place not in staying]
            return tuple(_marked(mine, policies))
        except TooManyBoxesError as error:
            first, *others = error.blamed or policies
            message = f"what {first.called} lets through in the end falls into more than {MOST_BOXES} pieces"
            if others:
                cutting = shortened((policy.called for policy in others), MOST_NAMES)
                message += f": it is cut by rules of {cutting}"
            hint = "split the input into parts that do not meet, or take the broadest Deny out"
            report.refuse(TOO_LARGE, message, origin=first.origin, hint=hint)
            return policies

    return Pass(
        run,
        needs="rules and sets as the source evaluates them",
        guarantees="no rule rests on one that stands before it",
    )


def _marked(found: list[Policy], before: tuple[Policy, ...]) -> Iterator[Policy]:
    """The policies, those marked that do not just allow what they allowed."""
    allowed = {policy.origin.place: _rules(Action.ALLOW, [policy]) for policy in before}
    denied = {policy.origin.place: _rules(Action.DENY, [policy]) for policy in before}
    now: dict[Place, list[Policy]] = {}
    for policy in found:
        now.setdefault(policy.origin.place, []).append(policy)
    cut = {
        place
        for place, mine in now.items()
        if _rules(Action.ALLOW, mine) != allowed[place]
        or any(rule not in denied[place] for rule in _rules(Action.DENY, mine))
    }
    for policy in found:
        is_cut = policy.origin.place in cut
        yield replace(policy, metadata=replace(policy.metadata, cut=True)) if is_cut else policy


def _rules(action: Action, policies: Iterable[Policy]) -> list[tuple[object, ...]]:
    """What the rules of an action are about, in their order."""
    rules = [rule for policy in policies for rule in rules_of(policy)]
    return [(rule.peers, rule.traffic, rule.subject) for rule in rules if rule.action is action]
