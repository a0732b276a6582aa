"""Messages for people: once each, in words, and with a way out that leads there."""

from __future__ import annotations

import pytest

CALICO = """\
apiVersion: projectcalico.org/v3
kind: {kind}
metadata: {{name: p}}
spec: {{{spec}}}
"""
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  endpointSelector: {}
  egress:
  - %s
"""


@pytest.mark.parametrize(
    ("spec", "place", "advice"),
    [
        (
            "ingress: [{action: Allow, source: {serviceAccountSelector: a}}]",
            "4:43",
            "here it is serviceAccounts: {selector: …}",
        ),
        (
            "ingress: [{action: Allow, serviceAccountSelector: a}]",
            "4:34",
            "who the peers run as stands inside source, as serviceAccounts: {selector: …}",
        ),
        (
            "egress: [{action: Allow, serviceAccountSelector: a}]",
            "4:33",
            "who the peers run as stands inside destination, as serviceAccounts: {selector: …}",
        ),
        ("serviceAccounts: {names: [a]}", "4:8", "whom a policy is for is asked by serviceAccountSelector"),
        (
            "ingress: [{action: Allow, namespaceSelector: all()}]",
            "4:34",
            'did you mean it to stand inside "source", or in spec? The API server in strict mode, kubectl\'s default, refuses it',
        ),
    ],
)
def test_a_field_of_another_place(run, spec: str, place: str, advice: str) -> None:
    ran = run("--to", "kubernetes", stdin=CALICO.format(kind="GlobalNetworkPolicy", spec=spec))
    (line,) = ran.err.splitlines()
    assert line.startswith(f"-:{place}: error: unknown field")
    assert line.endswith(f"; {advice}")


@pytest.mark.parametrize(
    ("direction", "field", "side"),
    [
        ("ingress", "nets: [10.0.0.0/8]", '"source"'),
        ("ingress", "notNets: [10.0.0.0/8]", '"source"'),
        ("ingress", "services: {name: a, namespace: b}", '"source"'),
        ("ingress", "ports: [80]", '"destination"'),
        ("ingress", "notPorts: [80]", '"destination"'),
        ("ingress", "methods: [GET]", '"http"'),
        ("egress", "nets: [10.0.0.0/8]", '"destination"'),
        ("egress", "notSelector: a == 'b'", '"destination"'),
        ("egress", "services: {name: a, namespace: b}", '"destination"'),
        ("egress", "ports: [80]", '"destination"'),
        ("egress", "selector: a == 'b'", '"destination"'),
        ("egress", "namespaceSelector: a == 'b'", '"destination", or in spec'),
    ],
)
def test_a_field_of_one_end_of_a_rule(run, direction: str, field: str, side: str) -> None:
    """The peer of incoming traffic is its source, that of outgoing traffic and all ports are at its destination."""
    spec = f"selector: all(), {direction}: [{{action: Allow, {field}}}]"
    ran = run("--to", "kubernetes", stdin=CALICO.format(kind="GlobalNetworkPolicy", spec=spec))
    (line,) = ran.err.splitlines()
    assert f"; did you mean it to stand inside {side}? The API server" in line


@pytest.mark.parametrize(
    ("api", "kind", "meant"),
    [
        ("crd.projectcalico.org/v3", "GlobalNetworkPolicy", "projectcalico.org/v3 or crd.projectcalico.org/v1"),
        ("projectcalico.org/v1", "GlobalNetworkPolicy", "crd.projectcalico.org/v1 or projectcalico.org/v3"),
        ("projectcalico.io/v3", "GlobalNetworkPolicy", "projectcalico.org/v3 or crd.projectcalico.org/v1"),
        ("cilium.io/v1", "CiliumNetworkPolicy", "cilium.io/v2"),
        ("network.k8s.io/v1", "NetworkPolicy", "networking.k8s.io/v1"),
        (
            "policy.networking.k8s.io/v1alpha1",
            "ClusterNetworkPolicy",
            "policy.networking.k8s.io/v1beta1 or policy.networking.k8s.io/v1alpha2",
        ),
    ],
)
def test_an_api_version_that_is_nearly_right(run, api: str, kind: str, meant: str) -> None:
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: p}}\nspec: {{}}\n"
    ran = run("--to", "kubernetes", stdin=text)
    assert ran.code == 2
    assert ran.err.splitlines()[0] == "-:1:1: refused  NPT201 kind-not-read"
    assert ran.err.splitlines()[2] == f"   did you mean {meant}?"


@pytest.mark.parametrize(
    ("element", "who"),
    [
        (
            "toEndpoints: [{matchLabels: {app: db, io.kubernetes.pod.namespace: data, io.cilium.k8s.policy.cluster: west}}]",
            "pods of the cluster west",
        ),
        (
            "toServices: [{k8sServiceSelector: {selector: {matchLabels: {gateway: public}}, namespace: edge}}]",
            "what is behind the Services with gateway=public in edge",
        ),
        ("toServices: [{k8sService: {namespace: pay, serviceName: api}}]", "what is behind the Service pay/api"),
        (
            "{toServices: [{k8sService: {namespace: pay, serviceName: api}}], toPorts: [{ports: [{port: '443'}]}]}",
            "what is behind the Service pay/api (on ports of its pods; everyone, if there is no such Service)",
        ),
        ("toCIDRSet: [{cidrGroupSelector: {matchLabels: {a: b}}}]", "addresses of the CIDR groups with a=b"),
        ("toGroups: [{aws: {region: r}}]", "addresses of the cloud group aws.region r"),
    ],
)
def test_who_loses_access(run, element: str, who: str) -> None:
    ran = run("--to", "calico", stdin=CILIUM % element)
    assert ran.err.splitlines()[1].startswith(f"   the pods of CiliumNetworkPolicy/shop/p lose access to {who}: ")


def test_what_fell_into_pieces_is_told_once(run) -> None:
    everything = "{toPorts: [{ports: [{port: '53', protocol: ANY}], rules: {dns: [{matchPattern: '*.a.org'}]}}]}"
    ran = run("--to", "calico", "--on-loss", "loosen", stdin=CILIUM % everything)
    assert sum("NPT510" in line for line in ran.err.splitlines() if line.startswith("-:")) == 1
    rule = (
        "{action: Allow, protocol: TCP, source: {selector: role != 'test'}, destination: {notNets: [198.51.100.0/24]}}"
    )
    ran = run(
        "--to", "kubernetes", stdin=CALICO.format(kind="GlobalNetworkPolicy", spec=f"types: [Egress], egress: [{rule}]")
    )
    assert sum("NPT210" in line for line in ran.err.splitlines()) == 1


def test_a_policy_for_hosts_alone_is_said_to_be_kept(run) -> None:
    text = (CILIUM % "toEntities: [cluster]").replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
    text = text.replace(", namespace: shop", "").replace("endpointSelector", "nodeSelector")
    ran = run("--to", "cilium", stdin=text)
    assert (ran.code, ran.out) == (0, text)
    assert ran.err == (
        "no policy of the input is for pods: what is for the traffic of hosts is kept as it is: "
        "CiliumClusterwideNetworkPolicy/p\n"
    )


def test_what_was_not_looked_at_is_named(run, folder) -> None:
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}\n"
    (folder / "a.yaml").write_text(policy)
    (folder / "b.yaml").write_text(f"{policy}---\napiVersion: acme.example/v1\nkind: Widget\nmetadata: {{name: w}}\n")
    ran = run("verify", "a.yaml", "b.yaml")
    assert ran.code == 0
    note = "note: not looked at, as nothing is known of their API groups: 1 Widget of acme.example"
    assert ran.err.splitlines()[0] == note
    ran = run("roundtrip", "b.yaml", "--via", "calico")
    assert ran.code == 0
    (folder / "c.yaml").write_text((folder / "b.yaml").read_text().replace("acme.example", "k8s.ovn.org"))
    ran = run("roundtrip", "c.yaml", "--via", "calico")
    assert ran.code == 3
    assert ran.err.splitlines() == [
        "? undecided: Widget/w decides about traffic and is not read: it does not come back",
        "structure: 1 of 1 policies are the same field by field; 0 came back spelled otherwise, 1 other object did not come "
        "back:",
        "  Widget/w",
        "    only before",
    ]
