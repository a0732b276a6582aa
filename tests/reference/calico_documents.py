"""What a document's envelope says; Lists are unpacked, storage objects unwrapped (calico.md section 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.world import Labels

Document = Mapping[str, Any]

CLUSTER_SCOPED = ("GlobalNetworkPolicy", "ClusterNetworkPolicy", "GlobalNetworkSet", "HostEndpoint", "Tier", "Profile")
RAW = "crd.projectcalico.org"
METADATA = "projectcalico.org/metadata"


@dataclass(frozen=True)
class Thing:
    """A document with what its envelope says: group, kind, namespace ("" if cluster-scoped), name, labels, spec."""

    group: str
    raw: bool
    kind: str
    namespace: str
    name: str
    labels: Labels
    spec: Document


def things_of(documents: Iterable[Document | None]) -> list[Thing]:
    """Read the envelopes; of two documents with one key the later counts."""
    found: dict[tuple[str, str, str, str], Thing] = {}
    for document in flatten(documents):
        thing = thing_of(document)
        found[thing.group, thing.kind, thing.namespace, thing.name] = thing
    return list(found.values())


def flatten(documents: Iterable[Document | None]) -> list[Document]:
    """Unpack Lists; the items of a typed one may leave apiVersion and kind to it."""
    found: list[Document] = []
    for document in documents:
        kind = str((document or {}).get("kind", ""))
        if document and kind.endswith("List") and isinstance(document.get("items"), list):
            head = {} if kind == "List" else {"apiVersion": document.get("apiVersion"), "kind": kind[:-4]}
            found += flatten({**head, **item} for item in document["items"] if item)
        elif document:
            found.append(document)
    return found


def thing_of(document: Document) -> Thing:
    """Read one envelope; storage documents (crd.projectcalico.org/v1) are unwrapped (1.2)."""
    group, slash, _ = str(document.get("apiVersion", "")).rpartition("/")
    metadata, spec, kind = document.get("metadata") or {}, document.get("spec") or {}, str(document.get("kind"))
    name, labels = str(metadata.get("name", "")), metadata.get("labels") or {}
    namespace = "" if kind in CLUSTER_SCOPED else metadata.get("namespace") or "default"
    if group == RAW:
        packed = json.loads((metadata.get("annotations") or {}).get(METADATA) or "{}")
        labels = {**labels, **(packed.get("labels") or {})}
        in_default = kind.endswith("NetworkPolicy") and spec.get("tier") in (None, "", "default")
        name = packed.get("name") or (name.removeprefix("default.") if in_default else name)
    public = "projectcalico.org" if group == RAW else group if slash else ""
    return Thing(public, group == RAW, kind, namespace, name, labels, spec)
