"""``facts``: a file out of what a cluster prints of itself; and facts that are stated by flags."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from translate.frontend.facts import FIELDS, facts_of

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": "n1",
        "annotations": {"projectcalico.org/IPv4IPIPTunnelAddr": "10.244.0.1", "a/b": "10.9.9.9"},
    },
    "spec": {"podCIDRs": ["10.244.0.0/24"]},
    "status": {
        "addresses": [
            {"type": "InternalIP", "address": "172.18.0.3"},
            {"type": "InternalIP", "address": "172.18.0.2"},
            {"type": "InternalIP", "address": "fd00::2"},
            {"type": "Hostname", "address": "n1"},
        ]
    },
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}, "annotations": {"secret": "s3cr3t"}},
    "spec": {
        "serviceAccountName": "web",
        "nodeName": "n1",
        "containers": [
            {
                "name": "c",
                "image": "registry.example/web",
                "env": [{"name": "PASSWORD", "value": "s3cr3t"}],
                "ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 9000}],
            }
        ],
    },
    "status": {"phase": "Running", "podIPs": [{"ip": "10.244.0.7"}]},
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"clusterIP": "10.96.0.9", "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
}
SPACE = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "shop", "labels": {"team": "a", "kubernetes.io/metadata.name": "shop"}},
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"k": "s3cr3t"}}
WRITTEN = """\
# What the cluster tells of itself. State only what is so, and go on: docs/facts.md has every field.
pods: [10.244.0.0/24]
nodes: [10.244.0.1, 172.18.0.2, 172.18.0.3, "fd00::2"]
# Nodes may have addresses among those of pods, too (tunnels, bridges): if yours have, add that range to nodes as well.
# services: [10.96.0.0/12]   # the range of Services: service-cluster-ip-range of the API server
# apiServers: [172.18.0.2]   # of the API server: kubectl get endpointslices -n default
namespaces:
  shop:
    team: a
# complete: [Pod, Service]    # if the objects below are all that there are (kubectl get -A)
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web-0
    namespace: shop
    labels:
      app: web
  spec:
    serviceAccountName: web
    containers:
    - name: c
      ports:
      - name: http
        containerPort: 8080
  status:
    phase: Running
    podIPs:
    - ip: 10.244.0.7
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: shop
  spec:
    selector:
      app: web
    ports:
    - port: 80
      targetPort: http
