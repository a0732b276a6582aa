"""Calico's reference interpreter against hand-written cases and against what Calico's own code answered."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.reference import calico
from tests.reference.calico_cases import CLUSTER, GOLDEN, KUBERNETES, LOGGING, MATCHING, SETS, Case, Document
from tests.reference.calico_documents import flatten
from tests.reference.world import cluster_from, probe_from

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = [("calico-engine.jsonl.gz", 777), ("calico-tiers-engine.jsonl", 361)]


def judge(documents: list[Document], flow: str, traffic: str, settings: Document) -> tuple[str, bool]:
    """Judge "from > to" at every end that is a pod; the connection is allowed if both ends allow it."""
    cluster = cluster_from(CLUSTER)
    source, destination = flow.split(" > ")
    protocol, _, port = traffic.partition(" ")
    probe: Document = {"protocol": int(protocol) if protocol.isdecimal() else protocol}
    if protocol.startswith("ICMP") and port:
        probe["icmpType"], probe["icmpCode"] = map(int, port.split("/"))
    elif port:
        probe["port"] = int(port)
    ends = [("egress", source, destination), ("ingress", destination, source)]
    answers = [
        calico.evaluate(
            [*SETS, *documents],
            cluster,
            probe_from(probe | {"direction": direction, "subject": subject, "peer": peer(other)}),
            settings,
        )
        for direction, subject, other in ends
        if subject in cluster.pods
    ]
    verdicts = [verdict for verdict, _ in answers]
    worst = next(verdict for verdict in ("unknown", "deny", "allow") if verdict in verdicts)
    return worst, any(logged for _, logged in answers)


def peer(text: str) -> Document:
    """Read "node:n1", an address, or "namespace/name"."""
    if text.startswith("node:"):
        return {"node": text[5:]}
    return {"pod": text} if "/" in text else {"ip": text}


@pytest.mark.parametrize("case", [*GOLDEN, *LOGGING, *MATCHING, *KUBERNETES], ids=lambda case: case.title)
def test_hand_written_cases(case: Case) -> None:
    """Every case of the tables comes out as said."""
    assert judge(case.documents, case.flow, case.traffic, case.settings) == (case.expected, case.logged)


NOTHING = {"", "~", "null", "Null", "NULL"}
TRUTH = {word: truth for truth, words in ((True, "y yes on true"), (False, "n no off false")) for word in words.split()}
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")


def scalar(text: str) -> Any:
    """Read a plain YAML scalar as kubectl does (kubernetes.md 6.3)."""
    if text in NOTHING:
        return None
    if text.lower() in TRUTH and text in (text.lower(), text.upper(), text.capitalize()):
        return TRUTH[text.lower()]
    digits = text.replace("_", "") if text[0] in "+-.0123456789" else ""
    if INTEGER.fullmatch(digits):
        return int(re.sub(r"^([-+]?)0(?=[0-7])", r"\g<1>0o", digits), 0)
    if NUMBER.fullmatch(digits):
        return int(float(digits)) if float(digits).is_integer() else float(digits)
    return text


class Loader(yaml.SafeLoader):
    """A YAML reader with kubectl's rules: unknown tags are dropped, keys are strings."""

    yaml_implicit_resolvers = {"<": yaml.SafeLoader.yaml_implicit_resolvers["<"]}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Write keys as Go does."""
        return {_key(key): value for key, value in super().construct_mapping(node, deep=deep).items()}


def _key(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(loader: yaml.Loader, node: yaml.ScalarNode) -> Any:
    return node.value if node.style else scalar(node.value)


Loader.add_constructor("tag:yaml.org,2002:str", _text)
Loader.add_multi_constructor("!", lambda loader, suffix, node: node.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("017", 15), ("08", 8), ("0o17", 15), ("1_000", 1000), ("1e3", 1000), ("1.10", 1.1), ("12:30", "12:30")],
        *[("y", True), ("Off", False), ("tRUE", "tRUE"), ("_1", "_1"), ("0x50", 80), ("-0b11", -3), ("~", None)],
        *[("2024-01-01", "2024-01-01"), ("!has(x)", ""), ("'8'", "8"), ("{y: 1, 8: 2}", {"true": 1, "8": 2})],
    ],
)
def test_yaml_is_read_as_kubectl_does(text: str, expected: Any) -> None:
    """Corpus files come in as they would reach a cluster."""
    assert yaml.load(f"v: {text}", Loader) == {"v": expected}


def cases_of(name: str) -> Iterator[Document]:
    """Read a file of vectors."""
    path = SHARED / "vectors" / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


def documents_of(case: Document) -> list[Mapping[str, Any]]:
    """Load the documents of a case without those that Calico refuses."""
    documents = list(case.get("documents", []))
    if "documents_from" in case:
        documents += yaml.load_all((SHARED / case["documents_from"]).read_text(), Loader)
    rejected = {item["index"] for item in case.get("rejected", [])}
    return [item for at, item in enumerate(flatten(documents)) if at not in rejected]


def disagreements(case: Document) -> list[tuple[Any, ...]]:
    """List the probes of a case that come out otherwise than the engine said."""
    cluster = cluster_from(case["cluster"])
    model = calico.Calico(documents_of(case), cluster)
    expected = list(zip(case["verdicts"], case["logged"], strict=True))
    found = [model.verdict(probe_from(probe)) for probe in case["probes"]]
    return [
        (case["id"], case["title"], probe, got, wanted)
        for probe, got, wanted in zip(case["probes"], found, expected, strict=True)
        if got != wanted
    ]


@pytest.mark.skipif(not SHARED.exists(), reason="../shared with the engine's answers is not here")
@pytest.mark.parametrize(("name", "count"), VECTORS)
def test_vectors(name: str, count: int) -> None:
    """Verdicts and logs agree with the engine in every probe; all of them take a few seconds, so none is left out."""
    cases = list(cases_of(name))
    assert len(cases) >= count
    assert [difference for case in cases for difference in disagreements(case)] == []
