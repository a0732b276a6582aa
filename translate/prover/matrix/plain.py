"""Pods with the labels of one selector, and no other that policies name: the groups to tell where all are too many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from translate.model.selectors import Scope
from translate.prover.axes import LabelOf
from translate.prover.diagram import Constraints
from translate.prover.matrix.walk import Bits
from translate.prover.space import Space, bits

NAME = 1
"""The axis of the name of the subject's namespace."""
ABSENT = 1
MOST_VALUES = 16
"""So many values of one label of a selector are looked at."""


def plain_pods(space: Space, asked: Sequence[Constraints], first: Iterable[str] = ()) -> Iterator[Bits]:
    """Such pods by their atoms: for each namespace one without any label, those of namespaces by name before others,
    then one for each selector that can mean a pod there.
    """
    homes = _homes(space, asked, sum(space.name_mask(name) for name in dict.fromkeys(first)))
    absent = dict.fromkeys(range(NAME + 1, space.peer_name_axis), ABSENT)
    yield from ({**absent, **home} for home in homes)
    for home in homes:
        for box in asked:
            if all(mask & home.get(axis, mask) for axis, mask in box.items()) and _is_told(space, box, home):
                yield from ({**pod, **home} for pod in _labelled(box, absent))


def _homes(space: Space, asked: Iterable[Constraints], first: int) -> list[Bits]:
    """Namespaces: each by its name, and those of other names by their labels."""
    named = sorted(bits(space.full[NAME] & ~space.loose_names), key=lambda bit: not bit & first)
    homes: dict[tuple[tuple[int, int], ...], None] = {((NAME, bit),): None for bit in named}
    labels = [axis for axis in range(NAME + 1, space.peer_name_axis) if _is_of_namespace(space, axis)]
    absent = dict.fromkeys(labels, ABSENT)
    for loose in bits(space.loose_names):
        for box in ({}, *asked):
            if box.get(NAME, loose) & loose:
                mine = {axis: next(bits(mask)) for axis, mask in box.items() if axis in absent}
                homes[tuple(sorted({NAME: loose, **absent, **mine}.items()))] = None
    return [dict(home) for home in homes]


def _is_told(space: Space, box: Constraints, home: Bits) -> bool:
    """Whether a selector asks for labels of pods, and for none of a namespace whose labels are not told."""
    told = [axis for axis in box if axis != NAME and axis not in home]
    return bool(told) and not any(_is_of_namespace(space, axis) for axis in told)


def _is_of_namespace(space: Space, axis: int) -> bool:
    what = space.axes[axis]
    return isinstance(what, LabelOf) and what.label.scope is Scope.NAMESPACE


def _labelled(box: Constraints, absent: Bits) -> Iterator[Bits]:
    """A pod of each value that a selector names, one label at a time."""
    pod = {**absent, **{axis: next(bits(mask)) for axis, mask in box.items()}}
    yield pod
    for axis, mask in box.items():
        for number, bit in enumerate(bits(mask)):
            if 0 < number < MOST_VALUES and axis != NAME:
                yield {**pod, axis: bit}
