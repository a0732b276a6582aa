"""The table of exit codes: 0 exact, 1 found something, 2 trouble, 3 undecided; nothing else, whatever is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

FILES = {
    "k.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n",
    "open.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {podSelector: {}, ingress: [{}]}\n",
    "range.yaml": "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8]}]}\n",
    # a source port by name: beyond the part of Calico that is read
    "unread.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec:\n  types: [Ingress]\n  ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]\n",
    "deny.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {types: [Ingress], ingress: [{action: Deny, protocol: TCP}, {action: Allow}]}\n",
    "tier.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {tier: other, types: [Ingress], ingress: [{action: Deny, protocol: TCP}]}\n",
    "staged.yaml": "apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {types: [Ingress]}\n",
    "gre.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {ingress: [{action: Allow, protocol: 47}]}\n",
    "account.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec: {ingress: [{action: Allow, source: {selector: \"projectcalico.org/serviceaccount == 'a'\"}}]}\n",
    "bad.yaml": "a: [",
    "empty.yaml": "",
}

TABLE = [
    # exit code, arguments
    (0, "--to calico k.yaml"),
    (0, "--to calico range.yaml --accept NPT502"),
    (0, "--to calico range.yaml --accept npt502=because"),
    (0, "--to kubernetes range.yaml"),
    (0, "verify k.yaml k.yaml"),
    (0, "roundtrip k.yaml --via calico"),
    (0, "rule"),
    (0, "rule npt502"),
    (0, "dialects"),
    (0, "dialects k8s"),
    (0, "version"),
    (0, "--version"),
    (0, ""),
    (0, "--help"),
    (0, "-h"),
    (0, "convert -h"),
    (0, "--to calico k.yaml --output-file new.yaml"),
    (0, "--to calico k.yaml --output-dir new"),
    (0, "--to calico k.yaml --log-denials"),
    (0, "--to calico deny.yaml --log-denials --log-direction both"),
    (0, "--to calico deny.yaml --log-denials --log-direction ingress"),
    (0, "--to calico deny.yaml --log-denials --log-direction egress --log-explicit"),
    (0, "--to calico tier.yaml --log-denials --log-explicit"),
    (0, "--to calico k.yaml --staged"),
    (0, "--to calico deny.yaml --staged --log-denials"),
    (0, "--to kubernetes deny.yaml --accept NPT509"),
    (1, "--to calico range.yaml"),
    (1, "--to calico range.yaml --on-loss stop"),
    (1, "--to calico range.yaml --on-loss loosen"),
    (1, "--to calico range.yaml -q"),
    (1, "--to calico range.yaml --report json=report.json"),
    (1, "--to kubernetes deny.yaml"),
    (1, "--to kubernetes deny.yaml --no-verify"),
    (1, "verify k.yaml open.yaml"),
    (1, "verify open.yaml k.yaml"),
    (1, "verify k.yaml empty.yaml"),
    (1, "roundtrip range.yaml --via calico"),
    (2, "--to calico"),
    (2, "--to"),
    (2, "--to nix k.yaml"),
    (2, "k.yaml"),
    (2, "--to calico k.yaml --no-such-option"),
    (2, "--to calico k.yaml --accept NPT999"),
    (2, "--to calico k.yaml --accept NPT202"),
    (2, "--to calico k.yaml --report xml"),
    (2, "--to calico k.yaml --report json="),
    (2, "--to calico k.yaml -n A_b"),
    (2, "--to calico k.yaml --output-dir a --output-file b"),
    (2, "--to calico k.yaml --output-file k.yaml"),
    (2, "--to calico no.yaml"),
    (2, "--to calico bad.yaml"),
    (2, "--to calico k.yaml bad.yaml"),
    (2, "--to calico unread.yaml"),
    (2, "--to calico k.yaml --from cilium"),
    (2, "--to kubernetes k.yaml --log-denials"),
    (2, "--to calico tier.yaml --log-denials"),
    (2, "--to calico k.yaml --log-explicit"),
    (2, "--to calico k.yaml --log-direction ingress"),
    (2, "--to calico k.yaml --log-denials --log-direction sideways"),
    (2, "--to kubernetes k.yaml --staged"),
    (2, "--to cilium k.yaml --staged"),
    (2, "--to calico deny.yaml staged.yaml --staged"),
    (1, "--to kubernetes gre.yaml"),
    (1, "--to cilium gre.yaml"),
    (2, "verify k.yaml"),
    (2, "verify - -"),
    (2, "verify k.yaml bad.yaml"),
    (2, "verify empty.yaml empty.yaml"),
    (2, "roundtrip k.yaml"),
    (2, "roundtrip empty.yaml --via calico"),
    (2, "roundtrip unread.yaml --via kubernetes"),
    (2, "rule NPT999"),
    (2, "dialects nix"),
    (3, "verify k.yaml unread.yaml"),
    (3, "verify unread.yaml k.yaml"),
]


@pytest.mark.parametrize(("code", "line"), TABLE, ids=[line or "(nothing)" for _, line in TABLE])
def test_exit_codes(run, folder: Path, code: int, line: str) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    ran = run(*line.split())
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert "internal error" not in ran.err
    if code == 2:
        assert (ran.out, ran.err.strip() != "") == ("", True)


def test_service_accounts_in_a_selector_are_no_internal_error(run, folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    for line in (
        "--to calico account.yaml",
        "verify account.yaml account.yaml",
        "--to calico account.yaml --no-verify",
    ):
        ran = run(*line.split())
        assert "internal error" not in ran.err
        assert ran.code in (0, 2, 3)


def test_verbose_tracebacks_change_no_exit_code(run, folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    for more in (["-vv"], ["-v", "-v"], ["-vvv"]):
        assert run("--to", "calico", "bad.yaml", *more).code == 2
        assert run("--to", "kubernetes", "gre.yaml", *more).code == 1
