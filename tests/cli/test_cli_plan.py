"""--explain-plan says what stands for what, why, what was tried and what was not; --max-rules bounds the output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import translate
from translate.plan.legalize import PASSES
from translate.plan.passes import flat
from translate.rendering import plan_words
from translate.rendering.schemas import schema

Run = Callable[..., Any]
SAMPLES = Path(__file__).parents[2] / "samples"

ORDERED = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  order: 2000
  selector: app == 'api'
  types: [Ingress]
  ingress:
  - {action: Deny, source: {selector: banned == 'yes'}}
  - {action: Allow, source: {selector: role == 'web'}}
  - {action: Allow, source: {selector: has(admin)}}
"""
PLAIN = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec: {types: [Ingress], ingress: [{action: Allow}]}
"""
EITHER = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: data, namespace: shop}
spec:
  selector: app == 'db' || cache == 'yes'
  types: [Ingress]
  ingress: [{action: Allow, source: {selector: role == 'web'}}]
"""
SPECS = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: shop, namespace: shop}
specs:
- endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEndpoints: [{}]}]
- endpointSelector: {matchLabels: {app: db}}
  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]
"""
RANGE = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: office}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [{action: Allow, source: {nets: [10.20.0.0/16]}}]
"""
TWICE = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: quarantine, namespace: shop}
spec:
  endpointSelector: {matchLabels: {quarantine: 'yes'}}
  ingressDeny: [{fromEndpoints: [{}]}]
  enableDefaultDeny: {ingress: false}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEndpoints: [{}]}]
