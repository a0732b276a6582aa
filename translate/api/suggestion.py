"""Facts that would settle losses: tried with example values, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from translate.core.diagnostics import Effect, Error, Loss
from translate.model.assume import Assume
from translate.model.facts import Facts
from translate.model.policy import PolicySet
from translate.tables.load import codes

EXAMPLES = {
    "pods": ("10.244.0.0/16",),
    "nodes": ("172.18.0.0/16",),
    "apiServers": ("172.18.0.2/32",),
}
"""Ranges that many clusters have."""
FIELDS = {"pods": "pods", "nodes": "nodes", "apiServers": "api_servers"}
MOST_POLICIES, MOST_FOR_ASSUMED, MOST_FOR_FEWER = 300, 100, 30
"""The translation is made once more: for so many policies at most; for so few with each assumption, too; and for so few
several times, to ask for less.
"""


class Suggestion(Struct, frozen=True):
    """Facts in the words of a facts file, with example values, and how many losses of how many they settle."""

    facts: tuple[tuple[str, tuple[str, ...]], ...]
    settles: int
    losses: int
    assumed: tuple[tuple[Assume, int], ...] = ()
    """What would settle some as well if it were so, each with how many."""
    untried: tuple[Assume, ...] = ()
    """What might settle some if it were so: the policies are too many to try it."""


def suggestion(
    lost: Iterable[Loss], facts: Facts, given: PolicySet, again: Callable[[Facts], Sequence[Loss]]
) -> Suggestion | None:
    """The facts that would settle some of what is ``lost``; None where none would, or where that is too much to try.

    ``given``: the policies of the input; ``again``: what is lost of the same input with other facts, what the proof
    finds included: a loss that has gone by its name may be there in packets.
    """
    lost, policies = tuple(lost), len(given.policies)
    before = [one for one in lost if _asked(one)]
    wanted = [key for key in EXAMPLES if any(key in _asked(one) for one in before) and not getattr(facts, FIELDS[key])]
    if not wanted:
        return None
    worth: tuple[Assume, ...] = ()
    if {"pods", "nodes"} & set(wanted):
        from translate.prover.asked_ranges import asked_of  # only where ranges may settle something

        worth = asked_of((given,), replace(facts, assumed=tuple(Assume)))
        worth = tuple(one for one in worth if one not in facts.assumed)
    untried = worth if policies > MOST_FOR_ASSUMED else ()
    if policies > MOST_POLICIES:
        return Suggestion((), 0, len(lost), untried=untried) if untried else None
    if {"pods", "nodes"} & set(wanted) and policies <= MOST_FOR_FEWER:
        # Each may settle only together with the other one what none of them is asked for by itself.
        wanted = [key for key in EXAMPLES if key in (*wanted, "pods", "nodes") and not getattr(facts, FIELDS[key])]

    def settled_with(others: Facts) -> int:
        try:
            left = again(others)
        except Error:
            return 0
        asked = len(before) - sum(bool(_asked(one)) for one in left)
        # What is about later days counts where it goes as well, and not against what is about today.
        return max(min(asked, _today(lost) - _today(left)), _any(lost) - _any(left)) if asked > 0 else 0

    def settled_by(keys: list[str]) -> int:
        return settled_with(replace(facts, **{FIELDS[key]: EXAMPLES[key] for key in keys}))

    assumed: list[tuple[Assume, int]] = []
    for one in worth if not untried else ():
        more = settled_with(replace(facts, assumed=(*facts.assumed, one)))
        if more > max((found for _, found in assumed), default=0):
            assumed.append((one, more))
    settled = settled_by(wanted)
    if settled <= 0:
        return Suggestion((), 0, len(lost), tuple(assumed), untried) if assumed or untried else None
    for key in tuple(wanted) if policies <= MOST_FOR_FEWER else ():
        fewer = [one for one in wanted if one != key]
        if fewer and settled_by(fewer) >= settled:
            wanted = fewer
    return Suggestion(tuple((key, EXAMPLES[key]) for key in wanted), settled, len(lost), tuple(assumed), untried)


def _today(losses: Iterable[Loss]) -> int:
    """How many are about packets of today."""
    return sum(one.effect in (Effect.TIGHTER, Effect.LOOSER, Effect.MIXED) for one in losses)


def _any(losses: Iterable[Loss]) -> int:
    """How many are about packets, today or later."""
    return sum(one.effect is not Effect.EXACT for one in losses)


def _asked(loss: Loss) -> tuple[str, ...]:
    """The facts that may settle a loss of its code."""
    return codes()[loss.code].facts
