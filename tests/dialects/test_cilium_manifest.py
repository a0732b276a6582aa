"""Manifests of Cilium: what absent, null and empty decode to, and whether every field of the CRDs has its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect as mi
import pytest

from translate.core.diagnostics import InputError
from translate.core.origin import NOWHERE
from translate.dialects.base import Object
from translate.dialects.cilium.manifest import (
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumPolicy,
    EgressDenyRule,
    EgressRule,
    ICMPField,
    IngressDenyRule,
    IngressRule,
    PortProtocol,
    PortRule,
    Selector,
)
from translate.dialects.cilium.objects import KINDS, read
from translate.dialects.cilium.validate import rules
from translate.yamlio.read import read as documents

CRDS = Path(__file__).parents[3] / "shared" / "crds" / "cilium-1.20"
REMOVED = {"kafka", "l7", "l7proto"}
"""Held to be refused by name."""
ELEMENTS = {
    "ingress": IngressRule,
    "ingressDeny": IngressDenyRule,
    "egress": EgressRule,
    "egressDeny": EgressDenyRule,
}
PLAIN = {"toPorts", "icmps", "authentication"}


def policy(text: str, kind: str = "CiliumNetworkPolicy") -> CiliumPolicy:
    head = f"{{apiVersion: cilium.io/v2, kind: {kind}, metadata: {{name: p}}, {text}}}"
    found = read(Object(documents(head, file="-")[0].value, NOWHERE))  # type: ignore[arg-type]
    assert not isinstance(found, CiliumCIDRGroup)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_decodes_to_its_struct(name: str) -> None:
    if name == "CiliumCIDRGroup":
        value: dict[str, Any] = {"spec": {"externalCIDRs": ["::/0"]}}
    else:
        value = {"spec": {"endpointSelector": {}, "ingress": [{}]}}
    found = read(Object({"apiVersion": "cilium.io/v2", "kind": name, "metadata": {"name": "a"}, **value}, NOWHERE))
    assert type(found) is KINDS[name]
    assert found.kind == name


@pytest.mark.parametrize("section", ELEMENTS)
def test_absent_null_and_empty_peers(section: str) -> None:
    """An empty list is ``()``; an absent one and a null one are ``None``, for every list of every element."""
    element = ELEMENTS[section]
    names = [name for name in element.__struct_fields__ if name not in PLAIN]
    assert len(names) == {"ingress": 7, "ingressDeny": 7, "egress": 9, "egressDeny": 8}[section]
    for name in [*names, "toPorts", "icmps"]:
        for text, wanted in ((f"{{{name}: []}}", ()), (f"{{{name}: null}}", None), ("{}", None)):
            rule = policy(f"spec: {{endpointSelector: {{}}, {section}: [{text}]}}").spec
            assert rule is not None
            (found,) = getattr(rule, section)
            assert type(found) is element
            assert getattr(found, name) == wanted
            assert [other for other in (*names, "toPorts", "icmps") if getattr(found, other) is not None] == (
                [name] if wanted == () else []
            )


def test_a_list_of_one_empty_selector_is_none_of_them() -> None:
    rule = policy("spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}").spec
    assert rule is not None
    assert rule.ingress == (IngressRule(fromEndpoints=(Selector(),)),)


def test_selectors_of_subjects_are_there_or_not() -> None:
    pods = policy("spec: {endpointSelector: {}, ingress: [{}]}").spec
    nodes = policy("spec: {nodeSelector: {}, ingress: [{}]}", "CiliumClusterwideNetworkPolicy").spec
    assert [pods and pods.endpointSelector, pods and pods.nodeSelector] == [Selector(), None]
    assert [nodes and nodes.endpointSelector, nodes and nodes.nodeSelector] == [msgspec.UNSET, Selector()]


def test_spec_and_specs_are_rules_at_their_places() -> None:
    found = rules(
        policy("spec: {endpointSelector: {}, ingress: [{}]}, specs: [{endpointSelector: {}, egress: [{}]}]"),
    )
    assert [path for _, path in found] == [("spec",), ("specs", 0)]
    assert [(len(rule.ingress), len(rule.egress)) for rule, _ in found] == [(1, 0), (0, 1)]


def test_ports_and_types_keep_their_spelling() -> None:
    rule = policy(
        "spec: {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: HTTP, endPort: 0}]}, {}, {ports: []}]}, "
        "{icmps: [{fields: [{type: 8}, {type: EchoRequest, family: IPv6}]}]}]}"
    ).spec
    assert rule is not None
    assert rule.ingress[0].toPorts == (
        PortRule(ports=(PortProtocol(port="HTTP", endPort=0),)),
        PortRule(),
        PortRule(ports=()),
    )
    assert rule.ingress[1].icmps is not None
    assert rule.ingress[1].icmps[0].fields == (
        ICMPField(type=8, family="IPv4"),
        ICMPField(type="EchoRequest", family="IPv6"),
    )


def test_what_does_not_decode_is_told_at_every_place() -> None:
    with pytest.raises(InputError) as caught:
        policy("spec: {endpointSelector: [], ingress: [{toPorts: [{ports: [{port: 80}]}], x: 1}]}, y: 2")
    assert len(caught.value.problems) == 4


def schema(file: str) -> dict[str, Any]:
    crd: dict[str, Any] = documents((CRDS / file).read_bytes(), file=file)[0].value  # type: ignore[assignment]
    found: dict[str, Any] = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def differences(node: mi.Type, wanted: dict[str, Any], path: str) -> list[str]:
    """Where the struct and the schema list other fields, other sorts, other choices or other needs."""
    if isinstance(node, mi.UnionType):
        members = [member for member in node.types if not isinstance(member, mi.NoneType)]
        if wanted.get("x-kubernetes-int-or-string"):
            return [] if {type(m) for m in members} == {mi.IntType, mi.StrType} else [f"{path}: no int or text"]
        node = members[0]
    if isinstance(node, mi.AnyType):
        return []
    if isinstance(node, mi.StructType):
        return _fields(node, wanted, path)
    if isinstance(node, mi.VarTupleType):
        return differences(node.item_type, wanted["items"], f"{path}[]") if wanted["type"] == "array" else [path]
    if isinstance(node, mi.DictType):
        return [] if "additionalProperties" in wanted else [f"{path}: no map"]
    if isinstance(node, mi.LiteralType):
        return [] if set(node.values) == set(wanted.get("enum", node.values)) else [f"{path}: other choices"]
    sorts = {mi.StrType: "string", mi.IntType: "integer", mi.BoolType: "boolean"}
    return [] if sorts[type(node)] == wanted["type"] else [f"{path}: no {wanted['type']}"]


def _fields(node: mi.StructType, wanted: dict[str, Any], path: str) -> list[str]:
    mine = {field.encode_name: field for field in node.fields if field.encode_name not in REMOVED}
    theirs = wanted["properties"]
    found = [f"{path}.{name}: only one has it" for name in mine.keys() ^ theirs.keys()]
    needed = {name for name, field in mine.items() if field.required}
    if path:
        found += [f"{path}.{name}: needed by one only" for name in needed ^ set(wanted.get("required", ()))]
    for name in mine.keys() & theirs.keys() - {"metadata", "status"}:
        found += differences(mine[name].type, theirs[name], f"{path}.{name}")
    return found


@pytest.mark.skipif(not CRDS.is_dir(), reason=f"the schemas are not here: {CRDS}")
@pytest.mark.parametrize(
    ("kind", "file"),
    [
        (CiliumNetworkPolicy, "ciliumnetworkpolicies.yaml"),
        (CiliumClusterwideNetworkPolicy, "ciliumclusterwidenetworkpolicies.yaml"),
        (CiliumCIDRGroup, "ciliumcidrgroups.yaml"),
    ],
)
def test_fields_of_the_schema(kind: type, file: str) -> None:
    assert differences(mi.type_info(kind), schema(file), "") == []
    assert differences(mi.type_info(PortRule), schema(file), "") != []
