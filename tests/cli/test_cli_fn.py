"""``fn``: ResourceList in, ResourceList out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Ran, Run

SPEC = """functionConfig:
  apiVersion: netpol-translate/v1
  kind: Translation
  metadata: {name: mine}
  spec:
"""
WEB = """  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: web
    namespace: shop
    annotations:
      config.kubernetes.io/index: '1'
      config.kubernetes.io/path: 'policies/web.yaml'
      internal.config.kubernetes.io/index: '1'
      internal.config.kubernetes.io/path: 'policies/web.yaml'
      internal.config.kubernetes.io/seqindent: 'wide'
  spec:
    podSelector: {matchLabels: {app: web}} # the web
    ingress:
      - from:
          - ipBlock: {cidr: 10.0.0.0/8}
"""
MAP = """  apiVersion: v1
  kind: ConfigMap   # no policy
  metadata: {name: map}
  data:
    text: |
      one

        - two
"""
EITHER = """  apiVersion: projectcalico.org/v3
  kind: NetworkPolicy
  metadata:
    name: store
    namespace: shop
    annotations:
      internal.config.kubernetes.io/index: '4'
      internal.config.kubernetes.io/path: 'store.yaml'
      kustomize.config.k8s.io/id: 'the one'
  spec:
    selector: app == 'postgres' || app == 'redis'
    types: [Ingress]
"""
EXACT = "    to: calico\n    sourceEngine: calico\n"
TIGHTER = "    to: cilium\n    sourceEngine: calico\n"


def listed(config: str, *items: str) -> str:
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
    return f"{head}{config}items:\n" + "".join(f"-{item[1:]}" for item in items)


def output(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(ran.out)
    assert (found["apiVersion"], found["kind"]) == ("config.kubernetes.io/v1", "ResourceList")
    return found


def kinds(found: dict[str, Any]) -> list[str]:
    return [f"{item['apiVersion']} {item['kind']} {item['metadata']['name']}" for item in found["items"]]


def test_a_policy_is_translated_where_it_stands_and_the_rest_stays_as_it_is(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + EXACT, MAP, WEB, MAP.replace("name: map", "name: last")))
    assert (ran.code, ran.err) == (0, "")
    found = output(ran)
    assert kinds(found) == [
        "v1 ConfigMap map",
        "projectcalico.org/v3 NetworkPolicy web",
        "v1 ConfigMap last",
    ]
    assert f"-{MAP[1:]}" in ran.out
    assert found["functionConfig"] == yaml.safe_load(SPEC + EXACT)["functionConfig"]
    assert [one["severity"] for one in found["results"]] == ["info"]
    assert found["results"][0]["message"] == "proved same"


def test_comments_and_the_annotations_of_orchestrators_are_kept(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + EXACT, WEB))
    (item,) = output(ran)["items"]
    assert item["metadata"]["annotations"] == yaml.safe_load(WEB)["metadata"]["annotations"]
    assert "    selector: \"app == 'web'\"  # the web\n" in ran.out


def test_a_loss_is_an_error_with_its_place_and_exit_code_1(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + TIGHTER, MAP, WEB))
    assert ran.code == 1
    assert ran.err.startswith("items[1] (policies/web.yaml):16:11: tighter  NPT501 cidr-narrower\n")
    found = output(ran)
    assert kinds(found)[1] == "cilium.io/v2 CiliumNetworkPolicy web"
    loss = found["results"][0]
    assert loss.pop("message").startswith("NPT501 pods and nodes inside 10.0.0.0/8 lose access to the pods of ")
    assert loss == {
        "severity": "error",
        "resourceRef": {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "name": "web",
            "namespace": "shop",
        },
        "field": {"path": "spec.ingress[0].from[0].ipBlock"},
        "file": {"path": "policies/web.yaml", "index": 1},
        "tags": {"code": "NPT501", "effect": "tighter"},
    }


@pytest.mark.parametrize(
    "accept",
    [
        "    accept: [NPT501=agreed]\n",
        "    accept: [{code: cidr-narrower, policy: NetworkPolicy/shop/web, reason: agreed}]\n",
    ],
)
def test_an_accepted_loss_is_a_warning(run: Run, accept: str) -> None:
    ran = run("fn", stdin=listed(SPEC + TIGHTER + accept, WEB))
    assert (ran.code, ran.err) == (0, "")
    loss = output(ran)["results"][0]
    assert (loss["severity"], loss["tags"]) == (
        "warning",
        {"code": "NPT501", "effect": "tighter", "accepted": "agreed"},
    )


def test_facts_stand_in_the_configuration(run: Run) -> None:
    facts = "    facts: {pods: [10.244.0.0/16], nodes: [172.18.0.0/16], complete: [Policy]}\n"
    tight = run("fn", stdin=listed(SPEC + TIGHTER + facts, WEB.replace("10.0.0.0/8", "192.0.2.0/24")))
    assert (tight.code, [one["severity"] for one in output(tight)["results"]]) == (0, ["info"])


@pytest.mark.parametrize("said", ["[public-is-outside]", "public-is-outside"])
def test_an_assumption_is_made_where_it_is_asked_for(run: Run, said: str) -> None:
    public = WEB.replace("10.0.0.0/8", "203.0.113.0/24")
    assert run("fn", stdin=listed(SPEC + TIGHTER, public)).code == 1
    ran = run("fn", stdin=listed(SPEC + TIGHTER + f"    assume: {said}\n", public))
    assert (ran.code, ran.err) == (0, "")


def test_an_accept_that_has_ended_is_told_and_not_used(run: Run) -> None:
    accept = "    accept: [{code: NPT501, until: 2026-01-31}]\n"
    given = listed(SPEC + TIGHTER + accept, WEB)
    assert run("fn", stdin=given, today=date(2026, 1, 31)).code == 0
    late = run("fn", stdin=given, today=date(2026, 2, 1))
    assert (late.code, late.err.splitlines()[0]) == (1, "NPT501 was accepted until 2026-01-31: it is not used")


def test_a_config_map_says_the_same_in_texts(run: Run) -> None:
    config = """functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: mine}
  data:
    to: cilium
    sourceEngine: calico
    targetVersion: cilium=1.18
    onLoss: tighten
    accept: |
      NPT501@NetworkPolicy/shop/web=agreed
      NPT502
    facts: |
      services: [10.96.0.0/12]
