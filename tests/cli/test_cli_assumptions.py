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


SELECTING = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: g}
spec:
  namespaceSelector: all()
  types: [Egress]
  egress:
  - {action: Allow, destination: {selector: app == 'db'}}
  - {action: Deny, destination: {selector: feed == 'threats'}}
  - {action: Allow, destination: {serviceAccounts: {names: [web]}}}
"""
SETS = (
    "  assumes: no other NetworkSet, GlobalNetworkSet or HostEndpoint has labels that rules select: "
    "feed == 'threats' (denied), app == 'db'; add those that do, or state that there are no others "
    "(--facts, complete: [NetworkSet])"
)
STATED = (
    "  assumes: as stated: the NetworkSets, GlobalNetworkSets and HostEndpoints of the input are all that there are"
)


def test_selectors_that_may_mean_sets_of_other_files_are_named_in_one_line(run, folder: Path) -> None:
    """Those of denies first: what such a set holds would get through."""
    (folder / "g.yaml").write_text(SELECTING)
    ran = run("--to", "cilium", "g.yaml")
    assert ran.code == 0
    assert [line for line in ran.err.splitlines() if "NetworkSet" in line] == [SETS]


def test_who_states_that_there_are_no_other_sets_is_told_with_v_alone(run, folder: Path) -> None:
    (folder / "g.yaml").write_text(SELECTING)
    (folder / "facts.yaml").write_text("complete: [NetworkSet]")
    assert "NetworkSet" not in run("--to", "cilium", "g.yaml", "--facts", "facts.yaml").err
    assert STATED in run("--to", "cilium", "g.yaml", "--facts", "facts.yaml", "-v").err.splitlines()


def test_sets_that_both_sides_select_alike_are_told_with_v_alone(run, folder: Path) -> None:
    (folder / "g.yaml").write_text(SELECTING)
    (folder / "less.yaml").write_text(SELECTING.replace("{selector: app == 'db'}", "{}"))
    assert "assumes" not in run("verify", "g.yaml", "g.yaml").err
    assert SETS in run("verify", "g.yaml", "g.yaml", "-v").err.splitlines()
    assert SETS in run("verify", "g.yaml", "less.yaml").err.splitlines()


def test_between_sets_of_calico_the_same_is_dropped_on_both_sides(run, folder: Path) -> None:
    (folder / "p.yaml").write_text(POLICY.format(ports="{protocol: UDP, port: 4789}"))
    (folder / "calico.yaml").write_text(run("--to", "calico", "p.yaml").out)
    ran = run("verify", "calico.yaml", "calico.yaml", "-v")
    assert "VXLAN" not in ran.err
