"""``collect``: a live cluster as a folder, asked of a stand-in for its API server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import world
from tests.cluster.stand_in import TOKEN, Cluster, served
from translate.frontend.facts import facts_of

pytest.importorskip("lightkube", reason='reading a cluster needs the extra "cluster"')

Live = Callable[..., Any]
PODS, POLICIES = "/api/v1/pods", "/apis/networking.k8s.io/v1/networkpolicies"


def kubeconfig(address: str) -> dict[str, Any]:
    return {
        "current-context": "c",
        "contexts": [
            {"name": "c", "context": {"cluster": "here", "user": "reader"}},
            {"name": "stranger", "context": {"cluster": "here", "user": "stranger"}},
            {"name": "nobody", "context": {"cluster": "here"}},
        ],
        "clusters": [{"name": "here", "cluster": {"server": address}}],
        "users": [{"name": "reader", "user": {"token": TOKEN}}, {"name": "stranger", "user": {"token": "x"}}],
    }


@pytest.fixture
def live(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """``live(cluster, *arguments)``: collect from a server that has it."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def ran(cluster: Cluster, *arguments: str):
        with served(cluster) as address:
            (folder / "kubeconfig").write_text(json.dumps(kubeconfig(address)))
            result = run("collect", "--kubeconfig", "kubeconfig", *arguments)
            return result.code, result.out, result.err.replace(address, "SERVER")

    return ran


def files(folder: Path) -> set[str]:
    """All that is there, hidden files too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"kubeconfig"}


def mark(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "cluster" / "snapshot.yaml").read_text())


FACTS = """\
# What the cluster told of itself. State only what is so, and go on: docs/facts.md has every field.
# Enforced by cilium 1.18.2.
pods: [10.244.0.0/24]
nodes: [172.18.0.2]
# Nodes may have addresses among those of pods, too (tunnels, bridges): if yours have, add that range to nodes as well.
services: [10.96.0.0/16]
# apiServers: [172.18.0.9]   # if these are all that it has: a balancer before it has others
namespaces:
  kube-system: {}
  shop:
    team: a
settings:
  cilium:
    enable-policy: default
    allow-localhost: policy
