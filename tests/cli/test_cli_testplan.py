"""``testplan``: what it prints where, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = str(SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml")
REFUSED = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]}
"""


def test_the_script_goes_to_stdout_and_what_is_not_tried_to_stderr(run) -> None:
    ran = run("testplan", TIERS)
    assert ran.code == 0
    assert ran.out.startswith("#!/usr/bin/env bash\n")
    assert ran.err.splitlines()[0] == "not tried"
    assert ran.err.splitlines()[-1] == "15 probes from 7 pods try 30 of 31 things"
    assert "greedy set cover, at most 1 + ln(4) times" in run("testplan", "-v", TIERS).err
    assert run("testplan", "-q", TIERS).err == ""


def test_of_many_reasons_the_most_frequent_are_told(run) -> None:
    """Each of ten rules has a port by name, which is a reason of its own; the script and ``-v`` tell all."""
    rules = ", ".join(f"{{from: [{{podSelector: {{}}}}], ports: [{{port: name-{number}}}]}}" for number in range(10))
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{podSelector: {{}}, ingress: [{rules}]}}\n"
    )
    ran = run("testplan", "-", stdin=policy)
    assert [line for line in ran.err.splitlines() if line.startswith("  + ")] == [
        "  + 2 more reasons, for 8 things (-v)"
    ]
    for text in (ran.out, run("testplan", "-v", "-", stdin=policy).err):
        assert all(f'"name-{number}"' in text for number in range(10))


def test_the_same_input_gives_the_same_bytes(run) -> None:
    for output in ("script", "pods", "json", "markdown"):
        assert run("testplan", "-o", output, TIERS).out == run("testplan", "-o", output, TIERS).out


def test_pods_are_objects_that_no_service_and_no_rights_reach(run) -> None:
    objects = list(
        yaml.safe_load_all(run("testplan", "-o", "pods", "--image", "registry.example/netshoot:1", TIERS).out)
    )
    assert [item["kind"] for item in objects] == ["Namespace"] + 7 * ["Pod"]
    for pod in objects[1:]:
        spec, (container,) = pod["spec"], pod["spec"]["containers"]
        assert spec["readinessGates"] == [{"conditionType": "netpol-translate/never-ready"}]
        assert (spec["automountServiceAccountToken"], spec["securityContext"]["runAsNonRoot"]) == (False, True)
        assert container["image"] == "registry.example/netshoot:1"
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    tiers = [
        item["metadata"]["labels"]
        for item in objects
        if item["metadata"].get("namespace") == "shop" and "labels" in item["metadata"]
    ]
    assert tiers == [{"tier": "backend"}, {"tier": "database"}, {"tier": "frontend"}]


def test_markdown_escapes_what_names_hold(run, folder: Path) -> None:
    (folder / "a|b`<i>.yaml").write_text(Path(TIERS).read_text())
    out = run("testplan", "-o", "markdown", "a|b`<i>.yaml").out
    assert "a\\|b\\`&lt;i&gt;.yaml:13:7" in out
    assert "<i>" not in out


@pytest.mark.parametrize("outside", ["203.0.113.7", "x y:80", "10.244.0.1:80"])
def test_what_is_outside_has_to_be(run, outside: str) -> None:
    ran = run("testplan", "--pods", "10.244.0.0/16", "--outside", outside, TIERS)
    assert (ran.code, ran.out) == (2, "")
    assert f'outside "{outside}"' in ran.err


def test_what_is_not_read_is_exit_2_and_no_plan(run, folder: Path) -> None:
    (folder / "refused.yaml").write_text(REFUSED)
    ran = run("testplan", "refused.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("no plan: ")
    (folder / "empty.yaml").write_text("")
    assert run("testplan", "empty.yaml").code == 2


def test_a_search_that_is_cut_short_is_exit_3(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web-%d, namespace: shop}\nspec: {podSelector: {matchLabels: {app: web-%d}}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}]}\n"
    (folder / "many.yaml").write_text("---\n".join(one % (n, n) for n in range(900)))
    ran = run("testplan", "--max-seconds", "1", "-o", "json", "many.yaml")
    assert ran.code == 3
    assert json.loads(ran.out)["complete"] is False
    assert "the search for probes did not finish within 1 s of CPU (--max-seconds allows more)" in ran.err
