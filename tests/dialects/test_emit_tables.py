"""One construct a line: how Kubernetes says it, and the fragment that Calico and Cilium get; and the way back.

The ids are those of the mapping notes. Every line is proved ``same`` besides.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.passes.fitting import text
from translate.api.convert import convert
from translate.core.diagnostics import UnsupportedError
from translate.prover.proof import Verdict

O = "projectcalico.org/orchestrator == 'k8s'"  # noqa: E741
NS = "k8s:io.kubernetes.pod.namespace"
NSL = "k8s:io.cilium.k8s.namespace.labels."
INSIDE = f"{{key: '{NS}', operator: Exists}}"


def specs(source: str, spec: str, to: str) -> tuple[list[dict[str, Any]], str, list[str]]:
    """The specs that ``spec`` becomes, without Calico's tier and order; the verdict; codes of losses."""
    result = convert(text(source, spec), to=to)
    assert result.proof is not None
    found = [dict(item["spec"]) for item in result.objects]
    for each in found:
        for key in ("tier", "order"):
            each.pop(key, None)
    return found, result.proof.verdict.value, [loss.code for loss in result.losses]


def flow(fragment: str) -> dict[str, Any]:
    """The mapping inside the braces that are left out."""
    return yaml.safe_load(f"{{{fragment}}}")


