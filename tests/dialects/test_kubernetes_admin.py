"""ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy: legal objects, and each rule of their CRDs."""

from __future__ import annotations

from typing import Any

import pytest

from translate.core.diagnostics import InputError
from translate.core.origin import Origin
from translate.dialects.decode import Nulls, decode
from translate.dialects.kubernetes.admin_manifest import (
    AdminNetworkPolicy,
    AdminPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
)
from translate.dialects.kubernetes.admin_validate import admin_problems

KINDS: dict[str, type[AdminPolicy]] = {
    "ClusterNetworkPolicy": ClusterNetworkPolicy,
    "AdminNetworkPolicy": AdminNetworkPolicy,
    "BaselineAdminNetworkPolicy": BaselineAdminNetworkPolicy,
}
ALL: dict[str, object] = {"namespaces": {}}
PODS: dict[str, object] = {"pods": {"namespaceSelector": {}, "podSelector": {}}}
WHAT = "must be an IP range like 10.9.8.0/24 or 2001:db8::/64"


def whole(kind: str, spec: dict[str, object], name: str, version: str) -> dict[str, object]:
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"subject": ALL, **spec},
    }


def cluster(**spec: object) -> dict[str, object]:
    return whole("ClusterNetworkPolicy", {"tier": "Admin", "priority": 5, **spec}, "p", "v1alpha2")


def admin(**spec: object) -> dict[str, object]:
    return whole("AdminNetworkPolicy", {"priority": 5, **spec}, "p", "v1alpha1")


def baseline(name: str = "default", **spec: object) -> dict[str, object]:
    return whole("BaselineAdminNetworkPolicy", spec, name, "v1alpha1")


def to(*peers: object, **fields: object) -> dict[str, object]:
    return cluster(egress=[{"action": "Deny", "to": list(peers), **fields}])


def protocols(*items: object) -> dict[str, object]:
    return to(ALL, protocols=list(items))


def ports(*items: object) -> dict[str, object]:
    return admin(ingress=[{"action": "Allow", "from": [ALL], "ports": list(items)}])


def verdict(value: dict[str, Any]) -> list[str]:
    try:
        policy = decode(value, KINDS[value["kind"]], nulls=Nulls.SCHEMA)
    except InputError as error:
        return [problem.message for problem in error.problems]
    return [problem.message for problem in admin_problems(policy)]


ACCEPTED = [
    cluster(),
    cluster(priority=0, tier="Baseline", subject=PODS, ingress=[], egress=None) | {"status": {"conditions": []}},
    cluster(subject={"pods": {"podSelector": {}}}),
    cluster() | {"metadata": {"name": "p", "namespace": "cleared by the server", "labels": {"a": None}}},
    to(ALL, PODS, {"networks": ["10.0.0.1/24", "::/0"]}),
    to({"nodes": {}}, {"domainNames": ["*.example.com", "a.b."]}),
    to({"networks": ["10.0.0.0/8"]}, protocols=[{"destinationNamedPort": "http"}]),
    to({"networks": ["10.0.0.0/8"], "nodes": None}),
    protocols(
        {"tcp": {"destinationPort": {"number": 80}}}, {"udp": {"destinationPort": {"range": {"start": 1, "end": 2}}}}
    ),
    admin(ingress=[{"action": "Pass", "from": [ALL, PODS], "name": "x" * 100}]),
    ports(
        {"portNumber": {"port": 80}}, {"portRange": {"start": 2, "end": 1, "protocol": "odd"}}, {"namedPort": "http"}
    ),
    ports(),
    baseline(egress=[{"action": "Deny", "to": [{"nodes": {}}, {"networks": ["10.0.0.0/8"]}]}]),
]


