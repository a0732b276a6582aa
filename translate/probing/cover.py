"""As few tries as cover all that is to be tried: always the one that covers most of what is left."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from heapq import heapify, heapreplace
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def cover(sets: Sequence[frozenset[Item]]) -> list[int]:
    """Which of ``sets`` together hold all that any of them does, in their sequence and none of them needless.

    Greedy set cover (Chvátal 1979): at most 1 + ln(n) times as many as it takes, n being the size of the largest.
    """
    left = set[Item]().union(*sets)
    waiting = [(-len(one), number) for number, one in enumerate(sets)]
    heapify(waiting)
    chosen: list[int] = []
    while left:
        size, number = waiting[0]
        gain = -len(sets[number] & left)
        if gain == size:
            chosen.append(number)
            left -= sets[number]
            gain = 0
        heapreplace(waiting, (gain, number))
    return sorted(_needed(sets, chosen))


def _needed(sets: Sequence[frozenset[Item]], chosen: list[int]) -> list[int]:
    """Without those that later ones made needless."""
    times: dict[Item, int] = {}
    for number in chosen:
        for item in sets[number]:
            times[item] = times.get(item, 0) + 1
    kept: list[int] = []
    for number in chosen:
        if all(times[item] > 1 for item in sets[number]):
            for item in sets[number]:
                times[item] -= 1
        else:
            kept.append(number)
    return kept
