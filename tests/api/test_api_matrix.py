"""``translate.matrix``: groups by the labels that policies name, and what the policies say between each two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import translate
from translate import Access, MatrixCell

SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml"


def policy(name: str, selector: str, *, namespace: str = "shop", rules: str = "") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  podSelector: {selector}
  {rules}
"""


def ingress(*rules: str) -> str:
    return f"ingress: [{', '.join(rules)}]"


WEB = policy("web", "{matchLabels: {app: web}}", rules=ingress("{from: [{podSelector: {matchLabels: {app: api}}}]}"))
TEAM = policy(
    "team", "{}", rules=ingress("{from: [{namespaceSelector: {matchLabels: {team: x}}}], ports: [{port: 80}]}")
)


def said(found: translate.Matrix, source: str, destination: str) -> MatrixCell:
    names = [group.name for group in found.groups]
    return found.cells[names.index(source)][names.index(destination)]


def matrix(*texts: str, **options: Any) -> translate.Matrix:
    return translate.matrix("\n---\n".join(texts), **{"source_engine": "calico", **options})


def names(found: translate.Matrix) -> list[str]:
    return [group.name for group in found.groups]


def test_groups_come_from_the_labels_of_the_policies() -> None:
    found = translate.matrix(TIERS, source_engine="calico")
    assert names(found) == [
        "ingress-nginx/any pod",
        "kube-system/{k8s-app=kube-dns}",
        "kube-system/any other pod",
        "shop/{tier=backend}",
        "shop/{tier=database}",
        "shop/{tier=frontend}",
        "shop/any other pod",
        "other namespaces/any pod",
        "other nodes",
        "own node",
        "world",
    ]
    assert found.groups[6].text == "pods labelled tier not in (backend, database, frontend) in shop"
    assert said(found, "shop/{tier=frontend}", "shop/{tier=backend}") == MatrixCell(Access.SOME, "TCP 8080", "TCP 8080")
    assert said(found, "shop/{tier=frontend}", "shop/{tier=database}") == MatrixCell(Access.NOTHING)
    assert said(found, "shop/any other pod", "world") == MatrixCell(Access.ALL, "any", "any")
    assert said(found, "world", "own node") == MatrixCell(Access.UNASKED)
    assert (found.left_out, found.reason, found.is_decided, found.before) == (0, "", True, ())


def test_both_ends_must_let_a_packet_through() -> None:
    closed = policy("api", "{matchLabels: {app: api}}", rules="policyTypes: [Egress]")
    assert said(matrix(WEB), "shop/{app=api}", "shop/{app=web}").access is Access.ALL
    assert said(matrix(WEB, closed), "shop/{app=api}", "shop/{app=web}").access is Access.NOTHING


def test_labels_of_a_namespace_that_nobody_told_are_what_a_cell_rests_on() -> None:
    found = matrix(TEAM)
    inside = said(found, "shop/any pod", "shop/any pod")
    assert inside == MatrixCell(Access.DEPENDS, "", "TCP 80", ("the label team of the namespace shop",))
    assert said(found, "namespaces {team=x}/any pod", "shop/any pod").always == "TCP 80"
    assert said(found, "other namespaces/any pod", "shop/any pod").access is Access.NOTHING


def test_a_namespace_object_settles_it() -> None:
    for labels, access in (("{team: x}", Access.SOME), ("{}", Access.NOTHING)):
        home = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {labels}}}\n"
        assert said(matrix(TEAM, home), "shop/any pod", "shop/any pod").access is access


def test_what_an_api_leaves_open_depends_on_who_enforces_it() -> None:
    closed = policy("closed", "{}", rules="policyTypes: [Egress]")
    open_ = said(matrix(closed, source_engine=None), "shop/any pod", "own node")
    assert open_ == MatrixCell(Access.DEPENDS, "", "any", ("who enforces the policies",))
    assert said(matrix(closed), "shop/any pod", "nodes").access is Access.NOTHING


def test_addresses_of_pods_are_what_a_range_rests_on_until_they_are_stated() -> None:
    block = policy("out", "{}", rules="policyTypes: [Egress]\n  egress: [{to: [{ipBlock: {cidr: 10.9.0.0/16}}]}]")
    found = matrix(block)
    assert said(found, "shop/any pod", "other namespaces/any pod").rests_on == ("the address of the destination",)
    assert said(found, "shop/any pod", "world 10.9.0.0/16").access is Access.ALL
    told = matrix(block, facts={"pods": ["10.20.0.0/16"], "nodes": ["192.0.2.0/24"]})
    assert said(told, "shop/any pod", "other namespaces/any pod").access is Access.NOTHING


def test_pods_and_workloads_of_the_input_are_named_and_those_of_no_other_labels_left_out() -> None:
    made = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
