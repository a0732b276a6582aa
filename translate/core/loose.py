"""Objects that are read and not judged: what is not of the expected sort counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_at(value: Mapping[str, Any], key: str) -> str:
    """The text at ``key``, an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def map_at(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The map at ``key``, an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def maps_at(value: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The maps of the list at ``key``."""
    found = value.get(key)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def texts_at(value: Mapping[str, Any], key: str) -> list[str]:
    """The texts of the list at ``key``."""
    found = value.get(key)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def pairs_of(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The keys of a map that hold a text, with it."""
    return [(str(key), text) for key, text in given.items() if isinstance(text, str)]
