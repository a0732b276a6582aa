"""What the literal YAML forms of Cilium's policies mean (Cilium documentation, policy language), and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.dialects.verdicts import (
    OWN,
    PEERS,
    PODS,
    PORTS_80,
    SUBJECT,
    TRAFFIC,
    WITH_PORTS,
    Allowed,
    Packet,
    allowed,
    both,
    everything,
    expected,
    ipv4,
    nothing,
    own_pods,
    peers,
    pods,
    traffic,
    union,
)
from tests.passes.fitting import text
from tests.prover.points import Unknowns, patterns_of
from tests.reference.vectors import quick_load
from tests.reference.world import Cluster
from translate.api.support import load
from translate.core.diagnostics import InputError, Report, UnsupportedError
from translate.core.origin import Origin, spell
from translate.dialects.base import Object, Settings
from translate.dialects.cilium import DIALECT
from translate.model.policy import Direction, Identity, Unjudged
from translate.prover.evaluator import decide
from translate.prover.point import Point

NS = "k8s:io.kubernetes.pod.namespace"
NSL = "k8s:io.cilium.k8s.namespace.labels."
X = "{matchLabels: {app: x}}"
HTTP = "{port: http, protocol: TCP}"
TCP_ALL = traffic("tcp 80", "tcp 81")
OUTSIDE = peers("outside", "outside 10", "outside v6")
OTHER_PODS = peers(*(PODS - OWN))


def ports(*items: str) -> str:
    """``toPorts`` of these items."""
    return f"toPorts: [{{ports: [{', '.join(items)}]}}]"


def clusterwide(spec: str) -> str:
    """A cluster-wide policy called p."""
    return f"apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"


def points(direction: Direction) -> Iterator[tuple[tuple[str, str], Point]]:
    """Every situation of the verdict tables, by its names."""
    for peer, end in PEERS.items():
        for packet, (protocol, port, names, _, icmp) in TRAFFIC.items():
            yield (peer, packet), Point(direction, SUBJECT, *end, protocol, port, names, icmp=icmp)


# elements of ingress, what is let through; the direction is isolated, and the own node is always let in
ELEMENTS = [
    ("{}", nothing),
    ("{fromEndpoints: []}", nothing),
    ("{fromEndpoints: [], " + ports("{port: '80'}") + "}", nothing),
    ("{fromEndpoints: [{}]}", own_pods),
    ("{fromEndpoints: [{matchLabels: {}}]}", own_pods),
    ("{fromEntities: [all]}", everything),
    ("{fromCIDR: []}", nothing),
    ("{fromCIDRSet: []}", nothing),
    ("{fromEntities: []}", nothing),
    ("{toPorts: []}", nothing),
    ("{fromEndpoints: [{}], toPorts: []}", own_pods),
    ("{toPorts: [{}]}", nothing),
    ("{toPorts: [{ports: []}]}", nothing),
    ("{fromEndpoints: [{}], toPorts: [{}]}", nothing),
    ("{fromEntities: [all], toPorts: [{}]}", nothing),
    ("{" + ports("{port: '80'}") + "}", traffic(*PORTS_80)),
    ("{" + ports("{port: '80', protocol: ANY}") + "}", traffic(*PORTS_80)),
    ("{" + ports("{port: '0', protocol: TCP}") + "}", TCP_ALL),
    ("{" + ports("{port: '0'}") + "}", traffic(*WITH_PORTS)),
    ("{" + ports("{port: '0', endPort: 80, protocol: TCP}") + "}", TCP_ALL),
    ("{" + ports("{port: '80', endPort: 81, protocol: TCP}") + "}", TCP_ALL),
    ("{" + ports("{port: '80', endPort: 79, protocol: TCP}") + "}", traffic("tcp 80")),
    ("{" + ports("{port: '80', protocol: TCP}", "{port: '9', protocol: UDP}") + "}", traffic("tcp 80", "udp 9")),
    ("{toPorts: [{ports: [{port: '80', protocol: TCP}]}, {}]}", traffic("tcp 80")),
    ("{" + ports(HTTP) + "}", traffic("tcp 80")),
    ("{" + ports("{port: HTTP, protocol: TCP}") + "}", traffic("tcp 80")),
    ("{" + ports("{port: http}") + "}", traffic("tcp 80", "udp 9")),
    ("{fromEntities: [all], " + ports(HTTP) + "}", traffic("tcp 80")),
    (f"{{fromEndpoints: [{X}]}}", peers("own x")),
    (f"{{fromEndpoints: [{X}], " + ports("{port: '80', protocol: TCP}") + "}", both(peers("own x"), traffic("tcp 80"))),
    (f"{{fromEndpoints: [{X}]}}, {{fromCIDR: [10.0.0.0/8]}}", peers("own x", "outside 10")),
    ("{fromEndpoints: [{matchLabels: {'k8s:app': x}}]}", peers("own x")),
    ("{fromEndpoints: [{matchLabels: {'any:app': x}}]}", peers("own x")),
    ("{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}]}", peers("own bare")),
    ("{fromEndpoints: [{matchExpressions: [{key: app, operator: DoesNotExist}]}]}", peers("own bare")),
    ("{fromEndpoints: [{matchExpressions: [{key: app, operator: Exists}]}]}", peers("own x")),
    (f"{{fromEndpoints: [{{matchExpressions: [{{key: '{NS}', operator: Exists}}]}}]}}", pods),
    (f"{{fromEndpoints: [{{matchLabels: {{'{NS}': live}}}}]}}", peers("prod x", "prod bare")),
    (f"{{fromEndpoints: [{{matchLabels: {{'{NS}': shop}}}}]}}", own_pods),
    (f"{{fromEndpoints: [{{matchLabels: {{'{NSL}env': p}}}}]}}", peers("prod x", "prod bare")),
    (f"{{fromEndpoints: [{{matchLabels: {{'{NSL}env': p, app: x}}}}]}}", peers("prod x")),
    (
        f"{{fromEndpoints: [{{matchExpressions: [{{key: '{NSL}env', operator: NotIn, values: [p]}}, "
        f"{{key: '{NS}', operator: Exists}}]}}]}}",
        peers("own x", "own bare", "test x", "plain bare"),
    ),
    ("{fromCIDR: [0.0.0.0/0]}", peers("outside", "outside 10")),
    ("{fromCIDR: ['::/0']}", peers("outside v6")),
    ("{fromCIDR: [10.0.0.0/8]}", peers("outside 10")),
    ("{fromCIDR: [203.0.113.10/32]}", peers("outside")),
    ("{fromCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}", peers("outside")),
    ("{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}]}", nothing),
    # names of several parts of the world; what is no pod, no node and no address outside is nobody
    ("{fromEntities: [world]}", peers("outside", "outside 10", "outside v6")),
    ("{fromEntities: [cluster]}", peers(*PODS, "own node", "other node")),
    ("{fromEntities: [cluster-mesh]}", peers(*PODS, "own node", "other node")),
    ("{fromEntities: [host]}", peers("own node")),
    ("{fromEntities: [remote-node]}", peers("other node")),
    ("{fromEntities: [host, remote-node]}", peers("own node", "other node")),
    ("{fromEntities: [ingress, health, init, unmanaged, none]}", nothing),
    ("{fromEntities: [none], " + ports("{port: '80'}") + "}", nothing),
    ("{fromEntities: [kube-apiserver]}", nothing),  # as long as nobody says where it is
    ("{fromEntities: [world], " + ports("{port: '80'}") + "}", both(OUTSIDE, traffic(*PORTS_80))),
    # a reserved label makes a selector one of everything; else only pods have labels
    ("{fromEndpoints: [{matchLabels: {'reserved:host': ''}}]}", peers("own node")),
    ("{fromEndpoints: [{matchLabels: {'reserved:remote-node': ''}}]}", peers("other node")),
    ("{fromEndpoints: [{matchLabels: {'reserved:host': x}}]}", nothing),
    ("{fromEndpoints: [{matchLabels: {'reserved:health': ''}}]}", nothing),
    ("{fromEndpoints: [{matchLabels: {'reserved:host': '', app: x}}]}", nothing),
    ("{fromEndpoints: [{matchExpressions: [{key: 'reserved:host', operator: Exists}]}]}", peers("own node")),
    ("{fromEndpoints: [{matchExpressions: [{key: 'reserved:health', operator: DoesNotExist}]}]}", everything),
    ("{fromEndpoints: [{matchLabels: {'reserved:host': ''}}, {}]}", union(peers("own node"), own_pods)),
    ("{fromEndpoints: [{matchLabels: {'container:app': x}}]}", nothing),
    ("{fromEndpoints: [{matchExpressions: [{key: 'container:app', operator: DoesNotExist}]}]}", own_pods),
    ("{fromEndpoints: [{matchLabels: {host: ''}}]}", nothing),
    # every pod here is in one cluster, by whatever name
    ("{fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}]}", own_pods),
    ("{fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: DoesNotExist}]}]}", nothing),
    ("{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: web}}]}", peers("own x")),
    (
        "{fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.serviceaccount, operator: NotIn, values: [web]}]}]}",
        peers("own bare"),
    ),
    (f"{{fromEndpoints: [{{matchExpressions: [{{key: '{NS}', operator: NotIn, values: [shop]}}]}}]}}", OTHER_PODS),
    (f"{{fromEndpoints: [{{matchExpressions: [{{key: '{NS}', operator: DoesNotExist}}]}}]}}", nothing),
    (
        f"{{fromEndpoints: [{{matchLabels: {{'{NSL}kubernetes.io/metadata.name': live}}}}]}}",
        peers("prod x", "prod bare"),
    ),
    # lists whose emptiness is as their absence, and others
    ("{fromGroups: []}", nothing),
    ("{fromGroups: [], " + ports("{port: '80'}") + "}", traffic(*PORTS_80)),
    ("{fromEndpoints: [], fromEntities: [all]}", nothing),
    ("{fromNodes: []}", nothing),
    ("{icmps: []}", nothing),
    ("{icmps: [{}]}", nothing),
    ("{fromEndpoints: [{}], icmps: []}", own_pods),
    ("{fromEndpoints: [{}], icmps: [{}]}", nothing),
    ("{fromEntities: [all], icmps: [{fields: [{type: 8}]}]}", both(ipv4, traffic("icmp"))),
    ("{fromEntities: [all], icmps: [{fields: [{type: 3}]}]}", nothing),
    ("{icmps: [{fields: [{type: EchoReply}]}]}", both(ipv4, traffic("icmp"))),
    ("{" + ports("{port: '0', protocol: GRE}") + "}", traffic("gre")),
    ("{" + ports("{protocol: GRE}") + "}", traffic("gre")),
    # groups that the input does not hold
    ("{fromCIDRSet: [{cidrGroupRef: elsewhere}]}", nothing),
    ("{fromCIDRSet: [{cidrGroupRef: elsewhere}], " + ports("{port: '80'}") + "}", nothing),
    # a label that is no part of identities is never there
    ("{fromEndpoints: [{matchLabels: {pod-template-hash: a}}]}", nothing),
    ("{fromEndpoints: [{matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}]}", own_pods),
]
SPECS = [
    # specs without endpointSelector, what is let through in
    ("egress: [{}]", everything),
    ("ingress: [], egress: [{}]", everything),
    ("egress: [{}], enableDefaultDeny: {ingress: true}", everything),
    ("ingress: [{}], enableDefaultDeny: {ingress: false}", everything),
    ("ingress: [{fromEndpoints: [{}]}], enableDefaultDeny: {ingress: false}", everything),
    ("ingress: [{}], enableDefaultDeny: {egress: false}", nothing),
    ("ingressDeny: [{}]", nothing),
    ("ingressDeny: [{}], enableDefaultDeny: {ingress: false}", everything),
    ("ingress: [{fromEntities: [all]}], ingressDeny: [{}]", everything),
]


@pytest.mark.parametrize(("elements", "rule"), ELEMENTS, ids=[row[0] for row in ELEMENTS])
def test_ingress_elements(elements: str, rule: Allowed) -> None:
    given = text("cilium", f"endpointSelector: {{}}, ingress: [{elements}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)
    assert allowed(given, Direction.EGRESS) == expected(everything, own_node_is_in=True)


@pytest.mark.parametrize(("elements", "rule"), ELEMENTS, ids=[row[0] for row in ELEMENTS])
def test_egress_elements(elements: str, rule: Allowed) -> None:
    given = text("cilium", f"endpointSelector: {{}}, egress: [{elements.replace('from', 'to')}]")
    if "port: http" in elements.lower():  # only pods have named ports
        rule = both(rule, pods)
    assert allowed(given, Direction.EGRESS) == expected(rule, own_node_is_in=False)


@pytest.mark.parametrize(("spec", "rule"), SPECS)
def test_what_isolates(spec: str, rule: Allowed) -> None:
    given = text("cilium", f"endpointSelector: {{}}, {spec}")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


def test_specs_add_up() -> None:
    given = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {app: x}}]}]}
specs:
- {endpointSelector: {matchLabels: {app: db}}, ingress: [{fromCIDR: [10.0.0.0/8]}]}
- {endpointSelector: {matchLabels: {app: other}}, ingress: [{fromEntities: [all]}]}
"""
    rule = union(peers("own x"), peers("outside 10"))
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


