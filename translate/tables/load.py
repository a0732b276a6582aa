"""Reads a table into its records; a bad record fails with the file and the field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import msgspec
import yaml

from translate.tables.locate import root
from translate.tables.records import Capabilities, Code, Entities, Feature, GroupKinds, Labels, Releases

T = TypeVar("T")


def _load(name: str, type_: type[T]) -> T:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(root().joinpath(name).read_text(encoding="utf-8"), Loader=loader)
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        raise ValueError(f"mappings/{name}: {error}") from None


@lru_cache(maxsize=1)
def labels() -> Labels:
    """Implicit and unseen label keys."""
    return _load("labels.yaml", Labels)


@lru_cache(maxsize=1)
def entities() -> Entities:
    """Cilium's entities and reserved labels."""
    return _load("entities.yaml", Entities)


@lru_cache(maxsize=1)
def capabilities() -> dict[str, Capabilities]:
    """What each dialect can say, by the name of the dialect."""
    return _load("capabilities.yaml", dict[str, Capabilities])


@lru_cache(maxsize=1)
def kinds() -> dict[str, GroupKinds]:
    """What becomes of each kind, by API group."""
    return _load("kinds.yaml", dict[str, GroupKinds])


@lru_cache(maxsize=1)
def codes() -> dict[str, Code]:
    """The catalogue of losses, refusals and notes, by code."""
    return _load("codes.yaml", dict[str, Code])


@lru_cache(maxsize=1)
def features() -> tuple[Feature, ...]:
    """Each construct and how exactly each dialect says it."""
    return _load("features.yaml", tuple[Feature, ...])


@lru_cache(maxsize=1)
def versions() -> dict[str, Releases]:
    """The releases of each dialect's engine, and since which one there is what."""
    return _load("versions.yaml", dict[str, Releases])
