"""``translate.explain``: what is walked, the nearest miss, and what an answer depends on."""

from __future__ import annotations

from typing import Any

import pytest

import translate
from translate import Answer, Fate
from translate.prover.dns import stands_for
from translate.rendering.explanation import nearest

Document = dict[str, Any]
K8S, CALICO, CILIUM = "networking.k8s.io/v1", "projectcalico.org/v3", "cilium.io/v2"


def policy(api: str, kind: str, name: str, spec: Document, namespace: str | None = "shop") -> Document:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def ingress(*rules: Document, name: str = "db") -> Document:
    spec = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"], "ingress": list(rules)}
    return policy(K8S, "NetworkPolicy", name, spec)


def calico(*rules: Document, kind: str = "NetworkPolicy", name: str = "db", **spec: Any) -> Document:
    namespace = "shop" if kind == "NetworkPolicy" else None
    whole = {"selector": "app == 'db'", "types": ["Ingress"], "ingress": list(rules), **spec}
    return policy(CALICO, kind, name, whole, namespace)


def cilium(**spec: Any) -> Document:
    return policy(CILIUM, "CiliumNetworkPolicy", "db", {"endpointSelector": {"matchLabels": {"app": "db"}}, **spec})


def labelled(**labels: str) -> Document:
    return {"podSelector": {"matchLabels": labels}}


WEB, DB = "shop/web{app=web}", "shop/db{app=db}"
FROM_WEB = {"from": [labelled(app="web")], "ports": [{"port": 80}, {"port": 443}]}


def miss(documents: list[Document], from_: str = WEB, to: str = f"{DB}:8080", **options: Any) -> str:
    """The nearest miss at the denied end, in words."""
    found = translate.explain(documents, from_=from_, to=to, **options)
    assert found.answer is Answer.DENIED, found
    (walk,) = [walk for walk in found.walks if walk.answer is Answer.DENIED]
    return nearest(walk, found.places)


RULE = "NetworkPolicy/shop/db spec.ingress[0]"


