"""Sets of a Calico input stay sets of a Cilium output, for releases that have them and where nothing else is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

import translate
from tests.golden.schemas import FOLDER, validator
from translate.api.sets_kept import with_sets
from translate.api.task import Task
from translate.core.diagnostics import Report
from translate.core.release import release as release_of
from translate.frontend.facts import facts_of
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import sources
from translate.model.edit import with_peers

HEAD = "apiVersion: projectcalico.org/v3\n"
PUBLIC: dict[str, Any] = {"assume": ["public-is-outside"]}
MODE: dict[str, Any] = PUBLIC | {"settings": {"cilium": {"policy-cidr-match-mode": ["nodes"]}}}
PARTNERS = ("198.51.100.0/24", "203.0.113.7/32")


def a_set(name: str, *nets: str, namespace: str = "", role: str = "partner") -> str:
    kind, where = ("NetworkSet", f", namespace: {namespace}") if namespace else ("GlobalNetworkSet", "")
    return f"{HEAD}kind: {kind}\nmetadata: {{name: {name}{where}, labels: {{role: {role}}}}}\nspec: {{nets: {list(nets)}}}\n"


def allow(peer: str, action: str = "Allow") -> str:
    return f"{{action: {action}, protocol: TCP, source: {{{peer}}}, destination: {{ports: [443]}}}}"


def a_policy(*rules: str, name: str = "api") -> str:
    where = f"metadata: {{name: {name}, namespace: shop}}"
    return f"{HEAD}kind: NetworkPolicy\n{where}\nspec: {{selector: app == '{name}', types: [Ingress], ingress: [{', '.join(rules)}]}}\n"


GLOBAL = "namespaceSelector: global(), selector: role == 'partner'"
OWN = "selector: role == 'partner'"


def converted(
    *documents: str, release: str = "1.18", facts: dict[str, Any] = PUBLIC, **options: Any
) -> translate.Result:
    text = "---\n".join(documents)
    return translate.convert(text, to="cilium", facts=facts, target_version=f"cilium={release}", **options)


def groups(result: translate.Result) -> dict[str, list[str]]:
    return {x["metadata"]["name"]: x["spec"]["externalCIDRs"] for x in result.objects if x["kind"] == "CiliumCIDRGroup"}


def peers(result: translate.Result, side: str = "ingress") -> list[Any]:
    """The peers of all elements that are ranges."""
    specs = [one["spec"] for one in result.objects if one["kind"] != "CiliumCIDRGroup"]
    elements = [element for spec in specs for element in spec.get(side, [])]
    return [item for element in elements for key in ("fromCIDR", "fromCIDRSet") for item in element.get(key, [])]


def codes(result: translate.Result) -> list[str]:
    return [loss.code for loss in result.losses]


@pytest.mark.parametrize(
    ("release", "version"), [("1.15", None), ("1.16", None), ("1.17", "cilium.io/v2alpha1"), ("1.18", "cilium.io/v2")]
)
def test_a_release_has_them_or_not(release: str, version: str | None) -> None:
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL)), release=release)
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME
    kept = version is not None
    assert groups(result) == ({"partners": list(PARTNERS)} if kept else {})
    assert [one["apiVersion"] for one in result.objects if one["kind"] == "CiliumCIDRGroup"] == [version] * kept
    assert peers(result) == ([{"cidrGroupRef": "partners"}] if kept else list(PARTNERS))
    assert codes(result) == ([] if kept else ["NPT303"])


def test_no_release_that_is_stated_has_none() -> None:
    text = "---\n".join([a_set("partners", *PARTNERS), a_policy(allow(GLOBAL))])
    result = translate.convert(text, to="cilium", facts=PUBLIC)
    assert (groups(result), codes(result)) == ({}, ["NPT303"])


def test_one_range_that_is_used_once_is_shorter_written_out() -> None:
    one = a_set("partner", "203.0.113.7/32")
    once = converted(one, a_policy(allow(GLOBAL)))
    assert (groups(once), peers(once), codes(once)) == ({}, ["203.0.113.7/32"], ["NPT303"])
    twice = converted(one, a_policy(allow(GLOBAL)), a_policy(allow(GLOBAL), name="web"))
    assert (groups(twice), codes(twice)) == ({"partner": ["203.0.113.7/32"]}, [])
    assert peers(twice) == [{"cidrGroupRef": "partner"}] * 2


def test_pods_stay_beside_their_set() -> None:
    result = converted(a_set("partners", *PARTNERS, namespace="shop"), a_policy(allow(OWN)))
    assert groups(result) == {"shop-partners": list(PARTNERS)}
    ingress = result.objects[-1]["spec"]["ingress"]
    assert [next(iter(element.values())) for element in ingress] == [
        [{"matchLabels": {"role": "partner"}}],
        [{"cidrGroupRef": "shop-partners"}],
    ]


def test_a_group_has_no_labels_that_selectors_could_find() -> None:
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL)))
    assert result.objects[0]["metadata"] == {"name": "partners"}


def test_a_name_for_two_sets_is_for_none() -> None:
    mine, of_all = (
        a_set("partners", "192.0.2.0/25", "192.0.2.128/26", namespace="shop"),
        a_set("shop-partners", *PARTNERS),
    )
    result = converted(mine, of_all, a_policy(allow(OWN), allow(GLOBAL)))
    assert (groups(result), codes(result)) == ({}, ["NPT303", "NPT303"])


def test_a_set_that_is_cut_is_copied() -> None:
    """What is denied before it has to be worked out, as an allow stands before the Deny."""
    rules = (allow("nets: [198.51.100.200/32]"), allow("nets: [198.51.100.128/25]", "Deny"), allow(GLOBAL))
    result = converted(a_set("partners", *PARTNERS), a_policy(*rules), a_policy(allow(GLOBAL), name="web"))
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME
    assert peers(result) == ["198.51.100.200/32", "198.51.100.0/25", "203.0.113.7/32", {"cidrGroupRef": "partners"}]
    assert [(loss.code, loss.object) for loss in result.losses] == [("NPT303", "NetworkPolicy/shop/api")]


def test_all_sets_that_a_rule_means_are_named() -> None:
    result = converted(a_set("a", "192.0.2.0/25"), a_set("b", *PARTNERS), a_policy(allow(GLOBAL), allow(GLOBAL)))
    assert peers(result)[:2] == [{"cidrGroupRef": "a"}, {"cidrGroupRef": "b"}]
    assert groups(result) == {"a": ["192.0.2.0/25"], "b": list(PARTNERS)}


def test_sets_that_overlap_are_all_their_ranges() -> None:
    result = converted(
        a_set("wide", "198.51.100.0/24", "192.0.2.0/25"), a_set("narrow", *PARTNERS), a_policy(allow(GLOBAL))
    )
    assert result.proof is not None
    assert result.proof.verdict is translate.Verdict.SAME
    assert peers(result) == [{"cidrGroupRef": "wide"}, {"cidrGroupRef": "narrow"}]


def test_a_copy_that_is_left_is_told() -> None:
    """Of the same set, in a rule that asks for more."""
    more = allow(f"{GLOBAL}, nets: [192.0.0.0/2]").replace("443", "8443")
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL), more))
    assert peers(result) == [{"cidrGroupRef": "partners"}, *PARTNERS]
    assert codes(result) == ["NPT303"]


def test_what_is_cut_in_one_rule_is_told_though_another_names_it() -> None:
    denied = allow("nets: [198.51.100.192/28]", "Deny")
    rules = (allow("nets: [198.51.100.200/32]"), denied, allow(GLOBAL), allow(GLOBAL).replace("443", "8443"))
    result = converted(a_set("partners", *PARTNERS), a_policy(*rules))
    assert {"cidrGroupRef": "partners"} in peers(result)
    assert {"cidr": "198.51.100.0/24", "except": ["198.51.100.192/28"]} in peers(result)
    assert codes(result) == ["NPT303"]


@pytest.mark.parametrize(
    ("ranges", "is_whole"),
    [
        ([("198.51.100.0/25", ()), ("198.51.100.128/25", ()), ("203.0.113.7/32", ())], True),
        ([("198.51.100.0/24", ()), ("203.0.113.7/32", ())], True),
        ([("198.51.100.0/24", ())], False),
        ([("198.51.100.0/24", ()), ("203.0.113.6/31", ())], False),
        ([("198.51.100.0/24", ("198.51.100.192/28",)), ("203.0.113.7/32", ())], False),
    ],
)
def test_only_all_ranges_are_a_set(ranges: list[tuple[str, tuple[str, ...]]], is_whole: bool) -> None:
    """Whatever is done to the ranges of a set, with the place of the selector that means it."""
    text = "---\n".join([a_set("partners", *PARTNERS), a_policy(allow(GLOBAL))])
    given = link(take_in(sources(text)), default_namespace="default", engine=None, facts=facts_of(PUBLIC), to="cilium")
    task = Task(given, "cilium", translate.Options(), release_of("1.18"))

    def changed(peer: translate.Peer) -> Iterator[translate.Peer]:
        yield from (translate.Cidr(block, holes, translate.Reach.OUTSIDE, peer.origin) for block, holes in ranges)

    fitted = replace(given.policies, policies=tuple(with_peers(one, changed) for one in given.policies.policies))
    assert len(with_sets(task, fitted, Report()).objects) == is_whole


def test_ranges_that_a_person_wrote_out_stay() -> None:
    written = f"nets: {list(PARTNERS)}"
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL), allow(written).replace("443", "8443")))
    assert peers(result) == [{"cidrGroupRef": "partners"}, *PARTNERS]


def test_a_set_and_ranges_at_once_are_no_set() -> None:
    both = f"{GLOBAL}, nets: [192.0.0.0/2]"
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(both)))
    assert (groups(result), peers(result)) == ({}, list(PARTNERS))


def test_what_is_denied_is_named_too() -> None:
    result = converted(
        a_set("partners", *PARTNERS), a_policy(allow(GLOBAL, "Deny"), "{action: Allow}"), accept=["NPT520", "NPT521"]
    )
    assert peers(result, "ingressDeny") == [{"cidrGroupRef": "partners"}]


def test_an_agent_that_reads_ranges_otherwise_gets_none() -> None:
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL)), facts=MODE)
    assert (groups(result), peers(result)) == ({}, list(PARTNERS))


def test_it_needs_no_proof() -> None:
    proved, not_proved = (
        converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL)), verify=verify) for verify in (True, False)
    )
    assert proved.text == not_proved.text


def test_the_objects_are_valid() -> None:
    if not FOLDER.is_dir():
        pytest.skip("the schemas of the projects are not here")
    result = converted(a_set("partners", *PARTNERS), a_policy(allow(GLOBAL)))
    for one in result.objects:
        errors = validator(one["apiVersion"], one["kind"]).iter_errors(one)
        assert [error.message for error in errors] == []
