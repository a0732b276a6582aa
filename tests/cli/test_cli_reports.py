"""``--report json``: one JSON document, alone on its stream or in its file, however the run ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FILES = {
    "k.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}\n",
    "range.yaml": "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec:\n  endpointSelector: {}\n  egress: [{toCIDR: [10.0.0.0/8]}]\n",
    "unread.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
    "spec:\n  types: [Ingress]\n  ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]\n",
    "bad.yaml": "a: [",
}
SCHEMA = "netpol-translate/report/v1"

RUNS = [
    (0, "--to calico k.yaml"),
    (0, "--to calico k.yaml -q"),
    (0, "--to calico k.yaml -v"),
    (1, "--to calico range.yaml"),
    (1, "--to calico range.yaml -q"),
    (1, "--to calico range.yaml --on-loss stop"),
    (1, "--to calico range.yaml --on-loss loosen"),
    (2, "--to calico unread.yaml"),
    (2, "--to calico bad.yaml"),
    (2, "--to calico no.yaml"),
    (0, "verify k.yaml k.yaml"),
    (1, "verify k.yaml range.yaml"),
    (3, "verify k.yaml unread.yaml"),
    (2, "verify k.yaml bad.yaml"),
    (0, "roundtrip k.yaml --via calico"),
    (1, "roundtrip range.yaml --via calico"),
    (2, "roundtrip unread.yaml --via kubernetes"),
]


@pytest.fixture
def files(folder: Path) -> Path:
    """A folder with one input of each sort."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(("code", "line"), RUNS, ids=[line for _, line in RUNS])
def test_json_on_stderr_is_alone_there(run, files: Path, code: int, line: str) -> None:
    ran = run(*line.split(), "--report", "json")
    assert ran.code == code
    assert json.loads(ran.err)["schema"] == SCHEMA


@pytest.mark.parametrize(("code", "line"), RUNS, ids=[line for _, line in RUNS])
def test_json_in_a_file_leaves_the_text_on_stderr(run, files: Path, code: int, line: str) -> None:
    said = run(*line.split()).err
    ran = run(*line.split(), "--report", "json=reports/report.json")
    assert (ran.code, ran.err) == (code, said)
    assert json.loads((files / "reports" / "report.json").read_text())["schema"] == SCHEMA


def test_text_in_a_file(run, files: Path) -> None:
    said = run("--to", "calico", "range.yaml").err
    assert run("--to", "calico", "range.yaml", "--report", "text=report.txt").code == 1
    assert (files / "report.txt").read_text() == said


def test_the_report_of_a_translation(run, files: Path) -> None:
    found = json.loads(run("--to", "calico", "range.yaml", "--report", "json").err)
    assert found["summary"] == {
        "translated": 1,
        "same": 0,
        "not_proved": 0,
        "tighter": 1,
        "looser": 0,
        "looser_later": 0,
        "tighter_later": 0,
        "left_out": {},
    }
    assert found["policies"] == [
        {
            "source": {
                "kind": "CiliumNetworkPolicy",
                "namespace": "shop",
                "name": "p",
                "file": "range.yaml",
                "line": 1,
                "column": 1,
            },
            "targets": [{"kind": "NetworkPolicy", "namespace": "shop", "name": "p"}],
            "exactness": "tighter",
        }
    ]
    (loss,) = found["losses"]
    assert {key: loss[key] for key in loss if key != "message"} == {
        "code": "NPT502",
        "effect": "tighter",
        "file": "range.yaml",
        "line": 6,
        "column": 22,
        "object": "CiliumNetworkPolicy/shop/p",
        "path": "spec.egress[0].toCIDR[0]",
        "accepted": False,
    }
    assert found["proof"]["verdict"] == "tighter"
    (example,) = found["proof"]["counterexamples"]
    assert example == {
        "effect": "tighter",
        "direction": "egress",
        "from": "pod in shop, labels none",
        "to": "address outside the cluster 10.0.0.1",
        "on": "TCP 80",
        "before": {
            "allowed": True,
            "why": "Allow",
            "policy": "CiliumNetworkPolicy/shop/p",
            "path": "spec.egress[0]",
            "file": "range.yaml",
            "line": 6,
            "column": 12,
        },
        "after": {
            "allowed": False,
            "why": "isolated, and no rule allows it",
            "policy": "NetworkPolicy/shop/p",
            "path": "",
            "file": "output",
            "line": 1,
            "column": 1,
        },
    }


def test_nothing_written_is_nothing_translated(run, files: Path) -> None:
    for more in (["--on-loss", "stop"], ["--on-loss", "loosen"]):
        found = json.loads(run("--to", "calico", "range.yaml", "--report", "json", *more).err)
        assert found["summary"]["translated"] == 0
        assert found["policies"][0]["targets"] == []


def test_the_report_of_trouble(run, files: Path) -> None:
    found = json.loads(run("--to", "calico", "bad.yaml", "--report", "json").err)
    message = "a value is missing here: quote it if it starts with a sign"
    assert found == {
        "schema": SCHEMA,
        "problems": [{"message": message, "file": "bad.yaml", "line": 2, "column": 1, "path": ""}],
        "refusals": [],
        "policies": [],
        "losses": [],
        "proof": None,
    }


def test_the_report_of_a_refusal(run, files: Path) -> None:
    (refusal,) = json.loads(run("--to", "calico", "unread.yaml", "--report", "json").err)["refusals"]
    assert (refusal["code"], refusal["line"], refusal["column"], refusal["path"]) == (
        "NPT202",
        6,
        61,
        "spec.ingress[0].source.ports[0]",
    )


def test_a_report_that_cannot_be_written(run, files: Path) -> None:
    for line in ("--to calico k.yaml", "--to calico bad.yaml", "verify k.yaml k.yaml", "roundtrip k.yaml --via calico"):
        code, _, err = run(*line.split(), "--report", "json=k.yaml/x.json")
        assert code == 2
        assert "k.yaml/x.json: error: cannot be written: Not a directory\n" in err
        assert "internal error" not in err
