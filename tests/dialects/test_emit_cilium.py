"""What Cilium gets: one construct a line, exact; every object fits the published schema and, read again, means the same.

The ids are those of the mapping notes.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.golden.schemas import FOLDER, validator
from tests.passes.fitting import calico, documents, text
from tests.semantics import CILIUM
from translate.api.convert import convert
from translate.api.result import Result
from translate.api.support import load
from translate.dialects.cilium.emit import emit
from translate.dialects.spelling import UnfitError
from translate.model.peers import OWN_NAMESPACE, Anyone, Cidr, Opaque, Workloads
from translate.model.policy import Action, Identity, Policy, PolicySet, Rule, Section, Subject
from translate.model.selectors import EVERYTHING
from translate.model.traffic import ANY_TRAFFIC, PortRange, Traffic
from translate.model.unknowns import OwnNodeIn
from translate.prover.compare import prove
from translate.prover.proof import Verdict
from translate.yamlio.write import write

O = "projectcalico.org/orchestrator == 'k8s'"  # noqa: E741
NS = "'k8s:io.kubernetes.pod.namespace'"
NSL = "k8s:io.cilium.k8s.namespace.labels."
SA = "'k8s:io.cilium.k8s.policy.serviceaccount'"
INSIDE = f"matchExpressions: [{{key: {NS}, operator: Exists}}]"
TCP80 = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"


def flow(fragment: str) -> Any:
    return yaml.safe_load(f"{{{fragment}}}")


def checked(result: Result, verdict: Verdict = Verdict.SAME) -> list[dict[str, Any]]:
    """The objects: they fit the schema, and were read again and compared."""
    assert result.proof is not None
    assert result.proof.verdict is verdict
    for value in result.objects:
        if FOLDER.is_dir():
            errors = validator(value["apiVersion"], value["kind"]).iter_errors(value)
            assert not [f"{error.json_path}: {error.message}" for error in errors]
    return list(result.objects)


GLOBAL = [
    # spec of a Calico GlobalNetworkPolicy, spec of a CiliumClusterwideNetworkPolicy: its subject never catches the
    # endpoints that are Cilium's own, and no peer of it the world
    ("s06", "selector: all(), types: [Ingress]", f"endpointSelector: {{{INSIDE}}}, ingress: [{{}}]"),
    (
        "s06 by name",
        "namespaceSelector: \"projectcalico.org/name in {'a', 'b'}\", selector: all(), types: [Ingress]",
        f"endpointSelector: {{matchExpressions: [{{key: {NS}, operator: In, values: [a, b]}}]}}, ingress: [{{}}]",
    ),
    (
        "s06 by label",
        "namespaceSelector: \"env == 'prod'\", selector: \"app == 'a'\", types: [Egress]",
        f"endpointSelector: {{matchLabels: {{'{NSL}env': prod, app: a}}}}, egress: [{{}}]",
    ),
    (
        "s06 negative",
        "namespaceSelector: \"env != 'prod'\", selector: \"app == 'a'\", types: [Egress]",
        f"endpointSelector: {{matchLabels: {{app: a}}, matchExpressions: [{{key: {NS}, operator: Exists}}, "
        f"{{key: '{NSL}env', operator: NotIn, values: [prod]}}]}}, egress: [{{}}]",
    ),
    (
        "p05 p09",
        f"namespaceSelector: all(), types: [Ingress], ingress: [{{action: Allow, source: {{selector: \"app == 'x' && {O}\"}}}}, "
        f'{{action: Allow, source: {{namespaceSelector: "team == \'y\'", selector: "{O}"}}}}]',
        f"endpointSelector: {{{INSIDE}}}, ingress: [{{fromEndpoints: [{{matchLabels: {{app: x}}, {INSIDE}}}]}}, "
        f"{{fromEndpoints: [{{matchLabels: {{'{NSL}team': y}}}}]}}]",
    ),
    (
        "deny",
        f'namespaceSelector: all(), order: 1, types: [Egress], egress: [{{action: Deny, destination: {{selector: "has(x) && {O}"}}}}, '
        "{action: Allow}]",
        f"endpointSelector: {{{INSIDE}}}, egress: [{{toEntities: [all]}}], egressDeny: [{{toEndpoints: [{{matchExpressions: ["
        f"{{key: {NS}, operator: Exists}}, {{key: x, operator: Exists}}]}}]}}]",
    ),
]


@pytest.mark.parametrize(("spec", "expected"), [row[1:] for row in GLOBAL], ids=[row[0] for row in GLOBAL])
def test_cluster_wide_policies(spec: str, expected: str) -> None:
    (found,) = checked(convert(calico("GlobalNetworkPolicy", spec), to="cilium"))
    assert found == {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "g"},
        "spec": flow(expected),
    }


FROM_CALICO = [
    # spec of Calico in namespace shop, specs of Cilium
    (
        "o13 deny before allow",
        f"order: 1, types: [Ingress], ingress: [{{action: Deny, source: {{selector: \"role == 'x' && {O}\"}}}}, {{action: Allow}}]",
        "endpointSelector: {}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEndpoints: [{matchLabels: {role: x}}]}]",
    ),
    (
        "deny of ports outwards",
        "order: 1, types: [Egress], egress: [{action: Deny, protocol: TCP, destination: {ports: [25]}}, {action: Allow}]",
        "endpointSelector: {}, egress: [{toEntities: [all]}], "
        "egressDeny: [{toPorts: [{ports: [{port: '25', protocol: TCP}]}]}]",
    ),
    (
        "t16 t17 icmp",
        f'types: [Ingress], ingress: [{{action: Allow, protocol: ICMP, icmp: {{type: 8}}, source: {{selector: "{O}"}}}}, '
        "{action: Allow, protocol: ICMPv6, icmp: {type: 128}}, {action: Allow, protocol: ICMP}]",
        "endpointSelector: {}, ingress: [{fromEndpoints: [{}], icmps: [{fields: [{family: IPv4, type: 8}]}]}, "
        "{fromEntities: [all], icmps: [{fields: [{family: IPv6, type: 128}]}]}, "
        "{fromEntities: [all], icmps: [{fields: [{family: IPv4, type: 0}]}]}]",
    ),
    (
        "s12 p21 service accounts",
        "types: [Ingress], serviceAccountSelector: \"projectcalico.org/name == 'api'\", "
        "ingress: [{action: Allow, source: {serviceAccounts: {names: [web, job]}}}]",
        f"endpointSelector: {{matchLabels: {{{SA}: api}}}}, ingress: [{{fromEndpoints: [{{matchExpressions: ["
        f"{{key: {SA}, operator: In, values: [web, job]}}]}}]}}]",
    ),
    (
        "g08 log rules",
        "types: [Ingress], ingress: [{action: Log}]",
        "endpointSelector: {}, ingress: [{}]",
    ),
]


@pytest.mark.parametrize(("spec", "expected"), [row[1:] for row in FROM_CALICO], ids=[row[0] for row in FROM_CALICO])
def test_policies_of_a_namespace(spec: str, expected: str) -> None:
    (found,) = checked(convert(text("calico", spec), to="cilium"))
    assert (found["kind"], found["spec"]) == ("CiliumNetworkPolicy", flow(expected))


def test_a_deny_of_everyone_leaves_the_own_node_out() -> None:
    """o23: a Cilium deny that means the own node stops its probes, which elsewhere nothing stops."""
    spec = "order: 1, types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [80]}}, {action: Allow}]"
    (found,) = checked(convert(text("calico", spec), to="cilium"))
    denies = {key: element[key] for element in found["spec"]["ingressDeny"] for key in element if key != "toPorts"}
    assert denies["fromEndpoints"] == [flow(INSIDE)]
    assert denies["fromEntities"] == ["remote-node", "world", "health", "ingress", "init", "unmanaged"]
    assert all(element["toPorts"] == flow(TCP80)["toPorts"] for element in found["spec"]["ingressDeny"])


def test_one_kind_of_peers_an_element() -> None:
    spec = (
        "podSelector: {}, ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 203.0.113.0/24}}, "
        "{ipBlock: {cidr: 198.51.100.0/24, except: [198.51.100.0/28]}}, {namespaceSelector: {}}], ports: [{port: 80}]}]"
    )
    (found,) = checked(convert(text("kubernetes", spec), to="cilium"))
    assert found["spec"] == flow(
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{}}, {{{INSIDE}}}], {TCP80}}}, "
        "{fromCIDRSet: [{cidr: 203.0.113.0/24}, {cidr: 198.51.100.0/24, except: [198.51.100.0/28]}], "
        f"{TCP80}}}]"
    )


@pytest.mark.parametrize(("count", "chunks"), [(40, [40]), (41, [40, 1]), (81, [40, 40, 1])])
def test_forty_ports_an_element(count: int, chunks: list[int]) -> None:
    ports = ", ".join(f"{{port: {port}}}" for port in range(1, 2 * count, 2))
    (found,) = checked(convert(text("kubernetes", f"podSelector: {{}}, ingress: [{{ports: [{ports}]}}]"), to="cilium"))
    (element,) = found["spec"]["ingress"]
    assert [len(part["ports"]) for part in element["toPorts"]] == chunks


ANEW = [
    # what is read and written again: spec of Cilium in, spec out
    (
        "endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}]",
        "endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{matchLabels: {a: b}}]}]",
    ),
    (
        "endpointSelector: {}, enableDefaultDeny: {egress: false}, ingress: [{}], egressDeny: [{toEntities: [world]}]",
        "endpointSelector: {}, enableDefaultDeny: {egress: false}, ingress: [{}], egressDeny: [{toEntities: [world]}]",
    ),
    ("endpointSelector: {}, ingressDeny: [{}]", "endpointSelector: {}, ingress: [{}]"),
    (
        "endpointSelector: {}, egress: [{toFQDNs: [{matchName: A.org.}, {matchPattern: '*.b.org'}]}]",
        "endpointSelector: {}, egress: [{toFQDNs: [{matchName: a.org}, {matchPattern: '*.b.org'}]}]",
    ),
    (
        "endpointSelector: {}, ingress: [{fromEntities: [host, remote-node, world]}, {fromEntities: [all]}]",
        "endpointSelector: {}, ingress: [{fromEntities: [host, remote-node, world]}, {fromEntities: [all]}]",
    ),
    (
        "endpointSelector: {}, egress: [{icmps: [{fields: [{type: 8}, {family: IPv6, type: EchoRequest}]}]}]",
        "endpointSelector: {}, egress: [{toEntities: [all], icmps: [{fields: [{family: IPv4, type: 8}, "
        "{family: IPv6, type: 128}]}]}]",
    ),
    (
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchExpressions: [{{key: {NS}, operator: NotIn, values: [b]}}]}}]}}]",
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchExpressions: [{{key: {NS}, operator: Exists}}, "
        f"{{key: {NS}, operator: NotIn, values: [b]}}]}}]}}]",
    ),
    (
        "endpointSelector: {}, description: why, ingress: [{fromCIDR: [10.1.2.3/8]}], log: {value: x}",
        "description: why, log: {value: x}, endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/8]}]",
    ),
]


@pytest.mark.parametrize(("spec", "expected"), ANEW)
def test_read_and_written_again(spec: str, expected: str) -> None:
    given = load(text("cilium", spec))
    (made,) = emit(given.policies)
    value = made.draft.value
    assert value["spec"] == flow(expected)
    if FOLDER.is_dir():
        assert not list(validator("cilium.io/v2", "CiliumNetworkPolicy").iter_errors(value))
    assert prove(given, load(write([value]))).verdict is Verdict.SAME


def test_each_spec_is_a_policy_of_its_own() -> None:
    given = load(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
        "specs: [{endpointSelector: {}, egress: [{}]}, {endpointSelector: {}, ingress: [{}]}]\n"
    )
    assert [made.draft.value["spec"] for made in emit(given.policies)] == [
        flow("endpointSelector: {}, egress: [{}]"),
        flow("endpointSelector: {}, ingress: [{}]"),
    ]


def policy(rule: Rule, isolates: bool = True) -> Policy:
    section = Section(isolates, (rule,))
    return Policy(Identity("x", "shop", "p"), Subject(OWN_NAMESPACE, EVERYTHING), section, None)


MODEL = [
    (Rule(Action.DENY, (Anyone(),), (ANY_TRAFFIC,)), True, "ingressDeny: [{fromEntities: [all]}]"),
    (
        Rule(Action.DENY, (Anyone(),), (Traffic(6, PortRange(1, 9)),)),
        False,
        "enableDefaultDeny: {ingress: false}, ingressDeny: [{toPorts: [{ports: [{port: '1', endPort: 9, protocol: TCP}]}]}]",
    ),
    (
        Rule(Action.ALLOW, (Workloads(OWN_NAMESPACE, EVERYTHING),) * 2, (Traffic(17),)),
        True,
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '0', protocol: UDP}]}]}]",
    ),
]


@pytest.mark.parametrize(("rule", "isolates", "expected"), MODEL)
def test_from_the_model(rule: Rule, isolates: bool, expected: str) -> None:
    given = policy(rule, isolates)
    (made,) = emit([given])
    assert made.draft.value["spec"] == flow(f"endpointSelector: {{}}, {expected}")
    again = load(write([made.draft.value]))
    assert prove(PolicySet(CILIUM, (given,)), again).verdict is Verdict.SAME


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Action.LOG, (Anyone(),), (ANY_TRAFFIC,)),
        Rule(Action.ALLOW, (Opaque(OwnNodeIn("10.0.0.0/8")),), (ANY_TRAFFIC,)),
        Rule(Action.ALLOW, (Cidr("10.0.0.0/8"), Workloads(OWN_NAMESPACE, EVERYTHING)), (ANY_TRAFFIC,)),
        Rule(Action.ALLOW, (Anyone(),), (), subject=()),
        Rule(Action.ALLOW, (Anyone(),), (Traffic(6), Traffic(1, family=4))),
    ],
)
def test_what_was_not_fitted_is_not_spelled(rule: Rule) -> None:
    with pytest.raises(UnfitError):
        emit([policy(rule)])


def test_policies_of_several_kinds_keep_their_order() -> None:
    source = documents(
        text("calico", "types: [Egress]", "name: b, namespace: shop"),
        calico("GlobalNetworkPolicy", "selector: all(), types: [Ingress]", "a"),
    )
    found = checked(convert(source, to="cilium"))
    assert [(item["kind"], item["metadata"]["name"]) for item in found] == [
        ("CiliumNetworkPolicy", "b"),
        ("CiliumClusterwideNetworkPolicy", "a"),
    ]
