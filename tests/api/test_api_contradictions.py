"""Facts and objects that contradict each other are refused by file and line: a proof about no cluster proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import translate
from tests.passes.fitting import text
from translate.core.diagnostics import InputError, Problem

POLICY = text("kubernetes", "podSelector: {}")
RANGES = [
    # facts, line, column, message
    (
        "services: [10.42.0.0/16]\nnodes: [172.18.0.0/16, 10.42.0.0/24]\n",
        *(1, 12),
        'services[0] "10.42.0.0/16" and nodes[1] "10.42.0.0/24" overlap: no node has the address of a Service',
    ),
    (
        "pods: [10.0.0.0/8]\nservices:\n- 192.168.0.0/16\n- 10.96.0.0/12\n",
        *(4, 3),
        'services[1] "10.96.0.0/12" and pods[0] "10.0.0.0/8" overlap: no pod has the address of a Service',
    ),
    (
        "services: [10.96.0.0/12]\napiServers: [10.96.0.1]\n",
        *(1, 12),
        'services[0] "10.96.0.0/12" and apiServers[0] "10.96.0.1/32" overlap: policies never see the address of a '
        "Service, so state the addresses behind it",
    ),
    (
        'pods: [10.244.0.0/16]\nnodes: ["fd00::/64"]\n',
        *(2, 1),
        "nodes and pods have no address family in common (IPv6, and IPv4)",
    ),
    (
        'pods: ["fd00:1::/64"]\nnodes: ["fd00:2::/64"]\napiServers: [192.0.2.7]\n',
        *(3, 1),
        "apiServers and pods have no address family in common (IPv4, and IPv6)",
    ),
    (
        'pods: [10.244.0.0/16]\nnodes: [172.18.0.0/16]\napiServers: [172.18.0.2, "fd00::1"]\n',
        *(3, 26),
        'apiServers[1] "fd00::1/128" is of an address family that no range of pods or nodes is of',
    ),
    (
        'pods: [10.244.0.0/16]\nservices: ["fd00::/108"]\n',
        *(2, 1),
        "services and pods have no address family in common (IPv6, and IPv4)",
    ),
    (
        "namespaces: {shop: {kubernetes.io/metadata.name: web}}",
        *(1, 21),
        'namespaces.shop["kubernetes.io/metadata.name"] "web" must be "shop": every namespace has its own name under '
        "this key",
    ),
]


def problems(tmp_path: Path, content: str, *inputs: str) -> list[Problem]:
    """What is said of facts and of inputs, which are compared if there are two of them."""
    path = tmp_path / "facts.yaml"
    path.write_text(content, encoding="utf-8")
    given = inputs or (POLICY,)
    with pytest.raises(InputError) as error:
        translate.verify(given[0], given[-1], facts=path)
    return list(error.value.problems)


@pytest.mark.parametrize(("content", "line", "column", "message"), RANGES)
def test_ranges(tmp_path: Path, content: str, line: int, column: int, message: str) -> None:
    (problem,) = problems(tmp_path, content)
    assert (problem.message, problem.line, problem.column) == (message, line, column)
    assert problem.origin.file == str(tmp_path / "facts.yaml")


FINE: list[dict[str, Any]] = [
    # the network of a cloud hands out the addresses of pods and nodes alike; its API server is in it, too
    {"pods": ["10.0.0.0/16"], "nodes": ["10.0.0.0/16"], "apiServers": ["10.0.0.7"]},
    # tunnel addresses of nodes
    {"pods": ["10.42.0.0/16"], "nodes": ["172.18.0.0/24", "10.42.0.0/32"], "services": ["10.43.0.0/16"]},
    # nodes of two families, pods of one
    {"pods": ["10.42.0.0/16"], "nodes": ["172.18.0.0/24", "fd00::/64"], "apiServers": ["172.18.0.2", "fd00::2"]},
    {"services": ["10.96.0.0/12"], "apiServers": ["fd00::1"]},
    {"namespaces": {"shop": {"kubernetes.io/metadata.name": "shop"}}},
]


@pytest.mark.parametrize("facts", FINE)
def test_what_is_no_contradiction(facts: dict[str, Any]) -> None:
    assert translate.verify(POLICY, POLICY, facts=facts).proof.verdict is translate.Verdict.SAME


def named(kind: str, name: str, rest: str, namespace: str = "") -> str:
    """One more document: an object of the core API, with ``rest`` of its metadata."""
    where = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}{where}, {rest}}}\n"


PROD, DEV = "labels: {env: prod}", "labels: {env: dev}"
SHOP = named("Namespace", "shop", "labels: {}")
LINES = POLICY.count("\n")
OBJECTS = [
    # what it is, facts, the input, the line that is told, message
    (
        "two Namespaces",
        "{}",
        POLICY + named("Namespace", "web", PROD) + named("Namespace", "web", DEV),
        *(LINES + 8, f"Namespace/web has other labels at input:{LINES + 2}: no cluster has both"),
    ),
    (
        "a Namespace and the facts",
        "complete: []\nnamespaces:\n  shop: {}\n  web: {env: dev}\n",
        POLICY + named("Namespace", "web", PROD),
        *(LINES + 4, "Namespace/web has other labels at FACTS:4: no cluster has both"),
    ),
    (
        "a Namespace without labels and the facts",
        "namespaces: {shop: {env: prod}}",
        POLICY + SHOP,
        *(LINES + 4, "Namespace/shop has other labels at FACTS:1: no cluster has both"),
    ),
    (
        "two Services",
        "{}",
        POLICY + named("Service", "db", PROD, "shop") + named("Service", "db", DEV, "shop"),
        *(LINES + 6, f"Service/shop/db has other content at input:{LINES + 2}: no cluster has both"),
    ),
    (
        "two Pods",
        "complete: [Pod]",
        POLICY + named("Pod", "db", PROD, "shop") + named("Pod", "db", DEV, "shop"),
        *(LINES + 6, f"Pod/shop/db has other content at input:{LINES + 2}: no cluster has both"),
    ),
    (
        "a Pod of no namespace that there is",
        "complete: [Namespace]",
        POLICY + SHOP + named("Pod", "db", PROD, "web"),
        *(LINES + 8, "Pod/web/db is in the namespace web, which is not among all that there are as stated"),
    ),
    (
        "a Service of no namespace that there is",
        "namespaces: {shop: {}}",
        POLICY + named("Service", "db", PROD, "web"),
        *(LINES + 4, "Service/web/db is in the namespace web, which is not among all that there are as stated"),
    ),
]


@pytest.mark.parametrize(("content", "given", "line", "message"), [x[1:] for x in OBJECTS], ids=[x[0] for x in OBJECTS])
def test_objects(tmp_path: Path, content: str, given: str, line: int, message: str) -> None:
    (problem,) = problems(tmp_path, content, given)
    assert problem.message == message.replace("FACTS", str(tmp_path / "facts.yaml"))
    assert (problem.origin.file, problem.line) == ("input", line)


def test_objects_of_the_two_inputs_of_a_comparison(tmp_path: Path) -> None:
    before, after = (POLICY + named("Namespace", "web", labels) for labels in (PROD, DEV))
    (problem,) = problems(tmp_path, "{}", before, after)
    assert problem.message == "Namespace/web has other labels in input: no cluster has both"


SAME = [
    POLICY + named("Namespace", "web", PROD) + named("Namespace", "web", PROD),
    POLICY + named("Namespace", "web", "labels: {a: x, b: y}") + named("Namespace", "web", "labels: {b: y, a: x}"),
    POLICY + named("Pod", "db", PROD, "shop") + named("Pod", "db", DEV, "shop"),
    POLICY + named("Pod", "db", PROD, "shop") + named("Pod", "db", DEV, "web"),
]


@pytest.mark.parametrize("given", SAME)
def test_what_is_the_same_twice_or_tells_nothing(given: str) -> None:
    """Pods tell nothing unless they are said to be all."""
    assert translate.verify(given, given).proof.verdict is translate.Verdict.SAME


MISSING = [
    ("complete:\n- Pod\n", 2, "Pod", "none", ""),
    ("complete: [Namespace]", 1, "Namespace", "none", ""),
    ("pods: []\nnamespaces: {}\n", 2, "Namespace", "none", ""),
    (
        *("complete: [Pod]", 1, "Pod", "none but on the network of their nodes"),
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {hostNetwork: true}\n",
    ),
    (
        *("complete: [Pod]", 1, "Pod", "none"),
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nstatus: {phase: Failed}\n",
    ),
]


@pytest.mark.parametrize(("content", "line", "kind", "none", "more"), MISSING)
def test_all_of_a_kind_of_which_there_are_none(
    tmp_path: Path, content: str, line: int, kind: str, none: str, more: str
) -> None:
    problem = problems(tmp_path, content, POLICY + more)[0]
    assert (problem.origin.file, problem.line) == (str(tmp_path / "facts.yaml"), line)
    start = f"the facts say that all {kind} objects are in the input, and it holds {none}: add what kubectl get "
    assert problem.message == f"{start}{kind.lower()}s -A -o yaml prints"
