"""Groups: whoever policies cannot tell apart, with an atom of each axis that stands for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from translate.model.unknowns import OwnNodeIn, PodIn, Unknown
from translate.prover.axes import DnsName, End, LabelOf
from translate.prover.blocks import cut_up
from translate.prover.constraints import meet
from translate.prover.diagram import Constraints
from translate.prover.dns import stands_for
from translate.prover.matrix.walk import Bits
from translate.prover.point import ENDPOINTS, PeerClass
from translate.prover.space import CLASS_BIT, Space

NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)


class GroupKind(Enum):
    """What the members of a group are."""

    PODS = "pods"
    NODES = "nodes"
    ENDPOINT = "endpoint"
    NAMED = "named"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Party:
    """A group. ``boxes``: its members, on the axes that a peer has, but pods on those of a subject; ``classes``: what
    a peer of it may be. ``subject``, ``peer``: the atoms that stand for it at either end. ``home``: masks of the
    names and labels of its namespaces, ``is_named``: that is one. ``of``: the DNS names, or the unknown set.
    """

    kind: GroupKind
    boxes: tuple[Constraints, ...]
    classes: tuple[PeerClass, ...]
    peer: Bits
    subject: Bits
    home: tuple[tuple[int, int], ...] = ()
    is_named: bool = False
    of: DnsName | Unknown | None = None

    @property
    def is_pods(self) -> bool:
        """Whether policies for pods govern it."""
        return self.kind is GroupKind.PODS


def others(space: Space, boxes: Iterable[Constraints]) -> Iterator[Party]:
    """The groups of all who are no pods."""
    asked = list(boxes)
    named = [axis for axis in space.axes if isinstance(axis, DnsName | Unknown) and _is_named(axis)]
    none = {space.axis(axis): 1 for axis in named}
    for one in NODES:
        yield from _nodes(space, asked, one, none)
    for one in space.classes:
        if one in ENDPOINTS:
            yield Party(GroupKind.ENDPOINT, ({0: CLASS_BIT[one]},), (one,), none, {})
    everyone_else = (*NODES, PeerClass.OUTSIDE)
    for axis in named:
        number = space.axis(axis)
        if isinstance(axis, DnsName):
            known = {space.axis(other): 1 + _is_within(axis, other) for other in named}
            classes: tuple[PeerClass, ...] = (PeerClass.OUTSIDE,)
        else:
            known, classes = {**none, number: 2}, everyone_else
        yield Party(GroupKind.NAMED, ({number: 2},), classes, known, {}, of=axis)
    yield from _ranges(space, asked, none)


def _is_named(axis: DnsName | Unknown) -> bool:
    """Whether a DNS name, or an unknown set, is a group of its own: what is told of one peer alone is none."""
    return not isinstance(axis, OwnNodeIn | PodIn)


def _is_within(inner: DnsName, outer: DnsName | Unknown) -> bool:
    """Whether a name of the pattern ``inner`` is one of ``outer``: so it is if the pattern itself looks like one."""
    return isinstance(outer, DnsName) and (inner == outer or stands_for(outer.pattern, inner.pattern.replace("*", "x")))


def _nodes(space: Space, asked: list[Constraints], which: PeerClass, none: Constraints) -> Iterator[Party]:
    """Nodes of a kind by their labels."""
    labels = [n for n, axis in enumerate(space.axes) if isinstance(axis, LabelOf) and axis.end is End.NODE]
    bit = CLASS_BIT[which]
    parts: list[Constraints] = [{}]
    for axis in labels:
        masks = {box[axis] for box in asked if axis in box and box.get(0, bit) & bit}
        blocks = [block for block, _, _ in _cut(space.full[axis], masks)]
        parts = [found for part in parts for block in blocks if (found := meet(part, {axis: block})) is not None]
    for part in parts:
        atoms = {axis: mask & -mask for axis, mask in part.items()}
        kept = {axis: mask for axis, mask in part.items() if mask != space.full[axis]}
        yield Party(GroupKind.NODES, ({0: bit, **kept},), (which,), {**none, **atoms}, {})


def _ranges(space: Space, asked: list[Constraints], none: Constraints) -> Iterator[Party]:
    """Addresses outside that no DNS name and no unknown set of the policies is told to hold."""
    axis, bit = space.address_axis, CLASS_BIT[PeerClass.OUTSIDE]
    masks = {box[axis] for box in asked if axis in box and box.get(0, bit) & bit}
    for block, _, _ in _cut(space.full[axis], masks):
        box = {0: bit} if block == space.full[axis] else {0: bit, axis: block}
        yield Party(GroupKind.OUTSIDE, (box,), (PeerClass.OUTSIDE,), {**none, axis: block & -block}, {})


def _cut(domain: int, masks: Iterable[int]) -> list[tuple[int, list[int], list[int]]]:
    """The blocks of an axis that the masks tell apart, each once."""
    pairs = {mask: ([number], list[int]()) for number, mask in enumerate(sorted(masks)) if mask != domain}
    return cut_up(domain, ([], []), {}, pairs)[0]