@pytest.mark.parametrize(
    ("documents", "from_", "to", "words"),
    [
        (
            [ingress(FROM_WEB)],
            WEB,
            f"{DB}:8080",
            f"{RULE} selects the peer, but TCP 8080 is not among its ports (TCP 80, 443)",
        ),
        (
            [ingress(FROM_WEB)],
            WEB,
            f"{DB}:80/udp",
            f"{RULE} selects the peer, but UDP 80 is not among its ports (TCP 80, 443)",
        ),
        (
            [ingress(FROM_WEB)],
            "shop{app=api}",
            f"{DB}:80",
            f"{RULE} is for such packets, but the peer has label app=api, not app=web",
        ),
        (
            [ingress(FROM_WEB)],
            "shop{}",
            f"{DB}:80",
            f"{RULE} is for such packets, but the peer has no label app, and label app=web is asked",
        ),
        (
            [ingress(FROM_WEB)],
            "other{app=web}",
            f"{DB}:80",
            f"{RULE} is for such packets, but the peer is in namespace other, not shop",
        ),
        (
            [ingress(FROM_WEB)],
            "203.0.113.9",
            f"{DB}:80",
            f"{RULE} is for such packets, but the peer is an address outside, no pod",
        ),
        (
            [ingress(FROM_WEB, {"from": [labelled(app="api", tier="x")], "ports": [{"port": 8080}]})],
            "shop{app=other}",
            f"{DB}:80",
            f"{RULE} is for such packets, but the peer has label app=other, not app=web",
        ),
        (
            [ingress({"from": [{"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.8/29"]}}]})],
            "203.0.113.9",
            f"{DB}:80",
            f"{RULE} is for such packets, but 203.0.113.9 is excepted from 203.0.113.0/24 (203.0.113.8/29)",
        ),
        (
            [ingress({"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]})],
            "198.51.100.1",
            f"{DB}:80",
            f"{RULE} is for such packets, but 198.51.100.1 is not in 203.0.113.0/24",
        ),
        ([ingress()], WEB, f"{DB}:80", "none: no rule allows any ingress of this pod"),
        (
            [calico({"action": "Deny"}, {"action": "Allow"})],
            WEB,
            f"{DB}:80",
            "NetworkPolicy/shop/db spec.ingress[1] selects the peer, but NetworkPolicy/shop/db decides before it is reached",
        ),
        (
            [calico({"action": "Allow", "protocol": "TCP", "source": {"notSelector": "app == 'web'"}})],
            WEB,
            f"{DB}:80",
            "NetworkPolicy/shop/db spec.ingress[0] is for such packets, but the peer has label app=web, which is excluded",
        ),
        (
            [cilium(ingress=[{"fromEntities": ["cluster"]}], ingressDeny=[{"fromEndpoints": [{}]}])],
            WEB,
            f"{DB}:80",
            "none: this deny beats every allow, whatever the sequence",
        ),
        (
            [
                ingress(),
                policy(K8S, "NetworkPolicy", "api", {"podSelector": {"matchLabels": {"app": "api"}}, "ingress": [{}]}),
            ],
            WEB,
            f"{DB}:80",
            "NetworkPolicy/shop/api spec.ingress[0] selects the peer, but its policy is not for this pod, which has label "
            "app=db, not app=api",
        ),
    ],
)
def test_the_nearest_miss_in_words(documents: list[Document], from_: str, to: str, words: str) -> None:
    assert miss(documents, from_, to) == words


def test_a_pass_is_a_near_miss() -> None:
    tier = policy(CALICO, "Tier", "security", {"order": 10, "defaultAction": "Deny"}, None)
    gate = calico(
        {"action": "Pass", "source": {"selector": "has(partner)"}},
        kind="GlobalNetworkPolicy",
        name="security.gate",
        tier="security",
    )
    behind = calico({"action": "Allow", "source": {"selector": "app == 'web'"}})
    found = miss([tier, gate, behind], to=f"{DB}:80")
    assert found == (
        "GlobalNetworkPolicy/security.gate spec.ingress[0] is for such packets, but the peer has no label partner"
    )
    allowed = translate.explain([tier, gate, behind], from_="shop{app=web,partner=p}", to=f"{DB}:80")
    assert allowed.answer is Answer.ALLOWED
    (_, walk) = allowed.walks
    assert [(step.tier.name, step.ending) for step in walk.trace.tiers] == [
        ("security", "passed on to the next tier"),
        ("default", ""),
    ]


def fates(found: translate.Explanation, direction: str = "ingress") -> list[tuple[str, list[Fate]]]:
    (walk,) = [walk for walk in found.walks if walk.direction == direction]
    return [(str(step.policy.identity), [rule.fate for rule in step.rules]) for step in walk.trace.steps]


def test_every_rule_has_its_fate() -> None:
    first = calico({"action": "Log"}, {"action": "Deny", "source": {"selector": "app == 'x'"}}, order=1, name="first")
    second = calico({"action": "Allow"}, {"action": "Deny"}, order=2, name="second")
    last = calico({"action": "Deny"}, order=3, name="last")
    found = translate.explain([last, second, first], from_=WEB, to=f"{DB}:80")
    assert fates(found) == [
        ("NetworkPolicy/shop/first", [Fate.LOGS, Fate.FAILS]),
        ("NetworkPolicy/shop/second", [Fate.DECIDES, Fate.UNREACHED]),
        ("NetworkPolicy/shop/last", [Fate.UNREACHED]),
    ]
    union = translate.explain([ingress({}, {}, FROM_WEB)], from_=WEB, to=f"{DB}:8080")
    assert fates(union) == [("NetworkPolicy/shop/db", [Fate.DECIDES, Fate.ALSO, Fate.FAILS])]
    denied = translate.explain(
        [
            cilium(
                ingress=[{"fromEndpoints": [{}]}, {"fromEntities": ["world"]}], ingressDeny=[{"fromEntities": ["all"]}]
            )
        ],
        from_=WEB,
        to=f"{DB}:80",
    )
    assert fates(denied) == [("CiliumNetworkPolicy/shop/db", [Fate.DECIDES, Fate.OVERRULED, Fate.FAILS])]


NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"env": "prod"}}}
FROM_PROD = ingress({"from": [{"namespaceSelector": {"matchLabels": {"env": "prod"}}}], "ports": [{"port": 80}]})
L7 = [
    {
        "fromEndpoints": [{}],
        "toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}], "rules": {"http": [{"method": "GET"}]}}],
    }
]


