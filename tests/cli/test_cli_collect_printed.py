"""``collect``: out of what kubectl printed, whatever its size; no extra is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import world
from translate.frontend.facts import facts_of


def listed(*objects: Any) -> str:
    """As kubectl prints several kinds."""
    return json.dumps(
        {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}, indent=4
    )


def everything(*more: Any) -> list[Any]:
    """A cluster as kubectl lists it."""
    objects = [
        one
        for path in ("namespaces", "nodes", "pods", "services")
        for one in world.with_cilium().lists[f"/api/v1/{path}"]
    ]
    return [*objects, world.POLICY, *more]


SAID = """\
cluster: 2 namespaces, 1 nodes, 2 pods, 1 services, 1 networkpolicies.networking.k8s.io
2 objects of other kinds left out
enforced by cilium 1.18.2
go on with: netpol-translate --to DIALECT cluster --source-engine cilium
"""


@pytest.mark.parametrize("name", ["-", "printed.json"])
def test_what_kubectl_prints_becomes_a_folder(run, folder: Path, name: str) -> None:
    config = world.with_cilium().lists["/api/v1/configmaps"]
    text = listed(*everything(world.SECRET, *config))
    (folder / "printed.json").write_text(text)
    assert tuple(run("collect", name, stdin=text if name == "-" else None)) == (0, "", SAID)
    assert sorted(path.name for path in (folder / "cluster").iterdir()) == [
        "facts.yaml",
        "networkpolicies.networking.k8s.io.yaml",
        "snapshot.yaml",
    ]
    facts = (folder / "cluster" / "facts.yaml").read_text()
    assert "\nnamespaces:\n  kube-system: {}\n  shop:\n    team: a\n" in facts
    assert "settings:\n  cilium:\n    enable-policy: default\n    allow-localhost: policy\n" in facts
    assert "s3cr3t" not in "".join(path.read_text() for path in (folder / "cluster").iterdir())
    code, out, _ = run("--to", "calico", "cluster", "--source-engine", "cilium", "-o", "name")
    assert (code, out) == (1, ""), "the own node is kept out, as the settings say"


@pytest.mark.parametrize(
    ("tags", "said", "flags"),
    [
        (("v3.9.0", "v3.31.2"), "calico 3.31.2, 3.9.0", "--source-engine calico"),
        (("v3.31.2", "mine"), "calico 3.31.2, unknown", "--source-engine calico"),
        (("v3.31.2", "v3.31.2"), "calico 3.31.2", "--source-engine calico --source-version calico=3.31"),
        (("mine", "mine"), "calico", "--source-engine calico"),
    ],
)
def test_in_the_midst_of_an_upgrade_no_release_is_stated(run, tags: tuple[str, str], said: str, flags: str) -> None:
    """Which of two policies of equal order is first may be another on each node."""
    agents = [
        world.agent(f"calico-node-{n}", "calico-node", "calico-node", f"docker.io/calico/node:{tag}")
        for n, tag in enumerate(tags)
    ]
    ran = run("collect", "-", stdin=listed(world.POLICY, *agents))
    lines = ran.err.splitlines()
    assert f"enforced by {said}" in lines
    assert lines[-1] == f"go on with: netpol-translate --to DIALECT cluster {flags}"


def test_json_and_yaml_of_one_object_and_of_many_texts_are_the_same(run, folder: Path) -> None:
    objects = everything()
    texts = {
        "list": listed(*objects),
        "compact": json.dumps({"kind": "List", "apiVersion": "v1", "items": objects}, separators=(",", ":")),
        "single": "\n".join(json.dumps(one) for one in objects),
        "lists": "".join(listed(one) for one in objects),
        "yaml": yaml.safe_dump_all(objects, sort_keys=False),
        "mark": "\ufeff \n" + listed(*objects),
    }
    found = set()
    for name, text in texts.items():
        said = SAID.replace("2 objects of other kinds left out\n", "").replace("cluster", name)
        assert tuple(run("collect", "-", "--output-dir", name, stdin=text)) == (0, "", said)
        found.add("".join(f"{path.name}\n{path.read_text()}" for path in sorted((folder / name).iterdir())))
    assert len(found) == 1


def test_a_typed_list_says_the_kind_of_its_items_once(run, folder: Path) -> None:
    """As ``kubectl get --raw`` prints it, head first."""
    bare = {key: part for key, part in world.POLICY.items() if key not in ("apiVersion", "kind")}
    text = json.dumps(
        {"kind": "NetworkPolicyList", "apiVersion": "networking.k8s.io/v1", "metadata": {}, "items": [bare]}
    )
    assert run("collect", "-", stdin=text).err.startswith("cluster: 1 networkpolicies.networking.k8s.io\n")


def test_one_kind_in_two_versions_and_one_that_is_not_read_are_kept(run, folder: Path) -> None:
    groups = [
        world.of(f"cilium.io/{version}", "CiliumCIDRGroup", version, spec={"externalCIDRs": []})
        for version in ("v2", "v2alpha1", "v9")
    ]
    assert run("collect", "-", stdin=listed(*groups)).code == 0
    found = yaml.safe_load_all((folder / "cluster" / "ciliumcidrgroups.cilium.io.yaml").read_text())
    assert [one["apiVersion"] for one in found] == ["cilium.io/v2", "cilium.io/v2alpha1", "cilium.io/v9"]


def test_what_was_not_printed_is_said_and_is_no_failure(run, folder: Path) -> None:
    code, _, err = run("collect", "-", stdin=listed(world.POLICY))
    assert code == 0
    assert err.count("! partial: ") == 4
    assert "! partial: pods not seen (none in the input); not known: labels and named ports of pods" in err
    assert facts_of(folder / "cluster" / "facts.yaml").pods == ()
    assert run("--to", "calico", "cluster", "-o", "name").out == "NetworkPolicy/shop/web\n"


BROKEN = [
    ("", "nothing came through the pipe"),
    (" \n ", "nothing came through the pipe"),
    (
        listed(*everything())[:-200],
        "after 6 objects: the text breaks off, or is no JSON from there on; nothing is written",
    ),
    (listed(world.POLICY)[:100], "the text breaks off, or is no JSON from there on; nothing is written"),
    ('{"items": [1]}', "an item of the list is no object; nothing is written"),
    ('{"items": [{}', "after 1 objects: the text breaks off, or is no JSON from there on; nothing is written"),
    ('{"a": ' + "[" * 100_000, "the text is no JSON from there on; nothing is written"),
    ('{"a": ' + "1" * 5000 + "}", "the text breaks off, or is no JSON from there on; nothing is written"),
    (
        listed({**world.POLICY, "spec": {"x": float("nan")}}),
        'NetworkPolicy "web" holds a number that JSON does not have',
    ),
    (listed({**world.POLICY, "spec": {"x": 9e999}}), 'NetworkPolicy "web" holds a number that JSON does not have'),
    ("kind: [", "1:"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=[said[:40] for _, said in BROKEN])
def test_text_that_is_none_leaves_one_line_and_no_file(run, folder: Path, text: str, said: str) -> None:
    code, out, err = run("collect", "-", stdin=text)
    assert (code, out) == (2, "")
    assert len([line for line in err.splitlines() if "error: " in line]) == 1
    assert said in err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("depth", [900, 960, 990, 2000])
def test_objects_that_are_too_deep_for_us_are_no_defect(run, folder: Path, depth: int) -> None:
    """Whoever gives up, json or writing: the folder is whole, and the next command says its line; or there is none."""
    text = listed(world.POLICY).replace(
        '"podSelector": {', '"podSelector": ' + '{"a":' * depth + "1" + "}" * depth + ', "x": {', 1
    )
    code, out, err = run("collect", "-", stdin=text)
    assert out == ""
    if code == 2:
        assert len(err.splitlines()) == 1
        assert "nothing is written" in err
        assert list(folder.iterdir()) == []
        return
    assert code == 0
    code, out, err = run("--to", "calico", "cluster")
    assert (code, out) == (2, "")
    assert "nested" in err


def test_names_lead_nowhere_and_are_never_obeyed(run, folder: Path) -> None:
    """A kind that is a path, and texts that are no YAML, are data."""
    odd = {**world.POLICY, "kind": "../../../../tmp/xNetworkPolicy", "apiVersion": "a.example/v1"}
    space = world.of("v1", "Namespace", "shop", labels={"team": "a\u2028: {\x7f \U0001f600"})
    pod = world.pod("web\nkind: Secret", "shop", "10.244.0.9", app="é\x85")
    assert run("collect", "-", stdin=listed(odd, space, pod, world.POLICY)).code == 0
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "facts.yaml",
        "networkpolicies.networking.k8s.io.yaml",
        "snapshot.yaml",
    ]
    documents = list(yaml.safe_load_all((folder / "cluster" / "facts.yaml").read_text()))
    assert [one["metadata"]["name"] for one in documents[1:]] == ["web\nkind: Secret"]
    assert documents[1]["metadata"]["labels"] == {"app": "é\x85"}


def test_ten_thousand_pods_take_little_memory(folder: Path) -> None:
    """What is held does not grow with the text: here 60 MB of it."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc to read the memory of a process from")
    (folder / "many.py").write_text(
        "import json, sys\n"
        'print(\'{"apiVersion": "v1", "items": [\')\n'
        "for n in range(10_000):\n"
        "    pod = {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': f'p-{n}', 'namespace': 'shop', 'labels': {'app': f'a{n % 50}'}},\n"
        "           'spec': {'containers': [{'name': 'c', 'env': [{'name': 'X', 'value': 'y' * 6000}]}]},\n"
        "           'status': {'phase': 'Running', 'podIPs': [{'ip': f'10.{n >> 16}.{n >> 8 & 255}.{n & 255}'}]}}\n"
        "    print(json.dumps(pod) + (',' if n < 9_999 else ''))\n"
        'print(\'], "kind": "List"}\')\n'
    )
    (folder / "collect.py").write_text(
        "from translate.cli.main import run\n"
        "code = run(['collect', '-'])\n"
        "print(code, *(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    made = subprocess.Popen([sys.executable, "many.py"], cwd=folder, stdout=subprocess.PIPE)
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "collect.py"],
        cwd=folder,
        stdin=made.stdout,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": root},
        check=True,
    )
    assert made.stdout is not None
    made.stdout.close()
    made.wait()
    code, used = map(int, done.stdout.split())
    assert code == 0
    assert used < 60 << 10, f"{used} KiB"
    assert len(facts_of(folder / "cluster" / "facts.yaml").pod_objects) == 10_000


