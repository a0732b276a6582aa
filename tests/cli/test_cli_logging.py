"""``--log-denials``, ``--log-direction``, ``--log-explicit`` and ``--staged``."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CALICO = """\
# who may not call web
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 10
  types: [Ingress, Egress]
  ingress:
  - action: Deny  # not them
    source: {selector: has(x)}
  egress:
  - {action: Deny, protocol: UDP}
"""
LOGGED_INGRESS = """\
  ingress:
  - action: Log
    source: {selector: has(x)}
  - action: Deny  # not them
"""
LOGGED_EGRESS = """\
  egress:
  - {action: Log, protocol: UDP}
  - {action: Deny, protocol: UDP}
"""
OTHER_TIER = CALICO.replace("  order: 10", "  tier: security\n  order: 10")
INGRESS = CALICO.replace("  ingress:\n  - action: Deny  # not them\n", LOGGED_INGRESS)
EGRESS = CALICO.replace("  egress:\n  - {action: Deny, protocol: UDP}\n", LOGGED_EGRESS)
BOTH = INGRESS.replace("  egress:\n  - {action: Deny, protocol: UDP}\n", LOGGED_EGRESS)
RATE = (
    "note: Calico logs to the kernel log of the node: journalctl -k | grep calico-packet (eBPF: bpftool prog tracelog). "
    "From 3.32 on logActionRateLimit in FelixConfiguration bounds it, and logPrefix: '%t %k %n' names tier, kind and policy"
)
RUNS = [
    # options, the text of the input with what is inserted, the log policies behind it
    ("", CALICO, []),
    ("--log-denials --log-explicit", BOTH, []),
    ("--log-denials --log-explicit --log-direction both", BOTH, []),
    ("--log-denials --log-explicit --log-direction ingress", INGRESS, []),
    ("--log-denials --log-explicit --log-direction egress", EGRESS, []),
    ("--log-denials", BOTH, ["ingress", "egress"]),
    ("--log-denials --log-direction ingress", INGRESS, ["ingress"]),
    ("--log-denials --log-direction egress", EGRESS, ["egress"]),
]


@pytest.mark.parametrize(("options", "edited", "policies"), RUNS)
def test_the_text_stays_and_the_options_choose_what_is_added(run, options: str, edited: str, policies: list) -> None:
    code, out, err = run("--to", "calico", *options.split(), stdin=CALICO)
    assert code == 0
    assert out.startswith(edited)
    names = [item["metadata"]["name"] for item in yaml.safe_load_all(out.removeprefix(edited)) if item]
    assert names == [f"zzz-log-denied-{direction}" for direction in policies]
    assert (RATE in err.splitlines()) is bool(options)
    assert "✔ proved the same" in err


def test_each_object_in_a_file_of_its_own_keeps_its_text(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(CALICO)
    code, out, _ = run("--to", "calico", "web.yaml", "--log-denials", "--log-explicit", "--output-dir", "new")
    assert (code, out) == (0, "")
    (path,) = (folder / "new").rglob("*.yaml")
    assert path.read_text() == BOTH


def test_an_input_that_already_logs_is_printed_as_it_is(run) -> None:
    code, out, err = run("--to", "calico", "--log-denials", "--log-explicit", stdin=BOTH)
    assert (code, out) == (0, BOTH)
    assert RATE not in err.splitlines()


def test_a_tier_that_is_not_in_the_input(run) -> None:
    code, out, err = run("--to", "calico", "--log-denials", stdin=OTHER_TIER)
    assert (code, out) == (2, "")
    assert err.splitlines()[:2] == [
        "-:2:1: refused  NPT213 cannot-log",
        "   NetworkPolicy/shop/web: how the tier security ends is not in the input: a log policy at its end could deny",
    ]
    assert run("--to", "calico", "--log-denials", "--log-explicit", stdin=OTHER_TIER).code == 0


USAGE = [
    (
        ("--to", "calico", "--log-explicit"),
        "--log-direction and --log-explicit say what --log-denials logs: add --log-denials",
    ),
    (
        ("--to", "calico", "--log-direction", "egress"),
        "--log-direction and --log-explicit say what --log-denials logs: add --log-denials",
    ),
    (("--to", "k8s", "--staged"), "--staged needs --to calico: no other dialect has staged policies"),
    (("--to", "cilium", "--staged"), "--staged needs --to calico: no other dialect has staged policies"),
]


@pytest.mark.parametrize(("options", "message"), USAGE)
def test_options_that_do_nothing_are_usage_errors(run, options: tuple[str, ...], message: str) -> None:
    code, out, err = run(*options, stdin=CALICO)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: {message}"


def test_staged_twins_carry_their_comments(run) -> None:
    code, out, err = run("--to", "calico", "--staged", "-v", stdin=CALICO)
    assert code == 0
    assert out.splitlines()[:3] == [
        "# who may not call web",
        "apiVersion: projectcalico.org/v3",
        "kind: StagedNetworkPolicy",
    ]
    assert out.endswith("  stagedAction: Set\n")
    assert "  NetworkPolicy/shop/web → StagedNetworkPolicy  same" in err.splitlines()
    assert "✔ proved the same" in err


def test_a_staged_twin_that_is_there_already(run) -> None:
    twin = "apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {types: [Egress]}\n"
    code, out, err = run("--to", "calico", "--staged", stdin=f"{CALICO}---\n{twin}")
    assert (code, out) == (2, "")
    assert err.splitlines()[:2] == [
        "-:2:1: refused  NPT210 no-counterpart",
        "   NetworkPolicy/shop/web cannot be staged: StagedNetworkPolicy/shop/web is in the input already",
    ]


DENY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: 10
  types: [Ingress]
  ingress:
  - {action: Deny, protocol: TCP}
  - {action: Allow}
"""