def to_names(*names: str) -> Document:
    spec = {
        "endpointSelector": {"matchLabels": {"app": "web"}},
        "egress": [{"toFQDNs": [{"matchName": n} for n in names]}],
    }
    return policy(CILIUM, "CiliumNetworkPolicy", "web", spec)


@pytest.mark.parametrize(
    ("documents", "from_", "to", "supposed", "way"),
    [
        ([FROM_PROD], WEB, f"{DB}:80", "label env of the namespace shop is prod", "add the Namespace object"),
        (
            [ingress({"ports": [{"port": "http"}]})],
            WEB,
            f"{DB}:80",
            "shop/db{app=db} calls TCP 80 http",
            "add the Pod to the input, or say the name",
        ),
        ([cilium(ingress=L7)], WEB, f"{DB}:80", "what a rule asks on layer 7 holds: HTTP GET requests", ""),
        ([to_names("a.example")], WEB, "203.0.113.9:443", "203.0.113.9 is an address of a.example", "ask for the name"),
        (
            [calico({"action": "Allow", "source": {"nets": ["10.0.0.0/8"]}})],
            WEB,
            f"{DB}:80",
            "the address of shop/web{app=web} is 10.0.0.10",
            "say the address",
        ),
        (
            [calico({"action": "Allow", "source": {"serviceAccounts": {"names": ["robot"]}}})],
            WEB,
            f"{DB}:80",
            "the service account of shop/web{app=web} is robot",
            "add the Pod and its ServiceAccount",
        ),
        (
            [calico({"action": "Allow", "protocol": "TCP", "source": {"ports": [53]}})],
            WEB,
            f"{DB}:80",
            "the source port is 53",
            "say it behind --from",
        ),
        (
            [calico({"action": "Allow", "ipVersion": 6})],
            WEB,
            f"{DB}:80",
            "the packet is IPv6",
            "say an address of either end",
        ),
    ],
)
def test_what_nobody_told_is_what_it_depends_on(
    documents: list[Document], from_: str, to: str, supposed: str, way: str
) -> None:
    found = translate.explain(documents, from_=from_, to=to)
    assert found.answer is Answer.DEPENDS
    assert [case.answer for case in found.cases] == [Answer.ALLOWED, Answer.DENIED]
    (first,) = found.cases[0].supposed
    assert (first.sentence, first.way.startswith(way)) == (supposed, True)
    assert found.cases[1].supposed != ()


def test_an_engine_that_is_named_settles_what_the_api_leaves_open() -> None:
    documents = [ingress({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]})]
    asked = {"from_": f"{WEB}@10.1.1.1", "to": f"{DB}:80"}
    found = translate.explain(documents, **asked)
    assert found.answer is Answer.DEPENDS
    assert found.cases[0].supposed[0].sentence == "the engine finds pods and nodes by ranges"
    assert translate.explain(documents, source_engine="calico", **asked).answer is Answer.ALLOWED
    assert translate.explain(documents, source_engine="cilium", **asked).answer is Answer.DENIED


