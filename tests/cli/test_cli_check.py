"""``check``: findings about the input by code, each with its place and a packet, and the forecast of a translation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import translate
from translate.api.check import Check
from translate.prover.evaluator import decide

KUBERNETES = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s, namespace: shop}\n"
CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: %s, namespace: shop}\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: %s, namespace: shop}\n"
WIDE = """\
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 80}]
  - from: [{podSelector: {}}]
"""
TO_DB = """\
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: db}}}]
    ports: [{port: 5432}]
"""
TO_DNS = """\
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - ports: [{port: 53, protocol: UDP}]
"""
DENY_FIRST = """\
spec:
  order: 10
  types: [Ingress]
  ingress: [{action: Deny, protocol: TCP}]
"""
LET_IN = """\
spec:
  order: 100
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'api'}}, {action: Allow, protocol: UDP}]
"""
DENIES = "spec: {endpointSelector: {}, ingressDeny: [{fromEndpoints: [{matchLabels: {app: bad}}]}]}\n"
DENY_ALL = "spec: {podSelector: {}, policyTypes: [Ingress]}\n"
ONE_OF = "spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}\n"
TABLE = [
    # what there is, and the codes that are found, with what is said of the first
    (
        [KUBERNETES % "a" + DENY_ALL, KUBERNETES % "b" + DENY_ALL],
        ["NPT408"],
        "NetworkPolicy/shop/b could go: other policies isolate its pods, and decide its packets likewise",
    ),
    (
        [KUBERNETES % "a" + WIDE, KUBERNETES % "b" + ONE_OF],
        ["NPT403", "NPT408"],
        "NetworkPolicy/shop/a spec.ingress[0] is contained in spec.ingress[1] (-:9)",
    ),
    ([KUBERNETES % "a" + DENY_ALL, KUBERNETES % "b" + ONE_OF], [], ""),
    (
        [KUBERNETES % "a" + WIDE],
        ["NPT403"],
        "NetworkPolicy/shop/a spec.ingress[0] is contained in spec.ingress[1] (-:9)",
    ),
    (
        [KUBERNETES % "a" + TO_DB],
        ["NPT405"],
        "NetworkPolicy/shop/a lets its pods send, and nobody lets them ask for names",
    ),
    ([KUBERNETES % "a" + TO_DB, KUBERNETES % "b" + TO_DNS], [], ""),
    ([KUBERNETES % "a" + "spec: {podSelector: {}, policyTypes: [Egress]}\n"], [], ""),
    (
        [CALICO % "a" + DENY_FIRST, CALICO % "b" + LET_IN],
        ["NPT401"],
        "NetworkPolicy/shop/b spec.ingress[0] (-:15) never matches: NetworkPolicy/shop/a spec.ingress[0] at order 10",
    ),
    (
        [CALICO % "a" + DENY_FIRST],
        ["NPT404"],
        "NetworkPolicy/shop/a only denies ingress, and isolates its pods all the same",
    ),
    ([CALICO % "a" + "spec: {types: [Ingress], ingress: [{action: Deny}]}\n"], [], ""),
    ([CILIUM % "a" + DENIES], ["NPT404"], "CiliumNetworkPolicy/shop/a only denies ingress, and isolates its pods"),
    ([CILIUM % "a" + DENIES.replace("ingressDeny", "enableDefaultDeny: {ingress: false}, ingressDeny")], [], ""),
    (
        [
            KUBERNETES % "a" + "spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [x]}, "
            "{key: app, operator: NotIn, values: [x]}]}}\n"
        ],
        ["NPT402"],
        "NetworkPolicy/shop/a (-:1) has no effect: no pod can be what it selects",
    ),
    (
        [CILIUM % "a" + "spec: {endpointSelector: {}, ingress: [{}], ingressDeny: [{fromEntities: [all]}]}\n"],
        ["NPT407"],
        "CiliumNetworkPolicy/shop/a keeps the pods' own node out: probes of its kubelet fail",
    ),
    ([CILIUM % "a" + "spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}\n"], [], ""),
]


@pytest.mark.parametrize(("texts", "codes", "said"), TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_what_is_found_about_the_input(run, texts: list[str], codes: list[str], said: str) -> None:
    code, out, err = run("check", "--report", "json", stdin="---\n".join(texts))
    report = json.loads(err)
    assert [one["code"] for one in report["findings"]] == codes
    assert (code, out) == (1 if codes else 0, "")
    assert not codes or report["findings"][0]["message"].startswith(said)


@pytest.mark.parametrize("texts", [texts for texts, codes, _ in TABLE if codes], ids=lambda texts: texts[0][-40:])
def test_the_plain_interpreter_decides_each_packet_as_it_is_said(texts: list[str]) -> None:
    """What a redundant rule lets through gets through; what nobody lets out or in does not."""
    source = "---\n".join(texts)
    policies, found = translate.load(source), translate.check(source)
    for one in found.findings:
        if one.packet is not None:
            assert decide(policies, one.packet).allowed is (one.code == "NPT403"), one


def test_findings_are_said_by_code_with_a_packet(run) -> None:
    code, out, err = run("check", stdin=f"{KUBERNETES % 'a'}{WIDE}---\n{KUBERNETES % 'b'}{TO_DB}")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "-:7:5: note  NPT403 redundant-rule",
        "   NetworkPolicy/shop/a spec.ingress[0] is contained in spec.ingress[1] (-:9); "
        "e.g. pod in shop, labels app=api at 10.244.0.10 to pod in shop, labels app=web on TCP 80",
        "-:11:1: note  NPT405 no-dns",
        "   NetworkPolicy/shop/b lets its pods send, and nobody lets them ask for names (DNS, port 53); "
        "e.g. pod in shop, labels app=web to pod in shop, labels app=db at 10.244.0.10 on UDP 53",
        "2 policies checked: 2 findings about the input (NPT403 1, NPT405 1)",
    ]


def test_with_a_target_it_foresees_what_a_translation_loses_and_writes_nothing(run) -> None:
    source = CILIUM % "a" + "spec: {endpointSelector: {}, egress: [{toCIDR: [203.0.113.0/24]}]}\n"
    code, out, err = run("check", "--to", "calico", stdin=source)
    assert (code, out) == (1, "")
    assert "tighter  NPT502 cidr-dropped" in err
    assert "1 translated · 0 same · 1 tighter · 0 looser" in err
    assert "facts like these settle 1 of 1" in err
    assert run("check", "--to", "calico", "--accept", "NPT502", stdin=source).code == 0
    assert run("check", stdin=KUBERNETES % "a" + TO_DNS).code == 0


def test_what_is_refused_is_told_and_the_rest_foreseen(run) -> None:
    wide = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: w}\n"
    wide += "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}]}\n"
    code, _, err = run("check", "--to", "kubernetes", stdin=f"{wide}---\n{KUBERNETES % 'a'}{TO_DNS}")
    assert code == 2
    assert "refused  NPT210 no-counterpart" in err


def test_pods_that_no_policy_governs_where_all_are_told(run, folder: Path) -> None:
    (folder / "facts.yaml").write_text("complete: [Pod]\n")
    pods = "".join(
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n"
        for name, app in (("web-0", "web"), ("db-0", "db"), ("db-1", "db"))
    )
    policy = KUBERNETES % "a" + "spec: {podSelector: {matchLabels: {app: web}}}\n"
    err = run("check", "--facts", "facts.yaml", stdin=policy + pods).err
    assert "note  NPT406 ungoverned-pods" in err
    assert "   no policy governs 2 Pods in shop: db-0, db-1" in err.splitlines()


def test_what_is_about_a_translation_needs_one(run) -> None:
    code, _, err = run("check", "--accept", "NPT501", stdin=KUBERNETES % "a" + TO_DNS)
    assert (code, err.splitlines()[-1]) == (2, "Error: --accept and --target-version are about a translation: add --to")
    code, _, err = run("check", "--cache", "proofs", stdin=KUBERNETES % "a" + TO_DNS)
    assert (code, err.splitlines()[-1]) == (2, "Error: --cache keeps the proof of a translation: add --to")


def test_a_policy_that_is_not_valid_is_an_error(run) -> None:
    assert run("check", stdin=KUBERNETES % "a" + "spec: {podselector: {}}\n").code == 2


def test_the_library_says_the_same() -> None:
    found = translate.check(KUBERNETES % "a" + WIDE, to="calico")
    assert isinstance(found, Check)
    assert [one.code for one in found.findings] == ["NPT403"]
    assert found.forecast is not None
    assert found.forecast.exactness.value == "exact"
    assert not found.is_clean


def test_what_is_not_valid_hides_nothing_else(run, folder: Path) -> None:
    bad = KUBERNETES % "bad" + "spec: {podSelektor: {}}\n"
    code, out, err = run("check", "--to", "calico", stdin="---\n".join([KUBERNETES % "a" + TO_DB, bad]))
    assert (code, out) == (2, "")
    assert err.startswith('-:14:8: error: unknown field "podSelektor" in spec; did you mean "podSelector"?')
    assert "1 not valid, and not looked at: all else is said of the rest" in err.splitlines()
    assert "1 policy checked: 1 finding about the input (NPT405 1)" in err.splitlines()
    assert "1 translated · 1 same · 0 tighter · 0 looser" in err.splitlines()
    whole = "---\n".join([KUBERNETES % "a" + TO_DB, bad])
    report = json.loads(run("check", "--to", "calico", "--report", "json", stdin=whole).err)
    assert [(one["line"], one["column"]) for one in report["problems"]] == [(14, 8)]
    assert report["forecast"]["problems"] == []
    alone = run("check", stdin=bad)
    assert (alone.code, len(alone.err.splitlines())) == (2, 1)


def test_a_folder_with_a_mistake_can_be_translated_without_it(run, folder: Path) -> None:
    (folder / "a.yaml").write_text(KUBERNETES % "a" + TO_DB)
    (folder / "b.yaml").write_text("kind: [\n")
    assert run("--to", "calico", "a.yaml", "b.yaml").err.splitlines()[-1] == (
        "nothing is written: --keep-going writes what is not wrong"
    )
