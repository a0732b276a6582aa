"""Policies of which any may be the first to be asked, packet by packet, as one list that decides by rank.

The API of cluster-wide Kubernetes policies leaves open which of one priority is applied (network-policy-api, API
reference, priority). All that engines may do lies between the answers for the worst and the best choice: a policy is
chosen by the first of its own rules that matches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeAlias, TypeVar, assert_never

from msgspec import Struct

from translate.model.policy import Action
from translate.model.semantics import TieBreak

T = TypeVar("T")
Listed: TypeAlias = "list[tuple[Action, T]]"
"""The rules of one policy in their sequence."""


class Ranked(Struct, Generic[T], frozen=True):
    """A rule in its place; see Step for ``part`` and ``leaves``."""

    action: Action
    item: T
    part: int | None = None
    leaves: int | None = None


def any_first(group: list[Listed[T]], ties: TieBreak, tier: int, parts: Iterator[int]) -> Iterator[Ranked[T]]:
    """The rules of policies of one order as one list: the first to decide are those whose first match is the best of
    ``ties``, then those that pass on, then the rest. ``parts``: numbers that no tier and no other part has.
    """
    best, rest = Action.ALLOW, Action.DENY
    if ties is TieBreak.DENY_FIRST:
        best, rest = rest, best
    if len(group) > 1:
        for action in (best, Action.PASS):
            for rules in group:
                yield from _of_first_match(rules, action, tier, next(parts))
        yield from (Ranked(rest, item) for rules in group for action, item in rules if _is_last(action, rest))
    else:
        yield from (Ranked(action, item) for rules in group for action, item in rules)


def _is_last(action: Action, rest: Action) -> bool:
    match action:
        case Action.ALLOW | Action.DENY:
            return action is rest
        case Action.PASS | Action.LOG:
            return False  # what passes on stands before, and nothing is decided by a Log
        case never:
            assert_never(never)


def _of_first_match(rules: Listed[T], wanted: Action, tier: int, part: int) -> Iterator[Ranked[T]]:
    """What a policy does with packets of which the first rule to match does ``wanted``; others go on behind it."""
    last = max((index for index, (action, _) in enumerate(rules) if action is wanted), default=-1)
    for action, item in rules[: last + 1]:
        if action is not wanted:
            yield Ranked(Action.PASS, item, part, part)
        else:
            yield Ranked(action, item, part, tier if action is Action.PASS else None)
