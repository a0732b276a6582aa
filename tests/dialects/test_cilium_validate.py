"""Cilium validation in our words: every rule of the schema and of the agent, taken once and refused once."""

from __future__ import annotations

from typing import Any

import pytest

from translate.core.diagnostics import InputError
from translate.core.origin import Origin, spell
from translate.dialects.base import Object
from translate.dialects.cilium.manifest_values import ENTITIES, ICMP_TYPES
from translate.dialects.cilium.objects import read
from translate.dialects.cilium.validate_regex import regex_problem

CNP, CCNP, GROUP = "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup"
TEXT = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
DNS = "lower-case letters, digits and '-', with a letter or digit at both ends"
RANGE = "must be an IP range like 10.9.8.0/24 or 2001:db8::/64"
PORT = (
    "must be a number up to 65535, or the name of a port: no more than 15 letters, digits and single '-' inside, "
    "with a letter among them"
)
NS_LABELS = "k8s:io.cilium.k8s.namespace.labels."
SPLIT = "make them 2 items of the list"
TWO = "make them two items of the list"
TO_PORTS = "make them two items of toPorts"
STRICT = "The API server in strict mode, kubectl's default, refuses it"
SECTION = (
    "must have an item in ingress, ingressDeny, egress or egressDeny: the agent refuses a rule without, "
    "and enforces nothing of its object"
)
OPERATORS = '"DoesNotExist", "Exists", "In", "NotIn"'
PROTOCOLS = '"AH", "ANY", "ESP", "GRE", "IGMP", "IPIP", "IPV6", "SCTP", "TCP", "UDP", "VRRP"'
ENTITY = "must be " + ", ".join(ENTITIES[:-1]) + f" or {ENTITIES[-1]}"
X = {"matchLabels": {"app": "x"}}
HTTP = {"http": [{"method": "GET"}]}
QUERY = {"dns": [{"matchPattern": "*"}]}
LISTENER = {"envoyConfig": {"name": "c"}, "name": "l"}
TLS = {"secret": {"name": "s"}}


def policy(spec: Any, kind: str = CNP, **metadata: object) -> dict[str, Any]:
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": {"name": "p", **metadata}, "spec": spec}


def rule(kind: str = CNP, **fields: Any) -> dict[str, Any]:
    """A policy whose rule is fine but for ``fields``."""
    return policy({"endpointSelector": {}, "ingress": [{}], **fields}, kind)


def subject(**selector: Any) -> dict[str, Any]:
    return rule(endpointSelector=selector)


def into(**element: Any) -> dict[str, Any]:
    return policy({"endpointSelector": {}, "ingress": [element]})


def out(**element: Any) -> dict[str, Any]:
    return policy({"endpointSelector": {}, "egress": [element]})


def deny(**element: Any) -> dict[str, Any]:
    return policy({"endpointSelector": {}, "egressDeny": [element]})


def port(**fields: Any) -> dict[str, Any]:
    return into(toPorts=[{"ports": [fields]}])


def l7(*, number: str = "80", protocol: str = "TCP", **fields: Any) -> dict[str, Any]:
    """Outgoing, as most of it may only be asked there."""
    return out(toPorts=[{"ports": [{"port": number, "protocol": protocol}], **fields}])


def icmp(**field: Any) -> dict[str, Any]:
    return into(icmps=[{"fields": [field]}])


def group(*ranges: Any, version: str = "v2") -> dict[str, Any]:
    return policy({"externalCIDRs": list(ranges)}, GROUP) | {"apiVersion": f"cilium.io/{version}"}


def host(**sections: Any) -> dict[str, Any]:
    return policy({"nodeSelector": {}, **sections}, CCNP)


def verdict(value: dict[str, Any], **flags: bool) -> list[tuple[str, str]]:
    """Place and message of every problem."""
    try:
        read(Object(value, Origin()), **flags)
    except InputError as error:
        return [(spell(problem.origin.path), problem.message) for problem in error.problems]
    return []


