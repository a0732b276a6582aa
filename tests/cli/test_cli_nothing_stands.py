"""Inputs for which rightly nothing stands: no command takes an empty output for one that is withheld."""

from __future__ import annotations

import pytest
import yaml

from tests.cli.conftest import Run
from tests.passes.fitting import documents, text

NOBODY = text("cilium", "endpointSelector: {matchLabels: {pod-template-hash: x}}, ingress: [{}]")
STAGED = """\
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: trial, namespace: shop}
spec: {selector: app == 'x', types: [Egress]}
"""
ALL_STAGED = "all policies of the input are staged, so none is enforced"
OPENS = text(
    "cilium", "endpointSelector: {}, ingress: [{fromEntities: [cluster]}], ingressDeny: [{fromEntities: [host]}]"
)


@pytest.mark.parametrize("via", ["kubernetes", "calico"])
def test_a_round_trip_of_nobody_is_the_same(run: Run, via: str) -> None:
    code, _, err = run("roundtrip", "--via", via, stdin=NOBODY)
    assert (code, "✔ proved the same: " in err, "nothing is written" in err) == (0, True, False)
    assert err.endswith("  shop/p\n    only before\n")


def test_what_opens_does_not_come_back(run: Run) -> None:
    code, _, err = run("roundtrip", "--via", "kubernetes", stdin=OPENS)
    assert (code, "NPT511" in err, err.endswith("nothing is written\n")) == (1, True, True)


def test_a_staged_policy_does_not_come_back(run: Run) -> None:
    there = "1 other object did not come back"
    enforced = text("calico", "types: [Ingress]", "name: q, namespace: shop")
    for given in (STAGED, documents(STAGED, enforced)):
        code, _, err = run("roundtrip", "--via", "cilium", stdin=given)
        assert (code, there in err, "field by field, after" in err) == (0, True, False)
        assert "  StagedNetworkPolicy/shop/trial\n    only before\n" in err
    assert there not in run("roundtrip", "--via", "calico", stdin=STAGED).err


def test_a_report_calls_it_the_same(run: Run) -> None:
    code, out, _ = run("report", "--to", "kubernetes", "-o", "markdown", stdin=NOBODY)
    assert (code, "**✔ same**" in out, "withheld" in out) == (0, True, False)
    code, out, _ = run("report", "--to", "kubernetes", "-o", "markdown", stdin=OPENS)
    assert (code, "**✘ withheld**" in out) == (1, True)


def test_a_picture_of_what_changes_shows_that_nothing_does(run: Run) -> None:
    code, out, err = run("matrix", "--to", "kubernetes", stdin=NOBODY)
    assert (code, "nothing is written" in err) == (0, False)
    assert "none of 7 pairs of groups changes" in out


def test_a_plan_is_one_of_what_is_so(run: Run) -> None:
    err = run("--to", "kubernetes", "--explain-plan", stdin=NOBODY).err
    assert "plan: what stands for what\n  CiliumNetworkPolicy/shop/p → nothing\n" in err
    assert (
        "plan: what would stand for what, as nothing is written\n"
        in run("--to", "kubernetes", "--explain-plan", stdin=OPENS).err
    )


def test_a_function_takes_it_out_of_the_list(run: Run) -> None:
    """What the target does not read must not stay in it."""
    listed = {
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "functionConfig": {"apiVersion": "v1", "kind": "ConfigMap", "data": {"to": "kubernetes"}},
    }
    for given, kinds in ((NOBODY, []), (OPENS, ["CiliumNetworkPolicy"])):
        ran = run("fn", stdin=yaml.safe_dump(listed | {"items": [yaml.safe_load(given)]}))
        found = yaml.safe_load(ran.out)
        assert [one["kind"] for one in found["items"]] == kinds


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (("verify", "staged.yaml", "staged.yaml"), "compare"),
        (("explain", "staged.yaml", "--from", "shop{}", "--to", "shop{}:80"), "explain"),
        (("matrix", "staged.yaml"), "show"),
        (("testplan", "staged.yaml"), "test"),
    ],
)
def test_staged_policies_are_policies(run: Run, folder, command: tuple[str, ...], what: str) -> None:
    (folder / "staged.yaml").write_text(STAGED)
    assert tuple(run(*command)) == (2, "", f"input: error: {ALL_STAGED}: there is nothing to {what}\n")


@pytest.mark.parametrize("to", ["calico", "kubernetes", "cilium"])
def test_a_translation_of_staged_policies_says_what_they_are(run: Run, to: str) -> None:
    code, _, err = run("--to", to, stdin=STAGED)
    assert (code, err.splitlines()[-1]) == (0, f"{ALL_STAGED}: nothing to translate")
