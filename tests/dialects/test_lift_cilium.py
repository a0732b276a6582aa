"""What the literal YAML forms of a CiliumNetworkPolicy mean (Cilium documentation, policy language), and what is refused."""

from __future__ import annotations

import pytest

from tests.dialects.verdicts import (
    PORTS_80,
    WITH_PORTS,
    Allowed,
    allowed,
    both,
    everything,
    expected,
    nothing,
    own_pods,
    peers,
    pods,
    traffic,
    union,
)
from tests.passes.fitting import text
from translate.api.support import load
from translate.core.diagnostics import InputError, UnsupportedError
from translate.core.origin import spell
from translate.model.policy import Direction

NS = "k8s:io.kubernetes.pod.namespace"
NSL = "k8s:io.cilium.k8s.namespace.labels."
X = "{matchLabels: {app: x}}"
HTTP = "{port: http, protocol: TCP}"
TCP_ALL = traffic("tcp 80", "tcp 81")


def ports(*items: str) -> str:
    """``toPorts`` of these items."""
    return f"toPorts: [{{ports: [{', '.join(items)}]}}]"


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


REFUSED = [
    # spec without endpointSelector, the path that is named
    ("ingressDeny: [{}]", "spec.ingressDeny"),
    ("egressDeny: [{toEntities: [all]}]", "spec.egressDeny"),
    ("ingress: [{fromEntities: [world]}]", "spec.ingress[0].fromEntities[0]"),
    ("ingress: [{fromEntities: [all, host]}]", "spec.ingress[0].fromEntities[1]"),
    ("egress: [{}, {toEntities: [kube-apiserver]}]", "spec.egress[1].toEntities[0]"),
    ("egress: [{toFQDNs: [{matchName: a.example.com}]}]", "spec.egress[0].toFQDNs"),
    ("egress: [{toServices: [{k8sService: {serviceName: a}}]}]", "spec.egress[0].toServices"),
    ("egress: [{toGroups: [{aws: {}}]}]", "spec.egress[0].toGroups"),
    ("egress: [{toNodes: [{}]}]", "spec.egress[0].toNodes"),
    ("egress: [{toRequires: [{}]}]", "spec.egress[0].toRequires"),
    ("ingress: [{fromNodes: [{}]}]", "spec.ingress[0].fromNodes"),
    ("ingress: [{fromGroups: []}]", "spec.ingress[0].fromGroups"),
    ("ingress: [{fromRequires: [{}]}]", "spec.ingress[0].fromRequires"),
    ("ingress: [{icmps: [{fields: [{type: 8}]}]}]", "spec.ingress[0].icmps"),
    ("ingress: [{authentication: {mode: required}}]", "spec.ingress[0].authentication"),
    ("ingress: [{fromCIDRSet: [{cidrGroupRef: a}]}]", "spec.ingress[0].fromCIDRSet[0]"),
    ("ingress: [{toPorts: [{ports: [{port: '80'}], rules: {http: [{}]}}]}]", "spec.ingress[0].toPorts[0].rules"),
    ("egress: [{toPorts: [{ports: [{port: '443'}], serverNames: [a]}]}]", "spec.egress[0].toPorts[0].serverNames"),
    ("ingress: [{toPorts: [{ports: [{port: '0', protocol: GRE}]}]}]", "spec.ingress[0].toPorts[0].ports[0].protocol"),
    ("ingress: [{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}]", "spec.ingress[0]"),
    ("ingress: [{}], log: {value: a}", "spec.log"),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {'reserved:host': ''}}]}]",
        "spec.ingress[0].fromEndpoints[0].matchLabels",
    ),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: a}}]}]",
        "spec.ingress[0].fromEndpoints[0].matchLabels",
    ),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: a}}]}]",
        "spec.ingress[0].fromEndpoints[0].matchLabels",
    ),
]


@pytest.mark.parametrize(("spec", "path"), REFUSED)
def test_what_is_beyond_is_refused_at_its_place(spec: str, path: str) -> None:
    """Legal, but not read: a refusal (undecided in a comparison), never an input error."""
    with pytest.raises(UnsupportedError) as caught:
        load(text("cilium", f"endpointSelector: {{}}, {spec}"))
    assert [refusal.code for refusal in caught.value.refusals] == ["NPT202"]
    assert spell(caught.value.refusals[0].origin.path).startswith(path)


@pytest.mark.parametrize("selector", ["{}", "{matchLabels: {a: b}}"])
def test_a_node_selector_never_becomes_a_policy_of_pods(selector: str) -> None:
    """The agent refuses it in a namespaced policy; read as an absent endpointSelector it would select every pod."""
    with pytest.raises((UnsupportedError, InputError)):
        load(text("cilium", f"nodeSelector: {selector}, ingress: [{{}}]"))


BAD = [
    ("endpointSelector: {}, ingress: [{fromCIDR: [203.0.113.10]}]", '"203.0.113.10" is no IP range'),
    # what the agent refuses
    ("endpointSelector: {}", "a rule needs"),
    ("endpointSelector: {}, ingress: []", "a rule needs"),
    ("ingress: [{}]", "a rule needs an endpointSelector"),
    ("endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/33]}]", '"10.0.0.0/33" is no IP range'),
    ("endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [11.0.0.0/8]}]}]", "except"),
    ("endpointSelector: {}, ingress: [{toPorts: [{ports: [{}]}]}]", "port must be given"),
    ("endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: 80}]}]}]", "must be text"),
    ("endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '70000'}]}]}]", "must be 0 to 65535"),
    ("endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '080'}]}]}]", "octal"),
    (
        "endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: http, endPort: 90}]}]}]",
        "endPort beside a port name",
    ),
    ("endpointSelector: {matchExpressions: [{key: a, operator: In}]}, ingress: [{}]", "needs values"),
    (
        "endpointSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}, ingress: [{}]",
        "takes no values",
    ),
    ("endpointSelector: {matchLabels: {a: 'b c'}}, ingress: [{}]", '"b c"'),
]


@pytest.mark.parametrize(("spec", "said"), BAD)
def test_what_the_agent_refuses_is_bad_input(spec: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(text("cilium", spec))
    assert said in caught.value.problems[0].message