# id, a whole spec of Kubernetes, of Calico, of Cilium
SUBJECTS = [
    (
        "s01",
        "podSelector: {matchLabels: {app: api}, matchExpressions: [{key: tier, operator: In, values: [a, b]}, "
        "{key: zone, operator: NotIn, values: [x]}, {key: own, operator: Exists}, {key: tmp, operator: DoesNotExist}]}",
        "selector: \"app == 'api' && tier in {'a', 'b'} && zone != 'x' && has(own) && !has(tmp)\", types: [Ingress]",
        "endpointSelector: {matchLabels: {app: api}, matchExpressions: [{key: tier, operator: In, values: [a, b]}, "
        "{key: zone, operator: NotIn, values: [x]}, {key: own, operator: Exists}, {key: tmp, operator: DoesNotExist}]}, "
        "ingress: [{}]",
    ),
    (
        "s02",
        "podSelector: {matchLabels: {app: ''}}",
        "selector: \"app == ''\", types: [Ingress]",
        "endpointSelector: {matchLabels: {app: ''}}, ingress: [{}]",
    ),
    ("s03", "podSelector: {}", "selector: all(), types: [Ingress]", "endpointSelector: {}, ingress: [{}]"),
]
ISOLATION = [
    ("i01", "policyTypes: [Ingress]", "types: [Ingress]", "ingress: [{}]"),
    ("i02", "policyTypes: [Egress]", "types: [Egress]", "egress: [{}]"),
    ("i03", "policyTypes: [Ingress, Egress]", "types: [Ingress, Egress]", "ingress: [{}], egress: [{}]"),
    ("i03 other order", "policyTypes: [Egress, Ingress]", "types: [Ingress, Egress]", "ingress: [{}], egress: [{}]"),
    ("i04", "ingress: [{}]", "types: [Ingress], ingress: [{action: Allow}]", "ingress: [{fromEntities: [all]}]"),
    (
        "i05",
        "policyTypes: [Egress], egress: [{}]",
        "types: [Egress], egress: [{action: Allow}]",
        "egress: [{toEntities: [all]}]",
    ),
    (
        "i06",
        "policyTypes: [Ingress, Egress], ingress: [{}]",
        "types: [Ingress, Egress], ingress: [{action: Allow}]",
        "ingress: [{fromEntities: [all]}], egress: [{}]",
    ),
    (
        "i07",
        "egress: [{}]",
        "types: [Ingress, Egress], egress: [{action: Allow}]",
        "ingress: [{}], egress: [{toEntities: [all]}]",
    ),
    ("i08", "policyTypes: [Ingress], egress: [{}]", "types: [Ingress]", "ingress: [{}]"),
    (
        "i22",
        "ingress: [{ports: [{}]}]",
        "types: [Ingress], ingress: [{action: Allow, protocol: TCP}]",
        "ingress: [{toPorts: [{ports: [{port: '0', protocol: TCP}]}]}]",
    ),
    ("i23", "ingress: [null]", "types: [Ingress], ingress: [{action: Allow}]", "ingress: [{fromEntities: [all]}]"),
]
# id, items of ``from``, sources of the Calico rules, the Cilium elements
PEERS = [
    ("p01", "{podSelector: {}}", [f'selector: "{O}"'], ["fromEndpoints: [{}]"]),
    (
        "p03",
        "{namespaceSelector: {matchLabels: {team: a}}}",
        [f'selector: "{O}", namespaceSelector: "team == \'a\'"'],
        [f"fromEndpoints: [{{matchLabels: {{'{NSL}team': a}}}}]"],
    ),
    (
        "p04",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mon}}}",
        [f'selector: "{O}", namespaceSelector: "projectcalico.org/name == \'mon\'"'],
        [f"fromEndpoints: [{{matchLabels: {{'{NS}': mon}}}}]"],
    ),
    (
        "p27",
        "{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [shop, mon]}]}, "
        "podSelector: {matchLabels: {app: a}}}",
        [
            f"selector: \"{O} && app == 'a'\", namespaceSelector: \"projectcalico.org/name in {{'shop', 'mon'}}\"",
        ],
        [
            f"fromEndpoints: [{{matchLabels: {{app: a}}, matchExpressions: [{{key: '{NS}', operator: In, values: [shop, mon]}}]}}]"
        ],
    ),
    (
        "p05",
        "{namespaceSelector: {}}",
        [f'selector: "{O}", namespaceSelector: all()'],
        [f"fromEndpoints: [{{matchExpressions: [{INSIDE}]}}]"],
    ),
    (
        "p06",
        "{namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [dev]}]}}",
        [f'selector: "{O}", namespaceSelector: "env != \'dev\'"'],
        [f"fromEndpoints: [{{matchExpressions: [{INSIDE}, {{key: '{NSL}env', operator: NotIn, values: [dev]}}]}}]"],
    ),
    (
        "p07",
        "{namespaceSelector: {matchExpressions: [{key: env, operator: DoesNotExist}]}}",
        [f'selector: "{O}", namespaceSelector: "!has(env)"'],
        [f"fromEndpoints: [{{matchExpressions: [{INSIDE}, {{key: '{NSL}env', operator: DoesNotExist}}]}}]"],
    ),
    (
        "p08",
        "{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}}",
        [f'selector: "{O}", namespaceSelector: "projectcalico.org/name != \'shop\'"'],
        [f"fromEndpoints: [{{matchExpressions: [{INSIDE}, {{key: '{NS}', operator: NotIn, values: [shop]}}]}}]"],
    ),
    (
        "p09",
        "{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: b}}}",
        [f"selector: \"{O} && app == 'b'\", namespaceSelector: \"team == 'a'\""],
        [f"fromEndpoints: [{{matchLabels: {{'{NSL}team': a, app: b}}}}]"],
    ),
    (
        "p10",
        "{namespaceSelector: {matchLabels: {team: a}}}, {podSelector: {matchLabels: {app: b}}}",
        [
            f'selector: "{O}", namespaceSelector: "team == \'a\'"',
            f"selector: \"{O} && app == 'b'\"",
        ],
        [f"fromEndpoints: [{{matchLabels: {{'{NSL}team': a}}}}, {{matchLabels: {{app: b}}}}]"],
    ),
    (
        "p11",
        "{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}",
        [f"selector: \"{O} && k8s-app == 'kube-dns'\", namespaceSelector: all()"],
        [f"fromEndpoints: [{{matchLabels: {{k8s-app: kube-dns}}, matchExpressions: [{INSIDE}]}}]"],
    ),
    (
        "p13",
        "{podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [x]}]}}",
        [f"selector: \"{O} && role != 'x'\""],
        ["fromEndpoints: [{matchExpressions: [{key: role, operator: NotIn, values: [x]}]}]"],
    ),
    (
        "p19",
        "{podSelector: {matchLabels: {a: x}}}, {podSelector: {matchExpressions: [{key: b, operator: Exists}]}}",
        [f"selector: \"{O} && a == 'x'\"", f'selector: "{O} && has(b)"'],
        ["fromEndpoints: [{matchLabels: {a: x}}, {matchExpressions: [{key: b, operator: Exists}]}]"],
    ),
    (
        "c01",
        "{ipBlock: {cidr: 10.0.0.0/8, except: [10.96.0.0/12]}}",
        ["nets: [10.0.0.0/8], notNets: [10.96.0.0/12]"],
        ["fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.96.0.0/12]}]"],
    ),
    ("c03", "{ipBlock: {cidr: 192.0.2.0/24}}", ["nets: [192.0.2.0/24]"], ["fromCIDR: [192.0.2.0/24]"]),
    ("c09", "{ipBlock: {cidr: 0.0.0.0/0}}", ["nets: [0.0.0.0/0]"], ["fromCIDR: [0.0.0.0/0]"]),
    (
        "c10",
        "{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}",
        ["nets: [0.0.0.0/0]", "nets: ['::/0']"],
        ["fromCIDR: [0.0.0.0/0, '::/0']"],
    ),
    (
        "c26",
        "{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}",
        [f'selector: "{O}"', "nets: [10.0.0.0/8]"],
        ["fromEndpoints: [{}]", "fromCIDR: [10.0.0.0/8]"],
    ),
    (
        "c27",
        "{ipBlock: {cidr: 'fd00::/8', except: ['fd00:1::/32']}}",
        ["nets: ['fd00::/8'], notNets: ['fd00:1::/32']"],
        ["fromCIDRSet: [{cidr: 'fd00::/8', except: ['fd00:1::/32']}]"],
    ),
    (
        "e22",
        "{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 11.0.0.0/8, except: [11.1.0.0/16]}}",
        ["nets: [10.0.0.0/8]", "nets: [11.0.0.0/8], notNets: [11.1.0.0/16]"],
        ["fromCIDRSet: [{cidr: 10.0.0.0/8}, {cidr: 11.0.0.0/8, except: [11.1.0.0/16]}]"],
    ),
]
# id, ports of Kubernetes, (protocol, ports) of the Calico rules, ports of Cilium
TRAFFIC = [
    ("t01", "{protocol: UDP}", ["protocol: UDP"], "{port: '0', protocol: UDP}"),
    (
        "t02",
        "{port: 8000, endPort: 8010}",
        ["protocol: TCP, destination: {ports: ['8000:8010']}"],
        "{port: '8000', endPort: 8010, protocol: TCP}",
    ),
    (
        "t03",
        "{port: 8000, endPort: 8010, protocol: SCTP}",
        ["protocol: SCTP, destination: {ports: ['8000:8010']}"],
        "{port: '8000', endPort: 8010, protocol: SCTP}",
    ),
    (
        "t15 t29",
        "{port: 8000, endPort: 8000}",
        ["protocol: TCP, destination: {ports: [8000]}"],
        "{port: '8000', protocol: TCP}",
    ),
    (
        "t04",
        "{port: 53, protocol: UDP}, {port: 53}, {port: 53, protocol: SCTP}",
        [f"protocol: {name}, destination: {{ports: [53]}}" for name in ("UDP", "TCP", "SCTP")],
        "{port: '53', protocol: UDP}, {port: '53', protocol: TCP}, {port: '53', protocol: SCTP}",
    ),
    (
        "t05",
        "{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}",
        ["protocol: TCP", "protocol: UDP", "protocol: SCTP"],
        "{port: '0', protocol: TCP}, {port: '0', protocol: UDP}, {port: '0', protocol: SCTP}",
    ),
    ("t06", "{port: http}", ["protocol: TCP, destination: {ports: [http]}"], "{port: http, protocol: TCP}"),
    (
        "t07",
        "{port: dns, protocol: UDP}, {port: 80}",
        ["protocol: UDP, destination: {ports: [dns]}", "protocol: TCP, destination: {ports: [80]}"],
        "{port: dns, protocol: UDP}, {port: '80', protocol: TCP}",
    ),
    (
        "ports",
        "{port: 80}, {port: 443}",
        ["protocol: TCP, destination: {ports: [80, 443]}"],
        "{port: '80', protocol: TCP}, {port: '443', protocol: TCP}",
    ),
]


