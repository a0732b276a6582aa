"""What Pods, Services and Namespaces of the input tell, and what it settles once they are said to be all."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import translate
from tests.passes.fitting import text
from translate.core.origin import NOWHERE
from translate.dialects.base import Object
from translate.frontend.facts_objects import told, with_objects
from translate.model.facts import NO_FACTS, Facts, Namespace, PodObject, ServiceObject
from translate.model.traffic import SCTP, TCP, UDP

Value = dict[str, Any]


def named(kind: str, name: str, namespace: str | None = None, labels: Any = None, **rest: Any) -> Value:
    """An object with a name."""
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": kind, "metadata": {k: v for k, v in metadata.items() if v is not None}, **rest}


def pod(namespace: str, app: str, account: str | None = None, called: str = "", **ports: int) -> Value:
    """A Pod of an app, called as that if nothing else is said, with ports of TCP that have names."""
    listed = [{"name": name, "containerPort": number} for name, number in ports.items()]
    spec = {"containers": [{"name": "main", "ports": listed}]} | ({"serviceAccountName": account} if account else {})
    return named("Pod", called or app, namespace, {"app": app}, spec=spec)


def service(namespace: str, name: str, *ports: Value, labels: Any = None, **selector: str) -> Value:
    """A Service of the pods with these labels."""
    return named("Service", name, namespace, labels, spec={"selector": selector, "ports": list(ports)})


def read(*values: Value) -> Facts:
    """The facts that objects tell."""
    return with_objects(NO_FACTS, told([Object(value, NOWHERE) for value in values], "here"))


READ: list[tuple[Value, Facts]] = [
    (named("Namespace", "shop", labels={"env": "prod"}), Facts(namespaces=(Namespace("shop", (("env", "prod"),)),))),
    (
        named("Namespace", "shop", labels={"kubernetes.io/metadata.name": "shop"}),
        Facts(namespaces=(Namespace("shop"),)),
    ),
    (named("Namespace", "Shop"), NO_FACTS),
    (named("ConfigMap", "x"), NO_FACTS),
    # a kind of the same name, of another API
    ({**service("shop", "x", {"port": 1}, app="a"), "apiVersion": "serving.knative.dev/v1"}, NO_FACTS),
    (named("Pod", "x"), Facts(pod_objects=(PodObject("here", name="x"),))),
    (
        named("Pod", "x", "shop", spec={"hostNetwork": True}),
        Facts(host_pods=(PodObject("shop", name="x", on_node=True),)),
    ),
    # those that have ended hold no address any more
    *((named("Pod", "x", status={"phase": phase}), NO_FACTS) for phase in ("Succeeded", "Failed")),
    *(
        (named("Pod", "x", status={"phase": phase}), Facts(pod_objects=(PodObject("here", name="x"),)))
        for phase in ("Running", "Pending", "Unknown")
    ),
    (
        pod("shop", "web", "robot", http=8080),
        Facts(pod_objects=(PodObject("shop", (("app", "web"),), "robot", ((TCP, "http", 8080),), "web"),)),
    ),
    (
        named("Pod", "x", spec={"containers": [{"ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]}]}),
        Facts(pod_objects=(PodObject("here", name="x", ports=((UDP, "dns", 53),)),)),
    ),
    # ports without a name, of an unknown protocol, or out of range
    (
        named(
            "Pod",
            "x",
            spec={
                "containers": [
                    {"ports": [{"containerPort": 1}, {"name": "a", "containerPort": 0}, {"name": "b"}, "c"]},
                    {"ports": [{"name": "d", "containerPort": 1, "protocol": "ICMP"}]},
                ]
            },
        ),
        Facts(pod_objects=(PodObject("here", name="x"),)),
    ),
    # the ports of containers that start first and stay: engines differ
    (
        named("Pod", "x", spec={"initContainers": [{"restartPolicy": "Always"}], "containers": []}),
        Facts(pod_objects=(PodObject("here", name="x", ports=None),)),
    ),
    (
        named("Pod", "x", spec={"initContainers": [{}], "containers": []}),
        Facts(pod_objects=(PodObject("here", name="x"),)),
    ),
    (
        service("shop", "db", {"port": 80, "targetPort": 5432}, {"port": 53, "protocol": "UDP"}, app="db"),
        Facts(service_objects=(ServiceObject("shop", "db", (), (("app", "db"),), ((TCP, 5432), (UDP, 53))),)),
    ),
    (
        service("shop", "db", {"port": 1, "targetPort": "http"}, {"port": 2, "protocol": "SCTP"}, labels={"a": "b"}),
        Facts(service_objects=(ServiceObject("shop", "db", (("a", "b"),), None, ((TCP, "http"), (SCTP, 2))),)),
    ),
    # an alias of a DNS name; endpoints that somebody else keeps
    (
        named("Service", "x", spec={"type": "ExternalName", "selector": {"a": "b"}}),
        Facts(service_objects=(ServiceObject("here", "x"),)),
    ),
    (named("Service", "x"), Facts(service_objects=(ServiceObject("here", "x"),))),
    (
        service("shop", "x", {"port": 0}, {"port": 7}, {"port": "x y"}, {"port": 1, "protocol": "GRE"}, app="a"),
        Facts(service_objects=(ServiceObject("shop", "x", (), None, ((TCP, 7),)),)),
    ),
    (
        named("Service", "x", spec={"selector": {"app": "a", "version": 1.5}}),
        Facts(service_objects=(ServiceObject("here", "x"),)),
    ),
    # two numbers for one name
    (
        named("Pod", "x", spec={"containers": [{"ports": [{"name": "a", "containerPort": x}]} for x in (1, 2)]}),
        Facts(pod_objects=(PodObject("here", name="x", ports=None),)),
    ),
    (
        named("Pod", "x", spec={"containers": [{"ports": [{"name": "a", "containerPort": 1}]} for _ in (1, 2)]}),
        Facts(pod_objects=(PodObject("here", name="x", ports=((TCP, "a", 1),)),)),
    ),
]


ODD = [
    {"metadata": {"namespace": [], "labels": [1], "name": {}}},
    {"metadata": [], "spec": []},
    {
        "spec": {
            "containers": [{"ports": [{"name": [], "containerPort": [], "protocol": {}}]}],
            "serviceAccountName": {},
        }
    },
    {"spec": {"containers": {"ports": 1}, "initContainers": 1}},
    {"spec": {"selector": {"a": []}, "ports": [{"targetPort": {}, "protocol": []}, {"port": 2.5}, {"port": True}]}},
]


@pytest.mark.parametrize("kind", ["Namespace", "Pod", "Service"])
@pytest.mark.parametrize("rest", ODD)
def test_objects_are_read_not_judged(kind: str, rest: Value) -> None:
    """They come from elsewhere: what makes no sense tells nothing."""
    found = read({"apiVersion": "v1", "kind": kind, **rest})
    assert not found.namespaces
    for one in found.pod_objects:
        assert (one.namespace, one.labels, one.account, one.ports) == ("here", (), "default", ())
    for service in found.service_objects:
        assert (service.namespace, service.selector) == ("here", None)


@pytest.mark.parametrize(("value", "facts"), READ)
def test_what_an_object_tells(value: Value, facts: Facts) -> None:
    assert read(value) == facts


def test_what_is_stated_of_a_namespace_counts_before_its_object() -> None:
    stated = Facts(namespaces=(Namespace("shop", (("env", "dev"),)),))
    objects = [named("Namespace", name, labels={"env": "prod"}) for name in ("shop", "new")]
    found = with_objects(stated, told([Object(value, NOWHERE) for value in objects], "here")).namespaces
    assert found == (Namespace("shop", (("env", "dev"),)), Namespace("new", (("env", "prod"),)))


def also(*values: Value) -> str:
    """Objects as further documents."""
    return "".join(f"---\n{yaml.safe_dump(value)}" for value in values)


def verdict(before: str, after: str, *values: Value, complete: tuple[str, ...] = ("Pod",)) -> str:
    """What the proof says of two texts, beside these objects."""
    return translate.verify(before + also(*values), after, facts={"complete": list(complete)}).proof.verdict.value


WEB, BOT = pod("shop", "web", http=8080), pod("shop", "bot", "robot")
PORT = "podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: %s}]}]"
OUT = "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: %s}]}]"
PATTERN = "types: [Ingress], ingress: [{action: Allow, source: {selector: %s}}]"
ACCOUNT = "types: [Ingress], ingress: [{action: Allow, source: {%s}}]"
CLOSED = [
    ("a name and its number", text("kubernetes", PORT % "http"), text("kubernetes", PORT % 8080), (WEB,), "same"),
    (
        "another pod has no such name",
        text("kubernetes", PORT % "http"),
        text("kubernetes", PORT % 8080),
        (WEB, pod("shop", "web", called="other")),
        "looser",
    ),
    (
        "another pod has another number",
        text("kubernetes", PORT % "http"),
        text("kubernetes", PORT % 8080),
        (WEB, pod("shop", "web", called="other", http=9)),
        "mixed",
    ),
    (
        "a pod of another app does not count",
        text("kubernetes", PORT % "http"),
        text("kubernetes", PORT % 8080),
        (WEB, pod("shop", "db", http=9)),
        "same",
    ),
    ("out, to peers", text("kubernetes", OUT % "http"), text("kubernetes", OUT % 8080), (WEB,), "same"),
    (
        "out, to peers that differ",
        text("kubernetes", OUT % "http"),
        text("kubernetes", OUT % 8080),
        (WEB, BOT),
        "looser",
    ),
    (
        "part of a label",
        text("calico", PATTERN % "\"app starts with 'we'\""),
        text("calico", PATTERN % "app == 'web'"),
        (WEB, BOT),
        "same",
    ),
    (
        "part of a label that another pod has, too",
        text("calico", PATTERN % "\"app starts with 'we'\""),
        text("calico", PATTERN % "app == 'web'"),
        (WEB, pod("shop", "wet")),
        "tighter",
    ),
    (
        "an account",
        text("calico", ACCOUNT % "serviceAccounts: {names: [robot]}"),
        text("calico", ACCOUNT % "selector: app == 'bot'"),
        (WEB, BOT),
        "same",
    ),
    (
        "an account of other pods, too",
        text("calico", ACCOUNT % "serviceAccounts: {names: [robot]}"),
        text("calico", ACCOUNT % "selector: app == 'bot'"),
        (pod("shop", "web", "robot"), BOT),
        "tighter",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "values", "expected"), [case[1:] for case in CLOSED], ids=[c[0] for c in CLOSED]
)
def test_the_pods_that_are_all(before: str, after: str, values: tuple[Value, ...], expected: str) -> None:
    assert verdict(before, after, *values) == expected
    assert verdict(before, after, *values, complete=()) != "same"


def test_a_witness_is_a_pod_of_the_input() -> None:
    """With all of its labels, whatever policies ask, so that it is found."""
    found = translate.verify(
        text("kubernetes", "podSelector: {}, ingress: []")
        + also(pod("shop", "web"), pod("shop", "web", called="other")),
        text("kubernetes", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]"),
        facts={"complete": ["Pod"]},
    )
    (shown,) = found.proof.counterexamples
    assert shown.point.subject.labels == (("app", "web"),)
    assert shown.point.peer is not None
    assert shown.point.peer.labels == (("app", "web"),)


def test_pods_without_any_word_that_they_are_all_settle_nothing() -> None:
    ports = text("kubernetes", PORT % "http"), text("kubernetes", PORT % 8080)
    assert verdict(*ports, WEB, complete=()) == "mixed"


def test_addresses_of_services_are_never_seen() -> None:
    rule = "types: [Egress], egress: [{action: Allow, destination: {nets: [%s]}}]"
    before, after = text("calico", rule % "10.96.0.0/12, 192.0.2.0/24"), text("calico", rule % "192.0.2.0/24")
    assert translate.verify(before, after).proof.verdict is translate.Verdict.TIGHTER
    found = translate.verify(before, after, facts={"services": ["10.96.0.0/11"]}).proof
    assert found.verdict is translate.Verdict.SAME
    line = "as stated: addresses of Services are those of 10.96.0.0/11, and policies see what is behind them"
    assert line in map(str, found.assumptions)


DB = service("data", "db", {"port": 80, "targetPort": 5432}, {"port": 81, "targetPort": "metrics"}, app="db")
OF_CALICO = text(
    "calico", "types: [Egress], egress: [{action: Allow, destination: {services: {name: db, namespace: data}}}]"
)
FROM_CALICO = text(
    "calico",
    "types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {services: {name: db, namespace: data}},"
    " destination: {ports: [1]}}]",
)


def cilium(*services: str, ports: str = "") -> str:
    """A policy that lets out to Services."""
    rest = f", toPorts: [{{ports: [{{port: '{ports}', protocol: TCP}}]}}]" if ports else ""
    return text("cilium", f"endpointSelector: {{}}, egress: [{{toServices: [{', '.join(services)}]{rest}}}]")


BY_NAME = "{k8sService: {serviceName: db, namespace: data}}"
ANYWHERE = "{k8sService: {serviceName: db}}"
BY_LABEL = "{k8sServiceSelector: {selector: {matchLabels: {tier: back}}}}"
TO_DB = "to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}, podSelector: {matchLabels: {app: db}}}]"
LABELLED = service("data", "db", {"port": 1}, labels={"tier": "back"}, app="db")


def kubernetes(rules: str) -> str:
    """A policy that lets out."""
    return text("kubernetes", f"podSelector: {{}}, policyTypes: [Egress], egress: {rules}")


BEHIND = [
    # text, objects, kinds of which these are all, what it means
    (OF_CALICO, (DB,), (), kubernetes(f"[{{{TO_DB}, ports: [{{port: 5432}}, {{port: metrics}}]}}]")),
    (
        FROM_CALICO,
        (DB,),
        (),
        text("kubernetes", f"podSelector: {{}}, ingress: [{{{TO_DB.replace('to:', 'from:')}, ports: [{{port: 1}}]}}]"),
    ),
    (OF_CALICO, (service("x", "db", {"port": 1}, app="db"),), ("Service",), kubernetes("[]")),
    (OF_CALICO, (service("data", "db", {"port": 1, "protocol": "SCTP"}, app="db"),), (), kubernetes("[]")),
    (cilium(BY_NAME), (DB,), (), kubernetes(f"[{{{TO_DB}}}]")),
    (cilium(BY_NAME, ports="7"), (DB,), (), kubernetes(f"[{{{TO_DB}, ports: [{{port: 7}}]}}]")),
    (cilium(ANYWHERE), (DB, service("x", "other", app="b")), ("Service",), kubernetes(f"[{{{TO_DB}}}]")),
    (cilium(BY_LABEL), (LABELLED, service("x", "other", app="b")), ("Service",), kubernetes(f"[{{{TO_DB}}}]")),
    (cilium(BY_LABEL), (DB,), ("Service",), kubernetes("[]")),
    (cilium(BY_LABEL, ports="7"), (DB,), ("Service",), kubernetes("[{ports: [{port: 7}]}]")),
]


@pytest.mark.parametrize(("source", "values", "complete", "meant"), BEHIND)
def test_what_is_behind_a_service(
    source: str, values: tuple[Value, ...], complete: tuple[str, ...], meant: str
) -> None:
    assert verdict(source, meant, *values, complete=complete) == "same"
    assert verdict(source, meant, complete=()) != "same"
    before = source + also(*values)
    for to in ("kubernetes", "calico", "cilium"):
        result = translate.convert(before, to=to, facts={"complete": list(complete)})
        assert result.proof is not None
        assert (result.proof.verdict, result.losses) == (translate.Verdict.SAME, ()), to


UNKNOWN = [
    # without a selector, others keep the endpoints
    (OF_CALICO, (named("Service", "db", "data", spec={"ports": [{"port": 1}]}),), ("Service",)),
    (cilium(BY_NAME), (named("Service", "db", "data", spec={"ports": [{"port": 1}]}),), ("Service",)),
    # there may be others of that name, or with that label
    (cilium(ANYWHERE), (DB,), ()),
    (cilium(BY_LABEL), (LABELLED,), ()),
    (cilium(BY_NAME, "{k8sService: {serviceName: x, namespace: data}}"), (DB,), ()),
    (OF_CALICO, (service("data", "other", app="db"),), ()),
    # a source is asked of the label
    (
        cilium("{k8sServiceSelector: {selector: {matchLabels: {'k8s:tier': back}}}}"),
        (LABELLED,),
        ("Service",),
    ),
]


@pytest.mark.parametrize(("source", "values", "complete"), UNKNOWN)
def test_what_stays_unknown(source: str, values: tuple[Value, ...], complete: tuple[str, ...]) -> None:
    result = translate.convert(source + also(*values), to="kubernetes", facts={"complete": list(complete)})
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.TIGHTER
    assert {loss.code for loss in result.losses} == {"NPT508"}


def test_a_proof_says_which_services_it_rests_on() -> None:
    result = translate.convert(OF_CALICO + also(DB), to="cilium")
    assert result.proof is not None
    assert "behind the Services data/db are the pods that they select, none on a node's network" in map(
        str, result.proof.assumptions
    )
    closed = translate.convert(OF_CALICO + also(DB), to="cilium", facts={"complete": ["Service"]})
    assert closed.proof is not None
    assert "as stated: the Services of the input are all that there are" in map(str, closed.proof.assumptions)


@pytest.mark.parametrize(("source", "to"), [(OF_CALICO, "calico"), (cilium(BY_NAME), "cilium")])
def test_a_service_keeps_its_name_in_its_own_dialect(source: str, to: str) -> None:
    result = translate.convert(source + also(DB), to=to)
    assert "ervices:" in result.text
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME


def test_all_namespaces_are_in_the_input() -> None:
    policy = (
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {types: [Ingress]}\n"
    )
    spaces = also(named("Namespace", "a"), named("Namespace", "b"))
    with pytest.raises(translate.UnsupportedError):
        translate.convert(policy + spaces, to="kubernetes")
    result = translate.convert(policy + spaces, to="kubernetes", facts={"complete": ["Namespace"]})
    assert [found["metadata"]["namespace"] for found in result.objects] == ["a", "b"]


@pytest.mark.parametrize("kind", ["Namespace", "Pod", "Service"])
def test_all_of_a_kind_are_some(kind: str) -> None:
    """Where there is no pod every two policies are the same: such an input is a mistake."""
    with pytest.raises(translate.InputError, match=f"all {kind} objects are in the input, and it holds none: add what"):
        translate.convert(text("kubernetes", "podSelector: {}"), to="calico", facts={"complete": [kind]})


def test_policies_of_a_namespace_without_pods_are_named() -> None:
    result = translate.convert(
        text("kubernetes", "podSelector: {}") + also(pod("other", "web")), to="calico", facts={"complete": ["Pod"]}
    )
    notes = [note.message for note in result.notes]
    assert "no Pod of the input is in the namespace shop: of policies there the proof says nothing" in notes


def test_a_note_on_both_sides_is_made_once() -> None:
    policy = text("kubernetes", "podSelector: {}")
    found = translate.verify(policy + also(pod("other", "web")), policy, facts={"complete": ["Pod"]})
    assert len([note for note in found.notes if "no Pod of the input" in note.message]) == 1


HOST = named("Pod", "proxy", "shop", {"app": "proxy"}, spec={"hostNetwork": True})
GOVERNED = [
    # subject, pods, whether it has no effect
    ("app: proxy", (HOST, pod("shop", "web")), True),
    ("app: proxy", (HOST, pod("shop", "proxy", called="other")), False),
    ("app: proxy", (HOST, pod("edge", "proxy")), True),
    ("app: none", (HOST, pod("shop", "web")), False),
    ("app: web", (HOST, pod("shop", "web")), False),
]


@pytest.mark.parametrize(("label", "pods", "no_effect"), GOVERNED)
def test_policies_for_pods_on_the_network_of_their_node(label: str, pods: tuple[Value, ...], no_effect: bool) -> None:
    given = text("kubernetes", f"podSelector: {{matchLabels: {{{label}}}}}, policyTypes: [Ingress]")
    line = given.count("\n") + 2
    message = (
        "NetworkPolicy/shop/p (input:1) has no effect: the pods that it selects are on the network of their node "
        f"(hostNetwork), where no policy governs them: Pod/shop/proxy (input:{line})"
    )
    result = translate.convert(given + also(*pods), to="calico", facts={"complete": ["Pod"]})
    assert [note.message for note in result.notes if "no effect" in note.message] == [message] * no_effect
    notes = translate.verify(given + also(*pods), given, facts={"complete": ["Pod"]}).notes
    # The pod stands in the other input: of that only the name is known here.
    elsewhere = message.replace(f"(input:{line})", "(input)")
    assert [note.message for note in notes if "no effect" in note.message] == [message, elsewhere] * no_effect
    open_world = translate.convert(given + also(*pods), to="calico")
    assert not any("no effect" in note.message for note in open_world.notes)


def test_a_cluster_wide_policy_for_them_by_namespace() -> None:
    """Asked in words of labels of the namespace and of the account; what nobody told leaves it open."""
    spec = "selector: 'all()', namespaceSelector: \"env == 'edge'\", serviceAccountSelector: '', types: [Ingress]"
    given = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {" + spec + "}\n"
    edge, shop = (named("Namespace", name, labels={"env": name}) for name in ("edge", "shop"))
    pods = (named("Pod", "a", "edge", spec={"hostNetwork": True}), pod("shop", "web"))
    for spaces, no_effect in (((edge, shop), True), ((edge,), False), ((), False)):
        result = translate.convert(given + also(*spaces, *pods), to="cilium", facts={"complete": ["Pod"]})
        assert any("no effect" in note.message for note in result.notes) is no_effect, spaces


WEB_POD, PROXY_POD = pod("shop", "web"), pod("shop", "proxy")
IN_SHOP = "podSelector: {}, policyTypes: [Ingress]"
TO_ITSELF = [
    # pods, verdict of "only web may come in" against "nobody may"
    ((WEB_POD,), "same"),
    ((WEB_POD, PROXY_POD), "tighter"),
    ((WEB_POD, pod("shop", "web", called="other")), "tighter"),
    # a pod without a name may be several
    ((WEB_POD, {**pod("shop", "web"), "metadata": {"namespace": "shop", "labels": {"app": "web"}}}), "tighter"),
    ((WEB_POD, pod("edge", "web")), "same"),
]


@pytest.mark.parametrize(("pods", "verdict"), TO_ITSELF)
def test_a_pod_that_is_alone_is_not_its_own_peer(pods: tuple[Value, ...], verdict: str) -> None:
    before = text("kubernetes", IN_SHOP + ", ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]")
    after = text("kubernetes", IN_SHOP)
    for one, other, found in (
        (before, after, verdict),
        (after, before, {"tighter": "looser"}.get(verdict, verdict)),
    ):
        proof = translate.verify(one + also(*pods), other, facts={"complete": ["Pod"]}).proof
        assert proof.verdict.value == found
    assert translate.verify(before + also(*pods), after).proof.verdict.value == "tighter"


def test_the_port_of_a_pod_that_is_alone_with_it_is_not_its_own() -> None:
    """Only the sender itself calls port 80 so, and the other pod of its labels calls another port so."""
    one, other = pod("shop", "web", "a", http=80), pod("shop", "web", "b", "other", http=8080)
    rule = "types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {serviceAccounts: {names: [a]}}, destination: {ports: [%s]}}]"
    given = text("calico", rule % "http") + also(one, other)
    proof = translate.verify(given, text("calico", rule % 8080), facts={"complete": ["Pod"]}).proof
    assert proof.verdict is translate.Verdict.SAME
    assert (
        translate.verify(given, text("calico", rule % 80), facts={"complete": ["Pod"]}).proof.verdict.value == "mixed"
    )