# complete: [CiliumCIDRGroup, Pod, Service]    # if these are all that there are, and no others will come
--- {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}}, \
"spec": {"serviceAccountName": "web", "containers": [{"name": "c", "ports": [{"name": "http", "containerPort": 8080}]}]}, \
"status": {"phase": "Running", "podIPs": [{"ip": "10.244.0.7"}]}}
--- {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cilium-x", "namespace": "kube-system", "labels": {"k8s-app": "cilium"}}, \
"spec": {"hostNetwork": true, "serviceAccountName": "web", "containers": [{"name": "cilium-agent", \
"ports": [{"name": "http", "containerPort": 8080}]}]}, "status": {"phase": "Running", "podIPs": [{"ip": "172.18.0.2"}]}}
--- {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, \
"spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations:
    owner: team a
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - from:
    - podSelector: {}
  policyTypes:
  - Ingress
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: kube-system
spec:
  podSelector: {}
  policyTypes:
  - Ingress
"""


def test_a_cluster_becomes_a_folder(live, folder: Path) -> None:
    cluster = world.with_cilium()
    assert live(cluster, "-A") == (
        0,
        "",
        "cluster: 2 namespaces, 1 nodes, 2 pods, 1 services, 2 networkpolicies.networking.k8s.io, "
        "1 ciliumnetworkpolicies.cilium.io, 1 ciliumcidrgroups.cilium.io\n"
        "enforced by cilium 1.18.2\n"
        "go on with: netpol-translate --to DIALECT cluster --source-engine cilium\n",
    )
    assert files(folder) == {
        f"cluster/{name}.yaml"
        for name in (
            "facts",
            "snapshot",
            "networkpolicies.networking.k8s.io",
            "ciliumnetworkpolicies.cilium.io",
            "ciliumcidrgroups.cilium.io",
        )
    }
    assert (folder / "cluster" / "facts.yaml").read_text() == FACTS
    assert (folder / "cluster" / "networkpolicies.networking.k8s.io.yaml").read_text() == POLICY
    assert mark(folder) == {
        "schema": "netpol-translate/snapshot/v1",
        "namespaces": "all",
        "partial": False,
        "engines": {"cilium": "1.18.2"},
        "objects": {
            "namespaces": 2,
            "nodes": 1,
            "pods": 2,
            "services": 1,
            "networkpolicies.networking.k8s.io": 2,
            "ciliumnetworkpolicies.cilium.io": 1,
            "ciliumcidrgroups.cilium.io": 1,
        },
    }


def test_nothing_is_asked_but_to_read_and_nothing_kept_that_is_secret(live, folder: Path) -> None:
    cluster = world.with_cilium()
    live(cluster, "-A")
    assert {verb for verb, _, _ in cluster.asked} == {"GET"}
    assert [path for path in cluster.paths if "secret" in path or path.endswith("configmaps")] == []
    written = "".join((folder / name).read_text() for name in files(folder))
    assert not any(word in written for word in ("s3cr3t", "czNjcjN0", "last-applied", "managedFields", "u-1", "image"))


def test_the_folder_is_input_and_facts(live, run, folder: Path) -> None:
    live(world.with_calico(), "-A")
    code, out, err = run("--to", "cilium", "cluster", "--source-engine", "calico", "-o", "name", "-v")
    assert (code, out) == (
        0,
        "CiliumNetworkPolicy/shop/web\nCiliumNetworkPolicy/kube-system/deny\nCiliumNetworkPolicy/shop/platform.web\n",
    )
    assert "facts: cluster/facts.yaml\n" in err
    assert "as stated: Calico runs with defaultEndpointToHostAction: Accept\n" in err
    assert "other objects" not in err, "the facts are no input"
    named = run(
        "--to", "cilium", "cluster", "--facts", "cluster/facts.yaml", "--source-engine", "calico", "-o", "name", "-v"
    )
    assert (named.out, named.err) == (out, err.replace("facts: cluster/facts.yaml\n", ""))


def test_what_a_network_tells_of_itself(live, folder: Path) -> None:
    """Ranges of pods are those that workloads get addresses from; an API that serves what another stores comes first."""
    code, _, err = live(world.with_calico(), "-A")
    found = facts_of(folder / "cluster" / "facts.yaml")
    assert (code, found.pods, found.services) == (0, ("10.244.0.0/16", "192.168.0.0/16"), ("10.96.0.0/16",))
    assert [one.stated for one in found.settings.engines] == [{"defaultEndpointToHostAction": "Accept"}]
    assert err.endswith(
        "go on with: netpol-translate --to DIALECT cluster --source-engine calico --source-version calico=3.32\n"
    )
    assert "networkpolicies.crd.projectcalico.org" not in mark(folder)["objects"]


def test_a_pool_that_pods_do_not_keep_to_is_not_stated(live, folder: Path) -> None:
    cluster = world.with_calico()
    cluster.lists[PODS].append(world.pod("x", "shop", "100.64.0.1"))
    live(cluster, "-A")
    text = (folder / "cluster" / "facts.yaml").read_text()
    assert (
        "# pods: [10.244.0.0/16]      # the ranges that pods get their addresses from; seen: 10.244.0.7, 100.64.0.1, 192.168.7.7\n"
        in text
    )


def test_a_setting_that_is_not_known_and_a_node_of_its_own_are_not_stated(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.lists["/api/v1/configmaps"][0]["data"]["enable-policy"] = "some\ntimes"
    live(cluster, "-A")
    assert (
        "# cilium has enable-policy = some?times: no value that is known here.\n"
        in (folder / "cluster" / "facts.yaml").read_text()
    )
    cluster = world.with_calico()
    felix = "/apis/projectcalico.org/v3/felixconfigurations#FelixConfiguration"
    cluster.lists[felix].append(
        world.of("projectcalico.org/v3", "FelixConfiguration", "node.n1", spec={"defaultEndpointToHostAction": "Drop"})
    )
    live(cluster, "-A", "--force")
    assert facts_of(folder / "cluster" / "facts.yaml").settings.engines == ()


def test_pages(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.lists[PODS] += [world.pod(f"p-{n}", "shop", f"10.244.0.{n}") for n in range(20, 43)]
    assert live(cluster, "-A", "--page-size", "10")[0] == 0
    asked = [parameters for _, path, parameters in cluster.asked if path == PODS]
    assert asked == [{"limit": ["10"]}, {"limit": ["10"], "continue": ["10"]}, {"limit": ["10"], "continue": ["20"]}]
    assert len(facts_of(folder / "cluster" / "facts.yaml").pod_objects) == 24


def test_a_list_that_goes_stale_is_begun_anew_and_none_of_it_is_kept(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.trouble.stale = {POLICIES: 2, PODS: 1}
    code, _, err = live(cluster, "-A", "--page-size", "1")
    assert code == 0
    assert (
        "note: networkpolicies.networking.k8s.io changed while they were listed: listed again from the start\n" in err
    )
    assert "note: pods changed while they were listed: listed again from the start\n" in err
    assert (folder / "cluster" / "networkpolicies.networking.k8s.io.yaml").read_text() == POLICY
    assert (folder / "cluster" / "facts.yaml").read_text() == FACTS


def test_a_list_that_always_goes_stale_is_told_and_the_rest_is_kept(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.trouble.stale = {POLICIES: 99}
    code, _, err = live(cluster, "-A", "--page-size", "1")
    assert code == 1
    said = "changed faster than it could be listed, 4 times"
    assert f"! partial: networkpolicies.networking.k8s.io not seen ({said}); not known: what these say" in err
    assert "cluster/networkpolicies.networking.k8s.io.yaml" not in files(folder)


def test_what_may_not_be_seen_is_said_everywhere(live, run, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.trouble.forbidden = {PODS, "/api/v1/nodes", "/api/v1/namespaces", POLICIES}
    code, out, err = live(cluster, "-A")
    assert (code, out) == (1, "")
    assert err.splitlines()[1:5] == [
        '! partial: namespaces not seen (403: cannot list resource at "/api/v1/namespaces"); not known: which namespaces '
        "there are and their labels: policies that select some by label are proved for any",
        '! partial: nodes not seen (403: cannot list resource at "/api/v1/nodes"); not known: the addresses of nodes and '
        "the ranges of pods: ranges that may hold them stay losses",
        '! partial: pods not seen (403: cannot list resource at "/api/v1/pods"); not known: labels and named ports of pods, '
        "and which network enforces policies",
        f'! partial: networkpolicies.networking.k8s.io not seen (403: cannot list resource at "{POLICIES}"); not known: '
        "what these say: a proof is about the others alone",
    ]
    told = mark(folder)
    assert told["partial"] is True
    assert [one["resource"] for one in told["unseen"]] == [
        "namespaces",
        "nodes",
        "pods",
        "networkpolicies.networking.k8s.io",
    ]
    text = (folder / "cluster" / "facts.yaml").read_text()
    assert text.count("# PARTIAL: ") == 4
    assert "\nnamespaces:" not in text
    assert "\npods:" not in text
    assert "# complete: [CiliumCIDRGroup, Service] " in text
    err = run("--to", "calico", "cluster", "-o", "name").err
    assert err.startswith(
        "note: cluster is a partial snapshot: it does not know namespaces, nodes, pods, networkpolicies.networking.k8s.io "
        "(cluster/snapshot.yaml says why)\n"
    )


def test_kinds_of_others_that_decide_are_asked_for_and_missed(live, folder: Path) -> None:
    cluster = world.with_calico()
    mesh = "/apis/security.istio.io/v1/authorizationpolicies"
    cluster.lists[f"{mesh}#AuthorizationPolicy#ns"].append(
        world.of("security.istio.io/v1", "AuthorizationPolicy", "deny", "shop", spec={})
    )
    assert live(cluster, "-A")[0] == 0
    assert mark(folder)["objects"]["authorizationpolicies.security.istio.io"] == 1
    cluster.trouble.forbidden = {mesh}
    code, _, err = live(cluster, "-A", "--force")
    assert code == 1
    assert "authorizationpolicies.security.istio.io not seen (403" in err
    assert "not known: what these decide: traffic may be cut or let through beside the policies" in err


def test_an_api_that_does_not_answer_is_missed(live, folder: Path) -> None:
    cluster = world.with_calico()
    cluster.trouble.statuses = {"/apis/projectcalico.org/v3": [503] * 3}
    code, _, err = live(cluster, "-A")
    assert code == 1
    assert "! partial: *.projectcalico.org not seen (503: the server is busy)" in err
    assert mark(folder)["objects"]["networkpolicies.crd.projectcalico.org"] == 1


def test_a_server_that_is_busy_for_a_while_is_asked_again(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.trouble.statuses = {PODS: [429, 503]}
    cluster.trouble.cut = {POLICIES: 2}
    assert live(cluster, "-A", "--page-size", "1")[0] == 0
    assert (folder / "cluster" / "facts.yaml").read_text() == FACTS
    assert (folder / "cluster" / "networkpolicies.networking.k8s.io.yaml").read_text() == POLICY


BREAKS = [
    ({"cut": {POLICIES: 9}}, (), f"the API server cannot be reached, or broke off ({POLICIES}): "),
    (
        {"hangs": PODS},
        ("--timeout", "0.3"),
        f"the API server did not answer within 0.3 s ({PODS}); nothing is written\n",
    ),
    (
        {"slow": PODS},
        ("--timeout", "0.3"),
        f"the API server did not answer within 0.3 s ({PODS}); nothing is written\n",
    ),
    ({}, ("--context", "stranger"), "the API server does not know who asks (401): log in, or name another --context"),
    ({}, ("--context", "nobody"), "the API server does not know who asks (401): log in, or name another --context"),
    ({"forbidden": {"/apis"}}, (), "the API server does not tell which APIs it has (403: "),
]


@pytest.mark.parametrize(("trouble", "arguments", "said"), BREAKS, ids=[said[15:50] for _, _, said in BREAKS])
def test_a_server_that_breaks_off_leaves_one_line_and_no_file(
    live, folder: Path, trouble: dict[str, Any], arguments: tuple[str, ...], said: str
) -> None:
    cluster = world.with_cilium()
    for name, value in trouble.items():
        setattr(cluster.trouble, name, value)
    code, out, err = live(cluster, "-A", "--page-size", "1", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith(f"SERVER: error: {said}")
    assert err.endswith("; nothing is written\n")
    assert [path.name for path in folder.iterdir()] == ["kubeconfig"]


def test_credentials_that_may_see_nothing(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.trouble.forbidden = {"/api/v1/configmaps", *(path.partition("#")[0] for path in cluster.lists)}
    cluster.trouble.forbidden |= {
        "/api/v1/namespaces/kube-system/configmaps/cilium-config",
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes",
    }
    said = "the API server shows nothing to these credentials: collect --print-rbac prints what is needed; nothing is written\n"
    assert live(cluster, "-A") == (2, "", f"SERVER: error: {said}")
    assert [path.name for path in folder.iterdir()] == ["kubeconfig"]


def test_one_namespace_and_what_lies_in_none(live, folder: Path) -> None:
    cluster = world.with_cilium()
    assert live(cluster, "-n", "shop")[0] == 0
    assert {path for path in cluster.paths if path.startswith("/api/")} == {
        "/api/v1/namespaces/shop",
        "/api/v1/nodes",
        "/api/v1/namespaces/shop/pods",
        "/api/v1/namespaces/shop/services",
        "/api/v1/namespaces/kube-system/configmaps/cilium-config",
    }
    assert mark(folder)["namespaces"] == ["shop"]
    assert (folder / "cluster" / "networkpolicies.networking.k8s.io.yaml").read_text() == POLICY.partition("---")[0]
    text = (folder / "cluster" / "facts.yaml").read_text()
    assert "\nnamespaces:" not in text
    assert "complete" not in text
    assert '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", ' in text
    assert [one.name for one in facts_of(folder / "cluster" / "facts.yaml").namespaces] == ["shop"]


def test_a_namespace_that_is_not_there(live) -> None:
    code, _, err = live(world.with_cilium(), "-n", "shop", "-n", "nowhere")
    assert code == 1
    assert "! partial: namespaces not seen (404: the server could not find the requested resource)" in err


def test_of_many_namespaces_that_came_meanwhile_a_few_are_named(live, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.lists[f"{POLICIES}#NetworkPolicy#ns"] += [
        world.of("networking.k8s.io/v1", "NetworkPolicy", "new", f"fresh{n}", spec={"podSelector": {}})
        for n in range(9)
    ]
    _, _, err = live(cluster, "-A")
    assert "note: namespaces came or went meanwhile (fresh0, fresh1, fresh2 and 6 more): which there are is not" in err
    assert ": fresh0, fresh1, fresh2 and 6 more.\n" in (folder / "cluster" / "facts.yaml").read_text()


def test_a_namespace_that_came_meanwhile_does_not_contradict_the_facts(live, run, folder: Path) -> None:
    cluster = world.with_cilium()
    cluster.lists[f"{POLICIES}#NetworkPolicy#ns"].append(
        world.of("networking.k8s.io/v1", "NetworkPolicy", "new", "fresh", spec={"podSelector": {}})
    )
    code, _, err = live(cluster, "-A")
    assert code == 0
    assert "note: namespaces came or went meanwhile (fresh): which there are is not stated\n" in err
    assert run("--to", "calico", "cluster", "-o", "name").code in (0, 1)


def test_what_stands_there_is_replaced_only_if_it_is_a_snapshot_and_only_when_asked(live, folder: Path) -> None:
    cluster = world.with_cilium()
    assert live(cluster, "-A")[0] == 0
    before = {name: (folder / name).read_text() for name in files(folder)}
    assert live(world.with_calico(), "-A") == (2, "", "cluster: error: exists: --force writes over it\n")
    cluster.trouble.hangs = PODS
    assert live(cluster, "-A", "--force", "--timeout", "0.2")[0] == 2
    assert {name: (folder / name).read_text() for name in files(folder)} == before
    assert live(world.with_calico(), "-A", "--force")[0] == 0
    assert "cluster/tiers.projectcalico.org.yaml" in files(folder)
    assert "cluster/ciliumcidrgroups.cilium.io.yaml" not in files(folder)
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("x")
    for force in ((), ("--force",)):
        said = "mine: error: exists and is no snapshot: it is never written over\n"
        assert live(cluster, "-A", "--output-dir", "mine", *force) == (2, "", said)
    assert sorted(path.name for path in folder.iterdir()) == ["cluster", "kubeconfig", "mine"]


KUBECONFIGS = [
    ({"clusters": []}, "has no 'here'"),
    ({"contexts": [{"name": "c", "context": {}}]}, "Object missing required field `cluster`"),
    (
        {"clusters": [{"name": "here", "cluster": {"server": "http://x", "proxy-url": "http://p"}}]},
        "cluster here says proxy-url, which is not understood here",
    ),
    (
        {"users": [{"name": "reader", "user": {"token": "x", "as": "auditor"}}]},
        "user reader says as, which is not understood here",
    ),
    ({"current-context": "gone"}, "Context 'gone' not found"),
]


@pytest.mark.parametrize(("change", "said"), KUBECONFIGS, ids=[said for _, said in KUBECONFIGS])
def test_a_kubeconfig_that_cannot_be_followed_is_not(run, folder: Path, change: dict[str, Any], said: str) -> None:
    """What is passed over could send the question elsewhere, or ask as somebody with more rights."""
    (folder / "k").write_text(json.dumps(kubeconfig("http://127.0.0.1:1") | change))
    code, out, err = run("collect", "-A", "--kubeconfig", "k")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("kubeconfig: error: ")
    assert said in err


def test_credentials_of_a_plugin_that_fails(run, folder: Path) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "none"}
    config = kubeconfig("http://127.0.0.1:1") | {"users": [{"name": "reader", "user": {"exec": plugin}}]}
    (folder / "k").write_text(json.dumps(config))
    assert run("collect", "-A", "--kubeconfig", "k").err == (
        "kubeconfig: error: the credentials cannot be used: auth exec api version client.authentication.k8s.io/v1 not "
        "implemented; pipe in what kubectl prints instead (docs/collect.md)\n"
    )


def test_a_server_that_is_not_there(run, folder: Path) -> None:
    (folder / "k").write_text(json.dumps(kubeconfig("http://127.0.0.1:1")))
    code, out, err = run("collect", "-A", "--kubeconfig", "k")
    assert (code, out) == (2, "")
    assert err.startswith("http://127.0.0.1:1: error: the API server cannot be reached, or broke off (/apis): ")


def test_a_place_that_is_taken_meanwhile_keeps_the_snapshot_that_was_there(live, folder: Path) -> None:
    """A folder is put in the place of another at once, or the other stays."""
    from translate.cluster.snapshot import _put

    (folder / "cluster").mkdir()
    (folder / "cluster" / "x").write_text("kept")
    with pytest.raises(FileNotFoundError):
        _put(folder / "gone", folder / "cluster", folder / "old")
    assert (folder / "cluster" / "x").read_text() == "kept"
    assert not (folder / "old").exists()


def test_two_snapshots_bring_no_facts(live, run, folder: Path) -> None:
    live(world.with_cilium(), "-A", "--output-dir", "monday")
    live(world.with_cilium(), "-A", "--output-dir", "tuesday")
    code, _, err = run("verify", "monday", "tuesday")
    assert code == 0
    assert err.startswith("note: 2 snapshots, and the facts of none are used: name those that count (--facts)\n")


def test_ten_thousand_pods_take_no_more_memory_than_a_thousand(folder: Path) -> None:
    """A page at a time: what is held besides are addresses."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc to read the memory of a process from")
    script = "from translate.cli.main import run\n"
    script += "code = run(['collect', '--kubeconfig', 'kubeconfig', '-A', '--force'])\n"
    script += "print(code, *(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    used = []
    for count in (1_000, 10_000):
        cluster = world.with_cilium()
        cluster.lists[PODS] = [
            world.pod(f"p-{n}", "shop", f"10.244.{n >> 8}.{n & 255}", "x" * 6000) for n in range(count)
        ]
        with served(cluster) as address:
            (folder / "kubeconfig").write_text(json.dumps(kubeconfig(address)))
            environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "NO_PROXY": "127.0.0.1"}
            command = [sys.executable, "-c", script]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        code, most = map(int, done.stdout.split())
        assert code == 0
        assert mark(folder)["objects"]["pods"] == count
        used.append(most // 1024)
    assert used[1] < used[0] + 12, f"{used} MiB"