def test_what_does_not_go_together(run, folder: Path) -> None:
    for arguments, said in (
        (("-A", "-n", "shop"), "-A and -n exclude each other"),
        (("-A", "printed.json"), "FILES are read instead of a cluster: leave out -A and -n, or the files"),
        (("printed.json", "--context", "c"), "--context and --kubeconfig name a cluster: add -A, or -n NS"),
        ((), "name what to read: a cluster (-A for all of it, -n NS for a namespace), or what kubectl printed"),
    ):
        code, out, err = run("collect", *arguments)
        assert (code, out) == (2, "")
        assert said in err


def test_a_file_that_is_not_there_and_a_place_that_cannot_be(run, folder: Path) -> None:
    assert tuple(run("collect", "gone.json")) == (
        2,
        "",
        "gone.json: error: cannot be read: No such file or directory\n",
    )
    (folder / "file").write_text("")
    said = "file/x: error: cannot be written: Not a directory\n"
    assert tuple(run("collect", "-", "--output-dir", "file/x", stdin=listed(world.POLICY))) == (2, "", said)
    (folder / "link").symlink_to(folder)
    said = "link: error: is a link: name the folder itself\n"
    assert tuple(run("collect", "-", "--output-dir", "link", stdin=listed(world.POLICY))) == (2, "", said)