"""
    found = matrix(WEB, made)
    assert [group.members for group in found.groups if group.members] == [("deployment/shop/front",)]
    assert (names(found)[:2], found.unpeopled) == (["shop/{app=web}", "shop/any other pod"], 1)
    assert names(matrix(WEB, made, all_groups=True))[:2] == ["shop/{app=api}", "shop/{app=web}"]


def test_where_all_pods_are_told_there_are_no_others() -> None:
    pods = "".join(
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n"
        "spec: {containers: []}\nstatus: {phase: Running}\n"
        for name, app in (("one", "web"), ("two", "api"))
    )
    found = matrix(WEB, pods, facts={"complete": ["Pod"]})
    assert [group.members for group in found.groups if group.kind is translate.GroupKind.PODS] == [
        ("shop/two",),
        ("shop/one",),
    ]
    assert said(found, "shop/{app=web}", "shop/{app=web}").access is Access.NOBODY
    assert said(found, "shop/{app=api}", "shop/{app=web}").access is Access.ALL


def test_names_of_the_outside_are_groups_of_their_own() -> None:
    found = translate.matrix(SAMPLES / "fqdn" / "cilium.yaml")
    named = "dns:api.payments.example.com"
    assert said(found, "shop/{app=billing}", named) == MatrixCell(Access.SOME, "TCP 443", "TCP 443")
    assert said(found, "shop/{app=billing}", "world").access is Access.NOTHING


def test_a_pod_that_is_not_there_yet_is_in_a_group() -> None:
    found = matrix(WEB, focus=["shop/any{app=new}", "elsewhere/any{app=web}", "203.0.113.9"])
    assert found.asked == (
        ("shop/any{app=new}", ("shop/any other pod",)),
        ("elsewhere/any{app=web}", ("other namespaces/any pod",)),
        ("203.0.113.9", ("world",)),
    )
    asked = {found.groups[number].name for number in found.focus}
    assert asked == {"shop/any other pod", "other namespaces/any pod", "world"}
    assert all({i, j} & set(found.focus) for i, j in found.pairs)


def test_where_groups_are_too_many_those_of_one_selector_are_told_and_the_rest_is_counted() -> None:
    many = [
        policy(f"p{n}", f"{{matchLabels: {{k{n}: 'x'}}}}", rules=ingress(f"{{ports: [{{port: {n + 1}}}]}}"))
        for n in range(7)
    ]
    found = matrix(*many)
    plain = [f"shop/{{k{n}=x}}" for n in range(7)]
    assert names(found)[:8] == [*plain, "shop/pods without such labels"]
    assert found.left_out >= 64 - len(plain)
    asked = matrix(*many, focus=["shop/any{k1=x,k2=x}"])
    (number,) = asked.focus
    assert asked.groups[number].name == "shop/{k1=x, k2=x}"
    assert said(asked, "world", "shop/{k1=x, k2=x}").always == "TCP 2-3"
    whole = matrix(*many, max_groups=200)
    assert (whole.left_out, len([name for name in names(whole) if name.startswith("shop/")])) == (0, 2**7)


@pytest.mark.parametrize(
    ("focus", "message"),
    [
        ("shpo", "--focus: \"shpo\" is no group, no namespace and nobody of the input; did you mean 'shop'?"),
        (
            "shop/{app=wbe}",
            "--focus: \"shop/{app=wbe}\" is no group, no namespace and nobody of the input; did you mean 'shop/{app=web}'?",
        ),
        (
            "qqq/zzz",
            "--focus: there is no Pod \"qqq/zzz\" in the input; add its object, or say labels: 'qqq/zzz{app=web}'",
        ),
        ("{", '--focus: "{" is no group, no namespace and nobody of the input'),
    ],
)
def test_a_focus_that_nobody_is_is_told_in_a_line(focus: str, message: str) -> None:
    with pytest.raises(translate.InputError) as caught:
        matrix(WEB, focus=[focus])
    assert [problem.message for problem in caught.value.problems] == [message]


def test_before_and_after_share_their_groups() -> None:
    wider = WEB.replace("app: api", "app: job")
    found = matrix(WEB, after=wider, target_engine="calico")
    assert len(found.before) == len(found.cells) == len(found.groups)
    changed = [
        (found.groups[i].name, found.groups[j].name, found.before[i][j].access, found.cells[i][j].access)
        for i, j in found.changes
    ]
    assert changed == [
        ("shop/{app=api}", "shop/{app=web}", Access.ALL, Access.NOTHING),
        ("shop/{app=job}", "shop/{app=web}", Access.NOTHING, Access.ALL),
    ]


def test_a_translation_is_before_and_after_too() -> None:
    found = translate.matrix(SAMPLES / "ordered-deny" / "calico.yaml", to="cilium")
    assert (len(found.before) > 0, found.changes) == (True, ())
    with pytest.raises(ValueError, match="not both"):
        matrix(WEB, after=WEB, to="calico")


def test_what_is_not_read_makes_it_undecided() -> None:
    found = translate.matrix(SAMPLES / "host-policies" / "calico.yaml")
    assert any("policies for hosts are not judged" in note for note in found.notes)
    odd = matrix(WEB, "apiVersion: v1\nkind: EgressNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec: {}\n")
    assert said(odd, "shop/{app=api}", "shop/{app=web}").access is Access.ALL
    assert odd.reason == "EgressNetworkPolicy/shop/a decides about traffic and is not read"
    assert not odd.is_decided


def test_a_budget_that_runs_out_is_told() -> None:
    found = matrix(WEB, max_steps=3)
    assert (found.groups, found.reason) == ((), "working out who reaches whom did not finish within 3 steps")
    assert not found.is_decided


def test_an_input_without_policies_is_an_error() -> None:
    with pytest.raises(translate.InputError, match="the input holds no policy: there is nothing to show"):
        translate.matrix("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
