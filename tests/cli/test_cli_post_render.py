"""``post-render``: manifests in, manifests out, the policies among them translated."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run

SERVICE = """# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service   # of the shop
metadata: {name: web,   labels: {"a": 'b'}}
spec:
    ports:
    - port: 0x50
    - {port: 443}
"""
TEXT = """# Source: shop/templates/map.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: text
data:
  script: |
    --- no document
    # no comment

    {{ no template }}
"""
LIST = """apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: one}   # first
- {apiVersion: v1, kind: Secret, metadata: {name: two}}
"""
POLICY = """# Source: shop/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  annotations: {postrenderer.helm.sh/postrender-filename: shop/templates/policy.yaml}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from: [{ipBlock: {cidr: 10.0.0.0/8}}]
"""
OWN = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: own, namespace: default}   # of the target already
spec:
  selector: all()
  types: [Ingress]
"""


def documents(*texts: str) -> str:
    return "---\n".join(texts)


def names(text: str) -> list[str]:
    return [
        f"{one['kind']} {one['metadata']['name']}" if "metadata" in one else one["kind"]
        for one in yaml.safe_load_all(text)
    ]


def test_what_is_no_policy_passes_through_byte_for_byte_and_in_its_place(run: Run) -> None:
    ran = run("post-render", "--to", "calico", stdin="---\n" + documents(SERVICE, POLICY, LIST, TEXT))
    assert ran.code == 0
    before, policy, after = ran.out.partition(ran.out.split("---\n")[1])
    assert before == SERVICE + "---\n"
    assert after == "---\n" + documents(LIST, TEXT)
    assert yaml.safe_load(policy)["apiVersion"] == "projectcalico.org/v3"
    assert policy.startswith("# Source: shop/templates/policy.yaml\n")
    assert ran.err.startswith("1 translated · 1 same · 0 tighter · 0 looser · 4 other objects kept: ")
    assert "✔ proved the same" in ran.err


def test_the_file_that_helm_notes_on_a_policy_is_kept(run: Run) -> None:
    ran = run("post-render", "--to", "calico", stdin=POLICY)
    noted = yaml.safe_load(ran.out)["metadata"]["annotations"]
    assert noted == {"postrenderer.helm.sh/postrender-filename": "shop/templates/policy.yaml"}


@pytest.mark.parametrize("given", ["", "\n", "# nothing is enabled\n", "---\n# a\n---\n"])
def test_a_chart_that_renders_nothing_is_no_mistake(run: Run, given: str) -> None:
    assert tuple(run("post-render", "--to", "calico", stdin=given)) == (0, given, "")


def test_manifests_without_policies_come_out_as_they_came(run: Run) -> None:
    ran = run("post-render", "--to", "calico", "-q", stdin=documents(SERVICE, LIST, TEXT))
    assert tuple(ran) == (0, documents(SERVICE, LIST, TEXT), "")


def test_policies_of_the_target_stay_and_objects_that_are_there_twice_stay_twice(run: Run) -> None:
    ran = run("post-render", "--to", "calico", "-q", stdin=documents(TEXT, OWN, TEXT, POLICY, TEXT))
    assert (ran.code, names(ran.out)) == (
        0,
        ["ConfigMap text", "NetworkPolicy own", "ConfigMap text", "NetworkPolicy web", "ConfigMap text"],
    )


def test_policies_of_a_list_stand_where_it_did(run: Run) -> None:
    policies = f"apiVersion: v1\nkind: List\nitems:\n{yaml.safe_dump([yaml.safe_load(POLICY)])}"
    ran = run("post-render", "--to", "cilium", "-q", stdin=documents(SERVICE, policies, TEXT))
    assert (ran.code, names(ran.out)) == (0, ["Service web", "CiliumNetworkPolicy web", "ConfigMap text"])


def test_a_policy_that_becomes_several_has_them_in_its_place(run: Run) -> None:
    either = OWN.replace("all()", "app == 'a' || app == 'b'")
    ran = run("post-render", "--to", "cilium", "-q", stdin=documents(SERVICE, either, TEXT))
    assert (ran.code, names(ran.out)) == (
        0,
        ["Service web", "CiliumNetworkPolicy own", "CiliumNetworkPolicy own-2", "ConfigMap text"],
    )


def test_a_loss_is_exit_code_1_until_it_is_accepted(run: Run) -> None:
    asked = ("post-render", "--to", "cilium", "--source-engine", "calico")
    ran = run(*asked, stdin=documents(SERVICE, POLICY))
    assert (ran.code, names(ran.out)) == (1, ["Service web", "CiliumNetworkPolicy web"])
    assert ran.err.startswith("-:19:15: tighter  NPT501 cidr-narrower\n")
    accepted = run(
        *asked, "--accept", "NPT501@NetworkPolicy/default/web=agreed", "-q", stdin=documents(SERVICE, POLICY)
    )
    assert (accepted.code, accepted.out, accepted.err) == (0, ran.out, "")


def test_what_lets_through_more_is_not_written(run: Run) -> None:
    deny = OWN.replace(
        "types: [Ingress]",
        "types: [Egress]\n  egress: [{action: Deny, destination: {nets: [10.0.0.0/8]}}, {action: Allow}]",
    )
    ran = run("post-render", "--to", "cilium", "--on-loss", "loosen", stdin=documents(SERVICE, deny))
    assert (ran.code, ran.out) == (1, "")
    assert "NPT506" in ran.err


@pytest.mark.parametrize("given", [POLICY.replace("podSelector", "podSelectr"), "a: {{ b }}\n", "- 1\n"])
def test_what_is_not_valid_writes_nothing(run: Run, given: str) -> None:
    ran = run("post-render", "--to", "calico", stdin=documents(SERVICE, given))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("-:")


def test_what_decides_about_traffic_and_is_not_read_passes_through(run: Run) -> None:
    istio = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: b}\nspec: {}\n"
    ran = run("post-render", "--to", "calico", "-q", stdin=documents(istio, POLICY))
    assert (ran.code, names(ran.out)) == (0, ["AuthorizationPolicy a", "NetworkPolicy web"])


def test_reports_go_to_files_and_none_to_stdout(run: Run, folder: Path) -> None:
    ran = run("post-render", "--to", "calico", "-q", "--report", "text=said.txt", stdin=POLICY)
    assert (ran.code, ran.err) == (0, "")
    assert "✔ proved the same" in (folder / "said.txt").read_text(encoding="utf-8")
    refused = run("post-render", "--to", "calico", "--report", "json=-", stdin=POLICY)
    assert (refused.code, refused.out) == (2, "")
    assert "the manifests and a report would both go to stdout" in refused.err


def test_aliases_anchors_and_crlf_of_other_objects_stay(run: Run) -> None:
    other = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\ndata: {x: &x one, y: *x}\r\n"
    ran = run("post-render", "--to", "calico", "-q", stdin=documents(other, POLICY))
    assert ran.code == 0
    assert yaml.safe_load(ran.out.split("---\n")[0])["data"] == {"x": "one", "y": "one"}
    assert ran.out.startswith(other.removesuffix("\r\n"))