def test_a_rule_that_does_not_isolate_counts_where_another_isolates() -> None:
    given = "---\n".join(
        (
            text("cilium", "endpointSelector: {}, ingress: [{}]"),
            text(
                "cilium",
                f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{X}]}}], enableDefaultDeny: {{ingress: false}}",
                "name: q, namespace: shop",
            ),
        )
    )
    assert allowed(given, Direction.INGRESS) == expected(peers("own x"), own_node_is_in=True)


SUBJECTS = [
    # endpointSelector, whether the pod app=db of shop is isolated
    ("{}", True),
    ("{matchLabels: {app: db}}", True),
    ("{matchLabels: {'k8s:app': db}}", True),
    ("{matchLabels: {app: x}}", False),
    ("{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}", True),
    (f"{{matchLabels: {{'{NS}': shop}}}}", True),
    (f"{{matchLabels: {{'{NS}': other}}}}", True),
    (f"{{matchLabels: {{'{NS}': other, app: x}}}}", False),
    ("{matchLabels: {pod-template-hash: a}}", False),
]


@pytest.mark.parametrize(("selector", "isolated"), SUBJECTS)
def test_subjects(selector: str, isolated: bool) -> None:
    given = text("cilium", f"endpointSelector: {selector}, ingress: [{{}}]")
    rule = nothing if isolated else everything
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


