"""Which vectors there are to read, and a reader of YAML that resolves scalars as kubectl does.

All vectors lie beside the checkout, in a folder that is not part of the project. Those that are ours to give are part
of it (``tests/vectors``, a subset) and are read where the others are not. The reader is its own small work (shared/semantics/kubernetes.md 6.3): PyYAML parses, the resolution is Go's.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

SHARED = Path(__file__).resolve().parents[3] / "shared"
OWN = Path(__file__).resolve().parents[1] / "vectors"

SHARED_IS_READ = (SHARED / "vectors").is_dir() and os.environ.get("NETPOL_VECTORS") != "own"
"""Whether all vectors are read; else those of this repository, as the others are not there or NETPOL_VECTORS=own."""

needs_collection = pytest.mark.skipif(
    not SHARED_IS_READ, reason="asks about policies collected from other projects, which are not part of this one"
)

Expected = TypeVar("Expected")

_TRUE = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"}
_FALSE = {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"}
_NULL = {"", "~", "null", "Null", "NULL"}
_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader(_Base):  # type: ignore[misc]
    """PyYAML's parser with Go's resolution of scalars."""


def scalar(text: str) -> Any:
    """Resolve a plain scalar as the YAML reader of kubectl does."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    plain = text.replace("_", "") if text[0] in "+-.0123456789" else ""
    match = _INTEGER.fullmatch(plain)
    if match:
        digits = match[2]
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        return (-1 if match[1] == "-" else 1) * int(digits, 8 if octal else 0)
    if _FLOAT.fullmatch(plain) and abs(float(plain)) != float("inf"):
        return int(float(plain)) if float(plain).is_integer() else float(plain)
    return text


def _construct_scalar(loader: _Reader, node: yaml.ScalarNode) -> Any:
    return scalar(node.value) if not node.style else node.value


def _construct_mapping(loader: _Reader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    return {_key(loader.construct_object(key)): loader.construct_object(value, deep=True) for key, value in node.value}


def _construct_tagged(loader: _Reader, suffix: str, node: yaml.Node) -> Any:
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _key(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_Reader.yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile(r"^<<$"))]}
_Reader.add_constructor("tag:yaml.org,2002:str", _construct_scalar)
_Reader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Reader.add_multi_constructor("!", _construct_tagged)


def quick_load(text: str) -> Any:
    """Read YAML of our own making, which quotes what has to be quoted."""
    return yaml.load(text, Loader=_Base)


def documents_in(text: str) -> list[dict[str, Any]]:
    """Read every document of a stream, `List`s flattened (6.4), empty documents skipped."""
    documents: list[dict[str, Any]] = []
    for document in yaml.load_all(text, Loader=_Reader):
        if isinstance(document, dict):
            documents += _flattened(document)
    return documents


def _flattened(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kind = document.get("kind") or ""
    if not kind.endswith("List") or not isinstance(document.get("items"), list):
        yield document
        return
    for item in document["items"]:
        inherited = {"apiVersion": document.get("apiVersion"), "kind": kind.removesuffix("List")}
        yield from _flattened({**(inherited if kind != "List" else {}), **item})


def documents_of(vector: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the documents of a vector: its own, then those of its corpus file."""
    documents = list(vector.get("documents") or [])
    if "documents_from" in vector:
        documents += documents_in((SHARED / vector["documents_from"]).read_text(encoding="utf-8-sig"))
    return documents


def of_vectors(*, shared: Expected, own: Expected) -> Expected:
    """Pick what a test expects: of all vectors, or of those of this repository."""
    return shared if SHARED_IS_READ else own


def vector_file(name: str) -> Path:
    """Find a file of vectors; ours are compressed whether the others are or not."""
    if SHARED_IS_READ:
        return SHARED / "vectors" / name
    return next(path for path in (OWN / name, OWN / f"{name}.gz") if path.is_file())


def lines_of(name: str) -> Iterator[dict[str, Any]]:
    """Read a file of vectors, one JSON object per line, gzip or not."""
    path = vector_file(name)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return (json.loads(line) for line in data.decode().splitlines() if line)