def same(source: str, spec: str, to: str, expected: list[dict[str, Any]]) -> None:
    """``spec`` becomes exactly ``expected``, without a loss, proved."""
    assert specs(source, spec, to) == (expected, "same", [])


@pytest.mark.parametrize(
    ("kubernetes", "calico", "cilium"), [row[1:] for row in SUBJECTS], ids=[row[0] for row in SUBJECTS]
)
def test_subjects(kubernetes: str, calico: str, cilium: str) -> None:
    same("kubernetes", kubernetes, "calico", [flow(calico)])
    same("kubernetes", kubernetes, "cilium", [flow(cilium)])


@pytest.mark.parametrize(
    ("kubernetes", "calico", "cilium"), [row[1:] for row in ISOLATION], ids=[row[0] for row in ISOLATION]
)
def test_isolation(kubernetes: str, calico: str, cilium: str) -> None:
    same("kubernetes", f"podSelector: {{}}, {kubernetes}", "calico", [flow(f"selector: all(), {calico}")])
    same("kubernetes", f"podSelector: {{}}, {kubernetes}", "cilium", [flow(f"endpointSelector: {{}}, {cilium}")])


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(("peers", "sources", "elements"), [row[1:] for row in PEERS], ids=[row[0] for row in PEERS])
def test_peers(peers: str, sources: list[str], elements: list[str], direction: str) -> None:
    side, entity, prefix = ("from", "source", "from") if direction == "ingress" else ("to", "destination", "to")
    given = f"podSelector: {{}}, policyTypes: [{direction.capitalize()}], {direction}: [{{{side}: [{peers}]}}]"
    rules = ", ".join(f"{{action: Allow, {entity}: {{{source}}}}}" for source in sources)
    calico = flow(f"selector: all(), types: [{direction.capitalize()}], {direction}: [{rules}]")
    same("kubernetes", given, "calico", [calico])
    listed = ", ".join(f"{{{element.replace('from', prefix, 1)}}}" for element in elements)
    same("kubernetes", given, "cilium", [flow(f"endpointSelector: {{}}, {direction}: [{listed}]")])


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(("ports", "rules", "cilium"), [row[1:] for row in TRAFFIC], ids=[row[0] for row in TRAFFIC])
def test_traffic(ports: str, rules: list[str], cilium: str, direction: str) -> None:
    """p23: ports without a peer are for everyone."""
    given = f"podSelector: {{}}, policyTypes: [{direction.capitalize()}], {direction}: [{{ports: [{ports}]}}]"
    listed = ", ".join(f"{{action: Allow, {rule}}}" for rule in rules)
    calico = flow(f"selector: all(), types: [{direction.capitalize()}], {direction}: [{listed}]")
    same("kubernetes", given, "calico", [calico])
    element = f"{{toPorts: [{{ports: [{cilium}]}}]}}"
    same("kubernetes", given, "cilium", [flow(f"endpointSelector: {{}}, {direction}: [{element}]")])