@pytest.mark.parametrize("more", [[], ["--no-verify"]])
def test_a_deny_that_cuts_an_allow_leaves_what_kubernetes_can_say(run, more: list[str]) -> None:
    code, out, err = run("--to", "kubernetes", *more, stdin=DENY)
    assert (code, out.splitlines()[-4:]) == (
        1,
        ["  ingress:", "  - ports:", "    - protocol: UDP", "    - protocol: SCTP"],
    )
    later, rest = err.split("-:9:5: ")
    assert later.startswith("-:1:1: looser-later  NPT520 reopened-later\n")
    assert rest.splitlines()[:2] == [
        "tighter  NPT509 packets-dropped",
        "   packets of other protocols than TCP, UDP and SCTP (ping among them) no longer reach the pods of "
        "NetworkPolicy/shop/web: a Kubernetes NetworkPolicy cannot say them",
    ]


def test_staged_policies_alone_have_nothing_to_log(run) -> None:
    code, out, err = run(
        "--to", "calico", "--log-denials", stdin=CALICO.replace("NetworkPolicy", "StagedNetworkPolicy")
    )
    assert (code, out) == (2, "")
    assert "   all policies of the input are staged: they deny nothing, so there is nothing to log\n" in err


def denying(count: int) -> str:
    """A policy of so many Deny rules inwards, and some outwards."""
    rules = "".join(f"  - {{action: Deny, source: {{selector: a == 'v{n}'}}}}\n" for n in range(count))
    text = CALICO.replace("  - action: Deny  # not them\n    source: {selector: has(x)}\n", rules)
    return f"{text}  - {{action: Deny, protocol: TCP}}\n"


@pytest.mark.parametrize("options", [[], ["--staged"], ["--no-verify", "--stamp", "comment"]])
def test_more_rules_than_a_policy_may_have_are_refused_by_name(run, folder: Path, options: list[str]) -> None:
    """Whether its text stays or is written anew."""
    source = denying(513)
    ran = run("--to", "calico", "--log-denials", "--log-explicit", *options, "--output-file", "out.yaml", stdin=source)
    assert (ran.code, (folder / "out.yaml").exists()) == (2, False)
    assert ran.err.splitlines() == [
        "-:2:1: refused  NPT220 too-large",
        "   NetworkPolicy/shop/web needs 1026 rules for ingress, 513 of them to log what it denies; calico takes 1024",
        "   split the policy, or leave this direction out (--log-direction)",
        "nothing is written",
    ]
    outwards = [*options, "--no-verify", "--log-explicit", "--log-direction", "egress"]
    assert run("--to", "calico", "--log-denials", *outwards, stdin=source).code == 0


def test_as_many_rules_as_a_policy_may_have_are_written(run) -> None:
    ran = run("--to", "calico", "--log-denials", "--log-explicit", "--no-verify", stdin=denying(512))
    assert (ran.code, ran.out.count("action: Log")) == (0, 514)


def test_denies_of_another_dialect_are_counted_with_their_logs(run) -> None:
    sources = ", ".join(f"{{fromEndpoints: [{{matchLabels: {{a: v{n}}}}}]}}" for n in range(513))
    source = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
        f"spec: {{endpointSelector: {{}}, enableDefaultDeny: {{ingress: false}}, ingressDeny: [{sources}]}}\n"
    )
    ran = run("--to", "calico", "--no-verify", "--log-denials", "--log-explicit", "--max-rules", "2000", stdin=source)
    assert (ran.code, ran.out) == (2, "")
    assert "NPT220" in ran.err
    assert "1026 rules for ingress, 513 of them to log" in ran.err