def test_a_release_settles_which_of_equal_orders_is_first() -> None:
    first = calico({"action": "Deny"}, kind="GlobalNetworkPolicy", name="deny-all")
    second = policy(CALICO, "NetworkPolicy", "web", {"selector": "all()", "ingress": [{"action": "Allow"}]}, "aaa")
    asked = {"from_": "aaa{}", "to": "aaa{app=db}:80"}
    found = translate.explain([first, second], **asked)
    assert found.answer is Answer.DEPENDS
    assert found.cases[0].supposed[0].question == "which of equal orders is first"
    assert translate.explain([first, second], source_version="calico=3.31", **asked).answer is Answer.ALLOWED
    assert translate.explain([first, second], source_version="calico=3.32", **asked).answer is Answer.DENIED


def test_what_is_told_settles_it() -> None:
    assert translate.explain([FROM_PROD, NAMESPACE], from_=WEB, to=f"{DB}:80").answer is Answer.ALLOWED
    facts = {"namespaces": {"shop": {"env": "test"}}}
    assert translate.explain([FROM_PROD], from_=WEB, to=f"{DB}:80", facts=facts).answer is Answer.DENIED
    named = [ingress({"ports": [{"port": "http"}]})]
    assert translate.explain(named, from_=WEB, to=f"{DB}:http=80").answer is Answer.ALLOWED
    assert translate.explain(named, from_=WEB, to=f"{DB}:dns=80").answer is Answer.DENIED
    assert translate.explain([to_names("a.example")], from_=WEB, to="dns:a.example:443").answer is Answer.ALLOWED
    assert translate.explain([to_names("a.example")], from_=WEB, to="dns:b.example:443").answer is Answer.DENIED


def test_answers_of_both_ends_are_put_together() -> None:
    """What one end asks of the unknown and the other forbids is never so: nobody is told that it depends."""
    spec = {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"namespaceSelector": {"matchLabels": {"env": "test"}}}]}],
    }
    found = translate.explain([FROM_PROD, policy(K8S, "NetworkPolicy", "web", spec)], from_=WEB, to=f"{DB}:80")
    assert found.answer is Answer.DENIED
    assert {walk.answer for walk in found.walks} == {Answer.DENIED}


def test_what_is_not_read_makes_it_undecided() -> None:
    firewall = {
        "apiVersion": "k8s.ovn.org/v1",
        "kind": "EgressFirewall",
        "metadata": {"name": "f", "namespace": "shop"},
    }
    found = translate.explain([ingress({}), {**firewall, "spec": {}}], from_=WEB, to=f"{DB}:80")
    assert (found.answer, found.reason) == (
        Answer.UNDECIDED,
        "EgressFirewall/shop/f decides about traffic and is not read",
    )
    assert [walk.answer for walk in found.walks] == [Answer.ALLOWED, Answer.ALLOWED]


def test_too_much_that_is_open_is_undecided() -> None:
    sources = [
        {"action": "Allow", "source": {"selector": "app == 'web'", "nets": [f"10.{n}.0.0/16"]}} for n in range(150)
    ]
    own = [{**rule, "destination": {"nets": [f"10.{n}.0.0/16"]}} for n, rule in enumerate(sources)]
    found = translate.explain([calico(*own)], from_=WEB, to=f"{DB}:80")
    assert found.answer is Answer.UNDECIDED
    assert found.reason.startswith("more is open than 20000 trials can settle")


def test_a_pod_reaches_itself() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db", "namespace": "shop", "labels": {"app": "db"}}}
    found = translate.explain([ingress(), pod], from_="shop/db", to="shop/db:80")
    assert (found.answer, found.cases) == (Answer.ALLOWED, ())


def test_the_values_are_frozen_and_equal() -> None:
    first, second = (translate.explain([ingress(FROM_WEB)], from_=WEB, to=f"{DB}:8080") for _ in range(2))
    assert (first.answer, first.walks[1].near_miss) == (second.answer, second.walks[1].near_miss)
    with pytest.raises(AttributeError):
        first.answer = Answer.ALLOWED  # type: ignore[misc]


