"""``--target-version``: what a release does not have is said another way or refused, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.passes.fitting import Outcome, calico, documents, form, policies, rule, text
from translate.api.convert import convert
from translate.api.releases import release_of
from translate.core.diagnostics import Report, UnsupportedError
from translate.core.release import Release, release
from translate.dialects import get
from translate.dialects.cilium.versions import older
from translate.prover.proof import Verdict
from translate.tables import load

GATES = [(name, gate) for name, found in load.versions().items() for gate in found.gates]
TIER = calico("Tier", "order: 10, defaultAction: Deny", "security")
STAGED = calico("StagedNetworkPolicy", "types: [Ingress]", "s")
GROUP = "apiVersion: {}\nkind: CiliumCIDRGroup\nmetadata: {{name: g}}\nspec: {{externalCIDRs: [10.0.0.0/8]}}\n"
NSL = "'k8s:io.cilium.k8s.namespace.labels.team'"


def cilium(element: str, more: str = "", way: str = "egress") -> str:
    return text("cilium", f"endpointSelector: {{}}, {way}: [{{{element}}}]{more}")


def ports(text: str) -> str:
    return f"toPorts: [{{ports: [{{{text}}}]}}]"


USES = {
    # gate: objects that stay as they are and use it, and how they are written without it
    "performance-hints": (
        text("calico", "types: [Ingress], performanceHints: [AssumeNeededOnEveryNode]"),
        text("calico", "types: [Ingress]"),
    ),
    "tiers": (documents(TIER, text("calico", "tier: security, order: 1, types: [Ingress]", "name: security.p")), None),
    "staged": (documents(STAGED, text("calico", "types: [Ingress]")), text("calico", "types: [Ingress]")),
    "free-names": (
        documents(TIER, text("calico", "tier: security, order: 1, types: [Ingress]")),
        documents(TIER, text("calico", "tier: security, order: 1, types: [Ingress]", "name: security.p")),
    ),
    "named-ports-alone": (
        text("calico", "types: [Ingress], ingress: [{action: Allow, destination: {ports: [http]}}]"),
        text("calico", "types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [http]}}]"),
    ),
    "ties-by-name": (
        documents(
            text("calico", "types: [Ingress], ingress: [{action: Deny, protocol: TCP}]", "name: b, namespace: apps"),
            calico("GlobalNetworkPolicy", "types: [Ingress], ingress: [{action: Allow}]", "a"),
        ),
        documents(
            text("calico", "order: 2, types: [Ingress], ingress: [{action: Deny, protocol: TCP}]"),
            calico("GlobalNetworkPolicy", "order: 1, types: [Ingress], ingress: [{action: Allow}]", "a"),
        ),
    ),
    "default-deny-off": (cilium("toEntities: [all]", ", enableDefaultDeny: {egress: false}"), cilium("")),
    "end-port": (
        cilium(ports("port: '80', endPort: 90, protocol: TCP")),
        cilium(ports("port: '80', protocol: TCP")),
    ),
    "namespace-labels": (
        cilium(f"toEndpoints: [{{matchLabels: {{{NSL}: a}}}}]"),
        cilium(f"toEndpoints: [{{matchLabels: {{{NSL}: a, 'k8s:io.kubernetes.pod.namespace': b}}}}]"),
    ),
    "negative-namespaces": (
        cilium(
            "toEndpoints: [{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [b]}]}]"
        ),
        cilium(
            "toEndpoints: [{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [b]}, "
            "{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}, "
            "{matchExpressions: [{key: app, operator: DoesNotExist}]}]"
        ),
    ),
    "empty-peers": (cilium("toEndpoints: []"), cilium("toEndpoints: [{}]")),
    "nodes": (cilium("toNodes: [{matchLabels: {zone: a}}]"), cilium("toEntities: [remote-node]")),
    "groups-in": (
        cilium("fromGroups: [{aws: {region: r}}]", way="ingress"),
        cilium("toGroups: [{aws: {region: r}}]"),
    ),
    "cidr-group-out": (
        documents(GROUP.format("cilium.io/v2alpha1"), cilium("toCIDRSet: [{cidrGroupRef: g}]")),
        documents(GROUP.format("cilium.io/v2alpha1"), cilium("fromCIDRSet: [{cidrGroupRef: g}]", way="ingress")),
    ),
    "cidr-group-selector": (
        cilium("fromCIDRSet: [{cidrGroupSelector: {matchLabels: {a: b}}}]", way="ingress"),
        cilium("fromCIDRSet: [{cidrGroupRef: g}]", way="ingress"),
    ),
    "services-with-ports": (
        cilium(f"toServices: [{{k8sService: {{serviceName: s}}}}], {ports('port: dns, protocol: UDP')}"),
        cilium("toServices: [{k8sService: {serviceName: s}}]"),
    ),
    "cidr-group-v2": (
        documents(GROUP.format("cilium.io/v2"), cilium("fromCIDRSet: [{cidrGroupRef: g}]", way="ingress")),
        documents(GROUP.format("cilium.io/v2alpha1"), cilium("fromCIDRSet: [{cidrGroupRef: g}]", way="ingress")),
    ),
    "server-name-patterns": (
        cilium("toPorts: [{ports: [{port: '443', protocol: TCP}], serverNames: ['*.a.org']}]"),
        cilium("toPorts: [{ports: [{port: '443', protocol: TCP}], serverNames: [a.org]}]"),
    ),
    "log-value": (cilium("", ", log: {value: x}"), cilium("", ", description: log")),
    "any-depth-names": (
        cilium("toFQDNs: [{matchPattern: '**.a.org'}]"),
        cilium("toFQDNs: [{matchPattern: '*.a.org'}]"),
    ),
    "vrrp-igmp": (cilium(ports("port: '0', protocol: VRRP")), cilium(ports("port: '0', protocol: UDP"))),
    "tunnel-protocols": (cilium(ports("port: '0', protocol: GRE")), cilium(ports("port: '0', protocol: UDP"))),
    "cluster-mesh": (cilium("toEntities: [cluster-mesh]"), cilium("toEntities: [cluster]")),
}
WRITTEN = {"tier-field": "left out below", "icmp-by-number": "by name below"}


def one_less(since: str) -> str:
    found = release(since)
    assert found is not None
    return str(found._replace(minor=found.minor - 1))


def codes(source: str, to: str, version: str) -> list[str]:
    """What is refused as newer; nothing else may be."""
    try:
        convert(source, to=to, target_version={to: version})
    except UnsupportedError as refused:
        return [found.message if found.code == "NPT214" else found.code for found in refused.refusals]
    return []


def test_every_gate_has_an_example() -> None:
    assert set(USES) | set(WRITTEN) == {gate.id for _, gate in GATES}
    for name, found in load.versions().items():
        gates = get(name).gates
        assert {gate.test for gate in found.gates if gate.test} == {*gates.tests, *gates.sets}
        assert set(gates.dress) <= {gate.id for gate in found.gates if gate.older}
    ids = [gate.id for _, gate in GATES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("name", "gate"), GATES, ids=[gate.id for _, gate in GATES])
def test_every_gate_is_among_the_releases(name: str, gate: Any) -> None:
    known = load.versions()[name]
    oldest, since, newest = release(known.oldest), release(gate.since), release(known.newest)
    assert oldest is not None
    assert since is not None
    assert newest is not None
    assert oldest < since <= newest


@pytest.mark.parametrize("id_", USES)
def test_what_is_newer_is_refused_by_name(id_: str) -> None:
    name, gate = next((name, gate) for name, gate in GATES if gate.id == id_)
    using, without = USES[id_]
    said = codes(using, name, one_less(gate.since))
    engine = {"calico": "Calico", "cilium": "Cilium"}[name]
    assert f"this needs {engine} {gate.since}, and the target is {one_less(gate.since)}: {gate.spelled}" in said
    assert codes(using, name, gate.since) == []
    if without is not None:
        assert not any(line.endswith(gate.spelled) for line in codes(without, name, one_less(gate.since)))


def test_a_label_that_is_called_like_a_field_is_no_use_of_it() -> None:
    source = text(
        "cilium",
        "endpointSelector: {matchLabels: {endPort: a, toNodes: b}}, egress: [{toEndpoints: [{matchLabels: {log: c}}]}]",
    )
    assert codes(source, "cilium", "1.15") == []


def test_specs_count_as_spec_does() -> None:
    source = yaml.safe_load(cilium(ports("port: '80', endPort: 90, protocol: TCP")))
    source["specs"] = [source.pop("spec")]
    with pytest.raises(UnsupportedError) as refused:
        convert(yaml.safe_dump(source), to="cilium", target_version="cilium=1.15")
    (found,) = refused.value.refusals
    assert found.origin.path == ("specs", 0, "egress", 0, "toPorts", 0, "ports", 0, "endPort")
    assert (found.line > 1, found.hint) == (True, "list the ports")


def test_the_place_of_what_is_written_is_told() -> None:
    source = text("kubernetes", "podSelector: {}, ingress: [{ports: [{port: 80, endPort: 9000}]}]")
    (said,) = codes(source, "cilium", "1.15")
    assert said.endswith("the target is 1.15: endPort at spec.ingress[0].toPorts[0].ports[0].endPort")


OLDER = [
    # from, spec, what Cilium 1.15 is told
    (
        "kubernetes",
        "podSelector: {}, ingress: [{ports: [{port: 80, endPort: 82}]}]",
        "endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}, "
        "{port: '81', protocol: TCP}, {port: '82', protocol: TCP}]}]}]",
    ),
    (
        "kubernetes",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]",
        f"endpointSelector: {{}}, ingress: [{{fromEndpoints: [{{matchLabels: {{{NSL}: a}}, "
        "matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: Exists}]}]}]",
    ),
    (
        "calico",
        "order: 1, types: [Ingress], ingress: [{action: Deny, source: {selector: has(x)}}, {action: Allow}]",
        "endpointSelector: {}, ingress: [{fromEntities: [all]}], "
        "ingressDeny: [{fromEndpoints: [{matchExpressions: [{key: x, operator: Exists}]}]}]",
    ),
]


@pytest.mark.parametrize(("source", "spec", "expected"), OLDER)
def test_the_older_form_is_the_same(source: str, spec: str, expected: str) -> None:
    result = convert(text(source, spec), to="cilium", target_version="cilium=v1.15.3")
    assert [item["spec"] for item in result.objects] == [yaml.safe_load(f"{{{expected}}}")]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("number", "type_", "net", "name"),
    [(1, 8, "192.0.2.0/24", "ICMP"), (58, 128, "2001:db8::/32", "ICMPv6"), (1, 8, "2001:db8::/32", None)],
)
def test_older_calico_has_the_name_of_icmp_where_that_is_the_same(
    number: int, type_: int, net: str, name: str | None
) -> None:
    rules = f"[{{action: Allow, protocol: {number}, icmp: {{type: {type_}}}, destination: {{nets: ['{net}']}}}}]"
    given = documents(
        text("kubernetes", "podSelector: {}"), text("calico", f"types: [Egress], egress: {rules}", "name: q")
    )
    if name is None:
        (said,) = codes(given, "calico", "3.28")
        assert said.endswith("a protocol by number beside icmp at spec.egress[0].protocol")
        return
    result = convert(given, to="calico", target_version="calico=3.28")
    assert result.proof is not None
    assert (result.objects[1]["spec"]["egress"][0]["protocol"], result.proof.verdict) == (name, Verdict.SAME)
    newer = convert(given, to="calico", target_version="calico=3.29")
    assert newer.objects[0]["spec"]["egress"][0]["protocol"] == number


def test_older_calico_has_no_field_for_the_tier() -> None:
    source = text("kubernetes", "podSelector: {}")
    for version, there in ("3.28", False), ("3.29", True):
        (item,) = convert(source, to="calico", target_version=f"calico={version}").objects
        assert ("tier" in item["spec"]) is there
    kept = convert(text("calico", "tier: default, types: [Ingress]"), to="calico", target_version="calico=3.28")
    assert "tier" not in kept.objects[0]["spec"]
    assert [note.message for note in kept.notes] == [
        "the layout of the input could not be kept: all objects are written anew"
    ]


@pytest.mark.parametrize("options", [{}, {"log_denials": True}])
def test_older_calico_has_no_field_for_the_tier_beside_other_policies_either(options: dict[str, bool]) -> None:
    given = (
        text("calico", "tier: default, types: [Ingress]")
        + "---\n"
        + text("kubernetes", "podSelector: {}", "name: k, namespace: shop")
    )
    found = convert(given, to="calico", target_version="calico=3.28", **options)
    assert not any("tier" in item["spec"] for item in found.objects)
    assert found.notes[0].message == "the layout of the input could not be kept: all objects are written anew"


@pytest.mark.parametrize("to", ["calico", "cilium"])
def test_the_newest_release_changes_nothing(to: str) -> None:
    source = text("kubernetes", "podSelector: {}, ingress: [{ports: [{port: 80, endPort: 82}]}]")
    newest = load.versions()[to].newest
    assert convert(source, to=to, target_version={to: newest}).text == convert(source, to=to).text
    assert convert(source, to=to, target_version={to: newest}).notes == convert(source, to=to).notes


def fitted(source: str, *specs: str, version: str) -> Outcome:
    given, report = policies(source, *specs), Report()
    wanted = release(version)
    assert wanted is not None
    return Outcome(given.policies, older(given.policies, wanted, report), report)


OPEN = "endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{}]}]"
ALL_DENIED = rule(["pods all of the own namespace"], action="Deny")
LEFT_ALONE = [
    ((OPEN,), "1.16"),
    # who is isolated by another policy would be opened
    ((OPEN, "endpointSelector: {}, ingress: [{}]"), "1.15"),
    (("endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '1', endPort: 41}]}]}]",), "1.15"),
    (("endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '1', endPort: 2}]}]}]",), "1.16"),
    (("endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]",), "1.15"),
]


@pytest.mark.parametrize(("specs", "version"), LEFT_ALONE)
def test_left_alone(specs: tuple[str, ...], version: str) -> None:
    assert fitted("cilium", *specs, version=version).untouched


def test_rewritten() -> None:
    outcome = fitted("cilium", OPEN, "endpointSelector: {}, egress: [{}]", version="1.15")
    assert outcome.forms == [form("all", ingress=[ALL_DENIED, rule(["anyone"])]), form("all", egress=[])]
    (note,) = outcome.report.notes
    assert "Cilium 1.15 has no enableDefaultDeny" in note.message


KNOWN = [
    (None, "cilium", None),
    ("cilium=1.18", "cilium", Release(1, 18)),
    ("cilium=v1.18.3", "cilium", Release(1, 18)),
    ("cilium=1.18", "calico", None),
    (("calico=3.30", "cilium=1.15"), "calico", Release(3, 30)),
    ({"calico": "3.26"}, "calico", Release(3, 26)),
    ((), "calico", None),
]
UNKNOWN = [
    ("1.18", "'1.18' must be DIALECT=VERSION, as in cilium=1.20"),
    ("cilium=1.14", "cilium 1.14 is no release that is known: cilium 1.15 to 1.20"),
    ("cilium=1.21", "cilium 1.21 is no release that is known: cilium 1.15 to 1.20"),
    ("cilium=new", "cilium new is no release that is known: cilium 1.15 to 1.20"),
    ("calico=3.33", "calico 3.33 is no release that is known: calico 3.26 to 3.32"),
    ("k8s=1.30", "kubernetes has no releases to tell apart: calico 3.26 to 3.32, cilium 1.15 to 1.20"),
    ("weave=1.0", "a dialect must be one of calico, cilium, kubernetes, not 'weave'"),
    (("cilium=1.18", "cilium=1.19"), "cilium has two releases: name one"),
]


@pytest.mark.parametrize(("given", "to", "expected"), KNOWN)
def test_releases_that_are_known(given: Any, to: str, expected: Release | None) -> None:
    assert release_of(given, to) == expected


@pytest.mark.parametrize(("given", "message"), UNKNOWN)
def test_releases_that_are_not(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        release_of(given, "cilium")
    assert str(error.value) == message
    with pytest.raises(ValueError, match=r"."):
        convert(text("kubernetes", "podSelector: {}"), to="cilium", target_version=given)


LOGGED = [
    # version, extras of the spec
    (None, {}),
    ("1.17", {}),
    ("1.18", {"log": {"value": "shop/p"}}),
]


@pytest.mark.parametrize(("version", "extras"), LOGGED)
def test_log_value_names_the_source_policy_where_the_release_has_it(version: str | None, extras: dict) -> None:
    given = None if version is None else {"cilium": version}
    source = text("kubernetes", "podSelector: {matchLabels: {app: a}}")
    result = convert(source, to="cilium", log_denials=True, target_version=given)
    assert result.objects[0]["spec"] == {
        **extras,
        "endpointSelector": {"matchLabels": {"app": "a"}},
        "ingress": [{}],
    }
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME
    assert any(note.message.startswith("log.value names") for note in result.notes) is bool(extras)


@pytest.mark.parametrize(
    ("meta", "value"),
    [
        (f"name: {'a' * 27}, namespace: shop", "shop/" + "a" * 27),
        (f"name: {'a' * 28}, namespace: shop", "a" * 28),
        (f"name: {'a' * 33}, namespace: shop", "a" * 29 + "..."),
    ],
)
def test_long_names_are_cut(meta: str, value: str) -> None:
    source = text("kubernetes", "podSelector: {}", meta)
    result = convert(source, to="cilium", log_denials=True, target_version="cilium=1.20")
    assert result.objects[0]["spec"]["log"]["value"] == value


def test_cilium_policies_keep_their_own_text() -> None:
    source = text("cilium", "endpointSelector: {}, ingress: [{}], log: {value: mine}")
    result = convert(source, to="cilium", log_denials=True, target_version="cilium=1.18")
    assert result.text == source
    assert result.notes[-1].message == "Cilium policies of the input stay as they are: log.value is not added to them"


FILTERS = [
    # spec of Calico, the flags behind --verdict DROPPED
    (
        "selector: \"app == 'a' && tier in {'x', 'y'} && !has(z)\", types: [Ingress]",
        "--drop-reason-desc POLICY_DENIED --traffic-direction ingress --to-namespace shop "
        "--to-label 'k8s:app=a,k8s:tier in (x, y),!k8s:z'",
    ),
    (
        "selector: \"env not in {'d'}\", types: [Egress], egress: [{action: Deny, protocol: TCP}, {action: Allow}]",
        "--drop-reason-desc POLICY_DENY --traffic-direction egress --from-namespace shop "
        "--from-label 'k8s:env notin (d)'",
    ),
    ("types: [Ingress], ingress: [{action: Allow}]", None),
]


@pytest.mark.parametrize(("spec", "flags"), FILTERS)
def test_the_report_has_the_filter_for_what_is_written(spec: str, flags: str | None) -> None:
    result = convert(text("calico", spec), to="cilium", log_denials=True)
    commands = [note.message.partition("deny: ")[2] for note in result.notes if "policies deny" in note.message]
    assert commands == ([] if flags is None else [f"hubble observe --verdict DROPPED {flags}"])


def test_log_rules_that_go_are_said_to_be_no_loss_of_sight() -> None:
    source = text("calico", "types: [Ingress], ingress: [{action: Log}]")
    (loss,) = convert(source, to="cilium").losses
    assert (loss.code, loss.message) == (
        "NPT304",
        "NetworkPolicy/shop/p no longer logs: a CiliumNetworkPolicy (cilium.io/v2) has no Log rule; Cilium reports what "
        "it drops anyway (hubble observe --verdict DROPPED)",
    )