def test_peers_times_protocols() -> None:
    """c26, t28: one Calico rule per peer and protocol, one Cilium element per kind of peer, ports repeated."""
    given = (
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}], "
        "ports: [{port: 53, protocol: UDP}, {port: 53}]}]"
    )
    rules = [
        f"{{action: Allow, protocol: {name}, destination: {{{peer}, ports: [53]}}}}"
        for peer in (f'selector: "{O}"', "nets: [10.0.0.0/8]")
        for name in ("UDP", "TCP")
    ]
    same("kubernetes", given, "calico", [flow(f"selector: all(), types: [Egress], egress: [{', '.join(rules)}]")])
    ports = "toPorts: [{ports: [{port: '53', protocol: UDP}, {port: '53', protocol: TCP}]}]"
    cilium = f"endpointSelector: {{}}, egress: [{{toEndpoints: [{{}}], {ports}}}, {{toCIDR: [10.0.0.0/8], {ports}}}]"
    same("kubernetes", given, "cilium", [flow(cilium)])


def test_a_named_port_to_a_range_is_nothing() -> None:
    """t09: only pods have named ports."""
    given = (
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]}]"
    )
    for to in ("calico", "cilium"):
        _, verdict, codes = specs("kubernetes", given, to)
        assert (verdict, codes) == ("same", [])


