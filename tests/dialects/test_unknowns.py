"""Unknown sets are values: equal where they mean the same, and worded from what they hold."""

from __future__ import annotations

import pytest

from translate.dialects.calico.unknowns import ServiceEndpoints, UnseenSets
from translate.dialects.cilium.manifest import K8sService, K8sServiceSelector, Selector, Service
from translate.dialects.cilium.unknowns import (
    AGGREGATES,
    BehindServices,
    CidrGroup,
    CidrGroups,
    CloudGroups,
    ClusterCalled,
    behind,
)
from translate.model.unknowns import API_SERVER, OwnNodeIn, PodIn, Unknown

A, B = Service(k8sService=K8sService("a", "shop")), Service(k8sService=K8sService("b", "data"))
ANYWHERE = Service(k8sService=K8sService("a"))
BY_LABEL = Service(k8sServiceSelector=K8sServiceSelector(Selector({"x": "1"}), "shop"))

TEXTS = [
    (API_SERVER, "peers with the label reserved:kube-apiserver"),
    (OwnNodeIn("10.0.0.0/8"), "the own node has an address in 10.0.0.0/8"),
    (PodIn("10.0.0.0/8"), "the pod has an address in 10.0.0.0/8"),
    (AGGREGATES, "peers that a selector without positive terms reaches though it excludes them Cilium 1.20 and later"),
    (ServiceEndpoints("shop", "a", with_ports=False), "endpoints of the Service shop/a"),
    (ServiceEndpoints("shop", "a", with_ports=True), "endpoints and ports of the Service shop/a"),
    (UnseenSets("GlobalNetworkSets or HostEndpoints", ""), "addresses of GlobalNetworkSets or HostEndpoints"),
    (UnseenSets("NetworkSets", "app == 'x'"), "addresses of NetworkSets with app == 'x'"),
    (ClusterCalled(("c1", "c2")), "pods of the clusters c1 or c2"),
    (CidrGroup("g"), "addresses of the CIDR group g"),
    (
        CidrGroups(Selector({"b": "2", "a": "1"})),
        "addresses of the CIDR groups with a=1, b=2",
    ),
    (
        CloudGroups('{"aws": {"region": "r", "securityGroupsNames": ["a", "b"]}}'),
        "addresses of the cloud group aws.region r, aws.securityGroupsNames a or b",
    ),
    (behind((A, B, A), or_everyone=False), "what is behind the Services data/b, shop/a"),
    (
        behind((ANYWHERE,), or_everyone=True),
        "what is behind the Service a (on ports of its pods; everyone, if there is no such Service)",
    ),
    (
        behind((BY_LABEL, A), or_everyone=False),
        "what is behind the Services shop/a, with x=1 in shop",
    ),
]


@pytest.mark.parametrize(("unknown", "text"), TEXTS, ids=[type(unknown).__name__ for unknown, _ in TEXTS])
def test_what_people_read(unknown: Unknown, text: str) -> None:
    assert str(unknown) == text


def test_every_unknown_has_a_text_here() -> None:
    known = {type(unknown) for unknown, _ in TEXTS}
    assert known == {kind for kind in Unknown.__subclasses__() if kind.__module__.startswith("translate.")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CidrGroups(Selector({"a": "1", "b": "2"})), CidrGroups(Selector({"b": "2", "a": "1"}))),
        (behind((A, B), or_everyone=True), behind((B, A, B), or_everyone=True)),
        (behind((BY_LABEL, A), or_everyone=True), behind((A, BY_LABEL), or_everyone=True)),
    ],
)
def test_however_it_is_written_it_is_one_set(one: Unknown, other: Unknown) -> None:
    assert one == other
    assert hash(one) == hash(other)


def test_a_set_is_not_another_of_the_same_fields() -> None:
    assert CidrGroup("g") != CloudGroups("g")
    assert behind((A,), or_everyone=True) != behind((A,), or_everyone=False)
    assert behind((B,), or_everyone=False) == BehindServices((B,), or_everyone=False)