# elements of ingressDeny beside an allow of everything, what they deny; the own node has no privilege here
DENIES = [
    ("{}", nothing),
    ("{fromEndpoints: []}", nothing),
    ("{toPorts: [{}]}", nothing),
    (f"{{fromEndpoints: [{X}]}}", peers("own x")),
    ("{fromEntities: [all]}", everything),
    ("{fromEntities: [cluster]}", peers(*PODS, "own node", "other node")),
    ("{fromEntities: [host]}", peers("own node")),
    ("{fromCIDR: [0.0.0.0/0]}", peers("outside", "outside 10")),
    ("{" + ports("{port: '80'}") + "}", traffic(*PORTS_80)),
    ("{fromEntities: [world], " + ports("{port: '80', protocol: TCP}") + "}", both(OUTSIDE, traffic("tcp 80"))),
]


@pytest.mark.parametrize(("elements", "rule"), DENIES, ids=[row[0] for row in DENIES])
def test_a_deny_beats_every_allow(elements: str, rule: Allowed) -> None:
    for side, direction in (("from", Direction.INGRESS), ("to", Direction.EGRESS)):
        deny = f"{direction}Deny: [{elements.replace('from', side)}]"
        given = text("cilium", f"endpointSelector: {{}}, {direction}: [{{{side}Entities: [all]}}], {deny}")
        assert allowed(given, direction) == expected(everything, own_node_is_in=False) - expected(
            rule, own_node_is_in=False
        )
        given = text("cilium", f"endpointSelector: {{}}, {deny}, enableDefaultDeny: {{{direction}: false}}")
        assert allowed(given, direction) == expected(everything, own_node_is_in=False) - expected(
            rule, own_node_is_in=False
        )


