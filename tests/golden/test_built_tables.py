"""``mappings/built``: what is read is what people edit; ``make golden`` writes it anew."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import yaml

from tests.golden.cases import ROOT
from translate.tables.records import Capabilities, Code, Entities, Feature, GroupKinds, Labels, Releases, Word

MAPPINGS = ROOT / "mappings"
RECORDS: dict[str, Any] = {
    "labels": Labels,
    "entities": Entities,
    "capabilities": dict[str, Capabilities],
    "kinds": dict[str, GroupKinds],
    "other_kinds": dict[str, GroupKinds],
    "codes": dict[str, Code],
    "words": dict[str, Word],
    "features": tuple[Feature, ...],
    "versions": dict[str, Releases],
}


def edited(name: str) -> object:
    """A table as people edit it."""
    return yaml.safe_load((MAPPINGS / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_read_is_what_is_edited(name: str, golden) -> None:
    (MAPPINGS / "built").mkdir(exist_ok=True)
    text = json.dumps(edited(name), ensure_ascii=False, separators=(",", ":")) + "\n"
    golden(MAPPINGS / "built" / f"{name}.json", text)


@pytest.mark.parametrize("name", RECORDS)
def test_the_records_are_the_same_either_way(name: str) -> None:
    built = (MAPPINGS / "built" / f"{name}.json").read_bytes()
    assert msgspec.json.decode(built, type=RECORDS[name]) == msgspec.convert(edited(name), RECORDS[name])


def test_each_table_is_built_and_nothing_else() -> None:
    tables = {path.stem for path in MAPPINGS.glob("*.yaml")}
    assert {path.stem for path in (MAPPINGS / "built").glob("*.json")} == tables == set(RECORDS)
