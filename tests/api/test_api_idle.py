"""What an input says and nobody finds in its meaning is told, by a translation and by ``check`` in the same words: each
case beside its near miss, which has an effect and is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import translate
from tests.passes.fitting import calico, documents, text
from translate.core.diagnostics import InputError
from translate.core.origin import Path as FieldPath
from translate.core.origin import Place, around, is_within, spell
from translate.frontend.intake import take_in
from translate.frontend.link import Linked, link
from translate.frontend.sources import sources
from translate.model.edit import rules_of
from translate.model.peers import is_nobody, parts

POLICY = {
    "kubernetes": "NetworkPolicy/shop/p",
    "calico": "NetworkPolicy/shop/p",
    "cilium": "CiliumNetworkPolicy/shop/p",
}
OTHER = {"kubernetes": "cilium", "calico": "cilium", "cilium": "calico"}
WEB = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"
SERVICE = "toServices: [{k8sService: {serviceName: api, namespace: shop}}]"
ECHO = "{fields: [{type: 8, family: IPv4}]}"
NO_PORTS = "an item of toPorts without ports means no packet, not every packet"
NO_FIELDS = "an item of icmps without fields means no packet, not every packet"
NAMES_NOBODY = "it names nobody (everybody is fromEntities: [all])"
NONE = "nobody is the entity none"


def empty(name: str) -> str:
    """What is said of a list that is there and empty."""
    return f"{name} is an empty list, which means nobody, whatever stands beside it"


# The dialect, a spec, what is told of it (path and reason), and a spec that is near it and of which nothing is told.
CASES = [
    # A direction that is not listed.
    ("calico", "types: [Ingress], egress: [{action: Deny}]", "spec.egress", "types does not list Egress",
     "types: [Ingress, Egress], egress: [{action: Deny}]"),
    ("calico", "types: [Egress], ingress: [{action: Deny}]", "spec.ingress", "types does not list Ingress",
     "ingress: [{action: Deny}]"),
    ("kubernetes", "podSelector: {}, policyTypes: [Ingress], egress: [{}, {}]", "spec.egress",
     "policyTypes does not list Egress", "podSelector: {}, policyTypes: [Ingress], egress: []"),
    ("kubernetes", "podSelector: {}, policyTypes: [Egress], ingress: [{}]", "spec.ingress",
     "policyTypes does not list Ingress", "podSelector: {}, ingress: [{}]"),
    # An empty list of peers is nobody, beside whatever else an element says.
    ("cilium", f"ingress: [{{fromEndpoints: [], {WEB}}}]", "spec.ingress[0]", empty("fromEndpoints"),
     f"ingress: [{{{WEB}}}]"),
    ("cilium", "egress: [{toEndpoints: [{matchLabels: {app: b}}], toCIDR: []}]", "spec.egress[0]", empty("toCIDR"),
     "egress: [{toEndpoints: [{matchLabels: {app: b}}], toFQDNs: []}]"),
    ("cilium", f"egressDeny: [{{toEntities: [], {WEB}}}]", "spec.egressDeny[0]", empty("toEntities"),
     f"egressDeny: [{{toEntities: [all], {WEB}}}]"),
    # Ports that are asked for, and none is named.
    ("cilium", "ingress: [{fromEndpoints: [{}], toPorts: [{}]}]", "spec.ingress[0]", NO_PORTS,
     "ingress: [{fromEndpoints: [{}], toPorts: []}]"),
    ("cilium", "ingressDeny: [{toPorts: [{}]}]", "spec.ingressDeny[0]", NO_PORTS,
     "ingressDeny: [{toPorts: [{ports: [{port: '0'}]}]}]"),
    ("cilium", "ingress: [{toPorts: [{ports: []}]}]", "spec.ingress[0]", NO_PORTS, "ingress: [{toPorts: []}]"),
    ("cilium", f"ingress: [{{fromEndpoints: [{{}}], {WEB[:-1]}, {{}}]}}]", "spec.ingress[0].toPorts[1]", NO_PORTS,
     f"ingress: [{{fromEndpoints: [{{}}], {WEB}}}]"),
    ("cilium", "ingress: [{icmps: [{}]}]", "spec.ingress[0]", NO_FIELDS,
     "ingress: [{icmps: [{fields: [{type: 8, family: IPv4}]}]}]"),
    ("cilium", f"ingress: [{{icmps: [{{}}, {ECHO}]}}]", "spec.ingress[0].icmps[0]", NO_FIELDS,
     f"ingress: [{{icmps: [{ECHO}]}}]"),
    # Nobody by name: alone that is how people write that nothing gets in, so it isolates.
    ("cilium", "ingress: [{fromEntities: []}, {fromEntities: [world]}]", "spec.ingress[0]",
     "fromEntities is an empty list", "ingress: [{fromEntities: []}]"),
    ("cilium", "egress: [{toEntities: [none]}, {toEntities: [world]}]", "spec.egress[0]", NONE,
     "egress: [{toEntities: [none]}]"),
    ("cilium", f"egress: [{{toEntities: [none], {WEB}}}]", "spec.egress[0].toEntities[0]", NONE,
     f"egress: [{{toEntities: [host], {WEB}}}]"),
    ("cilium", "egress: [{toEntities: [world, none]}]", "spec.egress[0].toEntities[1]", NONE,
     "egress: [{toEntities: [world, host]}]"),
    ("cilium", "ingress: [{}, {fromEntities: [world]}]", "spec.ingress[0]", NAMES_NOBODY, "ingress: [{}]"),
    ("cilium", "ingress: [{fromEntities: [world]}], ingressDeny: [{}]", "spec.ingressDeny[0]", NAMES_NOBODY,
     "ingress: [{}], ingressDeny: [{fromEntities: [world]}]"),
    ("cilium", "ingress: [{}], enableDefaultDeny: {ingress: false}", "spec.ingress[0]", NAMES_NOBODY,
     "ingress: [{}], enableDefaultDeny: {ingress: true}"),
    ("cilium", "egress: [{toServices: []}, {toEntities: [world]}]", "spec.egress[0]", "toServices is an empty list",
     f"egress: [{{{SERVICE}}}, {{toEntities: [world]}}]"),
    # Peers of which nothing is left.
    ("cilium", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}]}]", "spec.egress[0].toCIDRSet[0]",
     "except leaves nothing of it", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.0.0/9]}]}]"),
    ("cilium", "ingress: [{fromEndpoints: [{}, {matchLabels: {'reserved:host': '', app: web}}]}]",
     "spec.ingress[0].fromEndpoints[1]", "nobody has these labels together",
     "ingress: [{fromEndpoints: [{}, {matchLabels: {'reserved:host': ''}}]}]"),
    ("cilium", "ingress: [{fromEndpoints: [{}, {matchLabels: {app: a}, matchExpressions: [{key: app, operator: "
     "DoesNotExist}]}]}]", "spec.ingress[0].fromEndpoints[1]", "nobody can be what it asks of the source",
     "ingress: [{fromEndpoints: [{}, {matchLabels: {app: a}, matchExpressions: [{key: app, operator: Exists}]}]}]"),
    ("calico", "egress: [{action: Allow, destination: {nets: [10.0.0.0/8], notNets: [10.0.0.0/8]}}]",
     "spec.egress[0].destination.nets", "notNets leaves nothing of it",
     "egress: [{action: Allow, destination: {nets: [10.0.0.0/8], notNets: [10.0.0.0/9]}}]"),
    ("calico", "egress: [{action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.0.0.0/7]}}]",
     "spec.egress[0].source.nets", "notNets leaves nothing of it",
     "egress: [{action: Allow, source: {nets: [10.0.0.0/8], notNets: [11.0.0.0/8]}}]"),
    ("calico", "egress: [{action: Deny, destination: {nets: [12.0.0.0/8, 10.0.0.0/8], notNets: [10.0.0.0/8]}}]",
     "spec.egress[0].destination.nets[1]", "notNets leaves nothing of it",
     "egress: [{action: Deny, destination: {nets: [12.0.0.0/8, 10.0.0.0/8], notNets: [10.0.0.0/9]}}]"),
    # Services that are not looked up.
    ("cilium", f"egressDeny: [{{{SERVICE}}}]", "spec.egressDeny[0]",
     "a deny does not look Services up, and without ports it denies nothing", f"egress: [{{{SERVICE}}}]"),
    ("cilium", f"egressDeny: [{{{SERVICE}, {WEB}}}]", "spec.egressDeny[0].toServices",
     "a deny does not look Services up, and this one denies its ports to everybody", f"egressDeny: [{{{WEB}}}]"),
    ("calico", "egress: [{action: Allow, destination: {services: {name: api}}}]", "spec.egress[0].destination.services",
     "without a namespace no Service is found",
     "egress: [{action: Allow, destination: {services: {name: api, namespace: shop}}}]"),
    # A namespaced policy looks in its own namespace.
    ("calico", "ingress: [{action: Allow, source: {selector: app == 'x' && "
     "projectcalico.org/namespace == 'pay', nets: [10.0.0.0/8]}}]", "spec.ingress[0]",
     "its source is looked for in the namespace of the policy alone, and it asks for another",
     "ingress: [{action: Allow, source: {selector: projectcalico.org/namespace == 'shop', nets: [10.0.0.0/8]}}]"),
    ("calico", "ingress: [{action: Allow, source: {selector: projectcalico.org/namespace == 'pay'}}]",
     "spec.ingress[0]", "its source is looked for in the namespace of the policy alone, and it asks for another",
     "ingress: [{action: Allow, source: {selector: projectcalico.org/namespace == 'shop'}}]"),
]  # fmt: skip
IDS = [f"{dialect} {spec}" for dialect, spec, *_ in CASES]


def source(dialect: str, spec: str) -> str:
    """One policy."""
    subject = "endpointSelector: {}, " if dialect == "cilium" else ""
    return text(dialect, subject + spec)


def notes(given: str, to: str = "calico", **options: Any) -> list[str]:
    """What a translation notes of what has no effect."""
    found = [note.message for note in translate.convert(given, to=to, on_loss="tighten", **options).notes]
    return [message for message in found if " never matches: " in message or " has no effect: " in message]


def findings(given: str, **options: Any) -> list[str]:
    """What ``check`` finds that never matches."""
    return [one.message for one in translate.check(given, **options).findings if one.code == "NPT401"]


@pytest.mark.parametrize(("dialect", "spec", "path", "why", "near"), CASES, ids=IDS)
def test_it_is_told_once_and_what_is_near_it_is_not(dialect: str, spec: str, path: str, why: str, near: str) -> None:
    said = [f"{POLICY[dialect]} {path} (input:4) never matches: {why}"]
    for to in (dialect, OTHER[dialect]):
        assert notes(source(dialect, spec), to) == said
    assert notes(source(dialect, near), dialect) == []
    assert findings(source(dialect, spec)) == said
    assert findings(source(dialect, near)) == []


def test_a_default_deny_of_a_direction_without_rules() -> None:
    given = source("cilium", "egress: [{toEntities: [world]}], enableDefaultDeny: {ingress: true, egress: true}")
    said = (
        "CiliumNetworkPolicy/shop/p spec.enableDefaultDeny.ingress (input:4) has no effect: it is about ingress rules, "
        "and there is none (ingress: [{}] would isolate)"
    )
    assert notes(given) == findings(given) == [said]
    for near in (
        "ingress: [{}], enableDefaultDeny: {ingress: true}",
        "ingress: [{}], enableDefaultDeny: {egress: false}",
    ):
        assert notes(source("cilium", near)) == findings(source("cilium", near)) == []


def test_an_empty_list_that_closes_no_egress() -> None:
    given = source("kubernetes", "podSelector: {}, ingress: [], egress: []")
    said = (
        "NetworkPolicy/shop/p spec.egress (input:4) has no effect: without policyTypes a list without rules closes no "
        "egress: policyTypes: [Egress] does"
    )
    for engine in (None, "calico", "cilium"):
        assert notes(given, source_engine=engine) == findings(given, source_engine=engine) == [said]
    for near in ("policyTypes: [Ingress, Egress], egress: []", "policyTypes: [Ingress], egress: []", "ingress: []"):
        assert notes(source("kubernetes", f"podSelector: {{}}, {near}")) == []


def test_cilium_applies_the_rules_of_a_direction_that_is_not_listed() -> None:
    given = source("kubernetes", "podSelector: {}, policyTypes: [Ingress], egress: [{}]")
    assert notes(given, source_engine="cilium") == findings(given, source_engine="cilium") == []
    assert len(notes(given, source_engine="calico")) == 1


def test_a_cluster_wide_selector_looks_everywhere() -> None:
    rule = "ingress: [{action: Allow, source: {selector: projectcalico.org/namespace == 'pay'}}]"
    assert notes(calico("GlobalNetworkPolicy", rule)) == []


def test_a_policy_of_no_pod_hides_nothing_of_its_neighbour() -> None:
    """Two specs of one object: the first selects nobody, and the second has a peer that nobody is."""
    nobody = "{matchExpressions: [{key: app, operator: In, values: [a]}, {key: app, operator: NotIn, values: [a]}]}"
    rules = f"ingress: [{{fromEndpoints: [{{}}, {nobody}]}}]"
    head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    given = f"{head}specs: [{{endpointSelector: {nobody}, {rules}}}, {{endpointSelector: {{}}, {rules}}}]\n"
    assert notes(given, "cilium") == [
        "CiliumNetworkPolicy/shop/p (input:1) has no effect: no pod can be what it selects",
        "CiliumNetworkPolicy/shop/p specs[1].ingress[0].fromEndpoints[1] (input:4) never matches: nobody can be what it "
        "asks of the source",
    ]


def test_no_set_is_supposed_where_none_is_looked_for() -> None:
    """The own namespace has no NetworkSet of another, so nothing is supposed of any."""
    for name, told in (("pay", False), ("shop", True)):
        selector = f"projectcalico.org/namespace == '{name}' && app == 'a'"
        given = calico("NetworkPolicy", f"ingress: [{{action: Allow, source: {{selector: {selector}}}}}]")
        proof = translate.convert(given, to="calico").proof
        assert proof is not None
        assert any("NetworkSet" in one.text for one in proof.assumptions) is told


FACTS = {"pods": ["10.244.0.0/16"], "nodes": ["192.168.0.0/24"], "services": ["10.96.0.0/12"]}
OF_CLUSTER = "all of it is addresses of pods or nodes as stated, and ranges of Cilium match neither"
OF_SERVICES = "all of it is addresses of Services as stated, which policies never see"
RANGES = [
    ("10.244.0.0/16", OF_CLUSTER),
    ("10.244.7.0/24", OF_CLUSTER),
    ("192.168.0.9/32", OF_CLUSTER),
    ("10.96.0.1/32", OF_SERVICES),
    ("10.244.0.0/15", ""),
    ("203.0.113.0/24", ""),
]


@pytest.mark.parametrize(("block", "why"), RANGES)
def test_a_range_of_what_cilium_never_finds_by_one(block: str, why: str) -> None:
    given = source("cilium", f"egress: [{{toCIDR: [198.51.100.0/24, {block}]}}]")
    said = [f"CiliumNetworkPolicy/shop/p spec.egress[0].toCIDR[1] (input:4) never matches: {why}"] if why else []
    assert notes(given, facts=FACTS) == findings(given, facts=FACTS) == said
    assert notes(given) == []


def test_ranges_of_pods_have_effect_where_they_mean_pods() -> None:
    cilium = source("cilium", "egress: [{toCIDR: [10.244.0.0/16]}]")
    settings = {**FACTS, "settings": {"cilium": {"policy-cidr-match-mode": ["pods"]}}}
    assert findings(cilium, facts=settings) == []
    assert findings(cilium, facts={**FACTS, "apiServers": ["10.244.0.9/32"]}) == []
    both = source("calico", "egress: [{action: Allow, destination: {nets: [10.244.0.0/16]}}]")
    assert findings(both, facts=FACTS) == []
    kubernetes = source("kubernetes", "podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.244.0.0/16}}]}]")
    assert findings(kubernetes, facts=FACTS) == []
    (found,) = findings(kubernetes, facts=FACTS, source_engine="cilium")
    assert found.endswith(f"spec.egress[0].to[0].ipBlock (input:4) never matches: {OF_CLUSTER}")


def test_an_empty_group_of_ranges_leaves_a_rule_nobody() -> None:
    group = "apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: feed}\nspec: {externalCIDRs: [%s]}\n"
    rule = source("cilium", "egress: [{toCIDRSet: [{cidrGroupRef: feed}]}]")
    assert notes(documents(group % "", rule)) == [
        "CiliumNetworkPolicy/shop/p spec.egress[0] (input:9) never matches: nobody can be what it asks of the destination"
    ]
    assert notes(documents(group % "192.0.2.0/24", rule)) == []


def test_it_takes_no_proof() -> None:
    for dialect, spec, path, why, _ in CASES[:5]:
        said = [f"{POLICY[dialect]} {path} (input:4) never matches: {why}"]
        assert notes(source(dialect, spec), verify=False) == said


def test_the_place_is_told_in_a_list_and_of_each_of_several_specs() -> None:
    specs = "specs: [{endpointSelector: {}, ingress: [{icmps: [{}]}]}, {endpointSelector: {}, egress: [{icmps: [{}]}]}]"
    head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    assert notes(f"{head}{specs}\n") == [
        f"CiliumNetworkPolicy/shop/p specs[0].ingress[0] (input:4) never matches: {NO_FIELDS}",
        f"CiliumNetworkPolicy/shop/p specs[1].egress[0] (input:4) never matches: {NO_FIELDS}",
    ]


SAMPLES = Path(__file__).parents[2] / "samples"
INPUTS = [
    *(pytest.param(source(dialect, one), id=one) for dialect, spec, _, _, near in CASES for one in (spec, near)),
    *(pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in sorted(SAMPLES.rglob("*.yaml"))),
]
SECTIONS = ("ingress", "egress", "ingressDeny", "egressDeny")


@pytest.mark.parametrize("given", INPUTS)
def test_what_is_written_is_lifted_or_told(given: str | Path) -> None:
    """No rule of a policy that is lifted, no peer and no item of its ports may vanish without a word."""
    try:
        linked = link(take_in(sources(given)), default_namespace="default")
    except InputError:
        return
    lifted, idle = set(around(_lifted(linked))), [one.origin.place for one in linked.idle]
    for policy in linked.policies.policies:
        value = linked.values[policy.origin.place]
        for path in _written(value):
            place = policy.origin.at(*path).place
            assert place in lifted or any(is_within(place, one) or is_within(one, place) for one in idle), spell(path)


def _lifted(linked: Linked) -> Iterator[Place]:
    """The places of the rules, peers and packets that were lifted."""
    for policy in linked.policies.policies:
        for rule in rules_of(policy):
            yield rule.origin.place
            whole = [*rule.peers, *(rule.subject or ())]
            found = [part for peer in whole if not is_nobody(peer) for part in (peer, *parts(peer))]
            yield from (one.origin.place for one in (*found, *rule.traffic))


def _written(value: Any) -> Iterator[FieldPath]:
    """The places of the rules of an object, of their peers and of the items that say which packets are meant; not of a
    rule that names nobody and stands alone, as that is how people isolate.
    """
    specs = [(("spec",), value.get("spec") or {})]
    specs += [(("specs", number), spec) for number, spec in enumerate(value.get("specs") or ())]
    for where, spec in specs:
        for section in SECTIONS:
            rules = spec.get(section) or ()
            for number, rule in enumerate(rules):
                at = (*where, section, number)
                if len(rules) == 1 and all(found in ([], ["none"]) for found in rule.values()):
                    continue
                yield at
                for key, found in rule.items():
                    if key == "toServices":
                        yield (*at, key)
                    elif key == "ports" or key == "icmps" or key.startswith(("from", "to")):
                        yield from ((*at, key, index) for index in range(len(found or ())))
                    elif key in ("source", "destination"):
                        yield from ((*at, key, "nets", index) for index in range(len(found.get("nets") or ())))