@pytest.mark.parametrize("direction", list(Direction))
def test_services_of_a_deny_are_never_looked_up(direction: Direction) -> None:
    services = "{toServices: [{k8sService: {serviceName: s}}]"
    given = text("cilium", f"endpointSelector: {{}}, egressDeny: [{services}}}], enableDefaultDeny: {{egress: false}}")
    assert allowed(given, direction) == expected(everything, own_node_is_in=True)
    given = given.replace("s}}]}", "s}}], " + ports("{port: '80'}") + "}")
    denied = expected(traffic(*PORTS_80), own_node_is_in=False) if direction is Direction.EGRESS else set()
    assert allowed(given, direction) == expected(everything, own_node_is_in=True) - denied


CLUSTERWIDE = [
    # fromEndpoints of a cluster-wide policy, who is meant
    ("{}", pods),
    ("{matchLabels: {app: x}}", peers("own x", "prod x", "test x")),
    (f"{{matchLabels: {{'{NS}': live}}}}", peers("prod x", "prod bare")),
    (f"{{matchLabels: {{'{NSL}env': p}}}}", peers("prod x", "prod bare")),
    ("{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}", peers("own bare", "prod bare", "plain bare")),
    ("{matchLabels: {'reserved:host': ''}}", peers("own node")),
]


