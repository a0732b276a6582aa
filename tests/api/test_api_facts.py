"""Facts: what a user states about the cluster, checked as it is read, and what a proof makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import translate
from tests.passes.fitting import text
from translate.core.diagnostics import InputError
from translate.dialects.calico.settings import CalicoSettings
from translate.dialects.cilium.settings import CiliumSettings
from translate.frontend.facts import facts_of
from translate.model.facts import NO_FACTS, Facts, Namespace
from translate.model.settings import EngineSettings
from translate.prover.assumptions import About
from translate.prover.compare import prove

WHOLE = """\
# the cluster in Frankfurt
pods: [10.244.0.0/16, "fd00:244::/64"]
nodes:
- 172.18.7.9/16   # masked
- 192.0.2.7       # one address
services: [10.96.0.1/12]
apiServers: [172.18.0.2, "fd00::1"]
complete: [Pod]
namespaces:
  shop: {env: prod, empty: ""}
  bare:
settings:
  cilium:
    enable-policy: always
    policy-cidr-match-mode: [nodes]
    policy-default-local-cluster: false
  calico: {defaultEndpointToHostAction: Drop}
"""
FACTS = Facts(
    pods=("10.244.0.0/16", "fd00:244::/64"),
    nodes=("172.18.0.0/16", "192.0.2.7/32"),
    api_servers=("172.18.0.2/32", "fd00::1/128"),
    namespaces=(Namespace("shop", (("env", "prod"), ("empty", ""))), Namespace("bare")),
    services=("10.96.0.0/12",),
    complete=("Namespace", "Pod"),
    settings=EngineSettings((CalicoSettings("Drop"), CiliumSettings("always", ("nodes",), None, False))),
)
ONE_MAP = "a facts file is one map of pods, nodes, services, apiServers, namespaces, complete, settings, assume; "
ONE_MAP += "behind it may stand objects of the cluster"
NAME = "must consist of lower-case letters, digits and '-', with a letter or digit at both ends"
OPTIONS = "enable-policy, policy-cidr-match-mode, allow-localhost, policy-default-local-cluster"
VALUE = "must be empty or consist of letters, digits, '-', '_' and '.', with a letter or digit at both ends"
KINDS = "CiliumCIDRGroup, Namespace, NetworkSet, Pod, Policy, Service"
MISTAKES = [
    # text, line, column, message
    ("", 0, 0, ONE_MAP),
    ("- pods", 0, 0, ONE_MAP),
    ("pods: []\n---\nnodes: []\n", 0, 0, ONE_MAP),
    (
        "pods: [10.0.0.0/8]\npod: []\n",
        2,
        1,
        "pod is no fact: a facts file has pods, nodes, services, apiServers, namespaces, complete, settings, assume",
    ),
    ("pods: 10.0.0.0/8", 1, 1, "pods must be a list of IP ranges"),
    ("pods:\n", 1, 1, "pods must be a list of IP ranges"),
    ("nodes: {a: b}", 1, 1, "nodes must be a list of IP ranges"),
    ("nodes:\n- 10.0.0.0/8\n- 300.1.1.1\n", 3, 3, 'nodes[1] "300.1.1.1" must be an IP range or an address'),
    ("pods: [10.0.0.0/33]", 1, 8, 'pods[0] "10.0.0.0/33" must be an IP range or an address'),
    ("pods: [10]", 1, 8, 'pods[0] "10" must be an IP range or an address'),
    ("apiServers: [api.example.com]", 1, 14, 'apiServers[0] "api.example.com" must be an IP range or an address'),
    ("services: 10.96.0.0/12", 1, 1, "services must be a list of IP ranges"),
    ("complete: Pod", 1, 1, f"complete must be a list of {KINDS}"),
    ("complete:\n- Pod\n- Node\n", 3, 3, f'complete[1] "Node" must be one of {KINDS}'),
    ("namespaces: [shop]", 1, 1, "namespaces must be a map from each namespace to its labels"),
    ("namespaces: {A_b: {}}", 1, 14, f'namespaces.A_b "A_b" {NAME}'),
    ("namespaces:\n  shop: prod\n", 2, 3, "namespaces.shop must be a map of labels"),
    ("namespaces:\n  shop: {env: 1}\n", 2, 10, 'namespaces.shop.env "1" must be a text'),
    ("settings: [cilium]", 1, 1, "settings must be a map of calico, cilium"),
    ("settings:\n  antrea: {}\n", 2, 3, "settings.antrea is no engine with settings: these are calico, cilium"),
    ("settings:\n  cilium: always\n", 2, 3, f"settings.cilium must be a map of {OPTIONS}"),
    ("settings:\n  cilium:\n", 2, 3, f"settings.cilium must be a map of {OPTIONS}"),
    (
        "settings:\n  cilium:\n    enable-policies: always\n",
        *(3, 5, f"settings.cilium.enable-policies is no setting that is known: for cilium these are {OPTIONS}"),
    ),
    (
        "settings: {calico: {interfacePrefix: cali}}",
        *(
            1,
            21,
            "settings.calico.interfacePrefix is no setting that is known: for calico these are defaultEndpointToHostAction",
        ),
    ),
    (
        "settings: {cilium: {enable-policy: on}}",
        *(1, 21, 'settings.cilium.enable-policy true must be "default", "always" or "never"'),
    ),
    (
        "settings: {cilium: {allow-localhost: never}}",
        *(1, 21, 'settings.cilium.allow-localhost "never" must be "auto", "always" or "policy"'),
    ),
    (
        "settings: {cilium: {policy-cidr-match-mode: node}}",
        *(1, 21, 'settings.cilium.policy-cidr-match-mode "node" must be [], [nodes], [pods] or [pods, nodes]'),
    ),
    (
        "settings: {cilium: {policy-cidr-match-mode: [nodes, world]}}",
        *(1, 21, "settings.cilium.policy-cidr-match-mode [nodes, world] must be [], [nodes], [pods] or [pods, nodes]"),
    ),
    (
        "settings: {cilium: {policy-cidr-match-mode: null}}",
        *(1, 21, "settings.cilium.policy-cidr-match-mode null must be [], [nodes], [pods] or [pods, nodes]"),
    ),
    (
        'settings: {cilium: {policy-default-local-cluster: "yes"}}',
        *(1, 21, 'settings.cilium.policy-default-local-cluster "yes" must be true or false'),
    ),
    (
        "settings: {cilium: {policy-default-local-cluster: 1}}",
        *(1, 21, "settings.cilium.policy-default-local-cluster 1 must be true or false"),
    ),
    (
        "settings: {calico: {defaultEndpointToHostAction: Reject}}",
        *(1, 21, 'settings.calico.defaultEndpointToHostAction "Reject" must be "Accept", "Drop" or "Return"'),
    ),
    ("namespaces:\n  shop: {env: a b}\n", 2, 10, f'namespaces.shop.env "a b" {VALUE}'),
]


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    assert facts_of(written(tmp_path, WHOLE)) == FACTS


@pytest.mark.parametrize(
    ("engine", "given", "stated"),
    [
        ("calico", {"defaultEndpointToHostAction": "ACCEPT"}, {"defaultEndpointToHostAction": "Accept"}),
        ("calico", {"defaultEndpointToHostAction": "drop"}, {"defaultEndpointToHostAction": "Drop"}),
        ("cilium", {"enable-policy": "Always"}, {"enable-policy": "always"}),
        ("cilium", {"allow-localhost": "POLICY"}, {"allow-localhost": "policy"}),
        ("cilium", {"policy-default-local-cluster": "False"}, {"policy-default-local-cluster": "false"}),
        ("cilium", {"policy-default-local-cluster": "1"}, {"policy-default-local-cluster": "true"}),
    ],
)
def test_settings_are_read_as_the_engines_read_them(engine: str, given: dict[str, str], stated: dict[str, str]) -> None:
    assert facts_of({"settings": {engine: given}}) == facts_of({"settings": {engine: dict(stated)}})
    assert [one.stated for one in facts_of({"settings": {engine: given}}).settings.engines] == [stated]


def test_facts_as_values() -> None:
    assert facts_of(None) is NO_FACTS
    assert facts_of(FACTS) is FACTS
    assert facts_of({"pods": ["10.1.2.3"]}) == Facts(pods=("10.1.2.3/32",))
    assert facts_of({"nodes": []}) == NO_FACTS
    assert facts_of({"settings": {"cilium": {}}}) == NO_FACTS
    assert not NO_FACTS.settings.stated
    assert facts_of({"settings": {"cilium": {"enable-policy": "default"}}}).settings.stated
    assert FACTS.labels_of("shop") == {"env": "prod", "empty": ""}
    assert FACTS.labels_of("other") is None


@pytest.mark.parametrize(("content", "line", "column", "message"), MISTAKES)
def test_each_mistake_has_its_place(tmp_path: Path, content: str, line: int, column: int, message: str) -> None:
    with pytest.raises(InputError) as error:
        facts_of(written(tmp_path, content))
    (problem,) = error.value.problems
    assert (problem.message, problem.line, problem.column) == (message, line, column)
    assert problem.origin.file == str(tmp_path / "facts.yaml")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        facts_of(written(tmp_path, "pods: [x]\nnodes: y\nother: z\n"))
    assert sorted(problem.line for problem in error.value.problems) == [1, 2, 3]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        facts_of(tmp_path / "none.yaml")


def test_a_wrong_fact_stops_the_translation() -> None:
    with pytest.raises(InputError, match="pods"):
        translate.convert(text("kubernetes", "podSelector: {}"), to="calico", facts={"pods": "10.0.0.0/8"})


MODE, LOCAL = "policy-cidr-match-mode", "policy-default-local-cluster"
SPELLED: list[tuple[str, Any, CiliumSettings]] = [
    # a setting, what is given, as a list or as the texts of a ConfigMap, and what it comes to
    (MODE, [], CiliumSettings(cidr_match_mode=())),
    (MODE, "", CiliumSettings(cidr_match_mode=())),
    (MODE, "nodes", CiliumSettings(cidr_match_mode=("nodes",))),
    (MODE, "pods", CiliumSettings(cidr_match_mode=("pods",))),
    (MODE, ["pods"], CiliumSettings(cidr_match_mode=("pods",))),
    (MODE, "nodes pods", CiliumSettings(cidr_match_mode=("pods", "nodes"))),
    (MODE, "pods,nodes", CiliumSettings(cidr_match_mode=("pods", "nodes"))),
    (MODE, ["nodes", "pods"], CiliumSettings(cidr_match_mode=("pods", "nodes"))),
    (LOCAL, "true", CiliumSettings(default_local_cluster=True)),
    (LOCAL, "false", CiliumSettings(default_local_cluster=False)),
    (LOCAL, False, CiliumSettings(default_local_cluster=False)),
]


@pytest.mark.parametrize(("name", "given", "meant"), SPELLED)
def test_settings_as_the_config_map_spells_them(name: str, given: Any, meant: CiliumSettings) -> None:
    assert facts_of({"settings": {"cilium": {name: given}}}).settings == EngineSettings((meant,))


POD_RANGES: dict[str, Any] = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
SERVERS: dict[str, Any] = {**POD_RANGES, "apiServers": ["172.18.0.2"]}
TRANSLATED = [
    # from, spec, to, facts, verdict and codes without them; with them all is exact
    ("cilium", "endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]", "calico", POD_RANGES, "tighter", {"NPT502"}),
    ("cilium", "endpointSelector: {}, egress: [{toEntities: [world]}]", "calico", POD_RANGES, "tighter", {"NPT508"}),
    ("cilium", "endpointSelector: {}, ingress: [{fromEntities: [cluster]}]", "calico", SERVERS, "tighter", {"NPT508"}),
    (
        "cilium",
        "endpointSelector: {}, egress: [{toEntities: [kube-apiserver]}]",
        "kubernetes",
        SERVERS,
        "tighter",
        {"NPT508"},
    ),
    (
        "calico",
        "types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/8]}}]",
        "cilium",
        POD_RANGES,
        "tighter",
        {"NPT501"},
    ),
    (
        "calico",
        "types: [Egress], egress: [{action: Allow, destination: {nets: [192.0.2.0/24]}}]",
        "cilium",
        POD_RANGES,
        "tighter",
        {"NPT501"},
    ),
]


@pytest.mark.parametrize(("source", "spec", "to", "facts", "verdict", "codes"), TRANSLATED)
def test_what_facts_settle(source: str, spec: str, to: str, facts: Any, verdict: str, codes: set[str]) -> None:
    without = translate.convert(text(source, spec), to=to)
    assert without.proof is not None
    assert (without.proof.verdict.value, {loss.code for loss in without.losses}) == (verdict, codes)
    having = translate.convert(text(source, spec), to=to, facts=facts)
    assert having.proof is not None
    assert (having.proof.verdict, having.losses) == (translate.Verdict.SAME, ())
    assert any(line.about is About.STATED for line in having.proof.assumptions)


ENTITY = {"toEntities": ["kube-apiserver"]}
TO_SERVERS = [
    # ranges of a rule, the elements of the output
    (["172.18.0.2/32"], [ENTITY]),
    (["172.18.0.2/32", "203.0.113.0/24"], [{"toCIDR": ["203.0.113.0/24"]}, ENTITY]),
]
TWO_SERVERS = [
    (["172.18.0.2/32", "192.0.2.1/32"], [ENTITY]),
    # one of two is not the entity
    (["192.0.2.1/32"], [{"toCIDR": ["192.0.2.1/32"]}]),
]
CASES = [(SERVERS, *case) for case in TO_SERVERS] + [
    (SERVERS | {"apiServers": ["172.18.0.2", "192.0.2.1"]}, *case) for case in TWO_SERVERS
]


@pytest.mark.parametrize("source", ["calico", "kubernetes"])
@pytest.mark.parametrize(("facts", "ranges", "elements"), CASES)
def test_the_api_server_is_an_entity_of_cilium(
    source: str, facts: Any, ranges: list[str], elements: list[dict[str, Any]]
) -> None:
    """A Cilium range does not match a node, and the API server often runs on one."""
    spec = (
        f"types: [Egress], egress: [{{action: Allow, destination: {{nets: {ranges}}}}}]"
        if source == "calico"
        else f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: {[{'ipBlock': {'cidr': x}} for x in ranges]}}}]"
    )
    result = translate.convert(text(source, spec), to="cilium", facts=facts)
    assert result.proof is not None
    assert (result.proof.verdict, result.losses) == (translate.Verdict.SAME, ())
    assert result.objects[0]["spec"]["egress"] == elements


LISTED = [
    # what the proof rests on, of ranges of pods and nodes and the API server's addresses
    ("ingress: [{fromEntities: [world]}]", "calico", {"pods", "nodes"}),
    ("egress: [{toEntities: [kube-apiserver]}]", "kubernetes", {"nodes", "the API server"}),
    ("ingress: [{fromEndpoints: [{}]}]", "calico", set()),
]


@pytest.mark.parametrize(("spec", "to", "used"), LISTED)
def test_only_facts_that_the_proof_rests_on_are_listed(spec: str, to: str, used: set[str]) -> None:
    """A fact without which the answer is the same is no assumption of it."""
    result = translate.convert(text("cilium", f"endpointSelector: {{}}, {spec}"), to=to, facts=SERVERS)
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME
    prefix = "as stated: addresses of "
    listed = {
        line.removeprefix(prefix).partition(" are ")[0] for line in map(str, result.proof.assumptions) if prefix in line
    }
    assert listed == used


def calico(source: str) -> str:
    return text("calico", f"types: [Ingress], ingress: [{{action: Allow, source: {{{source}}}}}]")


PODS = "selector: \"projectcalico.org/orchestrator == 'k8s'\""
BY_LABEL = calico(f"namespaceSelector: \"env == 'prod'\", {PODS}")
BY_NAME = calico(f"namespaceSelector: \"projectcalico.org/name in {{'shop', 'b'}}\", {PODS}")
CLOSED = [
    (None, "mixed"),
    # b is not production
    ({"namespaces": {"shop": {"env": "prod"}, "b": {"env": "dev"}}}, "looser"),
    # somebody else is
    ({"namespaces": {"shop": {"env": "prod"}, "b": {"env": "prod"}, "c": {"env": "prod"}}}, "tighter"),
    ({"namespaces": {"shop": {"env": "prod"}, "b": {"env": "prod"}, "c": {}}}, "same"),
]


@pytest.mark.parametrize(("facts", "verdict"), CLOSED)
def test_the_namespaces_that_are_stated_are_all(facts: Any, verdict: str) -> None:
    found = translate.verify(BY_LABEL, BY_NAME, facts=facts)
    assert found.proof.verdict.value == verdict


def test_namespace_objects_tell_labels_but_not_that_they_are_all() -> None:
    objects = "".join(
        f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{env: {env}}}}}\n"
        for name, env in (("shop", "prod"), ("b", "prod"))
    )
    assert translate.verify(BY_LABEL + objects, BY_NAME).proof.verdict is translate.Verdict.TIGHTER
    closed = {"namespaces": {"shop": {"env": "prod"}, "b": {"env": "prod"}}}
    assert translate.verify(BY_LABEL, BY_NAME, facts=closed).proof.verdict is translate.Verdict.SAME


def test_ranges_tell_pods_from_addresses() -> None:
    pods, addresses = calico(PODS + ", namespaceSelector: all()"), calico("nets: [10.244.0.0/16]")
    assert translate.verify(pods, addresses).proof.verdict is not translate.Verdict.SAME
    stated = {"pods": ["10.244.0.0/16"], "nodes": ["172.18.0.0/16"]}
    assert translate.verify(pods, addresses, facts=stated).proof.verdict is translate.Verdict.SAME


ONE_NETWORK = {"pods": ["10.100.16.0/22"], "nodes": ["10.100.16.0/22"]}
TUNNELS = {"pods": ["10.42.0.0/16"], "nodes": ["172.18.0.0/24", "10.42.0.0/32"]}
EKS = ONE_NETWORK | {"apiServers": ["10.100.16.9"]}
FROM = "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [%s]}]"
NOBODY = text("kubernetes", "podSelector: {}, policyTypes: [Ingress]")
SHARED = [
    # facts, a peer that is let in on Calico, against nobody
    (ONE_NETWORK, "namespaceSelector: {}"),
    (ONE_NETWORK, "ipBlock: {cidr: 10.100.16.0/32}"),
    (TUNNELS, "ipBlock: {cidr: 10.42.0.0/32}"),
    (TUNNELS, "ipBlock: {cidr: 172.18.0.7/32}"),
    (TUNNELS, "namespaceSelector: {}"),
    (EKS, "ipBlock: {cidr: 10.100.16.9/32}"),
]


@pytest.mark.parametrize(("facts", "peer"), SHARED)
def test_an_address_in_ranges_of_two_kinds_is_one_that_there_is(facts: Any, peer: str) -> None:
    for one, other, verdict in ((FROM % f"{{{peer}}}", "", "tighter"), ("", FROM % f"{{{peer}}}", "looser")):
        before, after = (text("kubernetes", spec) if spec else NOBODY for spec in (one, other))
        found = translate.verify(before, after, source_engine="calico", target_engine="calico", facts=facts)
        assert found.proof.verdict.value == verdict


def test_a_range_of_both_kinds_is_not_the_same_on_engines_that_read_it_differently() -> None:
    given = text("kubernetes", FROM % "{ipBlock: {cidr: 10.100.16.0/22}}")
    found = translate.verify(given, given, source_engine="calico", target_engine="cilium", facts=ONE_NETWORK)
    assert found.proof.verdict.value == "tighter"


ENTITIES = [
    # facts, entity, the ranges that it becomes, the codes
    (ONE_NETWORK, "remote-node", [], ["NPT508"]),
    (TUNNELS, "remote-node", [{"nets": ["172.18.0.0/24"]}], ["NPT508"]),
    (
        {"pods": ["10.1.0.0/16"], "nodes": ["10.0.0.0/8"]},
        "remote-node",
        [{"nets": ["10.0.0.0/8"], "notNets": ["10.1.0.0/16"]}],
        ["NPT508"],
    ),
    ({"nodes": ["10.0.0.0/8"]}, "remote-node", [{"nets": ["10.0.0.0/8"]}], []),
    (ONE_NETWORK, "world", [{"nets": ["0.0.0.0/0"], "notNets": ["10.100.16.0/22"]}], []),
    (EKS, "kube-apiserver", [{"nets": ["10.100.16.9/32"]}], []),
]


@pytest.mark.parametrize(("facts", "entity", "sources", "codes"), ENTITIES)
def test_a_range_that_pods_share_says_no_entity(facts: Any, entity: str, sources: list[Any], codes: list[str]) -> None:
    result = translate.convert(
        text("cilium", f"endpointSelector: {{}}, ingress: [{{fromEntities: [{entity}]}}]"), to="calico", facts=facts
    )
    assert result.proof is not None
    assert [rule["source"] for rule in result.objects[0]["spec"].get("ingress", ())] == sources
    assert [loss.code for loss in result.losses] == codes
    assert result.proof.verdict.value == ("tighter" if codes else "same")


def test_a_deny_of_nodes_that_share_a_range_with_pods() -> None:
    """No Deny of the range, which would stop pods, too: pods are let in by what they are, and the rest by address. What
    is only not allowed may be allowed by another policy.
    """
    spec = "endpointSelector: {}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [remote-node]}]"
    result = translate.convert(text("cilium", spec), to="calico", facts=ONE_NETWORK)
    assert result.proof is not None
    assert (result.proof.verdict, [loss.code for loss in result.losses]) == (translate.Verdict.SAME, ["NPT520"])
    assert result.objects[0]["spec"]["ingress"] == [
        {"action": "Allow", "source": {"nets": ["0.0.0.0/0"], "notNets": ["10.100.16.0/22"]}},
        {
            "action": "Allow",
            "source": {"selector": "projectcalico.org/orchestrator == 'k8s'", "namespaceSelector": "all()"},
        },
    ]


def test_what_an_overlap_means_is_said() -> None:
    given = text("cilium", "endpointSelector: {}, ingress: [{fromEntities: [world]}]")
    proof = translate.convert(given, to="calico", facts=TUNNELS).proof
    assert proof is not None
    stated = [str(line) for line in proof.assumptions if line.about is About.STATED]
    assert stated == [
        "as stated: addresses of pods are those of 10.42.0.0/16, and only nodes are there as well",
        "as stated: addresses of nodes are those of 172.18.0.0/24, 10.42.0.0/32, and only pods are there as well",
    ]


VACUOUS = [
    (Facts(services=("0.0.0.0/0", "::/0")), "packet"),
    (Facts(pods=("10.0.0.0/8",), services=("10.0.0.0/8",)), "packet between pods"),
    (Facts(nodes=("10.0.0.0/8",), services=("10.0.0.0/8",)), "packet to or from a node"),
    (Facts(pods=("0.0.0.0/0",)), "packet to or from a node"),
    (Facts(pods=("0.0.0.0/0",), nodes=("0.0.0.0/0",)), "packet to or from an address outside the cluster"),
    (Facts(complete=("Namespace",)), "packet"),
]


@pytest.mark.parametrize(("facts", "what"), VACUOUS)
def test_a_premise_that_leaves_nothing_possible_proves_nothing(facts: Facts, what: str) -> None:
    """The checks of a facts file refuse these; a value of Python is not read."""
    policies = translate.load(NOBODY)
    proof = prove(policies, policies, facts=facts)
    assert proof.verdict is translate.Verdict.UNDECIDED
    assert proof.reason == f"what is stated of the cluster leaves no {what} possible: it contradicts itself"
