"""``schema``: all that is printed for programs fits the schema that is printed for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from translate.cli.schema import NAMES
from translate.rendering.schemas import SCHEMAS

SAMPLES = Path(__file__).parents[2] / "samples"
LOSSY = str(SAMPLES / "entities" / "cilium.yaml")
SWAP = str(SAMPLES / "engine-swap" / "kubernetes.yaml")
ORDERED = str(SAMPLES / "ordered-deny" / "calico.yaml")
RUNS = [
    ("report", ["--to", "calico", LOSSY]),
    ("report", ["--to", "calico", "--log-denials", SWAP]),
    ("report", ["--to", "kubernetes", str(SAMPLES / "cilium-denies" / "cilium.yaml")]),
    ("report", ["--to", "kubernetes", str(SAMPLES / "host-policies" / "calico.yaml")]),
    ("report", ["--to", "calico", "missing.yaml"]),
    ("report", ["verify", "--source-engine", "calico", "--target-engine", "cilium", SWAP, SWAP]),
    ("report", ["roundtrip", "--via", "calico", LOSSY]),
    ("report", ["check", ORDERED]),
    ("report", ["check", "--to", "cilium", ORDERED]),
    ("diff", ["diff", "-o", "json", "--source-engine", "calico", "--target-engine", "cilium", SWAP, SWAP]),
    ("diff", ["diff", "-o", "json", SWAP, SWAP]),
    ("diff", ["diff", "-o", "json", SWAP, str(SAMPLES / "allow-all" / "kubernetes.yaml")]),
    ("matrix", ["matrix", "-o", "json", SWAP]),
    ("matrix", ["matrix", "-o", "json", "--to", "calico", LOSSY, "--focus", "shop"]),
    ("matrix", ["matrix", "-o", "json", str(SAMPLES / "host-policies" / "calico.yaml")]),
    ("matrix", ["matrix", "-o", "json", "--max-steps", "9", ORDERED]),
    ("migration", ["report", "-o", "json", "--to", "cilium", str(SAMPLES / "engine-swap" / "calico.yaml")]),
    ("migration", ["report", "-o", "json", "--to", "calico", SWAP]),
    ("migration", ["report", "-o", "json", "--to", "cilium", str(SAMPLES / "host-policies" / "calico.yaml")]),
    ("migration", ["report", "-o", "json", "--to", "kubernetes", str(SAMPLES / "service-accounts" / "calico.yaml")]),
    ("migration", ["report", "-o", "json", "--to", "calico", "missing.yaml"]),
    ("fleet", ["fleet", "-o", "json", "--to", "kubernetes", "-j", "1", str(SAMPLES / "seed")]),
    ("fleet", ["fleet", "-o", "json", "--after", str(SAMPLES / "seed"), "-j", "1", str(SAMPLES / "entities")]),
    ("explain", ["explain", "--from", "shop{app=gateway}", "--to", "shop{app=api}:8080", ORDERED]),
    ("explain", ["explain", "--from", "203.0.113.9", "--to", "shop{app=api}:443", SWAP]),
    ("testplan", ["testplan", "-o", "json", SWAP]),
    ("testplan", ["testplan", "-o", "json", "--outside", "203.0.113.7:443", LOSSY]),
    ("explain", ["explain", "--from", "10.20.0.9", "--to", "shop{app=api}:443", SWAP]),
]


def test_every_document_has_a_command_that_prints_its_schema(run) -> None:
    assert set(NAMES) == set(SCHEMAS)
    for name in NAMES:
        code, out, err = run("schema", name)
        assert (code, err) == (0, "")
        Draft202012Validator.check_schema(json.loads(out))


@pytest.mark.parametrize(
    ("name", "arguments"), RUNS, ids=[" ".join(each).replace(str(SAMPLES), "") for _, each in RUNS]
)
def test_what_is_printed_fits_its_schema(run, name: str, arguments: list[str]) -> None:
    wanted = [] if arguments[0] in ("diff", "fleet", "matrix", "report", "testplan") else ["--report", "json"]
    ran = run(*arguments, *wanted)
    document: Any = json.loads(ran.err if name == "report" else ran.out)
    validator = Draft202012Validator(json.loads(run("schema", name).out))
    assert [f"{error.json_path}: {error.message:.200}" for error in validator.iter_errors(document)] == []
    assert not validator.is_valid({**document, "more": 1}), "a field that is not known is an error"