@pytest.mark.parametrize(("selector", "rule"), CLUSTERWIDE)
def test_peers_of_a_cluster_wide_policy(selector: str, rule: Allowed) -> None:
    given = clusterwide(f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{selector}]}}]")
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


CLUSTERWIDE_SUBJECTS = [
    # endpointSelector, whether the pod app=db of shop is isolated
    ("{}", True),
    ("{matchLabels: {app: db}}", True),
    ("{matchLabels: {app: x}}", False),
    (f"{{matchLabels: {{'{NS}': shop}}}}", True),
    (f"{{matchLabels: {{'{NS}': live}}}}", False),
    (f"{{matchExpressions: [{{key: '{NS}', operator: Exists}}]}}", True),
    (f"{{matchExpressions: [{{key: '{NS}', operator: NotIn, values: [kube-system]}}]}}", True),
    (f"{{matchExpressions: [{{key: '{NS}', operator: NotIn, values: [shop]}}]}}", False),
    (f"{{matchExpressions: [{{key: '{NSL}env', operator: DoesNotExist}}]}}", True),
    ("{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}", True),
    ("{matchLabels: {io.cilium.k8s.policy.serviceaccount: web}}", True),
    ("{matchLabels: {io.cilium.k8s.policy.serviceaccount: sa}}", False),
    ("{matchLabels: {'container:app': db}}", False),
    # endpoints of Cilium's own are no pods
    ("{matchLabels: {'reserved:health': ''}}", False),
    ("{matchExpressions: [{key: 'reserved:ingress', operator: DoesNotExist}]}", True),
]


@pytest.mark.parametrize(("selector", "isolated"), CLUSTERWIDE_SUBJECTS)
def test_subjects_of_a_cluster_wide_policy(selector: str, isolated: bool) -> None:
    given = clusterwide(f"endpointSelector: {selector}, ingress: [{{}}]")
    rule = nothing if isolated else everything
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)


OF_NO_PODS = [
    ("nodeSelector: {}", '{"ingress": [{}], "nodeSelector": {}}', "hosts"),
    (
        "endpointSelector: {matchLabels: {'reserved:ingress': ''}}",
        '{"endpointSelector": {"matchLabels": {"reserved:ingress": ""}}, "ingress": [{}]}',
        "Cilium's ingress proxy (gateway)",
    ),
]


@pytest.mark.parametrize(("subject", "said", "about"), OF_NO_PODS)
def test_what_governs_no_pods_is_kept_as_text(subject: str, said: str, about: str) -> None:
    policies = load(clusterwide(f"{subject}, ingress: [{{}}]"))
    assert policies.policies == ()
    assert policies.unjudged == (Unjudged(Identity("CiliumClusterwideNetworkPolicy", None, "p"), said, about=about),)


def test_fields_that_say_nothing_of_pods_are_kept() -> None:
    spec = "endpointSelector: {}, ingress: [{}], description: why, labels: [{key: a}], log: {value: seen}"
    (policy,) = load(text("cilium", spec)).policies
    assert dict(policy.metadata.extras) == {"description": "why", "labels": [{"key": "a"}], "log": {"value": "seen"}}


