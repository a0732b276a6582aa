"""The schemas that the projects publish for their objects, as strict JSON Schemas; None where they are not at hand."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[3] / "shared" / "crds"
KUBERNETES = "kubernetes-1.37/apis__networking.k8s.io__v1_openapi.json"
CRDS = {
    "projectcalico.org/v3": "calico-3.32/projectcalico.org_{}.yaml",
    "cilium.io/v2": "cilium-1.20/{}.yaml",
    "cilium.io/v2alpha1": "cilium-1.20/{}.yaml",
}
PRINTABLE = {r"^\PC*$": r"^[^\x00-\x1f\x7f-\x9f]*$"}
"""Patterns in the syntax of Go, and what they are in Python's."""
PLURALS = {"y": "ies", "t": "ts", "r": "rs", "p": "ps"}


@lru_cache(maxsize=32)
def validator(api_version: str, kind: str) -> Draft202012Validator:
    """The validator for the objects of a kind."""
    if api_version == "networking.k8s.io/v1":
        assert kind == "NetworkPolicy"
        whole = json.loads((FOLDER / KUBERNETES).read_text(encoding="utf-8"))
        root = {"$ref": "#/components/schemas/io.k8s.api.networking.v1.NetworkPolicy", **_strict(whole)}
        return Draft202012Validator(root)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    plural = kind.lower()[:-1] + PLURALS[kind[-1]]
    crd = yaml.load((FOLDER / CRDS[api_version].format(plural)).read_text(encoding="utf-8"), Loader=loader)
    version = next(v for v in crd["spec"]["versions"] if v["name"] == api_version.rpartition("/")[2])
    return Draft202012Validator(_strict(version["schema"]["openAPIV3Schema"]))


def _strict(node: Any) -> Any:
    """Fields that a schema does not list are errors, as ``kubectl apply`` has it."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return PRINTABLE.get(node, node) if isinstance(node, str) else node
    closed = isinstance(node.get("properties"), dict) and "additionalProperties" not in node
    closed = closed and not node.get("x-kubernetes-preserve-unknown-fields") and node.get("type") == "object"
    return {key: _strict(item) for key, item in node.items()} | ({"additionalProperties": False} if closed else {})
