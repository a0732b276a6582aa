"""What stated facts rule out: the prover lets both sides agree on it, and no counterexample may be of it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from translate.model.facts import Facts
from translate.model.selectors import Scope
from translate.model.unknowns import API_SERVER, OwnNodeIn
from translate.prover.axes import Axis, End, Fixed, LabelOf
from translate.prover.diagram import Constraints
from translate.prover.point import PODS, PeerClass, Pod, Point
from translate.prover.space import ALL_CLASSES, CLASS_BIT, POD_MASK, Space
from translate.prover.world_constraints_pods import impossible_pods, pods_fit

NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)
NODE_MASK = CLASS_BIT[PeerClass.OWN_NODE] | CLASS_BIT[PeerClass.OTHER_NODE]


def impossible(space: Space, facts: Facts) -> Iterator[Constraints]:
    """The boxes of points that no cluster of these facts has."""
    for blocks, classes in ((facts.pods, POD_MASK), (facts.nodes, NODE_MASK)):
        if blocks:
            inside = _addresses(space, blocks)
            yield {0: classes, space.address_axis: space.full[space.address_axis] & ~inside}
            yield {0: ALL_CLASSES & ~classes, space.address_axis: inside}
    if facts.services:
        yield {space.address_axis: _addresses(space, facts.services)}
    for family in _absent_families(facts):
        yield {space.address_axis: space.address.family(family)}
    if facts.api_servers and API_SERVER in space.index:
        inside, axis = _addresses(space, facts.api_servers), space.axis(API_SERVER)
        yield {axis: 2, space.address_axis: space.full[space.address_axis] & ~inside}
        yield {axis: 1, space.address_axis: inside}
    yield from ({number: 2} for number, axis in enumerate(space.axes) if _is_foreign(axis, facts))
    yield from _namespaces(space, facts)
    yield from impossible_pods(space, facts)


def _is_foreign(axis: Axis, facts: Facts) -> bool:
    """Whether ``axis`` is the unknown that the own node has an address in a range, and none is: besides addresses of
    nodes it has one of pods.
    """
    if not isinstance(axis, OwnNodeIn) or not (facts.pods and facts.nodes):
        return False
    block = ip_network(axis.block)
    known = map(ip_network, (*facts.pods, *facts.nodes))
    return not any(one.version == block.version and one.overlaps(block) for one in known)


def _absent_families(facts: Facts) -> list[int]:
    """The address families that no pod has an address of, so that no packet of them meets a pod."""
    present = {6 if ":" in block else 4 for block in facts.pods}
    return [family for family in (4, 6) if facts.pods and family not in present]


def _addresses(space: Space, blocks: tuple[str, ...]) -> int:
    mask = 0
    for block in blocks:
        mask |= space.address.blocks(block)
    return mask


def _namespaces(space: Space, facts: Facts) -> Iterator[Constraints]:
    ends: tuple[tuple[End, int, Constraints], ...] = (
        (End.SUBJECT, space.axis(Fixed.SUBJECT_NAME), {}),
        (End.PEER, space.axis(Fixed.PEER_NAME), {0: POD_MASK}),
    )
    known = sum({space.name_mask(found.name) for found in facts.namespaces})
    for end, name_axis, within in ends:
        if facts.are_all("Namespace"):
            yield {**within, name_axis: space.full[name_axis] & ~known}
        for label in (axis.label for axis in space.axes if isinstance(axis, LabelOf) and axis.end is end):
            if label.scope is not Scope.NAMESPACE:
                continue
            axis = space.label_axis(end, label)
            for found in facts.namespaces:
                value = dict(found.labels).get(label.key)
                mask = 1 if value is None else 1 << (1 + space.values[label].index(value))
                yield {**within, name_axis: space.name_mask(found.name), axis: space.full[axis] & ~mask}


def possible(point: Point, facts: Facts, space: Space) -> bool:
    """Whether a cluster of these facts can have ``point``, a point of ``space``: labels that it has no axis for count
    for nothing.
    """
    served = facts.api_servers and API_SERVER in space.index
    labels = (axis.label for axis in space.axes if isinstance(axis, LabelOf))
    keys = {label.key for label in labels if label.scope is Scope.NAMESPACE}
    return (
        all((6 if ":" in point.address else 4) != family for family in _absent_families(facts))
        and _ranges_fit(point, facts.pods, point.peer_class in PODS)
        and _ranges_fit(point, facts.nodes, point.peer_class in NODES)
        and not _inside(point.address, facts.services)
        and (not served or _inside(point.address, facts.api_servers) == (API_SERVER in point.opaque))
        and not any(_is_foreign(unknown, facts) for unknown in point.opaque)
        and _namespace_fits(point.subject, facts, keys)
        and (point.peer is None or _namespace_fits(point.peer, facts, keys))
        and pods_fit(point, facts, space)
    )


def _ranges_fit(point: Point, blocks: tuple[str, ...], belongs: bool) -> bool:
    return not blocks or _inside(point.address, blocks) == belongs


def _inside(address: str, blocks: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(block) for block in blocks)


def _namespace_fits(pod: Pod, facts: Facts, keys: set[str]) -> bool:
    labels = facts.labels_of(pod.namespace)
    if labels is None:
        return not facts.are_all("Namespace")
    given = dict(pod.namespace_labels)
    return all(labels.get(key) == given.get(key) for key in keys)