"""
BOUNDS = "plan: bounds: 200000 steps for a proof that chooses a form (--max-steps), 500 rules in place of one policy (--max-rules)"
NO_CHOICE = "plan: one form, rule by rule: the input only allows, so there was no choice"


def told(err: str) -> list[str]:
    """The account of the plan."""
    lines = err.splitlines()
    return lines[next(number for number, line in enumerate(lines) if line.startswith("plan: ")) :]


def test_a_deny_that_is_worked_out(run: Run) -> None:
    code, out, err = run("--to", "kubernetes", "--explain-plan", stdin=ORDERED)
    assert code == 0
    assert out.count("operator: NotIn") == 2
    assert told(err) == [
        "plan: what stands for what",
        "  NetworkPolicy/shop/api → NetworkPolicy",
        "     its Deny is not written: no allow of the output lets through what it stops",
        "     what is denied or decided before its rules is cut out of its allows",
        "     2 allows stand as 1: rules that can stand in one do",
        "     nothing that was tried makes it one to one (--to cilium)",
        "plan: 2 forms were tried",
        "  rule by rule: left, it lets through",
        "     pod in shop, labels admin=other, banned=yes at 10.244.0.10 to pod in shop, labels app=api on TCP 80",
        "     denied by NetworkPolicy/shop/api spec.ingress[0] (-:9:5)",
        "  order worked out into allows: taken, it means the same",
        BOUNDS,
    ]


def test_names_of_steps_are_for_those_who_ask(run: Run) -> None:
    lines = told(run("--to", "kubernetes", "--explain-plan", "-v", stdin=ORDERED).err)
    assert [line.strip() for line in lines if "changed by" in line] == [
        "changed by actions, address_sets, merge",
        "changed by address_sets, flat, merge",
    ]


def test_one_policy_for_each_part_of_a_selector(run: Run) -> None:
    assert told(run("--to", "kubernetes", "--explain-plan", stdin=EITHER).err) == [
        "plan: what stands for what",
        "  NetworkPolicy/shop/data → NetworkPolicy, NetworkPolicy/shop/data-2",
        "     2 objects: one for each part of its selector, as a selector of Kubernetes has no “or”",
        "     nothing that was tried makes it one to one (--to cilium)",
        "     not tried: a label that all of its pods have would do instead of “or”",
        NO_CHOICE,
    ]


def test_one_object_for_each_spec(run: Run) -> None:
    assert told(run("--to", "calico", "--explain-plan", stdin=SPECS).err) == [
        "plan: what stands for what",
        "  CiliumNetworkPolicy/shop/shop → NetworkPolicy, NetworkPolicy/shop/shop-2",
        "     2 objects: it has 2 specs, and an object of Calico has one",
        "     nothing that was tried makes it one to one (--to kubernetes)",
        NO_CHOICE,
    ]


def test_what_would_be_exact(run: Run) -> None:
    code, _, err = run("--to", "cilium", "--explain-plan", stdin=RANGE)
    assert code == 1
    assert told(err) == [
        "plan: what stands for what",
        "  GlobalNetworkPolicy/office → CiliumClusterwideNetworkPolicy",
        "     tighter: NPT501, told above",
        "     exact with --pods CIDR --nodes CIDR",
        NO_CHOICE,
    ]


def test_what_would_be_exact_is_so(run: Run) -> None:
    code, _, err = run(
        "--to", "cilium", "--explain-plan", "--pods", "10.244.0.0/16", "--nodes", "172.18.0.0/16", stdin=RANGE
    )
    assert code == 0
    assert told(err) == ["plan: what stands for what", "  1 policy: one object, rule by rule", NO_CHOICE]


def test_a_loss_that_may_be_accepted(run: Run, folder: Path) -> None:
    given = RANGE.replace(
        "Allow, source: {nets: [10.20.0.0/16]}}", "Deny, source: {nets: [10.20.0.0/16]}}, {action: Allow}"
    )
    (folder / "office.yaml").write_text(given, encoding="utf-8")
    lines = told(run("--to", "cilium", "--explain-plan", "office.yaml").err)
    way = "--on-loss loosen --accept NPT506@GlobalNetworkPolicy/office"
    assert f"     looser instead with {way}" in lines
    code, out, _ = run("--to", "cilium", *way.split(), "office.yaml")
    assert (code, out.count("kind:")) == (0, 1)


def test_what_stands_beside_the_policies(run: Run) -> None:
    assert told(run("--to", "calico", "--explain-plan", stdin=TWICE).err) == [
        "plan: what stands for what",
        "  2 policies: one object each, rule by rule",
        "  Tier/cilium-denies stands beside them: its policies isolate nobody",
        "plan: 2 forms were tried",
        "  allows alone: left, it is refused: rules that do not isolate have no counterpart in a Calico NetworkPolicy "
        "(projectcalico.org/v3) of the usual tier",
        "  1 Deny kept in a tier before all others: taken, it means the same",
        "plan: not tried, as one before means the same: order worked out into allows",
        BOUNDS,
    ]


def test_a_policy_that_only_allows_is_tried_in_one_form(run: Run) -> None:
    code, _, err = run("--to", "cilium", "--explain-plan", stdin=PLAIN)
    assert code == 0
    assert told(err) == ["plan: what stands for what", "  1 policy: one object, rule by rule", NO_CHOICE]


def test_a_text_that_stays_has_no_plan(run: Run) -> None:
    code, out, err = run("--to", "calico", "--explain-plan", stdin=PLAIN)
    assert (code, out) == (0, PLAIN)
    assert err.splitlines()[-1] == "plan: the text of the input stays"


def test_what_is_refused_may_not_be_elsewhere(run: Run) -> None:
    given = RANGE.replace("app == 'web'", "app == 'web'\n  namespaceSelector: env == 'prod'")
    code, out, err = run("--to", "kubernetes", "--explain-plan", stdin=given)
    assert (code, out) == (2, "")
    assert err.splitlines()[-2:] == ["nothing is written", "plan: not refused with --to cilium (tighter)"]
    assert "plan:" not in run("--to", "kubernetes", stdin=given).err


def test_many_of_a_kind_are_told_together(run: Run) -> None:
    many = "---\n".join(EITHER.replace("name: data", f"name: data-{number}") for number in range(5))
    lines = told(run("--to", "kubernetes", "--explain-plan", stdin=many).err)
    assert lines[3:6] == [
        "  NetworkPolicy/shop/data-2 → NetworkPolicy, NetworkPolicy/shop/data-2-2",
        "  + 2 more like this (-v)",
        "     2 objects: one for each part of its selector, as a selector of Kubernetes has no “or”",
    ]


def test_programs_read_it_too(run: Run) -> None:
    code, _, err = run("--to", "kubernetes", "--explain-plan", "--report", "json", stdin=ORDERED)
    report = json.loads(err)
    assert code == 0
    assert list(Draft202012Validator(schema("report")).iter_errors(report)) == []
    plan = report["plan"]
    assert plan["bounds"] == {"steps": 200_000, "rules": 500}
    (policy,) = plan["policies"]
    assert (policy["source"]["name"], policy["one_to_one"], policy["ways"], policy["tried"]) == (
        "api",
        False,
        [],
        ["--to cilium"],
    )
    left, taken = plan["forms"]
    assert (left["form"], left["chosen"], left["verdict"], left["packet"]["effect"]) == (
        "rule by rule",
        False,
        "looser",
        "looser",
    )
    assert (taken["chosen"], taken["verdict"], taken["packet"]) == (True, "same", None)
    assert "plan" not in json.loads(run("--to", "kubernetes", "--report", "json", stdin=ORDERED).err)


@pytest.mark.parametrize(
    ("to", "given"), [("calico", PLAIN), ("kubernetes", EITHER), ("cilium", RANGE), ("calico", TWICE)]
)
def test_every_account_fits_its_schema(run: Run, to: str, given: str) -> None:
    report = json.loads(run("--to", to, "--explain-plan", "--report", "json", stdin=given).err)
    assert list(Draft202012Validator(schema("report")).iter_errors(report)) == []


def test_a_proof_that_chooses_grows_with_the_option() -> None:
    def steps(most: int) -> int:
        account = translate.convert(ORDERED, to="kubernetes", explain_plan=True, max_steps=most).account
        assert account is not None
        return account.steps

    assert [steps(most) for most in (100_000, 1_000_000, 5_000_000)] == [100_000, 200_000, 1_000_000]


def test_more_policies_than_ways_are_tried_for_are_said(run: Run) -> None:
    many = "---\n".join(EITHER.replace("name: data", f"name: data-{number}") for number in range(101))
    lines = told(run("--to", "kubernetes", "--explain-plan", stdin=many).err)
    assert lines[-1] == (
        "plan: not tried: what would make it one to one, as there are 101 policies, and it is tried for 100 at most"
    )


def test_words_are_of_steps_that_there_are() -> None:
    steps = {step.name for step in PASSES} | {flat.__name__.rpartition(".")[2], "versions", "logs", "conditions"}
    tables = (plan_words.MORE_OBJECTS, plan_words.NO_OBJECT, plan_words.MORE_RULES, plan_words.FEWER_RULES)
    assert {name for table in (*tables, plan_words.REWRITTEN) for name in table} | {*plan_words.LOSING} <= steps


def test_more_rules_than_are_wanted_are_refused_by_name(run: Run) -> None:
    given = ORDERED.replace("Allow, source: {selector: role", "Allow, protocol: UDP, source: {selector: role")
    code, _, _ = run("--to", "kubernetes", "--max-rules", "2", stdin=given)
    assert code == 0
    code, out, err = run("--to", "kubernetes", "--max-rules", "1", stdin=given)
    assert (code, out) == (2, "")
    assert err.splitlines()[:3] == [
        "-:1:1: refused  NPT220 too-large",
        "   NetworkPolicy/shop/api needs 2 rules once order is worked out, more than the 1 that are wanted: each Deny before "
        "an Allow cuts it into pieces",
        "   state facts, take broad denies out, or allow more with --max-rules",
    ]


def test_no_rule_at_all_is_no_bound(run: Run) -> None:
    code, _, _ = run("--to", "kubernetes", "--max-rules", "0", stdin=ORDERED)
    assert code == 2