ACCEPTED = [
    rule(),
    policy({"endpointSelector": {}, "ingress": [{}]}, namespace="shop", labels={"a": "b"}),
    policy(None) | {"specs": [{"endpointSelector": {}, "egress": [{}]}]},
    rule() | {"specs": [{"endpointSelector": {}, "egress": [{}]}], "status": {"conditions": []}},
    rule(CCNP),
    host(ingress=[{}]),
    rule(CCNP, nodeSelector=None),
    rule(ingress=None, egressDeny=[{}]),
    rule(ingress=[], ingressDeny=[{}]),
    rule(enableDefaultDeny={"ingress": False}, description="d", labels=[{"key": "a", "source": "s", "value": "v"}]),
    rule(enableDefaultDeny={}),
    rule(log={"value": "é" * 32}),
    rule(log={}),
    # Selectors
    subject(matchLabels={"k8s:io.kubernetes.pod.namespace": "other", "any:a": "", "reserved:init": ""}),
    subject(matchLabels={"k8s:example.com/App_1.x": "v1.2_3"}),
    subject(matchLabels={"role": "b", "any:role": "b", "k8s:role": "c"}),
    subject(matchLabels={f"{NS_LABELS}{'a' * 32}": "b"}),
    subject(matchLabels={f"{NS_LABELS}example.com/{'a' * 63}": "b"}),
    subject(matchExpressions=[{"key": "a", "operator": "NotIn", "values": ["", "b"]}]),
    subject(matchExpressions=[{"key": "a", "operator": "Exists", "values": []}]),
    # Peers
    into(fromEndpoints=[{}, X]),
    into(fromEndpoints=[], fromCIDR=["10.0.0.0/8"]),
    into(fromEndpoints=None, fromEntities=["all", "cluster-mesh"]),
    into(fromCIDR=["10.0.0.1/8", "2001:DB8::/32"]),
    into(fromCIDRSet=[{"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "10.1.0.0/16"]}]),
    into(fromCIDRSet=[{"cidrGroupRef": "a.b", "except": ["192.0.2.0/24"]}]),
    into(fromCIDRSet=[{"cidrGroupSelector": {"matchLabels": {"a": "b"}}}]),
    into(fromGroups=[{"aws": {"labels": {"a": "b"}, "region": "r", "securityGroupsIds": ["sg"]}}]),
    into(fromNodes=[X]),
    into(fromRequires=[]),
    into(authentication={"mode": "required"}),
    out(toFQDNs=[{"matchName": "Example.com."}, {"matchPattern": "**.a_b.example.com"}, {"matchPattern": "*"}]),
    out(toFQDNs=[{"matchName": "a.example.com", "matchPattern": None}], toPorts=[{"ports": [{"port": "443"}]}]),
    out(toServices=[{}, {"k8sService": {"serviceName": "s"}}, {"k8sServiceSelector": {"selector": X}}]),
    out(toServices=[{"k8sService": {"namespace": "n"}}], toPorts=[{"ports": [{"port": "443"}]}]),
    deny(toServices=[{}]),
    # Ports
    port(port="0"),
    port(port="65535", endPort=0),
    port(port="80", endPort=65535, protocol="SCTP"),
    port(port="80", endPort=79),
    port(port="HTTP-8080", endPort=9000, protocol="ANY"),
    port(port="0x50"),
    port(protocol="GRE"),
    port(port="0", protocol="ESP"),
    into(toPorts=[]),
    into(toPorts=[{}, {"ports": [{"port": "1"}] * 40}]),
    # ICMP
    icmp(type=0),
    icmp(type="255", family="IPv6"),
    icmp(type="EchoRequest"),
    into(icmps=[{}], toPorts=[]),
    deny(icmps=[{"fields": [{"type": "PacketTooBig", "family": "IPv6"}] * 40}]),
    # L7
    into(toPorts=[{"ports": [{"port": "80", "endPort": 90, "protocol": "TCP"}], "rules": HTTP}]),
    into(toPorts=[{"rules": HTTP}]),
    l7(protocol="ANY", rules={"http": []}),
    l7(rules={"http": [{"path": "/a/[0-9]+", "host": ".*", "headers": ["X-Key: v"]}]}),
    l7(rules={"http": [{"headerMatches": [{"name": "X", "mismatch": "LOG", "secret": {"name": "s"}}]}]}),
    l7(number="53", protocol="ANY", rules=QUERY),
    l7(serverNames=["*.example.com"]),
    l7(serverNames=["a"], terminatingTLS=TLS, originatingTLS=TLS, rules=HTTP),
    l7(listener={**LISTENER, "priority": 100}),
    rule(CCNP, egress=[{"toPorts": [{"listener": LISTENER}]}]),
    host(egress=[{"toPorts": [{"ports": [{"port": "53"}], "rules": QUERY}]}]),
    # Groups
    group(),
    group("10.0.0.0/8", "::/0", version="v2alpha1"),
]


@pytest.mark.parametrize("value", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(value: dict[str, Any]) -> None:
    assert verdict(value) == []


E0, I0, D0 = "spec.egress[0]", "spec.ingress[0]", "spec.egressDeny[0]"
P0, L0 = f"{I0}.toPorts[0].ports[0]", f"{E0}.toPorts[0]"
TERM = "spec.endpointSelector.matchExpressions[0]"
REFUSED = [
    # The object
    (rule() | {"metadata": {}}, "metadata.name is missing: an object needs a name (or a generateName)"),
    (
        policy({"endpointSelector": {}, "ingress": [{}]}, namespace="A"),
        f'metadata.namespace "A" must consist of {DNS}',
    ),
    (policy(None), "spec is missing: a policy needs a rule in spec, or several in specs"),
    (policy(None) | {"specs": []}, "spec is missing: a policy needs a rule in spec, or several in specs"),
    (rule() | {"kind": "CiliumNode"}, f'kind must be {CNP}, {CCNP}, {GROUP}, not "CiliumNode"'),
    (rule() | {"apiVersion": "cilium.io/v1"}, 'apiVersion must be "cilium.io/v2", not the text "cilium.io/v1"'),
    # Who is selected, and what is said
    (policy({"ingress": [{}]}), "spec must have an endpointSelector; {} selects every pod of the namespace"),
    (rule(endpointSelector=None), "spec must have an endpointSelector; {} selects every pod of the namespace"),
    (
        rule(CCNP, endpointSelector=None),
        "spec must have an endpointSelector or a nodeSelector; endpointSelector: {} selects every pod",
    ),
    (
        rule(CCNP, nodeSelector={}),
        "spec must not have both endpointSelector and nodeSelector: make them two items of specs",
    ),
    (
        policy({"nodeSelector": {}, "ingress": [{}]}),
        f"spec.nodeSelector must not stand in a {CNP}: only a {CCNP} selects nodes",
    ),
    (rule(ingress=[]), f"spec {SECTION}"),
    (rule(ingress=None), f"spec {SECTION}"),
    (
        policy(None) | {"specs": [{"endpointSelector": {}, "ingress": [{}]}, {"endpointSelector": {}}]},
        f"specs[1] {SECTION}",
    ),
    (rule(log={"value": "x" * 33}), "spec.log.value must have no more than 32 characters, not 33"),
    (rule(log={"value": "a\nb"}), "spec.log.value must consist of printable characters"),
    (rule(labels=[{"key": ""}]), "spec.labels[0].key must not be empty"),
    (rule(labels=[{}]), 'spec.labels[0] must have the field "key": text'),
    (rule(ingress=[None]), f"{I0} must be a map, not null: remove the empty item"),
    (rule(podSelector={}), 'unknown field "podSelector" in spec; pods are selected by endpointSelector'),
    (into(auth={}), f'unknown field "auth" in {I0}; write authentication'),
    # Selectors
    (subject(matchLabels={"": "b"}), 'spec.endpointSelector.matchLabels has the key "", which must not be empty'),
    (
        subject(matchLabels={"role": "b", "any:role": "c"}),
        'spec.endpointSelector.matchLabels has "role" and "any:role", which are one key, with the values "b" and "c": '
        "Cilium keeps either, so write one",
    ),
    (
        subject(matchLabels={"k8s:a b": "c"}),
        'spec.endpointSelector.matchLabels has the key "k8s:a b", which has a label key (after the \':\') '
        f"that must consist of {TEXT}",
    ),
    (
        subject(matchLabels={"k8s:any:a": "c"}),
        "spec.endpointSelector.matchLabels has the key \"k8s:any:a\", which has more than one ':': "
        "a key is a label key, or a source, one ':' and a label key",
    ),
    (
        subject(matchLabels={"k8s-x:a": "c"}),
        'spec.endpointSelector.matchLabels has the key "k8s-x:a", which has a source (before the \':\') '
        "that must consist of letters and digits",
    ),
    (
        subject(matchLabels={"$host": ""}),
        f'spec.endpointSelector.matchLabels has the key "$host", which must consist of {TEXT}: write "reserved:host"',
    ),
    (
        subject(matchLabels={f"{NS_LABELS}{'a' * 33}": "b"}),
        f'spec.endpointSelector.matchLabels has the key "{NS_LABELS}{"a" * 33}", which has a label key (after the '
        "':') that must have no more than 63 characters, not 64, its prefix included: "
        "select such namespaces by name (io.kubernetes.pod.namespace)",
    ),
    (
        subject(matchLabels={"a": "b c"}),
        f'spec.endpointSelector.matchLabels has "b c" as the value of "a", which must be empty or consist of {TEXT}',
    ),
    (
        subject(matchLabels={"a": "b" * 64}),
        f'spec.endpointSelector.matchLabels has "{"b" * 64}" as the value of "a", '
        "which must have no more than 63 characters, not 64",
    ),
    (
        subject(matchExpressions=[{"key": "a", "operator": "In"}]),
        f"{TERM}.values must list at least one value, because the operator is In",
    ),
    (
        subject(matchExpressions=[{"key": "a", "operator": "DoesNotExist", "values": ["b"]}]),
        f"{TERM}.values must be left out, because the operator is DoesNotExist",
    ),
    (
        subject(matchExpressions=[{"key": "a", "operator": "in", "values": ["b"]}]),
        f'{TERM}.operator must be one of {OPERATORS}, not the text "in"; did you mean "In"?',
    ),
    (subject(matchExpressions=[{"key": "", "operator": "Exists"}]), f'{TERM}.key "" must not be empty'),
    (
        subject(matchExpressions=[{"key": "a", "operator": "In", "values": ["b", "-"]}]),
        f'{TERM}.values[1] "-" must be empty or consist of {TEXT}',
    ),
    (host(ingress=[{}]) | {"spec": {"nodeSelector": {"matchLabels": {"": "b"}}, "ingress": [{}]}},
     'spec.nodeSelector.matchLabels has the key "", which must not be empty'),
    (into(fromNodes=[{"matchLabels": {"": "b"}}]), f'{I0}.fromNodes[0].matchLabels has the key "", which must not be empty'),
    (
        out(toServices=[{"k8sServiceSelector": {"selector": {"matchLabels": {"": "b"}}}}]),
        f'{E0}.toServices[0].k8sServiceSelector.selector.matchLabels has the key "", which must not be empty',
    ),
    (
        out(toServices=[{"k8sServiceSelector": {}}]),
        f'{E0}.toServices[0].k8sServiceSelector must have the field "selector": a map',
    ),
    # Peers
    (
        into(fromEndpoints=[{}], fromEntities=["all"]),
        f"{I0} must not have fromEndpoints and fromEntities together: {SPLIT}",
    ),
    (out(toCIDR=["::/0"], toCIDRSet=[{"cidr": "::/0"}]), f"{E0} must not have toCIDR and toCIDRSet together: {SPLIT}"),
    (
        out(toServices=[{}], toFQDNs=[{"matchName": "a"}], toGroups=[{}]),
        f"{E0} must not have toServices, toFQDNs and toGroups together: make them 3 items of the list",
    ),
    (deny(toNodes=[{}], toServices=[{}]), f"{D0} must not have toServices and toNodes together: {SPLIT}"),
    (into(fromCIDR=["10.0.0.1"]), f'{I0}.fromCIDR[0] "10.0.0.1" {RANGE}: write 10.0.0.1/32 for this one address'),
    (into(fromCIDR=[""]), f'{I0}.fromCIDR[0] "" {RANGE}'),
    (into(fromCIDR=["10.0.0.0/33"]), f'{I0}.fromCIDR[0] "10.0.0.0/33" {RANGE}'),
    (
        into(fromCIDR=["010.0.0.0/8"]),
        f'{I0}.fromCIDR[0] "010.0.0.0/8" must not have leading zeros: write 10.0.0.0/8',
    ),
    (
        into(fromCIDR=["::ffff:10.0.0.0/104"]),
        f'{I0}.fromCIDR[0] "::ffff:10.0.0.0/104" must not have an IPv4 address written as IPv6: write 10.0.0.0/8',
    ),
    (into(fromCIDRSet=[{}]), f"{I0}.fromCIDRSet[0] must have one of cidr, cidrGroupRef, cidrGroupSelector"),
    (
        into(fromCIDRSet=[{"cidr": "::/0", "cidrGroupRef": "a"}]),
        f"{I0}.fromCIDRSet[0] must have only one of cidr and cidrGroupRef",
    ),
    (
        into(fromCIDRSet=[{"cidrGroupRef": "A"}]),
        f'{I0}.fromCIDRSet[0].cidrGroupRef "A" must consist of dot-separated parts of {DNS}',
    ),
    (
        into(fromCIDRSet=[{"cidrGroupSelector": {"matchLabels": {"k8s:a": "b"}}}]),
        f'{I0}.fromCIDRSet[0].cidrGroupSelector.matchLabels has the key "k8s:a", which must not name a source, '
        'as the labels of CIDR groups have none: write "a"',
    ),
    (
        into(fromCIDRSet=[{"cidr": "10.0.0.0/8", "except": ["11.0.0.0/8"]}]),
        f'{I0}.fromCIDRSet[0].except[0] "11.0.0.0/8" must be a range inside the cidr "10.0.0.0/8"',
    ),
    (
        into(fromCIDRSet=[{"cidr": "10.1.0.0/16", "except": ["10.1.0.0/8"]}]),
        f'{I0}.fromCIDRSet[0].except[0] "10.1.0.0/8" must be a range inside the cidr "10.1.0.0/16"',
    ),
    (
        into(fromCIDRSet=[{"cidr": "0.0.0.0/0", "except": ["::/64"]}]),
        f'{I0}.fromCIDRSet[0].except[0] "::/64" must be a range inside the cidr "0.0.0.0/0"',
    ),
    (
        into(fromCIDRSet=[{"cidrGroupRef": "a", "except": ["x"]}]),
        f'{I0}.fromCIDRSet[0].except[0] "x" {RANGE}',
    ),
    (into(fromEntities=["World"]), f'{I0}.fromEntities[0] {ENTITY}, not "World": write world'),
    (into(fromEntities=["${E}"]), f'{I0}.fromEntities[0] {ENTITY}, not "${{E}}"; "${{E}}" looks like a placeholder that no tool has filled in'),
    (
        out(toEntities=["world-ipv6"]),
        f'{E0}.toEntities[0] {ENTITY}, not "world-ipv6": write toCIDR with ::/0 instead',
    ),
    (
        into(fromRequires=[X]),
        f"{I0}.fromRequires must be left out since Cilium 1.19: add its labels to every selector of fromEndpoints",
    ),
    (out(toFQDNs=[{}]), f"{E0}.toFQDNs[0] must have either matchName or matchPattern"),
    (
        out(toFQDNs=[{"matchName": "a", "matchPattern": "b"}]),
        f"{E0}.toFQDNs[0] must have either matchName or matchPattern, not both",
    ),
    (
        out(toFQDNs=[{"matchName": "*.a"}]),
        f"{E0}.toFQDNs[0].matchName \"*.a\" must consist of parts of letters, digits, '-' and '_' with one dot between them",
    ),
    (
        out(toFQDNs=[{"matchPattern": "a..b"}]),
        f"{E0}.toFQDNs[0].matchPattern \"a..b\" must consist of parts of letters, digits, '-', '_' and '*' "
        "with one dot between them",
    ),
    (
        out(toFQDNs=[{"matchName": "a" * 256}]),
        f'{E0}.toFQDNs[0].matchName "{"a" * 79}…" must have no more than 255 characters, not 256',
    ),
    (
        deny(toFQDNs=[{"matchName": "a"}]),
        f'unknown field "toFQDNs" in {D0}; only egress names hosts, and a deny needs ranges, in toCIDR',
    ),
    (deny(authentication={"mode": "required"}), f'unknown field "authentication" in {D0}; only an allow asks for it'),
    (
        into(authentication={"mode": "Required"}),
        f'{I0}.authentication.mode must be one of "disabled", "required", "test-always-fail", not the text "Required"; '
        'did you mean "required"?',
    ),
    (into(authentication={}), f'{I0}.authentication must have the field "mode": one of "disabled", "required", "test-always-fail"'),
    # Ports
    (port(), f'{P0}.port is missing: write a number or a name in quotes, or "0" for every port of the protocol'),
    (
        port(port="", protocol="TCP"),
        f'{P0}.port is missing: write a number or a name in quotes, or "0" for every port of the protocol',
    ),
    (port(port=80), f"{P0}.port must be text, not the number 80: put it in quotes"),
    (port(port="65536"), f'{P0}.port "65536" must be no more than 65535'),
    (
        port(port="080"),
        f'{P0}.port "080" must not begin with a zero, which makes it an octal number to the agent: write "80"',
    ),
    (port(port="a--b"), f'{P0}.port "a--b" {PORT}'),
    (port(port="a" * 16), f'{P0}.port "{"a" * 16}" {PORT}'),
    (port(port="80-90"), f'{P0}.port "80-90" {PORT}'),
    (port(port="80", endPort=65536), f"{P0}.endPort must be between 0 and 65535, not 65536"),
    (port(port="80", endPort=-1), f"{P0}.endPort must be between 0 and 65535, not -1"),
    (
        port(port="80", protocol="tcp"),
        f'{P0}.protocol must be one of {PROTOCOLS}, not the text "tcp"; did you mean "TCP"?',
    ),
    (
        port(port="8", protocol="ICMP"),
        f'{P0}.protocol must be one of {PROTOCOLS}, not the text "ICMP"; write icmps, in an element without toPorts',
    ),
    (port(port="80", protocol="GRE"), f"{P0}.port must be left out, because GRE has no ports"),
    (
        into(toPorts=[{"ports": [{"port": "1"}] * 41}]),
        f"{I0}.toPorts[0].ports must have no more than 40 items, not 41: make them two of toPorts",
    ),
    (
        deny(toPorts=[{"ports": [{"port": "1"}] * 41}]),
        f"{D0}.toPorts[0].ports must have no more than 40 items, not 41: make them two of toPorts",
    ),
    # ICMP
    (
        into(icmps=[{"fields": [{"type": 8}]}], toPorts=[{}]),
        f"{I0} must not have icmps and toPorts together: {TWO}",
    ),
    (icmp(type=256), f"{I0}.icmps[0].fields[0].type must be between 0 and 255, not 256"),
    (icmp(type=-1), f"{I0}.icmps[0].fields[0].type must be between 0 and 255, not -1"),
    (icmp(type="08"), f"{I0}.icmps[0].fields[0].type must be between 0 and 255, not 08"),
    (
        icmp(type="echo"),
        f'{I0}.icmps[0].fields[0].type must be a number or the name of an IPv4 type, like EchoRequest, not "echo"',
    ),
    (
        icmp(type="PacketTooBig"),
        f"{I0}.icmps[0].fields[0].type must be a number or the name of an IPv4 type, like EchoRequest, "
        'not "PacketTooBig": it is one of IPv6, so write family: IPv6 beside it',
    ),
    (
        icmp(type="ExtendedEchoReply", family="IPv6"),
        f'{I0}.icmps[0].fields[0].type must not be "ExtendedEchoReply", a name that the schema of Cilium does not know: '
        "write 161",
    ),
    (icmp(), f'{I0}.icmps[0].fields[0] must have the field "type": a number or text'),
    (
        icmp(type=8, family="ipv4"),
        f'{I0}.icmps[0].fields[0].family must be one of "IPv4", "IPv6", not the text "ipv4"; did you mean "IPv4"?',
    ),
    (
        into(icmps=[{"fields": [{"type": 8}] * 41}]),
        f"{I0}.icmps[0].fields must have no more than 40 items, not 41: make them two of icmps",
    ),
    # L7
    (l7(rules={}), f"{L0}.rules must have either http or dns: leave rules out to allow the ports as a whole"),
    (l7(number="53", rules={**HTTP, **QUERY}), f"{L0}.rules must not have http and dns together: {TO_PORTS}"),
    (l7(rules={"http": [], "dns": []}), f"{L0}.rules must not have http and dns together: {TO_PORTS}"),
    (
        l7(rules={"kafka": [{"topic": "t"}]}),
        f"{L0}.rules.kafka is no field since Cilium 1.20, which knows http and dns: "
        "without it the ports are allowed as a whole",
    ),
    (l7(protocol="ANY", rules=HTTP), f"{L0}.ports[0].protocol must be TCP, because HTTP rules stand beside it"),
    (l7(number="0", rules=HTTP), f'{L0}.ports[0].port must not be "0" beside L7 rules: list the ports'),
    (l7(number="0", rules=QUERY), f'{L0}.ports[0].port must not be "0" beside L7 rules: list the ports'),
    (
        into(toPorts=[{"ports": [{"port": "53"}], "rules": QUERY}]),
        f"{I0}.toPorts[0].rules.dns must not stand in ingress: only outgoing DNS queries are looked at",
    ),
    (
        out(toPorts=[{"rules": QUERY}]),
        f'{L0}.rules.dns needs ports beside it: write the port of the DNS server, "53"',
    ),
    (
        out(toPorts=[{"ports": [{"port": "53", "endPort": 54}], "rules": QUERY}]),
        f"{L0}.ports[0].endPort must be left out, because DNS rules stand beside it: list the ports one by one",
    ),
    (
        l7(number="53", rules={"dns": [{"matchName": "a b"}]}),
        f"{L0}.rules.dns[0].matchName \"a b\" must consist of parts of letters, digits, '-' and '_' "
        "with one dot between them",
    ),
    (
        host(ingress=[{"toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}], "rules": HTTP}]}]),
        f"{I0}.toPorts[0].rules.http must not stand in a policy of nodes: the only L7 rules there are dns in egress",
    ),
    (
        deny(toPorts=[{"ports": [{"port": "80"}], "rules": HTTP}]),
        f'unknown field "rules" in {D0}.toPorts[0]; a deny looks no deeper than ports',
    ),
    (
        l7(rules={"http": [{"path": "/a("}]}),
        f'{L0}.rules.http[0].path "/a(" must be a regular expression: missing ), unterminated subpattern at position 2',
    ),
    (
        l7(rules={"http": [{"method": "(?!GET)"}]}),
        f'{L0}.rules.http[0].method "(?!GET)" must be a regular expression of Go (RE2): it looks ahead or behind',
    ),
    (
        l7(rules={"http": [{"host": "*.example.com"}]}),
        f'{L0}.rules.http[0].host "*.example.com" must be a regular expression: nothing to repeat at position 0; '
        "anything is .*, not *",
    ),
    (
        l7(rules={"http": [{"headerMatches": [{"name": ""}]}]}),
        f"{L0}.rules.http[0].headerMatches[0].name must not be empty",
    ),
    (
        l7(rules={"http": [{"headerMatches": [{"name": "X", "secret": {"name": ""}}]}]}),
        f"{L0}.rules.http[0].headerMatches[0].secret.name must not be empty",
    ),
    (
        l7(rules={"http": [{"headerMatches": [{"name": "X", "mismatch": "log"}]}]}),
        f'{L0}.rules.http[0].headerMatches[0].mismatch must be one of "ADD", "DELETE", "LOG", "REPLACE", '
        'not the text "log"; did you mean "LOG"?',
    ),
    (l7(serverNames=[]), f"{L0}.serverNames must list at least one name, or be left out"),
    (l7(serverNames=["a", "a"]), f"{L0}.serverNames must not list a name twice"),
    (
        l7(serverNames=[""]),
        f"{L0}.serverNames[0] \"\" must consist of parts of letters, digits, '-', '_' and '*' with one dot between them",
    ),
    (
        l7(serverNames=["a"], rules=HTTP),
        f"{L0}.serverNames must not stand beside L7 rules without terminatingTLS: the proxy could not read the requests",
    ),
    (l7(terminatingTLS={}), f'{L0}.terminatingTLS must have the field "secret": a map'),
    (
        into(toPorts=[{"ports": [{"port": "1"}], "listener": LISTENER}]),
        f"{I0}.toPorts[0].listener must not stand in ingress: a listener takes outgoing traffic only",
    ),
    (l7(listener=LISTENER, rules=HTTP), f"{L0}.listener must not stand beside L7 rules: {TO_PORTS}"),
    (l7(listener={**LISTENER, "name": ""}), f"{L0}.listener.name must not be empty"),
    (l7(listener={**LISTENER, "priority": 0}), f"{L0}.listener.priority must be between 1 and 100, not 0"),
    (l7(listener={"name": "l"}), f'{L0}.listener must have the field "envoyConfig": a map'),
    (
        rule(CCNP, egress=[{"toPorts": [{"listener": {"name": "l", "envoyConfig": {"name": "c", "kind": "CiliumEnvoyConfig"}}}]}]),
        f"{L0}.listener.envoyConfig.kind must be CiliumClusterwideEnvoyConfig in a CiliumClusterwideNetworkPolicy",
    ),
    # Groups
    (group("10.0.0.1"), f'spec.externalCIDRs[0] "10.0.0.1" {RANGE}: write 10.0.0.1/32 for this one address'),
    (policy({}, GROUP), 'spec must have the field "externalCIDRs": a list'),
    (policy(None, GROUP), 'CiliumCIDRGroup must have the field "spec": a map, not null'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refused(value: dict[str, Any], message: str) -> None:
    found = verdict(value)
    assert [text for _, text in found] == [message]
    place = found[0][0]
    assert message.startswith((f"{place} ", "unknown field", "CiliumCIDRGroup "))


def test_selectors_of_nodes_need_an_option_of_the_agent() -> None:
    message = f"{I0}.fromNodes is refused by agents without the option enable-node-selector-labels"
    assert verdict(into(fromNodes=[{}])) == []
    assert verdict(into(fromNodes=[{}]), node_selector_labels=False) == [(f"{I0}.fromNodes", message)]
    assert verdict(into(fromNodes=[]), node_selector_labels=False) == []


def test_all_problems_come_in_the_order_of_the_object() -> None:
    spec = {
        "log": {"value": "\n"},
        "egress": [{"toFQDNs": [{}], "toPorts": [{"ports": [{}], "rules": {}}]}],
        "ingressDeny": [{"fromEntities": ["x"]}],
        "ingress": [{"fromCIDR": ["x"], "fromEndpoints": [{"matchLabels": {"": "b c"}}]}],
        "endpointSelector": {"matchLabels": {"": ""}},
    }
    assert [place for place, _ in verdict(policy(spec, name="A"))] == [
        "metadata.name",
        "spec.endpointSelector.matchLabels",
        "spec.ingress[0]",
        "spec.ingress[0].fromEndpoints[0].matchLabels",
        "spec.ingress[0].fromEndpoints[0].matchLabels",
        "spec.ingress[0].fromCIDR[0]",
        "spec.ingressDeny[0].fromEntities[0]",
        "spec.egress[0].toFQDNs[0]",
        "spec.egress[0].toPorts[0].ports[0].port",
        "spec.egress[0].toPorts[0].rules",
        "spec.log.value",
    ]


def test_origins_lead_from_the_document() -> None:
    with pytest.raises(InputError) as caught:
        read(Object(into(fromCIDR=["x"]), Origin("a.yaml", 2, ("items", 1))))
    place = ("a.yaml", 2, ("items", 1, "spec", "ingress", 0, "fromCIDR", 0))
    assert [problem.origin.place for problem in caught.value.problems] == [place]


def test_unknown_fields_without_advice_of_ours_keep_the_general_one() -> None:
    assert verdict(into(frmEndpoints=[])) == [
        (f"{I0}.frmEndpoints", f'unknown field "frmEndpoints" in {I0}; did you mean "fromEndpoints"? {STRICT}')
    ]


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_is_taken(entity: str) -> None:
    assert verdict(into(fromEntities=[entity])) == verdict(deny(toEntities=[entity])) == []


@pytest.mark.parametrize(
    ("family", "name"), [(f, n) for f, names in ICMP_TYPES.items() for n in names if n != "ExtendedEchoReply"]
)
def test_every_icmp_type_is_taken(family: str, name: str) -> None:
    assert verdict(icmp(type=name, family=family)) == []


# Judged by Go 1.26's regexp.Compile.
EXPRESSIONS = [
    "", "/public/.*", "GET|POST", "^/a$", "[[:alpha:]]+", r"\pL+", r"\p{Greek}", r"\Qa.b*\E", "a(?i)b", "(?i:x)y",
    "(?P<n>a)", "(?<n>a)", r"\x{10FFFF}", r"\z", "[]a]", "[^]a]", "a{1000}", r"a\+\+", r"\(?=", "[a&&b]", r"[\]]",
    "}+", "a{,5}", "{", "(?-s).", "(?U)a+", "a*?", "[[]", "x|", r"\_", r"\12", r"\b+",
]  # fmt: skip
NO_EXPRESSIONS = [
    "*.example.com", "(", ")", "[", "a**", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", "(?P=n)", "(?>a)", "a++",
    "a{2}+", "a{1001}", "a{99999999999}", "[z-a]", r"\Z", r"\u0041", "(?x)a", "a{5,2}", "?", "(?#c)", "\\",
]  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_of_re2(text: str) -> None:
    assert regex_problem(text) is None


@pytest.mark.parametrize("text", [*NO_EXPRESSIONS, "x" * 10_001])
def test_no_expressions_of_re2(text: str) -> None:
    assert regex_problem(text) is not None