def test_without_the_extra_the_way_out_is_said(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightkube", None)
    monkeypatch.delitem(sys.modules, "translate.cluster.api_server", raising=False)
    monkeypatch.setitem(sys.modules, "lightkube.config.client_adapter", None)
    said = 'reading a cluster needs an extra: pip install "netpol-translate[cluster]", or pipe in what kubectl prints'
    assert tuple(run("collect", "-A")) == (2, "", f"collect: error: {said}\n")


def test_the_role_lists_and_gets_and_nothing_else(run) -> None:
    code, out, err = run("collect", "--print-rbac")
    role = yaml.safe_load(out)
    assert (code, err, role["kind"]) == (0, "", "ClusterRole")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list", "get"}
    resources = {(group, name) for rule in role["rules"] for group in rule["apiGroups"] for name in rule["resources"]}
    assert not {name for _, name in resources} & {"secrets", "*"}
    assert not {group for group, _ in resources} & {"*"}
    assert [rule for rule in role["rules"] if "configmaps" in rule["resources"]] == [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNames": ["cilium-config"]}
    ]
    assert {
        ("cilium.io", "tracingpoliciesnamespaced"),
        ("networking.k8s.io", "servicecidrs"),
        ("", "nodes"),
    } <= resources


def test_a_folder_that_only_looks_like_a_snapshot_is_read_whole(run, folder: Path) -> None:
    """The first line of the mark decides: somebody's own facts.yaml stays an input."""
    (folder / "mine").mkdir()
    (folder / "mine" / "snapshot.yaml").write_text("a: b\n")
    (folder / "mine" / "facts.yaml").write_text(
        "pods: [10.0.0.0/8]\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"
    )
    (folder / "mine" / "policy.yaml").write_text(json.dumps(world.POLICY))
    code, out, err = run("--to", "calico", "mine", "-o", "name", "-v")
    assert (code, out) == (0, "NetworkPolicy/shop/web\n")
    assert "facts: " not in err
    assert "2 other objects" in err


def test_a_snapshot_that_holds_what_is_read_is_not_replaced(run, folder: Path) -> None:
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": [world.POLICY]})
    assert run("collect", "-", "--output-dir", "taken", stdin=given).code == 0
    (folder / "taken" / "printed.json").write_text(given)
    code, out, err = run("collect", "taken/printed.json", "--output-dir", "taken", "--force")
    said = "taken/printed.json: error: is an input, and never written over: it is in taken\n"
    assert (code, out, err) == (2, "", said)
    assert (folder / "taken" / "printed.json").read_text() == given
