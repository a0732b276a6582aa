"""The tables of ``mappings/`` are alive both ways: what they promise is there, and what is there they name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.golden.cases import CASES, ROOT, SAMPLES
from translate.tables import load, records
from translate.tables.records import Feature

MAPPINGS = ROOT / "mappings"
TABLES = ("labels", "capabilities", "kinds", "other_kinds", "codes", "features", "entities", "versions", "words")
CODE = re.compile(r"\bNPT\d{3}\b")


def table(name: str) -> Any:
    return yaml.safe_load((MAPPINGS / f"{name}.yaml").read_text(encoding="utf-8"))


def schema(name: str) -> Any:
    return json.loads((MAPPINGS / "schema" / f"{name}.json").read_text(encoding="utf-8"))


def codes_in(folder: Path) -> set[str]:
    return {code for path in folder.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", TABLES)
def test_table_fits_its_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    errors = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema(name)).iter_errors(table(name))
    ]
    assert not errors


def test_every_table_has_a_schema() -> None:
    assert {path.stem for path in MAPPINGS.glob("*.yaml")} == set(TABLES)
    assert {path.stem for path in (MAPPINGS / "schema").glob("*.json")} == set(TABLES)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (records.ImplicitLabel, schema("labels")["properties"]["implicit"]["items"]),
        (records.UnseenLabels, schema("labels")["properties"]["unseen"]),
        (records.Labels, schema("labels")),
        (records.Entity, schema("entities")["$defs"]["entity"]),
        (records.Entities, schema("entities")),
        (records.Capabilities, schema("capabilities")["additionalProperties"]),
        (records.PassingTier, schema("capabilities")["$defs"]["passing_tier"]),
        (records.GroupKinds, schema("kinds")["additionalProperties"]),
        (records.Use, schema("kinds")["$defs"]["use"]),
        (records.Use, schema("other_kinds")["$defs"]["use"]),
        (records.Code, schema("codes")["additionalProperties"]),
        (records.Word, schema("words")["additionalProperties"]),
        (records.Support, schema("features")["$defs"]["support"]),
        (records.Feature, schema("features")["items"]),
        (records.FieldUse, schema("versions")["$defs"]["use"]),
        (records.Gate, schema("versions")["$defs"]["gate"]),
        (records.Releases, schema("versions")["additionalProperties"]),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_schema_and_record_have_the_same_fields(record: type[msgspec.Struct], found: dict[str, Any]) -> None:
    fields = {field.encode_name: field.required for field in msgspec.structs.fields(record)}
    assert set(found["properties"]) == set(fields)
    assert set(found["required"]) == {name for name, required in fields.items() if required}


@pytest.mark.parametrize("feature", load.features(), ids=lambda feature: feature.id)
def test_feature_has_its_sample_and_its_pass(feature: Feature) -> None:
    assert feature.sample in {case.name for case in CASES}, f"samples/{feature.sample} is missing"
    if feature.pass_:
        folders = (ROOT / "translate" / "plan" / "passes", *(ROOT / "translate" / "dialects").iterdir())
        assert any((folder / f"{feature.pass_}.py").is_file() for folder in folders)
    for support in feature.dialects.values():
        assert (support.support == "exact") is (not support.code)
        assert not support.code or support.code in load.codes()


def test_every_pass_is_named_by_a_feature() -> None:
    passes = {path.stem for path in (ROOT / "translate" / "plan" / "passes").glob("*.py")} - {"__init__"}
    assert passes <= {feature.pass_ for feature in load.features()}


def test_feature_ids_are_unique() -> None:
    ids = [feature.id for feature in load.features()]
    assert len(ids) == len(set(ids))


def test_codes_and_source_agree() -> None:
    """Each code of the source has its record. A record without source is one of the past; today there is none."""
    assert codes_in(ROOT / "translate") == set(load.codes())


def test_samples_name_known_codes() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SAMPLES.rglob("case.toml"))
    assert set(CODE.findall(text)) <= set(load.codes())
