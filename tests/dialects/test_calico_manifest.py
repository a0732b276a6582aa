"""How Calico objects are read: which fields were given, and what the old storage does to metadata."""

from __future__ import annotations

import json
from typing import Any

import pytest

from translate.core.diagnostics import InputError
from translate.core.origin import NOWHERE, spell
from translate.dialects.base import Object
from translate.dialects.calico.manifest import (
    GlobalNetworkPolicy,
    NetworkPolicy,
    NetworkPolicySpec,
    Rule,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from translate.dialects.calico.manifest_objects import HostEndpoint, NetworkSet, StagedKubernetesNetworkPolicy, Tier
from translate.dialects.calico.objects import KINDS, CalicoObject, read
from translate.dialects.calico.semantics import API_VERSION, CRD_API_VERSION

ALLOW = Rule(action="Allow")
SMALLEST = {"HostEndpoint": {"node": "n", "interfaceName": "*"}}


def given(kind: str, spec: object, version: str = API_VERSION, **metadata: object) -> CalicoObject:
    value: dict[str, Any] = {"apiVersion": version, "kind": kind, "metadata": {"name": "p", **metadata}}
    return read(Object(value if spec is None else value | {"spec": spec}, NOWHERE))


def policy_spec(**spec: object) -> NetworkPolicySpec:
    policy = given("NetworkPolicy", spec)
    assert isinstance(policy, NetworkPolicy)
    return policy.spec


def stored(
    name: str, packed: object = None, *, kind: str = "NetworkPolicy", spec: object = None, **metadata: Any
) -> Any:
    annotations = dict(metadata.pop("annotations", {}))
    if packed is not None:
        annotations["projectcalico.org/metadata"] = packed if isinstance(packed, str) else json.dumps(packed)
    return given(kind, {} if spec is None else spec, CRD_API_VERSION, name=name, annotations=annotations, **metadata)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", [API_VERSION, CRD_API_VERSION])
def test_every_kind_in_both_groups(kind: str, version: str) -> None:
    found = given(kind, SMALLEST.get(kind, {}), version)
    assert type(found) is KINDS[kind]
    assert (found.apiVersion, found.kind, found.metadata.name) == (version, kind, "p")


PRESENCE = [
    # spec, the lists of rules as they were given
    ({}, None, None),
    ({"ingress": None, "egress": []}, None, ()),
    ({"ingress": [], "egress": [{"action": "Allow"}]}, (), (ALLOW,)),
    ({"ingress": [{"action": "Allow"}]}, (ALLOW,), None),
]


@pytest.mark.parametrize(("spec", "ingress", "egress"), PRESENCE)
def test_absent_and_empty_lists_of_rules_are_two_things(spec: dict[str, Any], ingress: Any, egress: Any) -> None:
    found = policy_spec(**spec)
    assert (found.given_ingress, found.given_egress) == (ingress, egress)
    assert (found.ingress, found.egress) == (ingress or (), egress or ())


def test_types_are_none_where_absent() -> None:
    assert policy_spec().types is None
    assert policy_spec(types=None).types is None
    assert policy_spec(types=["Egress"]).types == ("Egress",)


def test_absent_order_is_none() -> None:
    assert [policy_spec(order=order).order for order in (None, 0, -1, 2.5)] == [None, 0.0, -1.0, 2.5]


def test_staged_action_is_set_where_absent() -> None:
    for kind in ("StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy"):
        found = given(kind, {})
        assert isinstance(found, StagedNetworkPolicy | StagedGlobalNetworkPolicy | StagedKubernetesNetworkPolicy)
        assert found.spec.stagedAction == "Set"


def test_a_tier_says_what_it_was_given() -> None:
    found = given("Tier", {"defaultAction": None})
    assert isinstance(found, Tier)
    assert (found.spec.order, found.spec.defaultAction) == (None, None)


def test_nulls_are_read_as_the_schema_reads_them() -> None:
    found = given("NetworkSet", {"nets": None}, labels={"a": None})
    assert isinstance(found, NetworkSet)
    assert (found.spec.nets, found.metadata.labels) == ((), {"a": ""})


def test_only_the_old_storage_does_without_a_spec() -> None:
    assert isinstance(given("GlobalNetworkPolicy", None, CRD_API_VERSION), GlobalNetworkPolicy)
    with pytest.raises(InputError, match='GlobalNetworkPolicy must have the field "spec": a map'):
        given("GlobalNetworkPolicy", None)


@pytest.mark.parametrize("kind", ["NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy"])
@pytest.mark.parametrize("field", ["protocol", "notProtocol"])
@pytest.mark.parametrize(
    ("text", "name"), [("udp", "UDP"), ("Tcp", "TCP"), ("icmpv6", "ICMPv6"), ("UDPLITE", "UDPLite"), ("6", "6")]
)
def test_the_old_storage_holds_protocols_in_any_case(kind: str, field: str, text: str, name: str) -> None:
    spec = {"selector": "all()", "egress": [{"action": "Allow", field: text}]}
    found = given(kind, spec, CRD_API_VERSION)
    assert isinstance(found, NetworkPolicy | GlobalNetworkPolicy | StagedNetworkPolicy)
    assert getattr(found.spec.egress[0], field) == name
    if text != name:
        with pytest.raises(InputError, match=f"write {name}"):
            given(kind, spec)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"protocol": "udb"}, "spec.ingress[0].protocol must be TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number"),
        # The schema of the CRD compares these names as they are.
        ({"protocol": "icmp", "icmp": {"type": 8}}, "spec.ingress[0].icmp must stand beside protocol ICMP or ICMPv6"),
        ({"protocol": "tcp", "http": {"methods": ["GET"]}}, "spec.ingress[0].http must stand beside protocol TCP"),
        ({"protocol": "icmp", "destination": {"ports": [80]}}, "only TCP, UDP and SCTP have ports"),
    ],
)
def test_what_the_old_storage_refuses_of_protocols(rule: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as raised:
        given("NetworkPolicy", {"ingress": [{"action": "Allow", **rule}]}, CRD_API_VERSION)
    assert message in str(raised.value)


def test_ports_may_stand_beside_a_protocol_in_lower_case() -> None:
    rule = {"action": "Allow", "protocol": "tcp", "destination": {"ports": [80]}}
    found = given("NetworkPolicy", {"ingress": [rule]}, CRD_API_VERSION)
    assert isinstance(found, NetworkPolicy)
    assert found.spec.ingress[0].protocol == "TCP"


def test_names_of_the_new_group_stay_as_they_are() -> None:
    found = given("NetworkPolicy", {}, name="default.p", annotations={"projectcalico.org/metadata": '{"name": "q"}'})
    assert found.metadata.name == "default.p"
    assert found.metadata.annotations == {"projectcalico.org/metadata": '{"name": "q"}'}


NAMES = [
    # kind, tier, name in the storage, name in the annotation, name
    ("NetworkPolicy", "", "default.p", None, "p"),
    ("NetworkPolicy", "default", "default.p", None, "p"),
    ("NetworkPolicy", "default", "p", None, "p"),
    ("NetworkPolicy", "default", "default.p", "default.p", "default.p"),
    ("NetworkPolicy", "default", "default.p", "q", "q"),
    ("NetworkPolicy", "platform", "platform.p", None, "platform.p"),
    ("NetworkPolicy", "platform", "default.p", None, "default.p"),
    ("NetworkPolicy", "", "default.default.p", None, "default.p"),
    ("GlobalNetworkPolicy", "", "default.p", None, "p"),
    ("StagedNetworkPolicy", "default", "default.p", None, "p"),
    ("StagedGlobalNetworkPolicy", "", "default.p", None, "p"),
]


@pytest.mark.parametrize(("kind", "tier", "name", "packed", "expected"), NAMES)
def test_names_of_the_old_storage(kind: str, tier: str, name: str, packed: str | None, expected: str) -> None:
    found = stored(name, None if packed is None else {"name": packed}, kind=kind, spec={"tier": tier})
    assert found.metadata.name == expected


@pytest.mark.parametrize("kind", ["NetworkSet", "GlobalNetworkSet", "HostEndpoint", "StagedKubernetesNetworkPolicy"])
def test_objects_without_a_tier_keep_their_name(kind: str) -> None:
    assert stored("default.p", kind=kind, spec=SMALLEST.get(kind)).metadata.name == "default.p"


def test_labels_and_annotations_of_the_old_storage() -> None:
    packed = {"labels": {"a": "b"}, "annotations": {"note": "c"}, "creationTimestamp": None, "uid": "u"}
    found = stored("p", packed, labels={"projectcalico.org/tier": "default"}, annotations={"x": "y"}).metadata
    assert found.labels == {"projectcalico.org/tier": "default", "a": "b"}
    assert found.annotations == {"x": "y", "note": "c"}


def test_metadata_that_calico_did_not_pack() -> None:
    for text in ("{", "[]", '{"labels": {"a": 1}}'):
        with pytest.raises(InputError, match="is not what Calico writes there") as caught:
            stored("p", text)
        place = 'metadata.annotations["projectcalico.org/metadata"]'
        assert [spell(problem.origin.path) for problem in caught.value.problems] == [place]


def test_unpacked_metadata_is_validated() -> None:
    with pytest.raises(InputError, match=r"^metadata.labels has the key"):
        stored("p", {"labels": {"a b": ""}})


def test_host_endpoint_ports_keep_the_form_of_their_protocol() -> None:
    ports = [{"name": "a", "protocol": 6, "port": 1}, {"name": "b", "protocol": "UDP", "port": 2}]
    found = given("HostEndpoint", SMALLEST["HostEndpoint"] | {"ports": ports})
    assert isinstance(found, HostEndpoint)
    assert [(port.name, port.protocol, port.port) for port in found.spec.ports] == [("a", 6, 1), ("b", "UDP", 2)]