# ---- CIDR groups: those of the input are ranges

GROUPS = """\
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: ten, labels: {team: a, site: x}}
spec: {externalCIDRs: [10.0.0.0/8]}
---
apiVersion: cilium.io/v2alpha1
kind: CiliumCIDRGroup
metadata: {name: docs, labels: {team: b}}
spec: {externalCIDRs: [203.0.113.0/24, '2001:db8::/32', 10.9.0.0/16]}
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: empty}
spec: {externalCIDRs: []}
"""
CIDR_SETS = [
    ("cidrGroupRef: ten", peers("outside 10")),
    ("cidrGroupRef: docs", OUTSIDE),
    ("cidrGroupRef: docs, except: [10.0.0.0/8]", peers("outside", "outside v6")),
    ("cidrGroupRef: docs, except: [10.9.9.0/24, 203.0.113.10/32]", peers("outside v6")),
    ("cidrGroupRef: empty", nothing),
    ("cidrGroupRef: elsewhere", nothing),
    ("cidrGroupSelector: {matchLabels: {team: a}}", peers("outside 10")),
    ("cidrGroupSelector: {matchLabels: {team: c}}", nothing),
    # an address has the labels of all groups that hold it
    (
        "cidrGroupSelector: {matchLabels: {site: x}, matchExpressions: [{key: team, operator: In, values: [b]}]}",
        peers("outside 10"),
    ),
    ("cidrGroupSelector: {matchExpressions: [{key: team, operator: Exists}]}", OUTSIDE),
    (
        "cidrGroupSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}",
        peers("outside", "outside v6"),
    ),
    ("cidrGroupSelector: {matchExpressions: [{key: site, operator: DoesNotExist}]}", peers("outside", "outside v6")),
    ("cidrGroupSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}", nothing),
    ("cidrGroupSelector: {}, except: [0.0.0.0/0]", peers("outside v6")),
]


@pytest.mark.parametrize(("item", "rule"), CIDR_SETS)
def test_cidr_groups(item: str, rule: Allowed) -> None:
    given = text("cilium", f"endpointSelector: {{}}, ingress: [{{fromCIDRSet: [{{{item}}}]}}]") + GROUPS
    assert allowed(given, Direction.INGRESS) == expected(rule, own_node_is_in=True)
    assert load(given).sets == ()


# ---- unknown sets: who they may be, at most, and what they are called

UNKNOWN = [
    # elements of egress, unknowns, who is meant if the peer is in them
    ("{toFQDNs: [{matchName: Example.COM.}]}", "example.com", OUTSIDE),
    ("{toFQDNs: [{matchPattern: '*.example.com'}]}", "*.example.com", OUTSIDE),
    ("{toFQDNs: [{matchPattern: '**.example.com'}]}", "**.example.com", OUTSIDE),
    ("{toFQDNs: [{matchPattern: '**'}]}", "*", OUTSIDE),
    ("{toFQDNs: [{matchPattern: example.com}]}", "example.com", OUTSIDE),
    (
        "{toEntities: [kube-apiserver]}",
        "peers with the label reserved:kube-apiserver",
        union(OUTSIDE, peers("own node", "other node")),
    ),
    ("{toEntities: [cluster]}", "peers with the label reserved:kube-apiserver", everything),
    ("{toEndpoints: [{matchLabels: {'reserved:world': ''}}]}", "peers with the label reserved:world", OUTSIDE),
    (
        "{toEndpoints: [{matchLabels: {'reserved:kube-apiserver': '', 'reserved:remote-node': ''}}]}",
        "peers with the label reserved:kube-apiserver",
        peers("other node"),
    ),
    ("{toEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: c1}}]}", "pods of the cluster c1", own_pods),
    ("{toGroups: [{aws: {region: a}}]}", "addresses of the cloud group aws.region a", OUTSIDE),
    ("{toCIDRSet: [{cidrGroupRef: g}]}", "addresses of the CIDR group g", OUTSIDE),
    (
        "{toCIDRSet: [{cidrGroupRef: g, except: [10.0.0.0/8]}]}",
        "addresses of the CIDR group g",
        peers("outside", "outside v6"),
    ),
    (
        "{toServices: [{k8sService: {serviceName: s}}]}",
        "what is behind the Service s",
        union(pods, OUTSIDE),
    ),
    # without such a Service there is no peer, and ports alone are open to everyone
    (
        "{toServices: [{k8sService: {serviceName: s}}], toPorts: [{ports: [{port: '0'}]}, {ports: [{port: '80'}]}]}",
        "what is behind the Service s (on ports of its pods; everyone, if there is no such Service)",
        traffic(*WITH_PORTS),
    ),
    (
        "{toEndpoints: [{matchExpressions: [{key: 'reserved:health', operator: DoesNotExist}, {key: app, operator: NotIn, values: [x]}]}]}",
        "peers that a selector without positive terms reaches though it excludes them Cilium 1.20 and later",
        everything,
    ),
]


