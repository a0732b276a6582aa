"""What each step of a plan changed, policy by policy of the input: what an account for their owner is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from translate.core.origin import Place
from translate.model.edit import rules_of
from translate.model.policy import Action, Policy


class Touched(Struct, frozen=True):
    """How many policies, and allows in them, stood for an object of the input before and after a step changed it."""

    place: Place
    policies: tuple[int, int]
    allows: tuple[int, int]


class Change(Struct, frozen=True):
    """What one step changed; ``touched`` is empty where only the sequence of policies is another."""

    step: str
    touched: tuple[Touched, ...]


def change(step: str, before: Sequence[Policy], after: Sequence[Policy]) -> Change | None:
    """What ``step`` changed, None where that is nothing."""
    if tuple(before) == tuple(after):
        return None
    was, now = by_place(before), by_place(after)
    return Change(
        step,
        tuple(
            Touched(place, (len(old), len(new)), (count(Action.ALLOW, old), count(Action.ALLOW, new)))
            for place in dict.fromkeys((*was, *now))
            if (old := was.get(place, [])) != (new := now.get(place, []))
        ),
    )


def by_place(policies: Iterable[Policy]) -> dict[Place, list[Policy]]:
    """The policies by the objects of the input that they come from."""
    found: dict[Place, list[Policy]] = {}
    for policy in policies:
        found.setdefault(policy.origin.place, []).append(policy)
    return found


def count(action: Action, policies: Iterable[Policy]) -> int:
    """How many rules of an action they have together."""
    return sum(rule.action is action for policy in policies for rule in rules_of(policy))
