"""Assumptions in the report: those that a reader wants to know before the output is applied are said unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p, namespace: shop}}
spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{{ports: [{ports}]}}]}}
"""
TUNNELS = (
    "  assumes: Calico drops VXLAN (UDP 4789) and IP-in-IP that a pod sends, whatever policies allow; "
    "allowVXLANPacketsFromWorkloads and allowIPIPPacketsFromWorkloads of FelixConfiguration let them through"
)


@pytest.mark.parametrize(
    ("ports", "options", "shown", "rests"),
    [
        ("{protocol: UDP, port: 4789}", (), True, "(2 assumptions; -v lists all)"),
        ("{protocol: UDP, port: 4000, endPort: 5000}", (), True, "(2 assumptions; -v lists all)"),
        ("{protocol: UDP, port: 4789}", ("-v",), True, "(2 assumptions)"),
        ("{protocol: TCP, port: 4789}", (), False, "(1 assumption; -v lists them)"),
        ("{protocol: UDP, port: 53}", (), False, "(1 assumption; -v lists them)"),
    ],
)
def test_what_calico_drops_of_pods_is_said_where_a_policy_names_it(
    run, folder: Path, ports: str, options: tuple[str, ...], shown: bool, rests: str
) -> None:
    (folder / "p.yaml").write_text(POLICY.format(ports=ports))
    ran = run("--to", "calico", "p.yaml", *options)
    assert (TUNNELS in ran.err.splitlines()) is shown
    assert rests in ran.err
    assert ran.code == 0


def test_between_sets_of_calico_the_same_is_dropped_on_both_sides(run, folder: Path) -> None:
    (folder / "p.yaml").write_text(POLICY.format(ports="{protocol: UDP, port: 4789}"))
    (folder / "calico.yaml").write_text(run("--to", "calico", "p.yaml").out)
    ran = run("verify", "calico.yaml", "calico.yaml", "-v")
    assert "VXLAN" not in ran.err
