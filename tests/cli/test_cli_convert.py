"""``convert``: the document on stdout, all else on stderr, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

WEB = """\
# who may call web
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    ports: [{port: 80}]
"""
WEB_CALICO = """\
# who may call web
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  tier: default
  order: 1000
  selector: "app == 'web'"
  types:
  - Ingress
  ingress:
  - action: Allow
    protocol: TCP
    source:
      selector: "projectcalico.org/orchestrator == 'k8s' && app == 'api'"
    destination:
      ports:
      - 80
"""
WEB_CILIUM = """\
# who may call web
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      app: web
  ingress:
  - fromEndpoints:
    - matchLabels:
        app: api
    toPorts:
    - ports:
      - port: '80'
        protocol: TCP
"""
WEB_KUBERNETES = """\
# who may call web
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: api
    ports:
    - protocol: TCP
      port: 80
"""
SAME_CALICO = """\
1 translated · 1 same · 0 tighter · 0 looser
✔ proved the same: both let through exactly the same packets, whatever policy is added later
"""
RANGE = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{toCIDR: [10.0.0.0/8]}]
"""
DENY_ALL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}}
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n"


def test_the_default_command_writes_calico(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    assert tuple(run("--to", "calico", "web.yaml")) == (0, WEB_CALICO, SAME_CALICO)


def test_convert_by_name_is_the_same(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    assert tuple(run("convert", "web.yaml", "--to", "calico")) == (0, WEB_CALICO, SAME_CALICO)


def test_it_writes_cilium(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    ran = run("--to", "cilium", "web.yaml")
    assert (ran.code, ran.out) == (0, WEB_CILIUM)
    assert run("--to", "cilium", "-v", "web.yaml").err.splitlines()[:2] == [
        "  NetworkPolicy/shop/web → CiliumNetworkPolicy  same",
        "1 translated · 1 same · 0 tighter · 0 looser",
    ]


def test_every_name_of_kubernetes_is_taken(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    for name in ("kubernetes", "k8s", "np"):
        assert run("--to", name, "web.yaml").out == WEB_KUBERNETES


def test_stdin_is_read_where_nothing_is_named_and_where_a_dash_is(run) -> None:
    assert run("--to", "calico", stdin=WEB).out == WEB_CALICO
    assert run("--to", "calico", "-", stdin=WEB).out == WEB_CALICO
    assert run("--to", "calico", "-f", "-", stdin=WEB).out == WEB_CALICO


def test_a_second_dash_is_not_a_second_empty_input(run) -> None:
    assert run("--to", "calico", "-", "-f", "-", stdin=WEB).out == WEB_CALICO


def test_a_terminal_gets_a_hint(run) -> None:
    code, out, err = run("--to", "calico")
    assert (code, out) == (2, "")
    assert "no input: name files, or pipe policies in" in err
    assert "  netpol-translate --to calico policies.yaml" in err


def test_files_and_filename_are_one_list(run, folder: Path) -> None:
    (folder / "a.yaml").write_text(WEB)
    (folder / "b.yaml").write_text(WEB.replace("name: web", "name: two"))
    ran = run("--to", "calico", "a.yaml", "-f", "b.yaml", "-o", "name")
    assert (ran.code, ran.out) == (0, "NetworkPolicy/shop/web\nNetworkPolicy/shop/two\n")


def test_a_folder_is_read_in_the_order_of_its_names(run, folder: Path) -> None:
    for name in ("b.yml", "a.yaml", "c.json", "note.txt"):
        (folder / name).write_text(WEB.replace("name: web", f"name: {name[0]}") if name != "note.txt" else "{")
    (folder / "c.json").write_text(
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "c", "namespace": "shop"}}'
    )
    assert run("--to", "calico", ".", "-o", "name").out == "".join(f"NetworkPolicy/shop/{n}\n" for n in "abc")


def test_folders_below_are_read_with_recursive(run, folder: Path) -> None:
    (folder / "x" / "y").mkdir(parents=True)
    (folder / "x" / "y" / "web.yaml").write_text(WEB)
    code, out, err = run("--to", "calico", "x")
    assert (code, out) == (2, "")
    assert err == "x: error: holds no file that ends in .yaml, .yml, .json; -R looks into the folders below\n"
    assert run("--to", "calico", "-R", "x").out == WEB_CALICO


def test_json_output(run) -> None:
    ran = run("--to", "calico", "-o", "json", stdin=WEB)
    assert json.loads(ran.out) == {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "tier": "default",
            "order": 1000,
            "selector": "app == 'web'",
            "types": ["Ingress"],
            "ingress": [
                {
                    "action": "Allow",
                    "protocol": "TCP",
                    "source": {"selector": "projectcalico.org/orchestrator == 'k8s' && app == 'api'"},
                    "destination": {"ports": [80]},
                }
            ],
        },
    }


def test_json_output_of_several_objects_is_a_list(run) -> None:
    ran = run("--to", "calico", "-o", "json", stdin=f"{WEB}---\n{DENY_ALL}")
    found = json.loads(ran.out)
    assert (found["apiVersion"], found["kind"]) == ("v1", "List")
    assert [item["metadata"]["name"] for item in found["items"]] == ["web", "deny"]


def test_names_of_all_written_objects_with_the_log_policies(run) -> None:
    ran = run("--to", "calico", "--log-denials", "-o", "name", stdin=WEB)
    assert (ran.code, ran.out) == (0, "NetworkPolicy/shop/web\nNetworkPolicy/shop/zzz-log-denied-ingress\n")


def test_quiet_says_nothing_where_nothing_is_wrong(run) -> None:
    assert tuple(run("--to", "calico", "-q", stdin=DENY_ALL))[2] == ""


def test_the_assumed_namespace_is_said_and_settable(run) -> None:
    ran = run("--to", "calico", stdin=DENY_ALL)
    assert ran.out == dedent("""\
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: deny
        spec:
          tier: default
          order: 1000
          selector: 'all()'
          types:
          - Ingress
        """)
    assert ran.err.splitlines()[-1] == "note: 1 policy names no namespace: read as default (--default-namespace NS)"
    err = run("--to", "calico", "-v", "--default-namespace", "shop", stdin=DENY_ALL).err
    assert "  NetworkPolicy/shop/deny → NetworkPolicy  same" in err
    assert err.splitlines()[-1] == "note: 1 policy names no namespace: read as shop (--default-namespace NS)"


def test_a_tighter_translation_names_who_loses_access_and_exits_with_1(run, folder: Path) -> None:
    (folder / "out.yaml").write_text(RANGE)
    code, out, err = run("--to", "calico", "out.yaml")
    assert code == 1
    assert out.endswith("  types:\n  - Egress\n")
    assert err.splitlines()[:6] == [
        "out.yaml:6:22: tighter  NPT502 cidr-dropped",
        "   the pods of CiliumNetworkPolicy/shop/out lose access to addresses of 10.0.0.0/8 outside the cluster: "
        "a Calico range would open it to pods and nodes inside the range as well, which the source does not",
        "   state the ranges of pods and nodes (--pods, --nodes): they are then cut out of the range",
        "  CiliumNetworkPolicy/shop/out → NetworkPolicy  tighter NPT502",
        "1 translated · 0 same · 1 tighter · 0 looser",
        "facts like these settle 1 of 1 (tried; put in your own addresses):",
    ]


def test_an_accepted_loss_exits_with_0(run) -> None:
    code, _, err = run("--to", "calico", "--accept", "NPT502=no outside address is needed", stdin=RANGE)
    assert code == 0
    assert err.splitlines()[0] == "-:6:22: tighter  NPT502 cidr-dropped (accepted)"


def test_stop_writes_nothing_where_something_is_lost(run) -> None:
    code, out, err = run("--to", "calico", "--on-loss", "stop", stdin=RANGE)
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "-:6:22: tighter  NPT502 cidr-dropped"
    assert err.splitlines()[-1] == "nothing is written: --on-loss stop"


def test_stop_writes_where_the_loss_is_accepted(run) -> None:
    code, out, _ = run("--to", "calico", "--on-loss", "stop", "--accept", "NPT502", stdin=RANGE)
    assert (code, out.splitlines()[0]) == (0, "apiVersion: projectcalico.org/v3")


def test_loosen_writes_nothing_before_the_looser_form_is_accepted(run) -> None:
    for more in ((), ("--no-verify",)):
        code, out, err = run("--to", "calico", "--on-loss", "loosen", *more, stdin=RANGE)
        assert (code, out) == (1, "")
        assert err.splitlines()[0] == "-:6:22: looser  NPT506 cidr-wider"
        assert "nothing is written: the output would let through more than the input" in err


def test_loosen_writes_the_accepted_looser_form(run) -> None:
    code, out, _ = run("--to", "calico", "--on-loss", "loosen", "--accept", "NPT506", stdin=RANGE)
    assert (code, out.splitlines()[-4:]) == (
        0,
        ["  - action: Allow", "    destination:", "      nets:", "      - 10.0.0.0/8"],
    )


def test_no_verify_writes_the_same_without_a_proof(run) -> None:
    code, out, err = run("--to", "calico", "--no-verify", stdin=WEB)
    assert (code, out) == (0, WEB_CALICO)
    assert err == "1 translated · 1 not proved · 0 tighter · 0 looser\n"


def test_without_a_proof_nothing_is_called_the_same(run) -> None:
    args = ("--to", "calico", "--no-verify", "-v")
    assert "  NetworkPolicy/shop/web → NetworkPolicy  not proved" in run(*args, stdin=WEB).err.splitlines()
    assert "not proved" not in run(*args, stdin=RANGE).err  # what is lost has its name, with a proof and without
    found = json.loads(run(*args, "--report", "json", stdin=WEB).err)
    assert (found["summary"]["same"], found["summary"]["not_proved"]) == (0, 1)
    assert [one["exactness"] for one in found["policies"]] == ["not-proved"]
    assert "1 translated, 0 same, 1 not proved, 0 tighter" in run(*args, "--report", "markdown", stdin=WEB).err


def test_an_undecided_proof_calls_nothing_the_same(run) -> None:
    code, _, err = run("--to", "calico", "--max-steps", "1", stdin=WEB)
    assert (code, err.splitlines()[0]) == (3, "1 translated · 1 not proved · 0 tighter · 0 looser")


def test_stamps_name_the_source(run, folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    comment = run("--to", "calico", "--stamp", "comment", "web.yaml").out
    assert comment.splitlines()[0] == "# stands for NetworkPolicy/shop/web of web.yaml"
    annotation = run("--to", "calico", "--stamp", "annotation", "web.yaml").out
    assert "  annotations:\n    netpol-translate/source: NetworkPolicy/shop/web\n" in annotation


def test_foreign_objects_are_left_out_and_counted(run) -> None:
    code, out, err = run("--to", "calico", stdin=f"{CONFIG_MAP}---\n{WEB}")
    assert (code, out) == (0, WEB_CALICO)
    assert err.splitlines()[0] == (
        "1 translated · 1 same · 0 tighter · 0 looser · 1 other object left out: 1 ConfigMap (--passthrough keeps them)"
    )


def test_passthrough_keeps_them_and_says_so(run) -> None:
    code, out, err = run("--to", "calico", "--passthrough", stdin=f"{CONFIG_MAP}---\n{WEB}")
    assert (code, out) == (0, f"{WEB_CALICO}---\n{CONFIG_MAP}")
    assert "left out" not in err


def test_lists_are_flattened_and_old_versions_read(run) -> None:
    source = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicyList",
                "items": [{"metadata": {"name": "a", "namespace": "shop"}}],
            },
            {
                "apiVersion": "extensions/v1beta1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "b", "namespace": "shop"},
            },
        ],
    }
    ran = run("--to", "cilium", "-o", "name", stdin=json.dumps(source))
    assert (ran.code, ran.out) == (0, "CiliumNetworkPolicy/shop/a\nCiliumNetworkPolicy/shop/b\n")


def test_what_the_server_and_kubectl_keep_in_metadata_is_stripped(run) -> None:
    source = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
  uid: 6f1c
  resourceVersion: "5"
  generation: 1
  creationTimestamp: null
  managedFields: [{manager: kubectl}]
  labels: {team: shop}
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    contact: shop
spec: {podSelector: {}}
status: {}
"""
    ran = run("--to", "calico", stdin=source)
    assert ran.out.splitlines()[2:9] == [
        "metadata:",
        "  name: deny",
        "  namespace: shop",
        "  labels:",
        "    team: shop",
        "  annotations:",
        "    contact: shop",
    ]


def test_two_runs_of_one_input_print_the_same_bytes(run) -> None:
    assert run("--to", "cilium", stdin=WEB).out == run("--to", "cilium", stdin=WEB).out