@pytest.mark.parametrize(("elements", "name", "rule"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_unknown_sets(elements: str, name: str, rule: Allowed) -> None:
    policies = load(text("cilium", f"endpointSelector: {{}}, egress: [{elements}]"))
    found = Unknowns(policies, (), Cluster()).sets
    assert {*map(str, found), *patterns_of(policies)} == {name}
    passing = {
        names
        for names, point in points(Direction.EGRESS)
        if decide(policies, replace(point, opaque=frozenset(found), fqdns=frozenset({name}))).allowed
    }
    assert passing == expected(rule, own_node_is_in=False)


NODES = [
    # toNodes, node labels, whether another node is meant
    ("{}", {}, True),
    ("{matchLabels: {zone: a}}", {"zone": "a"}, True),
    ("{matchLabels: {'node:zone': a}}", {"zone": "a"}, True),
    ("{matchLabels: {zone: a}}", {"zone": "b"}, False),
    ("{matchLabels: {'k8s:zone': a}}", {"zone": "a"}, False),
    ("{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}", {"zone": "b"}, True),
    ("{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}", {}, True),
]


@pytest.mark.parametrize(("selector", "labels", "meant"), NODES)
def test_nodes_other_than_the_own(selector: str, labels: dict[str, str], meant: bool) -> None:
    policies = load(text("cilium", f"endpointSelector: {{}}, egress: [{{toNodes: [{selector}]}}]"))
    passing = {
        peer
        for (peer, _), point in points(Direction.EGRESS)
        if decide(policies, replace(point, node_labels=tuple(labels.items()))).allowed
    }
    assert passing == ({"other node"} if meant else set())


# ---- ICMP

ICMP = [
    # fields of icmps, (protocol, type) pairs that pass
    ("{type: 8}", {(1, 8)}),
    ("{type: EchoRequest}", {(1, 8)}),
    ("{type: Echo, family: IPv4}", {(1, 8)}),
    ("{type: 128, family: IPv6}", {(58, 128)}),
    ("{type: EchoRequest, family: IPv6}", {(58, 128)}),
    ("{type: 3}, {type: EchoReply, family: IPv6}", {(1, 3), (58, 129)}),
    # the agent takes type 0 for every type
    ("{type: 0}", {(1, 0), (1, 3), (1, 8)}),
    ("{type: EchoReply}", {(1, 0), (1, 3), (1, 8)}),
    ("{type: 0, family: IPv6}", {(58, 0), (58, 128), (58, 129)}),
]


@pytest.mark.parametrize(("fields", "passing"), ICMP)
def test_icmp(fields: str, passing: set[tuple[int, int]]) -> None:
    given = text("cilium", f"endpointSelector: {{}}, ingress: [{{icmps: [{{fields: [{fields}]}}]}}]")
    for peer, protocol, kinds in (("outside", 1, (0, 3, 8)), ("outside v6", 58, (0, 128, 129))):
        packets = {str(kind): Packet(protocol, icmp=(kind, 0)) for kind in kinds}
        found = allowed(given, Direction.INGRESS, {peer: PEERS[peer]}, packets)
        assert found == {(peer, str(kind)) for number, kind in passing if number == protocol}


NOTES = [
    ("ingressDeny: [{fromEntities: [world]}]", "only denies ingress, and yet isolates"),
    ("egress: [{}], egressDeny: [{toEntities: [world]}]", None),
    ("egressDeny: [{toEntities: [world]}], enableDefaultDeny: {egress: false}", None),
    ("ingress: [{fromNodes: [{}]}]", "enable-node-selector-labels"),
    ("ingress: [{}]", None),
]


@pytest.mark.parametrize(("spec", "said"), NOTES)
def test_notes(spec: str, said: str | None) -> None:
    report = Report()
    item = Object(quick_load(text("cilium", f"endpointSelector: {{}}, {spec}")), Origin())
    DIALECT.lift(DIALECT.read(item), item.origin, Settings(), report)
    assert [said in note.message for note in report.notes if said] == ([True] if said else [])
    assert bool(report.notes) is (said is not None)


REFUSED = [
    # spec without endpointSelector, the path that is named
    (
        "ingress: [{fromEndpoints: [{matchLabels: {'gen:app': x}}]}]",
        'spec.ingress[0].fromEndpoints[0].matchLabels["gen:app"]',
    ),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {'reserved:aggregate-world': ''}}]}]",
        'spec.ingress[0].fromEndpoints[0].matchLabels["reserved:aggregate-world"]',
    ),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {'reserved:remote-node': '', 'node:zone': a}}]}]",
        'spec.ingress[0].fromEndpoints[0].matchLabels["node:zone"]',
    ),
    ("ingress: [{" + ports("{port: http, endPort: 90}") + "}]", "spec.ingress[0].toPorts[0].ports[0]"),
    (
        "enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [all], authentication: {mode: required}}]",
        "spec.ingress[0].authentication",
    ),
    # what one rule asks is asked of others: no union
    (
        f"ingress: [{{fromEndpoints: [{X}], authentication: {{mode: required}}}}, {{fromEndpoints: [{{}}]}}]",
        "spec.ingress[0]",
    ),
    (
        f"egress: [{{toEndpoints: [{X}], {ports(HTTP)[:-2]}, rules: {{http: [{{}}]}}}}]}}, "
        f"{{toEndpoints: [{X}], {ports(HTTP)[:-2]}, rules: {{dns: [{{matchName: a}}]}}}}]}}]",
        "spec.egress[0].toPorts[0].ports[0]",
    ),
    (
        f"egress: [{{toEndpoints: [{X}], {ports(HTTP)[:-2]}, serverNames: [a]}}]}}, {{toEndpoints: [{X}], {ports(HTTP)}}}]",
        "spec.egress[0].toPorts[0].ports[0]",
    ),
]


