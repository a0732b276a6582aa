"""``mappings/built``: what is read is what people edit; ``make golden`` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.golden.cases import ROOT
from translate.tables import load

MAPPINGS = ROOT / "mappings"
NAMES = sorted(path.stem for path in MAPPINGS.glob("*.yaml"))
RECORDS = {
    "labels": load._labels,
    "entities": load.entities,
    "capabilities": load._capabilities,
    "kinds": lambda: load.kinds()._own,  # type: ignore[attr-defined]
    "other_kinds": load.other_kinds,
    "codes": load.codes,
    "words": load.words,
    "features": load._features,
    "versions": lambda: load.versions()._own,  # type: ignore[attr-defined]
}


def edited(name: str) -> object:
    return yaml.safe_load((MAPPINGS / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_is_what_is_edited(name: str, golden) -> None:
    (MAPPINGS / "built").mkdir(exist_ok=True)
    text = json.dumps(edited(name), ensure_ascii=False, separators=(",", ":")) + "\n"
    golden(MAPPINGS / "built" / f"{name}.json", text)


@pytest.mark.parametrize("name", NAMES)
def test_the_records_are_the_same_either_way(name: str) -> None:
    found = RECORDS[name]()
    kind = type(found) if isinstance(found, msgspec.Struct) else None
    assert msgspec.to_builtins(found, str_keys=False) == msgspec.to_builtins(
        msgspec.convert(edited(name), kind) if kind else _alike(found, edited(name)), str_keys=False
    )


def _alike(found: object, raw: object) -> object:
    """``raw`` as records of the type that ``found`` holds."""
    if isinstance(found, tuple):
        return msgspec.convert(raw, tuple[type(found[0]), ...])  # type: ignore[misc]
    assert isinstance(found, dict)
    return msgspec.convert(raw, dict[str, type(next(iter(found.values())))])  # type: ignore[misc]


def test_nothing_else_is_built() -> None:
    assert {path.stem for path in Path(MAPPINGS / "built").glob("*.json")} == set(NAMES)
