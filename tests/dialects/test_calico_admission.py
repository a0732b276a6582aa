"""Others as judges: what an API server with Calico's CRDs and Calico's own validation accept, we accept, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.reference.vectors import SHARED, lines_of, needs_collection, of_vectors
from translate.core.diagnostics import InputError
from translate.core.origin import NOWHERE, spell
from translate.dialects.base import Object
from translate.dialects.calico.objects import KINDS, read
from translate.yamlio.read import read as read_yaml

GROUPS = ("projectcalico.org", "crd.projectcalico.org")
PORTS = "a number as port, and no protocol"
NO_RANGE = "a text that is no IP range"
MASK = "an IP range with bits beyond its prefix length"
ADDRESS = "a text that is no IP address"
SYNTAX = "a selector that is none"
STRICTER = {
    # Documents of the corpus that a server takes, as it does not run Calico's own validation, which refuses them.
    "cmcconnell1__k8s-cni-migration-tool__tests-minikube-test-apps-network-policies-calico-allow-dns": PORTS,
    "cmcconnell1__k8s-cni-migration-tool__tests-minikube-test-apps-network-policies-calico-allow-pod-a-to-pod-b": PORTS,
    "tigera__docs__calico-cloud-network-policy-beginners-calico-labels.mdx-blk0": PORTS,
    "tigera__docs__calico-enterprise-network-policy-beginners-calico-labels.mdx-blk5": PORTS,
    "tigera__docs__calico-cloud-network-policy-beginners-services-kubernetes-node-ports.mdx-blk0": MASK,
    "tigera__docs__calico-cloud-network-policy-beginners-services-kubernetes-node-ports.mdx-blk2": ADDRESS,
    "tigera__docs__calico-cloud-network-policy-beginners-services-services-cluster-ips.mdx-blk0": NO_RANGE,
    "tigera__docs__calico-cloud-network-policy-beginners-services-services-cluster-ips.mdx-blk1": NO_RANGE,
    "tigera__docs__calico-enterprise-network-policy-hosts-protect-hosts.mdx-blk0": NO_RANGE,
    "tigera__docs__calico-cloud-network-policy-hosts-host-forwarded-traffic.mdx-blk7": SYNTAX,
    "tigera__docs__calico-cloud-networking-configuring-multiple-networks.mdx-blk3": SYNTAX,
}
NO_SUCH_TIER = "whether a tier exists is a fact of the cluster, not of the object"
DIFFERENT = {
    # Documents of the engine vectors that we judge otherwise: the case, the index, and why.
    ("calico-tiers-033", 0): NO_SUCH_TIER,
    ("tiers/default-action-046", 1): NO_SUCH_TIER,
    ("calico-nets-042", 0): "straight to the CRD a bare address is taken as /32; Calico's validation refuses it",
    ("calico-corpus-calico-183", 0): "the old API server took a policy without spec; the CRDs ask for one",
}
PLACEHOLDERS = "a name, namespace, interface or address that is still to be filled in"
ENTERPRISE = "a field of Calico Enterprise"
REASONS = [
    # What the message begins with or holds, and what that means.
    ("<", PLACEHOLDERS),
    ("INSERT", PLACEHOLDERS),
    ("Calico Enterprise", ENTERPRISE),
    ("unknown field", "a field at a wrong place"),
    ('must have the field "spec"', "no spec"),
    ("protocol: TCP, UDP or SCTP", PORTS),
    ("action must be", "an action in lower case"),
    ("must be an IP range", NO_RANGE),
    ("beyond the prefix length", MASK),
    ("selector: ", SYNTAX),
    ("must not stand beside services", "ports together with services"),
    ("must be text, not null", "an empty item in a list"),
    ("icmp.type must be a number", "a text where a number stands"),
    ("spec.types[", "rules in the list of types"),
]


@cache
def documents(file: str) -> tuple[Any, ...]:
    text = (SHARED / "corpus" / file).read_bytes().replace(b"\r\n", b"\n")
    return tuple(document.value for document in read_yaml(text, file=file))


def objects(value: Any) -> Iterator[Any]:
    """The objects of a document, Lists flattened."""
    kind = str(value.get("kind"))
    if not kind.endswith("List") or "items" not in value:
        yield value
        return
    for item in value["items"]:
        yield from objects(item if kind == "List" else {"apiVersion": value["apiVersion"], "kind": kind[:-4], **item})


def is_calico(value: dict[str, Any]) -> bool:
    return str(value.get("apiVersion")).partition("/")[0] in GROUPS and value["kind"] in KINDS


def judged(value: dict[str, Any]) -> list[str]:
    """The problems of an object; each message names its place."""
    try:
        read(Object(value, NOWHERE), strict=True)
    except InputError as error:
        for problem in error.problems:
            assert spell(problem.origin.path) in problem.message or problem.message.startswith("unknown field")
        return [problem.message for problem in error.problems]
    return []


@needs_collection
def test_corpus_as_the_api_server() -> None:
    differing = []
    counts: Counter[tuple[bool, bool]] = Counter()
    for answer in lines_of("apiserver-admission.jsonl"):
        value = documents(answer["file"])[answer["index"]]
        if is_calico(value):
            found = judged(value)
            counts[answer["accepted"], not found] += 1
            if answer["accepted"] is bool(found) and Path(answer["file"]).stem not in STRICTER:
                differing.append((answer["file"], answer.get("message"), found))
    assert differing == []
    assert counts == {(True, True): 312, (False, False): 26, (True, False): len(STRICTER)}


def cases() -> Iterator[dict[str, Any]]:
    yield from lines_of("calico-engine.jsonl.gz")
    yield from lines_of("calico-tiers-engine.jsonl")


def test_engine_vectors_as_calico_itself() -> None:
    differing, asked = {}, set()
    counts: Counter[tuple[bool, bool]] = Counter()
    for case in cases():
        asked.add(case["id"])
        values = list(case.get("documents", ()))
        for value in documents(case["documents_from"].removeprefix("corpus/")) if "documents_from" in case else ():
            values += objects(value)
        rejected = {entry["index"]: entry["message"] for entry in case.get("rejected", ())}
        for index, value in enumerate(values):
            if is_calico(value):
                found = judged(value)
                counts[index not in rejected, not found] += 1
                if (index in rejected) is not bool(found):
                    differing[case["id"], index] = (rejected.get(index), found)
    assert set(differing) == {place for place in DIFFERENT if place[0] in asked}, differing
    assert counts == of_vectors(
        shared={(True, True): 1_906, (False, False): 42, (True, False): 2, (False, True): 2},
        own={(True, True): 1_618, (False, False): 42, (True, False): 1, (False, True): 2},
    )


@needs_collection
def test_every_object_of_the_corpus_is_read_or_refused_for_a_known_reason() -> None:
    counts: Counter[str] = Counter()
    for folder in ("calico", "admin"):
        for path in sorted((SHARED / "corpus" / folder).iterdir()):
            for document in documents(f"{folder}/{path.name}"):
                for value in filter(is_calico, objects(document)):
                    found = judged(value)
                    reasons = [why for text, why in REASONS if any(text in message for message in found)]
                    counts[reasons[0] if reasons else "; ".join(found) or "read"] += 1
    assert counts == {
        "read": 326,
        ENTERPRISE: 12,
        PLACEHOLDERS: 9,
        PORTS: 4,
        "an action in lower case": 3,
        "no spec": 2,
        NO_RANGE: 2,
        SYNTAX: 2,
        "a text where a number stands": 2,
        MASK: 1,
        "an empty item in a list": 1,
        "a field at a wrong place": 1,
        "ports together with services": 1,
        "rules in the list of types": 1,
    }
