"""Reads a table into its records.

What is asked by the name of a dialect, or by an API group, is looked for in our own tables first, and then in those
that packages with a dialect bring (``translate.tables.packages``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec import ValidationError, convert, json
from msgspec.structs import replace

from translate.core.diagnostics import DialectError
from translate.model.selectors import Scope
from translate.tables.locate import root
from translate.tables.packages import registered
from translate.tables.records import (
    Capabilities,
    Code,
    Entities,
    Feature,
    GroupKinds,
    ImplicitLabel,
    Labels,
    OwnTables,
    Releases,
    Word,
)

T = TypeVar("T")


def _load(name: str, type_: type[T]) -> T:
    """What people edit is YAML; what is read is the same as JSON, in a fiftieth of the time. A test compares them."""
    return json.decode((root() / "built" / f"{name}.json").read_bytes(), type=type_)


def own_tables(file: Path) -> OwnTables:
    """The tables in one YAML file of a package with a dialect. Raises ValueError with the file and the field."""
    import yaml  # only for dialects of other packages

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    try:
        return convert(raw, OwnTables)
    except ValidationError as error:
        raise ValueError(f"{file}: {error}") from None


class Merged(Mapping[str, T]):
    """Our own records, and behind them those that packages bring: looked for only where ours have no answer."""

    def __init__(self, own: Mapping[str, T], brought: Callable[[str, OwnTables], Mapping[str, T]]) -> None:
        self._own, self._brought = own, brought

    def _others(self) -> dict[str, T]:
        found: dict[str, T] = {}
        for name, dialect in registered().items():
            if dialect.tables is not None:
                found.update(self._brought(name, dialect.tables))
        return found

    def __getitem__(self, key: str) -> T:
        return self._own[key] if key in self._own else self._others()[key]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._own, *self._others()))

    def __len__(self) -> int:
        return len(self._own) + len(self._others())


def labels(dialect: str = "") -> Labels:
    """Implicit and unseen label keys, of ``dialect`` too where a package brings it."""
    if not dialect or dialect in _capabilities():
        return _labels()
    own = registered()[dialect].tables
    assert own is not None, "a dialect without tables is not registered"
    return Labels((*_labels().implicit, *own.labels), own.unseen or _labels().unseen, _labels().of_controllers)


@lru_cache(maxsize=1)
def _labels() -> Labels:
    return _load("labels", Labels)


@lru_cache(maxsize=4096)
def label_meaning(dialect: str, scope: Scope, key: str) -> tuple[ImplicitLabel, str] | None:
    """``Labels.meaning`` of our own table, remembered: policies ask for few keys, and often."""
    return _labels().meaning(dialect, scope, key)


@lru_cache(maxsize=1)
def entities() -> Entities:
    """Cilium's entities and reserved labels."""
    return _load("entities", Entities)


@lru_cache(maxsize=1)
def capabilities() -> Mapping[str, Capabilities]:
    """What each dialect can say, by the name of the dialect."""
    return Merged(_capabilities(), lambda name, tables: {name: tables.capabilities})


@lru_cache(maxsize=1)
def _capabilities() -> dict[str, Capabilities]:
    return _load("capabilities", dict[str, Capabilities])


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, GroupKinds]:
    """What becomes of each kind, by API group."""
    return Merged(_load("kinds", dict[str, GroupKinds]), lambda _, tables: tables.kinds)


@lru_cache(maxsize=1)
def other_kinds() -> dict[str, GroupKinds]:
    """What the kinds of API groups that no dialect reads do to traffic, by API group."""
    return _load("other_kinds", dict[str, GroupKinds])


@lru_cache(maxsize=1)
def codes() -> dict[str, Code]:
    """The catalogue of losses, refusals and notes, by code."""
    return _load("codes", dict[str, Code])


@lru_cache(maxsize=1)
def words() -> dict[str, Word]:
    """What the words of the reports stand for."""
    return _load("words", dict[str, Word])


def features() -> tuple[Feature, ...]:
    """Each construct and how exactly each dialect says it, those included that packages bring."""
    rows = _features()
    for name, dialect in registered().items():
        own = {} if dialect.tables is None else dialect.tables.features
        unknown = own.keys() - {row.id for row in rows}
        if unknown:
            raise DialectError(f"the dialect {name} has a word for {', '.join(sorted(unknown))}, which is no construct")
        rows = tuple(
            replace(row, dialects=row.dialects | {name: own[row.id]}) if row.id in own else row for row in rows
        )
    return rows


@lru_cache(maxsize=1)
def _features() -> tuple[Feature, ...]:
    return _load("features", tuple[Feature, ...])


@lru_cache(maxsize=1)
def versions() -> Mapping[str, Releases]:
    """The releases of each dialect's engine that are told apart, and since which one there is what."""
    own = _load("versions", dict[str, Releases])
    return Merged(own, lambda name, tables: {} if tables.releases is None else {name: tables.releases})
