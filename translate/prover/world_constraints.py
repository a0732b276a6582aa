"""What stated facts rule out: the prover lets both sides agree on it, and no counterexample may be of it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from translate.core.ranges import overlap
from translate.model.facts import Facts
from translate.model.selectors import Scope
from translate.model.unknowns import API_SERVER, OwnNodeIn, PodIn, Unknown
from translate.prover.addresses import is_deserted
from translate.prover.axes import Axis, End, Fixed, LabelOf
from translate.prover.diagram import Constraints
from translate.prover.point import ENDPOINTS, PODS, PeerClass, Pod, Point
from translate.prover.space import CLASS_BIT, POD_MASK, Space
from translate.prover.world_constraints_pods import impossible_pods, pods_fit

NODES = (PeerClass.OWN_NODE, PeerClass.OTHER_NODE)
NODE_MASK = CLASS_BIT[PeerClass.OWN_NODE] | CLASS_BIT[PeerClass.OTHER_NODE]


def impossible(space: Space, facts: Facts) -> Iterator[Constraints]:
    """The boxes of points that no cluster of these facts has."""
    yield from _kinds(space, facts)
    if facts.assumed:
        yield {0: POD_MASK | NODE_MASK, space.address_axis: _deserted(space, facts)}
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


def _kinds(space: Space, facts: Facts) -> Iterator[Constraints]:
    """What nobody of a kind has for an address; one in ranges of several kinds may be of any of these.

    The API server is no pod, so it tells its address from those of pods, wherever it runs.
    """
    servers = _addresses(space, facts.api_servers)
    pods, nodes = _addresses(space, facts.pods), _addresses(space, facts.nodes)
    theirs, everyone = pods & ~servers, space.full[space.address_axis]
    yield {0: POD_MASK, space.address_axis: everyone & ~theirs if facts.pods else nodes}
    yield {0: NODE_MASK, space.address_axis: everyone & ~nodes if facts.nodes else theirs}
    yield {0: CLASS_BIT[PeerClass.OUTSIDE], space.address_axis: theirs | (nodes & ~(pods & servers))}


def _deserted(space: Space, facts: Facts) -> int:
    """Where no pod and no node is, as is assumed."""
    everywhere = space.full[space.address_axis]
    rest = everywhere & ~_addresses(space, facts.everybody) if facts.everybody else 0
    return rest | _addresses(space, facts.nobody)


def _is_foreign(axis: Axis | Unknown, facts: Facts) -> bool:
    """Whether ``axis`` is the unknown that the own node, or a pod, has an address in a range, and none is: besides
    addresses of nodes a node has one of pods.
    """
    match axis:
        case OwnNodeIn(block) | PodIn(block) if is_deserted(block, facts):
            return True
        case OwnNodeIn(block) if facts.pods and facts.nodes:
            return not any(overlap(block, known) for known in (*facts.pods, *facts.nodes))
        case PodIn(block) if facts.pods:
            return not any(overlap(block, known) for known in facts.pods)
        case _:
            return False


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
        and may_be_of(point.peer_class, point.address, facts)
        and not _inside(point.address, facts.services)
        and (not served or _inside(point.address, facts.api_servers) == (API_SERVER in point.opaque))
        and not any(_is_foreign(unknown, facts) for unknown in point.opaque)
        and _namespace_fits(point.subject, facts, keys)
        and (point.peer is None or _namespace_fits(point.peer, facts, keys))
        and pods_fit(point, facts, space)
    )


def may_be_of(peer_class: PeerClass, address: str, facts: Facts) -> bool:
    """Whether somebody of a kind may have ``address``; endpoints of an engine's own may be anywhere."""
    if peer_class in ENDPOINTS:
        return True
    if (peer_class in PODS or peer_class in NODES) and is_deserted(address, facts):
        return False
    served = _inside(address, facts.api_servers)
    of_pods, of_nodes = _inside(address, facts.pods) and not served, _inside(address, facts.nodes)
    if peer_class in PODS:
        return of_pods if facts.pods else not of_nodes
    if peer_class in NODES:
        return of_nodes if facts.nodes else not of_pods
    return not of_pods and (not of_nodes or (served and _inside(address, facts.pods)))


def _inside(address: str, blocks: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(block) for block in blocks)


def _namespace_fits(pod: Pod, facts: Facts, keys: set[str]) -> bool:
    labels = facts.labels_of(pod.namespace)
    if labels is None:
        return not facts.are_all("Namespace")
    given = dict(pod.namespace_labels)
    return all(labels.get(key) == given.get(key) for key in keys)
