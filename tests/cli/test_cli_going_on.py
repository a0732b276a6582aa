"""Where something is refused, the rest is told all the same; with ``--keep-going`` it is written."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

HEAD = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: %s, namespace: shop}\n"
LOSSY = HEAD % "lossy" + "spec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: api.example.com}]}]}\n"
FINE = HEAD % "fine" + "spec: {endpointSelector: {}, ingress: [{}]}\n"
REFUSED = (
    HEAD % "refused"
    + "spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{matchLabels: {'io.cilium.k8s.policy.serviceaccount': a}}], "
    + "authentication: {mode: required}}, {fromEndpoints: [{}]}]}\n"
)
BROKEN = HEAD % "broken" + "spec: {endpointSelectr: {}, ingress: [{}]}\n"


@pytest.fixture
def refused(run) -> str:
    """A policy that is refused by itself."""
    assert run("--to", "calico", stdin=REFUSED).code == 2
    return REFUSED


def test_one_refusal_hides_nothing_of_the_rest(run, refused: str) -> None:
    code, out, err = run("--to", "calico", stdin="---\n".join([refused, LOSSY, FINE]))
    assert (code, out) == (2, "")
    assert "refused  NPT202" in err
    assert "-:9:50: tighter  NPT508 peer-dropped" in err
    assert err.splitlines()[-1] == "nothing is written"


def test_with_keep_going_the_rest_is_written_and_what_is_missing_named_at_its_top(run, refused: str) -> None:
    code, out, err = run("--to", "calico", "--keep-going", stdin="---\n".join([refused, LOSSY, FINE]))
    assert code == 2
    assert out.splitlines()[:3] == [
        "# NOT translated, and not in this output:",
        "#   CiliumNetworkPolicy/shop/refused",
        "apiVersion: projectcalico.org/v3",
    ]
    assert out.count("kind: NetworkPolicy") == 2
    assert "1 refused, and not in the output: what is proved is about the rest (--keep-going)" in err
    assert "refused  NPT202" in err


def test_what_cannot_be_read_is_left_out_as_well(run, folder: Path) -> None:
    for name, text in (("broken.yaml", BROKEN), ("fine.yaml", FINE), ("torn.yaml", "a: [")):
        (folder / name).write_text(text)
    code, out, err = run("--to", "calico", "broken.yaml", "fine.yaml", "torn.yaml")
    assert (code, out) == (2, "")
    code, out, err = run("--to", "calico", "--keep-going", "--report", "json", "broken.yaml", "fine.yaml", "torn.yaml")
    assert code == 2
    assert [line for line in out.splitlines() if line.startswith("#")] == [
        "# NOT translated, and not in this output:",
        "#   torn.yaml: a value is missing here: quote it if it starts with a sign",
        '#   broken.yaml: unknown field "endpointSelectr" in spec; did you mean "endpointSelector"? '
        "The API server in strict mode, kubectl's default, refuses it",
    ]
    report = json.loads(err)
    assert [problem["file"] for problem in report["problems"]] == ["torn.yaml", "broken.yaml"]
    assert report["proof"]["verdict"] == "same"


def test_keep_going_changes_nothing_where_nothing_is_refused(run) -> None:
    assert tuple(run("--to", "calico", stdin=FINE)) == tuple(run("--to", "calico", "--keep-going", stdin=FINE))


def test_of_an_object_that_is_there_twice_neither_is_taken(run) -> None:
    """In a cluster it would be the later one: to translate the first would be to guess."""
    again = FINE.replace("ingress: [{}]", "ingress: [{toPorts: [{ports: [{port: '80'}]}]}]")
    code, out, _ = run("--to", "calico", "--keep-going", stdin="---\n".join([FINE, LOSSY, again]))
    assert code == 2
    assert "name: lossy" in out
    assert "name: fine" not in out
    assert "#   -: CiliumNetworkPolicy/shop/fine is in the input twice" in out


def test_that_one_of_them_names_no_namespace_hides_nothing(run) -> None:
    bare, same = FINE.replace(", namespace: shop", ""), FINE.replace("ingress: [{}]", "egress: [{}]")
    other = LOSSY.replace("name: lossy, namespace: shop", "name: fine, namespace: elsewhere")
    flags = ("--to", "calico", "--keep-going", "--default-namespace", "shop")
    code, out, _ = run(*flags, stdin="---\n".join([bare, same, other]))
    assert (code, out.count("name: fine"), "namespace: elsewhere" in out) == (2, 1, True)


def test_what_tells_of_the_cluster_is_not_left_out(run) -> None:
    """Of two Namespaces that contradict each other none can be right: the rest would be about another cluster."""
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: %s}}\n"
    code, out, err = run("--to", "calico", "--keep-going", stdin="---\n".join([FINE, space % "a", space % "b"]))
    assert (code, out) == (2, "")
    assert "Namespace/shop has other labels" in err


def test_where_all_is_refused_nothing_is_written(run, refused: str) -> None:
    code, out, err = run("--to", "calico", "--keep-going", stdin=refused)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "nothing is written"


def test_stray_files_of_a_folder_are_counted_and_those_that_are_named_are_errors(run, folder: Path) -> None:
    (folder / "d").mkdir()
    (folder / "d" / "fine.yaml").write_text(FINE)
    (folder / "d" / "values.yaml").write_text("metadata: {labels: {}}\nimage: x\n")
    (folder / "d" / "list.json").write_text("[1, 2]")
    code, out, err = run("--to", "calico", "d")
    assert (code, "kind: NetworkPolicy" in out) == (0, True)
    assert "note: 2 files hold no manifest: d/list.json, d/values.yaml" in err.splitlines()
    assert run("--to", "calico", "d/fine.yaml", "d/list.json").code == 2


SET = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: office}
spec: {nets: [203.0.113.0/24]}
"""
OF_HOSTS = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: hosts}
spec: {selector: has(host-endpoint), applyOnForward: true, ingress: [{action: Allow}]}
"""


def test_where_no_policy_is_left_nothing_is_the_same(run) -> None:
    """The set is no policy: what is said of the rest would be said of nothing."""
    whole = "---\n".join([OF_HOSTS, SET])
    for command in (("--to", "cilium", "--keep-going"), ("check", "--to", "cilium")):
        code, out, err = run(*command, stdin=whole)
        assert (code, out) == (2, "")
        assert "NPT210" in err
        assert "the same" not in err
        assert "holds no policy" not in err
    assert err.splitlines()[-1] == "nothing can be translated to cilium"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode here")
@pytest.mark.parametrize(
    ("name", "said"), [(b"b\xffd.yaml", r"b\udcffd.yaml"), (b"b\x07\xc2\x85d.yaml", r"b\x07\x85d.yaml")]
)
def test_a_name_is_spelled_the_same_in_the_output_and_beside_it(run, folder: Path, name: bytes, said: str) -> None:
    Path(os.fsdecode(name)).write_text("a: [")
    _, out, err = run("--to", "calico", "--keep-going", os.fsdecode(name), "-", stdin=FINE)
    assert out.splitlines()[1].startswith(f"#   {said}: ")
    assert err.startswith(f"{said}:2:1: error: ")


CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
UNREAD = CALICO + (
    "spec:\n  types: [Egress]\n  egress:\n"
    "  - {action: Deny, protocol: UDP, source: {ports: [name]}}\n"
    "  - {action: Deny, notICMP: {type: 8}}\n"
)
UNSAID = CALICO + (
    "spec:\n  selector: app starts with 'x' && pod-template-hash == 'a'\n  serviceAccountSelector: team == 'a'\n"
    "  types: [Ingress]\n  ingress: []\n"
)
UNREAD_CILIUM = HEAD % "p" + (
    "spec:\n  endpointSelector: {matchLabels: {'foo:x': a}}\n  enableDefaultDeny: {ingress: false}\n"
    "  ingress: [{authentication: {mode: required}}]\n"
    "  egress: [{toEndpoints: [{matchLabels: {'bar:x': a}}]}]\n"
)


UNDER_CILIUM = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:\n"
    "  podSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: a}}\n  ingress:\n"
    "  - from: [{podSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: a}}}]\n"
    "  - from: [{podSelector: {matchLabels: {io.cilium.k8s.policy.cluster: a}}}]\n"
)


def refused_lines(err: str) -> list[str]:
    """The places of all refusals of one file, each without the file."""
    return sorted(line.partition("p.yaml:")[2].partition(":")[0] for line in err.splitlines() if "p.yaml:" in line)


@pytest.mark.parametrize(
    ("text", "to", "codes", "lines"),
    [
        (UNREAD, "cilium", {"NPT202"}, ["7", "8"]),
        (UNREAD_CILIUM, "calico", {"NPT202"}, ["5", "7", "8"]),
        (UNSAID, "kubernetes", {"NPT210", "NPT211"}, ["5", "6"]),
        (UNSAID, "cilium", {"NPT210", "NPT211", "NPT212"}, ["5", "5", "6"]),
    ],
    ids=["rules", "rules of Cilium", "subject", "subject and labels"],
)
def test_all_that_is_refused_of_one_policy_is_told_at_once(
    run, folder: Path, text: str, to: str, codes: set[str], lines: list[str]
) -> None:
    (folder / "p.yaml").write_text(text)
    code, out, err = run("--to", to, "p.yaml")
    assert (code, out) == (2, "")
    assert {word for word in err.split() if word.startswith("NPT")} == codes
    assert refused_lines(err) == lines


def test_all_that_the_engine_of_a_network_policy_reads_otherwise_is_told_of_it(run, folder: Path) -> None:
    (folder / "p.yaml").write_text(UNDER_CILIUM)
    code, _, err = run("--to", "calico", "--source-engine", "cilium", "p.yaml")
    assert (code, refused_lines(err)) == (2, ["5", "7", "8"])
    assert err.count(": NetworkPolicy/shop/p: a selector on the ") == 3


def test_what_is_not_read_is_told_beside_what_is_not_valid(run, folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    (folder / "p.yaml").write_text(UNREAD_CILIUM)
    code, out, err = run("--to", "calico", "broken.yaml", "p.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("broken.yaml:4:8: error: ")
    assert refused_lines(err) == ["5", "7", "8"]
    code, _, err = run("--to", "calico", "--report", "json", "broken.yaml", "p.yaml")
    report = json.loads(err)
    assert (len(report["problems"]), len(report["refusals"])) == (1, 3)
    assert [one["line"] for one in report["refusals"]] == [5, 7, 8]
