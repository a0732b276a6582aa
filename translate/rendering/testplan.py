"""What is told of a plan of probes beside it: how much it tries, and what nobody tries."""

from __future__ import annotations

from translate.probing.values import ProbePlan
from translate.rendering import testplan_words as words
from translate.rendering.terminal import Terminal

SHOWN, MOST_REASONS = 3, 8
"""So many rules are named of those that one reason is for, and so many reasons: most name policies, so that there may
be as many as those.
"""


def summary(plan: ProbePlan, out: Terminal, *, verbose: int) -> None:
    """How much is tried, what is not and why, and the notes."""
    if plan.reason:
        out.prose(f"no plan: {plan.reason}", "red", hang=3)
        return
    groups = words.untested(plan)
    if groups:
        out.line("not tried")
    told = groups if verbose else groups[:MOST_REASONS]
    for reason, way, ones in told:
        out.prose(f"{reason}{f'; {way}' if way else ''}", indent=2, hang=3)
        shown = ones if verbose else ones[:SHOWN]
        for one in shown:
            out.prose(words.about(one, plan.places), "dim", indent=5, hang=3)
        if len(ones) > len(shown):
            out.line(f"     + {len(ones) - len(shown)} more (-v)", "dim")
    if len(groups) > len(told):
        things = sum(len(ones) for _, _, ones in groups[len(told) :])
        out.line(f"  + {len(groups) - len(told)} more reasons, for {things} things (-v)", "dim")
    for note in plan.notes:
        out.prose(note, "yellow", hang=3)
    out.line(words.summary(plan), "bold")
    if verbose and plan.probes:
        out.prose(words.bound(plan), "dim", hang=3)