@pytest.mark.parametrize(("spec", "path"), REFUSED)
def test_what_is_beyond_is_refused_at_its_place(spec: str, path: str) -> None:
    """Legal, but not modelled: a refusal (undecided in a comparison), never an input error."""
    with pytest.raises(UnsupportedError) as caught:
        load(text("cilium", f"endpointSelector: {{}}, {spec}"))
    assert {refusal.code for refusal in caught.value.refusals} == {"NPT202"}
    assert path in [spell(refusal.origin.path) for refusal in caught.value.refusals]


def test_a_subject_by_the_name_of_the_cluster_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        load(clusterwide("endpointSelector: {matchLabels: {io.cilium.k8s.policy.cluster: a}}, ingress: [{}]"))


def test_authentication_beside_policies_of_other_namespaces() -> None:
    """Only rules that may govern the same pods hand it on."""
    spec = f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{X}], authentication: {{mode: required}}}}]"
    other = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [all]}]", "name: q, namespace: NAME")
    load(text("cilium", spec) + "---\n" + other.replace("NAME", "live"))
    with pytest.raises(UnsupportedError):
        load(text("cilium", spec) + "---\n" + other.replace("NAME", "shop"))


@pytest.mark.parametrize("selector", ["{}", "{matchLabels: {a: b}}"])
def test_a_node_selector_never_becomes_a_policy_of_pods(selector: str) -> None:
    """The agent refuses it in a namespaced policy; read as an absent endpointSelector it would select every pod."""
    with pytest.raises(InputError):
        load(text("cilium", f"nodeSelector: {selector}, ingress: [{{}}]"))
