"""Where facts close the world, the prover says what trying every point of that world says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from ipaddress import ip_address, ip_network

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.properties.strategies import effort
from tests.properties.test_property_brute_force import APPS, every_point, pod, tiny_sets, universe
from tests.properties.test_property_prover import tried
from translate.model.facts import Facts, Namespace, PodObject
from translate.model.policy import PolicySet
from translate.model.traffic import TCP
from translate.prover.compare import prove
from translate.prover.point import PODS, PeerClass, Pod, Point
from translate.prover.proof import Verdict

OBJECTS = st.builds(
    PodObject,
    st.sampled_from(["x", "x", "y", "z"]),
    st.sampled_from([pod("", None, app).labels for app in APPS]),
    st.just("default"),
    st.sampled_from([None, (), ((TCP, "http", 80),), ((TCP, "http", 9),), ((TCP, "dns", 80),)]),
)


def _called_apart(pods: list[PodObject]) -> tuple[PodObject, ...]:
    """The pods with a name each, but for the fifth and the sixth, of which there may be more."""
    return tuple(replace(one, name=f"p{number}" if number < 4 else "") for number, one in enumerate(pods))


BESIDE = tuple(map(str, ip_network("10.0.0.0/8").address_exclude(ip_network("10.1.0.0/16"))))
"""Whole pieces of the line of addresses: the points that are tried have one address of each."""
RANGES = [(), ("10.1.0.0/16",), ("10.0.0.0/8",), BESIDE]
WORLDS = st.builds(
    Facts,
    pods=st.sampled_from([(), ("10.1.0.0/16",), ("10.0.0.0/8",)]),
    nodes=st.sampled_from([(), *RANGES]),
    api_servers=st.sampled_from([(), *RANGES]),
    services=st.sampled_from([(), (), ("10.1.0.0/16",), BESIDE]),
    namespaces=st.sampled_from([(), (Namespace("x", (("env", "e"),)),), (Namespace("x"), Namespace("y"))]),
    pod_objects=st.lists(OBJECTS, max_size=6).map(_called_apart),
    complete=st.sampled_from([("Pod",), ("Pod",), ("Namespace", "Pod"), ()]),
)


def is_there(point: Point, facts: Facts) -> bool:
    """Whether a point is of the world of ``facts``, said in another way than the prover says it."""
    ends = [point.subject] + ([point.peer] if point.peer is not None else [])
    return (
        _may_have_it(point, facts)
        and not within(point.address, facts.services)
        and all(_has_its_labels(end, facts) for end in ends)
        and _are_there(point, facts)
    )


@cache
def within(address: str, blocks: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(block) for block in blocks)


def _may_have_it(point: Point, facts: Facts) -> bool:
    """Whether the peer may have its address: each range gives its addresses to those of its kind, and whoever is of no
    other stated kind has what is left.
    """
    served, node = within(point.address, facts.api_servers), within(point.address, facts.nodes)
    pod = within(point.address, facts.pods) and not served
    may_be_pod = pod or not facts.pods
    may_be_node = node or not facts.nodes
    match point.peer_class:
        case PeerClass.POD_SAME | PeerClass.POD_OTHER:
            return may_be_pod and (pod or not node)
        case PeerClass.OWN_NODE | PeerClass.OTHER_NODE:
            return may_be_node and (node or not pod)
        case PeerClass.OUTSIDE:
            return not pod and not (node and not (served and within(point.address, facts.pods)))


def _are_there(point: Point, facts: Facts) -> bool:
    """Whether the ends are pods that there are, and not one pod twice; those of these tests receive."""
    if "Pod" not in facts.complete:
        return True
    receivers = [one for one in facts.pod_objects if _is_one(point.subject, one) and _calls_it_so(one, point)]
    if point.peer is None:
        return bool(receivers)
    senders = [one for one in facts.pod_objects if _is_one(point.peer, one)]
    return any(one.name != other.name or not one.name for one in receivers for other in senders)


def _is_one(end: Pod, one: PodObject) -> bool:
    return (one.namespace, one.labels) == (end.namespace, end.labels)


def _calls_it_so(one: PodObject, point: Point) -> bool:
    if point.protocol != TCP or one.ports is None:
        return True
    return ((TCP, "http") in point.names) == ((TCP, "http", point.port) in one.ports)


def _has_its_labels(end: Pod, facts: Facts) -> bool:
    known = {one.name: one.labels for one in facts.namespaces}
    if end.namespace not in known:
        return "Namespace" not in facts.complete
    return end.namespace_labels == known[end.namespace]


def of_world(facts: Facts) -> Iterator[Point]:
    return (point for point in universe() if is_there(point, facts))


@effort(25)
@given(tiny_sets(), tiny_sets(), WORLDS)
def test_a_closed_world_is_tried_whole(before: PolicySet, after: PolicySet, facts: Facts) -> None:
    expected = tried(before, after, partial(of_world, facts))
    if not is_whole(facts):
        expected = Verdict.UNDECIDED
    event(expected.value)
    proof = prove(before, after, facts=facts)
    assert proof.verdict is expected
    for shown in proof.counterexamples:
        assert is_there(_filled(shown.point, before, after, facts), facts)


def _filled(point: Point, before: PolicySet, after: PolicySet, facts: Facts) -> Point:
    """The point with those labels of namespaces that facts tell and no policy speaks of: a packet does without them."""
    told = {one.name: one.labels for one in facts.namespaces}
    spoken_of = repr((before.policies, after.policies))

    def filled(end: Pod) -> Pod:
        more = {(key, value) for key, value in told.get(end.namespace, ()) if repr(key) not in spoken_of}
        return replace(end, namespace_labels=tuple(sorted({*end.namespace_labels, *more})))

    peer = None if point.peer is None else filled(point.peer)
    return replace(point, subject=filled(point.subject), peer=peer)


def is_whole(facts: Facts) -> bool:
    """Whether there is a peer of each kind; of pods there may be one alone, where all are told."""
    missing = {PeerClass.OTHER_NODE, PeerClass.OUTSIDE} | (set() if "Pod" in facts.complete else {PeerClass.POD_OTHER})
    for point in everything():
        kind = PeerClass.POD_OTHER if point.peer_class in PODS else point.peer_class
        if kind in missing and is_there(point, facts):
            missing.discard(kind)
    return not missing


@cache
def everything() -> tuple[Point, ...]:
    """All points, those of subjects that no policy governs included."""
    return tuple(point for point in every_point(("x", "y", "z")) if point.protocol == TCP)
