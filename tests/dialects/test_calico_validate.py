"""What Calico takes and refuses, in our words: every rule of its API once each way, at the place of the mistake."""

from __future__ import annotations

from typing import Any

import pytest

from translate.core.diagnostics import InputError, Problem
from translate.core.origin import Origin, spell
from translate.dialects.base import Object
from translate.dialects.calico.objects import read

DNS = "lower-case letters, digits and '-', with a letter or digit at both ends"
TEXT = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"
RANGE = "must be an IP range like 10.9.8.0/24 or 2001:db8::/64"
STRICT = "The API server in strict mode, kubectl's default, refuses it"
RULE = "spec.ingress[0]"
SOURCE = f"{RULE}.source"
DESTINATION = f"{RULE}.destination"
A = {"action": "Allow"}
TCP = {"action": "Allow", "protocol": "TCP"}


def item(kind: str, spec: Any = None, **metadata: object) -> dict[str, object]:
    meta = {"name": "p", **metadata}
    return {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": meta, "spec": {} if spec is None else spec}


def policy(**spec: object) -> dict[str, object]:
    return item("NetworkPolicy", spec)


def everywhere(**spec: object) -> dict[str, object]:
    return item("GlobalNetworkPolicy", spec)


def rule(**fields: object) -> dict[str, object]:
    return policy(ingress=[A | fields])


def out(**fields: object) -> dict[str, object]:
    return policy(egress=[A | fields])


def source(**fields: object) -> dict[str, object]:
    return rule(source=fields)


def ports(*items: object, **fields: object) -> dict[str, object]:
    return rule(**({"protocol": "TCP"} | fields), destination={"ports": list(items)})


def staged(kind: str = "StagedNetworkPolicy", **spec: object) -> dict[str, object]:
    return item(kind, spec)


def tier(name: str, **spec: object) -> dict[str, object]:
    return item("Tier", spec, name=name)


def host(**spec: object) -> dict[str, object]:
    return item("HostEndpoint", {"node": "n1", "interfaceName": "eth0"} | spec)


def paths(*items: object) -> dict[str, object]:
    return rule(http={"paths": list(items)})


def judged(value: dict[str, object]) -> list[Problem]:
    try:
        read(Object(value, Origin()), strict=True)
    except InputError as error:
        return list(error.problems)
    return []


ACCEPTED = [
    policy(),
    policy(tier="platform", order=-1.5, selector="a == 'b'", serviceAccountSelector="has(x)", types=["Egress"]),
    policy(selector="", tier="", types=None, ingress=None, egress=[], performanceHints=["AssumeNeededOnEveryNode"]),
    policy(types=["Egress", "Ingress"]),
    policy(selector="a == 'b'".ljust(1024)),
    policy(ingress=[A] * 1024),
    policy(selector=" "),
    policy(selector="k in {}"),
    # Names
    item("NetworkPolicy", name="a.b-1"),
    item("NetworkPolicy", name="knp.default.a.b.c"),
    item("StagedNetworkPolicy", name="ossg.default.a.b.c"),
    item("GlobalNetworkPolicy", name="a.b", namespace="is cleared"),
    item("NetworkPolicy", name=None, generateName="a.b-"),
    item("GlobalNetworkSet", name="a.b.c"),
    item("NetworkPolicy", labels={"projectcalico.org/tier": "default"}, annotations={"X/y": "z"}),
    # Rules
    *[policy(ingress=[{"action": action}]) for action in ("Allow", "Deny", "Log", "Pass")],
    *[rule(protocol=p) for p in ("TCP", "UDP", "SCTP", "ICMP", "ICMPv6", "UDPLite", 1, 255, "6", "132")],
    rule(notProtocol="UDPLite", ipVersion=4),
    rule(ipVersion=6, protocol="ICMPv6"),
    rule(ipVersion=4, protocol="1", notProtocol=1),
    rule(protocol="ICMP", icmp={"type": 254, "code": 255}),
    rule(protocol=58, icmp={"type": 128}),
    rule(protocol="ICMP", icmp={}),
    rule(notICMP={"type": 0, "code": 0}),
    rule(metadata={"annotations": {"name": "any text"}}),
    # Addresses
    source(nets=["10.0.0.0/8", "192.0.2.7/32", "0.0.0.0/0"], notNets=["10.1.0.0/16"]),
    source(nets=["2001:db8::/32", "::/0"]),
    source(nets=[f"10.0.{i}.0/24" for i in range(256)]),
    rule(ipVersion=6, source={"nets": ["fd00::/8"]}, destination={"notNets": ["fd00::/16"]}),
    # Selectors of a rule
    source(selector="a == 'b'", notSelector="has(c)", namespaceSelector="all()"),
    source(namespaceSelector="global()"),
    source(namespaceSelector=" global( ) ", selector="a == 'b'", nets=["10.0.0.0/8"]),
    source(notSelector="global()"),
    source(serviceAccounts={"names": ["a", "b"], "selector": "team == 'x'"}, selector="all()"),
    source(serviceAccounts={"selector": "a == '" + "x" * 1100 + "'"}),
    # Ports
    ports(1, 65535, "80", "80:90", "80:80", "http", "a-1"),
    ports(*range(1, 51), protocol=17),
    ports("http", protocol=None),
    rule(protocol="SCTP", source={"ports": [80], "notPorts": ["x"]}, destination={"notPorts": ["1:2"]}),
    rule(destination={"ports": [], "notPorts": []}),
    # Services
    source(services={"name": "a"}),
    rule(protocol="TCP", source={"services": {"name": "a", "namespace": "b"}}, destination={"ports": [80]}),
    out(destination={"services": {"name": "a.b", "namespace": "c"}}),
    everywhere(egress=[A | {"destination": {"services": {"name": "a", "namespace": "c"}}}]),
    # HTTP
    rule(http={"methods": ["GET", "*", "any"], "paths": [{"exact": "/a"}, {"prefix": "/"}]}),
    rule(protocol=6, http={}),
    # Policies for everything
    everywhere(namespaceSelector="all()", order=0, doNotTrack=False, preDNAT=False),
    everywhere(doNotTrack=True, applyOnForward=True, egress=[A], types=["Ingress", "Egress"]),
    everywhere(preDNAT=True, applyOnForward=True, ingress=[A], egress=[], types=["Ingress"]),
    # Staged
    *[staged(stagedAction=action) for action in ("Set", "Delete", "Learn", "Ignore", None)],
    staged(stagedAction="Delete", tier="t", types=["Ingress"], selector=""),
    staged("StagedGlobalNetworkPolicy", stagedAction="Delete", preDNAT=False),
    staged("StagedGlobalNetworkPolicy", namespaceSelector="all()"),
    staged("StagedKubernetesNetworkPolicy", stagedAction="Delete"),
    staged("StagedKubernetesNetworkPolicy", podSelector={}, ingress=[{"from": [{"podSelector": {}}]}]),
    staged("StagedKubernetesNetworkPolicy", egress=[{"to": [{"ipBlock": {"cidr": "10.1.2.3/8"}}]}]),
    # Tiers
    tier("t"),
    tier("t", order=1.5, defaultAction="Pass") | {"status": {"conditions": []}},
    tier("default"),
    tier("default", order=1_000_000, defaultAction="Deny"),
    tier("kube-admin", order=1_000, defaultAction="Pass"),
    tier("kube-baseline", order=10_000_000, defaultAction="Pass"),
    tier("adminnetworkpolicy", order=5),
    # Sets
    item("NetworkSet", {"nets": ["10.1.2.3/8", "192.0.2.7", "2001:db8::1", "fd00::1/8", "0.0.0.0/0"]}),
    item("GlobalNetworkSet", {"nets": ["::ffff:10.0.0.0/104", "10.0.0.0/8"]}, labels={"a": "b"}),
    item("GlobalNetworkSet", {"nets": None}),
    # Host endpoints
    host(),
    host(interfaceName="*"),
    host(interfaceName="", expectedIPs=["10.0.0.1", "fd00::1"]),
    host(profiles=["projectcalico-default-allow"], ports=[{"name": "ssh", "protocol": "TCP", "port": 22}]),
    host(node="n1.example.com", ports=[{"name": "x", "protocol": 17, "port": 65535}]),
]


@pytest.mark.parametrize("value", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(value: dict[str, object]) -> None:
    assert [problem.message for problem in judged(value)] == []


NO_GLOBAL = "must not contain global(): it is the whole namespaceSelector of a rule or nowhere"
ALONE = "must not combine global() with anything else: it is the whole selector, or a rule apart"
TWICE = "must not stand in the list twice"
NEED_PORTS = "must stand beside a protocol that has ports: write protocol: TCP, UDP or SCTP"
NO_PORTS = "only TCP, UDP and SCTP have ports"
SECOND = "must not bring a second address family into the rule: write a rule for each family"
WHOLE = "must not be all addresses of a family: such a rule would match nothing of it"
SERVICE = "a Service says which addresses it has"
PORT = "must be between 1 and 65535; for every port leave out the list"
DELETE = "must be left out beside stagedAction Delete: only the tier may be given"
HTTP_PATH = "must begin with / and contain no ?, # or blank"

REFUSED = [
    # Metadata
    (item("NetworkPolicy", name=None), "metadata.name is missing: an object needs a name (or a generateName)"),
    (item("NetworkPolicy", name="A"), f'metadata.name "A" must consist of dot-separated parts of {DNS}'),
    *[
        (
            item(kind, name="a.b.c"),
            'metadata.name "a.b.c" must not have more than one dot: Calico calls a policy name, or tier.name',
        )
        for kind in ("NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy")
    ],
    (
        item("GlobalNetworkPolicy", name="knp.default.a"),
        'metadata.name "knp.default.a" must not have more than one dot: Calico calls a policy name, or tier.name',
    ),
    (
        item("NetworkPolicy", name=None, generateName="a.b.c-"),
        'metadata.generateName "a.b.c-" must not have more than one dot: Calico calls a policy name, or tier.name',
    ),
    (
        item("NetworkPolicy", name="a" * 254),
        f'metadata.name "{"a" * 79}…" must have no more than 253 characters, not 254',
    ),
    (item("NetworkPolicy", namespace="a.b"), f'metadata.namespace "a.b" must consist of {DNS}'),
    (
        item("HostEndpoint", {"node": "n", "interfaceName": "*"}, labels={"a": "b c"}),
        f'metadata.labels has "b c" as the value of "a", which must be empty or consist of {TEXT}',
    ),
    (
        item("Tier", annotations={"a b": ""}),
        f'metadata.annotations has the key "a b", which must consist of {TEXT}',
    ),
    (item("NetworkPolicy") | {"spec": None}, 'NetworkPolicy must have the field "spec": a map'),
    (
        item("NetworkPolicy") | {"status": {}},
        'unknown field "status" in NetworkPolicy; the fields here are apiVersion, kind, metadata, spec. ' + STRICT,
    ),
    # Policies
    (policy(tier="T"), f'spec.tier "T" must consist of dot-separated parts of {DNS}'),
    (policy(order="10"), 'spec.order must be a number, not the text "10"'),
    (policy(selector="a = 'b'"), "spec.selector: use == not ="),
    (policy(selector="a == b"), "spec.selector: expected a quoted text after ==, found b"),
    (
        policy(selector="a == ${B}"),
        'spec.selector: unexpected character $; "${B}" looks like a placeholder that no tool has filled in',
    ),
    (policy(selector="a == 'b'".ljust(1025)), "spec.selector must have at most 1024 characters, not 1025"),
    (policy(selector="global()"), f"spec.selector {NO_GLOBAL}"),
    (policy(selector="a == 'global('"), f"spec.selector {NO_GLOBAL}"),
    (policy(serviceAccountSelector="global()"), f"spec.serviceAccountSelector {NO_GLOBAL}"),
    (policy(serviceAccountSelector="a"), None),
    (everywhere(namespaceSelector="global()"), f"spec.namespaceSelector {NO_GLOBAL}"),
    (everywhere(namespaceSelector="all("), "spec.namespaceSelector: expected ) after all(, found the end of the text"),
    (
        policy(types=[]),
        "spec.types must not be empty: list Ingress, Egress or both, or leave it out to have it filled in",
    ),
    (policy(types=["Ingress", "Ingress"]), f'spec.types[1] "Ingress" {TWICE}'),
    (
        policy(types=["ingress"]),
        'spec.types[0] must be one of "Egress", "Ingress", not the text "ingress"; did you mean "Ingress"?',
    ),
    (
        policy(ingress=[A] * 1025),
        "spec.ingress must have at most 1024 items, not 1025: make several policies of it",
    ),
    (
        policy(performanceHints=["x"]),
        'spec.performanceHints[0] must be AssumeNeededOnEveryNode, not "x"',
    ),
    (
        policy(performanceHints=["AssumeNeededOnEveryNode"] * 2),
        f'spec.performanceHints[1] "AssumeNeededOnEveryNode" {TWICE}',
    ),
    (
        policy(namespaceSelector="all()"),
        'unknown field "namespaceSelector" in spec; the fields here are tier, order, selector, serviceAccountSelector, '
        f"types, ingress, egress, performanceHints. {STRICT}; a GlobalNetworkPolicy has it",
    ),
    (
        everywhere(doNotTrack=True, preDNAT=True, applyOnForward=True),
        "spec.preDNAT must not be true together with doNotTrack: make two policies of it",
    ),
    (
        everywhere(preDNAT=True, applyOnForward=True, egress=[A]),
        "spec.egress must have no rules beside preDNAT: it is for incoming traffic only",
    ),
    (
        everywhere(preDNAT=True, applyOnForward=True, types=["Egress"]),
        "spec.types must not list Egress beside preDNAT: it is for incoming traffic only",
    ),
    *[
        (
            everywhere(**{flag: True}),
            f"spec.{flag} must not be true without applyOnForward: write applyOnForward: true beside it",
        )
        for flag in ("doNotTrack", "preDNAT")
    ],
    # Actions, protocols, ICMP
    (
        policy(ingress=[{"action": "allow"}]),
        f'{RULE}.action must be one of "Allow", "Deny", "Log", "Pass", not the text "allow"; did you mean "Allow"?',
    ),
    (
        policy(ingress=[{}]),
        f'{RULE} must have the field "action": one of "Allow", "Deny", "Log", "Pass"',
    ),
    (rule(ipVersion=5), f"{RULE}.ipVersion must be 4 or 6, not 5"),
    (
        rule(protocol="tcp"),
        f"{RULE}.protocol must be TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255, "
        'not "tcp": write TCP',
    ),
    (
        rule(notProtocol="GRE"),
        f'{RULE}.notProtocol must be TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255, not "GRE"',
    ),
    (rule(protocol=0), f"{RULE}.protocol must be between 1 and 255, not 0"),
    (rule(protocol="256"), f"{RULE}.protocol must be between 1 and 255, not 256"),
    (
        rule(protocol="TCP", icmp={"type": 8}),
        f"{RULE}.icmp must stand beside protocol ICMP or ICMPv6: write it into the rule",
    ),
    (rule(icmp={}), f"{RULE}.icmp must stand beside protocol ICMP or ICMPv6: write it into the rule"),
    (
        rule(protocol="1", icmp={"type": 8}),
        f"{RULE}.icmp must stand beside protocol ICMP or ICMPv6: write it into the rule",
    ),
    (rule(protocol="ICMP", icmp={"type": 255}), f"{RULE}.icmp.type must be between 0 and 254, not 255"),
    (rule(notICMP={"type": 8, "code": 256}), f"{RULE}.notICMP.code must be between 0 and 255, not 256"),
    (
        rule(protocol="ICMP", icmp={"code": 0}),
        f"{RULE}.icmp.code must not stand without type: a code says nothing of its own",
    ),
    (rule(protocol="ICMP", ipVersion=6), f"{RULE}.ipVersion must be 4 beside protocol: ICMP, not 6"),
    (rule(notProtocol=58, ipVersion=4), f"{RULE}.ipVersion must be 6 beside notProtocol: 58, not 4"),
    # Addresses
    (source(nets=["10.0.0"]), f'{SOURCE}.nets[0] "10.0.0" {RANGE}'),
    (source(nets=["10.0.0.1"]), f'{SOURCE}.nets[0] "10.0.0.1" {RANGE}: write 10.0.0.1/32 for this one address'),
    (
        source(notNets=["10.1.0.0/8"]),
        f'{SOURCE}.notNets[0] "10.1.0.0/8" must not have bits set beyond the prefix length: '
        "write 10.0.0.0/8 for the whole range, or 10.1.0.0/32 for the one address",
    ),
    (source(nets=["10.0.0.0/8"] * 2), f'{SOURCE}.nets[1] "10.0.0.0/8" {TWICE}'),
    (
        source(nets=[f"10.{i // 256}.{i % 256}.0/24" for i in range(257)]),
        f"{SOURCE}.nets must have at most 256 items, not 257: make several rules of it, or a NetworkSet",
    ),
    (source(nets=[None]), f"{SOURCE}.nets[0] must be text, not null: remove the empty item"),
    (source(notNets=["0.0.0.0/0"]), f'{SOURCE}.notNets[0] "0.0.0.0/0" {WHOLE}'),
    (out(destination={"notNets": ["::/0"]}), f'spec.egress[0].destination.notNets[0] "::/0" {WHOLE}'),
    (source(nets=["10.0.0.0/8", "fd00::/8"]), f"{SOURCE}.nets {SECOND}"),
    (source(nets=["10.0.0.0/8"], notNets=["fd00::/8"]), f"{SOURCE}.notNets {SECOND}"),
    (
        rule(source={"nets": ["fd00::/8"]}, destination={"nets": ["10.0.0.0/8"]}),
        f"{DESTINATION}.nets {SECOND}",
    ),
    (
        rule(ipVersion=6, source={"nets": ["10.0.0.0/8"]}),
        f"{SOURCE}.nets must hold IPv6 ranges only, because of ipVersion 6",
    ),
    # Selectors of a rule
    (source(selector="has (a)"), f"{SOURCE}.selector: no blank is allowed between has and ("),
    (source(notSelector="a"), None),
    (source(notSelector="a == 'b'".ljust(1025)), f"{SOURCE}.notSelector must have at most 1024 characters, not 1025"),
    (source(selector="global()"), f"{SOURCE}.selector {NO_GLOBAL}"),
    (source(namespaceSelector="global() && has(x)"), f"{SOURCE}.namespaceSelector {ALONE}"),
    (source(namespaceSelector="!global()"), f"{SOURCE}.namespaceSelector {ALONE}"),
    (source(namespaceSelector="x == 'global('"), f"{SOURCE}.namespaceSelector {ALONE}"),
    (source(namespaceSelector="all"), None),
    (source(serviceAccounts={"selector": "!"}), None),
    (source(serviceAccounts={"names": ["a", "a"]}), f'{SOURCE}.serviceAccounts.names[1] "a" {TWICE}'),
    # Ports
    (ports(80, protocol=None), f"{DESTINATION}.ports {NEED_PORTS}"),
    (ports("http", "80", protocol=None), f"{DESTINATION}.ports {NEED_PORTS}"),
    (rule(source={"notPorts": ["1:2"]}), f"{SOURCE}.notPorts {NEED_PORTS}"),
    (ports(80, protocol="ICMP"), f'{DESTINATION}.ports must not stand beside protocol "ICMP": {NO_PORTS}'),
    (ports("http", protocol=136), f"{DESTINATION}.ports must not stand beside protocol 136: {NO_PORTS}"),
    (ports(0), f"{DESTINATION}.ports[0] 0 {PORT}"),
    (ports("65536"), f'{DESTINATION}.ports[0] "65536" {PORT}'),
    (ports("0:80"), f'{DESTINATION}.ports[0] "0:80" {PORT}'),
    (ports("90:80"), f'{DESTINATION}.ports[0] "90:80" must not begin above its end: write 80:90'),
    (
        ports("80-90"),
        f'{DESTINATION}.ports[0] "80-90" is read as the name of a port and is none: a range has a colon, write 80:90',
    ),
    (
        ports("HTTP"),
        f"{DESTINATION}.ports[0] \"HTTP\" is no port: a name must consist of lower-case letters, digits and '-', "
        "and contain a lower-case letter",
    ),
    (ports(*range(1, 52)), f"{DESTINATION}.ports must have at most 50 items, not 51: make several rules of it"),
    (ports(1.5), f"{DESTINATION}.ports[0] must be a number or text, not the number 1.5: put it in quotes"),
    # Services
    (
        rule(destination={"services": {"name": "a"}}),
        f"{DESTINATION}.services must not stand in the destination of an ingress rule: "
        "only its source can be a Service",
    ),
    (
        out(source={"services": {"name": "a"}}),
        "spec.egress[0].source.services must not stand in the source of an egress rule: "
        "only its destination can be a Service",
    ),
    (source(services={}), f"{SOURCE}.services.name is missing: write the name of a Service"),
    (
        source(services={"name": "A"}),
        f'{SOURCE}.services.name "A" must consist of dot-separated parts of {DNS}',
    ),
    (
        everywhere(ingress=[A | {"source": {"services": {"name": "a"}}}]),
        f"{SOURCE}.services.namespace is missing: a policy without a namespace must say where the Service is",
    ),
    *[
        (source(services={"name": "a"}, **{name: value}), f"{SOURCE}.services must not stand beside {name}: {SERVICE}")
        for name, value in {
            "selector": "all()",
            "notSelector": "all()",
            "namespaceSelector": "all()",
            "serviceAccounts": {},
            "nets": ["10.0.0.0/8"],
            "notNets": ["10.0.0.0/8"],
        }.items()
    ],
    *[
        (
            out(protocol="TCP", destination={"services": {"name": "a"}, name: [80]}),
            f"spec.egress[0].destination.{name} must not stand beside services: a Service says which ports it has",
        )
        for name in ("ports", "notPorts")
    ],
    # HTTP
    (out(http={}), "spec.egress[0].http must not stand in an egress rule: only incoming requests can be judged"),
    (
        policy(ingress=[{"action": "Deny", "http": {}}]),
        f"{RULE}.http must not stand in a rule with action Deny: only Allow rules can have it",
    ),
    (rule(protocol="UDP", http={}), f'{RULE}.http must stand beside protocol TCP or none, not "UDP"'),
    (rule(protocol="6", http={}), f'{RULE}.http must stand beside protocol TCP or none, not "6"'),
    (rule(http={"methods": ["GET", "GET"]}), f'{RULE}.http.methods[1] "GET" {TWICE}'),
    (
        rule(http={"methods": [str(i) for i in range(21)]}),
        f"{RULE}.http.methods must have at most 20 items, not 21",
    ),
    (paths({}), f"{RULE}.http.paths[0] must have exactly one of exact and prefix"),
    (paths({"exact": "/a", "prefix": "/b"}), f"{RULE}.http.paths[0] must have exactly one of exact and prefix"),
    (paths({"exact": "a"}), f'{RULE}.http.paths[0] {HTTP_PATH}, unlike "a"'),
    (paths({"prefix": "/a?b"}), f'{RULE}.http.paths[0] {HTTP_PATH}, unlike "/a?b"'),
    (paths({"prefix": "/" * 1025}), f"{RULE}.http.paths[0] must have at most 1024 characters, not 1025"),
    (paths(*[{"prefix": "/"}] * 21), f"{RULE}.http.paths must have at most 20 items, not 21"),
    (
        rule(http={"headers": []}),
        f'unknown field "headers" in {RULE}.http; the fields here are methods, paths. {STRICT}; '
        "Calico Enterprise and Calico Cloud have it",
    ),
    (
        rule(metadata={"annotations": {"a b": "c"}}),
        f'{RULE}.metadata.annotations has the key "a b", which must consist of {TEXT}',
    ),
    # Staged
    (
        staged(stagedAction="set"),
        'spec.stagedAction must be one of "Delete", "Ignore", "Learn", "Set", not the text "set"; did you mean "Set"?',
    ),
    (staged(stagedAction="Delete", order=0), f"spec.order {DELETE}"),
    (staged(stagedAction="Delete", ingress=[]), f"spec.ingress {DELETE}"),
    (staged("StagedGlobalNetworkPolicy", stagedAction="Delete", applyOnForward=True), f"spec.applyOnForward {DELETE}"),
    (
        staged("StagedKubernetesNetworkPolicy", stagedAction="Delete", egress=[{}]),
        "spec.egress must be left out beside stagedAction Delete",
    ),
    (
        staged("StagedKubernetesNetworkPolicy", tier="t"),
        'unknown field "tier" in spec; the fields here are podSelector, policyTypes, ingress, egress, stagedAction. '
        + STRICT,
    ),
    (staged("StagedKubernetesNetworkPolicy", policyTypes=[]), "spec.policyTypes must have at least 1 item, not 0"),
    (
        staged("StagedKubernetesNetworkPolicy", policyTypes=["Egress", "Egress"]),
        f'spec.policyTypes[1] "Egress" {TWICE}',
    ),
    (
        staged("StagedKubernetesNetworkPolicy", ingress=[{"ports": [{"port": 0}]}]),
        f"{RULE}.ports[0].port must be between 1 and 65535, not 0",
    ),
    # Tiers
    (tier("a.b"), f'metadata.name "a.b" must consist of {DNS}'),
    (tier("a" * 64), f'metadata.name "{"a" * 64}" must have no more than 63 characters, not 64'),
    (tier("t", defaultAction="Allow"), 'spec.defaultAction must be one of "Deny", "Pass", not the text "Allow"'),
    (tier("default", order=5), "spec.order must be 1000000: Calico brings the tier default and keeps it so"),
    (
        tier("default", defaultAction="Pass"),
        "spec.defaultAction must be Deny: Calico brings the tier default and keeps it so",
    ),
    (
        tier("kube-admin", order=1_000),
        "spec.defaultAction must be Pass: Calico brings the tier kube-admin and keeps it so",
    ),
    (
        tier("kube-baseline", defaultAction="Pass"),
        "spec.order must be 10000000: Calico brings the tier kube-baseline and keeps it so",
    ),
    # Sets
    *[
        (
            item(kind, labels={"projectcalico.org/namespace": "a"}),
            'metadata.labels must not have the key "projectcalico.org/namespace": Calico sets it itself',
        )
        for kind in ("NetworkSet", "GlobalNetworkSet")
    ],
    (item("NetworkSet", {"nets": ["10.0.0.0/33"]}), f'spec.nets[0] "10.0.0.0/33" {RANGE}'),
    (item("NetworkSet", {"nets": ["${NET}"]}), None),
    (
        item("NetworkSet", {"nets": ["010.0.0.0/8"]}),
        'spec.nets[0] "010.0.0.0/8" must not have leading zeros: write 10.0.0.0/8',
    ),
    (item("GlobalNetworkSet", {"nets": ["10.0.0.1", "10.0.0.1"]}), f'spec.nets[1] "10.0.0.1" {TWICE}'),
    (
        item("GlobalNetworkSet", {"allowedEgressDomains": ["a.example.com"]}),
        f'unknown field "allowedEgressDomains" in spec; the fields here are nets. {STRICT}; '
        "Calico Enterprise and Calico Cloud have it",
    ),
    # Host endpoints
    (host(node=""), "spec.node is missing: write the name of the node"),
    (host(node="N1"), f'spec.node "N1" must consist of dot-separated parts of {DNS}'),
    (
        host(interfaceName=""),
        "spec must have interfaceName or expectedIPs; for all interfaces write interfaceName: '*'",
    ),
    (
        host(interfaceName="eth0+"),
        "spec.interfaceName \"eth0+\" must be * or 1 to 15 letters, digits, '_', '.' and '-'",
    ),
    (
        host(expectedIPs=["10.0.0.1/32"]),
        'spec.expectedIPs[0] "10.0.0.1/32" must be an IP address, without a prefix length',
    ),
    (host(expectedIPs=["10.0.0.1"] * 2), f'spec.expectedIPs[1] "10.0.0.1" {TWICE}'),
    (host(profiles=["a", "a"]), f'spec.profiles[1] "a" {TWICE}'),
    (host(profiles=["_"]), f'spec.profiles[0] "_" must consist of dot-separated parts of {DNS}'),
    (
        host(ports=[{"name": "x", "protocol": "ICMP", "port": 22}]),
        'spec.ports[0].protocol must be TCP, UDP or SCTP, not "ICMP"',
    ),
    (
        host(ports=[{"name": "x", "protocol": "TCP", "port": 0}]),
        "spec.ports[0].port must be between 1 and 65535, not 0",
    ),
    (
        host(ports=[{"name": "22", "protocol": "TCP", "port": 22}]),
        'spec.ports[0].name "22" must contain a lower-case letter',
    ),
    (host(ports=[{"name": "x", "protocol": "TCP"}]), 'spec.ports[0] must have the field "port": a number'),
]


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refused(value: dict[str, object], message: str | None) -> None:
    """One problem each, whose message (None: words of another module) begins with its place."""
    found = judged(value)
    assert len(found) == 1, found
    text, place = found[0].message, spell(found[0].origin.path)
    assert message is None or text == message
    assert text.startswith((f"{place} ", f"{place}: ", "unknown field")) or place == ""


def test_a_mistake_in_a_selector_has_a_caret_under_its_place() -> None:
    (problem,) = judged(source(selector="app == 'x' && tier"))
    assert problem.excerpt == ("app == 'x' && tier", "                  ^")
    assert problem.message.startswith(f"{SOURCE}.selector: expected ")


def test_all_problems_come_in_the_order_of_the_fields() -> None:
    first = {"action": "Allow", "protocol": "tcp", "source": {"nets": ["x"]}, "http": {"paths": [{}]}}
    second = {"action": "Log", "ipVersion": 3, "destination": {"ports": ["a:b"], "services": {"name": "x"}}}
    value = everywhere(tier="_", selector="!", ingress=[first], egress=[second], types=[], preDNAT=True)
    assert [spell(problem.origin.path) for problem in judged(value)] == [
        "spec.tier",
        "spec.selector",
        "spec.types",
        "spec.ingress[0].protocol",
        "spec.ingress[0].source.nets[0]",
        "spec.ingress[0].http.paths[0]",
        "spec.egress[0].ipVersion",
        "spec.egress[0].destination.ports[0]",
        "spec.egress[0].destination.services.namespace",
        "spec.egress[0].destination.ports",
        "spec.egress",
        "spec.preDNAT",
    ]


def test_origins_lead_from_the_document() -> None:
    with pytest.raises(InputError) as caught:
        read(Object(rule(protocol=0), Origin("a.yaml", 2, ("items", 1))))
    place = ("items", 1, "spec", "ingress", 0, "protocol")
    assert [problem.origin.place for problem in caught.value.problems] == [("a.yaml", 2, place)]
