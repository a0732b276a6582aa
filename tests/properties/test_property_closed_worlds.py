"""Where facts close the world, the prover says what trying every point of that world says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address, ip_network

from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties.strategies import effort
from tests.properties.test_property_brute_force import APPS, pod, tiny_sets, universe
from tests.properties.test_property_prover import tried
from translate.model.facts import Facts, Namespace, PodObject
from translate.model.policy import PolicySet
from translate.model.traffic import TCP
from translate.prover.compare import prove
from translate.prover.point import Pod, Point

PODS = st.builds(
    PodObject,
    st.sampled_from(["x", "x", "y", "z"]),
    st.sampled_from([pod("", None, app).labels for app in APPS]),
    st.just("default"),
    st.sampled_from([None, (), ((TCP, "http", 80),), ((TCP, "http", 9),), ((TCP, "dns", 80),)]),
)
BESIDE = tuple(map(str, ip_network("10.0.0.0/8").address_exclude(ip_network("10.1.0.0/16"))))
"""Whole pieces of the line of addresses: the points that are tried have one address of each."""
WORLDS = st.builds(
    Facts,
    pods=st.sampled_from([(), ("10.1.0.0/16",)]),
    services=st.sampled_from([(), ("10.1.0.0/16",), BESIDE]),
    namespaces=st.sampled_from([(), (Namespace("x", (("env", "e"),)),), (Namespace("x"), Namespace("y"))]),
    pod_objects=st.lists(PODS, max_size=6).map(tuple),
    complete=st.sampled_from([("Pod",), ("Pod",), ("Namespace", "Pod"), ()]),
)


def is_there(point: Point, facts: Facts) -> bool:
    """Whether a point is of the world of ``facts``, said in another way than the prover says it."""
    ends = [point.subject] + ([point.peer] if point.peer is not None else [])
    return (
        _are_there(point, facts)
        and all(_has_its_labels(end, facts) for end in ends)
        and (not facts.pods or point.address.startswith("10.1.") == (point.peer is not None))
        and not any(ip_address(point.address) in ip_network(block) for block in facts.services)
    )


def _are_there(point: Point, facts: Facts) -> bool:
    """Whether both ends are pods that there are; those of these tests receive."""
    return _is_one(point.subject, True, point, facts) and (
        point.peer is None or _is_one(point.peer, False, point, facts)
    )


def _is_one(end: Pod, receives: bool, point: Point, facts: Facts) -> bool:
    if "Pod" not in facts.complete:
        return True
    mine = [one for one in facts.pod_objects if (one.namespace, one.labels) == (end.namespace, end.labels)]
    if not receives or point.protocol != TCP:
        return bool(mine)
    called = (TCP, "http") in point.names
    return any(one.ports is None or called == ((TCP, "http", point.port) in one.ports) for one in mine)


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
    event(expected.value)
    proof = prove(before, after, facts=facts)
    assert proof.verdict is expected
    for shown in proof.counterexamples:
        assert _are_there(shown.point, facts)
