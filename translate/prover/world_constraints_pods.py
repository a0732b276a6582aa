"""What is ruled out where all Pods are told: every other pod, and every other number of a port that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from translate.model.facts import Facts, PodObject
from translate.model.policy import Direction
from translate.model.selectors import SERVICE_ACCOUNT_NAME, Label, Scope
from translate.prover.axes import End, LabelOf, PortName
from translate.prover.constants import labels_of
from translate.prover.diagram import Constraints
from translate.prover.point import PeerClass, Pod, Point
from translate.prover.space import CLASS_BIT, Space

PodRow: TypeAlias = tuple[int, ...]
"""The atoms of a pod on some axes."""


class _End(NamedTuple):
    """Where pods stand in a point: which end it is, when, the axes that a pod decides, its namespace first, and the
    pods that there are.
    """

    end: End
    within: Constraints
    axes: list[int]
    rows: dict[PodRow, list[PodObject]]


def impossible_pods(space: Space, facts: Facts) -> Iterator[Constraints]:
    """The boxes of points with a pod that there is not, or with one pod at both ends."""
    if not facts.are_all("Pod"):
        return
    told = {pod: labels_of(pod) for pod in facts.pod_objects}
    subject, same, other = _ends(space, told)
    for one in (subject, same, other):
        yield from _others(space, one.axes, one.rows, one.within)
        if (one.end is End.SUBJECT) is (space.direction is Direction.INGRESS):
            yield from _other_ports(space, one, one.rows, one.within)
    yield from _alone(
        space, *((same, subject) if space.direction is Direction.INGRESS else (subject, same)), same.within
    )


def _alone(space: Space, sending: _End, receiving: _End, within: Constraints) -> Iterator[Constraints]:
    """A pod that is the only one of its labels is not its own peer: the other end is another pod."""
    row_of = {pod: row for row, pods in receiving.rows.items() for pod in pods}
    for row, pods in sending.rows.items():
        if len(pods) > 1 or not pods[0].name:
            continue
        same = row_of[pods[0]]
        others = [pod for pod in receiving.rows[same] if pod != pods[0]]
        box = {**within, **dict(zip(sending.axes, row, strict=True))}
        if others:
            yield from _other_ports(space, receiving, {same: others}, box)
        else:
            yield {**box, **dict(zip(receiving.axes, same, strict=True))}


def _ends(space: Space, told: dict[PodObject, dict[Label, str]]) -> Iterator[_End]:
    """The subject, a peer of its namespace, and one of another."""
    peer = [axis for axis, _ in _labels(space, End.PEER)]
    for end, within, axes in (
        (End.SUBJECT, {}, [1, *(axis for axis, _ in _labels(space, End.SUBJECT))]),
        (End.PEER, {0: CLASS_BIT[PeerClass.POD_SAME]}, [1, *peer]),
        (End.PEER, {0: CLASS_BIT[PeerClass.POD_OTHER]}, [space.peer_name_axis, *peer]),
    ):
        yield _End(end, within, axes, _alike(space, axes, told))


def _labels(space: Space, end: End) -> Iterator[tuple[int, Label]]:
    """The labels at one end that pods tell: their own, and the name of their account."""
    found = ((number, axis) for number, axis in enumerate(space.axes) if isinstance(axis, LabelOf))
    for number, axis in found:
        if axis.end is end and (axis.label.scope is Scope.POD or axis.label == SERVICE_ACCOUNT_NAME):
            yield number, axis.label


def _alike(space: Space, axes: list[int], told: dict[PodObject, dict[Label, str]]) -> dict[PodRow, list[PodObject]]:
    """The pods of each row on some axes, of those that are told with their labels."""
    asked = [axis.label for axis in (space.axes[number] for number in axes[1:]) if isinstance(axis, LabelOf)]
    alike: dict[PodRow, list[PodObject]] = {}
    for pod, labels in told.items():
        row = space.name_mask(pod.namespace), *(space.value_mask(label, labels.get(label)) for label in asked)
        alike.setdefault(row, []).append(pod)
    return alike


def _others(space: Space, axes: list[int], rows: Iterable[PodRow], within: Constraints) -> Iterator[Constraints]:
    """Disjoint boxes of all that is none of ``rows``: no more than these have atoms."""
    if not axes:
        return
    first, rest = axes[0], axes[1:]
    below: dict[int, set[PodRow]] = {}
    for row in rows:
        below.setdefault(row[0], set()).add(row[1:])
    yield {**within, first: space.full[first] & ~sum(below)}
    for mask, inner in below.items():
        yield from _others(space, rest, inner, {**within, first: mask})


def _other_ports(
    space: Space, receiving: _End, alike: dict[PodRow, list[PodObject]], within: Constraints
) -> Iterator[Constraints]:
    """Ports of pods under names that they do not have there, or without those that they have."""
    for axis, called in enumerate(space.axes):
        if not isinstance(called, PortName):
            continue
        protocol = space.protocol_mask(called.protocol)
        for row, pods in alike.items():
            here = {**within, **dict(zip(receiving.axes, row, strict=True)), space.protocol_axis: protocol}
            some, every = 0, space.full[space.port_axis]
            for pod in pods:
                mask = _numbers(space, pod, called)
                some |= space.full[space.port_axis] if mask is None else mask
                every &= mask or 0
            yield {**here, axis: 2, space.port_axis: space.full[space.port_axis] & ~some}
            yield {**here, axis: 1, space.port_axis: every}


def _numbers(space: Space, pod: PodObject, called: PortName) -> int | None:
    """The ports that a pod calls so, None where it is not known."""
    if pod.ports is None:
        return None
    numbers = (number for protocol, name, number in pod.ports if PortName(protocol, name) == called)
    return sum({1 << space.port.atom(number) for number in numbers})


def pods_fit(point: Point, facts: Facts, space: Space) -> bool:
    """Whether both pods of ``point`` may be among those that there are, and two of them."""
    return not facts.are_all("Pod") or _those_of(point, facts, space) is not None


def as_told(point: Point, facts: Facts, space: Space) -> Point:
    """``point`` with all labels of its pods and names of its port, where all Pods are told: so a reader finds them in
    the cluster.
    """
    found = _those_of(point, facts, space) if facts.are_all("Pod") else None
    if found is None:
        return point
    subject, peer = found
    point = replace(point, subject=replace(point.subject, labels=subject.labels))
    if point.peer is not None and peer is not None:
        point = replace(point, peer=replace(point.peer, labels=peer.labels))
    receiver = subject if space.direction is Direction.INGRESS else peer
    if receiver is not None and receiver.ports is not None:
        here = (point.protocol, point.port)
        names = frozenset((protocol, name) for protocol, name, number in receiver.ports if (protocol, number) == here)
        point = replace(point, names=names)
    return point


def _those_of(point: Point, facts: Facts, space: Space) -> tuple[PodObject, PodObject | None] | None:
    """Pods that the ends of ``point`` may be, as far as the space tells them apart; None where there are none."""
    subjects = _like(End.SUBJECT, point.subject, point, facts, space)
    if point.peer is None:
        return next(((one, None) for one in subjects), None)
    peers = list(islice(_like(End.PEER, point.peer, point, facts, space), 2))
    pairs = ((one, other) for one in subjects for other in peers) if peers else iter(())
    return next((pair for pair in pairs if pair[0] != pair[1] or not pair[0].name), None)


def _like(end: End, pod: Pod, point: Point, facts: Facts, space: Space) -> Iterator[PodObject]:
    """The Pods that ``pod`` may be."""
    is_destination = (end is End.SUBJECT) is (space.direction is Direction.INGRESS)
    for one in facts.pod_objects:
        if _is(pod, one, end, space) and (not is_destination or _calls_it_so(one, point, space)):
            yield one


def _is(pod: Pod, one: PodObject, end: End, space: Space) -> bool:
    if pod.namespace != one.namespace:
        return False
    told = labels_of(one)
    return all(pod.label(label) == told.get(label) for _, label in _labels(space, end))


def _calls_it_so(one: PodObject, point: Point, space: Space) -> bool:
    if one.ports is None:
        return True
    names = [axis.name for axis in space.axes if isinstance(axis, PortName) and axis.protocol == point.protocol]
    return all(
        ((point.protocol, name) in point.names) == ((point.protocol, name, point.port) in one.ports) for name in names
    )