@pytest.mark.parametrize("value", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(value: dict[str, Any]) -> None:
    assert verdict(value) == []


RULE = "spec.egress[0]"
REFUSED = [
    (cluster(priority=1001), "spec.priority must be between 0 and 1000, not 1001"),
    (cluster(priority=None), 'spec must have the field "priority": a number, not null'),
    (
        cluster(tier="admin"),
        'spec.tier must be one of "Admin", "Baseline", not the text "admin"; did you mean "Admin"?',
    ),
    (cluster(subject={}), "spec.subject must have exactly one of namespaces, pods; here is none"),
    (
        cluster(subject={**ALL, **PODS}),
        "spec.subject must have exactly one of namespaces, pods; here is namespaces and pods",
    ),
    (
        cluster(subject={"pods": {"namespaceSelector": {}}}),
        'spec.subject.pods must have the field "podSelector": a map',
    ),
    (
        cluster(subject={"namespaces": {"matchExpressions": [{"key": "a", "operator": "notIn", "values": ["b"]}]}}),
        "spec.subject.namespaces.matchExpressions[0].operator must be In, NotIn, Exists or DoesNotExist, "
        'not "notIn": write NotIn',
    ),
    (
        cluster(ingress=[{"action": "Accept", "from": [ALL]}] * 26),
        "spec.ingress must have at most 25 items, not 26",
    ),
    (cluster(ingress=[{"action": "Accept", "from": []}]), "spec.ingress[0].from must have at least 1 item, not 0"),
    (cluster(ingress=[{"action": "Accept"}]), 'spec.ingress[0] must have the field "from": a list'),
    (
        cluster(ingress=[{"action": "Allow", "from": [ALL]}]),
        'spec.ingress[0].action must be one of "Accept", "Deny", "Pass", not the text "Allow"',
    ),
    (
        cluster(ingress=[{"action": "Accept", "from": [ALL, None]}]),
        "spec.ingress[0].from[1] must be a map, not null: remove the empty item",
    ),
    (to(ALL, name="x" * 101), f"{RULE}.name must have at most 100 characters, not 101"),
    (to({"networks": []}), f"{RULE}.to[0].networks must have at least 1 item, not 0"),
    (to({"networks": ["any"]}), f'{RULE}.to[0].networks[0] "any" {WHAT}'),
    (
        to({"networks": ["10.0.0.0/08"]}),
        f'{RULE}.to[0].networks[0] "10.0.0.0/08" must not have leading zeros: write 10.0.0.0/8',
    ),
    (
        to({"networks": ["10.0.0.0/8", "10.0.0.0/8"]}),
        f'{RULE}.to[0].networks[1] "10.0.0.0/8" must not stand in the list twice',
    ),
    (
        to({"domainNames": ["localhost"]}),
        f'{RULE}.to[0].domainNames[0] "localhost" must be a domain name with at least one dot, '
        "and '*.' only in front",
    ),
    (
        to({"nodes": {}}, protocols=[{"destinationNamedPort": "http"}]),
        f"{RULE} must not combine destinationNamedPort with nodes or domainNames: they have no port names",
    ),
    (
        protocols({"tcp": {}}),
        f"{RULE}.protocols[0].tcp must not be empty: "
        "for every port write destinationPort: {range: {start: 1, end: 65535}}",
    ),
    (
        protocols({"tcp": {"destinationPort": {}}}),
        f"{RULE}.protocols[0].tcp.destinationPort must have exactly one of number, range; here is none",
    ),
    (
        protocols({"tcp": {"destinationPort": {"range": {"start": 80, "end": 80}}}}),
        f"{RULE}.protocols[0].tcp.destinationPort.range must start below its end: for the one port write number: 80",
    ),
    (
        protocols({"tcp": {"destinationPort": {"number": 0}}}),
        f"{RULE}.protocols[0].tcp.destinationPort.number must be between 1 and 65535, not 0",
    ),
    (protocols(), f"{RULE}.protocols must have at least 1 item, not 0"),
    (
        admin(subject={"pods": {"podSelector": {}}}),
        'spec.subject.pods must have the field "namespaceSelector": a map',
    ),
    (
        admin(ingress=[{"action": "Accept", "from": [ALL]}]),
        'spec.ingress[0].action must be one of "Allow", "Deny", "Pass", not the text "Accept"',
    ),
    (
        ports({"portNumber": {"port": 80}, "namedPort": "http"}),
        "spec.ingress[0].ports[0] must have exactly one of portNumber, portRange, namedPort; "
        "here is portNumber and namedPort",
    ),
    (
        baseline(ingress=[{"action": "Pass", "from": [ALL]}]),
        'spec.ingress[0].action must be one of "Allow", "Deny", not the text "Pass"',
    ),
    (cluster() | {"metadata": {}}, "metadata.name is missing: an object needs a name (or a generateName)"),
    (baseline("p"), 'metadata.name must be "default", not "p": there is one baseline'),
    (
        baseline(egress=[{"action": "Deny", "to": [{"domainNames": ["a.b"]}]}]),
        f'unknown field "domainNames" in {RULE}.to[0]; the fields here are namespaces, pods, networks, nodes. '
        "The API server in strict mode, kubectl's default, refuses it",
    ),
]


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refused(value: dict[str, Any], message: str) -> None:
    assert verdict(value) == [message]


def ruled(build: Any, side: str, action: str) -> Any:
    """A function from peers to a policy with one rule that lists them."""
    way = "ingress" if side == "from" else "egress"
    return lambda items: build(**{way: [{"action": action, side: items}]})


def rules(build: Any, way: str, action: str) -> Any:
    side = "from" if way == "ingress" else "to"
    return lambda items: build(**{way: [{"action": action, side: [ALL]} for _ in items]})


LIMITS = [
    # what the list is in, an item, how few and how many items the CRD allows
    (ruled(cluster, "from", "Deny"), ALL, 1, 25),
    (ruled(cluster, "to", "Deny"), ALL, 1, 25),
    (ruled(admin, "from", "Deny"), ALL, 1, 100),
    (ruled(admin, "to", "Deny"), ALL, 1, 100),
    (ruled(baseline, "from", "Deny"), ALL, 1, 100),
    (ruled(baseline, "to", "Deny"), ALL, 1, 100),
    (rules(cluster, "ingress", "Deny"), None, 0, 25),
    (rules(cluster, "egress", "Deny"), None, 0, 25),
    (rules(admin, "ingress", "Deny"), None, 0, 100),
    (rules(admin, "egress", "Deny"), None, 0, 100),
    (rules(baseline, "ingress", "Deny"), None, 0, 100),
    (rules(baseline, "egress", "Deny"), None, 0, 100),
    (lambda items: protocols(*items), {"destinationNamedPort": "a"}, 1, 25),
    (lambda items: ports(*items), {"namedPort": "a"}, 0, 100),
    (lambda items: to({"networks": [f"10.{i}.0.0/16" for i, _ in enumerate(items)]}), None, 1, 25),
    (lambda items: to({"domainNames": [f"{i}.b" for i, _ in enumerate(items)]}), None, 1, 25),
]


@pytest.mark.parametrize(("build", "item", "low", "high"), LIMITS, ids=range(len(LIMITS)))
def test_lengths_of_lists(build: Any, item: object, low: int, high: int) -> None:
    assert verdict(build([item] * low)) == []
    assert verdict(build([item] * high)) == []
    assert [text.partition(" must ")[2] for text in verdict(build([item] * (high + 1)))] == [
        f"have at most {high} items, not {high + 1}"
    ]
    if low:
        assert [text.partition(" must ")[2] for text in verdict(build([]))] == ["have at least 1 item, not 0"]


def test_origins_lead_from_the_document() -> None:
    policy = decode(cluster(subject={}), ClusterNetworkPolicy, nulls=Nulls.SCHEMA)
    assert [problem.origin for problem in admin_problems(policy, Origin("a", 1))] == [
        Origin("a", 1, ("spec", "subject"))
    ]


def test_ports_of_v1alpha1_are_tcp_by_default() -> None:
    value = ports({"portNumber": {"port": 80}}, {"portRange": {"start": 1, "end": 2}})
    first, second = decode(value, AdminNetworkPolicy, nulls=Nulls.SCHEMA).spec.ingress[0].ports or ()
    assert first.portNumber is not None
    assert second.portRange is not None
    assert (first.portNumber.protocol, second.portRange.protocol) == ("TCP", "TCP")