"""


def listed(*objects: dict[str, Any]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def test_what_a_cluster_prints_becomes_a_facts_file(run) -> None:
    code, out, err = run("facts", "-", stdin=listed(POD, SECRET, NODE, SERVICE, SPACE))
    assert (code, out, err) == (0, WRITTEN, "")
    assert "s3cr3t" not in out


def test_the_file_is_read_as_it_was_meant(run, folder: Path) -> None:
    (folder / "facts.yaml").write_text(WRITTEN.replace("# complete", "complete"))
    found = facts_of(folder / "facts.yaml")
    assert (found.pods, found.nodes) == (
        ("10.244.0.0/24",),
        ("10.244.0.1/32", "172.18.0.2/32", "172.18.0.3/32", "fd00::2/128"),
    )
    assert [(one.name, one.labels) for one in found.namespaces] == [("shop", (("team", "a"),))]
    assert [(pod.name, pod.labels, pod.ports) for pod in found.pod_objects] == [
        ("web-0", (("app", "web"),), ((6, "http", 8080),))
    ]
    assert [one.name for one in found.service_objects] == ["web"]
    assert found.complete == ("Namespace", "Pod", "Service")


def test_ranges_that_pods_do_not_keep_to_are_not_stated(run) -> None:
    """Another IPAM than that of the nodes: what was seen is a remark, and no fact."""
    elsewhere = {**POD, "status": {"phase": "Running", "podIPs": [{"ip": "192.168.7.7"}]}}
    out = run("facts", "-", stdin=listed(elsewhere, NODE)).out
    assert "# pods: [10.244.0.0/16]      # the ranges that pods get their addresses from; seen: 192.168.7.7" in out
    assert "\npods:" not in out
    on_node = {**elsewhere, "spec": {**POD["spec"], "hostNetwork": True}}
    assert "\npods: [10.244.0.0/24]\n" in run("facts", "-", stdin=listed(on_node, NODE)).out


def test_a_file_in_which_all_is_a_comment_is_a_facts_file(run, folder: Path) -> None:
    out = run("facts", "-", stdin=listed(POD)).out
    assert "\nassume: []\n# complete: [Pod, Service] " in out
    (folder / "facts.yaml").write_text(
        out.replace("# complete: [Pod, Service]", "complete: [Pod]").replace("# pods:", "pods:")
    )
    assert facts_of(folder / "facts.yaml").complete == ("Pod",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "-: error: nothing came through the pipe\n"),
        (
            listed(SECRET),
            "-: error: the input holds no Namespace, Node, Pod or Service to tell of the cluster; objects: 1 Secret\n",
        ),
    ],
)
def test_where_there_is_nothing_to_tell(run, text: str, said: str) -> None:
    assert tuple(run("facts", "-", stdin=text)) == (2, "", said)


def test_output_that_was_cut_off_is_an_error_in_one_line(run) -> None:
    code, out, err = run("facts", "-", stdin=listed(POD, NODE)[:-40])
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("-:1:")


def test_the_example_has_every_field_and_is_a_facts_file(run, folder: Path) -> None:
    out = run("facts", "--example").out
    assert all(f"{field}:" in out for field in FIELDS)
    (folder / "f.yaml").write_text(out)
    assert facts_of(folder / "f.yaml").pods == ("10.244.0.0/16",)
    opened = "".join(
        line.removeprefix("# ") if line.startswith(("# complete", "# settings", "#   c")) else line
        for line in out.splitlines(keepends=True)
    )
    (folder / "g.yaml").write_text(opened)
    assert set(facts_of(folder / "g.yaml").complete) == {"Namespace", "Pod", "Policy", "Service"}


RANGE = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec: {endpointSelector: {}, egress: [{toCIDR: [203.0.113.0/24]}, {toEntities: [kube-apiserver]}]}
"""


def test_facts_by_flags_are_those_of_a_file(run, folder: Path) -> None:
    (folder / "facts.yaml").write_text("pods: [10.244.0.0/16]\nnodes: [172.18.0.0/16]\napiServers: [172.18.0.2]\n")
    flags = ["--pods", "10.244.0.0/16", "--nodes", "172.18.0.0/16", "--api-server", "172.18.0.2"]
    by_file = run("--to", "calico", "--facts", "facts.yaml", "-v", stdin=RANGE)
    assert by_file.code == 0
    assert tuple(run("--to", "calico", *flags, "-v", stdin=RANGE)) == tuple(by_file)
    assert tuple(run("--to", "calico", *flags[2:], "--facts", "facts.yaml", "-v", stdin=RANGE)) == tuple(by_file)


def test_namespaces_by_flags_are_all(run) -> None:
    source = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\n"
    source += "spec: {namespaceSelector: env == 'prod', types: [Ingress]}\n"
    assert run("--to", "kubernetes", stdin=source).code == 2
    flags = ["--namespace", "shop=env=prod,team=a", "--namespace", "dev"]
    code, out, _ = run("--to", "kubernetes", *flags, stdin=source)
    assert (code, out.count("namespace: shop"), "dev" in out) == (0, 1, False)