def test_what_the_words_take_for_granted_is_told() -> None:
    found = translate.explain([FROM_PROD], from_=WEB, to=f"{DB}:8080")
    (_, walk) = found.walks
    assert (found.answer, [(one.question, one.answer) for one in walk.unknown]) == (
        Answer.DENIED,
        [("label env of the namespace shop", "absent")],
    )


def core(kind: str, name: str, namespace: str | None = None, **fields: Any) -> Document:
    labels = fields.pop("labels", {})
    metadata = {"name": name, "labels": labels, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


NODE = core("Node", "n1", labels={"zone": "a"}, status={"addresses": [{"type": "InternalIP", "address": "172.18.0.2"}]})
ON_NODE = core("Pod", "agent", "shop", spec={"hostNetwork": True, "nodeName": "n1"})
POD = core(
    "Pod",
    "db-0",
    "shop",
    labels={"app": "db"},
    spec={"nodeName": "n1", "serviceAccountName": "robot"},
    status={"podIPs": [{"ip": "10.244.0.5"}, {"ip": "fd00::5"}]},
)
ACCOUNT = core("ServiceAccount", "robot", "shop", labels={"team": "x"})


@pytest.mark.parametrize(
    ("from_", "kind", "called"),
    [
        ("node/n1", "own node", "node n1"),
        ("172.18.0.2", "own node", "node n1"),
        ("shop/agent", "own node", "shop/agent (on the network of its node)"),
        ("node", "other node", "another node"),
        ("own-node", "own node", "the own node"),
        ("8.8.8.8", "outside", "8.8.8.8"),
    ],
)
def test_nodes_are_found_by_name_and_address(from_: str, kind: str, called: str) -> None:
    """Calico lets the pod's own node in, whatever policies say."""
    closed = calico()
    found = translate.explain([closed, NODE, ON_NODE, POD], from_=from_, to="shop/db-0:80")
    assert found.connection.source.called == called
    assert found.answer is (Answer.ALLOWED if kind == "own node" else Answer.DENIED)


def test_what_objects_tell_of_a_pod() -> None:
    found = translate.explain([ingress({}), NODE, POD, ACCOUNT, NAMESPACE], from_="8.8.8.8", to="shop/db-0:80")
    end = found.connection.destination
    assert (end.addresses, end.node, end.account, end.account_labels, end.namespace_labels) == (
        ("10.244.0.5", "fd00::5"),
        "n1",
        "robot",
        (("team", "x"),),
        (("env", "prod"),),
    )


@pytest.mark.parametrize(
    ("kind", "api", "template"),
    [
        *[(kind, "apps/v1", ("template",)) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")],
        ("Job", "batch/v1", ("template",)),
        ("CronJob", "batch/v1", ("jobTemplate", "spec", "template")),
    ],
)
def test_workloads_are_pods(kind: str, api: str, template: tuple[str, ...]) -> None:
    spec: Document = {"metadata": {"labels": {"app": "db"}}}
    for step in reversed(template):
        spec = {step: spec}
    workload = {"apiVersion": api, "kind": kind, "metadata": {"name": "w", "namespace": "shop"}, "spec": spec}
    for written in (f"{kind.lower()}/shop/w", "shop/w"):
        found = translate.explain([ingress({}), workload], from_="8.8.8.8", to=f"{written}:80")
        assert found.connection.destination.labels == (("app", "db"),)
        assert found.connection.destination.called == f"{kind.lower()}/shop/w"
    both = [
        workload,
        {**workload, "kind": "StatefulSet" if kind != "StatefulSet" else "DaemonSet", "apiVersion": "apps/v1"},
    ]
    if api == "apps/v1":
        with pytest.raises(translate.InputError, match="may be any of"):
            translate.explain([ingress({}), *both], from_="8.8.8.8", to="shop/w:80")


@pytest.mark.parametrize(
    ("to", "protocol", "port", "icmp"),
    [
        (f"{DB}:80", 6, 80, None),
        (f"{DB}:53/udp", 17, 53, None),
        (f"{DB}:7/SCTP", 132, 7, None),
        (f"{DB}/icmp", 1, None, (8, 0)),
        (f"{DB}/icmp:3", 1, None, (3, 0)),
        (f"{DB}/icmp:3:1", 1, None, (3, 1)),
        (f"{DB}/icmpv6", 58, None, (128, 0)),
        (f"{DB}/ip:47", 47, None, None),
        (f"{DB}@[fd00::9]:http=8080", 6, 8080, None),
        ("shop{app.kubernetes.io/name=db}:80", 6, 80, None),
        ("203.0.113.9:80", 6, 80, None),
        ("[2001:db8::1]:80", 6, 80, None),
        ("2001:db8::1/icmpv6", 58, None, (128, 0)),
        ("dns:a.example:443/udp", 17, 443, None),
        ("node/n1:80", 6, 80, None),
        ("node:80", 6, 80, None),
    ],
)
def test_the_packet_as_it_is_written(to: str, protocol: int, port: int | None, icmp: tuple[int, int] | None) -> None:
    found = translate.explain([ingress({}), NODE], from_=WEB, to=to).connection
    assert (found.protocol, found.port, found.icmp) == (protocol, port, icmp)


def test_what_one_end_sends_from() -> None:
    rules = [calico({"action": "Allow", "protocol": "TCP", "source": {"ports": [53]}})]
    assert translate.explain(rules, from_=f"{WEB}:53", to=f"{DB}:80").answer is Answer.ALLOWED
    assert translate.explain(rules, from_=f"{WEB}:54", to=f"{DB}:80").answer is Answer.DENIED


@pytest.mark.parametrize(
    ("pattern", "name", "so"),
    [
        ("a.example", "a.example", True),
        ("a.example", "A.EXAMPLE.", True),
        ("a.example", "b.a.example", False),
        ("*.example", "a.example", True),
        ("*.example", "b.a.example", False),
        ("**.example", "b.a.example", True),
        ("**.example", "example", False),
        ("a*.example", "abc.example", True),
        ("*", "b.a.example", True),
        ("a.example", "aXexample", False),
    ],
)
def test_patterns_of_names(pattern: str, name: str, so: bool) -> None:
    assert stands_for(pattern, name) is so


def test_policies_for_the_gateway_are_walked_at_the_pods_end() -> None:
    found = translate.explain([cilium(ingress=[{"fromEntities": ["ingress"]}])], from_="ingress", to=f"{DB}:80")
    assert found.answer is Answer.ALLOWED
    assert translate.explain(
        [cilium(ingress=[{"fromEntities": ["health"]}])], from_="ingress", to=f"{DB}:80"
    ).answer is (Answer.DENIED)


def test_a_node_that_nobody_placed_may_be_the_own_one() -> None:
    stray = core("Pod", "agent", "shop", spec={"hostNetwork": True})
    found = translate.explain([calico(), stray, POD], from_="shop/agent", to="shop/db-0:80")
    assert found.answer is Answer.DEPENDS
    assert [one.sentence for one in found.cases[0].supposed] == ["the node is the node the subject runs on"]
    at_an_address = translate.explain(
        [calico(), POD], from_="172.18.0.9", to="shop/db-0:80", facts={"nodes": ["172.18.0.0/16"]}
    )
    assert at_an_address.answer is Answer.DEPENDS


def test_the_own_node_has_the_addresses_of_its_object() -> None:
    rule = {"action": "Allow", "destination": {"nets": ["172.18.0.0/16"]}}
    closed = calico(types=["Egress"], egress=[rule])
    del closed["spec"]["ingress"]
    found = translate.explain([closed, NODE, POD], from_="shop/db-0", to="own-node:80")
    assert (found.answer, found.connection.destination.addresses) == (Answer.ALLOWED, ("172.18.0.2",))


def test_labels_of_told_pods_tell_their_ports() -> None:
    ports = [{"name": "c", "ports": [{"name": "http", "containerPort": 80}]}]
    pod = core("Pod", "db-0", "shop", labels={"app": "db"}, spec={"containers": ports})
    documents = [ingress({"ports": [{"port": "http"}]}), pod, core("Pod", "w", "shop", labels={"app": "web"})]
    asked = {"from_": WEB, "to": f"{DB}:80"}
    assert translate.explain(documents, **asked).answer is Answer.DEPENDS
    assert translate.explain(documents, facts={"complete": ["Pod"]}, **asked).answer is Answer.ALLOWED
    assert (
        translate.explain(documents, facts={"complete": ["Pod"]}, from_=WEB, to="shop{app=db}:http").answer
        is Answer.ALLOWED
    )


UNLISTED = policy(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "web",
    {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress"],
        "egress": [{"to": [labelled(app="db")]}],
    },
)


@pytest.mark.parametrize(
    ("from_", "notes"),
    [
        (WEB, ["NetworkPolicy/shop/web spec.egress never matches: policyTypes does not list Egress"]),
        ("shop{app=other}", []),
        ("8.8.8.8", []),
    ],
)
def test_what_a_policy_of_the_pod_says_in_vain_is_told(from_: str, notes: list[str]) -> None:
    """Of this traffic: what it says in vain of the other direction is no matter."""
    found = translate.explain([UNLISTED], from_=from_, to="shop{app=web}:80")
    assert list(found.notes) == notes


def test_a_label_that_no_pod_has_is_no_missing_label() -> None:
    rule = {"fromEndpoints": [{"matchLabels": {"pod-template-hash": "x"}}]}
    given = [cilium(endpointSelector={"matchLabels": {"app": "db"}}, ingress=[rule])]
    found = translate.explain(given, from_="other{pod-template-hash=x}", to=f"{DB}:80")
    (step,) = found.walks[-1].trace.steps
    assert [one.text for one in step.rules[0].misses] == ["the peer cannot be what is asked, as nobody can"]
    (note,) = found.notes
    assert note.endswith(' never matches: Cilium leaves "pod-template-hash" out of what it knows of pods')


@pytest.mark.parametrize(
    ("from_", "answer"),
    [
        ("shop{env=prod}/web{app=web}", Answer.ALLOWED),
        ("shop{env=dev}/web{app=web}", Answer.DENIED),
        (WEB, Answer.DEPENDS),
    ],
)
def test_two_ends_in_one_namespace_know_the_same_of_it(from_: str, answer: Answer) -> None:
    for ends in ((from_, f"{DB}:80"), (WEB, f"{from_.partition('/')[0]}/db{{app=db}}:80")):
        assert translate.explain([FROM_PROD], from_=ends[0], to=ends[1]).answer is answer


def test_one_namespace_has_one_set_of_labels() -> None:
    with pytest.raises(translate.InputError, match="the namespace shop has other labels where it sends than where it"):
        translate.explain([FROM_PROD], from_="shop{env=prod}/web{app=web}", to="shop{env=dev}/db{app=db}:80")
    elsewhere = translate.explain([FROM_PROD], from_="other{env=prod}/web{app=web}", to="shop{env=dev}/db{app=db}:80")
    assert elsewhere.answer is Answer.ALLOWED


def test_a_pod_that_is_there_twice_is_nobody() -> None:
    first, second = (core("Pod", "web", "shop", labels={"app": app}) for app in ("web", "db"))
    with pytest.raises(translate.InputError, match='the Pod "shop/web" is in the input twice, with other labels'):
        translate.explain([FROM_PROD, first, second], from_="shop/web", to=f"{DB}:80")
    assert translate.explain([FROM_PROD, first, first], from_="shop/web", to=f"{DB}:80").answer is Answer.DEPENDS