def test_forty_ports_an_element_and_fifty_a_rule() -> None:
    """t30."""
    ports = ", ".join(f"{{port: {number}}}" for number in range(1000, 1060))
    given = f"podSelector: {{}}, ingress: [{{ports: [{ports}]}}]"
    ((calico,), verdict, _) = specs("kubernetes", given, "calico")
    assert ([len(rule["destination"]["ports"]) for rule in calico["ingress"]], verdict) == ([50, 10], "same")
    ((cilium,), verdict, _) = specs("kubernetes", given, "cilium")
    assert ([len(each["ports"]) for each in cilium["ingress"][0]["toPorts"]], verdict) == ([40, 20], "same")


# id, the spec of the source, specs of Kubernetes
FROM_CALICO = [
    (
        "s01",
        "selector: \"app == 'a' && t in {'b', 'c'} && has(d) && !has(e) && f not in {'g'} && h != 'i'\", types: [Ingress]",
        [
            "podSelector: {matchLabels: {app: a}, matchExpressions: [{key: t, operator: In, values: [b, c]}, "
            "{key: d, operator: Exists}, {key: e, operator: DoesNotExist}, {key: f, operator: NotIn, values: [g]}, "
            "{key: h, operator: NotIn, values: [i]}]}, policyTypes: [Ingress]"
        ],
    ),
    ("s03", "types: [Ingress]", ["podSelector: {}, policyTypes: [Ingress]"]),
    (
        "s04",
        "selector: \"app == 'a' || tier == 'b'\", types: [Egress]",
        [
            "podSelector: {matchLabels: {app: a}}, policyTypes: [Egress]",
            "podSelector: {matchLabels: {tier: b}}, policyTypes: [Egress]",
        ],
    ),
    (
        "s08",
        "selector: \"projectcalico.org/namespace == 'shop' && app == 'db'\", types: [Ingress]",
        ["podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]"],
    ),
    (
        "orchestrator",
        f"selector: \"{O} && app == 'db'\", types: [Ingress]",
        ["podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]"],
    ),
    ("i09", "egress: [{action: Allow}]", ["podSelector: {}, policyTypes: [Egress], egress: [{}]"]),
    ("i08", "types: [Ingress], egress: [{action: Allow}]", ["podSelector: {}, policyTypes: [Ingress]"]),
    (
        "p01",
        f'types: [Ingress], ingress: [{{action: Allow, source: {{selector: "{O}"}}}}]',
        ["podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]"],
    ),
    (
        "p02",
        "types: [Ingress], ingress: [{action: Allow, source: {selector: all()}}]",
        ["podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]"],
    ),
    (
        "p04",
        "types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: \"projectcalico.org/name == 'mon'\"}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: "
            "{matchLabels: {kubernetes.io/metadata.name: mon}}}]}]"
        ],
    ),
    (
        "p11",
        "types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: all(), selector: \"a == 'b'\"}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: "
            "[{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]"
        ],
    ),
    (
        "p17",
        "types: [Ingress], ingress: [{action: Allow, source: {selector: \"!(a == 'x' && b == 'q')\"}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: ["
            "{podSelector: {matchExpressions: [{key: a, operator: NotIn, values: [x]}]}}, "
            "{podSelector: {matchExpressions: [{key: b, operator: NotIn, values: [q]}]}}]}]"
        ],
    ),
    (
        "p25",
        "types: [Ingress], ingress: [{action: Allow, source: {selector: '!all()'}}]",
        ["podSelector: {}, policyTypes: [Ingress]"],
    ),
    (
        "f08",
        "types: [Ingress], ingress: [{action: Allow, source: {selector: \"projectcalico.org/namespace == 'other'\"}}]",
        ["podSelector: {}, policyTypes: [Ingress]"],
    ),
    (
        "c01",
        "types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}]",
        [
            "podSelector: {}, policyTypes: [Egress], egress: "
            "[{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]"
        ],
    ),
    (
        "f19",
        "types: [Egress], egress: [{action: Allow, destination: {notNets: [10.1.0.0/16]}}]",
        [
            "podSelector: {}, policyTypes: [Egress], egress: "
            "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.1.0.0/16]}}]}]"
        ],
    ),
    (
        "notNets of both families",
        "types: [Egress], egress: [{action: Allow, destination: {notNets: [10.1.0.0/16]}}, "
        "{action: Allow, destination: {notNets: ['fd00::/8']}}]",
        [
            "podSelector: {}, policyTypes: [Egress], egress: "
            "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.1.0.0/16]}}, {ipBlock: {cidr: '::/0', except: ['fd00::/8']}}]}]"
        ],
    ),
    (
        "everything cut out",
        "types: [Egress], egress: [{action: Allow, destination: {nets: [10.1.0.0/16], notNets: [10.0.0.0/8]}}]",
        ["podSelector: {}, policyTypes: [Egress]"],
    ),
    (
        "t26",
        "types: [Ingress], ingress: [{action: Allow, protocol: 6, destination: {ports: [80, '90:99', http]}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 80}, "
            "{protocol: TCP, port: 90, endPort: 99}, {protocol: TCP, port: http}]}]"
        ],
    ),
    (
        "merged",
        "types: [Ingress], ingress: ["
        + ", ".join(
            f"{{action: Allow, protocol: {name}, source: {{selector: has({label})}}, destination: {{ports: [53]}}}}"
            for label in "ab"
            for name in ("UDP", "TCP")
        )
        + "]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: ["
            "{podSelector: {matchExpressions: [{key: a, operator: Exists}]}}, "
            "{podSelector: {matchExpressions: [{key: b, operator: Exists}]}}], "
            "ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]"
        ],
    ),
]
FROM_CILIUM = [
    (
        "s05",
        None,
        [
            "podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress]",
            "podSelector: {matchLabels: {app: b}}, policyTypes: [Egress]",
        ],
    ),
    (
        "s18",
        f"endpointSelector: {{matchLabels: {{'{NS}': other, app: a}}}}, ingress: [{{}}]",
        ["podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress]"],
    ),
    (
        "i06",
        "endpointSelector: {}, ingress: [{fromEntities: [all]}], egress: [{}]",
        ["podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]"],
    ),
    (
        "i19",
        "endpointSelector: {}, egress: [{}], enableDefaultDeny: {ingress: true}",
        ["podSelector: {}, policyTypes: [Egress]"],
    ),
    ("i20", "endpointSelector: {}, ingress: [{fromEndpoints: []}]", ["podSelector: {}, policyTypes: [Ingress]"]),
    ("i21", "endpointSelector: {}, ingress: [{toPorts: [{}]}]", ["podSelector: {}, policyTypes: [Ingress]"]),
    (
        "p01",
        "endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]",
        ["podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]"],
    ),
    (
        "p05",
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchExpressions: [{INSIDE}]}}]}}]",
        ["podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]"],
    ),
    (
        "m01",
        "endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {a: x}}, {matchLabels: {'any:a': z}}, "
        "{matchLabels: {'k8s:a': w}}]}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: ["
            + ", ".join(f"{{podSelector: {{matchLabels: {{a: {value}}}}}}}" for value in "xzw")
            + "]}]"
        ],
    ),
    (
        "p09",
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchLabels: {{'{NSL}team': a, app: b}}}}]}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: ["
            "{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: b}}}]}]"
        ],
    ),
    (
        "p04",
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchLabels: {{'{NS}': mon}}}}]}}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: "
            "{matchLabels: {kubernetes.io/metadata.name: mon}}}]}]"
        ],
    ),
    (
        "c01",
        "endpointSelector: {}, egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]",
        [
            "podSelector: {}, policyTypes: [Egress], egress: "
            "[{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]"
        ],
    ),
    (
        "t04 t21",
        "endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '53', protocol: ANY}, {port: '80', protocol: TCP}]}]}]",
        [
            "podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 53}, "
            "{protocol: UDP, port: 53}, {protocol: SCTP, port: 53}, {protocol: TCP, port: 80}]}]"
        ],
    ),
    (
        "t05",
        "endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '0'}]}]}]",
        [
            "podSelector: {}, policyTypes: [Ingress], "
            "ingress: [{ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]}]"
        ],
    ),
    (
        "t02",
        "endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', endPort: 90, protocol: TCP}]}]}]",
        ["podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 80, endPort: 90}]}]"],
    ),
]
TWO_SPECS = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
specs:
- {endpointSelector: {matchLabels: {app: a}}, ingress: [{}]}
- {endpointSelector: {matchLabels: {app: b}}, egress: [{}]}
"""


@pytest.mark.parametrize(
    ("calico", "kubernetes"), [row[1:] for row in FROM_CALICO], ids=[row[0] for row in FROM_CALICO]
)
def test_calico_to_kubernetes(calico: str, kubernetes: list[str]) -> None:
    same("calico", calico, "kubernetes", [flow(spec) for spec in kubernetes])


@pytest.mark.parametrize(
    ("cilium", "kubernetes"), [row[1:] for row in FROM_CILIUM], ids=[row[0] for row in FROM_CILIUM]
)
def test_cilium_to_kubernetes(cilium: str | None, kubernetes: list[str]) -> None:
    result = convert(text("cilium", cilium) if cilium else TWO_SPECS, to="kubernetes")
    assert [item["spec"] for item in result.objects] == [flow(spec) for spec in kubernetes]
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (Verdict.SAME, ())


@pytest.mark.parametrize("to", ["kubernetes", "calico", "cilium"])
def test_parts_of_one_policy_have_names_of_their_own(to: str) -> None:
    """s05: two objects of one name would be one object in the cluster, and the pods of the other would open."""
    result = convert(TWO_SPECS, to=to)
    names = [item["metadata"]["name"] for item in result.objects]
    assert len(set(names)) == len(names)
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_calico_and_cilium_share_what_kubernetes_can_say() -> None:
    calico = (
        "selector: \"app == 'a'\", types: [Ingress], ingress: [{action: Allow, protocol: TCP, "
        f"source: {{selector: \"{O} && role == 'x'\", namespaceSelector: \"team == 't'\"}}, destination: {{ports: [80]}}}}]"
    )
    cilium = (
        f"endpointSelector: {{matchLabels: {{app: a}}}}, ingress: [{{fromEndpoints: [{{matchLabels: {{'{NSL}team': t, role: x}}}}], "
        "toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]"
    )
    same("calico", calico, "cilium", [flow(cilium)])
    same("cilium", cilium, "calico", [flow(calico)])


LOSSES = [
    # source, spec, target, verdict, codes: what is left out is said
    (
        "calico",
        "types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]",
        "cilium",
        "tighter",
        ["NPT501"],
    ),
    ("cilium", "endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]", "calico", "tighter", ["NPT502"]),
    (
        "kubernetes",
        "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {pod-template-hash: a}}}]}]",
        "cilium",
        "tighter",
        ["NPT503"],
    ),
]


@pytest.mark.parametrize(("source", "spec", "to", "verdict", "codes"), LOSSES)
def test_what_is_lost_is_named(source: str, spec: str, to: str, verdict: str, codes: list[str]) -> None:
    assert specs(source, spec, to)[1:] == (verdict, codes)


KEPT = [
    # a Calico rule that goes through Calico unchanged: what it means beyond pods must not grow or shrink
    "source: {selector: all()}",
    f'source: {{selector: "{O}"}}',
    "source: {selector: \"a == 'b'\", namespaceSelector: all()}",
    "source: {selector: all(), namespaceSelector: \"all() && env != 'p'\"}",
    "source: {selector: all(), namespaceSelector: \"env != 'p'\"}",
    "source: {selector: \"projectcalico.org/namespace == 'other' && a == 'b'\"}",
    "source: {selector: \"pcns.env == 'p' && a == 'b'\", namespaceSelector: all()}",
    "source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}",
    "protocol: TCP, destination: {ports: [80, '90:99', http]}",
    "protocol: 47",
]


@pytest.mark.parametrize("rule", KEPT)
def test_calico_through_calico_is_the_same_text(rule: str) -> None:
    spec = f"selector: all(), types: [Ingress], ingress: [{{action: Allow, {rule}}}]"
    same("calico", spec, "calico", [flow(spec)])


@pytest.mark.parametrize("to", ["kubernetes", "cilium"])
@pytest.mark.parametrize("protocol", ["47", "UDPLite"])
def test_protocols_without_counterpart_are_dropped_or_refused_by_name(to: str, protocol: str) -> None:
    spec = f"types: [Ingress], ingress: [{{action: Allow, protocol: {protocol}}}, {{action: Allow, source: {{selector: has(a)}}}}]"
    try:
        _, verdict, codes = specs("calico", spec, to)
    except UnsupportedError as error:
        assert [refusal.code for refusal in error.refusals]  # noqa: PT017
    else:
        assert verdict == "tighter"
        assert codes