"""
    ran = run("fn", stdin=listed(config, WEB))
    assert (ran.code, ran.err) == (0, "")
    assert output(ran)["results"][0]["tags"]["accepted"] == "agreed"


def test_denials_are_logged_where_that_is_asked_for(run: Run) -> None:
    ran = run("fn", stdin=listed("functionConfig: {kind: ConfigMap, data: {to: calico, logDenials: 'true'}}\n", WEB))
    assert (ran.code, kinds(output(ran))) == (
        0,
        ["projectcalico.org/v3 NetworkPolicy web", "projectcalico.org/v3 NetworkPolicy zzz-log-denied-ingress"],
    )


def test_of_several_objects_for_one_policy_only_the_first_is_that_object_to_an_orchestrator(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + "    to: cilium\n", EITHER, MAP))
    assert ran.code == 0
    found = output(ran)
    assert kinds(found) == [
        "cilium.io/v2 CiliumNetworkPolicy store",
        "cilium.io/v2 CiliumNetworkPolicy store-2",
        "v1 ConfigMap map",
    ]
    first, second = (item["metadata"]["annotations"] for item in found["items"][:2])
    assert first == yaml.safe_load(EITHER)["metadata"]["annotations"]
    assert second == {"internal.config.kubernetes.io/path": "store.yaml"}


def test_what_lets_through_more_is_not_written(run: Run) -> None:
    deny = EITHER.replace(
        "types: [Ingress]",
        "types: [Egress]\n    egress: [{action: Deny, destination: {nets: [10.0.0.0/8]}}, {action: Allow}]",
    )
    given = listed(SPEC + "    to: cilium\n    onLoss: loosen\n", deny, MAP)
    ran = run("fn", stdin=given)
    assert ran.code == 1
    assert output(ran)["items"] == yaml.safe_load(given)["items"]
    assert {one["tags"]["effect"] for one in output(ran)["results"] if one["severity"] == "error"} == {"looser"}
    accepted = run("fn", stdin=given.replace("onLoss: loosen", "onLoss: loosen\n    accept: [NPT506]"))
    assert (accepted.code, kinds(output(accepted))[0]) == (0, "cilium.io/v2 CiliumNetworkPolicy store")


def test_what_is_refused_leaves_the_list_as_it_came(run: Run) -> None:
    pattern = EITHER.replace("app == 'postgres' || app == 'redis'", "app contains 'post'")
    given = listed(SPEC + "    to: kubernetes\n", MAP, pattern)
    ran = run("fn", stdin=given)
    assert ran.code == 2
    assert "NPT211" in ran.err
    assert output(ran)["items"] == yaml.safe_load(given)["items"]
    (refusal,) = output(ran)["results"]
    assert (refusal["severity"], refusal["tags"], refusal["file"]) == (
        "error",
        {"code": "NPT211"},
        {"path": "store.yaml", "index": 4},
    )


def test_an_object_that_is_not_valid_is_an_error_with_its_place(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + EXACT, WEB.replace("podSelector", "podSelectr")))
    assert ran.code == 2
    assert ran.err.startswith("items[0] (policies/web.yaml):13:3: error: ")
    (problem,) = output(ran)["results"]
    assert (problem["severity"], problem["resourceRef"]["name"], problem["field"]) == (
        "error",
        "web",
        {"path": "spec.podSelectr"},
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("", "functionConfig is missing: it says what to translate to (docs/where-it-runs.md)"),
        (SPEC[:-8] + "  spec: {}\n", "spec does not say what to translate to (to)"),
        (SPEC + "    to: callico\n", "spec.to is wrong: 'callico' is not one of kubernetes, calico, cilium, k8s, np; did you mean 'calico'?"),
        (SPEC + "    to: calico\n    on-loss: stop\n", "spec.on-loss is no key of this function; did you mean 'onLoss'?"),
        (SPEC + "    to: calico\n    onLoss: stopp\n", "spec.onLoss is wrong: 'stopp' is not one of tighten, loosen, stop; did you mean 'stop'?"),
        (SPEC + "    to: calico\n    facts: facts.yaml\n", "spec.facts must be facts themselves: a function reads no files"),
        (SPEC + "    to: calico\n    facts: {pods: [x]}\n", "spec.facts.pods[0]"),
        (SPEC + "    to: calico\n    accept: [NPT999]\n", "spec.accept[0] is wrong: 'NPT999' is no code of a loss"),
        (SPEC + "    to: calico\n    accept: [{code: NPT999}]\n", "spec.accept[0].code is wrong: 'NPT999' is no code of a loss"),
        (SPEC + "    to: calico\n    defaultNamespace: A_b\n", "spec default_namespace 'A_b'"),
        (SPEC + "    to: calico\n    logDenials: 'yes'\n", "spec.logDenials must be a truth value"),
        ("functionConfig: {kind: ConfigMap, data: {to: 5}}\n", "data.to must be a text, as all of a ConfigMap is"),
        ("functionConfig: {kind: ConfigMap, data: {to: calico, facts: '['}}\n", "data.facts is no YAML: "),
        ("functionConfig: {kind: ConfigMap, data: {to: calico, accept: 5}}\n", "data.accept must be a text"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_configuration_is_named(run: Run, config: str, message: str) -> None:
    given = listed(config, WEB)
    ran = run("fn", stdin=given)
    assert ran.code == 2
    prefix = "" if message.startswith("functionConfig") else "functionConfig: error: "
    assert f"{prefix}{message.removeprefix('functionConfig ')}" in ran.err
    assert output(ran)["items"] == yaml.safe_load(given)["items"]
    assert [one["severity"] for one in output(ran)["results"]] == ["error"]


@pytest.mark.parametrize("given", ["", "a: 1\n", "kind: Pod\n", "kind: ResourceList\nitems: 3\n", "kind: ResourceList\nitems: [3]\n", "[", "---\na: 1\n---\nb: 1\n"])  # fmt: skip
def test_what_is_no_list_is_one_line_and_no_output(run: Run, given: str) -> None:
    ran = run("fn", stdin=given)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_a_list_without_items_stays_one(run: Run) -> None:
    ran = run("fn", stdin=listed(SPEC + EXACT).replace("items:\n", "items: []\n"))
    assert (ran.code, output(ran)["items"]) == (0, [])


def test_a_list_among_the_items_stays_one_where_it_holds_no_policy(run: Run) -> None:
    secrets = "{apiVersion: v1, kind: Secret, metadata: {name: a}}, {apiVersion: v1, kind: Secret, metadata: {name: b}}"
    given = listed(SPEC + EXACT, f"  {{apiVersion: v1, kind: List, items: [{secrets}]}}\n", WEB)
    ran = run("fn", stdin=given)
    assert ran.code == 0
    assert output(ran)["items"][0] == yaml.safe_load(given)["items"][0]


def test_names_and_texts_are_never_read_as_yaml(run: Run) -> None:
    odd = MAP.replace("name: map", "name: 'yes'").replace("one", "--- one # no comment")
    ran = run("fn", stdin=listed(SPEC + EXACT, odd, WEB))
    assert output(ran)["items"][0] == yaml.safe_load(odd)


def test_what_came_out_goes_in_again(run: Run) -> None:
    first = run("fn", stdin=listed(SPEC + EXACT, MAP, WEB))
    second = run("fn", stdin=first.out)
    assert (second.code, output(second)["items"]) == (0, output(first)["items"])