MISTAKES = [
    (["--pods", "10.0.0.0/33"], '--pods: error: "10.0.0.0/33" must be an IP range or an address'),
    (["--api-server", "api.example"], '--api-server: error: "api.example" must be an IP range or an address'),
    (["--pods", "10.1.0.0/16"], "--pods: error: --pods states other values than facts.yaml: state them in one place"),
    (
        ["--namespace", "shop=prod"],
        "--namespace: error: 'shop=prod': after the name come its labels, as in shop=team=shop,env=prod",
    ),
    (
        ["--namespace", "shop=env=a", "--namespace", "dev", "--namespace", "shop=env=b"],
        "--namespace: error: shop is stated twice, with other labels: no cluster has both",
    ),
    (
        ["--namespace", "shop=env=a,team=x,env=b"],
        "--namespace: error: env stands twice in 'shop=env=a,team=x,env=b', with other values: no cluster has both",
    ),
    (
        ["--namespace", "Shop"],
        "--namespace: error: \"Shop\" must consist of lower-case letters, digits and '-', "
        "with a letter or digit at both ends",
    ),
    (
        ["--services", "10.244.0.0/24"],
        'facts: error: services[0] "10.244.0.0/24" and pods[0] "10.244.0.0/16" overlap: no pod has the address of a Service',
    ),
]


@pytest.mark.parametrize(("flags", "said"), MISTAKES, ids=[" ".join(flags) for flags, _ in MISTAKES])
def test_a_fact_that_is_none_or_contradicts_the_file(run, folder: Path, flags: list[str], said: str) -> None:
    (folder / "facts.yaml").write_text("pods: [10.244.0.0/16]\n")
    assert tuple(run("--to", "calico", "--facts", "facts.yaml", *flags, stdin=RANGE)) == (2, "", f"{said}\n")


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: tidy, namespace: shop}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: tidy}}, spec: {containers: [{name: c}]}}}}}
"""
BY_PREFIX = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {selector: app starts with 'we', types: [Ingress]}
"""


def test_workloads_count_as_pods_where_all_pods_are_told(run, folder: Path) -> None:
    (folder / "facts.yaml").write_text("complete: [Pod]\n")
    source = "---\n".join([DEPLOYMENT, CRON_JOB, BY_PREFIX])
    assert run("--to", "kubernetes", stdin=source).code == 2
    code, out, err = run("--to", "kubernetes", "--facts", "facts.yaml", stdin=source)
    assert code == 0
    assert "      app: web\n" in out
    assert "NPT309" in err


def test_labels_that_controllers_set_are_told_by_no_template(run, folder: Path) -> None:
    (folder / "facts.yaml").write_text("complete: [Pod]\n")
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    policy += "spec: {podSelector: {matchLabels: {apps.kubernetes.io/pod-index: '0'}}}\n"
    code, out, err = run("--to", "calico", "--facts", "facts.yaml", stdin=f"{DEPLOYMENT}---\n{policy}")
    assert (code, out) == (2, "")
    assert err.startswith(
        "-:12:36: error: NetworkPolicy/shop/p selects by apps.kubernetes.io/pod-index, which a controller"
    )


def test_namespaces_of_flags_and_of_objects_in_the_file_add_up_and_must_agree(run, folder: Path) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: dev, labels: {env: prod}}\n"
    (folder / "facts.yaml").write_text(f"pods: [10.244.0.0/16]\n---\n{space}")
    source = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\n"
    source += "spec: {namespaceSelector: env == 'prod', types: [Ingress]}\n"
    given = ("--to", "kubernetes", "--facts", "facts.yaml", "--namespace")
    code, out, _ = run(*given, "shop=env=prod", stdin=source)
    assert (code, out.count("namespace: shop"), out.count("namespace: dev")) == (0, 1, 1)
    code, out, err = run(*given, "dev=env=test", stdin=source)
    assert (code, out) == (2, "")
    assert err == "--namespace: error: dev has other labels in facts.yaml: no cluster has both\n"


def test_objects_of_a_facts_file_must_not_contradict_it(run, folder: Path) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: prod}}\n"
    (folder / "facts.yaml").write_text(f"namespaces: {{shop: {{env: test}}}}\n---\n{space}")
    code, out, err = run("--to", "calico", "--facts", "facts.yaml", stdin=RANGE)
    assert (code, out) == (2, "")
    assert err == "facts.yaml:5:24: error: Namespace/shop has other labels at facts.yaml:1: no cluster has both\n"
